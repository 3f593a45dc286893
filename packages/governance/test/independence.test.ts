// Whose word evidence is, and that it is taken as no more than that: each kind by each way in which its author may stand to the claim,
// the ties in words, and the register as it stood on the day.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAppError } from '@weighbridge/kernel';
import {
  checkAuthor,
  history,
  LINK_TYPES,
  partyNames,
  type Claim,
  type ClaimState,
  type Evidence,
  type Link,
  type Register,
  type Relation,
  type RuleId,
} from '../src/index.ts';
import { claimOf, day, evidenceOf, judged, saidBy } from './support/evidence.ts';
import { smallRegister, type Change } from './support/small-register.ts';

const AT = day('2026-06-01');
const COMMITMENT = claimOf({ kind: 'commitment', subject: 'rack' });
const reportBy = (author: unknown, over: Readonly<Record<string, unknown>> = {}): Evidence =>
  saidBy(1, 'independent_report', 'supports', { author, ...over });
const OUTSIDER = { outsider: 'An independent laboratory' };

/** How the author of one report stands to a claim, and why. */
function standing(author: unknown, claim: Claim = COMMITMENT, register = smallRegister(), at = AT) {
  const { relation, why } = judged(claim, [reportBy(author)], at, register).findings[0] ?? assert.fail();
  return { relation, why };
}

describe('every kind of evidence, by every way in which its author stands to the claim', () => {
  const AUTHORS: Readonly<Record<Exclude<Relation, 'ourselves' | 'unknown'>, unknown>> = {
    independent: OUTSIDER,
    party: { party: 'chips' },
    tied: { party: 'cloud' },
  };
  /** By kind and relation: the rule when it supports, and the state that follows; then those when it contradicts. */
  const TABLE: readonly (readonly [Evidence['kind'], keyof typeof AUTHORS, RuleId, ClaimState, RuleId, ClaimState])[] =
    [
      ['independent_report', 'independent', 'supports', 'verified', 'contradicts', 'contradicted'],
      ['independent_report', 'party', 'party-word', 'reported', 'party-denies', 'unverified'],
      ['independent_report', 'tied', 'tied-word', 'reported', 'tied-word', 'reported'],
      ['contract_term', 'independent', 'supports', 'verified', 'contradicts', 'contradicted'],
      ['contract_term', 'party', 'party-word', 'reported', 'party-denies', 'unverified'],
      ['contract_term', 'tied', 'tied-word', 'reported', 'tied-word', 'reported'],
      ['vendor_assertion', 'independent', 'vendor-word', 'reported', 'vendor-word', 'reported'],
      ['vendor_assertion', 'party', 'vendor-word', 'reported', 'party-denies', 'unverified'],
      ['vendor_assertion', 'tied', 'vendor-word', 'reported', 'vendor-word', 'reported'],
    ];
  for (const [kind, relation, forRule, forState, againstRule, againstState] of TABLE)
    test(`${kind}, ${relation}: ${forState} if it fits, ${againstState} if it does not`, () => {
      const author = AUTHORS[relation];
      for (const [result, rule, state] of [
        ['supports', forRule, forState],
        ['contradicts', againstRule, againstState],
      ] as const) {
        const found = judged(COMMITMENT, [saidBy(1, kind, result, { author })], AT);
        assert.deepEqual([found.findings[0]?.relation, found.findings[0]?.rule], [relation, rule]);
        assert.equal(found.state, state);
      }
    });
  test('ourselves: what we measured, and a contract that we signed', () => {
    const { value: _, unit: __, ...bare } = COMMITMENT;
    assert.equal(judged(bare, [evidenceOf(1)], AT).state, 'verified');
    assert.equal(judged(COMMITMENT, [saidBy(1, 'contract_term', 'supports')], AT).state, 'verified');
  });
  test('unknown: an entry that was written before authors were asked for is read, and shows nothing', () => {
    for (const kind of ['independent_report', 'contract_term', 'vendor_assertion'] as const) {
      const { author: _, ...old } = saidBy(1, kind, 'supports');
      const found = judged(COMMITMENT, [old], AT);
      assert.equal(found.state, 'reported');
      assert.deepEqual(
        found.findings.map(({ author, relation, why }) => [author, relation, why]),
        [[null, 'unknown', 'its author is not named']],
      );
    }
    const { author: _, ...measured } = evidenceOf(1);
    assert.equal(judged(claimOf(), [measured], AT).state, 'verified', 'what we measured was always ours');
  });
  test('the same piece with its author takes the place of the one without', () => {
    const { author: _, ...old } = reportBy(OUTSIDER);
    for (const pieces of [
      [old, reportBy(OUTSIDER)],
      [reportBy(OUTSIDER), old],
    ])
      assert.equal(judged(COMMITMENT, pieces, AT).state, 'verified');
    assert.throws(
      () => judged(COMMITMENT, [reportBy(OUTSIDER), reportBy({ outsider: 'Another' })], AT),
      /two different/,
    );
  });
});

describe('who is a party to a claim', () => {
  const register = smallRegister();
  const relationTo = (author: unknown, over: Partial<Claim>) =>
    standing(author, claimOf({ kind: 'commitment', ...over }));
  test('the subject, both sides of a link, every role of a deployment, the maker of a rack', () => {
    const cases = [
      ['maker', 'maker', 'the claim is about Maker Inc'],
      ['compute', 'maker', 'Maker Inc is a side of compute'],
      ['compute', 'cloud', 'Cloud Corp is a side of compute'],
      ['through-cloud', 'cloud', 'Cloud Corp is seller of record of through-cloud'],
      ['through-cloud', 'maker', 'Maker Inc is data processor of through-cloud'],
      ['rack', 'chips', 'Chips Ltd makes rack'],
    ] as const;
    for (const [subject, party, why] of cases)
      assert.deepEqual(relationTo({ party }, { subject }), { relation: 'party', why });
  });
  test('whoever published it: by the source, or by the name in its outlet', () => {
    const published = { subject: 'rack', kind: 'commitment' } as const;
    const named: Change = ['outlet: The Paper', "outlet: Maker's documentation"];
    const said: Change = ['outlet: The Paper', 'outlet: The Paper, party: maker'];
    for (const change of [named, said])
      assert.deepEqual(standing({ party: 'maker' }, claimOf(published), smallRegister(change)), {
        relation: 'party',
        why: 'Maker Inc published the claim',
      });
  });
  test('whoever the claim names itself, in the register or not', () => {
    const over = { subject: 'a-contract', parties: ['Cloud Corporation', 'Northwind'], source: 'answer of the seller' };
    assert.deepEqual(relationTo({ party: 'cloud' }, over), {
      relation: 'party',
      why: 'Cloud Corp is a party to what the claim is about',
    });
    assert.equal(relationTo({ outsider: 'NORTHWIND Ltd.' }, over).relation, 'party');
    assert.equal(relationTo(OUTSIDER, over).relation, 'independent');
    assert.deepEqual(partyNames(claimOf(over), register), ['Cloud Corp', 'Northwind']);
  });
  test('whoever has the name of one in its own, and however its words are parted', () => {
    const claim = claimOf({ kind: 'commitment', subject: 'rack', parties: ['Meridian Cloud Ltd'] });
    for (const outsider of [
      'Meridian Cloud',
      'Meridian Cloud sales team',
      'The press office of Meridian-Cloud',
      'MeridianCloud',
    ])
      assert.equal(standing({ outsider }, claim).relation, 'party', outsider);
    for (const outsider of ['Meridian', 'Sun Auditors', 'Meridian Clouds'])
      assert.equal(standing({ outsider }, claim).relation, 'independent', outsider);
  });

  test('nobody is known to be without ties while an own register cannot be read', () => {
    const unread: Register = { ...smallRegister(), unread: true };
    const { relation, why } = standing(OUTSIDER, COMMITMENT, unread);
    assert.equal(relation, 'unknown');
    assert.match(why ?? '', /^your own register cannot be read/);
    assert.equal(standing({ party: 'chips' }, COMMITMENT, unread).relation, 'party');
  });

  test('a name that reads as another is no name', () => {
    for (const outsider of ['Micro\u200Bsoft', 'Mi\u0441rosoft', '\u202Eabc'])
      assert.throws(() => reportBy({ outsider }), /the evidence cannot be taken|author/, outsider);
    assert.equal(standing({ outsider: 'Лаборатория Иванова' }).relation, 'independent');
  });

  test('a party that comes under the name of an outsider is that party still', () => {
    for (const outsider of ['Chips', 'chips ltd', 'The CHIPS research team', 'Chips’s laboratory'])
      assert.deepEqual(standing({ outsider }), {
        relation: 'party',
        why: `"${outsider}" is Chips Ltd: Chips Ltd makes rack`,
      });
    assert.equal(standing({ outsider: 'Chipsmith and Sons' }).relation, 'independent');
  });
});

describe('ties', () => {
  const SINCE: Change = ['starts: 2026-01\n', 'starts: 2026-01-18\n'];
  test('are named, each link of the way with the day since when', () => {
    assert.deepEqual(standing({ party: 'maker' }, COMMITMENT, smallRegister(SINCE)), {
      relation: 'tied',
      why: 'Chips Ltd invests in Maker Inc since 2026-01-18',
    });
    assert.deepEqual(standing({ party: 'holding' }, COMMITMENT, smallRegister(SINCE)), {
      relation: 'tied',
      why: 'Cloud Corp belongs to Holding AG, Maker Inc buys from Cloud Corp, Chips Ltd invests in Maker Inc since 2026-01-18',
    });
  });
  test('are told in the judgement, not only beside the piece', () => {
    const { says } = judged(COMMITMENT, [reportBy({ party: 'maker' })], AT, smallRegister(SINCE));
    assert.match(says, /^no evidence counts: .* \(not independent: Chips Ltd invests in Maker Inc since 2026-01-18\)$/);
  });
  test('whichever type a link has, it ties', () => {
    const apart = smallRegister(
      ['type: invests_in', 'type: invests_in'],
      ['from: maker\n    to: cloud', 'from: maker\n    to: others'],
    );
    for (const type of LINK_TYPES) {
      const link = { ...apart.links['money'], type } as Link;
      const register: Register = { ...apart, links: { money: link } };
      assert.equal(standing({ party: 'maker' }, COMMITMENT, register).relation, 'tied', type);
      assert.equal(standing({ party: 'cloud' }, COMMITMENT, register).relation, 'independent', type);
    }
  });
  test('hold by the register of the day, and for what was seen while they held', () => {
    const over = (ends: string, status = 'reported') =>
      smallRegister(['ends: 2027-06-30', `ends: ${ends}`], ['status: reported', `status: ${status}`]);
    const relation = (register: Register, at: string) => standing({ party: 'maker' }, COMMITMENT, register, day(at));
    assert.equal(relation(smallRegister(['starts: 2026-01', 'starts: 2026-07']), '2026-06-01').relation, 'independent');
    assert.equal(relation(smallRegister(['starts: 2026-01', 'starts: 2026-07']), '2026-07-01').relation, 'tied');
    // The report saw January: the stake was sold after it, or before it.
    for (const status of ['reported', 'ended'])
      assert.deepEqual(relation(over('2026-03-31', status), '2026-06-01'), {
        relation: 'tied',
        why: 'Chips Ltd invests in Maker Inc since 2026-01 (on 2026-01-31, the last day of what was seen)',
      });
    assert.equal(relation(over('2026-01-15'), '2026-06-01').relation, 'independent');
  });
  test('a party that left the register, or stands for many, is nobody known', () => {
    const { maker: _, ...others } = smallRegister().parties;
    const left: Register = { ...smallRegister(), parties: others };
    assert.deepEqual(standing({ party: 'maker' }, COMMITMENT, left), {
      relation: 'unknown',
      why: '"maker" is no party of the register as it stands',
    });
    assert.equal(standing({ party: 'others' }).relation, 'unknown');
    for (const name of ['constructor', 'tostring']) assert.equal(standing({ party: name }).relation, 'unknown');
  });
});

describe('an author that cannot be taken', () => {
  const mustRefuse = (author: Evidence['author'], says: RegExp): void =>
    assert.throws(
      () => checkAuthor(author, smallRegister()),
      (error) => isAppError(error) && error.code === 'BAD_REQUEST' && says.test(error.message),
    );
  test('says why, and what to write', () => {
    mustRefuse({ party: 'makers' }, /"makers" is no party of the register; did you mean "maker"\?$/);
    mustRefuse({ party: 'constructor' }, /is no party of the register; add it to your own register/);
    mustRefuse({ party: 'others' }, /stands for many, and evidence is somebody's; name who wrote it$/);
    mustRefuse(
      { outsider: 'Chips Limited' },
      /holds the name of Chips Ltd, a party of the register; write `\{ party: chips \}`/,
    );
    for (const author of ['ourselves', OUTSIDER, { party: 'cloud' }, undefined] as const)
      assert.equal(checkAuthor(author, smallRegister()), undefined);
  });
});

describe('a register that changes', () => {
  const independent = smallRegister();
  const auditors: Register = {
    ...independent,
    parties: {
      ...independent.parties,
      auditor: { name: 'Example Auditors', kind: 'entity', identifiers: {}, source: 'paper' },
    },
  };
  const link: Link = {
    type: 'supplies',
    from: 'chips',
    to: 'auditor',
    starts: '2026-05-01',
    status: 'in_force',
    source: 'paper',
  };
  const tied: Register = { ...auditors, links: { ...auditors.links, stake: link } };
  const standings = [
    { since: 0, register: auditors },
    { since: day('2026-04-15'), register: tied },
    { since: day('2026-07-01'), register: auditors },
  ];
  const registers = {
    at: (moment: number) => standings.findLast(({ since }) => since <= moment)?.register ?? independent,
    changes: () => standings.slice(1).map(({ since }) => since),
  };
  const arrivals = [{ at: day('2026-03-01'), evidence: reportBy({ party: 'auditor' }) }];
  test('judges again, each time with the reason', () =>
    assert.deepEqual(
      history(COMMITMENT, arrivals, { entered: day('2026-01-01'), until: day('2026-12-01'), registers }).map(
        ({ at, from, to, says }) => [
          new Date(at).toISOString().slice(0, 10),
          `${from} → ${to}`,
          /\((.*)\)/.exec(says)?.[1],
        ],
      ),
      [
        ['2026-01-01', 'null → reported', undefined],
        ['2026-03-01', 'reported → verified', undefined],
        // The link was written down on 15 April, and ties from the day on which it begins.
        ['2026-05-01', 'verified → reported', 'not independent: Chips Ltd supplies Example Auditors since 2026-05-01'],
        ['2026-07-01', 'reported → verified', undefined],
      ],
    ));
});
