// What a plan's demand names and does not hold: files beside it, or hours of an instance's own receipts. Whoever may read them gives the
// rows; what comes of them is demand window by window. A plan is run nowhere without the rows that it names.
import {
  demandFromReceipts,
  demandFromTrace,
  type DemandSeries,
  type ReceiptHour,
  type TraceRow,
} from '../demand/series.ts';
import { demandTyped } from '../demand/week.ts';
import { refuse } from '../numbers/refuse.ts';
import { RECEIPT_FILTERS, type OwnWords, type ReservePlan, type TraceWords } from './plan-form.ts';
import { typedIn, type ResolvedReservePlan } from './plan.ts';

/** Of one workload, what its demand names. */
export type WantedRows =
  | { readonly is: 'trace'; readonly file: string }
  | { readonly is: 'table'; readonly file: string }
  | { readonly is: 'own'; readonly days: number; readonly filters: Readonly<Record<string, string>> };

/** Hours of an instance's own receipts, and what a reader must know of them. */
export interface OwnHours {
  readonly receipts: readonly ReceiptHour[];
  /** Whether the calls were made to simulated clouds. */
  readonly simulated: boolean;
  /** Tokens of classes that no seller's unit counts. */
  readonly left_out: number;
}

export type DemandRows =
  | { readonly trace: readonly TraceRow[] }
  | { readonly receipts: readonly ReceiptHour[] }
  | { readonly own: OwnHours };

/** By workload; those that are typed in want nothing. */
export const wantedOf = ({ workloads }: ReservePlan): ReadonlyMap<string, WantedRows> =>
  new Map(
    Object.entries(workloads).flatMap(([name, { demand }]): [string, WantedRows][] => {
      if (demand.trace !== undefined) return [[name, { is: 'trace', file: demand.trace.file }]];
      if (demand.receipts === undefined) return [];
      if ('file' in demand.receipts) return [[name, { is: 'table', file: demand.receipts.file }]];
      return [[name, { is: 'own', days: demand.receipts.days, filters: filtersOf(demand.receipts) }]];
    }),
  );

const filtersOf = (held: OwnWords): Readonly<Record<string, string>> =>
  Object.fromEntries(RECEIPT_FILTERS.flatMap((name) => (held[name] === undefined ? [] : [[name, held[name]]])));

/** By workload, at the level that the plan has it. Throws PLAN_INVALID where rows are missing. */
export const seriesOf = (
  plan: ResolvedReservePlan,
  rows: ReadonlyMap<string, DemandRows>,
): Readonly<Record<string, DemandSeries>> =>
  Object.fromEntries(
    Object.entries(plan.workloads).map(([name, workload]) => {
      const { demand, level } = workload;
      const typed = typedIn(workload);
      if (typed !== undefined) return [name, demandTyped(typed)];
      const held = rows.get(name);
      if (held === undefined) return refuse(...missing(name, demand));
      if ('own' in held && held.own.receipts.length === 0)
        return refuse(
          `there are no receipts of what ${name} asks for in the days that it names`,
          'name more days, or another route, model, deployment, team or project: as receipts have them',
        );
      return [name, scaled(seen(held, demand.trace), level.value)];
    }),
  );

function missing(
  name: string,
  { trace, receipts }: ResolvedReservePlan['workloads'][string]['demand'],
): [string, string] {
  const file = trace?.file ?? (receipts !== undefined && 'file' in receipts ? receipts.file : undefined);
  return file === undefined
    ? [
        `the demand of ${name} is an instance's own receipts, and none are at hand here`,
        'run the plan where an instance has its folder, or write hours with `weighbridge plan hours` and name the file',
      ]
    : [
        `the demand of ${name} stands in the file ${file.slice(0, 80)}, which cannot be read from here`,
        'run it with `weighbridge plan run` beside that file, type the demand in, or say `receipts: { days: 28 }` for the instance’s own',
      ];
}

/** Reading a trace takes a second of a million rows: what one list of rows comes to is kept as long as the list is. */
const read = new WeakMap<object, DemandSeries>();

function seen(rows: DemandRows, trace: TraceWords | undefined): DemandSeries {
  const list = 'trace' in rows ? rows.trace : 'own' in rows ? rows.own.receipts : rows.receipts;
  const held = read.get(list) ?? seriesFrom(rows, trace);
  read.set(list, held);
  return held;
}

function seriesFrom(rows: DemandRows, trace: TraceWords | undefined): DemandSeries {
  if (!('trace' in rows)) return demandFromReceipts('own' in rows ? rows.own.receipts : rows.receipts);
  const { window_s = 60, block_tokens } = trace ?? {};
  return demandFromTrace(rows.trace, { window_s, ...(block_tokens === undefined ? {} : { block_tokens }) });
}

function scaled(series: DemandSeries, times: number): DemandSeries {
  if (times === 1) return series;
  return {
    ...series,
    windows: series.windows.map(({ from_ms, requests, tokens }) => ({
      from_ms,
      requests: requests * times,
      tokens: Object.fromEntries(Object.entries(tokens).map(([of, count]) => [of, count * times])),
    })),
  };
}
