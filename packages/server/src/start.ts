// The composition root. Opens what an instance needs in the order in which it may fail, wires the gateway's lanes to the
// journal, listens, and closes all of it in the reverse order. Nothing happens at import.
import { systemClock, toAppError } from '@weighbridge/kernel';
import { PLAIN_FORM, type Actor, type CommandForm, type Config } from '@weighbridge/protocol';
import { openAlerting, type Alerting } from './alerts/alerting.ts';
import { openControl, type OpenControl, type OpenControlOptions } from './api/open-control.ts';
import { createAdministration, type Activated, type Administration } from './admin/administration.ts';
import type { NewKey } from './admin/key-store.ts';
import { openUpkeep } from './admin/retention.ts';
import { openStores, type Stores } from './admin/stores.ts';
import { openWitnesses, type Witnesses } from './admin/witnesses.ts';
import { requireConfig, type LoadedConfig } from './config/load.ts';
import { listenControl } from './control/control-server.ts';
import { controlOperations, type ControlPorts, type Status } from './control/operations.ts';
import { probeDeployments, type ProbeResult } from './control/probe.ts';
import { statusOf, type StatusFacts } from './control/status.ts';
import { openHome, removeInstance, removeSocketFolder, socketPath, writeInstance, type Home } from './home.ts';
import { warmLanes, type WarmLanes } from './lanes/lane-pool.ts';
import { serveLanes, type ServedLanes } from './lanes/served-lanes.ts';
import { noProjections, startProjections, type Projections } from './projector/projector-host.ts';
import { openSampleDesk, type SampleDesk, type SampleDeskOptions } from './sample/sample-desk.ts';
import { openSampleHome } from './sample/sample-home.ts';
import { openSecurity, tamperOf, tellTamper, type Security } from './security/security-host.ts';
import { openTelemetry } from './telemetry/telemetry-host.ts';
import { storeSettings } from './store/settings.ts';
import { openObservedDesk } from './observed/observed-desk.ts';
import { probePort } from './lanes/probe-port.ts';
import { VERSION } from './version.ts';
import { watchConfig, type ConfigWatchOptions } from './watch-config.ts';
import { contentDigest, type FileWatch, type WatchOptions } from './watch-file.ts';
import type { Say } from './logging/events.ts';
import type { Log } from './logging/open-log.ts';

export interface ServerOptions {
  /** Reads the configuration: once now, and again for each reload. Throws nothing; problems are in the result. */
  readonly load: () => LoadedConfig;
  /** File to watch for changes; absent where the configuration has none. */
  readonly file?: string;
  /** How the file is watched, where the usual does not fit. */
  readonly watch?: Pick<WatchOptions, 'lookMs' | 'goneMs' | 'watch'>;
  readonly homeFolder: string;
  readonly host?: string;
  readonly port?: number;
  readonly lanes?: number;
  /** Threads that were started ahead; those that are not needed end with the start. */
  readonly warm?: WarmLanes;
  /** For so long nothing but calls has the processor: the tables begin after it. */
  readonly firstCallMs?: number;
  /** Port of the console and the control API. */
  readonly controlPort?: number;
  /** Where the built console lies; absent: the API is served without it. */
  readonly consoleFolder?: string;
  /** The sample organisation beside it; absent: it shows none. */
  readonly sample?: Pick<SampleDeskOptions, 'wanted' | 'calls' | 'rests' | 'deal'>;
  /** How commands are typed where it is started; absent: by their name alone. */
  readonly command?: CommandForm;
  /** A certificate authority to trust beside the built-in ones (the lab's). */
  readonly trust?: string;
  /** Milliseconds that calls in flight get when the server stops. */
  readonly drainMs?: number;
  /** What an operator should know while it runs. */
  readonly say: Say;
  /** Where `say` leads, to go on as the configuration says; absent: it does not ask one. */
  readonly log?: Pick<Log, 'use' | 'dropped'>;
}

export interface RunningServer {
  readonly origin: string;
  /** Origin of the console and the control API; null when the configuration switches them off. */
  readonly consoleOrigin: string | null;
  /** A link that opens one session of the console within five minutes; null where there is none. */
  consoleLink(): string | null;
  readonly home: Home;
  readonly vkey: string;
  /** Calls of an earlier run that this start closed as interrupted. */
  readonly interrupted: number;
  readonly administration: Administration;
  /** Makes a key as `administration.createKey` does, and revokes those made before it for the same purpose. */
  replaceKey(asked: NewKey & { readonly purpose: 'start' }): Promise<string>;
  reload(cause: string, by?: Actor): Promise<Activated>;
  /** One minimal call to each of these deployments, or to all when none is named. */
  probe(deployments: readonly string[]): Promise<readonly ProbeResult[]>;
  status(): Promise<Status>;
  /** Null where it shows none. Nothing is done until it is told to begin. */
  readonly sample: SampleDesk | null;
  /** Tables folded from the journal, and what they can be asked. They come up after the gateway listens. */
  readonly projections: Projections;
  /** Stops accepting, drains, flushes. Calling it twice waits for the same end. */
  stop(): Promise<void>;
  /** Resolves when the server has stopped; rejects when it had to. */
  readonly stopped: Promise<void>;
}

const DRAIN_MS = 30_000;
/** Then a lane can take over from another also where there is only one. */
const SHARES_PORTS = process.platform === 'linux';

/** Throws CONFIG_INVALID, CONFIG_SECRET, FOLDER_LOCKED, PORT_TAKEN, VAULT_UNREADABLE, SOCKET_BLOCKED or a journal error; nothing stays open then. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const started = systemClock.wall();
  await using undo = new AsyncDisposableStack();
  using warm = options.warm ?? warmLanes(options.lanes ?? 1);
  const known = options.file === undefined ? undefined : contentDigest(options.file);
  const loaded = options.load();
  const config = requireConfig(loaded);
  const home = openHome(options.homeFolder, config.log);
  const host = options.host ?? config.listen.host;
  options.log?.use(config);
  const stores = await storesOf(config, home);
  undo.defer(() => stores.close());
  const security = undo.adopt(openSecurity(stores, config, options.say), (opened) => opened.close());
  const port = await probePort(host, options.port ?? config.listen.port);
  const administration = createAdministration(stores, loaded);
  const telling = { ...options, unwritten: security.unwritten };
  const alerting = undo.adopt(openAlerting(stores, config, telling), (opened) => opened.stop());
  const { alert } = alerting;
  const lanes = await serveLanes(stores, administration, { ...options, warm, alert });
  undo.defer(() => lanes.drain(options.drainMs ?? DRAIN_MS));
  await administration.begin();
  const named = config.journal.witnesses;
  const witnesses = undo.adopt(openWitnesses(home.journal, named, { alert, say: options.say }), (one) => one.stop());
  await lanes.listen({ host, port, reusePort: lanes.count > 1 || SHARES_PORTS });
  administration.connect(lanes.activate);
  alerting.watch(() => lanes.limits());
  security.watch(lanes.happened);
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const reload = reloading(options, administration, { witnesses, security, alerting });
  const watch = watching(options, known, { reload, warnings: administration.warnings(), say: options.say, alert });
  undo.defer(() => watch?.close());
  const projections = undo.adopt(openProjections(config, home, options), (opened) => opened.close());
  const seen = { watch: () => watch?.state() ?? null, witnesses: () => witnesses.states().map((one) => ({ ...one })) };
  const about = { origin, started, source: loaded.source };
  const status = () => statusNow(stores, administration, lanes, { ...about, ...seen, projections, security });
  const ending = createEnding();
  const upkeep = undo.adopt(openUpkeep(stores.recorder, administration.config, options.say), (opened) => opened.stop());
  const sample = openSample(options, undo);
  const telemetry = undo.adopt(openTelemetry(stores, config, options.say), (opened) => opened.close()).text;
  const probe = (names: readonly string[]) => probeDeployments(administration, origin, names);
  const ports = { ...upkeep.ports, testSecurity: security.test, stop: () => void ending.stop() };
  const operations = { administration, status, reload, probe, projections, purge: lanes.purge, ...ports };
  const parts = { ...seen, alerting, telemetry, security, status, sample, stores, administration, lanes, projections };
  const api = await openFaces(options, undo, { ...parts, operations, home, config, port, origin, started });
  undo.defer(() => stores.leaving());
  ending.keep(undo.move());
  lanes.failed.catch(ending.fail);
  stores.recorder.ended.catch((error: unknown) => {
    const tampered = tamperOf(error);
    if (tampered !== null) security.tell(tampered);
    ending.fail(error);
  });
  return {
    origin,
    consoleOrigin: api.origin?.origin ?? null,
    consoleLink: () => api.link()?.url ?? null,
    home,
    vkey: stores.journal.vkey,
    interrupted: stores.interrupted,
    administration,
    replaceKey: (asked) => replace(administration, asked),
    reload,
    probe,
    status,
    projections,
    sample,
    stop: ending.stop,
    stopped: ending.stopped,
  };
}

async function statusNow(
  stores: Stores,
  administration: Administration,
  lanes: ServedLanes,
  { projections, security, watch, witnesses, ...about }: StatusParts,
): Promise<Status> {
  const [tables, destinations] = await Promise.all([projections.state(), security.states()]);
  const parts = { watch: watch(), witnesses: witnesses(), projections: tables, security: destinations };
  return statusOf(stores, administration, lanes, { ...about, ...parts });
}

interface StatusParts extends Pick<StatusFacts, 'origin' | 'started' | 'source'> {
  readonly projections: Projections;
  readonly security: Security;
  readonly watch: () => StatusFacts['watch'];
  readonly witnesses: () => StatusFacts['witnesses'];
}

/** A log that is not as it was sealed is told of before the start fails. */
async function storesOf(config: Config, home: Home): Promise<Stores> {
  const { node, organisation, journal } = config;
  try {
    return await openStores({ home, node, organisation, build: VERSION, durability: journal.durability });
  } catch (error) {
    await tellTamper(config, error);
    throw error;
  }
}

/** Takes up what is configured now; what is refused changes nothing, and a SIEM hears of it. */
const reloading =
  (
    { load, log }: ServerOptions,
    administration: Administration,
    { witnesses, security, alerting }: { witnesses: Witnesses; security: Security; alerting: Alerting },
  ): RunningServer['reload'] =>
  async (cause, by) => {
    try {
      const activated = await administration.reload(load(), cause, by);
      await witnesses.use(administration.config().journal.witnesses);
      for (const one of [alerting, log, security]) one?.use(administration.config());
      return activated;
    } catch (error) {
      const { code } = toAppError(error);
      const who = by === undefined ? {} : { by };
      security.tell({
        event: 'config_refused',
        message: `a configuration was refused (${code}): ${cause}`,
        code,
        ...who,
      });
      throw error;
    }
  };

/** The file that the configuration came from, watched; undefined where it came from none. */
const watching = (
  { file, watch }: ServerOptions,
  known: string | undefined,
  more: Omit<ConfigWatchOptions, 'known'>,
): FileWatch | undefined => (file === undefined ? undefined : watchConfig(file, { ...watch, ...more, known }));

function openProjections(config: Config, home: Home, { say, firstCallMs: afterMs = 0 }: ServerOptions): Projections {
  const settings = storeSettings(config.projections, home.log, home.projections);
  return settings === null ? noProjections : startProjections({ home, settings, say, afterMs });
}

function openSample({ sample, homeFolder, say }: ServerOptions, undo: AsyncDisposableStack): SampleDesk | null {
  if (sample === undefined) return null;
  const desk = openSampleDesk({ ...sample, home: openSampleHome(homeFolder), now: () => systemClock.wall(), say });
  undo.defer(() => desk.close());
  return desk;
}

interface FaceParts extends Pick<
  OpenControlOptions,
  'administration' | 'lanes' | 'projections' | 'status' | 'witnesses' | 'sample' | 'alerting' | 'telemetry' | 'security'
> {
  readonly stores: Stores;
  readonly operations: ControlPorts;
  readonly home: Home;
  readonly config: Config;
  /** Of the gateway. */
  readonly port: number;
  readonly origin: string;
  readonly started: number;
}

/** The control API on its listener and on the control socket, and the file by which the command line finds both. */
async function openFaces(
  options: ServerOptions,
  undo: AsyncDisposableStack,
  { operations, home, config, port, origin, started, ...ports }: FaceParts,
): Promise<OpenControl> {
  const api = await openControl({
    ...ports,
    observed: openObservedDesk(ports.stores),
    config: config.control,
    command: options.command ?? PLAIN_FORM,
    gatewayOrigin: origin,
    gateway: { port, named: (options.port ?? config.listen.port) !== 0 },
    say: options.say,
    log: options.log ?? null,
    ...(options.controlPort === undefined ? {} : { port: options.controlPort }),
    ...(options.consoleFolder === undefined ? {} : { consoleFolder: options.consoleFolder }),
  });
  undo.defer(() => api.close());
  const control = await listenControl(socketPath(home), controlOperations(operations), api.onSocket);
  undo.defer(async () => {
    await control.close();
    removeSocketFolder(home, control.path);
  });
  const consoleOrigin = api.origin?.origin ?? null;
  writeInstance(home, { pid: process.pid, origin, consoleOrigin, socket: control.path, started, version: VERSION });
  undo.defer(() => removeInstance(home));
  return api;
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

async function replace(administration: Administration, asked: NewKey & { readonly purpose: 'start' }): Promise<string> {
  const before = administration.keys().filter((key) => key.purpose === asked.purpose && !key.revoked);
  const { key } = await administration.createKey(asked);
  for (const old of before) await administration.revokeKey(old.id, 'replaced by the next start');
  return key;
}
