// A log that no instance runs, opened for looking: what the control API stands on, with nothing behind it that could change
// anything. Journal and blobs are read as they lie; the tables are its own, in a thread of their own; the configuration is
// the one that its newest entry says was in force. Nothing is written but those tables.
import { randomFillSync } from 'node:crypto';
import { AppError, createUlid, systemClock } from '@weighbridge/kernel';
import { openJournal, type Journal } from '@weighbridge/journal';
import { effective } from '../admin/administration.ts';
import { openBlobs, type Blobs } from '../admin/blobs.ts';
import { inForceAt } from '../admin/in-force.ts';
import { viewOf } from '../admin/key-store.ts';
import { limitsAtRest } from '../admin/limits-view.ts';
import { openViewStore } from '../admin/view-store.ts';
import { openDealDesk } from '../deal/deal-desk.ts';
import { openObservedDesk } from '../observed/observed-desk.ts';
import type { ControlPorts, LogView } from '../api/ports.ts';
import type { Status } from '../control/operations.ts';
import type { Home } from '../home.ts';
import { startProjections } from '../projector/projector-host.ts';
import { storeSettings, type StoreSettings } from '../store/settings.ts';
import { VERSION } from '../version.ts';
import type { Say } from '../logging/events.ts';

export interface LogViewOptions {
  readonly home: Home;
  readonly say: Say;
}

/** Throws JOURNAL_CORRUPT where the log says of no configuration that it was in force, and what the journal throws. */
export function openLogView({ home, say }: LogViewOptions): LogView {
  const journal = openJournal(home.journal, { vault: home.vault });
  try {
    return viewOfJournal(journal, { home, say });
  } catch (error) {
    journal.close();
    throw error;
  }
}

function viewOfJournal(journal: Journal, { home, say }: LogViewOptions): LogView {
  const blobs = openBlobs(home.blobs);
  const nextId = createUlid(
    () => systemClock.wall(),
    (bytes) => randomFillSync(bytes),
  );
  const stores = { home, journal, blobs, nextId, admin: { append: refuse } };
  const { administration, source } = administrationOf(journal, blobs);
  const views = openViewStore(stores);
  const deal = openDealDesk(stores);
  const closing = new AbortController();
  const projections = startProjections({ home, settings: settingsOf(home), say });
  const started = systemClock.wall();
  const limits = () => limitsAtRest(journal, blobs, home.limits, systemClock.wall());
  const status = async (): Promise<Status> => {
    const { digest, organisation, node } = administration.snapshot();
    const { origin, size } = journal.checkpoint();
    return {
      ...NOBODY_RUNS,
      version: VERSION,
      pid: process.pid,
      log: home.log,
      simulated: home.log !== 'live',
      organisation,
      node,
      started,
      config: { digest, source, watch: null },
      journal: { folder: home.journal, vkey: journal.vkey, retiring: [], origin, size },
      projections: await projections.state(),
    };
  };
  return {
    ports: {
      stores,
      administration,
      views,
      deal,
      observed: { ...openObservedDesk({ ...stores, vault: NO_VAULT }), import: refuse },
      lanes: { ...NO_LANES, limits },
      projections,
      status,
      witnesses: () => [],
      alerting: null,
      telemetry: null,
      playground: null,
    },
    closing: closing.signal,
    close: async () => {
      closing.abort();
      await projections.close();
      journal.close();
    },
  };
}

/** Always embedded: the log is looked at on this machine, and its tables go with its folder. */
function settingsOf(home: Home): StoreSettings {
  const settings = storeSettings(undefined, home.log, home.projections);
  if (settings !== null) return settings;
  throw new AppError('INTERNAL', 'a log that is looked at has tables');
}

const STILL = { inFlight: 0, calls: 0, unauthenticated: 0, receipts: 0, unsealed: 0, draining: false } as const;

const NOBODY_RUNS = {
  // There is no gateway.
  origin: '',
  lanes: 0,
  witnesses: [],
  calls: STILL,
  waiting: [],
  event_loop: [],
  interrupted: 0,
  windows: [],
  leaving: 0,
  budget: null,
  alerts: [],
  security: [],
} as const;

const NO_LANES: Omit<ControlPorts['lanes'], 'limits'> = {
  count: 0,
  stats: () => Promise.resolve(STILL),
  health: () => Promise.resolve([]),
  cache: () => Promise.resolve([]),
  purge: () =>
    Promise.reject(new AppError('READ_ONLY', 'no instance runs on this log: nothing of it is kept in memory')),
  routes: () => Promise.resolve([]),
  openWindows: () => [],
  knownWindows: () => [],
  recorderSilentMs: () => 0,
  leaving: () => 0,
  restart: () =>
    Promise.reject(new AppError('READ_ONLY', 'no instance runs on this log: there are no lanes to replace')),
  reservations: () => new Map(),
  foresee: () =>
    Promise.reject(new AppError('READ_ONLY', 'no instance runs on this log: there is nobody who would take a request')),
};

const refuse = (): Promise<never> =>
  Promise.reject(new AppError('READ_ONLY', 'this log is only looked at: nothing of it can be changed'));

const NO_VAULT = {
  keyDigest: (): never => {
    throw new AppError('READ_ONLY', 'this log is only looked at: nothing is named under its keys');
  },
};

/** What its last entries say was in force. */
function administrationOf(
  journal: Journal,
  blobs: Blobs,
): { readonly administration: ControlPorts['administration']; readonly source: string } {
  const newest = inForceAt(journal, blobs, Infinity);
  if (newest === null) throw new AppError('JOURNAL_CORRUPT', 'the log says of no configuration that it was in force');
  const { snapshot, source, config, keys } = newest;
  const shown = keys.map((key) => effective(viewOf(key), snapshot));
  return {
    source,
    administration: {
      snapshot: () => snapshot,
      config: () => config,
      keys: () => shown,
      warnings: () => [],
      createKey: refuse,
      revokeKey: refuse,
    },
  };
}
