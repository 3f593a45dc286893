// What several projections read of the log is read once, and let go when each of them had it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHUNK_ENTRIES, Source } from '../../src/projector/source.ts';
import { makeLog, readerOf } from './support/folding.ts';

test('a chunk is read once for all who share it, and once more for whoever comes again', async (t) => {
  const log = makeLog(t);
  await log.calls(CHUNK_ENTRIES);
  log.seal();
  const journal = readerOf(t, log);
  const read = t.mock.method(journal, 'records');
  const source = new Source(journal, { read: () => Promise.resolve([]) }, { sharers: 2 });
  const [first, second] = [await source.chunk(0), await source.chunk(0)];
  assert.equal(first, second);
  assert.equal(first?.to, CHUNK_ENTRIES);
  assert.equal(read.mock.callCount(), 1);
  const again = await source.chunk(0);
  assert.equal(read.mock.callCount(), 2);
  assert.notEqual(again, first, 'it was let go');
  assert.deepEqual(again, first);
});

test('one who goes through the log alone keeps nothing back', async (t) => {
  const log = makeLog(t);
  await log.calls(10);
  log.seal();
  const source = new Source(readerOf(t, log), { read: () => Promise.resolve([]) });
  assert.notEqual(await source.chunk(0), await source.chunk(0));
});
