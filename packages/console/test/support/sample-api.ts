// Answers the console's questions over the made-up organisation: roll-ups are folded from its hourly cells, single calls
// come from a real journal. Written for tests and pictures, straight and slow; the product's answers come from elsewhere.
import type { QuestionName, Questions } from '../../src/api/port.ts';
import type { CallRow, Dimension, DimensionFilter, Period, Totals } from '../../src/api/shapes.ts';
import type { CallPersonal, CallPublic, CallCommercial, Decision } from '@weighbridge/protocol';
import type { TestLog } from './journal.ts';
import { canonical, sampleCall, type CallKind } from './sample-calls.ts';
import { cells, DEPLOYMENTS, NOW, type Cell } from './sample-organisation.ts';

const HOUR = 3_600_000;

export interface SampleApi {
  /** The calls in the log, newest first. */
  readonly rows: readonly CallRow[];
  /** Answers `POST /control/v1/<question>`; null: not for it. */
  answer(path: string, body: string): Response | null;
}

/** Calls to find, at their place in the list of calls. */
export const SHOWN = { fallback: 3, elsewhere: 5, failed: 7 } as const;

const KINDS: Readonly<Record<number, CallKind>> = {
  [SHOWN.fallback]: { fallback: true, ...only('sonnet-direct') },
  [SHOWN.elsewhere]: { elsewhere: true, team: 'claims', ...only('sonnet-eu-central-1') },
  [SHOWN.failed]: { failed: true, ...only('sonnet-eu-central-1') },
};

function only(name: string): CallKind {
  const deployment = DEPLOYMENTS.find((one) => one.name === name);
  return deployment === undefined ? {} : { deployment };
}

export async function openSampleApi(log: TestLog, calls = 600): Promise<SampleApi> {
  // The newest comes last in a log.
  const made = Array.from({ length: calls }, (_, i) => sampleCall(i, KINDS[i])).toReversed();
  const ids = await log.seal(
    made.map((call) => ({
      kind: 'call',
      at: call.at,
      public: canonical(call.public),
      commercial: canonical(call.commercial),
      personal: canonical(call.personal),
      subject: 'key/one',
    })),
  );
  const entries = new Map(ids.map((id) => [id, log.journal.find(id)[0]?.index ?? 0]));
  const decisions = new Map(ids.map((id, i) => [id, made[i]?.decision]));
  const rows = ids
    .map((id, i): CallRow => rowOf(id, entries.get(id) ?? 0, made[i] as NonNullable<(typeof made)[number]>))
    .toReversed();
  const all = cells();
  const answers: { readonly [N in QuestionName]: (input: Questions[N]['input']) => Questions[N]['answer'] | null } = {
    status: () => ({
      organisation: 'Acme Insurance',
      log: 'sample',
      vkey: log.vkey,
      up_to: NOW - 2_000,
      currency: 'USD',
    }),
    overview: ({ since, until, filters }) => ({
      period: { since, until },
      totals: totalsOf(within(all, { since, until }, filters)),
      before: {
        period: { since: 2 * since - until, until: since },
        totals: totalsOf(within(all, { since: 2 * since - until, until: since }, filters)),
      },
    }),
    series: (input) => seriesOf(all, input),
    breakdown: (input) => breakdownOf(all, input),
    latency: (input) => latencyOf(all, input),
    calls: ({ filters, limit }) => {
      const shown = rows.filter((row) => filters.every((filter) => passes(row, filter)));
      return {
        rows: shown.slice(0, limit),
        next: shown.length > limit ? 1 : null,
        kept: { calls: rows.length, oldest: rows.at(-1)?.at ?? null },
      };
    },
    receipt: ({ id }) => receiptOf(log, id, entries.get(id), decisions.get(id) ?? null),
  };
  return {
    rows,
    answer: (path, body) => {
      const name = /^\/control\/v1\/(\w+)$/.exec(path)?.[1];
      if (name === undefined || !(name in answers)) return null;
      const found = (answers[name as QuestionName] as (input: unknown) => unknown)(JSON.parse(body));
      if (found !== null) return Response.json(found);
      const error = {
        code: 'RECEIPT_UNKNOWN',
        message: 'No receipt has this id in this log.',
        next: 'check the id, or look in the list of calls',
        request_id: '01KB3V8Y2QH9N6W4T0XZJ5RCEM',
      };
      return Response.json({ error }, { status: 404 });
    },
  };
}

function receiptOf(
  log: TestLog,
  id: string,
  entry: number | undefined,
  decision: Decision | null,
): Questions['receipt']['answer'] | null {
  if (entry === undefined) return null;
  const groups = log.journal.groups(entry, ['public', 'commercial', 'personal']);
  const parsed = (text: string | undefined): unknown => (text === undefined ? null : JSON.parse(text));
  return {
    id,
    entry,
    at: log.journal.entry(entry).leaf.at,
    public: parsed(groups.public?.text) as CallPublic | null,
    commercial: parsed(groups.commercial?.text) as CallCommercial | null,
    personal: parsed(groups.personal?.text) as CallPersonal | null,
    erased: false,
    decision,
    disclosure: groups,
  };
}

function rowOf(id: string, entry: number, call: ReturnType<typeof sampleCall>): CallRow {
  const { served, usage, timing, asked, outcome, status, error, attempts } = call.public;
  const { who } = call.personal;
  return {
    entry,
    id,
    at: call.at,
    erased: false,
    team: who.team ?? null,
    key: who.key ?? null,
    route: asked.alias,
    asked: asked.alias,
    stream: asked.stream,
    model: served?.model_reported ?? null,
    deployment: served?.deployment ?? attempts.at(-1)?.deployment ?? null,
    cloud: served?.cloud ?? null,
    seller: served?.seller ?? null,
    region: served?.region.configured ?? null,
    region_reported: served?.region.reported ?? null,
    fallback: served?.fallback ?? false,
    outcome,
    status,
    error: error?.code ?? null,
    attempts: attempts.length,
    input_tokens: usage === null ? null : (usage.tokens.input ?? 0) + (usage.tokens.cache_read ?? 0),
    cached_tokens: usage?.tokens.cache_read ?? null,
    output_tokens: usage?.tokens.output ?? null,
    total_ms: timing.ended - timing.started,
    ttft_ms: served === null ? null : (timing.ttft_ms ?? null),
    billed: call.commercial.cost.billed,
    currency: 'USD',
    cost_status: call.commercial.cost.status,
    simulated: true,
  };
}

type CallFilter = Questions['calls']['input']['filters'][number];

function passes(row: CallRow, filter: CallFilter): boolean {
  const fields = row as unknown as Readonly<Record<string, string | number | boolean | null>>;
  if (filter.kind === 'word') return JSON.stringify(row).includes(filter.word) !== filter.not;
  if (filter.kind === 'truth') return fields[filter.field] === filter.value;
  if (filter.kind === 'text') {
    const own = fields[filter.field] ?? null;
    return (
      filter.values.some((value) =>
        value?.endsWith('*') === true ? String(own).startsWith(value.slice(0, -1)) : value === own,
      ) !== filter.not
    );
  }
  const names: Readonly<Record<string, string>> = { cost: 'billed', ttft: 'ttft_ms', total: 'total_ms' };
  const own = Number(fields[names[filter.field] ?? filter.field] ?? Number.NaN);
  const wanted = Number(filter.value);
  return (filter.is === 'above' ? own > wanted : filter.is === 'below' ? own < wanted : own === wanted) !== filter.not;
}

function valueOf(cell: Cell, dimension: Dimension): string | null {
  if (dimension === 'team') return cell.team;
  if (dimension === 'deployment') return cell.deployment.name;
  if (dimension === 'model' || dimension === 'cloud' || dimension === 'region' || dimension === 'route')
    return cell.deployment[dimension];
  return null;
}

const within = (all: readonly Cell[], { since, until }: Period, filters: readonly DimensionFilter[]): readonly Cell[] =>
  all.filter(
    (cell) =>
      cell.hour * HOUR >= since - HOUR + 1 &&
      cell.hour * HOUR < until &&
      filters.every(({ dimension, values, not }) => values.includes(valueOf(cell, dimension)) !== not),
  );

const dollars = (micros: bigint): string =>
  `${micros / 1_000_000n}.${(micros % 1_000_000n).toString().padStart(6, '0')}`;

function totalsOf(some: readonly Cell[]): Totals {
  const add = (of: (cell: Cell) => number): number => some.reduce((sum, cell) => sum + of(cell), 0);
  const billed = dollars(some.reduce((sum, { micros }) => sum + micros, 0n));
  const calls = add((cell) => cell.calls);
  return {
    calls,
    errors: add((cell) => cell.errors),
    unpriced: 0,
    estimated: 0,
    fallbacks: 0,
    tokens: { input: add((cell) => cell.input), output: add((cell) => cell.output) },
    spend: calls === 0 ? [] : [{ currency: 'USD', list: billed, contracted: billed, billed }],
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

function seriesOf(all: readonly Cell[], input: Questions['series']['input']): Questions['series']['answer'] {
  const { since, until, every, by = 'team', most, measure, filters } = input;
  const starts = startsOf(input, every);
  const width = every === 'hour' ? HOUR : 24 * HOUR;
  const groups = grouped(within(all, input, filters), by);
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
  return {
    period: { since, until },
    currency: measure === 'billed' ? 'USD' : null,
    starts,
    series: [...named, ...others],
  };
}

function breakdownOf(all: readonly Cell[], input: Questions['breakdown']['input']): Questions['breakdown']['answer'] {
  const { since, until, filters, by, compare } = input;
  const some = within(all, input, filters);
  const before = within(all, { since: 2 * since - until, until: since }, filters);
  const dimension = by[0] ?? 'team';
  return {
    rows: grouped(some, dimension).map(([value, own]) => ({
      members: [{ value, erased: false }],
      totals: totalsOf(own),
      before: compare ? totalsOf(before.filter((cell) => valueOf(cell, dimension) === value)) : null,
    })),
    others: null,
    total: totalsOf(some),
  };
}

function latencyOf(all: readonly Cell[], input: Questions['latency']['input']): Questions['latency']['answer'] {
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
          metric: 'ttft',
          value,
          start,
          calls,
          ms: quantiles.map((q) => (mean.ttft ?? 0) * (0.7 + 1.9 * q ** 6)),
          buckets: [],
        },
      ];
    });
  });
  return { quantiles, relative_error: 1 / 64, rows };
}
