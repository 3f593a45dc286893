// Where windows begin and end, in zones with a summer time and in zones of half an hour; and what a rolling one keeps.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LimitCalendar } from '@weighbridge/protocol';
import { calendarWindow, windowBegin, windowClock } from '../../src/limits/window.ts';

const at = (text: string): number => Date.parse(text);

const WINDOWS: readonly (readonly [LimitCalendar, string, string, string, string])[] = [
  ['minute', 'UTC', '2026-11-30T11:42:59.999Z', '2026-11-30T11:42:00Z', '2026-11-30T11:43:00Z'],
  ['hour', 'Asia/Kolkata', '2026-11-30T11:42:00Z', '2026-11-30T11:30:00Z', '2026-11-30T12:30:00Z'],
  ['day', 'UTC', '2026-11-30T23:59:59Z', '2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z'],
  ['day', 'Europe/Berlin', '2026-11-30T23:30:00Z', '2026-11-30T23:00:00Z', '2026-12-01T23:00:00Z'],
  // The last Sunday of October has 25 hours there, and the hour after two comes twice.
  ['day', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  ['hour', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z'],
  ['hour', 'Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z'],
  ['week', 'UTC', '2026-11-29T23:59:59Z', '2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z'],
  ['week', 'UTC', '2026-11-30T00:00:00Z', '2026-11-30T00:00:00Z', '2026-12-07T00:00:00Z'],
  ['month', 'America/New_York', '2026-11-01T03:00:00Z', '2026-10-01T04:00:00Z', '2026-11-01T04:00:00Z'],
  ['month', 'America/New_York', '2026-11-30T12:00:00Z', '2026-11-01T04:00:00Z', '2026-12-01T05:00:00Z'],
];
for (const [unit, zone, instant, begin, end] of WINDOWS) {
  test(`the ${unit} of ${instant} in ${zone} is ${begin} to ${end}`, () => {
    assert.deepEqual(calendarWindow(unit, zone, at(instant)), { begin: at(begin), end: at(end) });
    const clock = windowClock({ kind: 'calendar', unit, zone });
    assert.equal(clock.step(at(instant)), at(begin));
    assert.equal(clock.end(at(begin)), at(end));
    assert.equal(clock.step(at(end)), at(end), 'the end belongs to the next');
    assert.equal(clock.step(at(end) - 1), at(begin));
    assert.equal(windowBegin({ kind: 'calendar', unit, zone }, at(instant)), at(begin));
  });
}

test('a rolling window holds all of its length for certain, and lets go at most a twentieth late', () => {
  const clock = windowClock({ kind: 'rolling', seconds: 60 });
  const taken = at('2026-11-30T11:00:01Z');
  const step = clock.step(taken);
  for (let late = 0; late < 60_000; late += 250)
    assert.ok(clock.counts(step, clock.step(taken + late)), `after ${late} ms`);
  assert.ok(!clock.counts(step, clock.step(taken + 63_000)));
  assert.ok(clock.end(step) > taken + 60_000 && clock.end(step) <= taken + 63_000);
});

test('what has no window always counts, and never comes back by itself', () => {
  const clock = windowClock(null);
  assert.equal(clock.end(clock.step(0)), Infinity);
  assert.ok(clock.counts(clock.step(0), clock.step(1e12)));
});
