// The composition root. Opens what an instance needs in the order in which it may fail, wires the gateway's lanes to the
// journal, listens, and closes all of it in the reverse order. Nothing happens at import.
import { moneyFromDecimal, moneyToDecimal, systemClock, type Money } from '@weighbridge/kernel';
import { createBudget, createBudgetCells } from '@weighbridge/gateway';
import type { Config } from '@weighbridge/protocol';
import { createAlerts, recentAlerts } from './admin/alerts.ts';
import { createAdministration, type Activated, type Administration } from './admin/administration.ts';
import type { NewKey } from './admin/key-store.ts';
import { spentToday } from './admin/spent-today.ts';
import { openStores, type Stores } from './admin/stores.ts';
import { requireConfig, type LoadedConfig } from './config/load.ts';
import { listenControl } from './control/control-server.ts';
import { controlOperations, type Status } from './control/operations.ts';
import { probeDeployments, type ProbeResult } from './control/probe.ts';
import { openHome, removeInstance, removeSocketFolder, socketPath, writeInstance, type Home } from './home.ts';
import { startLanes, type LanePool } from './lanes/lane-pool.ts';
import { noProjections, startProjections, type Projections } from './projector/projector-host.ts';
import { storeSettings } from './store/open-store.ts';
import { probePort } from './lanes/probe-port.ts';
import { VERSION } from './version.ts';
import { watchFile } from './watch-file.ts';

export interface ServerOptions {
  /** Reads the configuration: once now, and again for each reload. Throws nothing; problems are in the result. */
  readonly load: () => LoadedConfig;
  /** File to watch for changes; absent where the configuration has none. */
  readonly file?: string;
  readonly homeFolder: string;
  readonly host?: string;
  readonly port?: number;
  readonly lanes?: number;
  /** A certificate authority to trust beside the built-in ones (the lab's). */
  readonly trust?: string;
  /** Milliseconds that calls in flight get when the server stops. */
  readonly drainMs?: number;
  /** What an operator should know while it runs. */
  readonly say: (message: string) => void;
}

export interface RunningServer {
  readonly origin: string;
  readonly home: Home;
  readonly vkey: string;
  /** Calls of an earlier run that this start closed as interrupted. */
  readonly interrupted: number;
  readonly administration: Administration;
  /** Makes a key as `administration.createKey` does, and revokes those made before it for the same purpose. */
  replaceKey(asked: NewKey & { readonly purpose: 'start' }): Promise<string>;
  reload(cause: string): Promise<Activated>;
  /** One minimal call to each of these deployments, or to all when none is named. */
  probe(deployments: readonly string[]): Promise<readonly ProbeResult[]>;
  status(): Promise<Status>;
  /** Tables folded from the journal, and what they can be asked. They come up after the gateway listens. */
  readonly projections: Projections;
  /** Stops accepting, drains, flushes. Calling it twice waits for the same end. */
  stop(): Promise<void>;
  /** Resolves when the server has stopped; rejects when it had to. */
  readonly stopped: Promise<void>;
}

const DRAIN_MS = 30_000;

/** Throws CONFIG_INVALID, CONFIG_SECRET, FOLDER_LOCKED, PORT_TAKEN, VAULT_UNREADABLE or a journal error; nothing stays open then. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const loaded = options.load();
  const config = requireConfig(loaded);
  const home = openHome(options.homeFolder, config.log);
  const host = options.host ?? config.listen.host;
  const started = systemClock.wall();
  await using undo = new AsyncDisposableStack();

  const stores = await openStores({
    home,
    node: config.node,
    organisation: config.organisation,
    build: VERSION,
    durability: config.journal.durability,
  });
  undo.defer(() => stores.close());
  const port = await probePort(host, options.port ?? config.listen.port);
  const administration = createAdministration(stores, loaded);
  const lanes = await openLanes(options, stores, administration, config.journal.durability);
  undo.defer(() => lanes.drain(options.drainMs ?? DRAIN_MS));
  await administration.begin();
  await lanes.listen({ host, port, reusePort: lanes.count > 1 });
  administration.connect((activation, between) => lanes.activate(activation, between));

  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const reload = (cause: string): Promise<Activated> => administration.reload(options.load(), cause);
  const projections = openProjections(config, home, options.say);
  undo.defer(() => projections.close());
  const status = (): Promise<Status> =>
    statusOf(stores, administration, lanes, projections, { origin, started, source: loaded.source });
  const ending = createEnding();
  const probe = (names: readonly string[]) => probeDeployments(administration, origin, names);
  const control = await listenControl(
    socketPath(home),
    controlOperations({ administration, status, reload, probe, projections, stop: () => void ending.stop() }),
  );
  undo.defer(async () => {
    await control.close();
    removeSocketFolder(home, control.path);
  });
  if (options.file !== undefined) {
    const watch = watchFile(options.file, () => void reloadAndSay(reload, options.say));
    undo.defer(() => watch.close());
  }
  writeInstance(home, { pid: process.pid, origin, socket: control.path, started, version: VERSION });
  undo.defer(() => removeInstance(home));
  ending.keep(undo.move());
  lanes.failed.catch(ending.fail);
  stores.recorder.ended.catch(ending.fail);
  const replaceKey = (asked: NewKey & { readonly purpose: 'start' }): Promise<string> => replace(administration, asked);
  return {
    origin,
    home,
    vkey: stores.journal.vkey,
    interrupted: stores.interrupted,
    administration,
    replaceKey,
    reload,
    probe,
    status,
    projections,
    stop: ending.stop,
    stopped: ending.stopped,
  };
}

function openProjections(config: Config, home: Home, say: (message: string) => void): Projections {
  const settings = storeSettings(config.projections, home.log, home.projections);
  return settings === null ? noProjections : startProjections({ home, settings, say });
}

/** The end of a server: asked for, or forced by a part that failed; either way everything is closed once. */
function createEnding(): {
  readonly stopped: Promise<void>;
  /** What there is to close; an end that was asked for before waits for it. */
  readonly keep: (opened: AsyncDisposableStack) => void;
  readonly stop: () => Promise<void>;
  readonly fail: (error: unknown) => void;
} {
  const end = Promise.withResolvers<void>();
  end.promise.catch(() => undefined); // Whoever cares awaits `stopped`; nobody having asked is no crash.
  const opened = Promise.withResolvers<AsyncDisposableStack>();
  let closing: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    closing ??= opened.promise.then((stack) => stack.disposeAsync()).then(end.resolve, end.reject);
    return closing;
  };
  return {
    stopped: end.promise,
    keep: opened.resolve,
    stop,
    fail: (error) => {
      end.reject(error);
      void stop();
    },
  };
}

/** The lanes, and what is spent or held of the hard budget they share. */
interface ServedLanes extends LanePool {
  readonly used: () => Money;
}

async function openLanes(
  options: ServerOptions,
  stores: Stores,
  administration: Administration,
  durability: 'process' | 'disk',
): Promise<ServedLanes> {
  const { home, signals, epoch } = stores;
  const { node, log } = administration.snapshot();
  const spent = log === 'live' ? spentToday(stores.journal, home.budget, systemClock.wall()) : 0n;
  const budgetCells = createBudgetCells(systemClock, spent);
  const count = options.lanes ?? administration.config().listen.lanes;
  const shared = {
    epoch,
    node,
    build: VERSION,
    durability,
    journal: home.journal,
    vault: home.vault,
    signals,
    budgetCells,
    activation: administration.activation(),
  };
  const trust = options.trust === undefined ? {} : { trust: options.trust };
  const setups = Array.from({ length: count }, (_, index) => ({ ...shared, ...trust, lane: index + 1 }));
  const pool = await startLanes(setups, createAlerts(stores, options.say));
  const budget = createBudget({ cells: budgetCells, clock: systemClock, daily: null });
  return { ...pool, used: () => budget.used() };
}

/** A bad file leaves the configuration in force as it is, and says so. */
async function reloadAndSay(
  reload: (cause: string) => Promise<Activated>,
  say: (message: string) => void,
): Promise<void> {
  try {
    const { changed, digest, later, warnings } = await reload('the file changed');
    if (changed) say(`configuration ${digest.slice(0, 12)} is in force`);
    for (const { path, message, mend } of warnings) if (changed && path === 'keys') say(`${message}; ${mend}`);
    if (later.length > 0) say(`${later.join(', ')} will take effect at the next start`);
  } catch (error) {
    say(
      `the configuration was not taken, the old one stays in force: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function replace(administration: Administration, asked: NewKey & { readonly purpose: 'start' }): Promise<string> {
  const before = administration.keys().filter((key) => key.purpose === asked.purpose && !key.revoked);
  const { key } = await administration.createKey(asked);
  for (const old of before) await administration.revokeKey(old.id, 'replaced by the next start');
  return key;
}

async function statusOf(
  stores: Stores,
  administration: Administration,
  lanes: ServedLanes,
  projections: Projections,
  facts: { readonly origin: string; readonly started: number; readonly source: string },
): Promise<Status> {
  const { digest, log, organisation, node } = administration.snapshot();
  const { origin, size } = stores.journal.checkpoint();
  return {
    version: VERSION,
    pid: process.pid,
    origin: facts.origin,
    log,
    simulated: log !== 'live',
    organisation,
    node,
    started: facts.started,
    lanes: lanes.count,
    config: { digest, source: facts.source },
    journal: { folder: stores.home.journal, vkey: stores.journal.vkey, origin, size },
    calls: await lanes.stats(),
    interrupted: stores.interrupted,
    budget: budgetOf(administration, lanes.used()),
    alerts: recentAlerts(stores.journal, systemClock.wall()),
    projections: await projections.state(),
  };
}

function budgetOf(administration: Administration, used: Money): Status['budget'] {
  const { budget } = administration.snapshot();
  if (budget === undefined) return null;
  const daily = moneyFromDecimal(budget.daily);
  const left = daily > used ? daily - used : 0n;
  return { daily: budget.daily, used: moneyToDecimal(used), left: moneyToDecimal(left), currency: budget.currency };
}
