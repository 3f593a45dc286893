// Exact fractions, intervals and days against what arithmetic and the calendar say.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import { endOf, firstDay, lastDay, reversed, startOf } from '../src/numbers/calendar.ts';
import {
  apart,
  contains,
  divide as divideIntervals,
  intervalFrom,
  intervalText,
  multiply as times,
} from '../src/numbers/interval.ts';
import {
  add,
  compare,
  divide,
  exactText,
  fromDecimal,
  multiply,
  rational,
  roundedText,
  subtract,
  type Rational,
} from '../src/numbers/rational.ts';

const whole = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
const fraction = fc.tuple(whole, fc.bigInt({ min: 1n, max: 10n ** 9n })).map(([n, d]) => rational(n, d));
const SEED = { seed: 20261129, numRuns: 200 };

const mustRefuse = (run: () => unknown, says: RegExp): void =>
  assert.throws(run, (error) => isAppError(error) && error.code === 'BAD_REQUEST' && says.test(error.message));

describe('fractions', () => {
  test('what is added is taken away again, and what is multiplied divided', () =>
    fc.assert(
      fc.property(fraction, fraction, (a, b) => {
        assert.deepEqual(subtract(add(a, b), b), a);
        if (b.n !== 0n) assert.deepEqual(divide(multiply(a, b), b), a);
      }),
      SEED,
    ));
  test('stand in lowest terms with the sign on top', () => {
    assert.deepEqual(rational(6n, -4n), { n: -3n, d: 2n });
    assert.deepEqual(rational(0n, -7n), { n: 0n, d: 1n });
  });
  test('a decimal text is read exactly, and given back', () => {
    for (const text of ['0', '2.1', '-0.05', '30000000000', '0.000000000000000000000001'])
      assert.equal(exactText(fromDecimal(text)), text);
    assert.equal(exactText(rational(10_000_000n, 21n)), '10000000/21');
    mustRefuse(() => fromDecimal('1e9'), /"1e9" is not a decimal number/);
    mustRefuse(() => fromDecimal('١'), /not a decimal number/);
  });
  test('are rounded half away from zero, once, with thousands apart', () => {
    const text = (value: Rational, places: number): string => roundedText(value, places);
    assert.equal(text(rational(10_000_000n, 21n), 0), '476,190');
    assert.equal(text(fromDecimal('0.125'), 2), '0.13');
    assert.equal(text(fromDecimal('-0.125'), 2), '-0.13');
    assert.equal(text(fromDecimal('-0.001'), 2), '0.00');
    assert.equal(text(fromDecimal('1234567.891'), 1), '1,234,567.9');
  });
  test('rounding is never further off than half a unit of its last place', () =>
    fc.assert(
      fc.property(fraction, fc.integer({ min: 0, max: 6 }), (value, places) => {
        const printed = fromDecimal(roundedText(value, places).replaceAll(',', ''));
        const off = subtract(printed, value);
        const size = off.n < 0n ? rational(-off.n, off.d) : off;
        assert.ok(compare(size, rational(1n, 2n * 10n ** BigInt(places))) <= 0);
      }),
      SEED,
    ));
});

describe('intervals', () => {
  const between = fc
    .tuple(fraction, fraction)
    .map(([a, b]) => (compare(a, b) <= 0 ? { low: a, high: b } : { low: b, high: a }));
  test('of a product and a quotient hold the results of both ends and of the middles', () =>
    fc.assert(
      fc.property(between, between, (a, b) => {
        const middle = ({ low, high }: { low: Rational; high: Rational }): Rational =>
          divide(add(low, high), rational(2n));
        for (const x of [a.low, a.high, middle(a)])
          for (const y of [b.low, b.high, middle(b)]) {
            const product = multiply(x, y);
            assert.ok(contains(times(a, b), { low: product, high: product }));
            if (b.low.n <= 0n && b.high.n >= 0n) continue;
            const quotient = divide(x, y);
            assert.ok(contains(divideIntervals(a, b), { low: quotient, high: quotient }));
          }
      }),
      SEED,
    ));
  test('are not divided by what may be zero', () =>
    mustRefuse(() => divideIntervals(intervalFrom('1'), intervalFrom('-1', '1')), /holds zero/));
  test('do not end before they begin', () => mustRefuse(() => intervalFrom('2', '1'), /ends before it begins/));
  test('that touch are not apart', () => {
    assert.equal(apart(intervalFrom('1', '2'), intervalFrom('2', '3')), false);
    assert.equal(apart(intervalFrom('1', '2'), intervalFrom('2.1', '3')), true);
  });
  test('whose ends print alike are printed once', () => {
    assert.equal(intervalText(intervalFrom('1.001', '1.004'), 2), '1.00');
    assert.equal(intervalText(intervalFrom('1.8', '2.7'), 1), '1.8 to 2.7');
  });
});

describe('days', () => {
  test('a month and a year are all their days', () => {
    assert.equal(firstDay('2028-02'), '2028-02-01');
    assert.equal(lastDay('2028-02'), '2028-02-29');
    assert.equal(lastDay('2026'), '2026-12-31');
    assert.equal(endOf('2026-12-31') - startOf('2026-12-31'), 86_400_000);
  });
  test('that no calendar has are none', () => {
    for (const text of ['2026-13', '2027-02-29', '2026-00-10', '26-01-01', '2026-1-1', ''])
      assert.equal(firstDay(text), undefined, text);
  });
  test('are reversed only where no reading puts them in order', () => {
    assert.equal(reversed('2026-06-01', '2026'), false);
    assert.equal(reversed('2026-06-01', '2026-05'), true);
    assert.equal(reversed('2026', '2026'), false);
  });
});
