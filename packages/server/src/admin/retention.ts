// Retention as the configuration has it: which records are old enough, and the daily look at it. The recorder deletes, since
// it alone writes the log; a part is emptied for each turn of it, so that checkpoints are never far away.
import { setTimeout } from 'node:timers/promises';
import { isAppError, systemClock } from '@weighbridge/kernel';
import type { EntryRange, PrunedRange, PruneOrder, RecorderThread, SealedClosing } from '@weighbridge/journal';
import type { Config } from '@weighbridge/protocol';
import type { Say } from '../logging/events.ts';

const DAY_MS = 86_400_000;
/** After a start, so that it does not stand in its way. */
const FIRST_MS = 60_000;

export interface PrunedAnswer {
  /** Null: the configuration keeps records for ever. */
  readonly policy: string | null;
  /** Records of entries older than this were asked for: UTC milliseconds. */
  readonly before: number | null;
  readonly ranges: readonly Pick<PrunedRange, 'from' | 'to'>[];
  /** Per part, how many calls were closed, and the entries that say what they came to. */
  readonly closed: readonly Pick<SealedClosing, 'from' | 'to' | 'calls' | 'first' | 'entries'>[];
}

/** Null where the configuration keeps everything. `now`: UTC milliseconds. */
export function orderOf({ retention }: Config, now: number, by: string): PruneOrder | null {
  if (retention === undefined) return null;
  const holds = retention.holds.map(({ from, to }) => ({ from: Date.parse(from), until: Date.parse(to) + DAY_MS }));
  const before = now - Number.parseInt(retention.records, 10) * DAY_MS;
  return { before, holds, by, policy: `records: ${retention.records}` };
}

/** The answer where nothing says how long to keep what. */
const NOTHING: PrunedAnswer = { policy: null, before: null, ranges: [], closed: [] };

/** Until nothing is left that is old enough. Throws JOURNAL_UNAVAILABLE. */
export async function pruneRecords(
  recorder: Pick<RecorderThread, 'prune'>,
  order: PruneOrder | null,
): Promise<PrunedAnswer> {
  if (order === null) return NOTHING;
  const ranges: EntryRange[] = [];
  const closed: PrunedAnswer['closed'][number][] = [];
  for (let more = true; more;) {
    const done = await recorder.prune(order);
    ranges.push(...done.ranges);
    for (const { from, to, calls, first, entries } of done.closed) closed.push({ from, to, calls, first, entries });
    ({ more } = done);
  }
  return { policy: order.policy, before: order.before, ranges, closed };
}

export interface Retention {
  stop(): Promise<void>;
}

/** Looks once a day, by the configuration that is in force then. What goes wrong is said and tried again the next day. */
export function startRetention(
  recorder: Pick<RecorderThread, 'prune'>,
  config: () => Config,
  { say, now, firstMs = FIRST_MS }: { readonly say: Say; readonly now: () => number; readonly firstMs?: number },
): Retention {
  const end = new AbortController();
  const wait = (ms: number): Promise<boolean> =>
    setTimeout(ms, true, { signal: end.signal, ref: false }).catch(() => false);
  const run = async (): Promise<void> => {
    for (let ms = firstMs; await wait(ms); ms = DAY_MS) {
      try {
        const { ranges, closed, policy } = await pruneRecords(recorder, orderOf(config(), now(), 'instance'));
        for (const { from, to } of ranges)
          say(`records of entries ${from} to ${to - 1} were pruned (${policy})`, 'retention.pruned');
        for (const { from, to, calls, first, entries } of closed)
          say(
            `what ${calls} calls of entries ${from} to ${to - 1} came to stands in ${entries} from entry ${first} on`,
            'retention.pruned',
          );
      } catch (error) {
        if (!isAppError(error)) throw error;
        say(`nothing was pruned: ${error.message}`, 'retention.failed', { code: error.code });
      }
    }
  };
  const ended = run();
  return {
    stop: async () => {
      end.abort();
      await ended;
    },
  };
}

/** What is done to the log by itself or on the operator's order, beside calls and administration. */
export interface Upkeep {
  readonly ports: { readonly seal: () => Promise<number>; readonly prune: () => Promise<PrunedAnswer> };
  stop(): Promise<void>;
}

export function openUpkeep(recorder: RecorderThread, config: () => Config, say: Say): Upkeep {
  const now = (): number => systemClock.wall();
  const retention = startRetention(recorder, config, { say, now });
  return {
    ports: {
      seal: () => recorder.sealAll(),
      prune: () => pruneRecords(recorder, orderOf(config(), now(), 'command')),
    },
    stop: () => retention.stop(),
  };
}
