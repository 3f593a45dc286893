// A fold is taken for hung by the processor time that its thread had: a full machine is no reason to begin anew.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { HungWatch } from '../../src/projector/hung-watch.ts';

function watched() {
  const clock = { ms: 0, wall: () => 0, monotonic: () => clock.ms };
  const watch = new HungWatch({ clock, hungMs: 60_000, stuckMs: 600_000 });
  let turn = 1;
  let processor = 5_000;
  return {
    /** So long passes, in which the thread has so much of a processor; null: it is not told. */
    after: (ms: number, had: number | null, working: string | null = 'rollups'): string | null => {
      clock.ms += ms;
      processor += had ?? 0;
      return watch.look({ reading: false, working, turn }, had === null ? null : processor);
    },
    nextTurn: (): void => void (turn += 1),
  };
}

describe('the watch over a fold', () => {
  test('one that computes for a minute and does not come back hangs', () => {
    const { after } = watched();
    assert.equal(after(0, 0), null);
    assert.equal(after(59_000, 58_000), null);
    assert.match(after(2_000, 2_000) ?? '', /"rollups" did not come back within 60 s of processor time/);
  });

  test('one that is starved for minutes does not, and neither does one that moves', () => {
    const { after, nextTurn } = watched();
    for (let minute = 0; minute < 9; minute += 1) assert.equal(after(60_000, 1_000), null);
    nextTurn();
    for (let turn = 0; turn < 60; turn += 1) {
      assert.equal(after(50_000, 50_000), null);
      nextTurn();
    }
    for (let pause = 0; pause < 20; pause += 1) assert.equal(after(60_000, 60_000, null), null);
  });

  test('one that does not come back for ten minutes does, whatever it had of a processor', () => {
    for (const had of [0, null]) {
      const { after } = watched();
      after(0, had);
      assert.equal(after(590_000, had), null);
      assert.match(after(11_000, had) ?? '', /"rollups" did not come back within 601 s/);
    }
  });

  test('what it computed before it was first asked counts for nothing', () => {
    const { after } = watched();
    after(0, null);
    assert.equal(after(61_000, 61_000), null);
    assert.match(after(31_000, 31_000) ?? '', /within 31 s of processor time/);
  });
});
