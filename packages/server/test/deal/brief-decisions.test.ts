// What could be decided, told from each source by itself: incidents with their next step, milestones that half of the paths miss,
// evidence that runs out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readContract } from '@weighbridge/ledger';
import type { ClaimRow, Claims, Commitments, Duties, Forecast } from '@weighbridge/protocol';
import { candidatesOf } from '../../src/deal/brief/decisions.ts';

const CONTRACT = readContract(
  'small.yaml',
  `version: 1
id: small
title: A small commitment
status: offered
parties:
  us: { name: Us Ltd, roles: [buyer] }
  them: { name: Them Inc, roles: [seller-of-record] }
term: { from: 2027-01-01, until: 2027-12-31, renewal: { automatic: true, months: 12, notice_days: 30 } }
currency: USD
instruments:
  - id: spend
    kind: spend
    by: us
    with: them
    milestones:
      - { id: whole, from: 2027-01-01, until: 2027-12-31, amount: "100.00" }
    eligibility: [{ when: { seller: [them] }, fraction: "1" }]
`,
);

function forecastOf(p50: string): Forecast {
  const drawn = { p10: '1', p50: '2', p90: '3' };
  const complete = { p10: null, p50: null, p90: null };
  const projected = { drawn, missing: { p10: '0', p50, p90: '90' }, shortfall: null, complete_on: complete };
  return { verdict: 'projected', days: 60, projected: { ...projected, paths_complete: 0, paths: 400 } };
}

const commitmentsOf = (forecast: Forecast): Commitments =>
  ({
    rows: [
      {
        contract: 'small',
        title: 'A small commitment',
        instrument: 'spend',
        kind: 'spend',
        currency: 'USD',
        rule: 'unstated',
        tranches: [{ tranche: 'whole', until: '2027-12-31', forecast }],
      },
    ],
  }) as unknown as Commitments;

const dutiesOf = (parts: object): Duties => ({ incidents: [], watch: [], ...parts }) as unknown as Duties;
const claimsOf = (rows: readonly Pick<ClaimRow, 'id' | 'text' | 'runs_out'>[]): Claims =>
  ({ rows }) as unknown as Claims;

const found = ({
  forecast = { verdict: 'insufficient evidence', days: 3, projected: null } as Forecast,
  duties = {},
  claims = [] as Parameters<typeof claimsOf>[0],
}) =>
  candidatesOf({
    contracts: [CONTRACT],
    commitments: commitmentsOf(forecast),
    duties: dutiesOf(duties),
    claims: claimsOf(claims),
    at: Date.UTC(2027, 2, 1),
  });

test('a milestone is a decision where half of the paths fall short of it, not where nobody can tell', () => {
  const kinds = (p50?: string) => found(p50 === undefined ? {} : { forecast: forecastOf(p50) }).map(({ kind }) => kind);
  assert.deepEqual([kinds(), kinds('0'), kinds('0.01')], [['renewal'], ['renewal'], ['renewal', 'milestone']]);
  const milestone = found({ forecast: forecastOf('40') }).find(({ kind }) => kind === 'milestone');
  assert.deepEqual(
    [milestone?.on, milestone?.who, milestone?.why],
    ['2027-12-31', 'Us Ltd', 'expected missing 0.00 USD to 90.00 USD (P10 to P90); shortfall rule: unstated'],
  );
});

test('a renewal says that an offer is not signed yet', () => {
  const [renewal] = found({});
  assert.deepEqual([renewal?.on, renewal?.who], ['2027-12-01', 'Us Ltd']);
  assert.match(renewal?.why ?? '', /not signed yet/);
});

test('an incident is due by its next step, and a closed one is not', () => {
  const deadlines = [
    { step: 'acknowledged', due: Date.UTC(2027, 2, 1, 9), taken: Date.UTC(2027, 2, 1, 8), missed: false },
    { step: 'counterparty_notified', due: Date.UTC(2027, 2, 2, 9), taken: null, missed: false },
  ];
  const duty = { failure: 'wrong_region', owner: 'compliance officer', clause: 'residency' };
  const incident = { id: 'i', deployment: 'eu', state: 'acknowledged', duty, deadlines };
  const one = found({ duties: { incidents: [incident] } }).find(({ kind }) => kind === 'incident');
  assert.deepEqual(
    [one?.on, one?.what, one?.why],
    [
      '2027-03-02',
      'Incident, wrong region of eu: to be told to the counterparty',
      'due 2027-03-02 09:00 UTC by the clause "residency"',
    ],
  );
  const closed = { ...incident, state: 'closed' };
  assert.deepEqual(
    found({ duties: { incidents: [closed] } }).filter(({ kind }) => kind === 'incident'),
    [],
  );
});

test('evidence that runs out on one day is one decision, and so is the watch-list', () => {
  const claims = ['a', 'b', 'c', 'd'].map((id) => ({ id, text: `says ${id}`, runs_out: '2027-06-30' }));
  const watch = [
    { id: 'late', title: 'Late', next_review: '2027-01-01', overdue: true },
    { id: 'later', title: 'Less late', next_review: '2027-02-01', overdue: true },
    { id: 'next', title: 'Next', next_review: '2027-04-01', overdue: false },
  ];
  const all = found({ claims: [...claims, { id: 'e', text: 'lasts', runs_out: null }], duties: { watch } });
  const evidence = all.find(({ kind }) => kind === 'evidence');
  assert.deepEqual(
    [evidence?.what, evidence?.why],
    ['Renew the evidence of 4 claims, or let it lapse', 'says a; says b; says c; and 1 more'],
  );
  const reviews = all.filter(({ kind }) => kind === 'review');
  assert.deepEqual(
    reviews.map(({ on, why }) => [on, why]),
    [['2027-01-01', 'Late; Less late']],
  );
});
