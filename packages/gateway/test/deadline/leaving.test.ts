// A whole batch leaves at a deadline: so many at once and no more, in their order, and each of them in time.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Leaving, type Leaver, type LeavingLane } from '../../src/deadline/leaving.ts';

const MINUTE = 60_000;

function scene() {
  const clock = { ms: 0, wall: () => clock.ms, monotonic: () => clock.ms };
  let watched = 0;
  const watch = { add: () => void (watched += 1), delete: () => void (watched -= 1) };
  const lane = { clock, watch } as unknown as LeavingLane;
  const leaving = new Leaving();
  const gone: number[] = [];
  const join = (calls: number, latestAt: number, over = false): Leaver[] =>
    Array.from({ length: calls }, (_, at) => {
      const leaver: Leaver = {
        latestAt,
        go: () => {
          gone.push(at);
          if (over) leaving.ended();
        },
      };
      leaving.join(lane, leaver);
      return leaver;
    });
  const pass = (ms: number): void => {
    for (const end = clock.ms + ms; clock.ms < end;) {
      clock.ms += 20;
      if (watched > 0) leaving.overdue(clock.ms);
    }
  };
  return { leaving, gone, join, pass, watched: () => watched };
}

describe('calls that leave their batch together', () => {
  test('go sixty-four at a time, in their order, each as another ends', () => {
    const { leaving, gone, join, pass, watched } = scene();
    join(1_000, 5 * MINUTE);
    assert.equal(gone.length, 64);
    pass(3 * MINUTE);
    assert.equal(gone.length, 64, 'time alone lets none go while there is enough of it');
    for (let ended = 1; ended <= 936; ended += 1) {
      leaving.ended();
      assert.equal(gone.length, 64 + ended);
    }
    assert.deepEqual(gone, [...gone.keys()]);
    pass(20);
    assert.equal(watched(), 0);
  });

  test('go evenly within the last minute, and all of them in time, though none ends', () => {
    const { gone, join, pass, watched } = scene();
    join(1_000, 5 * MINUTE);
    pass(4 * MINUTE);
    const seen: number[] = [];
    for (let second = 0; second < 60; second += 1) {
      const before = gone.length;
      pass(1_000);
      seen.push(gone.length - before);
    }
    assert.equal(gone.length, 1_000);
    assert.ok(Math.max(...seen) <= 60, `${seen.join()}: no second takes them all`);
    assert.equal(watched(), 0);
  });

  test('go at once where their time is up, and at a stop', () => {
    const { leaving, gone, join, pass } = scene();
    join(100, 0);
    pass(20);
    assert.equal(gone.length, 100);
    const [one, other] = join(2, MINUTE * 9);
    assert.ok(one !== undefined && other !== undefined);
    leaving.hurry(one);
    assert.equal(gone.length, 101);
    assert.equal(leaving.leave(other), true, 'its caller left');
    assert.equal(leaving.leave(one), false);
  });

  test('that are all refused at once stand in nobody’s way', () => {
    const { leaving, gone, join } = scene();
    const first = join(64, MINUTE);
    join(10_000, MINUTE, true);
    assert.equal(first.length, gone.length);
    leaving.ended();
    assert.equal(gone.length, 10_064);
  });
});
