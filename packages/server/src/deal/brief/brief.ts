// The brief, put together: what the log knows of the deal at one moment, and what was spent in the ninety days before.
import type { Snapshot } from '@weighbridge/gateway';
import { startOf, type Contract } from '@weighbridge/ledger';
import {
  CLAIM_STATE_NAMES,
  wholeSpan,
  DAY_MS,
  type Brief,
  type ClaimRow,
  type Claims,
  type Commitment,
  type Commitments,
  type ControlAsked,
  type LogKind,
  type Roles,
} from '@weighbridge/protocol';
import type { Projections } from '../../projector/projector-host.ts';
import { claimsAt } from '../claims.ts';
import { commitments, type CommitmentPorts } from '../commitments.ts';
import type { DealKnown } from '../deal-desk.ts';
import { dutiesAt } from '../duties.ts';
import { playbookAt } from '../playbook.ts';
import { concentrationOf } from './concentrated.ts';
import { capacityUse } from './capacity-use.ts';
import { candidatesOf, decisionsDue } from './decisions.ts';
import { openQuestions } from './questions.ts';
import { sellersOf } from './sellers.ts';
import { spentIn } from './spent.ts';
import {
  capacityAhead,
  milestonesEnded,
  moneyAhead,
  possibleOf,
  standingOf,
  standsStill,
  unpricedAhead,
} from './owed.ts';

const LOOK_BACK_DAYS = 90;

export interface BriefParts {
  /** As it was known at the moment that the sheet is seen from. */
  readonly desk: DealKnown;
  readonly projections: Pick<Projections, 'ask'>;
  readonly reckoner: CommitmentPorts['reckoner'];
  /** Null where no configuration is in force. */
  readonly snapshot: Pick<Snapshot, 'routes' | 'keys' | 'organisation' | 'deployments'> | null;
  readonly rolesOf: (deployment: string) => Roles | undefined;
  readonly log: LogKind | null;
  readonly now: number;
}

export async function briefAt(parts: BriefParts, { at: asked }: ControlAsked<'brief'>): Promise<Brief> {
  const { desk, projections, reckoner, snapshot, rolesOf, log, now } = parts;
  const at = asked === undefined ? now : startOf(asked) + DAY_MS - 1;
  const reference = desk.reference(at);
  const today = new Date(at).toISOString().slice(0, 10);
  const found = desk.contracts.all();
  const standing = found.held.map(({ contract }) => contract).filter(standsStill);
  const period = { since: Math.max(0, at - LOOK_BACK_DAYS * DAY_MS), until: at };
  const ports = {
    contracts: desk.contracts,
    succeeds: () => desk.succeeds(),
    projections,
    reckoner,
    rolesOf,
    meteredSince: () => desk.meteredSince(),
    reference: () => reference,
    now: () => now,
  };
  const [drawn, playbook, spent, uses] = await Promise.all([
    commitments(ports, { ...(asked === undefined ? {} : { at: asked }), growth: '0', seed: 1 }),
    playbookAt({
      reference,
      contracts: found,
      claims: desk.claims,
      attested: desk.attestations.all(),
      snapshot,
      projections,
      at,
      now,
    }),
    spentIn(projections, period),
    capacityUse(projections, standing, at),
  ]);
  const claims = claimsAt(desk.claims, desk.registers, at);
  const duties = dutiesAt(reference, snapshot?.deployments ?? [], desk.incidents.all(), at);
  const money = moneyAhead(standing, drawn, today);
  const sources = { contracts: standing, commitments: drawn, duties, claims, at };
  return {
    at,
    day: today,
    organisation: snapshot?.organisation ?? null,
    log,
    simulated: log !== null && log !== 'live',
    period,
    contracts: standing.map((contract) => ({ id: contract.id, title: contract.title, standing: standingOf(contract) })),
    unreadable: drawn.unreadable,
    money,
    unpriced: unpricedAhead(standing, today),
    capacity: capacityAhead(standing, today),
    possible: possibleOf(standing, today),
    draw_down: {
      rows: drawn.rows.flatMap((row) => drawOf(row, standing, drawn.charges)).toSorted(byNext),
      unknown: drawn.charges.unknown,
      earlier: drawn.charges.earlier,
    },
    claims: openClaims(claims),
    concentration: concentrationOf(spent, { register: reference.register, rolesOf }, today),
    sellers: sellersOf(spent, { register: reference.register, rolesOf, contracts: standing, money }),
    questions: openQuestions(standing, today),
    milestones: milestonesEnded(standing, drawn, uses, today),
    playbook: { ...playbook.all },
    decisions: decisionsDue(candidatesOf(sources), today),
  };
}

/** Whose milestone ends first comes first; what has ended comes last. */
function byNext(
  { next: a }: Brief['draw_down']['rows'][number],
  { next: b }: Brief['draw_down']['rows'][number],
): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a.until === b.until ? 0 : a.until < b.until ? -1 : 1;
}

function drawOf(
  { contract: id, instrument, title, kind, currency, committed, drawn, stated, tranches }: Commitment,
  contracts: readonly Contract[],
  { unknown }: Commitments['charges'],
): Brief['draw_down']['rows'] {
  const contract = contracts.find((one) => one.id === id);
  if (contract === undefined) return [];
  const next = tranches.filter(({ state }) => state !== 'ended').toSorted((a, b) => (a.until < b.until ? -1 : 1))[0];
  return [
    {
      standing: standingOf(contract),
      contract: id,
      instrument,
      title,
      kind,
      currency,
      committed,
      // What nobody has signed is drawn by nobody here, and what others are reported to have signed nobody here sees.
      // Without the tables a statement is still known: it is the least.
      drawn: contract.status === 'signed' && (unknown === null || stated !== null) ? drawn : null,
      stated: stated?.amount ?? '0',
      unknown_days: wholeSpan(tranches.flatMap(({ unknown: days }) => days ?? [])),
      next: next === undefined ? null : { milestone: next.tranche, until: next.until, forecast: next.forecast },
    },
  ];
}

const MATERIALITY = ['high', 'medium', 'low'] as const;
/** The worst first. What is verified is not open. */
const OPEN_STATES = ['contradicted', 'expired', 'unverified', 'reported', 'partially'] as const;

function openClaims({ rows, conflicts }: Claims): Brief['claims'] {
  const rank = ({ state }: ClaimRow): number => (OPEN_STATES as readonly string[]).indexOf(state);
  return {
    total: rows.length,
    states: CLAIM_STATE_NAMES.map((state) => ({ state, count: rows.filter((row) => row.state === state).length })),
    conflicts: conflicts.length,
    open: rows
      .filter((row) => rank(row) >= 0)
      .toSorted(
        (a, b) =>
          MATERIALITY.indexOf(a.materiality) - MATERIALITY.indexOf(b.materiality) ||
          rank(a) - rank(b) ||
          (a.id < b.id ? -1 : 1),
      )
      .map(({ id, text, state, says, materiality }) => ({ id, text, state, why: says, materiality })),
  };
}
