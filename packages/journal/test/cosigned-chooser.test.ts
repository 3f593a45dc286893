// Which checkpoint which witness is asked for, in a simulated world of witnesses with a pace of their own: whoever asks
// for all of them finds a checkpoint that all have, and no witness ever waits for another.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Checkpoint } from '../src/index.ts';
import { ANCHOR_MS, Chooser, RENEW_MS, SLOW_MS } from '../src/cosigned/chooser.ts';
import { fakeClock } from './support/world.ts';

const checkpointOf = (size: number): Checkpoint => ({ origin: 'log', size, root: Buffer.alloc(32), text: '' });

interface Simulated {
  readonly latency: number;
  readonly sizes: Set<number>;
  size: number;
  at: number;
  busyUntil: number;
  target: number;
}

/** Runs `seconds` of a log that grows each second; returns for each instant the largest size that all have. */
function simulate(latencies: readonly number[], seconds: number) {
  const clock = fakeClock();
  const chooser = new Chooser(clock);
  const witnesses = latencies.map((latency): Simulated => ({
    latency,
    sizes: new Set(),
    size: 0,
    at: 0,
    busyUntil: 0,
    target: 0,
  }));
  const common: number[] = [];
  for (let now = 0; now < seconds * 1_000; now += 100) {
    const newest = checkpointOf(1 + Math.floor(now / 1_000));
    for (const witness of witnesses) {
      if (witness.target > 0 && witness.busyUntil <= now) {
        witness.sizes.add(witness.target);
        Object.assign(witness, { size: witness.target, at: clock.wall(), target: 0 });
      }
    }
    for (const witness of witnesses) {
      if (witness.target > 0) continue;
      const all = witnesses.map((each) => ({ ...each, live: true, tookMs: each.at === 0 ? 0 : each.latency }));
      const next = chooser.next({ ...witness, live: true, tookMs: witness.latency }, all, newest);
      if (next === null) {
        const waits = witness.latency > SLOW_MS;
        assert.ok(waits || witness.size >= newest.size, 'nobody fast stands idle while there is news');
        continue;
      }
      assert.ok(next.size > witness.size, 'a witness is never sent back');
      Object.assign(witness, { target: next.size, busyUntil: now + witness.latency });
    }
    const shared = [...(witnesses[0]?.sizes ?? [])].filter((size) => witnesses.every(({ sizes }) => sizes.has(size)));
    common.push(Math.max(0, ...shared));
    clock.advance(100);
  }
  return { common, newestOf: (at: number) => 1 + Math.floor(at / 10) };
}

describe('the checkpoint that a witness is asked for', () => {
  test('witnesses of any pace meet again and again on one checkpoint', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 2, maxLength: 6 }), (latencies) => {
        const { common, newestOf } = simulate(latencies, 120);
        const slowest = Math.max(...latencies);
        // A checkpoint that all have is never older than two turns of the slowest, and a turn of a fast one before each.
        const most = Math.ceil((2 * slowest + 2 * SLOW_MS) / 1_000) + 1;
        for (let at = 10 * most + 10; at < common.length; at += 1)
          assert.ok(newestOf(at) - (common[at] ?? 0) <= most, `${latencies.join(', ')} at ${at / 10} s`);
      }),
      { numRuns: 200 },
    );
  });

  test('a fast witness has every checkpoint, whatever the slow ones do', () => {
    const clock = fakeClock();
    const chooser = new Chooser(clock);
    const slow = { size: 0, at: 0, live: true, tookMs: 10 };
    const fast = { size: 0, at: 0, live: true, tookMs: 10 };
    for (let size = 1; size < 20; size += 1) {
      const next = chooser.next(fast, [slow, fast], checkpointOf(size));
      assert.equal(next?.size, size);
      Object.assign(fast, { size, at: clock.wall() });
      clock.advance(1_000);
    }
  });

  test('an anchor that one witness does not get done is given up, and one that does not answer holds up none', () => {
    const clock = fakeClock();
    const chooser = new Chooser(clock);
    const stuck = { size: 0, at: 0, live: true, tookMs: 10 };
    const other = { size: 0, at: 0, live: true, tookMs: 10 };
    assert.equal(chooser.next(other, [stuck, other], checkpointOf(1))?.size, 1);
    clock.advance(ANCHOR_MS - 1);
    assert.equal(chooser.next(stuck, [stuck, other], checkpointOf(5))?.size, 1);
    clock.advance(1);
    assert.equal(chooser.next(stuck, [stuck, other], checkpointOf(5))?.size, 5);
    const dead = { size: 0, at: 0, live: false, tookMs: 10 };
    const alive = { size: 5, at: 1, live: true, tookMs: 10 };
    assert.equal(chooser.next(alive, [dead, alive], checkpointOf(9))?.size, 9);
    assert.equal(chooser.anchorSize, 9);
  });

  test('a quiet log is cosigned again every five minutes, and not before', () => {
    const clock = fakeClock();
    const chooser = new Chooser(clock);
    const witness = { size: 3, at: clock.wall(), live: true, tookMs: 10 };
    assert.equal(chooser.next(witness, [witness], checkpointOf(3)), null);
    clock.advance(RENEW_MS - 1);
    assert.equal(chooser.next(witness, [witness], checkpointOf(3)), null);
    clock.advance(1);
    assert.equal(chooser.next(witness, [witness], checkpointOf(3))?.size, 3);
  });
});
