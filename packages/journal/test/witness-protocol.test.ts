// The protocol of c2sp.org/tlog-witness over real sockets, condition by condition.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { originHash, serveWitness } from '../src/index.ts';
import { EMPTY_ROOT } from '../src/merkle/hash.ts';
import { signCheckpoint } from '../src/note/checkpoint.ts';
import { generateSignerKey, parseSignerKey } from '../src/note/note-key.ts';
import { signNote } from '../src/note/signed-note.ts';
import { formatAddCheckpoint } from '../src/witness/add-checkpoint.ts';
import { cosignaturesOn, parseCosignerKey } from '../src/witness/cosignature.ts';
import { growLog } from './support/grown-log.ts';
import { standWitness } from './support/standing-witness.ts';
import { fakeClock, START } from './support/world.ts';

const log = growLog();
const TEXT = 'text/plain; charset=utf-8';

async function served(t: TestContext) {
  const clock = fakeClock();
  const standing = standWitness(t, [log.vkey], { clock });
  const server = await standing.serve();
  const post = async (body: Buffer | string) => {
    const sent = typeof body === 'string' ? body : body.toString('utf8');
    const response = await fetch(`${server.url}/add-checkpoint`, { method: 'POST', body: sent });
    return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
  };
  return { ...standing, clock, server, post };
}

/** One request as raw bytes, and all that comes back. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(bytes);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(socket, 'close');
  return text;
}

describe('add-checkpoint', () => {
  test('a checkpoint that extends the last one gets a cosignature of its text, with the time', async (t) => {
    const { post, vkey, clock } = await served(t);
    const first = await post(log.body(0, 3));
    assert.deepEqual([first.status, first.type], [200, TEXT]);
    clock.advance(5_000);
    const second = await post(log.body(3, 10));
    assert.equal(second.status, 200);
    const key = parseCosignerKey(vkey);
    assert.deepEqual(cosignaturesOn(log.checkpoint(3) + first.body, [key]), [{ key, at: START }]);
    assert.deepEqual(cosignaturesOn(log.checkpoint(10) + second.body, [key]), [{ key, at: START + 5_000 }]);
  });

  test('an old size that is not the newest: 409, with that size', async (t) => {
    const { post } = await served(t);
    await post(log.body(0, 5));
    for (const [old, size] of [
      [0, 5],
      [0, 9],
      [4, 9],
      [6, 9],
      [0, 2],
      [2, 2],
    ] as const) {
      assert.deepEqual(await post(log.body(old, size)), { status: 409, type: 'text/x.tlog.size', body: '5\n' });
    }
    const fresh = growLog(log.origin);
    assert.deepEqual(await (await served(t)).post(fresh.body(3, 4)), {
      status: 409,
      type: 'text/x.tlog.size',
      body: '0\n',
    });
  });

  test('a proof that is wrong, too short, too long, missing, or given where there is none to give: 422', async (t) => {
    const { post } = await served(t);
    const first = { old: 0, proof: log.proof(5, 9), note: log.checkpoint(5) };
    assert.equal((await post(formatAddCheckpoint(first))).status, 422);
    await post(log.body(0, 5));
    const proof = log.proof(5, 9);
    const note = log.checkpoint(9);
    for (const wrong of [
      [],
      proof.slice(1),
      proof.slice(0, -1),
      [...proof, proof[0] ?? Buffer.alloc(32)],
      proof.toReversed(),
      proof.map(() => Buffer.alloc(32)),
    ])
      assert.equal((await post(formatAddCheckpoint({ old: 5, proof: wrong, note }))).status, 422);
    const same = { old: 5, proof, note: log.checkpoint(5) };
    assert.equal((await post(formatAddCheckpoint(same))).status, 422);
    assert.equal((await post(log.body(5, 9))).status, 200);
  });

  test('another history, at the same size or further on: 422, and the contradiction is kept', async (t) => {
    const { post, store, events } = await served(t);
    const fork = log.fork(2);
    await post(log.body(0, 5));
    assert.equal((await post(fork.body(5, 5))).status, 422);
    assert.equal((await post(fork.body(5, 9))).status, 422);
    assert.equal(store.conflicts(log.origin).length, 1);
    assert.deepEqual(
      events.map(({ what }) => what),
      ['cosigned', 'contradiction', 'refused'],
    );
    assert.equal((await post(log.body(5, 9))).status, 200);
  });

  test('an unknown log: 404; a known one signed by another key, or wrongly: 403', async (t) => {
    const { post } = await served(t);
    assert.equal((await post(growLog('other.example').body(0, 3))).status, 404);
    assert.equal((await post(growLog(log.origin, 'another seed').body(0, 3))).status, 403);
    const forged = log.body(0, 3).toString().replace('\n3\n', '\n4\n');
    assert.equal((await post(forged)).status, 403);
  });

  test('a signature of an unknown key beside the right one is passed over, and not kept', async (t) => {
    const { post, store } = await served(t);
    const signers = ['a.example', 'b.example'].map((name) => parseSignerKey(generateSignerKey(name)));
    const note = log.checkpoint(4) + signNote('x\n', signers).split('\n\n')[1];
    assert.equal((await post(formatAddCheckpoint({ old: 0, proof: [], note }))).status, 200);
    assert.ok(!store.remembered(log.origin)?.text.includes('a.example'));
  });

  test('either of two keys of a log whose key is being changed will do', async (t) => {
    const changed = growLog(log.origin, 'new key');
    const { serve } = standWitness(t, [log.vkey, changed.vkey]);
    const { url } = await serve();
    const post = (body: Buffer) =>
      fetch(`${url}/add-checkpoint`, { method: 'POST', body: body.toString() }).then(({ status }) => status);
    assert.equal(await post(log.body(0, 3)), 200);
    assert.equal(await post(changed.body(3, 6)), 200);
  });

  test('an old size larger than the checkpoint: 400', async (t) => {
    const { post } = await served(t);
    await post(log.body(0, 9));
    assert.equal((await post(formatAddCheckpoint({ old: 9, proof: [], note: log.checkpoint(5) }))).status, 400);
  });

  const good = log.body(0, 3).toString();
  const malformed: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['no blank line', good.replaceAll('\n\n', '\n')],
    ['no old line', good.replace('old 0\n', '')],
    ['an old size with a leading zero', good.replace('old 0', 'old 00')],
    ['a negative old size', good.replace('old 0', 'old -1')],
    ['an old size with a space too many', good.replace('old 0', 'old  0')],
    ['an old size beyond what a number holds', good.replace('old 0', 'old 9007199254740993')],
    ['a proof line that is no hash', good.replace('old 0\n', 'old 0\nAAAA\n')],
    ['64 proof lines', good.replace('old 0\n', `old 0\n${`${'A'.repeat(43)}=\n`.repeat(64)}`)],
    ['a carriage return', good.replaceAll('\n', '\r\n')],
    ['no checkpoint', 'old 0\n\n'],
    ['a checkpoint without a signature', good.slice(0, good.lastIndexOf('\n\n') + 2)],
    ['a checkpoint without a root', good.replace(log.root(3).toString('base64'), 'AAAA')],
    ['more than 100 signatures', good + '— a AAAAAAAAAA==\n'.repeat(101)],
  ];
  for (const [what, body] of malformed) {
    test(`${what}: 400`, async (t) => {
      const { post, store } = await served(t);
      assert.deepEqual([(await post(body)).status, store.remembered(log.origin)], [400, null]);
    });
  }

  test('what is not UTF-8: 400; sixteen signatures of five kilobytes are read; more than the bound is not', async (t) => {
    const { witness, post } = await served(t);
    assert.equal(witness.addCheckpoint(Buffer.concat([Buffer.from(good), Buffer.of(0xff)])).status, 400);
    const heavy = `— pq.example ${Buffer.alloc(4 * 1024, 1).toString('base64')}\n`;
    assert.equal((await post(good + heavy.repeat(16))).status, 200);
    assert.equal((await post(good + heavy.repeat(40))).status, 413);
  });

  test('an empty log is cosigned with the empty root alone, and then any beginning of it', async (t) => {
    const { post } = await served(t);
    const signer = parseSignerKey(generateSignerKey('empty.example'));
    const standing = standWitness(t, [signer.verifier.vkey]);
    const empty = (root: Buffer) =>
      formatAddCheckpoint({
        old: 0,
        proof: [],
        note: signCheckpoint({ origin: 'empty.example', size: 0, root }, [signer]).text,
      });
    assert.equal((await post('old 0\n\n')).status, 400);
    assert.equal(standing.witness.addCheckpoint(Buffer.from(empty(Buffer.alloc(32)))).status, 422);
    assert.equal(standing.witness.addCheckpoint(Buffer.from(empty(EMPTY_ROOT))).status, 200);
    const one = signCheckpoint({ origin: 'empty.example', size: 1, root: log.root(1) }, [signer]).text;
    const first = formatAddCheckpoint({ old: 0, proof: [], note: one });
    assert.equal(standing.witness.addCheckpoint(Buffer.from(first)).status, 200);
  });

  test('the same checkpoint again gets the same cosignature for a minute, then a new one', async (t) => {
    const { post, clock } = await served(t);
    const first = await post(log.body(0, 5));
    clock.advance(59_000);
    assert.deepEqual(await post(log.body(5, 5)), first);
    clock.advance(2_000);
    const later = await post(log.body(5, 5));
    assert.equal(later.status, 200);
    assert.notEqual(later.body, first.body);
  });

  test('a clock that is set back never dates a newer checkpoint before an older one', async (t) => {
    const { post, clock, store } = await served(t);
    await post(log.body(0, 5));
    const before = store.remembered(log.origin)?.at;
    clock.advance(-3_600_000);
    await post(log.body(5, 6));
    assert.equal(store.remembered(log.origin)?.at, before);
  });

  test('a disk that refuses: 503, nothing is cosigned, and nothing remembered', (t) => {
    const { store, witness } = standWitness(t, [log.vkey]);
    assert.equal(witness.addCheckpoint(log.body(0, 3)).status, 200);
    t.mock.method(store, 'remember', () => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    });
    const answer = witness.addCheckpoint(log.body(3, 5));
    assert.equal(answer.status, 503);
    assert.ok(!answer.body.includes('—'));
    assert.equal(witness.remembered(log.origin)?.size, 3);
  });

  test('of many submissions at once, one history is cosigned, in growing sizes', async (t) => {
    const { post, store } = await served(t);
    const fork = log.fork(7);
    await post(log.body(0, 7));
    const sizes = [8, 12, 9, 20, 15, 30];
    const answers = await Promise.all(
      sizes.flatMap((size) => [log, fork].map(async (branch) => ({ branch, ...(await post(branch.body(7, size))) }))),
    );
    const won = answers.filter(({ status }) => status === 200);
    assert.equal(won.length, 1);
    assert.ok(answers.every(({ status }) => status === 200 || status === 409));
    const { size = 0, root } = store.remembered(log.origin) ?? {};
    assert.deepEqual(root, won[0]?.branch.root(size));
  });
});

describe('the rest of its HTTP', () => {
  test('the newest cosigned checkpoint is served under the hash of its origin', async (t) => {
    const { post, server, store } = await served(t);
    const path = `/${originHash(log.origin)}/checkpoint`;
    assert.equal((await fetch(server.url + path)).status, 404);
    await post(log.body(0, 5));
    const response = await fetch(server.url + path);
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, TEXT]);
    assert.equal(await response.text(), store.remembered(log.origin)?.text);
    assert.equal((await fetch(`${server.url}/${originHash('unknown.example')}/checkpoint`)).status, 404);
  });

  test('it says its key, and which logs it knows', async (t) => {
    const { server, vkey, post } = await served(t);
    await post(log.body(0, 5));
    assert.equal(await (await fetch(`${server.url}/key`)).text(), `${vkey}\n`);
    const said = (await (await fetch(server.url)).json()) as { vkey: string; logs: { size: number }[] };
    assert.deepEqual([said.vkey, said.logs[0]?.size], [vkey, 5]);
  });

  test('other paths and methods are refused', async (t) => {
    const { server } = await served(t);
    assert.equal((await fetch(`${server.url}/nothing`)).status, 404);
    assert.equal((await fetch(`${server.url}/add-checkpoint`)).status, 405);
    assert.equal((await fetch(`${server.url}/key`, { method: 'POST', body: 'x' })).status, 405);
  });

  test('another Host, two of them, or a whole URL as target: 421', async (t) => {
    const { server } = await served(t);
    const head = (host: string, target = '/key') => `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const own = `127.0.0.1:${server.port}`;
    assert.match(await raw(server.port, head(own)), /^HTTP\/1\.1 200 /);
    assert.match(await raw(server.port, head(`localhost:${server.port}`)), /^HTTP\/1\.1 200 /);
    for (const request of [
      head('evil.example'),
      head(`evil.example:${server.port}`),
      head('127.0.0.1:1'),
      head(`${own}\r\nHost: ${own}`),
      head(own, 'http://evil.example/key'),
    ])
      assert.match(await raw(server.port, request), /^HTTP\/1\.1 (421|400) /);
    const named = await serveWitness({
      witness: standWitness(t, [log.vkey]).witness,
      host: '127.0.0.1',
      port: 0,
      hosts: ['Witness.example'],
    });
    t.after(() => named.close());
    assert.match(await raw(named.port, head('witness.example:443')), /^HTTP\/1\.1 200 /);
  });

  test('headers without end are refused', async (t) => {
    const { server } = await served(t);
    const long = `GET /key HTTP/1.1\r\nHost: localhost:${server.port}\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`;
    assert.match(await raw(server.port, long), /^HTTP\/1\.1 431 /);
  });

  test('a port that is taken is named', async (t) => {
    const { server, witness } = await served(t);
    await assert.rejects(serveWitness({ witness, host: '127.0.0.1', port: server.port }), { code: 'PORT_TAKEN' });
  });
});
