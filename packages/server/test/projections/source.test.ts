// What several projections read of the log is read once, and let go when each of them had it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('a record that is not what its leaf commits to is not folded; once it is put back, it is', async (t) => {
  const log = makeLog(t);
  await log.calls(5);
  log.seal();
  const read = (): ReturnType<Source['chunk']> =>
    new Source(readerOf(t, log), { read: () => Promise.resolve([]) }).chunk(0);
  const whole = await read();
  const file = join(log.folder, 'records/0.open');
  const bytes = readFileSync(file);
  // One digit of what the last call says of itself, so that it still is JSON.
  const name = bytes.lastIndexOf('"started":');
  assert.ok(name > 0);
  const at = name + '"started":'.length;
  const changed = Buffer.from(bytes);
  changed[at] = bytes[at] === 0x31 ? 0x32 : 0x31;
  writeFileSync(file, changed);
  await assert.rejects(read(), { code: 'PROOF_INVALID' });
  writeFileSync(file, bytes);
  assert.deepEqual(await read(), whole);
});
