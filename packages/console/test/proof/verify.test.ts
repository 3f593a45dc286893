// The page's verifier against logs that the journal itself wrote, and against every way they can be tampered with.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseReceipt } from '../../src/proof/receipt.ts';
import { fetchLog } from '../../src/proof/tiles.ts';
import { verifyEntry, verifyReceiptFile, type LogContext, type ProofReport } from '../../src/proof/verify.ts';
import { makeLog, type TestLog } from '../support/journal.ts';
import { seed } from '../support/seed.ts';

const context = (
  log: TestLog,
  given: Partial<LogContext> = {},
  change?: Parameters<TestLog['fetcher']>[0],
): LogContext => ({
  fetch: fetchLog('http://log', log.fetcher(change)),
  vkey: log.vkey,
  store: null,
  ...given,
});

const states = (report: ProofReport): string => report.steps.map(({ name, state }) => `${name}:${state}`).join(' ');
const faults = (report: ProofReport): string =>
  report.steps
    .filter(({ state }) => state === 'bad' || state === 'cannot')
    .map(({ name, detail }) => `${name}: ${detail}`)
    .join('; ');

function memory(): { getItem(key: string): string | null; setItem(key: string, value: string): void } {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

describe('an entry of a served log', () => {
  test('is proven at every size and place, with what it shows', async (t) => {
    const log = makeLog(t);
    for (const step of [1, 1, 5, 250, 300, 700]) {
      await log.grow(step);
      const { size } = log.journal.checkpoint();
      const places = [0, 1, Math.floor(size / 2), size - 2, size - 1].filter((index) => index >= 0 && index < size);
      for (const index of new Set(places)) {
        const report = await verifyEntry(index, log.journal.groups(index), context(log));
        assert.equal(report.verdict, 'proven', `${index} of ${size}: ${faults(report)}`);
        assert.equal(report.leaf?.id, log.journal.entry(index).leaf.id);
        assert.equal(states(report), 'signature:ok leaf:ok groups:ok inclusion:ok tiles:ok history:new');
      }
    }
  });

  test('beyond the checkpoint is not yet to be had, which accuses nobody', async (t) => {
    const log = makeLog(t);
    await log.grow(3);
    const report = await verifyEntry(99, {}, context(log));
    assert.equal(report.verdict, 'cannot');
    assert.match(faults(report), /No checkpoint covers entry 99 yet/);
  });

  test('a group that was changed, swapped or made up is found', async (t) => {
    const log = makeLog(t);
    await log.grow(4);
    const mine = log.journal.groups(2);
    const other = log.journal.groups(3);
    const check = async (groups: typeof mine): Promise<ProofReport> => verifyEntry(2, groups, context(log));
    assert.ok(mine.public !== undefined && mine.commercial !== undefined && other.public !== undefined);
    const cheaper = { ...mine.commercial, text: mine.commercial.text.replace('0.0123', '0.0023') };
    assert.match(faults(await check({ ...mine, commercial: cheaper })), /commercial group is not the one/);
    assert.match(faults(await check({ ...mine, public: other.public })), /public group is not the one/);
    assert.match(faults(await check({ ...mine, personal: mine.public })), /the leaf has no personal group/);
    assert.match(faults(await check({ public: { ...mine.public, salt: '*' } })), /public group is not the one/);
  });

  test('any byte changed in any file that the check reads is found, wherever it lies', async (t) => {
    const log = makeLog(t);
    await log.grow(1300);
    const groups = log.journal.groups(700);
    const seen = new Set<string>();
    const sound = await verifyEntry(
      700,
      groups,
      context(log, {}, (path, body) => (seen.add(path), body)),
    );
    assert.equal(sound.verdict, 'proven');
    assert.ok(seen.size >= 4, [...seen].join(' '));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...seen), fc.nat(), fc.integer({ min: 1, max: 255 }), async (path, at, flip) => {
        const report = await verifyEntry(
          700,
          groups,
          context(log, {}, (asked, body) => {
            if (asked !== path) return body;
            const place = at % body.length;
            body[place] = (body[place] ?? 0) ^ flip;
            return body;
          }),
        );
        assert.equal(report.verdict, 'broken', `${path} byte ${at}: ${states(report)}`);
      }),
      { seed, numRuns: 150 },
    );
  });

  test('a tile that is missing, short or long is bad; a log that does not answer is not', async (t) => {
    const log = makeLog(t);
    await log.grow(600);
    const run = async (change: (path: string, body: Buffer) => Buffer | null): Promise<ProofReport> =>
      verifyEntry(10, {}, context(log, {}, change));
    const onTile = (alter: (body: Buffer) => Buffer | null) => (path: string, body: Buffer) =>
      path.startsWith('/tile/0/') ? alter(body) : body;
    assert.match(faults(await run(onTile(() => null))), /does not serve .*which its checkpoint covers/);
    assert.match(faults(await run(onTile((body) => body.subarray(32)))), /has \d+ bytes, not/);
    assert.match(
      faults(await run(onTile((body) => Buffer.concat([body, Buffer.alloc(9000)])))),
      /larger than 8192 bytes/,
    );
    const bundle = await run((path, body) => (path.startsWith('/tile/entries/') ? body.subarray(1) : body));
    assert.match(faults(bundle), /does not hold 256 entries exactly/);
    const silent = await verifyEntry(
      10,
      {},
      { ...context(log), fetch: fetchLog('http://log', () => Promise.reject(new TypeError('refused'))) },
    );
    assert.equal(silent.verdict, 'cannot');
    assert.match(faults(silent), /cannot be fetched: refused/);
    const broken = fetchLog('http://log', () => Promise.resolve(new Response('x', { status: 503 })));
    assert.equal((await verifyEntry(10, {}, { ...context(log), fetch: broken })).verdict, 'cannot');
  });

  test('a partial tile that gave way to the full one is read from that', async (t) => {
    const log = makeLog(t);
    await log.grow(100);
    const note = log.journal.checkpoint().text;
    const ids = await log.grow(400);
    assert.equal(ids.length, 400);
    const fetch = log.fetcher((path, body) =>
      path === '/checkpoint' ? Buffer.from(note) : path.includes('.p/') ? null : body,
    );
    const report = await verifyEntry(50, log.journal.groups(50), {
      fetch: fetchLog('http://log', fetch),
      vkey: log.vkey,
      store: null,
    });
    assert.equal(report.verdict, 'proven', faults(report));
  });

  test('a checkpoint by another key, and a key that is none, are told apart', async (t) => {
    const log = makeLog(t);
    const other = makeLog(t);
    await log.grow(2);
    assert.match(faults(await verifyEntry(0, {}, context(log, { vkey: other.vkey }))), /signed by another key/);
    assert.match(faults(await verifyEntry(0, {}, context(log, { vkey: 'nonsense' }))), /name\+hash\+base64/);
    const wrongHash = log.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+');
    assert.match(faults(await verifyEntry(0, {}, context(log, { vkey: wrongHash }))), /not of this key/);
  });
});

describe('what the browser remembers of a log', () => {
  test('growth is proven, and remembered in its turn', async (t) => {
    const log = makeLog(t);
    const store = memory();
    const sizes: number[] = [];
    for (const step of [3, 1, 260, 500]) {
      await log.grow(step);
      sizes.push(log.journal.checkpoint().size);
      const report = await verifyEntry(0, {}, context(log, { store }));
      assert.equal(report.verdict, 'proven', faults(report));
      const history = report.steps.find(({ name }) => name === 'history');
      const before = sizes.at(-2);
      assert.match(history?.detail ?? '', before === undefined ? /first time/ : new RegExp(`all ${before} entries`));
    }
  });

  test('a log that was cut back is found', async (t) => {
    const log = makeLog(t);
    const store = memory();
    await log.grow(10);
    const old = log.journal.checkpoint().text;
    await log.grow(10);
    assert.equal((await verifyEntry(0, {}, context(log, { store }))).verdict, 'proven');
    const back = await verifyEntry(
      0,
      {},
      context(log, { store }, (path, body) => (path === '/checkpoint' ? Buffer.from(old) : body)),
    );
    assert.equal(back.verdict, 'broken');
    assert.match(faults(back), /has seen \d+ entries .* it was cut back/);
  });

  test('a log that was rewritten is found', async (t) => {
    const log = makeLog(t);
    const forked = makeLog(t);
    const store = memory();
    await log.grow(20);
    assert.equal((await verifyEntry(0, {}, context(log, { store }))).verdict, 'proven');
    // What a thief of the key could do: another history, properly signed. Here by another key, remembered as the log's own.
    await forked.grow(40);
    const kept = { vkey: log.vkey, checkpoint: log.journal.checkpoint().text };
    store.setItem('weighbridge.log.acme.example/lab/node-1', JSON.stringify(kept));
    const report = await verifyEntry(0, {}, context(forked, { store }));
    assert.equal(report.verdict, 'broken');
    assert.match(faults(report), /not the one this browser saw at \d+ entries/);
  });

  test('a memory that is full or damaged costs the memory only', async (t) => {
    const log = makeLog(t);
    await log.grow(2);
    const full = {
      getItem: () => '{"vkey":',
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    const report = await verifyEntry(0, {}, context(log, { store: full }));
    assert.equal(report.verdict, 'proven');
    assert.match(report.steps.at(-1)?.detail ?? '', /keeps no memory/);
  });

  test('a broken log is not remembered', async (t) => {
    const log = makeLog(t);
    const store = memory();
    await log.grow(300);
    const change = (path: string, body: Buffer): Buffer =>
      path.startsWith('/tile/entries') ? Buffer.from(body.map((b, i) => (i === 2 ? b ^ 1 : b))) : body;
    const report = await verifyEntry(5, {}, context(log, { store }, change));
    assert.equal(report.verdict, 'broken');
    assert.equal(store.getItem('weighbridge.log.acme.example/lab/node-1'), null);
  });
});

describe('a receipt file', () => {
  test('of the journal is proven offline, with the groups it discloses', async (t) => {
    const log = makeLog(t);
    const [, id = ''] = await log.grow(3);
    const text = log.journal.receiptFor(id, { groups: ['public', 'commercial'] });
    const offline = fetchLog('http://log', () => Promise.reject(new TypeError('offline')));
    const report = await verifyReceiptFile(text, { fetch: offline, vkey: log.vkey, store: null });
    assert.equal(report.verdict, 'proven', faults(report));
    assert.equal(report.leaf?.id, id);
    assert.match(report.steps.at(-1)?.detail ?? '', /commercial, public/);
  });

  test('with any byte changed is refused', async (t) => {
    const log = makeLog(t);
    const [id = ''] = await log.grow(5);
    const text = log.journal.receiptFor(id, { groups: ['public'] });
    const bytes = Buffer.from(text);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 127 }), async (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const report = await verifyReceiptFile(changed.toString('utf8'), context(log));
        // The one thing that may change unnoticed is the signature of a witness, and there is none here.
        assert.equal(report.verdict, 'broken', `byte ${at}: ${states(report)}`);
      }),
      { seed, numRuns: 200 },
    );
  });

  test('that is none says why', () => {
    const why = (text: string): string => {
      const read = parseReceipt(text);
      return read.ok ? 'read' : read.why;
    };
    assert.match(why('hello'), /not JSON/);
    assert.match(why('{}'), /format is not/);
    assert.match(why('{"format":"weighbridge-receipt/v1","groups":{"x":{}},"leaf":"","proof":""}'), /group "x"/);
    assert.match(why('{"format":"weighbridge-receipt/v1","groups":{},"leaf":"","proof":""}'), /written another way/);
    assert.match(why('x'.repeat(4 * 1024 * 1024 + 1)), /more than/);
  });
});
