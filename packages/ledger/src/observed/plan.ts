// What an import changes of what stands. Of records about stretches of time, what stands never overlaps: a later bucket takes the place
// of all that lie within what the file tells of, one that says the same changes nothing, and one that lies in a longer bucket which the
// file does not cover is left out and told, since both would count one use twice. Of records whose rows have ids, a row that is known
// changes nothing, and one that says otherwise takes its place.
import { createHash } from 'node:crypto';
import { AppError, canonicalJson, type Json } from '@weighbridge/kernel';
import type { ObservedSpan } from '@weighbridge/protocol';
import type { ReadRow } from './source.ts';

/** A stretch of time with a digest of all that its record says of it, in so many rows. */
export interface Bucket extends ObservedSpan {
  readonly digest: string;
  readonly count: number;
}

/** What imports before have said, of one source and scope. */
export interface StandingBuckets {
  readonly buckets: readonly Bucket[];
  /** Also where they said that nothing was used; in order, and apart. */
  readonly told: readonly ObservedSpan[];
}

export interface Planned {
  readonly write: readonly ReadRow[];
  readonly unchanged: number;
  /** Rows that stood and whose place is taken; where stretches of time are known, within these. */
  readonly superseded: number;
  readonly replaces: readonly ObservedSpan[];
  readonly skipped: readonly ObservedSpan[];
  /** What the written rows are about, and what stood so already. */
  readonly spans: readonly ObservedSpan[];
}

export const rowDigest = (row: ReadRow): string => digestOf([row]);

/** In no order: a seller may list the same rows otherwise. */
export const digestOf = (rows: readonly ReadRow[]): string =>
  createHash('sha256')
    .update(
      rows
        .map((row) => canonicalJson(row as unknown as Json))
        .toSorted()
        .join('\n'),
    )
    .digest('base64url')
    .slice(0, 22);

const spanKey = ({ from, to }: ObservedSpan): string => `${from} ${to}`;

/** Spans that touch or overlap, as one. */
export function merged(spans: readonly ObservedSpan[]): ObservedSpan[] {
  const out: { from: number; to: number }[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = out.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else out.push({ from, to });
  }
  return out;
}

const overlaps = (a: ObservedSpan, b: ObservedSpan): boolean => a.from < b.to && b.from < a.to;

/** The rows of each bucket, empty ones too. */
export function bucketsOf(
  rows: readonly ReadRow[],
  spans: readonly ObservedSpan[],
): (Bucket & { readonly rows: readonly ReadRow[] })[] {
  const held = new Map<string, { span: ObservedSpan; rows: ReadRow[] }>();
  for (const { from, to } of [...spans, ...rows]) {
    const key = spanKey({ from, to });
    if (!held.has(key)) held.set(key, { span: { from, to }, rows: [] });
  }
  for (const row of rows) held.get(spanKey(row))?.rows.push(row);
  return [...held.values()]
    .map(({ span, rows: own }) => ({ ...span, digest: digestOf(own), count: own.length, rows: own }))
    .toSorted((a, b) => a.from - b.from || a.to - b.to);
}

/** Of a file that tells of some time twice, in stretches of two lengths: the one that begins first, and of those the longest, stays. */
function selfOverlap<B extends Bucket>(buckets: readonly B[]): { kept: B[]; dropped: B[] } {
  const kept: B[] = [];
  const dropped: B[] = [];
  let end = -Infinity;
  for (const bucket of buckets.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    if (bucket.from < end) dropped.push(bucket);
    else {
      kept.push(bucket);
      end = bucket.to;
    }
  }
  return { kept, dropped };
}

/** Whether a span overlaps any of these, which are in order and apart. */
export function touches(apart: readonly ObservedSpan[], one: ObservedSpan): boolean {
  const next = firstBeyond(apart, one.from);
  return next !== undefined && overlaps(next, one);
}

/** The first of these, which are in order and apart, that ends after an instant. */
function firstBeyond(apart: readonly ObservedSpan[], at: number): ObservedSpan | undefined {
  let [low, high] = [0, apart.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((apart[middle]?.to ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return apart[low];
}

/** Whether one of these, which are in order and apart, holds the whole span. */
function holds(apart: readonly ObservedSpan[], one: ObservedSpan): boolean {
  const next = firstBeyond(apart, one.from);
  return next !== undefined && next.from <= one.from && one.to <= next.to;
}

export function planBuckets(
  { buckets: standing, told }: StandingBuckets,
  rows: readonly ReadRow[],
  spans: readonly ObservedSpan[],
): Planned {
  const { kept, dropped } = selfOverlap(bucketsOf(rows, spans));
  const skipped: ObservedSpan[] = [...dropped];
  let incoming = kept;
  for (let before = -1; before !== incoming.length;) {
    before = incoming.length;
    const whole = merged(incoming);
    const blocking = merged(standing.filter((one) => !holds(whole, one)));
    for (const bucket of incoming) if (touches(blocking, bucket)) skipped.push(bucket);
    incoming = incoming.filter((bucket) => !touches(blocking, bucket));
  }
  const same = new Set(standing.map((one) => `${spanKey(one)} ${one.digest}`));
  const filled = merged(standing);
  const stands = (bucket: Bucket): boolean =>
    same.has(`${spanKey(bucket)} ${bucket.digest}`) ||
    (bucket.count === 0 && holds(told, bucket) && !touches(filled, bucket));
  const unchanged = incoming.filter((bucket) => stands(bucket));
  const write = incoming.filter((bucket) => !stands(bucket));
  const written = merged(write);
  const replaced = standing.filter((one) => touches(written, one));
  return {
    write: write.flatMap(({ rows: own }) => own),
    unchanged: unchanged.reduce((sum, { count }) => sum + count, 0),
    superseded: replaced.reduce((sum, { count }) => sum + count, 0),
    replaces: merged(replaced),
    skipped: merged(skipped),
    spans: written,
  };
}

/** `known`: digest by id, of the rows that stand. Throws OBSERVED_INVALID where two rows of the file are known by one id. */
export function planRows(
  known: ReadonlyMap<string, string>,
  rows: readonly ReadRow[],
  told: ObservedSpan | undefined,
): Planned {
  const last = new Map<string, ReadRow>();
  for (const row of rows) {
    const id = row.id ?? rowDigest(row);
    const before = last.get(id);
    // One of the two would be left out, and what is left out would look as if it had crossed.
    if (before !== undefined && rowDigest(before) !== rowDigest(row)) throw twice(row);
    last.set(id, row);
  }
  const write: ReadRow[] = [];
  let superseded = 0;
  for (const [id, row] of last) {
    const before = known.get(id);
    if (before === rowDigest(row)) continue;
    if (before !== undefined) superseded += 1;
    write.push(row);
  }
  const within = rows.length === 0 ? [] : [spanOf(rows)];
  return {
    write,
    unchanged: rows.length - write.length,
    superseded,
    replaces: [],
    skipped: [],
    spans: told === undefined ? within : merged([told]),
  };
}

const twice = ({ id = '', from }: ReadRow): AppError =>
  new AppError(
    'OBSERVED_INVALID',
    `two rows of ${new Date(from).toISOString()} are known by the same id ("${id.slice(0, 80)}"), and say different things`,
    { next: 'give each row an id of its own, or add them up to one' },
  );

function spanOf(rows: readonly ObservedSpan[]): ObservedSpan {
  const from = rows.reduce((least, row) => Math.min(least, row.from), Infinity);
  return { from, to: rows.reduce((most, row) => Math.max(most, row.to), -Infinity) };
}
