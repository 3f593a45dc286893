// The roll-ups of the made-up organisation, folded from its hourly cells: straight and slow, for tests and pictures.
import {
  TOKEN_CLASSES,
  type ControlAnswer,
  type ControlAsked,
  type Dimension,
  type DimensionFilter,
  type Period,
  type Totals,
} from '@weighbridge/protocol';
import type { Cell } from './sample-organisation.ts';

const HOUR = 3_600_000;

function valueOf(cell: Cell, dimension: Dimension): string | null {
  if (dimension === 'team') return cell.team;
  if (dimension === 'deployment') return cell.deployment.name;
  if (dimension === 'model' || dimension === 'cloud' || dimension === 'region' || dimension === 'route')
    return cell.deployment[dimension];
  return null;
}

export const within = (
  all: readonly Cell[],
  { since, until }: Period,
  filters: readonly DimensionFilter[],
): readonly Cell[] =>
  all.filter(
    (cell) =>
      cell.hour * HOUR >= since - HOUR + 1 &&
      cell.hour * HOUR < until &&
      filters.every(({ dimension, values, not }) => values.includes(valueOf(cell, dimension)) !== not),
  );

const dollars = (micros: bigint): string =>
  `${micros / 1_000_000n}.${(micros % 1_000_000n).toString().padStart(6, '0')}`;

export function totalsOf(some: readonly Cell[]): Totals {
  const add = (of: (cell: Cell) => number): number => some.reduce((sum, cell) => sum + of(cell), 0);
  const micros = some.reduce((sum, cell) => sum + cell.micros, 0n);
  const billed = dollars(micros);
  const calls = add((cell) => cell.calls);
  const none = Object.fromEntries(TOKEN_CLASSES.map((name) => [name, 0])) as Totals['tokens'];
  return {
    calls,
    errors: add((cell) => cell.errors),
    unpriced: add((cell) => cell.unpriced),
    estimated: 0,
    fallbacks: 0,
    attempts: calls,
    request_bytes: calls * 14_000,
    response_bytes: calls * 2_600,
    tokens: { ...none, input: add((cell) => cell.input), output: add((cell) => cell.output) },
    spend:
      calls === 0 || micros === 0n
        ? []
        : [{ currency: 'USD', list: dollars((micros * 112n) / 100n), contracted: billed, billed }],
    mean_ms: { total: null, ttft: calls === 0 ? null : add((cell) => cell.ttft * cell.calls) / calls, gateway: 0.8 },
  };
}

function grouped(some: readonly Cell[], by: Dimension): readonly (readonly [string | null, readonly Cell[]])[] {
  const groups = Map.groupBy(some, (cell) => valueOf(cell, by));
  const size = (group: readonly Cell[]): number => group.reduce((sum, { micros }) => sum + Number(micros), 0);
  return [...groups].toSorted(([, a], [, b]) => size(b) - size(a));
}

const startsOf = ({ since, until }: Period, every: 'hour' | 'day'): number[] => {
  const width = every === 'hour' ? HOUR : 24 * HOUR;
  const first = Math.floor(since / width) * width;
  return Array.from({ length: Math.ceil((until - first) / width) }, (_, i) => first + i * width);
};

export function seriesOf(all: readonly Cell[], input: ControlAsked<'series'>): ControlAnswer<'series'> {
  const { since, until, every, by, most, measure, filters } = input;
  const starts = startsOf(input, every);
  const width = every === 'hour' ? HOUR : 24 * HOUR;
  const some = within(all, input, filters);
  const groups = by === undefined ? [] : grouped(some, by);
  const pointsOf = (some: readonly Cell[]): (number | string)[] => {
    const buckets = Map.groupBy(some, (cell) => Math.floor((cell.hour * HOUR) / width) * width);
    return starts.map((start) => {
      const totals = totalsOf(buckets.get(start) ?? []);
      return measure === 'billed' ? (totals.spend[0]?.billed ?? '0') : totals.calls;
    });
  };
  const rest = groups.slice(most);
  const named = groups.slice(0, most).map(([value, some]) => ({
    member: { value, erased: false },
    others: null,
    points: pointsOf(some),
    unpriced: starts.map(() => 0),
  }));
  const others =
    rest.length === 0
      ? []
      : [
          {
            member: null,
            others: rest.length,
            points: pointsOf(rest.flatMap(([, some]) => some)),
            unpriced: starts.map(() => 0),
          },
        ];
  const whole = [{ member: null, others: null, points: pointsOf(some), unpriced: starts.map(() => 0) }];
  return {
    period: { since, until },
    every,
    measure,
    currency: measure === 'billed' ? 'USD' : null,
    starts,
    series: by === undefined ? whole : [...named, ...others],
  };
}

export function breakdownOf(all: readonly Cell[], input: ControlAsked<'breakdown'>): ControlAnswer<'breakdown'> {
  const { since, until, filters, by, compare, most } = input;
  const past = { since: 2 * since - until, until: since };
  const keyOf = (cell: Cell): string => JSON.stringify(by.map((dimension) => valueOf(cell, dimension)));
  const now = Map.groupBy(within(all, input, filters), keyOf);
  const before = Map.groupBy(within(all, past, filters), keyOf);
  const size = (key: string): number => (now.get(key) ?? []).reduce((sum, { micros }) => sum + Number(micros), 0);
  const rows = [...now.keys()].toSorted((a, b) => size(b) - size(a)).slice(0, most);
  return {
    period: { since, until },
    by,
    rows: rows.map((key) => ({
      members: (JSON.parse(key) as (string | null)[]).map((value) => ({ value, erased: false })),
      totals: totalsOf(now.get(key) ?? []),
      before: compare ? totalsOf(before.get(key) ?? []) : null,
    })),
    others: null,
    total: totalsOf([...now.values()].flat()),
    before: compare ? { period: past, totals: totalsOf([...before.values()].flat()) } : null,
  };
}

export function latencyOf(all: readonly Cell[], input: ControlAsked<'latency'>): ControlAnswer<'latency'> {
  const { by, every, filters, quantiles } = input;
  const some = within(all, input, filters);
  const groups = by === undefined ? [[null, some] as const] : grouped(some, by);
  const width = every === 'hour' ? HOUR : 24 * HOUR;
  const starts = every === undefined ? [null] : startsOf(input, every);
  const rows = groups.flatMap(([value, own]) => {
    const buckets = Map.groupBy(own, (cell) =>
      every === undefined ? null : Math.floor((cell.hour * HOUR) / width) * width,
    );
    return starts.flatMap((start) => {
      const { calls, mean_ms: mean } = totalsOf(buckets.get(start) ?? []);
      if (calls === 0 || mean.ttft === null) return [];
      return [
        {
          metric: 'ttft' as const,
          value,
          start,
          calls,
          ms: quantiles.map((q) => (mean.ttft ?? 0) * (0.7 + 1.9 * q ** 6)),
          buckets: [],
        },
      ];
    });
  });
  return { period: { since: input.since, until: input.until }, quantiles, relative_error: 1 / 64, rows };
}
