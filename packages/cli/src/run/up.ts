// `up`: starts the server, and the lab where nothing else is configured; says how to use it; stays until told to stop.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError, toAppError } from '@weighbridge/kernel';
import { marketConfiguration, startLab, type RunningLab } from '@weighbridge/lab';
import type { LoadedConfig, RunningServer, ServerOptions } from '@weighbridge/server';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { CONSOLE_FOLDER, DEFAULT_CONFIG, homeFolder } from '../read/folders.ts';
import { parseCount } from '../read/instants.ts';
import { removeLab, writeLab } from '../read/lab-place.ts';
import type { OpenMarket } from '../read/market.ts';
import { buildConsole, type StopBuild } from './console-build.ts';
import { commandForm } from '../read/command-form.ts';
import { greeting } from './greeting.ts';
import type { MarketFacts } from './market-words.ts';
import { openUpLog, type UpLog } from './up-log.ts';
import { sampleBeside, sampleOptions } from './sample-beside.ts';

/** Whoever pastes the printed line at once has an answer by then; what takes the processor's time begins after it. */
const FIRST_CALL_MS = 1_500;

/** What to serve, and where it was said. */
interface Plan {
  readonly load: () => LoadedConfig;
  readonly file?: string;
  readonly lab?: RunningLab;
  readonly market?: OpenMarket;
}

export const run: Run = async (context) => {
  // Its code is loaded while the rest begins.
  const logging = openUpLog(context);
  try {
    return await serveUntilStopped(context, logging);
  } catch (error) {
    return (await logging).failed(error);
  } finally {
    await logging.then((log) => log.close());
  }
};

async function serveUntilStopped(context: Context, logging: Promise<UpLog>): Promise<number> {
  const named = text(context, 'config');
  const file = resolve(context.workingFolder, named ?? DEFAULT_CONFIG);
  const inLab = named === undefined && !flag(context, 'live') && !existsSync(file);
  refuseScenario(context, inLab, file);
  // What takes its time goes side by side: the clouds' code in a process of their own, the lanes' in threads of theirs, and
  // here the server's, the scenario and the prices. Nothing listens before the scenario is read and found sound.
  const loading = import('@weighbridge/server');
  const opening = inLab ? loading.then(() => marketOf(context)) : undefined;
  const starting = opening && startLab(labOptions(context), asOffered(opening));
  starting?.catch(() => undefined); // It is awaited below; a failure must not end the process before that.
  const { startServer, warmLanes, openPrices } = await loading;
  const { problemLine } = await import('@weighbridge/document');
  const log = await logging;
  const listening = listenOptions(context);
  using warm = warmLanes(listening.lanes ?? 1);
  const market = await opening;
  if (market !== undefined)
    (await import('../read/market-prices.ts')).requirePrices(market.plan, () => openPrices(market.priceFiles));
  else openPrices([]);
  const lab = await starting;
  const plan = await planOf(context, log, file, lab, market);
  let stopBeside: StopBuild | null = null;
  try {
    const server = await startServer({
      load: plan.load,
      ...(plan.file === undefined ? {} : { file: plan.file }),
      ...(plan.lab === undefined
        ? {}
        : { trust: plan.lab.endpoints.caFile, sample: sampleOptions(context, market?.deal) }),
      homeFolder: homeFolder(context),
      ...listening,
      ...(plan.lab === undefined ? {} : { firstCallMs: FIRST_CALL_MS }),
      command: commandForm(context),
      warm,
      say: log.say,
      log,
    });
    for (const problem of server.administration.warnings()) {
      if (plan.lab !== undefined) continue;
      log.say(`warning: ${problemLine(plan.file ?? 'configuration', problem)}`, 'config.warning');
    }
    if (plan.lab !== undefined) writeLab(context, plan.lab.endpoints);
    await greet(context, log, server, plan);
    stopBeside = startBeside(context, log, server);
    return await serve(context, log, server);
  } finally {
    stopBeside?.();
    if (plan.lab !== undefined) removeLab(context, plan.lab.endpoints);
    await plan.lab?.stop();
  }
}

/** The file where there is one; with `--live` alone the environment; else the lab. */
async function planOf(
  context: Context,
  log: UpLog,
  file: string,
  lab: RunningLab | undefined,
  market: OpenMarket | undefined,
): Promise<Plan> {
  const { checkConfigFile, checkConfigValue } = await import('@weighbridge/server');
  if (lab !== undefined && market !== undefined) {
    const configuration = marketConfiguration(lab.endpoints, market.plan, market.priceFiles);
    const source = `the lab, scenario ${market.plan.scenario}`;
    return { load: () => checkConfigValue(source, configuration, context.workingFolder, Date.now()), lab, market };
  }
  if (text(context, 'config') === undefined && !existsSync(file)) {
    return (await import('./live-plan.ts')).livePlan(context);
  }
  if (flag(context, 'live'))
    log.note(`--live adds nothing to ${file}: the file says what is called.`, 'config.warning');
  return { load: () => checkConfigFile(file, Date.now()), file };
}

const marketOf = async (context: Context): Promise<OpenMarket> =>
  (await import('../read/market.ts')).openMarket(context);

const asOffered = async (opening: Promise<OpenMarket>): Promise<OpenMarket['plan']> => (await opening).plan;

/** A scenario is what the simulated clouds run; where none are started, nobody would run it. */
function refuseScenario(context: Context, inLab: boolean, file: string): void {
  if (inLab || text(context, 'scenario') === undefined) return;
  const says = flag(context, 'live') && !existsSync(file) ? '--live' : file;
  throw new AppError('USAGE', `--scenario is for the simulated clouds, and ${says} says what is called`, {
    next: 'leave one of the two out',
  });
}

/** What this start runs, and what of it differs from the last one in this folder; remembers it for the next. */
async function factsOf(context: Context, log: UpLog, market: OpenMarket): Promise<MarketFacts> {
  const { plan } = market;
  (await import('../read/market.ts')).dropOtherPrices(context, market);
  const { keepPlan, lastPlan } = await import('../read/last-scenario.ts');
  const { changesText, marketChanges, marketFacts } = await import('./market-words.ts');
  const before = lastPlan(context);
  keepPlan(context, plan);
  const changes = before === undefined ? [] : marketChanges(before, plan);
  if (before === undefined || changes.length === 0) return marketFacts(plan);
  const changed = { before: before.scenario, changes };
  log.note(changesText(plan.scenario, changed), 'config.activated');
  return { ...marketFacts(plan), changed };
}

function labOptions(context: Context): Parameters<typeof startLab>[0] {
  const mode = text(context, 'latency') as 'zero' | 'fixed' | 'realistic' | undefined;
  const corpus = context.env['WEIGHBRIDGE_CORPUS'];
  return {
    folder: join(homeFolder(context), 'lab', 'run'),
    seed: parseCount(text(context, 'seed'), 'seed', 0, 999_999_999) ?? 1,
    ...(mode === undefined ? {} : { latency: { mode } }),
    ...(corpus === undefined ? {} : { corpus }),
  };
}

function listenOptions(
  context: Context,
): Pick<ServerOptions, 'host' | 'port' | 'controlPort' | 'consoleFolder' | 'lanes' | 'drainMs'> {
  const host = text(context, 'host');
  const port = parseCount(text(context, 'port'), 'port', 0, 65_535);
  const controlPort = parseCount(text(context, 'console-port'), 'console-port', 0, 65_535);
  const lanes = parseCount(text(context, 'lanes'), 'lanes', 1, 64);
  const drain = parseCount(text(context, 'drain'), 'drain', 0, 3_600);
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(controlPort === undefined ? {} : { controlPort }),
    consoleFolder: CONSOLE_FOLDER,
    ...(lanes === undefined ? {} : { lanes }),
    ...(drain === undefined ? {} : { drainMs: drain * 1000 }),
  };
}

async function greet(context: Context, log: UpLog, server: RunningServer, { lab, file, market }: Plan): Promise<void> {
  const key = lab === undefined ? null : await server.replaceKey({ name: 'lab', purpose: 'start' });
  const status = await server.status();
  const facts = {
    origin: server.origin,
    log: status.log,
    simulated: status.simulated,
    config: status.config.digest,
    key,
    console: server.consoleLink(),
    journal: server.home.journal,
    vkey: server.vkey,
    interrupted: server.interrupted,
    budget: status.budget,
    pid: process.pid,
    ...(market === undefined ? {} : { scenario: await factsOf(context, log, market) }),
    ...(lab === undefined ? {} : { lab: { admin: lab.endpoints.admin, clouds: lab.endpoints.clouds } }),
  };
  const { origin, console: _link, key: _key, pid, interrupted, config } = facts;
  const consoleOrigin = server.consoleOrigin ?? undefined;
  const told = { origin, console: consoleOrigin, log: facts.log, config, pid, interrupted, simulated: facts.simulated };
  log.record(`listening at ${origin}`, 'server.started', told);
  const models = server.administration.snapshot().routes.map((route) => route.id);
  const shown = greeting({
    ...facts,
    version: status.version,
    fromFile: file !== undefined,
    models,
    keys: server.administration.keys(),
    listed: Object.keys(server.administration.config().keys),
    command: commandForm(context),
  });
  if (context.out.json) context.out.line(facts, () => '');
  // What is shown to a person opens the console and bears a key: it belongs into no collector of logs.
  else if (log.format() === 'text') context.out.data(facts, () => shown);
}

/** The console's build and the sample organisation, which is made later and removed at once. Returns what ends them. */
function startBeside(context: Context, log: UpLog, server: RunningServer): StopBuild {
  const removed = flag(context, 'no-sample');
  if (removed) sampleBeside(context, log, server.sample);
  let stopBuild: StopBuild | undefined;
  const later = setTimeout(() => {
    if (server.consoleOrigin !== null) stopBuild = buildConsole(log);
    if (!removed) sampleBeside(context, log, server.sample);
  }, FIRST_CALL_MS);
  return () => {
    clearTimeout(later);
    stopBuild?.();
  };
}

/** Until a signal, a `stop`, or a failure. */
async function serve(context: Context, log: UpLog, server: RunningServer): Promise<number> {
  const reload = (): void => {
    server.reload('SIGHUP', { via: 'signal' }).then(
      ({ changed }) =>
        changed
          ? log.say('the configuration was reloaded', 'config.activated')
          : log.say('the configuration has not changed', 'config.unchanged'),
      (error: unknown) =>
        log.say(
          `the configuration was not taken, the old one stays in force: ${toAppError(error).message}`,
          'config.refused',
          { 'error.type': toAppError(error).code },
        ),
    );
  };
  // A terminal that closes ends what runs in it; a service that is told to hang up reads its file again.
  const hangUp = (): void => (context.out.interactive ? void server.stop() : reload());
  process.on('SIGHUP', hangUp);
  const ask = (): void => {
    log.note('Stopping: no new calls; those in flight finish first.', 'server.stopping');
    void server.stop();
  };
  if (context.signal.aborted) ask();
  context.signal.addEventListener('abort', ask, { once: true });
  try {
    await server.stopped;
  } finally {
    process.off('SIGHUP', hangUp);
  }
  log.record('stopped', 'server.stopped');
  return context.signal.reason === 'SIGINT' ? 130 : 0;
}
