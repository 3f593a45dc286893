import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  addMoney,
  AppError,
  formatMoney,
  moneyFromDecimal,
  moneyToDecimal,
  mulMoney,
  splitMoney,
} from '@weighbridge/kernel';
import fc from 'fast-check';

const amounts = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

describe('money', () => {
  test('ten cents per million tokens is a whole number of pico-dollars a token', () => {
    assert.equal(moneyFromDecimal('0.0000001'), 100_000n);
  });

  test('an amount survives the way to text and back', () => {
    fc.assert(fc.property(amounts, (amount) => moneyFromDecimal(moneyToDecimal(amount)) === amount));
  });

  test('text that would be rounded is refused, trailing zeros are not', () => {
    assert.equal(moneyFromDecimal('1.5000000000000000'), 1_500_000_000_000n);
    assert.throws(
      () => moneyFromDecimal('0.0000000000001'),
      (error: unknown) => error instanceof AppError && error.code === 'BAD_REQUEST',
    );
  });

  test('what is not a decimal amount is refused', () => {
    for (const text of ['', '1e3', '.5', '1.', 'NaN', '1,000', ' 1', '--1', '0x10']) {
      assert.throws(() => moneyFromDecimal(text), AppError, text);
    }
  });

  test('for people, nothing is rounded and the currency is named', () => {
    assert.equal(formatMoney(moneyFromDecimal('1234567.5'), 'USD'), '1,234,567.50 USD');
    assert.equal(formatMoney(moneyFromDecimal('-0.0000125'), 'USD'), '-0.0000125 USD');
    assert.equal(formatMoney(0n, 'EUR'), '0.00 EUR');
  });

  test('a factor is exact or refused', () => {
    assert.equal(mulMoney(moneyFromDecimal('3'), 11n, 10n), moneyFromDecimal('3.3'));
    assert.throws(
      () => mulMoney(1n, 1n, 2n),
      (error: unknown) => error instanceof AppError && error.code === 'INTERNAL',
    );
  });

  test('the parts of a split sum to the whole, to the last unit', () => {
    const weights = fc
      .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 })
      .filter((list) => list.some((weight) => weight > 0n));
    fc.assert(
      fc.property(amounts, weights, (amount, list) => {
        const parts = splitMoney(amount, list);
        assert.equal(addMoney(...parts), amount);
        parts.forEach((part, index) => {
          if (list[index] === 0n) assert.equal(part, 0n);
        });
      }),
    );
  });

  test('the last units go to the largest remainders', () => {
    assert.deepEqual(splitMoney(10n, [1n, 1n, 1n]), [4n, 3n, 3n]);
    assert.deepEqual(splitMoney(-10n, [1n, 1n, 1n]), [-4n, -3n, -3n]);
  });
});
