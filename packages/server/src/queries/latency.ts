// Quantiles from histograms that are added up first: over hours, and over every series that the question leaves together.
import { AppError } from '@weighbridge/kernel';
import {
  bucketBounds,
  DAY_MS,
  HOUR_MS,
  LATENCY_DIMENSIONS,
  LATENCY_METRICS,
  LATENCY_RELATIVE_ERROR,
  latencyInput,
  quantileOf,
  type BucketCount,
  type Latency,
} from '@weighbridge/protocol';
import { metricNumber } from '../projections/latency.ts';
import type { Row } from '../store/database.ts';
import { dimensionConditions } from './conditions.ts';
import type { Query } from './query.ts';
import { coverOf, hoursOf, selectCover } from './ranges.ts';
import { Sql, toCount } from './sql.ts';

const DIMENSIONS = LATENCY_DIMENSIONS.map((name) => `s.${name}`).join(', ');
const HISTOGRAM = { hour: 'latency_hour', day: 'latency_day' } as const;
/** Of one series and metric in one hour or day each. */
const HISTOGRAMS_MOST = 50_000;

type Asked = ReturnType<(typeof latencyInput)['parse']>;

interface Histogram {
  readonly metric: number;
  readonly value: string | null;
  readonly slot: number | null;
  /** By bucket, ascending. */
  counts: readonly BucketCount[];
}

export const latencyQuery: Query<typeof latencyInput, Latency> = {
  input: latencyInput,
  answer: async ({ reader }, asked) => {
    const hours = hoursOf(asked);
    const sql = new Sql();
    const text = statement(sql, asked, asked.every === 'hour' ? { hours: [hours], days: null } : coverOf(hours));
    const rows = await reader.read(text, sql.params, HISTOGRAMS_MOST);
    if (rows.length === HISTOGRAMS_MOST)
      throw new AppError('BAD_REQUEST', 'this question is of too many histograms', {
        next: 'ask for a shorter period, by day, or by another dimension',
      });
    return {
      period: hours.period,
      quantiles: asked.quantiles,
      relative_error: LATENCY_RELATIVE_ERROR,
      rows: addedUp(rows, asked).map((histogram) => show(histogram, asked)),
    };
  },
};

/** By metric, hour or day, and value; what has no value first. */
function addedUp(rows: readonly Row[], { by }: Asked): readonly Histogram[] {
  const histograms = new Map<string, Histogram>();
  for (const row of rows) {
    const slot = row['slot'] ?? null;
    const value = by === undefined ? null : (row[by] ?? null);
    const name = JSON.stringify([row['metric'], slot, value]);
    const held = histograms.get(name) ?? {
      metric: toCount(row['metric']),
      value,
      slot: slot === null ? null : toCount(slot),
      counts: [],
    };
    histograms.set(name, held);
    held.counts = merged(held.counts, countsOf(row));
  }
  return [...histograms.values()].toSorted(
    (a, b) => a.metric - b.metric || (a.slot ?? 0) - (b.slot ?? 0) || inOrder(a.value, b.value),
  );
}

function inOrder(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}

/** The same whatever it is split by: who looks at a period by another dimension makes the database read nothing. */
function statement(sql: Sql, { every, metrics, filters }: Asked, cover: Parameters<typeof selectCover>[1]): string {
  const slot = every === undefined ? 'NULL::integer' : 'r.slot';
  const source = selectCover(HISTOGRAM, cover, 'series, metric, buckets, calls', every);
  const numbers = metrics.map(metricNumber).join(', ');
  return `
SELECT r.metric, ${slot} AS slot, ${DIMENSIONS}, r.buckets::text AS buckets, r.calls::text AS calls
FROM (${source}) AS r JOIN latency_series AS s USING (series)
WHERE r.metric IN (${numbers}) AND ${dimensionConditions(sql, 's', filters)}
LIMIT ${HISTOGRAMS_MOST}`;
}

/** A list of whole numbers in PostgreSQL's text form. */
function numbersOf(text: string): number[] {
  const numbers: number[] = [];
  let number = -1;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) number = Math.max(number, 0) * 10 + digit;
    else if (number >= 0) {
      numbers.push(number);
      number = -1;
    }
  }
  return numbers;
}

const ZERO = 0x30;

function countsOf(row: Row): readonly BucketCount[] {
  const calls = numbersOf(row['calls'] ?? '{}');
  return numbersOf(row['buckets'] ?? '{}').map((bucket, i) => ({ bucket, calls: calls[i] ?? 0 }));
}

/** Both are in ascending order, and so is their sum. */
function merged(a: readonly BucketCount[], b: readonly BucketCount[]): readonly BucketCount[] {
  if (a.length === 0) return b;
  const sum: BucketCount[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const left = a[i];
    const right = b[j];
    if (right === undefined || (left !== undefined && left.bucket < right.bucket)) {
      if (left !== undefined) sum.push(left);
      i += 1;
    } else if (left === undefined || right.bucket < left.bucket) {
      sum.push(right);
      j += 1;
    } else {
      sum.push({ bucket: left.bucket, calls: left.calls + right.calls });
      i += 1;
      j += 1;
    }
  }
  return sum;
}

function show({ metric, value, slot, counts }: Histogram, asked: Asked): Latency['rows'][number] {
  return {
    metric: LATENCY_METRICS[metric] ?? 'total',
    value,
    start: slot === null ? null : slot * (asked.every === 'hour' ? HOUR_MS : DAY_MS),
    calls: counts.reduce((sum, { calls }) => sum + calls, 0),
    ms: asked.quantiles.map((quantile) => quantileOf(counts, quantile)),
    buckets: asked.buckets ? counts.map(({ bucket, calls }) => ({ ...inMs(bucket), calls })) : [],
  };
}

function inMs(bucket: number): { from_ms: number; to_ms: number } {
  const { from, to } = bucketBounds(bucket);
  return { from_ms: from / 1000, to_ms: to / 1000 };
}
