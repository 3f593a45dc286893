// Every fault does what it says, streamed and not, and the ledger tells the truth of it. Sockets are raw here: what a
// client library makes of a broken answer is the client's matter.
import assert from 'node:assert/strict';
import { request, type IncomingMessage } from 'node:http';
import { after, afterEach, before, describe, it } from 'node:test';
import { FAULT_NAMES, type FaultName } from '../src/faults/table.ts';
import { FaultRegistry } from '../src/faults/registry.ts';
import { claudeHeaders, eventsOf, openTestLab, SEED, user, type TestLab } from './support.ts';

interface Raw {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The answer ended as HTTP says it should. */
  readonly complete: boolean;
  readonly ms: number;
  readonly error: string | null;
}

const TOOL = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

describe('faults', () => {
  let lab: TestLab;
  before(async () => {
    lab = await openTestLab();
  });
  after(() => lab.close());
  afterEach(() => lab.control.clearFaults());

  const raw = (stream: boolean, extra: object = {}, abortAfterBytes = Number.POSITIVE_INFINITY): Promise<Raw> => {
    const body = JSON.stringify({
      model: 'claude-sonnet-4-5',
      max_tokens: 400,
      stream,
      messages: user('Hello there'),
      ...extra,
    });
    const started = performance.now();
    return new Promise((resolve) => {
      let text = '';
      let response: IncomingMessage | undefined;
      const finish = (error: string | null): void =>
        resolve({
          status: response?.statusCode ?? 0,
          headers: response?.headers ?? {},
          body: text,
          complete: response?.complete ?? false,
          ms: performance.now() - started,
          error,
        });
      const req = request(`${lab.endpoints.clouds.anthropic}/v1/messages`, {
        method: 'POST',
        headers: {
          ...claudeHeaders(lab.endpoints),
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      });
      req.on('response', (res) => {
        response = res;
        res.setEncoding('utf8').on('data', (part: string) => {
          text += part;
          if (text.length >= abortAfterBytes) req.destroy();
        });
        res
          .on('end', () => finish(null))
          .on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'error'))
          .on('close', () => finish('closed'));
      });
      req.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'error'));
      req.end(body);
    });
  };

  const last = async () => {
    const { rows } = await lab.control.served();
    const row = rows.at(-1);
    assert.ok(row);
    return row;
  };
  const contents = (body: string): string[] =>
    eventsOf(body)
      .filter((event) => event.event === 'content_block_delta')
      .map((event) => event.data);

  it('without a fault the ledger says what the response said', async () => {
    const answer = await raw(true);
    const row = await last();
    const usage = JSON.parse(eventsOf(answer.body).find((event) => event.event === 'message_delta')?.data ?? '{}') as {
      usage: { output_tokens: number };
    };
    assert.equal(row.usage?.output, usage.usage.output_tokens);
    assert.deepEqual(
      [row.outcome, row.fault, row.output_sent, row.model_ran],
      ['completed', null, row.usage?.output, 'claude-sonnet-4-5-20250929'],
    );
    assert.equal(row.request_id, answer.headers['request-id']);
    assert.equal(row.caller, 'key:anthropic');
  });

  for (const stream of [true, false]) {
    const kind = stream ? 'a stream' : 'a whole answer';

    it(`rate_limit: 429 with and without retry-after, instead of ${kind}`, async () => {
      await lab.control.fault({ fault: 'rate_limit', retry_after: 7, count: 1 });
      const told = await raw(stream);
      assert.deepEqual([told.status, told.headers['retry-after']], [429, '7']);
      await lab.control.fault({ fault: 'rate_limit', retry_after: null, count: 1 });
      const silent = await raw(stream);
      assert.deepEqual([silent.status, silent.headers['retry-after']], [429, undefined]);
      assert.match(silent.body, /rate_limit_error/);
      assert.equal((await last()).outcome, 'refused');
    });

    it(`overloaded_529, server_error and unauthorized: the vendor’s own statuses, instead of ${kind}`, async () => {
      for (const [fault, status, type] of [
        ['overloaded_529', 529, 'overloaded_error'],
        ['server_error', 500, 'api_error'],
        ['unauthorized', 401, 'authentication_error'],
      ] as const) {
        await lab.control.fault({ fault, count: 1 });
        const answer = await raw(stream);
        assert.deepEqual(
          [answer.status, (JSON.parse(answer.body) as { error: { type: string } }).error.type],
          [status, type],
        );
      }
      await lab.control.fault({ fault: 'server_error', status: 502, count: 1 });
      assert.equal((await raw(stream)).status, 502);
    });

    it(`reset: no byte of ${kind}, the connection is reset`, async () => {
      await lab.control.fault({ fault: 'reset', count: 1 });
      const answer = await raw(stream);
      assert.deepEqual([answer.status, answer.body, answer.error], [0, '', 'ECONNRESET']);
      assert.equal((await last()).outcome, 'broken');
    });

    it(`cut_stream: ${kind} breaks in the middle and HTTP shows it`, async () => {
      await lab.control.fault({ fault: 'cut_stream', after: 2, count: 1 });
      const answer = await raw(stream);
      assert.equal(answer.status, 200);
      assert.ok(!answer.complete && answer.body.length > 0);
      if (stream) assert.equal(contents(answer.body).length, 2);
      const row = await last();
      assert.equal(row.outcome, 'broken');
      assert.ok(row.output_sent < (row.usage?.output ?? 0));
    });

    it(`slow_connect and slow_first_token: ${kind} comes late but whole`, async () => {
      await lab.control.fault({ fault: 'slow_connect', ms: 60, count: 1 });
      const late = await raw(stream);
      assert.ok(late.ms >= 55 && late.complete && late.status === 200);
      await lab.control.fault({ fault: 'slow_first_token', ms: 60, count: 1 });
      const first = await raw(stream);
      assert.ok(first.ms >= 55 && first.complete && first.status === 200);
    });

    it(`stall: ${kind} falls silent in the middle, then goes on`, async () => {
      await lab.control.fault({ fault: 'stall', after: 1, ms: 60, count: 1 });
      const answer = await raw(stream);
      assert.ok(answer.ms >= 55 && answer.complete);
      assert.equal((await last()).outcome, 'completed');
    });

    it(`error_after_200: ${kind} carries the vendor’s own error`, async () => {
      await lab.control.fault({ fault: 'error_after_200', after: 2, count: 1 });
      const answer = await raw(stream);
      assert.equal(answer.status, 200);
      assert.ok(answer.complete);
      assert.match(
        answer.body,
        stream ? /event: error\ndata: \{"type":"error","error":\{"type":"overloaded_error"/ : /"type":"error"/,
      );
      assert.equal((await last()).outcome, 'broken');
    });

    it(`malformed_sse: ${kind} ends in something that is not JSON`, async () => {
      await lab.control.fault({ fault: 'malformed_sse', after: 1, count: 1 });
      const answer = await raw(stream);
      assert.ok(answer.complete);
      const text = stream ? (eventsOf(answer.body).at(-1)?.data ?? '') : answer.body;
      assert.throws(() => JSON.parse(text) as unknown, SyntaxError);
    });

    it(`wrong_usage and missing_usage: ${kind} misstates it, the ledger does not`, async () => {
      await lab.control.fault({ fault: 'wrong_usage', count: 1 });
      const wrong = await raw(stream);
      const row = await last();
      const claimed = Number(
        wrong.body
          .match(/"output_tokens":(\d+)/g)
          ?.at(-1)
          ?.slice('"output_tokens":'.length),
      );
      assert.notEqual(claimed, row.usage?.output);
      await lab.control.fault({ fault: 'missing_usage', count: 1 });
      const missing = await raw(stream);
      assert.doesNotMatch(missing.body, /"usage"/);
      assert.ok(((await last()).usage?.output ?? 0) > 0);
    });

    it(`model_swapped: another model answers ${kind}, openly or in silence`, async () => {
      await lab.control.fault({ fault: 'model_swapped', count: 1 });
      assert.match((await raw(stream)).body, /"model":"claude-haiku-4-5-20251001"/);
      await lab.control.fault({ fault: 'model_swapped', silent: true, count: 1 });
      assert.match((await raw(stream)).body, /"model":"claude-sonnet-4-5-20250929"/);
      assert.equal((await last()).model_ran, 'claude-haiku-4-5-20251001');
    });

    it(`wrong_region: ${kind} reports where it ran where the cloud reports that`, async () => {
      await lab.control.fault({ fault: 'wrong_region', count: 1 });
      const answer = await raw(stream, { model: 'claude-sonnet-5' });
      assert.match(answer.body, /"inference_geo":"eu"/);
      assert.equal((await last()).region, 'westus');
    });

    it(`dropped_tool_call: ${kind} stops for tools but lacks one`, async () => {
      const extra = { tools: [TOOL], messages: user('The weather in Paris and in London?') };
      const whole = (await raw(stream, extra)).body.match(/"type":"tool_use"/g)?.length;
      await lab.control.fault({ fault: 'dropped_tool_call', count: 1 });
      const dropped = await raw(stream, extra);
      assert.equal(dropped.body.match(/"type":"tool_use"/g)?.length, (whole ?? 0) - 1);
      assert.match(dropped.body, /"stop_reason":"tool_use"/);
    });
  }

  it('duplicated_chunk: one content payload comes twice', async () => {
    const plain = contents((await raw(true)).body);
    await lab.control.fault({ fault: 'duplicated_chunk', after: 1, count: 1 });
    const doubled = contents((await raw(true)).body);
    assert.deepEqual(doubled, [...plain.slice(0, 2), plain[1], ...plain.slice(2)]);
  });

  it('a client that goes away in the middle is written down as aborted, with what it was sent', async () => {
    await lab.control.fault({ fault: 'stall', after: 2, ms: 30_000, count: 1 });
    await raw(true, {}, 600);
    const deadline = performance.now() + 5_000;
    let row = await last();
    while (row.outcome !== 'aborted' && performance.now() < deadline) row = await last();
    assert.equal(row.outcome, 'aborted');
    assert.ok(row.output_sent > 0 && row.output_sent < (row.usage?.output ?? 0));
  });

  it('a rule bites as often as its count says, only where it matches, and says how often it did', async () => {
    const id = await lab.control.fault({
      fault: 'server_error',
      cloud: 'anthropic',
      model: 'claude-sonnet-*',
      stream: false,
      count: 3,
    });
    assert.equal((await raw(true)).status, 200);
    assert.equal((await raw(false, { model: 'claude-haiku-4-5' })).status, 200);
    assert.equal((await raw(false)).status, 500);
    assert.deepEqual(
      (await lab.control.faults()).map((fault) => [fault.id, fault.hits]),
      [[id, 1]],
    );
    assert.equal((await raw(false)).status, 500);
    assert.equal((await raw(false)).status, 500);
    assert.equal((await raw(false)).status, 200);
  });

  it('a probability is seeded: the same seed picks the same requests', () => {
    const query = { site: 'anthropic', cloud: 'anthropic', model: 'm', stream: false } as const;
    const run = (seed: number): string => {
      const registry = new FaultRegistry(SEED);
      registry.add({ fault: 'reset', probability: 0.3, seed });
      return Array.from({ length: 200 }, () => (registry.pick(query) === null ? '.' : 'x')).join('');
    };
    assert.equal(run(1), run(1));
    assert.notEqual(run(1), run(2));
    const hits = run(1).replaceAll('.', '').length;
    assert.ok(hits > 30 && hits < 90, `${hits} of 200 at 0.3`);
  });

  it('an unknown fault is FAULT_UNKNOWN, a bad setting BAD_REQUEST, with what is allowed', async () => {
    await assert.rejects(lab.control.fault({ fault: 'gremlins' as FaultName }), {
      code: 'FAULT_UNKNOWN',
      message: /gremlins.*stall/,
    });
    await assert.rejects(lab.control.fault({ fault: 'stall', ms: -1 }), {
      code: 'BAD_REQUEST',
      message: /"ms".*milliseconds/,
    });
    await assert.rejects(lab.control.fault({ fault: 'stall', colour: 'red' } as never), {
      code: 'BAD_REQUEST',
      message: /"colour"/,
    });
  });

  it('every fault of the table is tested here by name', async () => {
    const { readFileSync } = await import('node:fs');
    const source = readFileSync(import.meta.filename, 'utf8');
    for (const name of FAULT_NAMES) assert.ok(source.includes(`'${name}'`), name);
  });

  it('a closed door refuses connections and opens again on the same port', async () => {
    await lab.control.door('anthropic', false);
    assert.equal((await raw(false)).error, 'ECONNREFUSED');
    await lab.control.door('anthropic', true);
    assert.equal((await raw(false)).status, 200);
  });
});
