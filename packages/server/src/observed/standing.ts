// What imports before have left standing: a fold over `observed` entries, of one source and scope, as an import needs it. Rows whose
// import was never closed count for nothing. It is read anew for each import and kept by nobody: imports are rare, rows are many.
import {
  bucketsOf,
  merged,
  rowDigest,
  SOURCE_READERS,
  type Bucket,
  type ReadRow,
  type StandingBuckets,
} from '@weighbridge/ledger';
import type { Journal } from '@weighbridge/journal';
import type { ObservedChange, ObservedHead, ObservedSource, ObservedSpan } from '@weighbridge/protocol';

type Readable = Pick<Journal, 'entries' | 'groups'>;

export interface WrittenChange {
  readonly id: string;
  /** Null while no checkpoint covers it. */
  readonly index: number | null;
  readonly at: number;
  readonly change: ObservedChange;
}

/** In the order of the log. */
export function* readObservedChanges(
  journal: Readable,
  from = 0,
): Generator<WrittenChange & { readonly index: number }> {
  for (const { index, leaf } of journal.entries({ kinds: ['observed'], from })) {
    const text = journal.groups(index, ['commercial']).commercial?.text;
    if (text !== undefined) yield { id: leaf.id, index, at: leaf.at, change: JSON.parse(text) as ObservedChange };
  }
}

export interface Standing {
  readonly buckets: StandingBuckets;
  /** Digest by id. */
  readonly known: ReadonlyMap<string, string>;
}

/** `changes`: all that were written, in their order. */
export function standingOf(changes: Iterable<WrittenChange>, source: ObservedSource, scope: string): Standing {
  const kind = SOURCE_READERS[source].kind;
  const open = new Map<string, ReadRow[]>();
  const known = new Map<string, string>();
  let buckets: readonly Bucket[] = [];
  const told: ObservedSpan[] = [];
  for (const { id, change } of changes) {
    if (change.source !== source || change.scope !== scope) continue;
    if (change.action === 'rows') {
      const held = open.get(change.import) ?? [];
      for (const row of change.rows) held.push(row);
      open.set(change.import, held);
      continue;
    }
    const rows = open.get(id) ?? [];
    open.delete(id);
    told.push(...change.spans);
    if (kind === 'rows') for (const row of rows) known.set(row.id ?? rowDigest(row), rowDigest(row));
    else buckets = [...without(buckets, change), ...bucketsOf(rows, []).map(({ rows: _rows, ...bucket }) => bucket)];
  }
  return { buckets: { buckets, told: merged(told) }, known };
}

const without = (buckets: readonly Bucket[], { replaces }: ObservedHead): readonly Bucket[] =>
  buckets.filter((one) => !replaces.some(({ from, to }) => from <= one.from && one.to <= to));
