// Windows of bypasses as answers: those that are open, or were written just now, from memory, the others from the log, each beside what sellers' records
// say of its time where the tables can be asked.
import { AppError } from '@weighbridge/kernel';
import { SOURCE_READERS } from '@weighbridge/ledger';
import {
  HOUR_MS,
  type ControlAnswer,
  type ControlAsked,
  type Reconciled,
  type WindowRecords,
  type WindowRow,
} from '@weighbridge/protocol';
import { namesRequests, reconcile, type WindowSums } from '../../bypass/reconcile.ts';
import { lateCalls, toldWindows, type LateCall, type ToldWindow } from '../../bypass/told.ts';
import type { OpenWindow } from '../../bypass/windows.ts';
import type { Asked, ControlPorts } from '../ports.ts';
import { momentIn } from './moment.ts';

type Ports = Pick<ControlPorts, 'administration' | 'clock' | 'deal' | 'lanes' | 'projections' | 'stores'>;

const ROWS_MOST = 20;
const CALLS_MOST = 1_000;
const UNACCOUNTED_MOST = 1_000;
/** Late receipts of one window that are looked at. */
const LATE_MOST = 200_000;
/** The widest that two clocks may be apart where a record tells of single requests. */
const MARGIN_MS = 10 * 60_000;

const NO_TABLES = new Set(['PROJECTIONS_OFF', 'DATABASE_UNAVAILABLE', 'QUERY_TIMEOUT']);

export const windowAnswers = (ports: Ports) => ({
  windows: async (_: unknown, { signal }: Asked): Promise<ControlAnswer<'windows'>> => {
    const { clock, stores } = ports;
    const all = windowsOf(ports);
    const rows: WindowRow[] = [];
    for (const window of all.slice(0, ROWS_MOST)) {
      const sums = await sumsOf(ports, window, signal);
      rows.push(rowOf(window, sums?.reconciled ?? null));
    }
    const untold = rows.some(({ reconciled }) => reconciled === null);
    return {
      at: clock.wall(),
      simulated: stores.home.log !== 'live',
      rows,
      more: Math.max(0, all.length - ROWS_MOST),
      notes: untold ? [NOT_ASKED] : [],
    };
  },
  window: async (asked: ControlAsked<'window'>, { signal }: Asked): Promise<ControlAnswer<'window'>> => {
    const { clock, stores } = ports;
    const { bypass, opened } = asked;
    const window = windowsOf(ports).find((one) => one.bypass === bypass && one.opened === opened);
    if (window === undefined)
      throw new AppError('WINDOW_UNKNOWN', `no window of the bypass "${bypass}" opened at ${opened}`);
    const sums = await sumsOf(ports, window, signal);
    const calls = sums?.calls ?? [];
    const strange = sums?.strange ?? [];
    return {
      at: clock.wall(),
      simulated: stores.home.log !== 'live',
      window: rowOf(window, sums?.reconciled ?? null),
      calls: calls.slice(0, CALLS_MOST).map(({ requests, ...call }) => ({
        ...call,
        request: requests.at(-1)?.id ?? null,
      })),
      more_calls: Math.max(0, calls.length - CALLS_MOST),
      unaccounted: strange.slice(0, UNACCOUNTED_MOST).map(({ source, seller, at, model, tokens }) => ({
        source,
        title: SOURCE_READERS[source].title,
        seller,
        at,
        model,
        tokens,
      })),
      more_unaccounted: Math.max(0, strange.length - UNACCOUNTED_MOST),
      notes: sums === null ? [NOT_ASKED] : [],
    };
  },
});

const NOT_ASKED = "The tables cannot be asked now, so no window is set beside sellers' records.";

interface Known {
  readonly bypass: string;
  readonly opened: number;
  /** What the log tells; null while nothing of it could be written. */
  readonly told: ToldWindow | null;
  readonly open: OpenWindow | null;
}

/** Newest first. */
function windowsOf({ lanes, stores }: Ports): readonly Known[] {
  const open = lanes.knownWindows();
  const told = toldWindows(stores.journal);
  const same = (one: { bypass: string; opened: number }, other: { bypass: string; opened: number }): boolean =>
    one.bypass === other.bypass && one.opened === other.opened;
  const known = told.map((window): Known => {
    const { bypass, opened } = window;
    return { bypass, opened, told: window, open: open.find((other) => same(window, other)) ?? null };
  });
  const unwritten = open
    .filter((window) => !told.some((other) => same(window, other)))
    .map((window): Known => ({ bypass: window.bypass, opened: window.opened, told: null, open: window }));
  return [...known, ...unwritten].toSorted((a, b) => b.opened - a.opened);
}

function rowOf({ bypass, opened, told, open }: Known, reconciled: Reconciled | null): WindowRow {
  const close = told?.close ?? null;
  return {
    bypass,
    opened,
    closed: close?.closed ?? open?.closed ?? null,
    ended: close?.ended ?? null,
    owner: open?.owner ?? told?.owner ?? '',
    reason: open?.reason ?? told?.reason ?? '',
    calls: close?.calls ?? open?.calls ?? 0,
    in_flight: close === null ? (open?.in_flight ?? 0) : 0,
    waiting: close === null ? (open?.waiting ?? 0) : 0,
    sealed: close?.sealed ?? open?.sealed ?? 0,
    lost: close?.lost ?? open?.lost ?? 0,
    refused: close?.refused ?? open?.refused ?? 0,
    trouble: close === null ? (open?.trouble ?? null) : null,
    reconciled,
  };
}

/** Null where the tables cannot be asked. */
async function sumsOf(ports: Ports, { told, opened }: Known, signal: AbortSignal): Promise<WindowSums | null> {
  const { projections, clock, stores } = ports;
  const close = told?.close ?? null;
  const calls = told === null ? [] : lateOf(ports, told);
  const until = close?.closed ?? clock.wall();
  try {
    const records = await projections.ask(
      'windowRecords',
      {
        since: Math.max(0, opened - MARGIN_MS),
        until: until + MARGIN_MS,
        from: told?.from ?? 0,
        to: told === null ? 0 : (told.to ?? stores.journal.checkpoint().size),
      },
      signal,
    );
    const { rolesOf } = momentIn(ports, undefined);
    const sellerOf = (deployment: string): string | null => rolesOf(deployment)?.seller ?? null;
    const within = { ...records, sums: records.sums.filter((sum) => sum.since < until && sum.until > opened) };
    const sums = await summed(ports, within, sellerOf, signal);
    return reconcile({ calls, close, opened, records: within, sellerOf, sums });
  } catch (error) {
    if (error instanceof AppError && NO_TABLES.has(error.code)) return null;
    throw error;
  }
}

function lateOf({ stores }: Ports, told: ToldWindow): readonly LateCall[] {
  return lateCalls(stores.journal, told).take(LATE_MOST).toArray();
}

/** Of each seller by the best record that sums: both sides over the whole stretches that it is about. */
async function summed(
  { projections }: Ports,
  { sums }: WindowRecords,
  sellerOf: (deployment: string) => string | null,
  signal: AbortSignal,
): Promise<Reconciled['sums']> {
  const best = new Map<string, WindowRecords['sums'][number]>();
  for (const sum of sums) {
    if (sum.tokens === null || namesRequests(sum.source)) continue;
    const before = best.get(sum.seller);
    if (before === undefined || SOURCE_READERS[before.source].rank < SOURCE_READERS[sum.source].rank)
      best.set(sum.seller, sum);
  }
  const rows: Reconciled['sums'] = [];
  for (const { seller, source, since, until, tokens } of best.values()) {
    const hours = { from: Math.floor(since / HOUR_MS), to: Math.ceil(until / HOUR_MS) };
    const crossed = await projections.ask('crossed', { ranges: [hours] }, signal);
    const ours = crossed.cells
      .filter(({ deployment }) => deployment !== null && sellerOf(deployment) === seller)
      .reduce((sum, cell) => sum + cell.tokens, 0);
    const theirs = tokens ?? 0;
    const { title } = SOURCE_READERS[source];
    rows.push({ seller, source, title, since, until, theirs, ours, difference: theirs - ours });
  }
  return rows;
}
