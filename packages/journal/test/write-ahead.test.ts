import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LIMITS } from '@weighbridge/kernel';
import type { EntryDraft } from '@weighbridge/protocol';
import { recorderFailing, setRecorderFailing } from '../src/index.ts';
import {
  BATCH_HEADER_BYTES,
  batchNumbers,
  decodeBatch,
  draftBound,
  encodeDraft,
  finishBatch,
  laterBatches,
  lookAtBatch,
} from '../src/wal/frame.ts';
import { SegmentReader } from '../src/wal/segment-reader.ts';
import { WalTail } from '../src/wal/tail.ts';
import { makeWorld, type World } from './support/world.ts';

const seed = Number(process.env['SEED'] ?? 20261122);
const walFiles = (world: World): string[] =>
  readdirSync(join(world.folder, 'wal'))
    .filter((name) => name.endsWith('.wal'))
    .sort();

function batchesIn(world: World, name: string): Buffer[] {
  const reader = new SegmentReader(join(world.folder, 'wal', name), { lane: 1, epoch: 1, number: 0, reserve: false });
  const batches: Buffer[] = [];
  for (let taken = reader.take(); taken.state === 'batch'; taken = reader.take()) batches.push(taken.batch);
  reader.close();
  return batches;
}

function drain(world: World): string[] {
  const tail = new WalTail(world.folder, world.epoch + 1, []);
  tail.list();
  const ids: string[] = [];
  for (let taken = tail.take(); taken !== null; taken = tail.take()) ids.push(...taken.drafts.map((draft) => draft.id));
  tail.close();
  return ids;
}

function encode(drafts: readonly EntryDraft[], firstSeq = 0, unsynced = 0): Buffer {
  const buffer = Buffer.alloc(BATCH_HEADER_BYTES + drafts.reduce((sum, draft) => sum + draftBound(draft), 0));
  const end = drafts.reduce((at, draft) => encodeDraft(draft, buffer, at), BATCH_HEADER_BYTES);
  finishBatch(buffer.subarray(0, end), { count: drafts.length, firstSeq, refused: 0, unsynced });
  return buffer.subarray(0, end);
}

describe('frames', () => {
  test('any drafts come back as they went in', (t) => {
    const world = makeWorld(t);
    const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 200 }), { nil: undefined });
    const given = fc.record({
      public: text,
      commercial: text,
      personal: text,
      subject: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    });
    fc.assert(
      fc.property(fc.array(given, { minLength: 1, maxLength: 8 }), fc.nat(), (list, firstSeq) => {
        const drafts = list.map((one) => world.draft('call', one as Partial<EntryDraft>));
        const batch = encode(drafts, firstSeq);
        assert.deepEqual(lookAtBatch(batch), { state: 'whole', length: batch.length });
        assert.deepEqual(batchNumbers(batch), { count: drafts.length, firstSeq, durable: firstSeq });
        const bytes = (value: string | undefined): Buffer | null => (value === undefined ? null : Buffer.from(value));
        assert.deepEqual(
          decodeBatch(batch),
          drafts.map(({ kind, id, at, subject = '', ...groups }, i) => ({
            seq: firstSeq + i,
            kind,
            id,
            at,
            subject,
            commercial: bytes(groups.commercial),
            personal: bytes(groups.personal),
            public: bytes(groups.public),
          })),
        );
      }),
      { numRuns: 60, seed },
    );
  });

  test('a batch with any one byte changed is no batch, and one cut anywhere is waited for', (t) => {
    const world = makeWorld(t);
    const batch = encode([world.draft('call', { personal: '{}', subject: 's' }), world.draft('intent')]);
    for (let at = 0; at < batch.length; at += 1) {
      const changed = Buffer.from(batch);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.notEqual(lookAtBatch(changed).state, 'whole', `byte ${at}`);
      assert.notEqual(lookAtBatch(batch.subarray(0, at)).state, 'whole', `cut at ${at}`);
    }
    assert.equal(laterBatches(Buffer.concat([Buffer.from('torn'), batch]))?.at, 4);
    assert.equal(laterBatches(Buffer.concat([batch.subarray(0, -1), Buffer.from('torn')])), null);
    const later = [encode([world.draft('call')], 20, 2), encode([world.draft('call')], 24, 9)];
    assert.equal(
      laterBatches(Buffer.concat([Buffer.from('torn'), ...later]))?.durable,
      18,
      'the most that any of them says',
    );
  });
});

describe('appending', () => {
  test('what one turn of the event loop appends is one batch, in order', async (t) => {
    const world = makeWorld(t);
    const lane = world.lane();
    const drafts = Array.from({ length: 5 }, () => world.draft('intent'));
    const first = drafts.map((draft) => lane.append(draft));
    assert.equal(new Set(first).size, 1, 'one promise for all of them');
    await Promise.all(first);
    await lane.append(world.draft('call'));
    const [name = ''] = walFiles(world);
    const batches = batchesIn(world, name).map(decodeBatch);
    assert.deepEqual(
      batches.map((batch) => batch.length),
      [5, 1],
    );
    assert.deepEqual(
      batches.flat().map((draft) => draft.seq),
      [0, 1, 2, 3, 4, 5],
    );
    assert.deepEqual(
      batches[0]?.map((draft) => draft.id),
      drafts.map((draft) => draft.id),
    );
  });

  for (const durability of ['process', 'disk'] as const) {
    test(`with durability ${durability} the bytes are in the file when the promise resolves`, async (t) => {
      const world = makeWorld(t);
      const lane = world.lane({ durability });
      for (let i = 0; i < 20; i += 1) {
        const draft = world.draft('call');
        await lane.append(draft);
        assert.equal(drain(world).at(-1), draft.id);
      }
    });

    test(`with durability ${durability} many appends at once all resolve, across segments`, async (t) => {
      const world = makeWorld(t);
      const lane = world.lane({ durability, segmentBytes: 20_000 });
      const ids: string[] = [];
      for (let turn = 0; turn < 40; turn += 1) {
        const drafts = Array.from({ length: 25 }, () => world.draft('call'));
        ids.push(...drafts.map((draft) => draft.id));
        const all = Promise.all(drafts.map((draft) => lane.append(draft)));
        if (turn % 3 === 0) await all;
        else await new Promise((resolve) => setImmediate(resolve));
      }
      await lane.close();
      assert.ok(walFiles(world).length > 2, 'several segments');
      assert.deepEqual(drain(world), ids);
    });
  }

  test('a batch is written at once when it has grown large', async (t) => {
    const world = makeWorld(t);
    const lane = world.lane();
    const text = JSON.stringify('x'.repeat(500_000));
    const appended = Array.from({ length: 12 }, () => lane.append(world.draft('call', { public: text })));
    assert.ok(statSync(join(world.folder, 'wal', walFiles(world)[0] ?? '')).size > 4_000_000, 'before the turn ends');
    await Promise.all(appended);
    assert.equal(drain(world).length, 12);
  });

  test('a segment with content is closed when it is old, an empty one is not', async (t) => {
    const world = makeWorld(t);
    const lane = world.lane();
    world.clock.advance(120_000);
    lane.tick();
    assert.equal(walFiles(world).length, 1);
    await lane.append(world.draft('call'));
    lane.tick();
    assert.equal(walFiles(world).length, 2);
    lane.tick();
    assert.equal(walFiles(world).length, 2);
  });
});

describe('refusals', () => {
  test('a group or subject beyond its bound is refused, and nothing of it is written', async (t) => {
    const world = makeWorld(t);
    const lane = world.lane();
    const long = 'é'.repeat(LIMITS.group_bytes / 2 + 1);
    for (const given of [
      { public: long },
      { commercial: 'x'.repeat(LIMITS.group_bytes + 1) },
      { personal: '{}', subject: 's'.repeat(513) },
    ]) {
      await assert.rejects(lane.append(world.draft('call', given)), { code: 'FIELD_TOO_LARGE' });
    }
    const fits = world.draft('call', {
      public: 'é'.repeat(LIMITS.group_bytes / 2),
      personal: '{}',
      subject: 's'.repeat(512),
    });
    await lane.append(fits);
    assert.deepEqual(drain(world), [fits.id]);
  });

  test('a draft that no writer may make is a fault of the writer', async (t) => {
    const world = makeWorld(t);
    const lane = world.lane();
    const wrong: Partial<EntryDraft>[] = [
      { id: 'not a ulid' },
      { at: 1.5 },
      { at: -1 },
      { personal: '{}' },
      { kind: 'gossip' as never },
    ];
    for (const given of wrong) await assert.rejects(lane.append(world.draft('call', given)), { code: 'INTERNAL' });
    assert.deepEqual(drain(world), []);
    assert.throws(() => world.lane({ build: 'b'.repeat(513) }), { code: 'FIELD_TOO_LARGE' });
  });

  test('a lane is not opened twice in one epoch: its numbers would repeat', (t) => {
    const world = makeWorld(t);
    world.lane({ lane: 4 });
    assert.throws(() => world.lane({ lane: 4 }), { code: 'INTERNAL', message: /opened once in epoch 1/ });
    world.restart();
    assert.equal(world.lane({ lane: 4 }).available, true);
  });

  test('no more entries wait for the disk than the limit says', async (t) => {
    const world = makeWorld(t);
    const lane = world.lane();
    const draft = world.draft('intent', { public: '{}' });
    const waiting = Array.from({ length: LIMITS.pending_entries }, () => lane.append(draft));
    await assert.rejects(lane.append(draft), { code: 'JOURNAL_UNAVAILABLE' });
    await Promise.all(waiting);
    await lane.append(draft);
    assert.equal(lane.available, true);
  });

  test('a lane is unavailable while the recorder says that it fails, and once closed', async (t) => {
    const world = makeWorld(t);
    const lane = world.lane({ signals: world.signals });
    assert.equal(lane.available, true);
    setRecorderFailing(world.signals, true);
    assert.equal(lane.available, false);
    assert.equal(recorderFailing(world.signals), true);
    await lane.append(world.draft('call'));
    setRecorderFailing(world.signals, false);
    assert.equal(lane.available, true);
    await lane.close();
    assert.equal(lane.available, false);
    await assert.rejects(lane.append(world.draft('call')), { code: 'JOURNAL_UNAVAILABLE' });
  });
});

describe('damage', () => {
  test('a torn tail of a dead writer is passed over, at every length', async (t) => {
    const world = makeWorld(t);
    const lane = world.lane();
    const kept = world.draft('call');
    await lane.append(kept);
    const path = join(world.folder, 'wal', walFiles(world)[0] ?? '');
    const whole = statSync(path).size;
    await lane.append(world.draft('call'));
    await lane.close();
    for (let size = statSync(path).size - 1; size >= whole; size -= 7) {
      truncateSync(path, size);
      assert.deepEqual(drain(world), [kept.id], `cut to ${size}`);
    }
  });

  test('damage before a sound batch is reported, not skipped', async (t) => {
    const world = makeWorld(t);
    const lane = world.lane();
    await lane.append(world.draft('call'));
    const path = join(world.folder, 'wal', walFiles(world)[0] ?? '');
    const at = statSync(path).size - 3;
    await lane.append(world.draft('call'));
    await lane.close();
    const bytes = readFileSync(path);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    assert.throws(() => drain(world), { code: 'JOURNAL_CORRUPT', message: /damaged in the middle/ });
  });

  test('a segment that was taken away is missed', async (t) => {
    const world = makeWorld(t);
    const lane = world.lane({ segmentBytes: 1 });
    for (let i = 0; i < 3; i += 1) await lane.append(world.draft('call'));
    await lane.close();
    rmSync(join(world.folder, 'wal', walFiles(world)[1] ?? ''));
    assert.throws(() => drain(world), { code: 'JOURNAL_CORRUPT', message: /entry 1 was never seen/ });
  });
});
