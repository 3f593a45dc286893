// The session of the page: opened by a link that leaves the address first, kept, lost, and refused; against a real server.
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { consoleSession, type ConsoleSession } from '../src/api/session.ts';

interface Served {
  readonly status?: number;
  readonly body: unknown;
}
type Answer = (asked: { readonly line: string; readonly token: string | undefined; readonly body: string }) => Served;

const refusal = (code: string, message: string, next = 'do so'): unknown => ({
  error: { code, message, next, request_id: 'r1' },
});
const OPENED = { id: '01KB3V8Y2QH9N6W4T0XZJ5RCEM', opened: 1, idle_until: 2, expires: 3, own: true };

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

interface Opened {
  readonly session: ConsoleSession;
  readonly kept: Map<string, string>;
  readonly address: { hash: string };
  readonly states: string[];
}

async function open(t: TestContext, answer: Answer, hash = '', token?: string): Promise<Opened> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void textOf(request).then((body) => {
      const held = request.headers['weighbridge-token'];
      const line = `${request.method ?? ''} ${request.url ?? ''}`;
      const { status = 200, body: said } = answer({ line, token: held?.toString(), body });
      response.writeHead(status).end(typeof said === 'string' ? said : JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kept = new Map(token === undefined ? [] : [['weighbridge-token', token]]);
  const address = { hash };
  const session = consoleSession({
    fetch: (path, init) => fetch(origin + path, init),
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    fragment: { read: () => address.hash, clear: () => void (address.hash = '') },
    wait: () => Promise.resolve(),
  });
  const states: string[] = [];
  session.watch(() => states.push(session.state().state));
  return { session, kept, address, states };
}

describe('a session', () => {
  test('is opened by a link, which stands in no address once it is used; what is asked bears its token', async (t) => {
    const lines: string[] = [];
    const { session, kept, address, states } = await open(
      t,
      ({ line, token, body }) => {
        lines.push(`${line} ${token ?? '-'} ${body}`);
        return line === 'POST /control/v1/session'
          ? { body: { session: OPENED, token: 'secret' } }
          : { body: { rows: [], at: 1 } };
      },
      '#link=abcdefghijklmnop',
    );
    await session.begin();
    assert.deepEqual([address.hash, kept.get('weighbridge-token'), states], ['', 'secret', ['opening', 'open']]);
    const answer = await session.api.ask('foresee', { key: 'a', model: 'b' });
    assert.ok(answer.ok);
    const deployments = await session.api.ask('deployments', {});
    assert.deepEqual(deployments, { ok: true, value: { rows: [], at: 1 } });
    assert.deepEqual(lines, [
      'POST /control/v1/session - {"link":"abcdefghijklmnop"}',
      'POST /control/v1/routes/foresee secret {"key":"a","model":"b"}',
      'GET /control/v1/deployments secret ',
    ]);
  });

  test('without a link and without a token is closed, and accuses nobody', async (t) => {
    const { session } = await open(t, () => ({ status: 500, body: '' }));
    await session.begin();
    assert.deepEqual(session.state(), { state: 'closed', problem: null });
  });

  test('is closed by a link that opens nothing, with the reason', async (t) => {
    const body = refusal('LINK_INVALID', 'this link was used, or is older than five minutes');
    const { session } = await open(t, () => ({ status: 401, body }), '#link=abcdefghijklmnop');
    await session.begin();
    const state = session.state();
    assert.ok(state.state === 'closed' && state.problem?.code === 'LINK_INVALID');
    assert.match(state.problem.what, /older than five minutes/);
  });

  test('that came to its end closes the console at the next question', async (t) => {
    let over = false;
    const { session, states } = await open(
      t,
      () => (over ? { status: 401, body: refusal('SESSION_MISSING', 'no session is open') } : { body: OPENED }),
      '',
      'secret',
    );
    await session.begin();
    assert.equal(session.state().state, 'open');
    over = true;
    const answer = await session.api.ask('status', {});
    assert.ok(!answer.ok && answer.problem.code === 'SESSION_MISSING');
    assert.deepEqual(session.state(), { state: 'closed', problem: null });
    assert.deepEqual(states, ['opening', 'open', 'closed']);
  });

  test('refusals of the server, an answer that is no JSON, and a server that is gone, each are a problem', async (t) => {
    const { session } = await open(t, ({ line }) =>
      line.includes('/calls/')
        ? { status: 404, body: refusal('RECEIPT_UNKNOWN', 'No receipt has this id.', 'check the id') }
        : { body: '<html>' },
    );
    const missing = await session.api.ask('receipt', { id: 'x' });
    assert.ok(!missing.ok && missing.problem.code === 'RECEIPT_UNKNOWN' && missing.problem.requestId === 'r1');
    const odd = await session.api.ask('status', {});
    assert.ok(!odd.ok && odd.problem.code === 'INTERNAL');
    const gone = consoleSession({
      fetch: (path, init) => fetch(`http://127.0.0.1:1${path}`, init),
      storage: null,
      fragment: { read: () => '', clear: () => undefined },
      wait: () => Promise.resolve(),
    });
    const none = await gone.api.ask('status', {});
    assert.ok(!none.ok && none.problem.code === 'UNREACHABLE' && none.problem.retryable);
  });
});
