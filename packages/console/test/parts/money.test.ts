import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatMoney, moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';
import { decimalOf, picoOf, ratioOf, roundTo, sumOf, UNIT } from '../../src/parts/money/decimal.ts';
import { exactMoney, moneyText, prepareMoney } from '../../src/parts/money/model.ts';
import { seed } from '../support/seed.ts';

const amounts = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const usd = (amount: string | null) => ({ amount, currency: 'USD' });

describe('exact decimals', () => {
  test('reading and writing agree with the kernel on every amount, both ways', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const text = moneyToDecimal(amount);
        assert.equal(decimalOf(amount), text);
        assert.equal(picoOf(text), amount);
        assert.equal(moneyFromDecimal(decimalOf(amount)), amount);
      }),
      { seed },
    );
  });

  test('the exact form agrees with what the command line prints', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        assert.equal(exactMoney(amount, 'USD').replace('\u2212', '-'), formatMoney(amount, 'USD'));
      }),
      { seed },
    );
  });

  test('what is not a decimal of at most twelve places is null, never zero', () => {
    for (const text of ['', '.', '1.', '.5', '1e3', ' 1', '1,000', '0x10', 'NaN', '--1', '1.0000000000001']) {
      assert.equal(picoOf(text), null, text);
    }
  });

  test('rounding is to the nearest unit, halves away from zero, and says when it lost something', () => {
    assert.deepEqual(roundTo(UNIT / 2n, 0), { amount: UNIT, exact: false });
    assert.deepEqual(roundTo(-UNIT / 2n, 0), { amount: -UNIT, exact: false });
    assert.deepEqual(roundTo(UNIT * 3n, 2), { amount: UNIT * 3n, exact: true });
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 12 }), (amount, places) => {
        const step = 10n ** BigInt(12 - places);
        const rounded = roundTo(amount, places);
        const gap = rounded.amount > amount ? rounded.amount - amount : amount - rounded.amount;
        assert.ok(gap * 2n <= step && rounded.amount % step === 0n);
        assert.equal(rounded.exact, gap === 0n);
      }),
      { seed },
    );
  });

  test('a sum leaves nothing out in silence', () => {
    assert.deepEqual(sumOf(['0.1', null, '0.2', 'x']), { sum: (UNIT * 3n) / 10n, unknown: 2 });
  });

  test('a share of nothing is not a number', () => {
    assert.equal(ratioOf(1n, 0n), null);
    assert.equal(ratioOf(UNIT, 3n * UNIT), 0.333333);
  });
});

describe('an amount on screen', () => {
  test('a headline is rounded, says so, and keeps the exact amount beside it', () => {
    assert.deepEqual(prepareMoney(usd('41207.183392'), 'whole'), {
      kind: 'amount',
      lead: '$',
      whole: '41,207',
      cents: '',
      fine: '',
      rounded: true,
      estimated: false,
      exact: '41,207.183392 USD',
    });
  });

  test('a column shows cents and four digits more, without the symbol its head has', () => {
    assert.equal(moneyText(usd('0.0123456789'), 'column'), '0.012346');
    assert.equal(moneyText(usd('12.5'), 'column'), '12.50');
    assert.equal(moneyText(usd('-3'), 'column'), '\u22123.00');
  });

  test('in full, every digit is there', () => {
    assert.equal(moneyText(usd('0.000000000001')), '$0.000000000001');
    assert.equal(moneyText({ amount: '1234567.8', currency: 'CHF' }), 'CHF\u00a01,234,567.80');
  });

  test('unpriced and unknown are words with a reason, not zero', () => {
    const unpriced = prepareMoney({ amount: null, currency: 'USD', status: 'unpriced' });
    assert.ok(unpriced.kind === 'word' && unpriced.word === 'unpriced' && unpriced.why.includes('not zero'));
    assert.equal(moneyText(usd(null)), 'unknown');
    assert.equal(moneyText(usd('twelve')), 'unknown');
  });

  test('an estimated amount is marked', () => {
    const text = prepareMoney({ amount: '1', currency: 'USD', status: 'estimated' });
    assert.ok(text.kind === 'amount' && text.estimated && !text.rounded);
  });
});
