// How long calls took, as histograms that can be added: one per hour and per day, for each series of calls that the same
// deployment served by the same route, as the list of its buckets and the list of their calls. A row for each bucket would
// be read ten times as slowly. Only completed calls count, and nothing in here is personal.
import { createHash } from 'node:crypto';
import { DAY_MS, HOUR_MS, LATENCY_DIMENSIONS, LATENCY_METRICS, type LatencyMetric } from '@weighbridge/protocol';
import type { Fact } from '../projector/facts.ts';
import type { Fold, Folded, Projection } from '../projector/projection.ts';
import { definitions, namesOf, plainList, textList, unnest, type Column } from '../store/columns.ts';
import type { Statement } from '../store/database.ts';
import { ByDimensions, ByHour } from './by-dimensions.ts';
import { eachLatency } from './call-latency.ts';

const SERIES_COLUMNS: readonly Column[] = [
  { name: 'series', type: 'uuid' },
  ...LATENCY_DIMENSIONS.map((name) => ({ name, type: 'text' })),
];
const keysOf = (period: string): readonly Column[] => [
  { name: period, type: 'integer' },
  { name: 'series', type: 'uuid' },
  { name: 'metric', type: 'smallint' },
];
/** Buckets in ascending order, and how many calls each of them has. */
const LISTS: readonly Column[] = [
  { name: 'buckets', type: 'smallint[]' },
  { name: 'calls', type: 'bigint[]' },
];
/** Lists of lists come as text: `unnest` would take them apart down to their numbers. */
const AS_TEXT: readonly Column[] = LISTS.map(({ name }) => ({ name, type: 'text' }));
const HOURS_A_DAY = DAY_MS / HOUR_MS;

/** Metrics are kept as their place in `LATENCY_METRICS`, which grows at its end only. */
export const metricNumber = (metric: LatencyMetric): number => LATENCY_METRICS.indexOf(metric);

const table = (name: string, period: string): string => `
CREATE TABLE ${name} (
${definitions([...keysOf(period), ...LISTS])},
  PRIMARY KEY (${namesOf(keysOf(period))})
) WITH (fillfactor = 70);
`;

export const latency: Projection = {
  name: 'latency',
  version: 2,
  tables: [
    { name: 'latency_series', key: ['series'] },
    { name: 'latency_hour', key: ['hour', 'series', 'metric'] },
    { name: 'latency_day', key: ['day', 'series', 'metric'] },
  ],
  schema: `
CREATE TABLE latency_series (
  series uuid PRIMARY KEY,
  ${LATENCY_DIMENSIONS.map((name) => `${name} text`).join(',\n  ')}
);
${table('latency_hour', 'hour')}
${table('latency_day', 'day')}`,
  kinds: ['call'],
  checks: [
    `SELECT (SELECT COALESCE(sum(each), 0) FROM latency_hour, unnest(calls) AS each) = (SELECT COALESCE(sum(each), 0) FROM latency_day, unnest(calls) AS each) AS sound LIMIT 1`,
  ],
  begin: () => new LatencyFold(),
};

/** So many buckets cost as much as a row. */
const BUCKETS_A_ROW = 4;

/** Calls per bucket, of one series in one hour. */
interface Cell {
  readonly hour: number;
  readonly series: string;
  /** By metric: bucket → calls. */
  readonly counts: readonly Map<number, number>[];
}

interface Series {
  readonly series: string;
  readonly dimensions: readonly (string | null)[];
}

const seriesOf = (dimensions: Series['dimensions']): Series => ({
  series: createHash('sha256').update(JSON.stringify(dimensions)).digest('hex').slice(0, 32),
  dimensions,
});

class LatencyFold implements Fold {
  readonly #series = new ByDimensions<Series>();
  readonly #cells = new ByHour<Cell>();
  #buckets = 0;

  get rows(): number {
    return Math.ceil(this.#buckets / BUCKETS_A_ROW);
  }

  add(fact: Fact): void {
    if (fact.kind === 'call' && fact.outcome === 'completed') {
      const { counts } = this.#cell(
        Math.floor(fact.at / HOUR_MS),
        LATENCY_DIMENSIONS.map((name) => fact[name]),
      );
      eachLatency(fact, (metric, bucket) => this.#count(counts, metric, bucket, 1));
    }
    if (fact.kind !== 'closed') return;
    for (const histogram of fact.figures.histograms) {
      const { counts } = this.#cell(histogram.hour, histogram.dimensions);
      for (const [metric, buckets] of histogram.counts.entries())
        for (const [bucket, calls] of buckets) this.#count(counts, metric, bucket, calls);
    }
  }

  finish(): Folded {
    if (this.#cells.size === 0) return { statements: [], carried: '' };
    const series = this.#series.values();
    const lists = LATENCY_DIMENSIONS.map((_, index) => textList(series.map((each) => each.dimensions[index] ?? null)));
    const keep: Statement = {
      sql: `INSERT INTO latency_series (${namesOf(SERIES_COLUMNS)}) SELECT * FROM ${unnest(SERIES_COLUMNS)} ON CONFLICT (series) DO NOTHING`,
      params: [plainList(series.map((each) => each.series)), ...lists],
    };
    const cells = this.#cells.values();
    const statements = [keep, addCells('latency_hour', 'hour', cells), addCells('latency_day', 'day', byDay(cells))];
    return { statements, carried: '' };
  }

  #cell(hour: number, dimensions: readonly (string | null)[]): Cell {
    return this.#cells.at(hour, dimensions, () => ({
      hour,
      series: this.#series.at(dimensions, () => seriesOf(dimensions)).series,
      counts: LATENCY_METRICS.map(() => new Map<number, number>()),
    }));
  }

  #count(counts: Cell['counts'], metric: number, bucket: number, calls: number): void {
    const held = counts[metric];
    if (held === undefined) return;
    const before = held.get(bucket);
    if (before === undefined) this.#buckets += 2;
    held.set(bucket, (before ?? 0) + calls);
  }
}

function byDay(cells: readonly Cell[]): readonly Cell[] {
  const days = new Map<string, Cell>();
  for (const { hour, series, counts } of cells) {
    const day = Math.floor(hour / HOURS_A_DAY);
    const place = `${day} ${series}`;
    const held = days.get(place) ?? { hour: day, series, counts: counts.map(() => new Map<number, number>()) };
    days.set(place, held);
    for (const [metric, buckets] of counts.entries()) {
      const sum = held.counts[metric];
      for (const [bucket, calls] of buckets) sum?.set(bucket, (sum.get(bucket) ?? 0) + calls);
    }
  }
  return [...days.values()];
}

function addCells(name: string, period: string, cells: readonly Cell[]): Statement {
  const keys: (number | string)[][] = [[], [], []];
  const lists: string[][] = [[], []];
  for (const { hour, series, counts } of cells) {
    for (const [metric, buckets] of counts.entries()) {
      if (buckets.size === 0) continue;
      const sorted = [...buckets].toSorted(([a], [b]) => a - b);
      for (const [index, value] of [hour, series, metric].entries()) keys[index]?.push(value);
      lists[0]?.push(plainList(sorted.map(([bucket]) => bucket)));
      lists[1]?.push(plainList(sorted.map(([, calls]) => calls)));
    }
  }
  return { sql: addHistograms(name, period), params: [...keys.map((list) => plainList(list)), ...lists.map(textList)] };
}

/** New histograms become rows; one that is known is added up bucket by bucket, so that it is the same in any order. */
function addHistograms(name: string, period: string): string {
  const keys = keysOf(period);
  const taken = [...namesOf(keys).split(', '), ...LISTS.map((list) => `${list.name}::${list.type}`)].join(', ');
  return `
INSERT INTO ${name} AS kept (${namesOf([...keys, ...LISTS])})
SELECT ${taken} FROM ${unnest([...keys, ...AS_TEXT])} AS new (${namesOf([...keys, ...LISTS])})
ON CONFLICT (${namesOf(keys)}) DO UPDATE SET (buckets, calls) = (
  SELECT array_agg(bucket ORDER BY bucket), array_agg(added ORDER BY bucket) FROM (
    SELECT bucket, sum(number)::bigint AS added FROM (
      SELECT * FROM unnest(kept.buckets, kept.calls) AS before (bucket, number)
      UNION ALL SELECT * FROM unnest(EXCLUDED.buckets, EXCLUDED.calls) AS more (bucket, number)
    ) AS both_of_them GROUP BY bucket
  ) AS sums
)`;
}
