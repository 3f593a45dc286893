// Each written rule by itself, then the way of one claim through all states by evidence and time alone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalJson, isAppError, type Json } from '@weighbridge/kernel';
import {
  CLAIM_KINDS,
  CLAIM_STATES,
  claimStatement,
  readEvidence,
  RULES,
  SHOWN_BY,
  type Claim,
  type Evidence,
  type RuleId,
} from '../src/index.ts';
import { claimOf, day, digest, evidenceOf, saidBy, historyOf, judged } from './support/evidence.ts';

const AT = day('2026-06-01');
const named = new Set<RuleId>();

/** State and rule of the whole, and the rule of the last piece. */
function mustJudge(claim: Claim, evidence: readonly Evidence[], state: string, rule: RuleId, piece?: RuleId): void {
  const judgement = judged(claim, evidence, AT);
  assert.deepEqual([judgement.state, judgement.rule], [state, rule]);
  assert.ok(judgement.says.startsWith(RULES[rule]), judgement.says);
  named.add(rule);
  if (piece === undefined) return;
  const last = evidence.at(-1)?.digest;
  assert.equal(judgement.findings.find((finding) => finding.digest === last)?.rule, piece);
  named.add(piece);
}
const mustRefuse = (run: () => unknown, says: RegExp): void =>
  assert.throws(run, (error) => isAppError(error) && error.code === 'BAD_REQUEST' && says.test(error.message));

const EU = { scope: { region: ['eu'] } };
const US = { scope: { region: ['us'] } };
const SLOW = { interval: { low: '900', high: '950', unit: 'ms' } };
const LATER = { period: { from: '2026-03-01', until: '2026-03-31' } };

describe('rules for one piece of evidence', () => {
  test('vendor-word: a vendor never verifies its own claim, however often it says it', () =>
    mustJudge(
      claimOf(),
      [saidBy(1, 'vendor_assertion', 'supports'), saidBy(2, 'vendor_assertion', 'supports')],
      'reported',
      'opening',
      'vendor-word',
    ));
  test('party-denies: a vendor that takes its own word back leaves the claim in doubt, and contradicts nothing', () => {
    const denial = saidBy(1, 'vendor_assertion', 'contradicts');
    mustJudge(claimOf(), [denial], 'unverified', 'denied', 'party-denies');
    mustJudge(claimOf(), [evidenceOf(2), denial], 'verified', 'covers-all', 'party-denies');
    const elsewhere = { scope: { region: ['asia'] } };
    mustJudge(
      claimOf(),
      [saidBy(1, 'vendor_assertion', 'contradicts', elsewhere)],
      'reported',
      'opening',
      'vendor-word',
    );
  });
  test('repeats-vendor: ten outlets that pass on one announcement are one vendor', () =>
    mustJudge(
      claimOf(),
      [saidBy(1, 'independent_report', 'supports', { repeats_vendor: true })],
      'reported',
      'opening',
      'repeats-vendor',
    ));
  test('kind-unfit: a contract says what is owed, not what is delivered', () =>
    mustJudge(claimOf(), [saidBy(1, 'contract_term', 'supports')], 'reported', 'opening', 'kind-unfit'));
  test('kind-unfit: nobody measures a valuation', () =>
    mustJudge(claimOf({ kind: 'valuation' }), [evidenceOf(1)], 'reported', 'opening', 'kind-unfit'));
  test('a commitment is shown by the contract', () =>
    mustJudge(
      claimOf({ kind: 'commitment' }),
      [saidBy(1, 'contract_term', 'supports')],
      'verified',
      'covers-all',
      'supports',
    ));
  test('out-of-scope: another region is another thing', () =>
    mustJudge(claimOf(), [evidenceOf(1, { scope: { region: ['asia'] } })], 'reported', 'opening', 'out-of-scope'));
  test('out-of-scope: a measurement that does not say its region says nothing of a claim that does', () =>
    mustJudge(claimOf(), [evidenceOf(1, { scope: { tier: ['standard'] } })], 'reported', 'opening', 'out-of-scope'));
  test('straddles: an interval across the claimed figure is insufficient and changes nothing', () =>
    mustJudge(
      claimOf(),
      [evidenceOf(1, { interval: { low: '790', high: '810', unit: 'ms' } })],
      'reported',
      'opening',
      'straddles',
    ));
  test('straddles: whatever the measurer says of it', () => {
    for (const result of ['supports', 'contradicts', 'inconclusive'])
      mustJudge(
        claimOf(),
        [evidenceOf(1, { result, interval: { low: '700', high: '801', unit: 'ms' } })],
        'reported',
        'opening',
        'straddles',
      );
  });
  test('not-comparable: without an interval, without a count, or in another unit', () => {
    for (const over of [{ interval: undefined }, { n: undefined }, { interval: { low: '1', high: '2', unit: 's' } }])
      mustJudge(claimOf(), [evidenceOf(1, over)], 'reported', 'opening', 'not-comparable');
  });
  test('inconclusive: a report that does not decide', () =>
    mustJudge(claimOf(), [saidBy(1, 'independent_report', 'inconclusive')], 'reported', 'opening', 'inconclusive'));
  test('below-cap: what lies under an "up to" neither shows nor refutes it', () =>
    mustJudge(
      claimOf({ up_to: true, kind: 'option', value: '1', unit: 'GW' }),
      [evidenceOf(1, { interval: { low: '0.2', high: '0.3', unit: 'GW' } })],
      'reported',
      'opening',
      'below-cap',
    ));
  test('straddles: what may lie over an "up to" does not refute it', () =>
    mustJudge(
      claimOf({ up_to: true, kind: 'option', value: '1', unit: 'GW' }),
      [evidenceOf(1, { interval: { low: '0.9', high: '1.1', unit: 'GW' } })],
      'reported',
      'opening',
      'straddles',
    ));
  test('contradicts: what surely lies over an "up to" refutes it', () =>
    mustJudge(
      claimOf({ up_to: true, kind: 'option', value: '1', unit: 'GW' }),
      [evidenceOf(1, { interval: { low: '1.1', high: '1.3', unit: 'GW' } })],
      'contradicted',
      'contradiction',
      'contradicts',
    ));
});

describe('a measurement against the figure', () => {
  const against = (claim: Partial<Claim>, low: string, high: string): string =>
    judged(claimOf(claim), [evidenceOf(1, { interval: { low, high, unit: 'ms' } })], AT).state;
  test('at most: the end itself fits', () => {
    assert.equal(against({}, '700', '800'), 'verified');
    assert.equal(against({}, '800.001', '900'), 'contradicted');
    assert.equal(against({}, '800', '900'), 'reported');
  });
  test('at least', () => {
    assert.equal(against({ sense: 'at_least' }, '800', '900'), 'verified');
    assert.equal(against({ sense: 'at_least' }, '700', '799.999'), 'contradicted');
    assert.equal(against({ sense: 'at_least' }, '700', '800'), 'reported');
  });
  test('about: within the room that the claim leaves', () => {
    const about = { sense: 'about', range: { low: '750', high: '850' } } as const;
    assert.equal(against(about, '760', '840'), 'verified');
    assert.equal(against(about, '851', '900'), 'contradicted');
    assert.equal(against(about, '840', '860'), 'reported');
  });
  test('a range is the room whatever the sense: at least 800 within 750 to 850 is not shown by 900', () => {
    for (const sense of ['at_least', 'at_most'] as const) {
      const ranged = { sense, range: { low: '750', high: '850' } };
      assert.equal(against(ranged, '760', '780'), 'verified');
      assert.equal(against(ranged, '900', '950'), 'contradicted');
      assert.equal(against(ranged, '600', '700'), 'contradicted');
    }
  });
  test('about without room: only the very figure fits', () => {
    assert.equal(against({ sense: 'about' }, '800', '800'), 'verified');
    assert.equal(against({ sense: 'about' }, '799', '801'), 'reported');
  });
  test('of a claim without a figure says itself what it found, and is inconclusive when it says so', () => {
    const { value: _, unit: __, ...bare } = claimOf({ kind: 'availability' });
    mustJudge(bare, [evidenceOf(1)], 'verified', 'covers-all', 'supports');
    mustJudge(bare, [evidenceOf(1, { result: 'contradicts' })], 'contradicted', 'contradiction', 'contradicts');
    mustJudge(bare, [evidenceOf(1, { result: 'inconclusive' })], 'reported', 'opening', 'inconclusive');
  });
});

describe('rules for all of the evidence', () => {
  test('covers-all: one piece, or several that together cover every region', () => {
    mustJudge(claimOf(), [evidenceOf(1)], 'verified', 'covers-all', 'supports');
    mustJudge(claimOf(), [evidenceOf(1, EU), evidenceOf(2, US)], 'verified', 'covers-all');
  });
  test('covers-all: by combinations, not by each dimension alone', () => {
    const claim = claimOf({ scope: { region: ['eu', 'us'], tier: ['a', 'b'] } });
    const euA = evidenceOf(1, { scope: { region: ['eu'], tier: ['a'] } });
    const usB = evidenceOf(2, { scope: { region: ['us'], tier: ['b'] } });
    mustJudge(claim, [euA, usB], 'partially', 'covers-part');
  });
  test('covers-part: one region of two', () =>
    mustJudge(claimOf(), [evidenceOf(1, EU)], 'partially', 'covers-part', 'supports'));
  test('covers-part: a claim without bounds, seen within bounds', () =>
    mustJudge(claimOf({ scope: {} }), [evidenceOf(1, EU)], 'partially', 'covers-part', 'supports'));
  test('contradiction: one region is enough, though another fits', () =>
    mustJudge(claimOf(), [evidenceOf(1, EU), evidenceOf(2, { ...US, ...SLOW })], 'contradicted', 'contradiction'));
  test('contradiction: it does not lapse when its own date has passed', () =>
    mustJudge(
      claimOf(),
      [evidenceOf(1, { ...SLOW, valid_until: '2026-02-01' })],
      'contradicted',
      'contradiction',
      'contradicts',
    ));
  test('lifted: later evidence over the whole of it shows the contrary', () => {
    mustJudge(claimOf(), [evidenceOf(2, LATER), evidenceOf(1, SLOW)], 'verified', 'covers-all', 'lifted');
    mustJudge(claimOf(), [evidenceOf(2, { ...LATER, ...EU }), evidenceOf(1, SLOW)], 'contradicted', 'contradiction');
  });
  test('lifted: a report does not lift what was measured, a measurement does lift a report', () => {
    const report = (number: number, result: string, over = {}): Evidence =>
      saidBy(number, 'independent_report', result, over);
    mustJudge(claimOf(), [report(2, 'supports', LATER), evidenceOf(1, SLOW)], 'contradicted', 'contradiction');
    mustJudge(claimOf(), [evidenceOf(2, LATER), report(1, 'contradicts')], 'verified', 'covers-all', 'lifted');
  });
  test('lifted: the contrary of an earlier time lifts nothing', () =>
    mustJudge(claimOf(), [evidenceOf(1), evidenceOf(2, { ...SLOW, ...LATER })], 'contradicted', 'contradiction'));
  test('sources-differ: a report against what others support leaves it open', () =>
    mustJudge(
      claimOf({ kind: 'valuation' }),
      [saidBy(1, 'independent_report', 'supports'), saidBy(2, 'independent_report', 'contradicts')],
      'unverified',
      'sources-differ',
    ));
  test('sources-differ: reports about different regions do not differ', () =>
    mustJudge(
      claimOf(),
      [saidBy(1, 'independent_report', 'supports', EU), saidBy(2, 'independent_report', 'contradicts', US)],
      'contradicted',
      'contradiction',
    ));
  test('all-expired: evidence past its date no longer supports', () =>
    mustJudge(claimOf(), [evidenceOf(1, { valid_until: '2026-05-31' })], 'expired', 'all-expired', 'supports'));
  test('all-expired: the last day itself still counts', () =>
    mustJudge(claimOf(), [evidenceOf(1, { valid_until: '2026-06-01' })], 'verified', 'covers-all'));
  test('opening: a claim that began in doubt stays in doubt', () =>
    mustJudge(claimOf({ opening: { state: 'unverified', why: 'outlets differ' } }), [], 'unverified', 'opening'));
  test('party-word, tied-word, author-unknown: whatever it calls itself', () => {
    for (const kind of ['independent_report', 'contract_term']) {
      const claim = claimOf({ kind: 'commitment' });
      const by = (author: unknown): readonly Evidence[] => [saidBy(1, kind, 'supports', { author })];
      mustJudge(claim, by({ party: 'chips' }), 'reported', 'opening', 'party-word');
      mustJudge(claim, by({ party: 'maker' }), 'reported', 'opening', 'tied-word');
      mustJudge(claim, by({ party: 'others' }), 'reported', 'opening', 'author-unknown');
    }
  });
  test('every rule of the table is named by a test', () =>
    assert.deepEqual([...named].toSorted(), Object.keys(RULES).toSorted()));
});

test('every kind of claim can be shown by something, and never by the vendor', () => {
  for (const kind of CLAIM_KINDS) {
    assert.ok(SHOWN_BY[kind].length > 0, kind);
    assert.ok(!SHOWN_BY[kind].includes('vendor_assertion'), kind);
  }
});

describe('the way of a claim', () => {
  const arrivals = [
    { at: day('2026-02-01'), evidence: saidBy(1, 'vendor_assertion', 'supports') },
    { at: day('2026-02-02'), evidence: evidenceOf(2, { ...EU, valid_until: '2026-03-31' }) },
    { at: day('2026-02-03'), evidence: evidenceOf(3, { ...US, valid_until: '2026-02-28' }) },
    {
      at: day('2026-05-02'),
      evidence: evidenceOf(4, { ...SLOW, period: { from: '2026-04-01', until: '2026-04-30' } }),
    },
    {
      at: day('2026-06-02'),
      evidence: saidBy(5, 'independent_report', 'contradicts', { period: { from: '2026-01-01', until: '2026-06-01' } }),
    },
    { at: day('2026-08-02'), evidence: evidenceOf(6, { period: { from: '2026-07-01', until: '2026-07-31' } }) },
  ];
  const steps = historyOf(claimOf(), arrivals, day('2026-01-01'), day('2027-06-01'));
  test('goes through all states by evidence and time alone, and each step says rule and evidence', () =>
    assert.deepEqual(
      steps.map(({ at, from, to, rule, evidence }) => [
        new Date(at).toISOString().slice(0, 10),
        `${from} → ${to}`,
        rule,
        evidence.map((text) => Number.parseInt(text, 16)).join(' '),
      ]),
      [
        ['2026-01-01', 'null → reported', 'opening', ''],
        ['2026-02-02', 'reported → partially', 'covers-part', '2'],
        ['2026-02-03', 'partially → verified', 'covers-all', '2 3'],
        ['2026-03-01', 'verified → partially', 'covers-part', '2'],
        ['2026-04-01', 'partially → expired', 'all-expired', '2 3'],
        ['2026-05-02', 'expired → contradicted', 'contradiction', '4'],
        ['2026-08-02', 'contradicted → verified', 'covers-all', '6'],
        ['2027-01-01', 'verified → expired', 'all-expired', '2 3 6'],
      ],
    ));
  test('to unverified it comes when reports differ', () => {
    const reports = [
      { at: day('2026-02-02'), evidence: saidBy(1, 'independent_report', 'supports') },
      { at: day('2026-02-03'), evidence: saidBy(2, 'independent_report', 'contradicts') },
    ];
    const states = historyOf(claimOf(), reports, day('2026-01-01'), AT).map(({ to }) => to);
    assert.deepEqual(states, ['reported', 'verified', 'unverified']);
    assert.deepEqual([...new Set([...steps.map(({ to }) => to), ...states])].toSorted(), CLAIM_STATES.toSorted());
  });
  test('what comes after the last moment is not in it', () =>
    assert.equal(historyOf(claimOf(), arrivals, day('2026-01-01'), day('2026-02-02')).length, 2));
  test('evidence that was there before the claim was entered counts from then on', () => {
    const [first, ...others] = historyOf(claimOf(), arrivals.slice(1, 2), day('2026-03-01'), day('2026-03-30'));
    assert.deepEqual([first?.at, first?.from, first?.to, others.length], [day('2026-03-01'), null, 'partially', 0]);
  });
  test('evidence of a time that is not over when it comes is refused', () =>
    mustRefuse(
      () => historyOf(claimOf(), [{ at: day('2026-01-30'), evidence: evidenceOf(1) }], 0, AT),
      /of a period that ends on 2026-01-31, after it came/,
    ));
});

describe('evidence that cannot be taken', () => {
  const mustRefuseIt = (over: Readonly<Record<string, unknown>>, says: RegExp): void =>
    mustRefuse(() => evidenceOf(1, over), says);
  test('names the field and the reason', () => {
    mustRefuseIt({ digest: 'abc' }, /digest: write the 64 hexadecimal digits/);
    mustRefuseIt({ period: { from: '2026-02-01', until: '2026-01-01' } }, /the period ends before it begins/);
    mustRefuseIt({ valid_until: '2026-01-30' }, /it would expire before its period ends/);
    mustRefuseIt({ interval: { low: '2', high: '1', unit: 'ms' } }, /the interval ends before it begins/);
    mustRefuseIt({ n: 0 }, /n: /);
    mustRefuseIt({ kind: 'hearsay' }, /kind: /);
    for (const kind of ['independent_report', 'contract_term', 'vendor_assertion'])
      mustRefuseIt({ kind }, /author: write whose word it is/);
    mustRefuseIt({ author: { outsider: 'A laboratory' } }, /author: what somebody else measured is no own_measurement/);
    mustRefuseIt({ kind: 'independent_report', author: 'ourselves' }, /author: what you saw yourselves/);
    mustRefuseIt({ kind: 'independent_report', author: { outsider: ' \n' } }, /author.outsider: write a name/);
    mustRefuseIt({ kind: 'independent_report', author: { party: 'Chips' } }, /author.party: /);
    assert.equal(evidenceOf(1).author, 'ourselves');
    mustRefuse(() => readEvidence(null), /the evidence cannot be taken/);
  });
  test('of more combinations than can be judged is refused', () => {
    const many = Array.from({ length: 50 }, (_, index) => `r${index}`);
    mustRefuseIt({ scope: { region: many, tier: many } }, /more than 2000 combinations/);
  });
  test('two different pieces under one digest are refused, one piece twice counts once', () => {
    mustRefuse(() => judged(claimOf(), [evidenceOf(1), evidenceOf(1, EU)], AT), /two different pieces of evidence/);
    assert.equal(judged(claimOf(), [evidenceOf(1), evidenceOf(1)], AT).findings.length, 1);
  });
  test('more of it than can be judged is refused', () =>
    mustRefuse(
      () =>
        judged(
          claimOf(),
          Array.from({ length: 1001 }, (_, index) => evidenceOf(index)),
          AT,
        ),
      /1000 pieces of evidence at most/,
    ));
});

describe('the statement that is published', () => {
  const claim = claimOf();
  const judgement = judged(claim, [evidenceOf(1), saidBy(2, 'vendor_assertion', 'supports')], AT);
  const text = claimStatement('latency', claim, judgement, AT);
  test('is canonical and says claim, state, rule and evidence', () => {
    assert.equal(canonicalJson(JSON.parse(text) as Json), text);
    const statement = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual(
      [statement['kind'], statement['v'], statement['at']],
      ['claim_statement', 2, '2026-06-01T12:00:00.000Z'],
    );
    assert.deepEqual(
      [statement['state'], statement['rule'], statement['says']],
      ['verified', 'covers-all', RULES['covers-all']],
    );
    assert.deepEqual(statement['evidence'], [digest(1)]);
    assert.deepEqual(statement['findings'], [
      { author: 'ourselves', digest: digest(1), relation: 'ourselves', rule: 'supports', weight: 'for', why: null },
      {
        author: { party: 'chips' },
        digest: digest(2),
        relation: 'party',
        rule: 'vendor-word',
        weight: 'nothing',
        why: 'Chips Ltd makes rack',
      },
    ]);
    assert.deepEqual((statement['claim'] as Record<string, unknown>)['text'], claim.text);
  });
  test('is the same for the same evidence in another order', () => {
    const turned = judged(claim, [saidBy(2, 'vendor_assertion', 'supports'), evidenceOf(1)], AT);
    assert.equal(claimStatement('latency', claim, turned, AT), text);
  });
});
