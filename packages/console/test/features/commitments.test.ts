// Commitments in words: drawn, left, lapsed and owed, what is to be expected, and what is not known.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Commitments, Tranche } from '@weighbridge/protocol';
import { commitmentsSearch } from '../../src/app/deal-search.ts';
import { chargesText } from '../../src/features/commitments/charges.ts';
import { callsFilter, drawnColumns, drawnText, rowId } from '../../src/features/commitments/drawn.ts';
import {
  commitmentsHeadline,
  commitmentTexts,
  possibleTexts,
  selectedOf,
  selectionOf,
  type CommitmentsWays,
} from '../../src/features/commitments/model.ts';
import { partOf, percentOf } from '../../src/features/commitments/growth.ts';
import { sampleDeal, tranche } from '../support/sample-deal.ts';

const found = sampleDeal.commitments({ growth: '0', seed: 1 });
const grown = sampleDeal.commitments({ growth: '0.05', seed: 1 });
const ways: CommitmentsWays = {
  contractHref: (id) => `/contracts/${id}`,
  drawnHref: (selection) => `?sel=${selection}`,
  unpricedHref: '/calls?q=price:unpriced',
};
const charges = (given: Partial<Commitments['charges']>): Commitments => ({
  ...found,
  charges: { ...found.charges, ...given },
});

describe('commitments', () => {
  test('the headline says what is drawn of what, what is owed, what comes next and until when one can leave', () => {
    const { first, second } = commitmentsHeadline(found);
    assert.equal(first, '$219,207 drawn of $260,000 committed; $0.00 drawn of $15,000 in credits.');
    assert.equal(
      second,
      'Owed for shortfall: $2,000. Next: q4 of cloud-2026 ends 2026-12-31 with $38,793 left to draw; on course to be short by $5,200 to $10,900, P50 $8,050 (met in 0 of 400 paths). Next day of notice: 2026-12-01 (in 9 days), leave of cloud-2026.',
    );
  });
  test('where nothing is known of charges, nothing is said to be drawn', () => {
    const off = charges({ unknown: 'the tables are off', money: [], count: 0, unpriced: 0 });
    assert.match(
      commitmentsHeadline(off).first,
      /^\$260,000 committed; \$15,000 in credits, and what was drawn is not known now\.$/,
    );
    assert.equal(chargesText(off, ways).sentence, '');
    assert.match(
      chargesText(off, ways).unknown[0]?.text ?? '',
      /^What was spent is not known now: the tables are off\./,
    );
  });
  test('nothing committed is said, with what is only possible apart', () => {
    assert.match(commitmentsHeadline({ ...found, rows: [], possibilities: [] }).first, /^No commitment stands/);
    assert.match(
      commitmentsHeadline({ ...found, rows: [] }).first,
      /^Nothing is committed: what stands is only possible/,
    );
    assert.equal(possibleTexts(found.possibilities, ways)[0]?.upTo, '1,000 PTU');
  });
  test('where nothing is signed, what stands is counted by how far it binds', () => {
    const [row] = found.rows;
    assert.ok(row !== undefined);
    const headline = (...statuses: string[]): string =>
      commitmentsHeadline({ ...found, rows: statuses.map((status) => ({ ...row, status })) }).first;
    assert.equal(headline('draft'), 'Nothing that is signed commits: one commitment is drafted.');
    assert.equal(
      headline('offered', 'reported', 'offered', 'ended'),
      'Nothing that is signed commits: 2 commitments are offered, one is only reported and one is ended.',
    );
  });
  test('each milestone says what is drawn, left, lapsed and owed, and leads to what drew it', () => {
    const [spend, credit] = commitmentTexts(found, ways);
    const third = spend?.tranches[2];
    assert.deepEqual(
      [
        third?.drawn?.amount,
        third?.left.amount,
        third?.lapsed.amount,
        third?.lapsedNote,
        third?.expected,
        third?.drawnHref,
      ],
      ['58000', '0', '2000', '$2,000 owed for it', 'over', '?sel=cloud-2026/spend/q3'],
    );
    assert.deepEqual([spend?.tranches[3]?.expectedTone, spend?.tranches[3]?.leftNote], ['bad', '$38,793 owed at most']);
    assert.match(spend?.about ?? '', /^shortfall: the difference is invoiced; invoiced by itself: no$/);
    assert.match(spend?.exits[0] ?? '', /^leave: notice by 2026-12-01, in 9 days; \$20,000\.00 then\.$/);
    const [open] = credit?.tranches ?? [];
    assert.deepEqual(
      [open?.drawnHref, open?.expected],
      [null, 'insufficient evidence: 2 days of usage, and 28 are needed'],
    );
    assert.match(credit?.burn.unforetold ?? '', /^Nothing is foretold: insufficient evidence/);
    assert.deepEqual(credit?.exits, ['No right to leave is written down.']);
  });
  test('what was drawn before it was metered is not zero: the least, the most, or not known, in every sentence', () => {
    const [spend] = found.rows;
    assert.ok(spend !== undefined);
    const days = { from: '2026-01-01', until: '2026-11-09' };
    const forecast = { verdict: 'not known', days: 12, projected: null } as const;
    const of = (given: Partial<Tranche>[]): Commitments => {
      const tranches = given.map((one) => tranche({ unknown: days, forecast, ...one }));
      const drawn = tranches.some((one) => one.drawn !== '0') ? '5' : '0';
      return { ...charges({ metered_since: '2026-11-10' }), rows: [{ ...spend, drawn, tranches }] };
    };
    const dark = of([
      { tranche: 'h1', drawn: '0', expired: '60000', shortfall: null, charges: 0 },
      { tranche: 'h2', state: 'open', drawn: '0', remaining: '60000', shortfall_at_most: '60000', charges: 0 },
    ]);
    const { first, second } = commitmentsHeadline(dark);
    assert.match(first, /^How much is drawn of \$260,000 committed is not known\.$/);
    assert.match(
      second,
      /^What is owed for a shortfall of the time before metering is not known\. Next: h2 .* with at most \$60,000 left to draw; not known: what was drawn from 2026-01-01 to 2026-11-09 is neither metered nor stated\./,
    );
    const [text] = commitmentTexts(dark, ways);
    assert.deepEqual(
      text?.tranches.map(({ drawn, drawnNote, lapsedNote, leftNote }) => [drawn, drawnNote, lapsedNote, leftNote]),
      [
        [null, 'nothing known from 2026-01-01 to 2026-11-09', 'at most; what is owed is not known', ''],
        [null, 'nothing known from 2026-01-01 to 2026-11-09', '', 'at most; $60,000 owed at most'],
      ],
    );
    assert.match(text?.burn.unforetold ?? '', /^Nothing is foretold: not known: what was drawn from 2026-01-01/);
    assert.equal(text?.burn.knownSince, '2026-11-10');
    assert.deepEqual(
      text?.known.map(({ tone, text: said }) => `${tone}: ${said}`),
      [
        'warn: Metered since 2026-11-10. What was drawn from 2026-01-01 to 2026-11-09 is not known: state it in the contract (drawn_before), from the seller’s statement or an invoice.',
      ],
    );
    const least = of([{ tranche: 'h2', state: 'open', drawn: '5', remaining: '59995' }]);
    assert.match(commitmentsHeadline(least).first, /^At least \$5\.00 drawn of/);
    assert.match(commitmentTexts(least, ways)[0]?.tranches[0]?.drawnNote ?? '', /^at least; not known from 2026-01-01/);
  });
  test('what a statement says is marked as stated and not metered, wherever it is added in', () => {
    const [spend] = found.rows;
    assert.ok(spend !== undefined);
    const stated = { amount: '41000', until: '2026-11-09', source: 'invoice 4711' };
    const of = { ...found, rows: [{ ...spend, stated, tranches: [tranche({ stated: '41000' })] }] };
    const [text] = commitmentTexts(of, ways);
    assert.equal(
      text?.known[0]?.text,
      '$41,000.00 of it stated, not metered: drawn until 2026-11-09, by invoice 4711.',
    );
    assert.equal(text?.tranches[0]?.drawnNote, '$41,000 of it stated, not metered');
    const drawn = sampleDeal.drawn({ contract: 'cloud-2026', instrument: 'spend', tranche: 'q4' });
    assert.match(
      drawnText({ ...drawn, stated: '41000' }).sentence,
      /by 40 charges and, \$41,000\.00 of it, as stated of the time before/,
    );
    const [sum] = found.charges.money;
    assert.ok(sum !== undefined);
    const counted = charges({ money: [{ ...sum, in_statements: '12.5' }] });
    assert.match(chargesText(counted, ways).sentence, / Of what drew nothing, a statement counts \$12\.50 already\.$/);
  });
  test('what is to be expected of a milestone counts all up to it, and growth moves it', () => {
    const ends = (of: Commitments) => commitmentTexts(of, ways)[0]?.burn.milestones.at(-1)?.expected;
    assert.deepEqual(ends(found), { low: '247100', middle: '249950.5', high: '252800' });
    assert.deepEqual(ends(grown), { low: '253100', middle: '258000', high: '258000' });
    const row = commitmentTexts(grown, ways)[0]?.tranches[3];
    assert.deepEqual(
      [row?.expectedTone, row?.expected],
      ['warn', 'on course to be met (311 of 400 paths); short by $4,900 at P90'],
    );
  });
  test('a shortfall of which the contract does not say what it costs is not zero, and what moved on is said', () => {
    const [row] = found.rows;
    assert.ok(row !== undefined);
    const odd = {
      ...found,
      rows: [{ ...row, tranches: [tranche({ expired: '9', shortfall: null, rolled_out: '5', rolled_in: '7' })] }],
    };
    const [text] = commitmentTexts(odd, ways)[0]?.tranches ?? [];
    assert.equal(text?.lapsedNote, 'what is owed is not stated');
    assert.equal(text?.committedNote, '$7.00 moved in, $5.00 moved on');
    const lost = { ...found, rows: [{ ...row, tranches: [tranche({ expired: '9', lost: '9' })] }] };
    assert.equal(commitmentTexts(lost, ways)[0]?.tranches[0]?.lapsedNote, '$9.00 paid is lost');
  });
  test('what drew nothing, what has no price, and a term that has not begun are said', () => {
    const { sentence, sums, unknown } = chargesText(found, ways);
    assert.equal(sentence, 'On 326 days within the terms, by 652 charges.');
    assert.deepEqual(
      sums.map(({ total, drawn, rest }) => [total.amount, drawn.amount, rest.amount]),
      [['251000.75', '219207.25', '31793.5']],
    );
    assert.deepEqual(unknown, [
      { text: '12 calls have no price: with them more would be drawn.', href: ways.unpricedHref },
    ]);
    assert.match(chargesText(charges({ period: null, unpriced: 0 }), ways).sentence, /^No term has begun/);
    assert.match(chargesText(charges({ count: 0 }), ways).sentence, /^Nothing was spent within the terms so far/);
  });
  test('a contract that cannot be read, and what was spent in the log before, are said above all sums', () => {
    const earlier = { until: Date.UTC(2026, 10, 20, 6), origin: 'acme/lab/node-1' };
    const lost = { id: 'lost', title: 'T', digest: 'd', entered: 0, by: { via: 'command' }, versions: 1 } as const;
    const odd: Commitments = {
      ...charges({ earlier, unpriced: 0 }),
      unreadable: [{ ...lost, why: 'the blob x is gone', next: 'put it back' }],
    };
    assert.deepEqual(chargesText(odd, ways).unknown, [
      {
        text: 'lost cannot be read, and what it commits to is in no sum here: the blob x is gone.',
        href: '/contracts/lost',
      },
      {
        text: 'This log succeeded acme/lab/node-1 at 2026-11-20 06:00:00 UTC. What was spent before is in that log and drew nothing here: what is left, and owed for a shortfall, is the most it can be.',
        href: null,
      },
    ]);
    assert.match(
      commitmentsHeadline({ ...odd, rows: [], possibilities: [] }).first,
      /^What is committed is not known: no contract that commits can be read\.$/,
    );
  });
  test('growth is typed in per cent and stands in the address as a part', () => {
    assert.deepEqual(['5', '-2.5', '0', '12 %', '200'].map(partOf), ['0.05', '-0.025', '0', '0.12', '2']);
    assert.deepEqual(['', 'much', '201', '-91', '1.00001'].map(partOf), [null, null, null, null, null]);
    for (const percent of ['5', '-2.5', '0', '200']) {
      const part = partOf(percent) ?? '';
      assert.equal(percentOf(part), percent);
      assert.equal(commitmentsSearch.read({ growth: part }).value.growth, part);
    }
    assert.deepEqual(commitmentsSearch.read({ growth: '-5' }).ignored, ['growth']);
  });
  test('a selection names a milestone and nothing else', () => {
    assert.deepEqual(selectedOf(selectionOf('a', 'b', 'c')), { contract: 'a', instrument: 'b', tranche: 'c' });
    for (const odd of ['', 'a', 'a/b', 'a//c', 'a/b/c/d']) assert.equal(selectedOf(odd), null, odd);
  });
});

describe('what drew a milestone', () => {
  const drawn = sampleDeal.drawn({ contract: 'cloud-2026', instrument: 'spend', tranche: 'q4' });
  test('is told by day and deployment, each leading to the calls of that day', () => {
    const [day] = drawnColumns('USD', (at, filter) => `${at}?${filter}`);
    const [first] = drawn.rows;
    assert.ok(first !== undefined && day !== undefined);
    const cell = day.cell(first);
    assert.ok(cell.kind === 'text');
    assert.equal(cell.href, '2026-11-22?deployment:sonnet-direct region:none');
    assert.match(drawnText(drawn).sentence, /^\$41,207\.25 of cloud-2026, by 40 charges\./);
    assert.equal(drawnText({ ...drawn, older: 3 }).older, '3 older charges are not shown.');
    assert.equal(new Set(drawn.rows.map(rowId)).size, drawn.rows.length);
    assert.equal(callsFilter([]), '');
  });
});
