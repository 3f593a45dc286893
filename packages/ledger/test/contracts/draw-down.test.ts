// For random contracts and random charges the engine and an auditor written apart agree to the last unit; and the auditor can
// say no.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MONEY_SCALE } from '@weighbridge/kernel';
import { drawDown, positions, type Contract, type Posting, type TranchePosition } from '@weighbridge/ledger';
import { audit, type Audited, type PlainContract, type PlainPosting } from './auditor.ts';
import { asPostings, compiled, contracts, postings, wideContracts } from './random-deals.ts';

const SEED = 20261129;
const options = { seed: SEED, numRuns: 400 };

const shown = (held: readonly TranchePosition[]): Record<string, Audited> =>
  Object.fromEntries(
    held.map((one) => [
      `${one.contract}/${one.instrument}/${one.tranche}`,
      {
        committed: one.committed,
        rolled_in: one.rolled_in,
        drawn: one.drawn,
        stated: one.stated,
        remaining: one.remaining,
        expired: one.expired,
        rolled_out: one.rolled_out,
        shortfall: one.shortfall,
        lost: one.lost,
        drawn_by: Object.fromEntries(one.drawn_by.map(({ charge, amount, entries }) => [charge, { amount, entries }])),
      },
    ]),
  );

const drawn = (held: readonly Contract[], given: readonly Posting[], at: number): Record<string, Audited> =>
  shown(positions(drawDown(held, given, at)));

const agree = (
  held: readonly Contract[],
  plain: readonly PlainContract[],
  given: readonly PlainPosting[],
  at: number,
) => assert.deepEqual(drawn(held, asPostings(given), at), audit(plain, given, at));

describe('against the auditor', () => {
  test('every tranche, every charge and every entry, to the last unit', () => {
    const seen = { drawn: 0, stated: 0, full: 0, rolled: 0, beyond: 0, lapsed: 0, corrected: 0 };
    fc.assert(
      fc.property(contracts, postings, (plain, { charges, at }) => {
        agree(compiled(plain), plain, charges, at);
        for (const one of Object.values(audit(plain, charges, at))) {
          assert.equal(one.drawn + one.remaining + one.expired + one.rolled_out, one.committed + one.rolled_in);
          seen.drawn += Number(one.drawn > one.stated);
          seen.stated += Number(one.stated > 0n && one.drawn > one.stated);
          seen.full += Number(one.drawn === one.committed + one.rolled_in);
          seen.rolled += Number(one.rolled_out > 0n);
          seen.beyond += Number(one.drawn > one.committed);
          seen.lapsed += Number(one.drawn > 0n && one.expired > 0n);
          seen.corrected += Number(Object.values(one.drawn_by).some(({ entries }) => entries.length > 1));
        }
      }),
      { ...options, numRuns: 1_000 },
    );
    for (const [what, times] of Object.entries(seen)) assert.ok(times > 50, `${what}: only ${times} tranches`);
  });

  test('with many pools open at once, of which some run dry and are given back to', () => {
    const seen = { reopened: 0, several: 0 };
    fc.assert(
      fc.property(wideContracts, postings, (plain, { charges, at }) => {
        const held = compiled(plain);
        agree(held, plain, charges, at);
        const { standing } = drawDown(held, asPostings(charges), at);
        for (const { draws, entries } of standing.values()) {
          seen.reopened += Number(entries.length > 1);
          seen.several += Number(draws.length > 2);
        }
      }),
      { ...options, numRuns: 300 },
    );
    for (const [what, times] of Object.entries(seen)) assert.ok(times > 50, `${what}: only ${times} charges`);
  });

  test('a charge draws by priority, then by expiry, then by creation, and passes over nothing that has room', () => {
    let passed = 0;
    fc.assert(
      fc.property(wideContracts, postings, (plain, { charges }) => {
        const at = Date.UTC(2029, 0, 1);
        const state = drawDown(
          compiled(plain),
          asPostings(charges.filter(({ corrects }) => corrects === undefined)),
          at,
        );
        const left = new Map(
          state.pools.map((pool) => [
            pool,
            pool.tranches.map(({ amount }, i) => amount - (pool.opening?.amounts[i] ?? 0n)),
          ]),
        );
        for (const { charge, draws } of state.standing.values()) {
          const ranks = draws.map(({ pool }) => {
            const until = pool.tranches.find((one) => one.from <= charge.at && charge.at < one.until)?.until ?? 0;
            return [pool.priority, until, pool.created, pool.sequence] as const;
          });
          for (const [index, rank] of ranks.entries()) {
            const next = ranks[index + 1];
            const differs = next === undefined ? -1 : rank.findIndex((value, part) => value !== next[part]);
            if (differs >= 0) assert.ok((rank[differs] ?? 0) < (next?.[differs] ?? 0));
          }
          for (const { pool, tranche, amount } of draws) {
            const rests = left.get(pool) ?? [];
            rests[tranche] = (rests[tranche] ?? 0n) - amount;
          }
          // Whole charges that a pool counts in full and that drew less than they are found no room there.
          const drew = draws.reduce((sum, { amount }) => sum + amount, 0n);
          if (drew === charge.amount) continue;
          for (const { pool, tranche, fraction, stated } of state.turns(charge).turns) {
            if (stated || fraction !== MONEY_SCALE || pool.shortfall?.rule === 'rollover') continue;
            assert.equal(left.get(pool)?.[tranche], 0n, `${pool.instrument} was passed over`);
            passed += 1;
          }
        }
      }),
      { ...options, numRuns: 200 },
    );
    assert.ok(passed > 50, `only ${passed} full pools were passed over`);
  });

  test('late, doubled and permuted postings change nothing', () => {
    fc.assert(
      fc.property(contracts, postings, fc.infiniteStream(fc.nat()), (plain, { charges, at }, stream) => {
        const held = compiled(plain);
        const given = asPostings(charges);
        const [keys, doubles] = [[...stream.take(charges.length)], [...stream.take(charges.length)]];
        const mixed = given
          .flatMap((posting, index) => Array.from({ length: 1 + ((doubles[index] ?? 0) % 3) }, () => posting))
          .toSorted((a, b) => (keys[a.entry] ?? 0) - (keys[b.entry] ?? 0));
        assert.deepEqual(drawn(held.toReversed(), mixed, at), drawn(held, given, at));
      }),
      options,
    );
  });

  test('nothing is drawn that is not eligible, not open or in another currency, and no charge beyond itself', () => {
    fc.assert(
      fc.property(contracts, postings, (plain, { charges, at }) => {
        const state = drawDown(compiled(plain), asPostings(charges), at);
        for (const { charge, amount, draws } of state.standing.values()) {
          assert.ok(draws.reduce((sum, draw) => sum + draw.amount, 0n) <= amount);
          for (const { pool, tranche } of draws) {
            assert.equal(pool.currency, charge.currency);
            const part = pool.tranches[tranche];
            assert.ok(part !== undefined && charge.at < part.until && (pool.rollForward || part.from <= charge.at));
            const { seller } = charge.attributes;
            if (pool.eligibility.every(({ when }) => when.seller !== undefined))
              assert.ok(seller !== undefined && seller !== 'gamma');
          }
        }
      }),
      options,
    );
  });

  test('to correct a charge to nothing leaves every other charge where it drew', () => {
    fc.assert(
      fc.property(contracts, postings, fc.nat(), (plain, { charges }, pick) => {
        const given = asPostings(charges.filter(({ corrects }) => corrects === undefined));
        const wrong = given[pick % Math.max(1, given.length)];
        if (wrong === undefined) return;
        const held = compiled(plain);
        const at = Date.UTC(2029, 0, 1);
        const before = drawDown(held, given, at);
        const undo: Posting = { id: 'undo', entry: 1_000, at: at - 1, corrects: wrong.id, amount: 0n };
        const after = drawDown(held, [...given, undo], at);
        for (const [id, { draws }] of after.standing)
          assert.deepEqual(
            draws.map(({ tranche, amount }) => [tranche, amount]),
            id === wrong.id ? [] : before.standing.get(id)?.draws.map(({ tranche, amount }) => [tranche, amount]),
          );
      }),
      options,
    );
  });
});

/** One commitment of two halves, and a credit that goes first; charges that touch both. */
const PLAIN = {
  version: 1,
  id: 'deal',
  title: 'A deal',
  status: 'signed',
  parties: { us: { name: 'Us', roles: ['buyer'] }, them: { name: 'Them', roles: ['seller-of-record'] } },
  term: { from: '2027-01-01', until: '2027-12-31' },
  currency: 'USD',
  instruments: [
    {
      id: 'credit',
      kind: 'credit' as const,
      holder: 'us',
      issuer: 'them',
      priority: 1,
      amount: '8',
      from: '2027-01-01',
      until: '2027-03-31',
      prepaid: true,
      eligibility: [{ when: { seller: ['alpha'] }, fraction: '1' }],
    },
    {
      id: 'spend',
      kind: 'spend' as const,
      by: 'us',
      with: 'them',
      priority: 2,
      milestones: [
        { id: 'h1', from: '2027-01-01', until: '2027-06-30', amount: '10' },
        { id: 'h2', from: '2027-07-01', until: '2027-12-31', amount: '10' },
      ],
      eligibility: [{ when: { seller: ['alpha'] }, fraction: '1' }],
      shortfall: { rule: 'invoice-difference' },
    },
  ],
};
const charge = (entry: number, at: number, dollars: bigint, seller: string): PlainPosting => ({
  id: `p${entry}`,
  entry,
  at,
  amount: dollars * 10n ** 12n,
  currency: 'USD',
  attributes: { seller },
});
const GIVEN: readonly PlainPosting[] = [
  charge(0, Date.UTC(2027, 0, 10), 3n, 'alpha'),
  charge(1, Date.UTC(2027, 1, 10), 4n, 'alpha'),
  charge(2, Date.UTC(2027, 1, 11), 4n, 'beta'),
  charge(3, Date.UTC(2027, 3, 10), 1n, 'alpha'),
  charge(4, Date.UTC(2027, 6, 10), 20n, 'alpha'),
];
const AT = Date.UTC(2027, 7, 1);

describe('the auditor says no', () => {
  const changed = (change: (plain: typeof PLAIN) => void): readonly Contract[] => {
    const copy = structuredClone(PLAIN);
    change(copy);
    return compiled([copy]);
  };
  const mustRefuse = (held: readonly Contract[]): void =>
    assert.throws(() => agree(held, [PLAIN], GIVEN, AT), { name: 'AssertionError' });

  test('and yes where nothing is changed', () => {
    agree(compiled([PLAIN]), [PLAIN], GIVEN, AT);
    const state = audit([PLAIN], GIVEN, AT);
    assert.equal(state['deal/spend/h2']?.drawn, 10n * 10n ** 12n);
  });
  test('to a draw that is not eligible', () =>
    mustRefuse(
      changed(({ instruments }) => instruments[1]?.eligibility.push({ when: { seller: ['beta'] }, fraction: '1' })),
    ));
  test('to the wrong order', () =>
    mustRefuse(
      changed(({ instruments }) => {
        if (instruments[0] !== undefined) instruments[0].priority = 3;
      }),
    ));
  test('to an expired tranche that is drawn', () =>
    mustRefuse(
      changed(({ instruments }) => {
        if (instruments[0]?.kind === 'credit') instruments[0].until = '2027-12-31';
      }),
    ));
  test('to a lost unit', () => {
    const state = drawn(compiled([PLAIN]), asPostings(GIVEN), AT);
    const held = state['deal/spend/h1'];
    assert.ok(held !== undefined);
    const without = { ...state, 'deal/spend/h1': { ...held, remaining: held.remaining, expired: held.expired - 1n } };
    assert.throws(() => assert.deepEqual(without, audit([PLAIN], GIVEN, AT)), { name: 'AssertionError' });
  });
  test('to a posting that was left out, or reckoned twice', () => {
    const held = compiled([PLAIN]);
    const again = { ...charge(9, Date.UTC(2027, 0, 10), 3n, 'alpha') };
    for (const wrong of [GIVEN.slice(1), [...GIVEN, again]])
      assert.throws(() => assert.deepEqual(drawn(held, asPostings(wrong), AT), audit([PLAIN], GIVEN, AT)), {
        name: 'AssertionError',
      });
  });
});
