// What a caller may write into `weighbridge-deadline`: a length of time or an instant with its zone, and nothing that is
// nearly one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deferralOf } from '../../src/deadline/deadline.ts';

const NOW = Date.UTC(2026, 10, 30, 12);
const until = (header: string): number => deferralOf(header, NOW, false).until;

test('a length of time counts from now, an instant is what it says in its zone', () => {
  assert.equal(until('90m') - NOW, 90 * 60_000);
  assert.equal(until(' 7d ') - NOW, 7 * 24 * 3_600_000);
  assert.equal(until('2026-12-01T06:00:00Z'), Date.UTC(2026, 11, 1, 6));
  assert.equal(until('2026-12-01T06:00+02:00'), Date.UTC(2026, 11, 1, 4));
  assert.ok(until('2020-01-01T00:00:00Z') < NOW, 'one that is past is too near, and no mistake');
});

for (const wrong of [
  '',
  '6',
  '6 h',
  '-6h',
  '0s',
  '8d',
  '1e3h',
  '6h, 7h',
  'NaN',
  '2026-12-01',
  '2026-12-01T06:00:00',
  '2026-11-31T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-12-01T25:00:00Z',
  '2026-12-01T06:00:00+25:00',
  '9'.repeat(400) + 's',
])
  test(`"${wrong.slice(0, 40)}" is refused`, () => {
    assert.throws(() => until(wrong), { code: 'BAD_REQUEST' });
  });
