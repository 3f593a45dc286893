// Concentration against figures worked out by hand, and against what holds for every set of shares.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import {
  againstThreshold,
  AXES,
  bandsOf,
  BANDS_2023,
  concentration,
  exactText,
  JOINING_TYPES,
  linkedGroups,
  type Exposure,
  type Threshold,
} from '../src/index.ts';
import { compare, divide, multiply, rational, sum } from '../src/numbers/rational.ts';
import { smallRegister } from './support/small-register.ts';

const register = smallRegister();
const spent = (contracting_entity: string, spend: string, more: Partial<Exposure> = {}): Exposure => ({
  contracting_entity,
  ...more,
  measures: { spend },
});
const texts = (found: { low: Parameters<typeof exactText>[0]; high: Parameters<typeof exactText>[0] } | undefined) =>
  found === undefined ? undefined : [exactText(found.low), exactText(found.high)];

describe('HHI', () => {
  test('of 50, 30 and 20 per cent is 3,800, and as many as 2.63 equal holders', () => {
    const found = concentration(
      [spent('maker', '5'), spent('cloud', '3'), spent('chips', '2')],
      'contracting_entity',
      'spend',
      register,
    );
    assert.deepEqual(texts(found.hhi), ['3800', '3800']);
    assert.deepEqual(texts(found.n_eff), ['50/19', '50/19']);
    assert.deepEqual(
      found.shares.map(({ key, share }) => [key, exactText(share)]),
      [
        ['maker', '0.5'],
        ['cloud', '0.3'],
        ['chips', '0.2'],
      ],
    );
  });
  test('of thirds is exact, where floats would not be', () => {
    const found = concentration(
      ['maker', 'cloud', 'chips'].map((id) => spent(id, '0.1')),
      'contracting_entity',
      'spend',
      register,
    );
    assert.deepEqual(texts(found.hhi), ['10000/3', '10000/3']);
    assert.deepEqual(texts(found.n_eff), ['3', '3']);
  });
  test('is told for each measure by itself', () => {
    const both: Exposure[] = [
      { cloud: 'a', measures: { spend: '9', tokens: '1', requests: '1', criticality_weighted: '0' } },
      { cloud: 'b', measures: { spend: '1', tokens: '1', requests: '3', criticality_weighted: '7' } },
    ];
    const hhi = (measure: 'spend' | 'tokens' | 'requests' | 'criticality_weighted') =>
      texts(concentration(both, 'cloud', measure, register).hhi)?.[0];
    assert.equal(hhi('spend'), '8200');
    assert.equal(hhi('tokens'), '5000');
    assert.equal(hhi('requests'), '6250');
    assert.equal(hhi('criticality_weighted'), '10000');
  });
  test('one model through three sellers is spread by cloud and whole by model family: both are shown', () => {
    const uses = ['a', 'b', 'c'].map((cloud) => spent('maker', '1', { cloud, model_family: 'm' }));
    assert.deepEqual(texts(concentration(uses, 'cloud', 'spend', register).n_eff), ['3', '3']);
    assert.deepEqual(texts(concentration(uses, 'model_family', 'spend', register).n_eff), ['1', '1']);
  });
  test('of nothing is not a figure', () => {
    assert.equal(concentration([], 'cloud', 'spend', register).hhi, undefined);
    assert.equal(concentration([spent('maker', '0', { cloud: 'a' })], 'cloud', 'spend', register).hhi, undefined);
  });
  test('of a share below zero is refused', () =>
    assert.throws(
      () => concentration([spent('maker', '-1')], 'contracting_entity', 'spend', register),
      (error) => isAppError(error) && error.code === 'BAD_REQUEST' && error.message.startsWith('spend of -1'),
    ));
});

describe('what cannot be placed', () => {
  const uses = [spent('maker', '60', { region: 'eu' }), spent('maker', '20', { region: 'us' }), spent('maker', '20')];
  test('makes an interval: spread over countless others, or all of it with the largest', () => {
    const found = concentration(uses, 'region', 'spend', register);
    assert.deepEqual(texts(found.hhi), ['4000', '6800']);
    assert.equal(exactText(found.unplaced), '0.2');
    assert.deepEqual(texts(found.n_eff), ['25/17', '2.5']);
  });
  test('and nothing placed at all says nothing', () => {
    const found = concentration([spent('maker', '1')], 'region', 'spend', register);
    assert.deepEqual(texts(found.hhi), ['0', '10000']);
    assert.equal(found.n_eff, undefined);
  });
  test('a use that does not say the measure is counted, not guessed', () => {
    const found = concentration([...uses, { region: 'eu', measures: { tokens: '5' } }], 'region', 'spend', register);
    assert.equal(found.unmeasured, 1);
  });
  test('a party that the register does not hold has no known parent', () => {
    const found = concentration([spent('stranger', '1'), spent('maker', '1')], 'ultimate_parent', 'spend', register);
    assert.equal(exactText(found.unplaced), '0.5');
  });
  test('no subcontractor is a place; an unknown one is none', () => {
    const found = concentration(
      [
        spent('cloud', '2', { subcontractor: 'maker' }),
        spent('maker', '1', { subcontractor: null }),
        spent('chips', '1'),
      ],
      'subcontractor',
      'spend',
      register,
    );
    assert.deepEqual(
      found.shares.map(({ key, share }) => [key, exactText(share)]),
      [
        ['maker', '0.5'],
        ['(none)', '0.25'],
      ],
    );
    assert.equal(exactText(found.unplaced), '0.25');
  });
});

describe('parents and groups', () => {
  test('count what one owner holds as one', () => {
    const found = concentration([spent('cloud', '1'), spent('holding', '1')], 'ultimate_parent', 'spend', register);
    assert.deepEqual(
      found.shares.map(({ key }) => key),
      ['holding'],
    );
  });
  test('count what is linked as one', () => {
    const groups = linkedGroups(register, { types: JOINING_TYPES, on: '2026-11-29' });
    const found = concentration(
      [spent('chips', '1'), spent('maker', '1'), spent('cloud', '2')],
      'linked_group',
      'spend',
      register,
      groups,
    );
    assert.deepEqual(
      found.shares.map(({ key, share }) => [key, exactText(share)]),
      [
        ['chips', '0.5'],
        ['cloud', '0.5'],
      ],
    );
  });
});

describe('for every set of shares', () => {
  const uses = fc.array(
    fc.record({
      cloud: fc.option(fc.constantFrom('a', 'b', 'c', 'd'), { nil: undefined }),
      spend: fc.bigInt({ min: 0n, max: 10n ** 15n }).map(String),
    }),
    { maxLength: 12 },
  );
  const exposures = (rows: readonly { cloud: string | undefined; spend: string }[]): Exposure[] =>
    rows.map(({ cloud, spend }) => ({ ...(cloud === undefined ? {} : { cloud }), measures: { spend } }));
  const options = { seed: 20261129, numRuns: 300 };

  test('shares and what is unplaced sum to one, and HHI lies between its bounds', () =>
    fc.assert(
      fc.property(uses, (rows) => {
        const { hhi, shares, unplaced } = concentration(exposures(rows), 'cloud', 'spend', register);
        if (hhi === undefined) return;
        assert.equal(exactText(sum([...shares.map(({ share }) => share), unplaced])), '1');
        assert.ok(compare(hhi.low, hhi.high) <= 0 && compare(hhi.high, rational(10_000n)) <= 0);
        if (unplaced.n === 0n)
          assert.ok(compare(multiply(hhi.low, rational(BigInt(shares.length))), rational(10_000n)) >= 0);
      }),
      options,
    ));
  test('order changes nothing, and neither does the unit', () =>
    fc.assert(
      fc.property(uses, (rows) => {
        const found = concentration(exposures(rows), 'cloud', 'spend', register);
        const turned = concentration(exposures(rows.toReversed()), 'cloud', 'spend', register);
        assert.deepEqual(turned, found);
        const cents = rows.map(({ cloud, spend }) => ({ cloud, spend: `${spend}00` }));
        assert.deepEqual(concentration(exposures(cents), 'cloud', 'spend', register).hhi, found.hhi);
      }),
      options,
    ));
  test('placing what was unplaced gives a figure inside the interval', () =>
    fc.assert(
      fc.property(
        uses,
        fc.array(fc.constantFrom('a', 'b', 'e', 'f'), { minLength: 12, maxLength: 12 }),
        (rows, places) => {
          const before = concentration(exposures(rows), 'cloud', 'spend', register).hhi;
          const known = rows.map(({ cloud, spend }, index) => ({ cloud: cloud ?? places[index], spend }));
          const after = concentration(exposures(known), 'cloud', 'spend', register).hhi;
          assert.equal(before === undefined, after === undefined);
          if (before === undefined || after === undefined) return;
          assert.ok(compare(before.low, after.low) <= 0 && compare(after.high, before.high) <= 0);
        },
      ),
      options,
    ));
  test('N_eff is 10,000 over HHI', () =>
    fc.assert(
      fc.property(uses, (rows) => {
        const { hhi, n_eff } = concentration(exposures(rows), 'cloud', 'spend', register);
        if (hhi === undefined || n_eff === undefined) return;
        assert.deepEqual(n_eff.low, divide(rational(10_000n), hhi.high));
        assert.deepEqual(n_eff.high, divide(rational(10_000n), hhi.low));
      }),
      options,
    ));
});

describe('bands and thresholds', () => {
  const found = (spend: readonly string[], lost = '0') =>
    concentration(
      [...spend.map((amount, index) => spent('maker', amount, { cloud: `c${index}` })), spent('maker', lost)],
      'cloud',
      'spend',
      register,
    );
  const threshold = (hhi_at_most: string): Threshold => ({
    axis: 'cloud',
    measure: 'spend',
    hhi_at_most,
    set_by: 'the board',
    set_on: '2026-11-01',
  });
  test('the bands of 2023 are an indicator that names its source', () => {
    assert.match(BANDS_2023.source, /2023.*to be confirmed/);
    assert.match(BANDS_2023.note, /DORA and the BCBS principles give no number/);
    const bands = (spend: readonly string[], lost?: string) => {
      const { hhi } = found(spend, lost);
      assert.ok(hhi !== undefined);
      return bandsOf(hhi);
    };
    assert.deepEqual(bands(Array<string>(10).fill('1')), ['low']);
    assert.deepEqual(bands(Array<string>(8).fill('1')), ['moderate']);
    assert.deepEqual(bands(['1', '1']), ['high']);
    assert.deepEqual(bands(['1', '1', '1', '1'], '6'), ['low', 'moderate', 'high']);
  });
  test('only the board says what is too much', () => {
    assert.equal(againstThreshold(threshold('5000'), found(['1', '1'])).answer, 'within');
    assert.equal(againstThreshold(threshold('4999'), found(['1', '1'])).answer, 'exceeded');
  });
  test('a threshold inside the interval cannot be told, nor one over nothing or over uses without the measure', () => {
    const answer = againstThreshold(threshold('3000'), found(['1', '1', '1', '1'], '4'));
    assert.deepEqual(
      [answer.answer, answer.why],
      ['cannot tell', 'the threshold lies inside the interval: too much cannot be placed'],
    );
    assert.equal(againstThreshold(threshold('5000'), found([])).why, 'nothing was measured');
    const partly = concentration(
      [spent('maker', '1', { cloud: 'a' }), { cloud: 'b', measures: {} }],
      'cloud',
      'spend',
      register,
    );
    assert.equal(againstThreshold(threshold('10000'), partly).why, '1 uses do not say their spend');
  });
  test('a threshold for one axis is not held against another', () => {
    const other = concentration([], 'region', 'spend', register);
    assert.throws(() => againstThreshold(threshold('1'), other), /says nothing of region by spend/);
  });
  test('seven axes are known', () => assert.equal(AXES.length, 7));
});
