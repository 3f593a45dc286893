// The sample goes on while somebody looks at it: what its month left off is drawn further, hour by hour under the same seed
// and in the same rhythm, and each call is written when its end has come. Calls since it was looked at last come first, in
// one go, so that "yesterday" is there on any day. The same scenario and month give the same calls whenever they are
// written; it ends with as long again as the month lasts.
import { AppError } from '@weighbridge/kernel';
import { acquireFolderLock, openJournal, type Journal } from '@weighbridge/journal';
import type { Home } from '../home.ts';
import type { World } from './call.ts';
import { byEnd, callsOfHour, dayOf, digestOf, entriesOf, type MadeCall, type Seen } from './entries.ts';
import { idsFrom } from './ids.ts';
import { openMarket } from './market.ts';
import { demandByHour, HOUR_MS, monthOf, type Month } from './month.ts';
import { dropWriteAhead, openPen, type Pen } from './pen.ts';
import { readMark, type SampleMark } from './sample-home.ts';
import { readScenario, type Scenario } from './scenario.ts';

export interface FlowOptions {
  readonly home: Home;
  /** UTC milliseconds. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or when `signal` is aborted. */
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Longest time between two looks at the clock, which may step. */
const LOOK_MS = 5_000;
const LEAST_PAUSE_MS = 50;
/** Calls that end in an hour began in it or in the one before. */
const BEGAN_BEFORE_MS = HOUR_MS;
const CHECKPOINT_MS = 1_000;
/** Of what has gathered since it was looked at last, sealed at once. */
const STEP_CALLS = 4_000;

/** The hour up to which calls come; exclusive. */
export const flowsUntil = (end: number, days: number): number => end + days * 24 * HOUR_MS;

/**
 * Resolves when `signal` is aborted, with all of it sealed, or when nothing more will come. Throws SAMPLE_ABSENT where no
 * whole sample of this scenario is there, FOLDER_LOCKED, and what the journal throws.
 */
export async function flowSample(options: FlowOptions): Promise<void> {
  const { home } = options;
  const lock = acquireFolderLock(home.root);
  try {
    const scenario = readScenario();
    const mark = readMark(home);
    if (mark?.whole !== true || mark.scenario !== scenario.digest)
      throw new AppError('SAMPLE_ABSENT', 'the sample organisation is not whole, or of another scenario', {
        next: '`weighbridge sample make` makes it anew',
      });
    const stream = openStream(home, scenario, mark);
    const pen = openPen(home, scenario, CHECKPOINT_MS);
    try {
      await writeOn(options, stream, pen);
    } finally {
      await pen.close();
    }
    dropWriteAhead(home, scenario);
  } finally {
    lock.release();
  }
}

async function writeOn({ now, pause, signal }: FlowOptions, stream: Stream, pen: Pen): Promise<void> {
  let unsealed = 0;
  while (!signal.aborted) {
    const calls = stream.until(now());
    if (calls.length > 0) await append(pen, stream, calls);
    unsealed += calls.length;
    if (unsealed >= STEP_CALLS || (calls.length === 0 && unsealed > 0)) {
      seal(pen);
      unsealed = 0;
    } else if (calls.length === 0) {
      const next = stream.next();
      if (next === null) return;
      await pause(Math.min(LOOK_MS, Math.max(LEAST_PAUSE_MS, next - now())));
    }
  }
}

async function append({ lane }: Pen, stream: Stream, calls: readonly MadeCall[]): Promise<void> {
  // Appends that share a write share a promise.
  const written = new Set<Promise<void>>();
  for (const made of calls) for (const draft of stream.entries(made)) written.add(lane.append(draft));
  await Promise.all(written);
}

function seal({ recorder }: Pen): void {
  for (;;) {
    const { integrated, failing } = recorder.step({ seal: true });
    if (failing !== undefined) throw new AppError('JOURNAL_UNAVAILABLE', `the sample cannot be written: ${failing}`);
    if (integrated === 0) return;
  }
}

interface Stream {
  /** Those of one hour at most that have ended by `now`, each once, in order. */
  until(now: number): readonly MadeCall[];
  /** When it is worth asking again; null when nothing more will come. */
  next(): number | null;
  entries(made: MadeCall): ReturnType<typeof entriesOf>;
}

/** The newest call that was written after the month. */
interface Last {
  readonly id: string;
  readonly ended: number;
}

/** From the first call on that the log does not have. */
function openStream(home: Home, scenario: Scenario, { end, calls }: Pick<SampleMark, 'end' | 'calls'>): Stream {
  const journal = openJournal(home.journal, { vault: home.vault });
  try {
    return streamFrom({ scenario, end, calls, last: lastIn(journal, end), seen: seenIn(journal) });
  } finally {
    journal.close();
  }
}

function lastIn(journal: Journal, end: number): Last | null {
  for (const { leaf } of journal.entries({ kinds: ['call'], newestFirst: true }))
    return leaf.at < end ? null : { id: leaf.id, ended: leaf.at };
  return null;
}

function seenIn(journal: Journal): Seen {
  const decisions = new Map<string, string>();
  for (const { groups } of journal.records({ kinds: ['decided'], pruned: 'skip' }, ['commercial']))
    if (groups.commercial !== undefined) decisions.set(groups.commercial, digestOf(groups.commercial));
  for (const { leaf } of journal.entries({ kinds: ['alert'], newestFirst: true }))
    return { decisions, unpricedDay: dayOf(leaf.at) };
  return { decisions, unpricedDay: -1 };
}

interface StreamOptions {
  readonly scenario: Scenario;
  readonly end: number;
  readonly calls: number;
  readonly last: Last | null;
  readonly seen: Seen;
}

function streamFrom({ scenario, end, calls, last, seen }: StreamOptions): Stream {
  const month = monthOf(scenario, end);
  const over = flowsUntil(end, scenario.days);
  const world: World = { scenario, month: going(month, over), market: openMarket(scenario, month.from) };
  const demand = demandByHour(scenario, month, calls);
  const besides = idsFrom(scenario.seed, `ids beside calls after ${last?.id ?? 'the month'}`);
  let hour = last === null ? end : Math.max(end, hourOf(last.ended) - BEGAN_BEFORE_MS);
  let waiting: MadeCall[] = [];
  const drawHour = (): void => {
    const ids = idsFrom(scenario.seed, `ids of hour ${(hour - month.from) / HOUR_MS}`);
    waiting.push(...callsOfHour({ world, ids, demand, spike: [] }, hour));
    waiting.sort(byEnd);
    hour += HOUR_MS;
  };
  // What ends before the hour that is drawn next, nothing can come before.
  const ready = (): number | null => {
    const ended = waiting[0]?.call.timing.ended ?? hour;
    return ended < hour ? ended : null;
  };
  if (last !== null) {
    while (hour <= last.ended) drawHour();
    waiting = without(waiting, last);
  }
  return {
    until: (now) => {
      const drawable = (): boolean => ready() === null && hour <= now && hour < over;
      while (drawable()) drawHour();
      const left = waiting.findIndex(({ call: { timing } }) => timing.ended > now || timing.ended >= hour);
      return waiting.splice(0, left < 0 ? waiting.length : left);
    },
    next: () => ready() ?? (hour < over ? hour : null),
    entries: (made) => entriesOf(world, seen, besides, made),
  };
}

/** What began in the month and had no end goes on. */
const going = (month: Month, over: number): Month => ({
  ...month,
  to: over,
  swap: { ...month.swap, to: over },
  unpriced: { ...month.unpriced, to: over },
});

const hourOf = (at: number): number => at - (at % HOUR_MS);

/** What comes after the last one; where another version of the product drew that one, what ended after it. */
function without(calls: readonly MadeCall[], last: Last): MadeCall[] {
  const index = calls.findIndex(({ id }) => id === last.id);
  return index < 0 ? calls.filter(({ call }) => call.timing.ended > last.ended) : calls.slice(index + 1);
}
