// A receipt as it is handed on (in-toto in DSSE), checked in the page: the same verdict as the journal's own verifier.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { verifyReceipt } from '@weighbridge/journal';
import { openReceipt } from '../../src/proof/envelope.ts';
import { fetchLog } from '../../src/proof/tiles.ts';
import { verifyReceiptFile, type LogContext } from '../../src/proof/verify.ts';
import { prepareDropped } from '../../src/features/journal/model.ts';
import { makeLog } from '../support/journal.ts';
import { seed } from '../support/seed.ts';

const contextOf = (vkey: string): LogContext => ({
  fetch: fetchLog('http://log', () => Promise.reject(new TypeError('offline'))),
  vkey,
  store: null,
});

describe('a receipt in its envelope', () => {
  test('is proven offline, and shows what it discloses', async (t) => {
    const log = makeLog(t);
    const [, id = ''] = await log.grow(3);
    const text = log.journal.attestationFor(id, { groups: ['public', 'commercial'] });
    const report = await verifyReceiptFile(text, contextOf(log.vkey));
    assert.deepEqual([report.verdict, report.leaf?.id], ['proven', id]);
    const shown = prepareDropped(text, { state: 'done', report });
    assert.deepEqual(
      shown?.groups.map(({ name }) => name),
      ['commercial', 'public'],
    );
  });

  test('with any byte changed is refused, as the journal refuses it', async (t) => {
    const log = makeLog(t);
    const [id = ''] = await log.grow(5);
    const bytes = Buffer.from(log.journal.attestationFor(id));
    // Offline a key's changed hash would be one that the log may have handed over to.
    const context = { ...contextOf(log.vkey), fetch: fetchLog('http://log', log.fetcher()) };
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 127 }), async (at, flip) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const { verdict } = await verifyReceiptFile(changed.toString('utf8'), context);
        const { outcome } = verifyReceipt(changed, { vkey: log.vkey });
        assert.deepEqual([verdict, outcome], ['broken', 'PROOF_INVALID'], `byte ${at}`);
      }),
      { seed, numRuns: 200 },
    );
  });

  test('whose statement says more than its entry, or that another key signed, is refused', async (t) => {
    const [log, other] = [makeLog(t), makeLog(t)];
    const [id = ''] = await log.grow(2);
    await other.grow(2);
    const text = log.journal.attestationFor(id);
    const envelope = JSON.parse(text) as { payload: string; signatures: { keyid: string }[] };
    const statement = Buffer.from(envelope.payload, 'base64').toString();
    const more = Buffer.from(statement.replace('"predicateType"', '"note":"sound","predicateType"')).toString('base64');
    const said = await verifyReceiptFile(text.replace(envelope.payload, more), contextOf(log.vkey));
    assert.match(said.steps.at(-1)?.detail ?? '', /says more, or else/);
    const keyid = envelope.signatures[0]?.keyid ?? '';
    const foreign = await verifyReceiptFile(text.replace(`"${keyid}"`, '"nobody+00000000"'), contextOf(log.vkey));
    assert.match(foreign.steps.at(-1)?.detail ?? '', /not signed by the log/);
    const served = { ...contextOf(other.vkey), fetch: fetchLog('http://log', other.fetcher()) };
    assert.equal((await verifyReceiptFile(text, served)).verdict, 'broken');
  });

  test('that is none says why', () => {
    const why = (text: string): string => {
      const read = openReceipt(text);
      return read.ok ? 'read' : read.why;
    };
    assert.match(why('{"payload":"'), /is missing/);
    assert.match(why('{"payload":"*","signatures":[],"tlog_proof":""}'), /malformed/);
    assert.match(why('{"payload":"e30=","signatures":[],"tlog_proof":""}'), /no statement of ours/);
    assert.match(why(`{"payload":"${'x'.repeat(8 * 1024 * 1024)}"}`), /more than/);
  });
});
