// Follows the journal and keeps every projection up to date, each on its own track with its own place in the log: one
// that fails stops where it is, and one that is slow falls behind, and neither holds up another. All share one thread
// and take turns after each chunk of the log.
import type { Journal } from '@weighbridge/journal';
import { systemClock, type AppError, type Clock } from '@weighbridge/kernel';
import type { ProjectionState } from '@weighbridge/protocol';
import type { Database } from '../store/database.ts';
import { systemPacing, type Pacing } from './pacing.ts';
import { takeOver } from './holder.ts';
import { BEGINNING, openProgress } from './progress.ts';
import type { Projection } from './projection.ts';
import { Source } from './source.ts';
import { Track } from './track.ts';
import type { Say } from '../logging/events.ts';

export interface ProjectorOptions {
  readonly journal: Journal;
  readonly database: Database;
  readonly projections: readonly Projection[];
  readonly say: Say;
  readonly clock?: Clock;
  readonly pacing?: Pacing;
  /** Time between two looks at the log's size. */
  readonly pollMs?: number;
  /** First wait after the database was away. */
  readonly retryMs?: number;
  /** Told before a projection works and after: `null`. Whoever watches sees which one does not come back. */
  readonly working?: (name: string | null) => void;
  /** The database was not closed in order: tables that do not add up are folded again. */
  readonly verify?: boolean;
  /** How many entries each projection takes at most, by name: to fold a log as far as somebody else had. */
  readonly ends?: Readonly<Record<string, number>>;
  /** Projections that are not started, and why. */
  readonly stopped?: Readonly<Record<string, AppError>>;
}

export interface Projector {
  /** Resolves when every projection that has not stopped holds all of these entries (default: all sealed now). */
  reach(size?: number): Promise<void>;
  state(): readonly ProjectionState[];
  /** Does for every projection what an erasure in the vault asks for, whose entry may be on its way. */
  erase(): Promise<void>;
  /** Holds every track between two transactions while `work` runs. */
  pause<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Ends after the transactions that are under way. */
  close(): Promise<void>;
}

const POLL_MS = 200;
const RETRY_MS = 1_000;

/** Throws DATABASE_UNAVAILABLE, DATABASE_CORRUPT or a journal error; tracks that fail later say so in `state`. */
export async function openProjector(options: ProjectorOptions): Promise<Projector> {
  const { journal, projections, say } = options;
  const { clock = systemClock, pacing = systemPacing } = options;
  const { origin } = journal.checkpoint();
  const database = await takeOver(options.database);
  const progress = await openProgress(database, journal, projections, { say, verify: options.verify ?? false });
  const source = new Source(journal, database, { pacing, sharers: projections.length });
  const tracks = projections.map(
    (projection) =>
      new Track({
        projection,
        journal,
        origin,
        database,
        source,
        clock,
        pacing,
        say,
        retryMs: options.retryMs ?? RETRY_MS,
        begin: progress.get(projection.name) ?? BEGINNING,
        ...(options.working === undefined ? {} : { working: options.working }),
        ...endOf(options.ends, projection.name),
      }),
  );
  const wake = (): void => {
    for (const track of tracks) track.wake();
  };
  const stopLooking = pacing.every(options.pollMs ?? POLL_MS, wake);
  for (const track of tracks) track.start(options.stopped?.[track.name]);
  return {
    reach: async (size = source.size()) => {
      wake();
      await Promise.all(tracks.map((track) => track.reach(size)));
    },
    erase: () => Promise.all(tracks.map((track) => track.erase())).then(() => undefined),
    state: () => tracks.map((track) => track.state(source.size())),
    pause: async (work) => {
      const resume = await Promise.all(tracks.map((track) => track.hold()));
      try {
        return await work();
      } finally {
        for (const go of resume) go();
      }
    },
    close: async () => {
      stopLooking();
      await Promise.all(tracks.map((track) => track.stop()));
    },
  };
}

function endOf(ends: ProjectorOptions['ends'], name: string): { readonly end?: number } {
  const end = ends?.[name];
  return end === undefined ? {} : { end };
}
