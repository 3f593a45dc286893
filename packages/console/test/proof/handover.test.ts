// A log whose key was handed over, checked in the page: receipts of every time are proven, by the page's key and the
// handovers that the log serves; a handover that is missing, cut or forged is noticed.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import type { Store } from '../../src/proof/memory.ts';
import { fetchLog } from '../../src/proof/tiles.ts';
import { verifyEntry, verifyReceiptFile, type LogContext, type ProofReport } from '../../src/proof/verify.ts';
import { makeLog, type TestLog } from '../support/journal.ts';

interface HandedOver {
  readonly log: TestLog;
  /** The keys, first to last. */
  readonly keys: readonly string[];
  /** Receipts from before, while both signed, and under the second and the third alone. */
  readonly receipts: readonly string[];
}

async function handedOver(t: TestContext): Promise<HandedOver> {
  const log = makeLog(t);
  const receipt = async (): Promise<string> => log.journal.attestationFor((await log.grow(1))[0] ?? '');
  const receipts = [await receipt()];
  const keys = [log.vkey, log.rotateKey()];
  receipts.push(await receipt());
  log.retireKeys();
  receipts.push(await receipt());
  keys.push(log.rotateKey());
  log.retireKeys();
  receipts.push(await receipt());
  return { log, keys, receipts };
}

/** `handovers`: what is served as them, or what it becomes; null: nothing. */
const contextOf = (
  log: TestLog,
  vkey: string,
  handovers: (text: string) => string | null = (text) => text,
): LogContext => {
  const change = (path: string, body: Buffer): Buffer | null => {
    if (!path.endsWith('/handovers')) return body;
    const served = handovers(body.toString());
    return served === null ? null : Buffer.from(served);
  };
  return { fetch: fetchLog('http://log', log.fetcher(change)), vkey, store: null };
};
const words = ({ verdict, steps }: ProofReport): string => `${verdict}: ${steps.map(({ detail }) => detail).join(' ')}`;

function memory(): Store {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

describe('a receipt of a log whose key was handed over', () => {
  test('is proven by any key of the chain, and it is said where another one signed', async (t) => {
    const { log, keys, receipts } = await handedOver(t);
    for (const vkey of keys)
      for (const receipt of receipts) {
        const report = await verifyReceiptFile(receipt, contextOf(log, vkey));
        assert.equal(report.verdict, 'proven', words(report));
      }
    const [first = ''] = receipts;
    assert.match(words(await verifyReceiptFile(first, contextOf(log, keys[2] ?? ''))), /linked by handovers/);
    assert.doesNotMatch(words(await verifyReceiptFile(first, contextOf(log, keys[0] ?? ''))), /linked by handovers/);
  });

  test('without the handovers is refused under another key; where they cannot be asked for, nobody is accused', async (t) => {
    const { log, keys, receipts } = await handedOver(t);
    const [first = ''] = receipts;
    const [, , third = ''] = keys;
    const missing = await verifyReceiptFile(
      first,
      contextOf(log, third, () => null),
    );
    assert.match(words(missing), /^broken: .*signed by another key/);
    const offline = fetchLog('http://log', () => Promise.reject(new TypeError('offline')));
    const away = await verifyReceiptFile(first, { fetch: offline, vkey: third, store: null });
    assert.match(words(away), /^cannot: .*could not be asked: .*offline/);
  });

  test('is refused where they are cut, reordered, forged or changed', async (t) => {
    const { log, keys, receipts } = await handedOver(t);
    const [first = ''] = receipts;
    const split = (text: string): string[] => text.split(/^(?=weighbridge\/log-key-handover\/v1$)/m);
    const other = makeLog(t);
    await other.grow(1);
    other.rotateKey();
    const foreign = Buffer.from(await (await other.fetcher()('http://log/handovers')).arrayBuffer()).toString();
    const table: readonly (readonly [(text: string) => string, RegExp])[] = [
      [(text) => split(text).toReversed().join(''), /one is missing, or they are in another order/],
      [(text) => text + (split(text)[0] ?? ''), /another order/],
      [(text) => split(text)[1] ?? '', /signed by another key/],
      [(text) => split(text)[0] ?? '', /signed by another key/],
      [(text) => text.slice(0, -30), /not sound/],
      [(text) => text.slice(0, text.lastIndexOf('\n\n')), /no blank line/],
      [(text) => text.replace('/v1\n', '/v1\nx'), /not both of|malformed/],
      [(text) => text.replace(/^\d+$/m, '1'), /what it signed was changed/],
      [(text) => text.replace(/— .*\n/, ''), /not signed by both/],
      [() => foreign, /signed by another key/],
      [() => 'Good morning.\n', /not sound/],
    ];
    for (const [change, why] of table) {
      const report = await verifyReceiptFile(first, contextOf(log, keys[2] ?? '', change));
      assert.match(words(report), why);
      assert.equal(report.verdict, 'broken', words(report));
    }
  });
});

describe('a browser that remembers a log by its first key', () => {
  test('follows it to the next, and says so', async (t) => {
    const log = makeLog(t);
    await log.grow(2);
    const store = memory();
    assert.equal((await verifyEntry(0, {}, { ...contextOf(log, log.vkey), store })).verdict, 'proven');
    const second = log.rotateKey();
    assert.equal((await verifyEntry(0, {}, { ...contextOf(log, second), store })).verdict, 'proven');
    log.retireKeys();
    await log.grow(1);
    const stale = await verifyEntry(0, {}, { ...contextOf(log, log.vkey), store: null });
    assert.equal(stale.verdict, 'proven', 'a page that was opened before');
    const third = log.rotateKey();
    log.retireKeys();
    await log.grow(1);
    const stripped = await verifyEntry(0, {}, { ...contextOf(log, third, () => null), store });
    assert.match(words(stripped), /^broken: .*no handover leads from that one/);
    const led = await verifyEntry(0, {}, { ...contextOf(log, third), store });
    assert.match(words(led), /^proven: .*Its key was handed over since, signed by both/);
  });
});
