// What headlines say together: sums that hold obligations alone, conflicts that are named, arithmetic that is exact.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import {
  amountText,
  claimedObligations,
  commitmentAgainstCeiling,
  conflicts,
  exactText,
  gigawattYears,
  intervalText,
  obligationsApart,
  sumObligations,
  type Claim,
  type Figure,
  type GigawattInputs,
  type NamedAmount,
} from '../src/index.ts';
import { claimOf } from './support/evidence.ts';

const mustRefuse = (run: () => unknown, says: RegExp): void =>
  assert.throws(run, (error) => isAppError(error) && error.code === 'BAD_REQUEST' && says.test(error.message));

const amount = (
  id: string,
  value: string,
  bound: 'firm' | 'up_to',
  more: object = { currency: 'USD' },
): NamedAmount => ({
  id,
  amount: { value, bound, approximate: false, ...more },
});

describe('obligations', () => {
  const FIRM = [amount('a', '30000000000', 'firm'), amount('b', '0.1', 'firm'), amount('c', '0.2', 'firm')];
  test('are summed exactly, by currency and by unit', () =>
    assert.deepEqual(
      sumObligations([
        ...FIRM,
        amount('d', '5', 'firm', { currency: 'EUR' }),
        amount('e', '0.25', 'firm', { unit: 'GW' }),
      ]),
      [
        { of: 'EUR', value: '5', approximate: false, ids: ['d'] },
        { of: 'GW', value: '0.25', approximate: false, ids: ['e'] },
        { of: 'USD', value: '30000000000.3', approximate: false, ids: ['a', 'b', 'c'] },
      ],
    ));
  test('and an option among them is refused by its name, never summed in', () =>
    mustRefuse(
      () => sumObligations([...FIRM, amount('headline', '10000000000', 'up_to')]),
      /^"headline" is up to 10 billion USD: an option is no obligation/,
    ));
  test('stand apart from options, and "about" is carried along', () => {
    const about: NamedAmount = { id: 'x', amount: { value: '1', currency: 'USD', bound: 'firm', approximate: true } };
    assert.deepEqual(obligationsApart([about, amount('y', '10', 'up_to'), amount('z', '5', 'up_to')]), {
      firm: [{ of: 'USD', value: '1', approximate: true, ids: ['x'] }],
      options: [{ of: 'USD', value: '15', approximate: false, ids: ['y', 'z'] }],
    });
  });
  test('are about as much as soon as one of them is', () => {
    const about: NamedAmount = { id: 'x', amount: { value: '1', currency: 'USD', bound: 'firm', approximate: true } };
    assert.deepEqual(sumObligations([about, ...FIRM])[0]?.approximate, true);
  });
  test('of nothing are nothing', () => assert.deepEqual(sumObligations([]), []));
  test('for every list no option changes what is owed', () => {
    const amounts = fc.array(
      fc.record({
        value: fc.bigInt({ min: 0n, max: 10n ** 13n }).map(String),
        firm: fc.boolean(),
        money: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(amounts, (rows) => {
        const named = rows.map(({ value, firm, money }, index) =>
          amount(`i${index}`, value, firm ? 'firm' : 'up_to', money ? { currency: 'USD' } : { unit: 'GW' }),
        );
        const firm = named.filter(({ amount }) => amount.bound === 'firm');
        const apart = obligationsApart(named);
        assert.deepEqual(apart.firm, sumObligations(firm));
        if (firm.length < named.length) mustRefuse(() => sumObligations(named), /an option is no obligation/);
        assert.equal([...apart.firm, ...apart.options].flatMap(({ ids }) => ids).length, named.length);
      }),
      { seed: 20261129, numRuns: 300 },
    );
  });
});

describe('obligations of claims', () => {
  const { scope: _, unit: __, ...plain } = claimOf({ currency: 'USD', value: '7' });
  const claim = (over: Partial<Claim>): Claim => ({ ...plain, scope: {}, ...over });
  test('leave a valuation out, and take an option for one even where its "up to" was dropped', () =>
    assert.deepEqual(
      claimedObligations({
        claims: {
          bought: claim({ kind: 'commitment', approximate: true }),
          invested: claim({ kind: 'investment', up_to: true }),
          dropped: claim({ kind: 'option' }),
          valued: claim({ kind: 'valuation', value: '350' }),
          empty: claimOf({ kind: 'commitment', value: undefined as never }),
        },
      }),
      {
        firm: [{ of: 'USD', value: '7', approximate: true, ids: ['bought'] }],
        options: [{ of: 'USD', value: '14', approximate: false, ids: ['dropped', 'invested'] }],
      },
    ));
});

describe('conflicts', () => {
  const reading = (says: string, relation: string) => ({ says, relation, source: 'paper' });
  test('two ways to tell one claim that do not say the same are named with both readings', () => {
    const claims = {
      gigawatt: claimOf({
        text: 'up to one gigawatt',
        readings: [reading('on top of it', 'additional'), reading('its first ceiling', 'ceiling')],
      }),
    };
    const [conflict, ...others] = conflicts({ claims });
    assert.deepEqual(others, []);
    assert.equal(conflict?.check, 'readings-differ');
    assert.equal(conflict?.why, '"up to one gigawatt" is told in 2 ways that do not say the same');
    assert.deepEqual(
      conflict?.between.map(({ says }) => says),
      ['on top of it', 'its first ceiling'],
    );
  });
  test('two outlets that say the same in other words are none', () =>
    assert.deepEqual(
      conflicts({
        claims: { a: claimOf({ readings: [reading('on top', 'additional'), reading('beside it', 'additional')] }) },
      }),
      [],
    ));
  test('another figure is one, the same figure is none, an unknown one that differs is one', () => {
    const told = (value: string | undefined) =>
      conflicts({
        claims: {
          worth: claimOf({
            kind: 'valuation',
            value: '350',
            readings: [{ says: 'another outlet', source: 'paper', ...(value === undefined ? {} : { value }) }],
          }),
        },
      }).map(({ check, claim }) => `${check} ${claim}`);
    assert.deepEqual(told('350.0'), []);
    assert.deepEqual(told('349'), ['values-differ worth']);
    assert.deepEqual(told(undefined), ['values-differ worth']);
  });
});

const figure = (
  what: string,
  unit: string,
  low: string,
  high = low,
  confidence: Figure['confidence'] = 'high',
): Figure => ({
  what,
  low,
  high,
  unit,
  source: 'paper',
  confidence,
});
const INPUTS: GigawattInputs = {
  commitment: figure('the commitment', 'USD', '30000000000'),
  gigawatt: figure('a gigawatt', 'kW/GW', '1000000', '1000000', 'definition'),
  power: figure('power of a GPU', 'kW/GPU', '2.10', '2.10', 'low'),
  rate: figure('price of a GPU', 'USD/GPU-hour', '2.65', '3.96', 'low'),
  hours: figure('hours of a year', 'h/year', '8760', '8760', 'definition'),
};

describe('gigawatt-years', () => {
  const answer = gigawattYears(INPUTS);
  test('are exact fractions, worked out apart with whole numbers', () => {
    // 1,000,000 / 2.10 = 10,000,000 / 21; × 8,760 × 2.65 = 232,140,000,000 / 21; 30,000,000,000 over that = 630 / 232.14.
    assert.equal(exactText(answer.gpus.low), '10000000/21');
    assert.equal(exactText(answer.yearly.low), '77380000000/7');
    assert.equal(exactText(answer.yearly.high), '115632000000/7');
    assert.equal(exactText(answer.years.high), '10500/3869');
    assert.equal(exactText(answer.years.low), '4375/2409');
  });
  test('print the arithmetic of each step with its interval', () =>
    assert.deepEqual(
      answer.steps.map(({ arithmetic }) => arithmetic),
      [
        '1,000,000 kW ÷ 2.1 kW = 476,190 GPUs',
        '476,190 GPUs × 8,760 h × 2.65 to 3.96 USD = 11.05 to 16.52 billion USD',
        '30.00 billion USD ÷ 11.05 to 16.52 billion USD = 1.82 to 2.71 gigawatt-years',
      ],
    ));
  test('are as sure as the least sure input, which stands first with its source', () => {
    assert.equal(answer.confidence, 'low');
    assert.deepEqual(answer.inputs[0], { what: 'power of a GPU', source: 'paper', confidence: 'low' });
    assert.equal(answer.inputs.length, 5);
  });
  test('follow their inputs: twice the power for a GPU, half the GPUs, half the price of a gigawatt-year', () => {
    const doubled = gigawattYears({ ...INPUTS, power: figure('power', 'kW/GPU', '4.20') });
    assert.equal(intervalText(doubled.gpus, 0), '238,095');
    assert.equal(exactText(doubled.years.high), '21000/3869');
  });
  test('of wider inputs hold those of narrower ones', () => {
    const wide = gigawattYears({ ...INPUTS, power: figure('power', 'kW/GPU', '2.0', '3.42') });
    assert.equal(intervalText(wide.gpus, 0), '292,398 to 500,000');
    assert.equal(intervalText(wide.years, 2), '1.73 to 4.42');
  });
  test('hold every result that inputs inside their ends give', () => {
    const cents = fc.integer({ min: 1, max: 10_000 });
    const ends = fc.tuple(cents, cents, fc.integer({ min: 0, max: 100 })).map(([a, b, part]) => {
      const [low, high] = [Math.min(a, b) * 100, Math.max(a, b) * 100];
      return { low, high, inner: low + Math.floor(((high - low) * part) / 100) };
    });
    const text = (scaled: number): string =>
      `${Math.floor(scaled / 10_000)}.${String(scaled % 10_000).padStart(4, '0')}`;
    fc.assert(
      fc.property(ends, ends, (power, rate) => {
        const answer = gigawattYears({
          ...INPUTS,
          power: figure('power', 'kW/GPU', text(power.low), text(power.high)),
          rate: figure('rate', 'USD/GPU-hour', text(rate.low), text(rate.high)),
        });
        // 30e9 / (1e6 / power × 8760 × rate), with power and rate in ten-thousandths.
        const [n, d] = [30_000n * BigInt(power.inner), 8_760n * BigInt(rate.inner)];
        const { low, high } = answer.years;
        assert.ok(low.n * d <= n * low.d, 'the result lies under the interval');
        assert.ok(n * high.d <= high.n * d, 'the result lies over the interval');
      }),
      { seed: 20261129, numRuns: 300 },
    );
  });
  test('refuse units that do not fit, and what may be zero', () => {
    mustRefuse(
      () => gigawattYears({ ...INPUTS, power: figure('power', 'W/GPU', '2100') }),
      /"power" is in W\/GPU, and the arithmetic needs kW\/GPU/,
    );
    mustRefuse(() => gigawattYears({ ...INPUTS, rate: figure('rate', 'EUR/GPU-hour', '2') }), /needs USD\/GPU-hour/);
    mustRefuse(
      () => gigawattYears({ ...INPUTS, rate: figure('rate', 'USD/GPU-hour', '0', '2') }),
      /"rate" may be zero or less: 0 to 2/,
    );
  });
});

describe('a commitment against a ceiling', () => {
  const register = {
    claims: {
      money: claimOf({
        text: 'about $30 billion',
        kind: 'commitment',
        value: '30000000000',
        unit: undefined as never,
        currency: 'USD',
      }),
      ceiling: claimOf({ text: 'up to one gigawatt', kind: 'option', value: '1', unit: 'GW', up_to: true }),
    },
    figures: { gigawatt: INPUTS.gigawatt, power: INPUTS.power, rate: INPUTS.rate, hours: INPUTS.hours },
  };
  const ids = {
    commitment: 'money',
    ceiling: 'ceiling',
    gigawatt: 'gigawatt',
    power: 'power',
    rate: 'rate',
    hours: 'hours',
  };
  test('says how long it keeps the ceiling running, and what for each term', () => {
    const check = commitmentAgainstCeiling(register, ids);
    assert.match(
      check.says,
      /^"about \$30 billion" keeps 1 GW running for 1\.82 to 2\.71 years, if .* does not show that so much is built$/,
    );
    assert.deepEqual(check.terms.slice(0, 2), [
      { years: 3, gigawatts: '0.61 to 0.90' },
      { years: 5, gigawatts: '0.36 to 0.54' },
    ]);
  });
  test('refuses a name that leads nowhere, a claim without a figure, and a ceiling that is not in gigawatts', () => {
    mustRefuse(() => commitmentAgainstCeiling(register, { ...ids, power: 'steam' }), /no claim or figure "steam"/);
    mustRefuse(() => commitmentAgainstCeiling(register, { ...ids, ceiling: 'money' }), /"money" is in no unit/);
    const bare = { ...register, claims: { ...register.claims, money: claimOf({ value: undefined as never }) } };
    mustRefuse(() => commitmentAgainstCeiling(bare, ids), /"money" has no figure to work with/);
  });
});

test('an amount is told in words where two places say it exactly, and in every digit where they do not', () => {
  const said = (value: string, currency?: string): string =>
    amountText({
      value,
      bound: 'firm',
      approximate: false,
      ...(currency === undefined ? { unit: 'GW' } : { currency }),
    });
  for (const [value, text] of [
    ['30000000000', '30 billion USD'],
    ['1250000', '1.25 million USD'],
    ['1234567', '1,234,567 USD'],
    ['1000000000000', '1 trillion USD'],
    ['30000000000.5', '30,000,000,000.5 USD'],
    ['250000', '250,000 USD'],
    ['1000000', '1 million USD'],
    ['12345000000000', '12,345 billion USD'],
    ['0.25', '0.25 USD'],
  ] as const)
    assert.equal(said(value, 'USD'), text);
  assert.equal(said('1'), '1 GW');
  assert.equal(
    amountText({ value: '30000000000', currency: 'USD', bound: 'up_to', approximate: true }),
    'up to about 30 billion USD',
  );
});
