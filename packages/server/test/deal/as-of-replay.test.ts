// "What did we know on 3 March?" has one answer: that of a log which ends on that evening. Whatever was written, late, by a clock that
// was set back, or taken over in another order, a question as of a day on the whole log comes to the same as on what had been written
// by then alone, read from scratch.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import { namesAtRest, openBlobs, type Blobs, type DealDesk } from '@weighbridge/server';
import type { Claim } from '@weighbridge/governance';
import { DAY_MS, type DailySpendRow, type EntryDraft } from '@weighbridge/protocol';
import { canonical } from '../../src/admin/entries.ts';
import { claimsAt } from '../../src/deal/claims.ts';
import { commitments } from '../../src/deal/commitments.ts';
import { contractsAt } from '../../src/deal/contracts.ts';
import type { DealKnown } from '../../src/deal/deal-desk.ts';
import { dutiesAt, openingOf } from '../../src/deal/duties.ts';
import { momentOf } from '../../src/deal/moment.ts';
import { playbookAt } from '../../src/deal/playbook.ts';
import { reckonCommitments, reckonDrawn } from '../../src/deal/reckoning.ts';
import { registerAt } from '../../src/deal/register.ts';
import { BY, deskOf, writing, type Writing } from '../support/written-log.ts';

const FIRST = Date.UTC(2026, 0, 1);
const DAYS = 40;
const NOW = FIRST + (DAYS + 5) * DAY_MS;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const contractText = (id: string, amount: number, status: string, seller: string): string => `version: 1
id: ${id}
title: ${id} of ${amount}
status: ${status}
parties:
  us: { name: Us, roles: [buyer] }
  them: { name: Them, roles: [seller-of-record, biller] }
term: { from: 2026-01-01, until: 2026-12-31 }
currency: USD
instruments:
  - id: spend
    kind: spend
    by: us
    with: them
    milestones:
      - { id: first, from: 2026-01-01, until: 2026-01-20, amount: "${amount}" }
      - { id: second, from: 2026-01-21, until: 2026-12-31, amount: "${amount}" }
    eligibility:
      - { when: { seller: [${seller}] }, fraction: "0.5" }
    shortfall: { rule: rollover, automatic: true }
    carry_over: roll-forward
`;

const CLAIM: Claim = {
  subject: 'a',
  text: 'They said so.',
  kind: 'expectation',
  metric: 'what they said',
  sense: 'about',
  up_to: false,
  approximate: false,
  conditions: [],
  scope: {},
  source: 'answer of them',
  materiality: 'high',
  opening: { state: 'unverified', why: 'a word' },
  corroborated: false,
  readings: [],
};

const registerText = (name: string): string => `version: 1
title: ${name}
parties:
  our-reseller: { name: ${name}, source: alliance-notes }
claims:
  own-${name.toLowerCase()}: { subject: our-reseller, text: ${name} said so., kind: expectation, metric: what was said, source: alliance-notes, materiality: low, opening: { state: unverified, why: a word } }
`;

type Act = (writing: Writing, blobs: Blobs) => Promise<unknown>;

/** Of what was configured: who is who in a deployment. */
const configured =
  (seller: string): Act =>
  ({ desk: _desk, drafts }, blobs) => {
    const deployments = { d1: { cloud: 'anthropic', model: 'm', roles: { seller, biller: seller } } };
    const record = { cause: 'start', config: blobs.inline(canonical({ deployments })), digest: seller };
    const at = moments.get(drafts) ?? FIRST;
    drafts.push({
      kind: 'config',
      id: `01M8KQXNAE6V10X9ZZ${String(drafts.length).padStart(8, '0')}`,
      at,
      commercial: canonical(record),
    });
    return Promise.resolve();
  };
/** What the clock of a log shows. */
const moments = new WeakMap<readonly EntryDraft[], number>();

const PROOF = { kind: 'ticket', ref: 'OPS-1' } as const;
const STEPS = ['acknowledged', 'counterparty_notified', 'resolved', 'closed'] as const;

const act: fc.Arbitrary<Act> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('a', 'b'),
      fc.constantFrom(5, 20, 100),
      fc.constantFrom('draft', 'signed', 'signed', 'ended'),
      fc.constantFrom('alpha', 'beta'),
    )
    .map(
      ([id, ...rest]): Act =>
        ({ desk }) =>
          desk.contracts.enter({ file: `${id}.yaml`, text: contractText(id, ...rest) }, BY),
    ),
  fc.constantFrom('a', 'b').map(
    (id): Act =>
      ({ desk }) =>
        desk.contracts.remove(id, BY),
  ),
  fc
    .tuple(
      fc.nat({ max: 8 }),
      fc.constantFrom('azure-compute-30bn', 'a:said'),
      fc.constantFrom('supports', 'contradicts'),
    )
    .map(
      ([piece, claim, result]): Act =>
        ({ desk }) =>
          desk.claims.add(
            claim,
            {
              kind: 'independent_report',
              digest: piece.toString(16).padStart(64, '0'),
              period: { from: '2025-01-01', until: '2025-06-30' },
              valid_until: dayOf(FIRST + (piece * 5 - 2) * DAY_MS),
              result,
              scope: {},
              repeats_vendor: false,
              author: piece % 3 === 0 ? { party: 'our-reseller' } : { outsider: 'An auditor' },
              method: 'read',
            },
            BY,
          ),
    ),
  fc.constantFrom('They said so.', 'They said otherwise.').map(
    (text): Act =>
      ({ desk }) =>
        desk.claims.enter('a:said', { ...CLAIM, text }, BY),
  ),
  fc.constant<Act>(({ desk }) => desk.claims.state(BY, 'all')),
  fc.constantFrom('latency', 'data_leak').map((failure): Act => ({ desk }) => {
    const asked = { deployment: 'claude-foundry-on-azure', failure, serious: false, proof: PROOF } as const;
    return desk.incidents.open(openingOf(desk.reference(Infinity), [], asked), BY);
  }),
  fc.tuple(fc.nat({ max: 2 }), fc.constantFrom(...STEPS)).map(([which, step]): Act => ({ desk }) => {
    const held = desk.incidents.all()[which];
    return held === undefined ? Promise.resolve() : desk.incidents.step(held.incident.id, step, PROOF, BY);
  }),
  fc.constantFrom(true, false, null).map(
    (value): Act =>
      ({ desk }) =>
        desk.attestations.attest({ fact: 'chargeback_published', value, proof: 'minutes' }, BY),
  ),
  fc.constantFrom('One', 'Two').map(
    (name): Act =>
      ({ desk }) =>
        desk.register.enter({ file: 'ours.yaml', text: registerText(name) }, BY),
  ),
  fc.constant<Act>(({ desk }) => desk.register.remove(BY)),
  fc.constantFrom('alpha', 'beta').map(configured),
);

/** Moments mostly go on, and now and then back: a clock that was set. */
const script = fc.array(fc.tuple(act, fc.integer({ min: -3 * DAY_MS, max: 4 * DAY_MS })), {
  minLength: 8,
  maxLength: 40,
  size: 'max',
});

async function written(acts: readonly (readonly [Act, number])[], blobs: Blobs): Promise<readonly EntryDraft[]> {
  const log = writing(blobs);
  let now = FIRST;
  for (const [does, step] of acts) {
    now = Math.max(FIRST, Math.min(FIRST + DAYS * DAY_MS, now + step));
    log.at(now);
    moments.set(log.drafts, now);
    try {
      await does(log, blobs);
    } catch (error) {
      // What cannot be done then is refused, and writes nothing.
      if (!isAppError(error)) throw error;
    }
  }
  return log.drafts;
}

/** As a successor may hold them; the steps of an incident stay in their order. */
function shuffled(drafts: readonly EntryDraft[], order: readonly number[]): readonly EntryDraft[] {
  const movable = drafts.filter(({ kind }) => kind !== 'incident');
  const moved = movable
    .map((draft, index) => ({ draft, rank: order[index % order.length] ?? 0 }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ draft }) => draft);
  return drafts.map((draft) => (draft.kind === 'incident' ? draft : (moved.shift() ?? draft)));
}

const spends = fc.array(
  fc.record({ day: fc.integer({ min: 0, max: DAYS + 4 }), units: fc.integer({ min: 1, max: 9_000 }) }),
  { minLength: 5, maxLength: 60, size: 'max' },
);
const FIRST_DAY = FIRST / DAY_MS;
const rowsOf = (made: readonly { readonly day: number; readonly units: number }[]): readonly DailySpendRow[] =>
  [...Map.groupBy(made, ({ day }) => day)].map(([day, all]) => ({
    day: FIRST_DAY + day,
    model: 'm',
    deployment: 'd1',
    cloud: 'anthropic',
    region: null,
    tier: null,
    currency: 'USD',
    billed: (all.reduce((sum, { units }) => sum + units, 0) / 1_000).toFixed(3),
    calls: all.length,
    unpriced: 0,
  }));

async function told(
  known: DealKnown,
  desk: DealDesk,
  rows: readonly DailySpendRow[],
  { at, now }: { at: number; now: number },
) {
  const projections = {
    ask: (name: string, input: unknown) => {
      assert.equal(name, 'dailySpend');
      const { since, until } = input as { since: number; until: number };
      const asked = rows.filter(({ day }) => day * DAY_MS >= since && day * DAY_MS < until);
      return Promise.resolve({ rows: asked, next: null });
    },
  } as never;
  const ports = {
    contracts: known.contracts,
    succeeds: () => known.succeeds(),
    projections,
    reckoner: {
      commitments: (...asked: Parameters<typeof reckonCommitments>) => Promise.resolve(reckonCommitments(...asked)),
      drawn: (...asked: Parameters<typeof reckonDrawn>) => Promise.resolve(reckonDrawn(...asked)),
    },
    rolesOf: (deployment: string) => known.rolesInHistory(deployment),
    meteredSince: () => known.meteredSince(),
    reference: (moment: number) => known.reference(moment),
    now: () => now,
  };
  const reference = known.reference(at);
  const midnight = Math.floor(at / DAY_MS) * DAY_MS;
  return {
    contracts: contractsAt(known.contracts, { at: midnight }, namesAtRest(reference.register, midnight)),
    versions: known.contracts.all().held.map(({ versions, text }) => ({ versions, text })),
    claims: claimsAt(known.claims, known.registers, at),
    duties: dutiesAt(reference, [], known.incidents.all(), at),
    playbook: await playbookAt({
      reference,
      contracts: known.contracts.all(),
      claims: known.claims,
      attested: known.attestations.all(),
      snapshot: null,
      projections: NO_CALLS,
      at,
      now,
    }),
    register: registerAt(desk.register, at),
    draw: await commitments(ports, { at: dayOf(at), growth: '0', seed: 1 }),
  };
}

const actionOf = (text = '{}'): string => (JSON.parse(text) as { action?: string }).action ?? '';

const NOTHING = { rows: [], others: null, total: { calls: 0, spend: [] } };
const NO_CALLS = { ask: () => Promise.resolve(NOTHING) } as never;

test('what is told as of a day is what a log that ends that evening tells', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-as-of-'));
  const blobs = openBlobs(folder);
  let compared = 0;
  let drawn = 0;
  const wrote = new Set<string>();
  try {
    await fc.assert(
      fc.asyncProperty(
        script,
        spends,
        fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
        fc.boolean(),
        fc.array(fc.integer({ min: 0, max: DAYS }), { minLength: 3, maxLength: 3 }),
        async (acts, made, order, mixed, days) => {
          const own = await written(acts, blobs);
          for (const { kind, commercial } of own) wrote.add(`${kind} ${actionOf(commercial)}`);
          const drafts = mixed ? shuffled(own, order) : own;
          if (drafts.length === 0) return;
          const rows = rowsOf(made);
          const whole = deskOf(drafts, blobs);
          for (const asked of days) {
            const day = dayOf(FIRST + asked * DAY_MS);
            const at = FIRST + (asked + 1) * DAY_MS - 1;
            const before = drafts.filter((draft) => draft.at <= at);
            if (before.length === 0) {
              assert.throws(() => momentOf(whole, day, NOW), { code: 'DAY_BEFORE_LOG' });
              continue;
            }
            const { known, past } = momentOf(whole, day, NOW);
            assert.ok(past);
            const replayed = deskOf(before, blobs);
            const then = rows.filter((row) => row.day * DAY_MS <= at);
            const answer = await told(known, whole, rows, { at, now: NOW });
            assert.deepEqual(answer, await told(replayed, replayed, then, { at, now: at + 1 }));
            compared += 1;
            if (answer.draw.rows.some((row) => row.drawn !== '0')) drawn += 1;
          }
        },
      ),
      { numRuns: 60, endOnFailure: true },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  assert.ok(compared > 60, `${compared} days were compared`);
  const acts = ['enter', 'remove', 'evidence', 'state', 'open', 'step'];
  for (const action of acts)
    assert.ok(
      [...wrote].some((each) => each.endsWith(` ${action}`)),
      action,
    );
  assert.ok(drawn > 5, `of which ${drawn} had something drawn`);
});
