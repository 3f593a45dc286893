// One window beside what sellers' records say of its time. Request by request where a record names them: a late receipt is
// found, missing, or unknown where no such record is about the time; and requests that no receipt bears are those that were
// lost, or that somebody made past the gateway. Where records only sum, both sides are summed over what the record is about.
import { SOURCE_READERS } from '@weighbridge/ledger';
import type { ObservedSource, Reconciled, RecordState, WindowRecords, WindowVerdict } from '@weighbridge/protocol';
import type { LateCall } from './told.ts';

export interface JudgedCall extends LateCall {
  readonly seller: string | null;
  readonly record: RecordState;
}

export interface WindowSums {
  readonly calls: readonly JudgedCall[];
  readonly reconciled: Reconciled;
  readonly strange: WindowRecords['strange'];
}

export interface ReconcileFacts {
  readonly calls: readonly LateCall[];
  /** Null: it is open. */
  readonly close: { readonly closed: number; readonly lost: number } | null;
  readonly opened: number;
  readonly records: WindowRecords;
  readonly sellerOf: (deployment: string) => string | null;
  readonly sums: Reconciled['sums'];
}

/** Records of these tell of single requests. */
const NAMES_REQUESTS = 3;
const MINUTE_MS = 60_000;

export const namesRequests = (source: ObservedSource): boolean => SOURCE_READERS[source].rank >= NAMES_REQUESTS;

/** How far the seller's clock may be off ours, for what a record says of single requests. */
export const marginOf = (source: ObservedSource): number => SOURCE_READERS[source].skew * MINUTE_MS;

export function reconcile(facts: ReconcileFacts): WindowSums {
  const { close, opened, records, sellerOf } = facts;
  const named = new Set(records.named);
  const until = close?.closed ?? Infinity;
  const told = new Set(
    [...records.spans.filter(({ source }) => namesRequests(source)), ...records.strange].map(({ seller }) => seller),
  );
  for (const { entry, deployment } of facts.calls)
    if (named.has(entry) && deployment !== null) told.add(sellerOf(deployment) ?? '');
  const calls = facts.calls.map((call): JudgedCall => {
    const seller = call.deployment === null ? null : sellerOf(call.deployment);
    return { ...call, seller, record: recordOf(call, seller, named, told) };
  });
  const sellers = new Set(calls.map(({ seller }) => seller));
  // Of a window whose calls are all lost nobody knows whom they went to.
  const strange = records.strange.filter(
    ({ seller, source, at }) =>
      (sellers.size === 0 || sellers.has(seller) || (close?.lost ?? 0) > 0) &&
      at >= opened - marginOf(source) &&
      at <= until + marginOf(source),
  );
  const count = (state: RecordState): number => calls.filter(({ record }) => record === state).length;
  const counts = {
    found: count('found'),
    missing: count('missing'),
    unknown: count('unknown'),
    unsent: count('unsent'),
    unaccounted: strange.length,
  };
  return {
    calls,
    strange,
    reconciled: { verdict: verdictOf(counts, close, told.size > 0), ...counts, sums: facts.sums },
  };
}

function recordOf(
  { entry, requests, outcome }: LateCall,
  seller: string | null,
  named: ReadonlySet<number>,
  told: ReadonlySet<string>,
): RecordState {
  if (named.has(entry)) return 'found';
  if (requests.length === 0 && outcome !== 'interrupted' && outcome !== 'completed') return 'unsent';
  // Without the seller's id nothing can be looked for.
  if (requests.length === 0 || seller === null) return 'unknown';
  return told.has(seller) ? 'missing' : 'unknown';
}

function verdictOf(
  { missing, unknown, unaccounted }: Pick<Reconciled, 'missing' | 'unknown' | 'unaccounted'>,
  close: ReconcileFacts['close'],
  told: boolean,
): WindowVerdict {
  if (close === null) return 'open';
  if (missing > 0 || (told && unaccounted > close.lost)) return 'differs';
  // A call that was cut off before the seller told its id is one of those that no receipt bears.
  if (unknown > 0 || (!told && close.lost > 0) || unaccounted < close.lost) return 'unknown';
  return 'reconciled';
}
