// The projections' own thread: opens the database, follows the journal, answers questions. Nothing waits for it but who
// asks it something, and where the system lets a thread have a priority of its own, this one's is low.
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { AppError, invariant, type ErrorBody } from '@weighbridge/kernel';
import { openJournal, type Journal } from '@weighbridge/journal';
import type { ProjectionsState } from '@weighbridge/protocol';
import { answerCalls, fromBody } from '../lanes/thread-calls.ts';
import { sayTo } from '../logging/events.ts';
import { projectionsOf } from '../projections/index.ts';
import { ask, isQueryName } from '../queries/index.ts';
import type { Reader } from '../store/database.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { rememberReads } from '../store/remembered.ts';
import type { StoreSettings } from '../store/settings.ts';
import { digestTables, type Digests } from './digests.ts';
import { notYetOpen } from './not-yet-open.ts';
import { openProjector, type Projector } from './projector.ts';
import { writeWatch } from './watch.ts';

export interface ProjectorSetup {
  readonly journal: string;
  readonly vault: string;
  readonly settings: StoreSettings;
  readonly cells: SharedArrayBuffer;
  /** Projections that hung before: they stay stopped, so that the others go on. */
  readonly stopped: Readonly<Record<string, ErrorBody>>;
}

/** Of 19: what else runs on the machine goes first. */
const NICENESS = 10;

invariant(parentPort !== null, 'the projector runs in a thread of its own');
runProjector(workerData as ProjectorSetup, parentPort);

interface Opened {
  readonly store: Store;
  /** What questions read from. */
  readonly reader: Reader;
  readonly journal: Journal;
  readonly projector: Projector;
}

function runProjector(setup: ProjectorSetup, port: NonNullable<typeof parentPort>): void {
  stepBack();
  const { settings } = setup;
  const projections = projectionsOf(settings);
  const watch = writeWatch(
    setup.cells,
    projections.map(({ name }) => name),
  );
  const say = sayTo(port);
  let opened: Opened | null = null;
  const must = (): Opened => {
    if (opened !== null) return opened;
    throw notYetOpen();
  };
  answerCalls(port, {
    open: async () => {
      const store = await openStore(settings, say, watch.reading);
      try {
        const journal = openJournal(setup.journal, { vault: setup.vault });
        const stopped = Object.fromEntries(Object.entries(setup.stopped).map(([name, body]) => [name, fromBody(body)]));
        // Another program may write to a server.
        const { database } = store;
        const noticed = database.kind === 'embedded' ? rememberReads(database) : { database, reader: database };
        const projector = await openProjector({
          journal,
          database: noticed.database,
          projections,
          say,
          stopped,
          working: watch.working,
          verify: !store.orderly,
        });
        opened = { store, reader: noticed.reader, journal, projector };
      } catch (error) {
        await store.close();
        throw error;
      }
    },
    state: (): ProjectionsState => {
      const { store, projector } = must();
      const { kind } = store.database;
      const memory_bytes = store.database.memory();
      return { state: 'running', store: kind, memory_bytes, problem: null, projections: [...projector.state()] };
    },
    query: ({ name, input }: { name: string; input: never }) => {
      if (!isQueryName(name)) throw new AppError('BAD_REQUEST', `there is no question "${name.slice(0, 40)}"`);
      const { reader, journal } = must();
      return ask({ reader, journal }, name, input);
    },
    digests: async (): Promise<Digests> => {
      const { store, projector } = must();
      await projector.erase();
      return projector.pause(() => digestTables(store.database, projections));
    },
    close: async () => {
      const { store, journal, projector } = must();
      await projector.close();
      journal.close();
      await store.close();
      opened = null;
    },
  });
}

/** Linux schedules threads by themselves; elsewhere the thread keeps the priority of the process. */
function stepBack(): void {
  if (process.platform !== 'linux') return;
  const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  setPriority(thread, NICENESS);
}
