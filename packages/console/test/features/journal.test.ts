import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { prepareDropped, prepareJournal } from '../../src/features/journal/model.ts';
import { openCheckpoint, parseVerifierKey } from '../../src/proof/note.ts';
import { bad, unsupported } from '../../src/proof/outcome.ts';
import { fetchLog } from '../../src/proof/tiles.ts';
import { verifyReceiptFile } from '../../src/proof/verify.ts';
import { makeLog } from '../support/journal.ts';

describe('the journal', () => {
  test('says how many entries are sealed, by whom, and under which root', async (t) => {
    const log = makeLog(t);
    await log.grow(3);
    const key = await parseVerifierKey(log.vkey);
    assert.ok(key.ok);
    const { headline, facts } = prepareJournal(
      await openCheckpoint(log.journal.checkpoint().text, key.value),
      log.vkey,
    );
    assert.equal(headline, `${log.journal.checkpoint().size} entries, sealed and signed.`);
    assert.deepEqual(
      facts.map(({ name }) => name),
      ['Origin', 'Root', 'Signed by', 'Public key'],
    );
    assert.equal(facts[1]?.value, log.journal.checkpoint().root.toString('base64'));
  });
  test('tells a checkpoint that does not hold from one that cannot be checked here', () => {
    assert.match(prepareJournal(bad('x'), null).headline, /does not hold/);
    assert.match(prepareJournal(unsupported('x'), null).headline, /cannot be checked here/);
    assert.match(prepareJournal(null, null).headline, /being read/);
  });
});

describe('a dropped receipt', () => {
  test('is repeated only once it is proven', async (t) => {
    const log = makeLog(t);
    const [id = ''] = await log.grow(2);
    const text = log.journal.receiptFor(id, { groups: ['public'] });
    const context = { fetch: fetchLog('http://log', log.fetcher()), vkey: log.vkey, store: null };
    const report = await verifyReceiptFile(text, context);
    const shown = prepareDropped(text, { state: 'done', report });
    assert.deepEqual(
      [shown?.title, shown?.simulated, shown?.groups.map(({ name }) => name)],
      [`Receipt of alert ${id}`, true, ['public']],
    );
    assert.equal(prepareDropped(text, { state: 'checking', steps: [] }), null);
    const changed = text.replace('"n', '"m');
    assert.equal(prepareDropped(changed, { state: 'done', report: await verifyReceiptFile(changed, context) }), null);
  });
});
