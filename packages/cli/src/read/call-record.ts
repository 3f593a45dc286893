// A call as the journal holds it, put together from its groups, and the flat row that lists show. What cannot be read
// because a person was erased is null, never guessed.
import { createHash } from 'node:crypto';
import type { Journal, LogRecord } from '@weighbridge/journal';
import {
  GROUPS,
  usageTotals,
  type CallCommercial,
  type CallPersonal,
  type CallPublic,
  type CostStatus,
  type Decision,
} from '@weighbridge/protocol';

export interface CallRecord {
  readonly id: string;
  readonly index: number;
  readonly at: number;
  readonly public: CallPublic;
  readonly commercial: CallCommercial;
  /** Null once erased. */
  readonly personal: CallPersonal | null;
}

export interface CallRow {
  readonly id: string;
  readonly at: number;
  readonly outcome: string;
  readonly status: number;
  readonly asked: string;
  readonly deployment: string | null;
  readonly cloud: string | null;
  readonly seller: string | null;
  readonly model: string | null;
  /** As configured: sellers write one region in several ways. */
  readonly region: string | null;
  /** As the response wrote it; null where it did not say. */
  readonly region_reported: string | null;
  readonly tier: string | null;
  readonly team: string | null;
  readonly key: string | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly ms: number;
  readonly ttft_ms: number | null;
  readonly cost: string | null;
  readonly currency: string;
  readonly cost_status: CostStatus;
  readonly fallback: boolean;
  /** What made it other than one leg, or one after a failure, for its caller. */
  readonly made: 'hedged' | 'escalated' | 'mirror' | null;
  readonly simulated: boolean;
  readonly error: string | null;
}

export interface CallFilter {
  readonly since?: number;
  readonly until?: number;
  readonly from?: number;
  readonly to?: number;
  readonly newestFirst?: boolean;
  readonly team?: string;
  readonly key?: string;
  readonly model?: string;
  readonly cloud?: string;
  readonly deployment?: string;
  readonly outcome?: string;
}

/** Calls that pass the filter, one at a time. */
export function* readCalls(journal: Journal, filter: CallFilter = {}): Generator<CallRecord> {
  const { since, until, from, to, newestFirst } = filter;
  const bounds = {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const wanted = { kinds: ['call'], ...bounds, newestFirst: newestFirst ?? false } as const;
  for (const record of journal.records(wanted, GROUPS)) {
    const call = callOf(record);
    if (call !== undefined && passes(rowOf(call), filter)) yield call;
  }
}

/** The call at this index; undefined when its groups are no longer there. */
export function readCall(journal: Journal, index: number): CallRecord | undefined {
  for (const record of journal.records({ kinds: ['call'], from: index, to: index + 1 }, GROUPS)) return callOf(record);
  return undefined;
}

function callOf({ index, leaf, groups }: LogRecord): CallRecord | undefined {
  if (groups.public === undefined || groups.commercial === undefined) return undefined;
  return {
    id: leaf.id,
    index,
    at: leaf.at,
    public: JSON.parse(groups.public) as CallPublic,
    commercial: JSON.parse(groups.commercial) as CallCommercial,
    personal: groups.personal === undefined ? null : (JSON.parse(groups.personal) as CallPersonal),
  };
}

/** The decision that a call refers to: calls decided alike share the one that was written before the first of them. */
export function findDecision(journal: Journal, call: CallRecord): Decision | null {
  for (const [digest, decision] of decisions(journal, { to: call.index, newestFirst: true })) {
    if (digest === call.commercial.decided) return decision;
  }
  return null;
}

/** Every decision of the log by digest. */
export const allDecisions = (journal: Journal): ReadonlyMap<string, Decision> => new Map(decisions(journal, {}));

function* decisions(
  journal: Journal,
  bounds: { readonly to?: number; readonly newestFirst?: boolean },
): Generator<[string, Decision]> {
  for (const entry of journal.entries({ kinds: ['decided'], ...bounds })) {
    const text = journal.groups(entry.index, ['commercial']).commercial?.text;
    if (text !== undefined) yield [createHash('sha256').update(text).digest('base64url'), JSON.parse(text) as Decision];
  }
}

export function rowOf({ id, at, public: call, commercial, personal }: CallRecord): CallRow {
  const totals = call.usage === null || call.usage.source === 'unknown' ? undefined : usageTotals(call.usage);
  return {
    id,
    at,
    outcome: call.outcome,
    status: call.status,
    asked: call.asked.alias,
    deployment: call.served?.deployment ?? null,
    cloud: call.served?.cloud ?? null,
    seller: call.served?.seller ?? null,
    model: call.served === null ? null : (call.served.model_reported ?? call.served.model_requested),
    region: call.served?.region.configured ?? null,
    region_reported: call.served?.region.reported ?? null,
    tier: call.served?.tier ?? null,
    team: personal?.who.team ?? null,
    key: personal?.who.key ?? null,
    input_tokens: totals?.prompt ?? null,
    output_tokens: totals?.completion ?? null,
    ms: call.timing.ended - call.timing.started,
    ttft_ms: call.timing.ttft_ms ?? null,
    cost: commercial.cost.billed,
    currency: commercial.cost.currency,
    cost_status: commercial.cost.status,
    fallback: call.served?.fallback ?? false,
    made: madeAs(call),
    simulated: call.simulated,
    error: call.error?.code ?? null,
  };
}

function madeAs({ parent, attempts }: CallPublic): CallRow['made'] {
  if (parent !== undefined) return parent.as;
  const role = attempts.find((attempt) => attempt.role !== undefined)?.role;
  return role === undefined ? null : role === 'hedge' ? 'hedged' : 'escalated';
}

function passes(row: CallRow, filter: CallFilter): boolean {
  const same = (asked: string | undefined, held: string | null): boolean => asked === undefined || asked === held;
  return (
    same(filter.team, row.team) &&
    same(filter.key, row.key) &&
    same(filter.cloud, row.cloud) &&
    same(filter.deployment, row.deployment) &&
    same(filter.outcome, row.outcome) &&
    (filter.model === undefined || [row.asked, row.model].some((name) => name?.includes(filter.model ?? '') === true))
  );
}
