// What of the cosignatures is kept: whoever asks for k of n finds the newest checkpoint that k have cosigned, and every
// witness's newest word is there; the rest is forgotten, and no more than a bound is held.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LIMITS } from '@weighbridge/kernel';
import { bestFor, parseCosigned, formatCosigned, readCosigned } from '../src/cosigned/cosigned-file.ts';
import { GatheredCosignatures } from '../src/cosigned/gathered.ts';
import { readCheckpoint } from '../src/note/checkpoint.ts';
import { cosignaturesOn, generateCosignerKey, parseCosigner } from '../src/witness/cosignature.ts';
import { growLog } from './support/grown-log.ts';

const log = growLog();
const cosigners = [1, 2, 3, 4].map((n) => parseCosigner(generateCosignerKey(`w${n}.example`, Buffer.alloc(32, n))));
const keys = cosigners.map(({ key }) => key);
const notes = Array.from({ length: 40 }, (_, at) => log.checkpoint(at + 1));

function add(gathered: GatheredCosignatures, which: number, size: number): void {
  const checkpoint = readCheckpoint(notes[size - 1] ?? '');
  const cosigner = cosigners[which];
  assert.ok(cosigner !== undefined);
  const text = checkpoint.text.slice(0, checkpoint.text.indexOf('\n\n') + 1);
  gathered.add(checkpoint, cosigner.key, cosigner.cosign(text, 1_000 + size), (1_000 + size) * 1_000);
}

describe('cosignatures that were gathered', () => {
  test('for every number of witnesses the newest checkpoint is kept, and of each witness its newest', () => {
    const said = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 40 })), { maxLength: 40 });
    fc.assert(
      fc.property(said, (pairs) => {
        const gathered = new GatheredCosignatures(keys);
        const by = new Map<number, Set<number>>();
        for (const [which, size] of pairs) {
          add(gathered, which, size);
          by.set(size, (by.get(size) ?? new Set()).add(which));
        }
        const kept = gathered.keep(0).map((note) => ({ note, size: readCheckpoint(note).size }));
        assert.deepEqual(
          kept.map(({ size }) => size),
          kept.map(({ size }) => size).toSorted((a, b) => b - a),
        );
        for (let count = 1; count <= 4; count += 1) {
          const newest = Math.max(0, ...[...by].filter(([, who]) => who.size >= count).map(([size]) => size));
          const found = kept.filter(({ note }) => cosignaturesOn(note, keys).length >= count).map(({ size }) => size);
          assert.equal(Math.max(0, ...found), newest, `${count} witnesses`);
        }
        for (const [which, key] of keys.entries()) {
          const newest = Math.max(0, ...[...by].filter(([, who]) => who.has(which)).map(([size]) => size));
          assert.equal(gathered.newestOf(key)?.size ?? 0, newest);
        }
        assert.ok(kept.length <= 2 * keys.length);
        // A restart on what was kept keeps the same.
        const again = new GatheredCosignatures(keys);
        for (const one of parseCosigned(formatCosigned(kept.map(({ note }) => note)))) again.restore(one);
        assert.deepEqual(
          again.keep(0),
          kept.map(({ note }) => note),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('what is neither kept nor recent is forgotten; a witness that is asked no more is left behind', () => {
    const gathered = new GatheredCosignatures(keys);
    for (let size = 1; size <= 20; size += 1) add(gathered, 0, size);
    assert.deepEqual(
      gathered.keep(20).map((note) => readCheckpoint(note).size),
      [20],
    );
    add(gathered, 1, 19);
    assert.deepEqual(
      gathered.keep(20).map((note) => [readCheckpoint(note).size, cosignaturesOn(note, keys).length]),
      [
        [20, 1],
        [19, 1],
      ],
    );
    const fewer = new GatheredCosignatures(keys.slice(1));
    for (const note of gathered.keep(20)) fewer.restore(readCheckpoint(note));
    assert.deepEqual(
      fewer.keep(0).map((note) => cosignaturesOn(note, keys).length),
      [1],
    );
    assert.ok(LIMITS.cosigned_checkpoints >= 2 * LIMITS.log_witnesses);
  });

  test('a proof takes the checkpoint that most have cosigned, never one too small, too large or by fewer keys', () => {
    const withLines = (size: number, count: number) => {
      const note = notes[size - 1] ?? '';
      const text = note.slice(0, note.indexOf('\n\n') + 1);
      return readCosigned(
        note +
          cosigners
            .slice(0, count)
            .map((one) => one.cosign(text, 5))
            .join(''),
      );
    };
    const newest = readCheckpoint(notes[29] ?? '');
    const cosigned = [withLines(40, 4), withLines(25, 1), withLines(20, 3), withLines(15, 3), withLines(5, 4)];
    assert.equal(bestFor(10, newest, cosigned).size, 20);
    assert.equal(bestFor(22, newest, cosigned).size, 25);
    assert.equal(bestFor(27, newest, cosigned).size, 30);
    assert.equal(bestFor(4, newest, cosigned).size, 5);
    const other = growLog(log.origin, 'a newer key').checkpoint(30);
    const both = readCheckpoint(`${notes[29]}${other.slice(other.lastIndexOf('\n\n') + 2)}`);
    assert.equal(bestFor(10, both, cosigned).size, 30);
  });

  test('what is no such list is refused', () => {
    for (const text of ['', 'null', '{}', '{"checkpoints":[1]}', '{"checkpoints":["x"]}', 'x'.repeat(5_000_000)])
      assert.throws(() => parseCosigned(text), { code: 'PROOF_INVALID' });
  });
});
