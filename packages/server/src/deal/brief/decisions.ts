// The three decisions due next. What could be one is told by contracts, commitments, incidents, the watch-list and evidence; the
// order is the day, then the kind, then the name, so that nobody has to guess why one is on the sheet. A day that has passed is no
// decision any more, but for what is overdue and still open.
import { formatMoney, moneyFromDecimal } from '@weighbridge/kernel';
import type { Contract } from '@weighbridge/ledger';
import { obligationsView } from '@weighbridge/ledger';
import {
  DAY_MS,
  DECISION_KINDS,
  type Brief,
  type BriefDecision,
  type Claims,
  type Commitments,
  type Duties,
  type FeeRange,
} from '@weighbridge/protocol';

export type Candidate = Omit<BriefDecision, 'days_left'>;

const SHOWN = 3;
const DUE_IN_ONE = 3;

export function decisionsDue(candidates: readonly Candidate[], today: string): Brief['decisions'] {
  const late = (kind: Candidate['kind']): boolean => kind === 'incident' || kind === 'review';
  const open = candidates.filter(({ kind, on }) => on >= today || late(kind)).toSorted(byDay);
  return {
    rows: open.slice(0, SHOWN).map((each) => ({ ...each, days_left: daysBetween(today, each.on) })),
    more: Math.max(0, open.length - SHOWN),
  };
}

function byDay(a: Candidate, b: Candidate): number {
  if (a.on !== b.on) return a.on < b.on ? -1 : 1;
  const rank = DECISION_KINDS.indexOf(a.kind) - DECISION_KINDS.indexOf(b.kind);
  return rank !== 0 ? rank : a.id < b.id ? -1 : 1;
}

const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

export interface DecisionSources {
  readonly contracts: readonly Contract[];
  readonly commitments: Commitments;
  readonly duties: Duties;
  readonly claims: Claims;
  readonly at: number;
}

export const candidatesOf = (sources: DecisionSources): readonly Candidate[] => [
  ...sources.contracts.flatMap((contract) => ofContract(contract, sources.at)),
  ...ofCommitments(sources),
  ...ofIncidents(sources.duties),
  ...ofReviews(sources.duties),
  ...ofEvidence(sources.claims),
];

const nameIn = ({ parties }: Contract, id: string): string => parties[id]?.name ?? id;

/** Of what does not bind, that it does not. */
const UNBOUND: Readonly<Record<string, string>> = {
  draft: '; a draft, not signed yet: this holds once it is',
  offered: '; an offer, not signed yet: this holds once it is',
  reported: '; known from reports only',
};

function ofContract(contract: Contract, at: number): readonly Candidate[] {
  const { exits, renewal_notice_by: renewal } = obligationsView(contract, Math.floor(at / DAY_MS) * DAY_MS);
  const signed = UNBOUND[contract.status] ?? '';
  const shared = { page: '/contracts', command: `weighbridge deal show ${contract.id}` } as const;
  const found = exits.map(({ instrument, holder, last_safe: on, closes, fee_at_last: fee }): Candidate => ({
    ...shared,
    kind: 'notice',
    id: `${contract.id}/${instrument}`,
    on,
    what: `Leave or stay, last day for notice (${instrument}): ${contract.title}`,
    why: `leaving takes effect by ${closes}; ${feeText(fee, contract.currency)}${signed}`,
    who: nameIn(contract, holder),
  }));
  if (renewal === null) return found;
  const buyers = Object.values(contract.parties).filter(({ roles }) => roles.includes('buyer'));
  return [
    ...found,
    {
      ...shared,
      kind: 'renewal',
      id: contract.id,
      on: renewal,
      what: `Renew, or say no by this day: ${contract.title}`,
      why: `it renews by itself${signed}`,
      who: buyers.map(({ name }) => name).join(', ') || 'nobody is named as the buyer',
    },
  ];
}

const money = (amount: string, currency: string): string => formatMoney(moneyFromDecimal(amount), currency);

/** Two ends where the fee depends on what will be drawn. */
function feeText(fee: FeeRange | null, currency: string): string {
  if (fee === null) return 'what it costs is not written down';
  const [least, most] = [moneyFromDecimal(fee.least), moneyFromDecimal(fee.most)];
  if (most === 0n) return 'it costs no fee';
  return `it costs ${least === most ? '' : `${formatMoney(least, currency)} to `}${formatMoney(most, currency)}`;
}

/** Where half of the paths or more fall short; or where nobody can say, because of days that were neither metered nor stated. */
function ofCommitments({ commitments, contracts }: DecisionSources): readonly Candidate[] {
  return commitments.rows.flatMap((row) =>
    row.tranches.flatMap(({ tranche, until, state, unknown: days, forecast: { projected } }) => {
      const contract = contracts.find(({ id }) => id === row.contract);
      const held = contract?.instruments.find(({ id }) => id === row.instrument);
      const who = contract !== undefined && held?.kind === 'spend' ? nameIn(contract, held.by) : 'not known';
      if (row.kind === 'spend' && state === 'open' && days !== null && commitments.charges.unknown === null)
        return {
          kind: 'milestone',
          id: `${row.contract}/${row.instrument}/${tranche}`,
          on: until,
          what: `Find out what was drawn of ${tranche} before it was metered: ${row.title}`,
          why: `nothing is metered or stated from ${days.from} to ${days.until}, so what will be missing is not known`,
          who,
          page: '/commitments',
          command: 'weighbridge deal draw',
        };
      if (row.kind !== 'spend' || projected === null || moneyFromDecimal(projected.missing.p50) <= 0n) return [];
      const [low, high] = [money(projected.missing.p10, row.currency), money(projected.missing.p90, row.currency)];
      return {
        kind: 'milestone',
        id: `${row.contract}/${row.instrument}/${tranche}`,
        on: until,
        what: `Close the gap at ${tranche}, or renegotiate: ${row.title}`,
        why: `expected missing ${low} to ${high} (P10 to P90); shortfall rule: ${row.rule}`,
        who,
        page: '/commitments',
        command: 'weighbridge deal draw',
      };
    }),
  );
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const STEP_WORDS: Readonly<Record<Duties['incidents'][number]['deadlines'][number]['step'], string>> = {
  opened: 'opened',
  acknowledged: 'acknowledged',
  counterparty_notified: 'told to the counterparty',
  authority_informed: 'told to the authority',
  resolved: 'resolved',
  closed: 'closed',
};

function ofIncidents({ incidents }: Duties): readonly Candidate[] {
  return incidents.flatMap(({ id, deployment, duty, state, deadlines }) => {
    const next = state === 'closed' ? undefined : deadlines.find(({ taken }) => taken === null);
    if (next === undefined) return [];
    return {
      kind: 'incident',
      id,
      on: dayOf(next.due),
      what: `Incident, ${duty.failure.replaceAll('_', ' ')} of ${deployment}: to be ${STEP_WORDS[next.step]}`,
      why: `due ${new Date(next.due).toISOString().slice(0, 16).replace('T', ' ')} UTC by the clause "${duty.clause}"`,
      who: duty.owner,
      page: '/duties',
      command: 'weighbridge deal duties',
    };
  });
}

/**
 * The watch-list is one decision: all that is overdue together, else what is to be read next. Ten matters are one afternoon, and
 * would else crowd out everything.
 */
function ofReviews({ watch }: Duties): readonly Candidate[] {
  const late = watch.filter(({ overdue }) => overdue);
  const [next] = watch.toSorted((a, b) => (a.next_review < b.next_review ? -1 : 1));
  if (next === undefined) return [];
  const on = next.next_review;
  const matters = late.length > 0 ? late : watch.filter(({ next_review: day }) => day === on);
  return [
    {
      kind: 'review',
      id: next.id,
      on,
      what: `Look again at ${matters.length === 1 ? 'a matter' : `${matters.length} matters`} of law on the watch-list`,
      why: titles(matters.map(({ title }) => title)),
      who: 'compliance officer',
      page: '/duties',
      command: 'weighbridge deal duties',
    },
  ];
}

function ofEvidence({ rows }: Claims): readonly Candidate[] {
  const ending = rows.flatMap(({ id, text, runs_out: on }) => (on === null ? [] : [{ id, text, on }]));
  return [...Map.groupBy(ending, ({ on }) => on)].map(([on, claims]) => ({
    kind: 'evidence',
    id: claims[0]?.id ?? on,
    on,
    what: `Renew the evidence of ${claims.length === 1 ? 'a claim' : `${claims.length} claims`}, or let it lapse`,
    why: titles(claims.map(({ text }) => text)),
    who: 'procurement lead',
    page: '/claims',
    command: 'weighbridge deal claims',
  }));
}

function titles(all: readonly string[]): string {
  const more = all.length - DUE_IN_ONE;
  return `${all.slice(0, DUE_IN_ONE).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
