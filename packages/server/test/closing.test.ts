// Books are closed before records go, whatever comes between; figures that are not those of the records are found while
// the records are there, and what a `pruned` entry says of them has to be so.
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { AppError } from '@weighbridge/kernel';
import {
  closingTexts,
  nextEpoch,
  openJournal,
  openRecorder,
  sealedClosings,
  verifyFolder,
  type Closing,
  type Journal,
  type Recorder,
} from '@weighbridge/journal';
import { checkFigures, closedFact, closing } from '../src/closing/closing.ts';
import { hoursAtRest } from '../src/plan/own-hours.ts';
import { openLog } from '../../../test/receipts/log.ts';
import { temporaryFolder, type Scope } from './projections/support/databases.ts';

const PART = 16_384;
const ORDER = { before: Date.now() + 86_400_000, holds: [], policy: 'records: 10d', by: 'command' };
/** Made once, copied for each test. */
const made = mkdtempSync(join(tmpdir(), 'weighbridge-closed-'));

before(async () => {
  const log = openLog(made, { seed: 8, callsPerHour: 3_000 });
  await log.calls(8_600);
  log.seal();
  await log.close();
});
after(() => rmSync(made, { recursive: true, force: true }));

interface Place {
  readonly folder: string;
  readonly vault: string;
  recorder(closing: Closing): Recorder;
  reader(): Journal;
  verify(): ReturnType<typeof verifyFolder>;
}

function copied(t: Scope): Place {
  const home = temporaryFolder(t, 'closed');
  cpSync(made, home, { recursive: true });
  const [folder, vault] = [join(home, 'journal'), join(home, 'vault')];
  const reader = (): Journal => {
    const journal = openJournal(folder, { vault });
    t.after(() => journal.close());
    return journal;
  };
  return {
    folder,
    vault,
    reader,
    recorder: (books) => {
      const base = { folder, vault, epoch: nextEpoch(folder), node: 'node-1', build: 'test', log: 'lab' } as const;
      const recorder = openRecorder({ ...base, closing: books });
      t.after(() => recorder.close());
      return recorder;
    },
    verify: () => verifyFolder(folder, { vkey: reader().vkey, vault }),
  };
}

const records = ({ folder }: Place): string => join(folder, 'records/0.sealed');

const WRONG: Closing = {
  ...closing,
  make: (journal, part, seal) =>
    closing.make(journal, part, seal).map((text) => text.replace(/"attempts":(\d+)/, '"attempts":1$1')),
};

/** A pruning whose process ends after the books are closed and before anything says that records go. */
function endsWithin(recorder: Recorder): void {
  const record = recorder.record.bind(recorder);
  recorder.record = (entries) => {
    if (entries.some(({ kind }) => kind === 'pruned')) throw new AppError('INTERNAL', 'the process ends here');
    return record(entries);
  };
  assert.throws(() => recorder.prune(ORDER), { message: 'the process ends here' });
  recorder.close();
}

/** As somebody would who can write the folder: text for text of one length, and every checksum made right again. */
function forge(path: string, from: string, to: string): void {
  const bytes = readFileSync(path);
  const head = 8 + bytes.readUInt32BE(4) * 16 + 4;
  const table = Buffer.from(bytes.subarray(0, head));
  const blocks: Buffer[] = [];
  let at = head;
  let left = 1;
  for (let row = 8; row < head - 4; row += 16) {
    const start = bytes.readUInt32BE(row);
    const raw = zstdDecompressSync(bytes.subarray(start, start + bytes.readUInt32BE(row + 4)));
    const found = left > 0 ? raw.indexOf(from) : -1;
    if (found >= 0) left -= raw.write(to, found) > 0 ? 1 : 0;
    const block = zstdCompressSync(raw);
    for (const [i, value] of [at, block.length, raw.length, crc32(block)].entries())
      table.writeUInt32BE(value, row + i * 4);
    at += block.length;
    blocks.push(block);
  }
  assert.equal(left, 0, 'it was there');
  table.writeUInt32BE(crc32(table.subarray(0, head - 4)), head - 4);
  writeFileSync(path, Buffer.concat([table, ...blocks]));
}

describe('closing the books', () => {
  test('hours that a plan takes its demand from are the same once their records are gone', (t) => {
    const place = copied(t);
    const [all, none] = [{ since: 0, until: Date.now() + 86_400_000 }, {}];
    const before = hoursAtRest(place.reader(), all, none);
    assert.ok(before.length > 2);
    const recorder = place.recorder(closing);
    assert.equal(recorder.prune(ORDER).closed.length, 1);
    recorder.close();
    const journal = place.reader();
    assert.deepEqual(hoursAtRest(journal, all, none), before);
    const [first, second] = [before[0]!.at, before[1]!.at];
    assert.deepEqual(hoursAtRest(journal, { since: first, until: second }, none), before.slice(0, 1));
  });

  test('a crash after they are closed and before anything goes: the next time goes on from there', (t) => {
    const place = copied(t);
    endsWithin(place.recorder(closing));
    const [sealed, ...more] = sealedClosings(place.reader());
    assert.deepEqual([sealed?.from, sealed?.to, more], [0, PART, []]);
    assert.deepEqual(place.reader().pruned(), []);
    const between = place.verify();
    assert.equal(between.outcome, 'TRUNCATION_NOT_EXCLUDED', String(between.problem));
    const second = place.recorder(closing).prune(ORDER);
    assert.deepEqual(second.closed, [sealed]);
    assert.equal(sealedClosings(place.reader()).length, 1, 'they are not closed twice');
    assert.equal(place.verify().outcome, 'TRUNCATION_NOT_EXCLUDED');
    assert.deepEqual(place.recorder(closing).prune(ORDER), { index: null, ranges: [], closed: [], more: false });
  });

  test('a crash after the log says that they go: the next start empties them, and the books say the same', (t) => {
    const place = copied(t);
    const whole = join(place.folder, '../whole');
    copyFileSync(records(place), whole);
    const recorder = place.recorder(closing);
    const [part] = recorder.prune(ORDER).closed;
    recorder.close();
    copyFileSync(whole, records(place));
    assert.ok(part !== undefined);
    checkFigures(place.reader(), part, closingTexts(place.reader(), part), true);
    checkFigures(openJournal(place.folder), part, closingTexts(place.reader(), part), false);
    place.recorder(closing).close();
    const gone = (): void => checkFigures(place.reader(), part, closingTexts(place.reader(), part), true);
    assert.throws(gone, { code: 'RECORD_PRUNED' });
    assert.equal(place.verify().outcome, 'TRUNCATION_NOT_EXCLUDED');
  });

  test('figures that are not those of the records stop the pruning, and are found as long as those are there', (t) => {
    const place = copied(t);
    assert.throws(() => place.recorder(WRONG).prune(ORDER), { code: 'JOURNAL_CORRUPT', message: /do not say what/ });
    assert.deepEqual([place.reader().pruned(), sealedClosings(place.reader())], [[], []], 'nothing says them');
    endsWithin(place.recorder({ ...WRONG, check: () => undefined }));
    const journal = place.reader();
    assert.deepEqual(journal.pruned(), []);
    const [part] = sealedClosings(journal);
    assert.ok(part !== undefined);
    for (const persons of [true, false])
      assert.throws(() => checkFigures(journal, part, closingTexts(journal, part), persons), {
        code: 'JOURNAL_CORRUPT',
      });
    assert.throws(() => closingTexts(journal, { ...part, digest: 'another' }), { code: 'JOURNAL_CORRUPT' });
  });

  test('those that an earlier version left, and that read otherwise now, are closed anew, and the new ones are named', (t) => {
    const place = copied(t);
    endsWithin(place.recorder({ ...WRONG, check: () => undefined }));
    const { closed } = place.recorder(closing).prune(ORDER);
    const [left, named, ...more] = sealedClosings(place.reader());
    assert.deepEqual([closed, more], [[named], []]);
    assert.notEqual(left?.digest, named?.digest);
    assert.deepEqual(place.reader().pruned()[0]?.closed[0]?.first, named?.first);
    assert.equal(place.verify().outcome, 'TRUNCATION_NOT_EXCLUDED');
    const journal = place.reader();
    const groups = journal.groups.bind(journal);
    let furthest = 0;
    journal.groups = (index, names) => {
      furthest = Math.max(furthest, index);
      return groups(index, names);
    };
    assert.ok(left !== undefined && closingTexts(journal, left).length > 0);
    assert.equal(
      furthest,
      left.first + left.entries - 1,
      'what one part came to is read without those that came after',
    );
  });

  test('records that are not those that were sealed are not closed: what was changed would be found nowhere again', (t) => {
    for (const [file, from, to] of [
      ['records/0.sealed', '"outcome":"completed"', '"outcome":"cancelled"'],
      ['log/entries/0.sealed', '"kind":"call"', '"kind":"cell"'],
    ] as const) {
      const place = copied(t);
      forge(join(place.folder, file), from, to);
      assert.notEqual(place.verify().outcome, 'TRUNCATION_NOT_EXCLUDED');
      const recorder = place.recorder(closing);
      const refused = { code: 'JOURNAL_CORRUPT', message: /0 to 16383 are not those that were sealed/ };
      assert.throws(() => recorder.prune(ORDER), refused);
      recorder.close();
      assert.deepEqual([place.reader().pruned(), sealedClosings(place.reader())], [[], []]);
    }
  });

  test('records that are young, or held, do not go because the index of ids says that they are old', (t) => {
    const place = copied(t);
    const path = join(place.folder, 'index/ids/0.sorted');
    const bytes = readFileSync(path);
    bytes.fill(0, 0, 12);
    bytes.writeUInt32BE(crc32(bytes.subarray(16), crc32(bytes.subarray(0, 12))), 12);
    writeFileSync(path, bytes);
    const held = { ...ORDER, holds: [{ from: Date.UTC(2026, 8, 1), until: Date.UTC(2027, 0, 1) }] };
    for (const order of [{ ...ORDER, before: Date.UTC(2026, 0, 1) }, held]) {
      const recorder = place.recorder(closing);
      assert.throws(() => recorder.prune(order), { code: 'JOURNAL_CORRUPT', message: /not as old as the index says/ });
      recorder.close();
    }
    assert.deepEqual(place.reader().pruned(), []);
  });

  test('figures that were changed where they lie are folded into no table', (t) => {
    const place = copied(t);
    const recorder = place.recorder(closing);
    const [part] = recorder.prune(ORDER).closed;
    recorder.close();
    const path = join(place.folder, 'records/1.open');
    const text = readFileSync(path, 'latin1');
    const at = text.lastIndexOf('"calls":', text.lastIndexOf('"request_bytes":'));
    assert.ok(part !== undefined && at > 0);
    const last = closingTexts(place.reader(), part);
    assert.ok(last.some((said) => said.includes('"request_bytes":')));
    const [, digit = ''] = /"request_bytes":(\d)/.exec(text.slice(at)) ?? [];
    const other = String((Number(digit) % 9) + 1);
    const changed = `${text.slice(0, at)}${text.slice(at).replace(`"request_bytes":${digit}`, `"request_bytes":${other}`)}`;
    writeFileSync(path, changed, 'latin1');
    assert.throws(() => closedFact(place.reader(), part), {
      code: 'JOURNAL_CORRUPT',
      message: /entry \d+ says was changed/,
    });
  });

  test('a pruning that names other entries than those that close it is bad evidence', (t) => {
    const place = copied(t);
    const recorder = place.recorder(closing);
    const closed = [{ from: 0, to: PART, first: 7, entries: 1, digest: 'x' }];
    const said = { by: 'command', closed, policy: 'records: 10d', ranges: [{ from: 0, to: PART }], v: 1 };
    recorder.record([{ kind: 'pruned', public: JSON.stringify(said) }]);
    recorder.close();
    const found = place.verify();
    assert.equal(found.outcome, 'PROOF_INVALID');
    assert.match(found.problem ?? '', /says that entry 7 closes 0 to 16383, and it does not/);
  });
});
