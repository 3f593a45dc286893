// When a limit would run out: what was spent of late, gone on with, and nothing said where too little was seen.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { calendarPace, rollingPace } from '../../src/alerts/forecast.ts';

const HOUR = 3_600_000;
const day = { begin: 0, end: 24 * HOUR };

describe('of a window of the calendar', () => {
  test('it goes on with the pace since the window began', () => {
    const pace = calendarPace({ now: 6 * HOUR, amount: 100, spent: 50 }, day, null);
    assert.deepEqual([pace?.basis, pace?.overMs, pace?.runsOut], ['window', 6 * HOUR, 12 * HOUR]);
  });
  test('an earlier look gives the pace of late, which counts more than the morning', () => {
    const pace = calendarPace({ now: 6 * HOUR, amount: 100, spent: 50 }, day, { at: 5 * HOUR, spent: 40 });
    assert.deepEqual([pace?.basis, pace?.runsOut], ['recent', 11 * HOUR]);
  });
  test('a look at the window before does not count', () => {
    assert.equal(
      calendarPace({ now: 6 * HOUR, amount: 100, spent: 50 }, day, { at: -HOUR, spent: 90 })?.basis,
      'window',
    );
  });
  test('what lasts until the window turns says so, and of a full one or of the first minute nothing is said', () => {
    assert.equal(calendarPace({ now: 6 * HOUR, amount: 100, spent: 5 }, day, null)?.runsOut, null);
    assert.equal(calendarPace({ now: 6 * HOUR, amount: 100, spent: 0 }, day, null)?.runsOut, null);
    assert.equal(calendarPace({ now: 6 * HOUR, amount: 100, spent: 100 }, day, null), null);
    assert.equal(calendarPace({ now: 59_999, amount: 100, spent: 1 }, day, null), null);
  });
});

describe('of a window of a duration', () => {
  const PART = 60_000;
  test('what comes back meanwhile is counted: a steady pace that fits lasts for good', () => {
    const parts = Array.from({ length: 21 }, (_, index) => (index === 20 ? 0 : 4));
    const pace = rollingPace({ now: 100 * PART, amount: 100, spent: 80 }, parts, PART);
    assert.equal(pace?.runsOut, null);
  });
  test('a pace that has just begun runs out when its sum reaches the amount', () => {
    const parts = Array.from({ length: 21 }, (_, index) => (index >= 15 ? 10 : 0));
    // Six parts of ten, in a little more than five parts: twelve for each part that comes.
    const pace = rollingPace({ now: 100 * PART, amount: 100, spent: 60 }, parts, PART);
    assert.equal(pace?.runsOut, 100 * PART + Math.ceil((100 - 60) / (60 / (5 * PART))));
  });
  test('it never runs out before now, nor at a pace of nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 21, maxLength: 21 }),
        fc.integer({ min: 1, max: 2_000 }),
        (parts, amount) => {
          const spent = parts.reduce((sum, part) => sum + part, 0);
          const pace = rollingPace({ now: 100 * PART + 7, amount, spent }, parts, PART);
          if (spent >= amount) return assert.equal(pace, null);
          assert.ok(pace !== null && (pace.runsOut === null || pace.runsOut >= 100 * PART));
          if (parts.slice(-6).every((part) => part === 0)) assert.equal(pace.runsOut, null);
        },
      ),
      { seed: 11 },
    );
  });
});
