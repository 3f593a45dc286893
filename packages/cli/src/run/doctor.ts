// `doctor`: a list of checks. Each says what it looked at and what it found; each that failed gives the exact command
// or line that mends it. The exit code is that of the first failure.
import { problemLine } from '@weighbridge/document';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isAppError, toAppError } from '@weighbridge/kernel';
import { openJournal } from '@weighbridge/journal';
import { shellWord } from '@weighbridge/protocol';
import {
  askControl,
  checkConfigFile,
  checkCredentials,
  findCredentials,
  probePort,
  recentAlerts,
  startServer,
  type Instance,
  type LoadedConfig,
  type ProbeResult,
  type Status,
} from '@weighbridge/server';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { count, duration, instant } from '../frame/text-table.ts';
import { typed } from '../read/command-form.ts';
import { DEFAULT_CONFIG, homeFolder } from '../read/folders.ts';
import { problemsWithKeys } from '../read/key-entries.ts';
import { placeOf } from '../read/place.ts';
import { livePlan } from './live-plan.ts';
import { destinationText } from './security-events.ts';
import { witnessText } from './status.ts';

interface Check {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly message: string;
  readonly mend?: string;
}

interface Found {
  readonly checks: Check[];
  /** Exit codes of failures, in order. */
  readonly exits: number[];
}

export const run: Run = async (context) => {
  const found: Found = { checks: [], exits: [] };
  checkNode(found);
  const { instance } = placeOf(context);
  const loaded = checkConfiguration(context, found);
  checkHome(context, found);
  await checkListening(context, found, instance, loaded);
  checkEnvironment(context, found, loaded);
  await checkConfigured(context, found, loaded);
  checkJournal(context, found);
  await checkLive(context, found, instance, loaded);
  context.out.data(found.checks, () => describe(context, found.checks));
  return found.exits[0] ?? 0;
};

function add(found: Found, check: string, state: Check['state'], message: string, mend?: string, exit = 4): void {
  found.checks.push({ check, state, message, ...(mend === undefined ? {} : { mend }) });
  if (state === 'failed') found.exits.push(exit);
}

/** An older one never comes this far: the command line refuses it. */
function checkNode(found: Found): void {
  add(found, 'Node', 'ok', `version ${process.versions.node}`);
}

function checkConfiguration(context: Context, found: Found): LoadedConfig | undefined {
  const named = text(context, 'config');
  const file = resolve(context.workingFolder, named ?? DEFAULT_CONFIG);
  if (named === undefined && !existsSync(file)) {
    add(
      found,
      'configuration',
      'ok',
      `no ${DEFAULT_CONFIG} here: \`up\` starts simulated clouds, and nothing real is called`,
    );
    return undefined;
  }
  try {
    const loaded = checkConfigFile(file, Date.now());
    const errors = loaded.problems.filter((problem) => problem.severity === 'error');
    const [first] = errors;
    if (first === undefined) add(found, 'configuration', 'ok', `${file} is good`);
    else
      add(
        found,
        'configuration',
        'failed',
        `${problemLine(file, first)}${errors.length > 1 ? `, and ${errors.length - 1} more` : ''}`,
        typed(context, `weighbridge config check --config ${shellWord(file)}`),
      );
    for (const problem of problemsWithKeys(context, loaded)) {
      if (problem.severity === 'warning') add(found, 'configuration', 'warning', problemLine(file, problem));
    }
    return loaded;
  } catch (error) {
    const failure = toAppError(error);
    add(
      found,
      'configuration',
      'failed',
      failure.message,
      typed(context, `weighbridge config check --config ${shellWord(file)}`),
      failure.row.exit,
    );
    return undefined;
  }
}

function checkHome(context: Context, found: Found): void {
  const folder = homeFolder(context);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const others = statSync(folder).mode & 0o077;
    if (others === 0 || process.platform === 'win32') add(found, 'folder', 'ok', `${folder} is ours alone`);
    else add(found, 'folder', 'warning', `${folder} can be opened by other users`, `chmod 700 ${folder}`);
  } catch (error) {
    add(
      found,
      'folder',
      'failed',
      `${folder} cannot be made: ${toAppError(error).message}`,
      `mkdir -p ${folder} && chmod 700 ${folder}   (or name another with --home)`,
    );
  }
}

async function checkListening(
  context: Context,
  found: Found,
  instance: Instance | undefined,
  loaded: LoadedConfig | undefined,
): Promise<void> {
  if (instance !== undefined) {
    try {
      const status = await askControl<Status>(instance.socket, 'GET', '/status');
      add(
        found,
        'instance',
        'ok',
        `process ${instance.pid} listens at ${instance.origin}${status.simulated ? ' (simulated)' : ''}`,
      );
      checkWitnesses(context, found, status);
      checkDestinations(context, found, status);
    } catch (error) {
      const { code, message, next } = toAppError(error);
      // It lives, and takes calls as fast as the machine lets it: nobody is helped by its end.
      if (code === 'LANE_BUSY') return add(found, 'instance', 'warning', `process ${instance.pid}: ${message}`, next);
      add(
        found,
        'instance',
        'failed',
        `process ${instance.pid} does not answer: ${message}`,
        `kill ${instance.pid}; ${typed(context, 'weighbridge up')}`,
        5,
      );
    }
    return;
  }
  const { host, port } = loaded?.config?.listen ?? { host: '127.0.0.1', port: 7411 };
  try {
    await probePort(host, port);
    add(found, 'instance', 'ok', `none runs; ${host}:${port} is free`);
  } catch (error) {
    add(
      found,
      'instance',
      'failed',
      `none runs, and ${toAppError(error).message}`,
      typed(context, `weighbridge up --port ${port + 1}`),
    );
  }
}

/** A witness that contradicts the log, or lies, is as grave as a damaged journal; one that is away costs its word. */
function checkWitnesses(context: Context, found: Found, { witnesses, journal }: Status): void {
  for (const witness of witnesses) {
    const { name, url, state, problem } = witness;
    const grave = state === 'contradicts' || state === 'lies';
    const mend = {
      unreachable: `curl ${url}/key   (does it run there?)`,
      refused: `tell the operator of ${name} this log's key: ${journal.vkey}`,
      contradicts: `${typed(context, 'weighbridge verify')}   (then ask the operator of ${name} for what it remembers)`,
      lies: `take ${name} out of journal.witnesses, and ask its operator`,
    };
    const how = state === 'waiting' || state === 'cosigning' ? undefined : mend[state];
    const result = grave ? 'failed' : problem === undefined ? 'ok' : 'warning';
    add(found, 'witness', result, `${name}: ${witnessText(witness)}`, how, 3);
  }
}

/** One that takes nothing misses what is in no log, and is behind in what is. */
function checkDestinations(context: Context, found: Found, { security }: Status): void {
  for (const to of security) {
    const well = to.problem === null && to.dropped === 0;
    const how = well ? undefined : typed(context, `weighbridge security-events --test ${to.name}`);
    add(found, 'security', well ? 'ok' : 'warning', `${to.name}: ${destinationText(to)}`, how);
  }
}

/** What the environment offers: names only, never a value. */
function checkEnvironment(context: Context, found: Found, loaded: LoadedConfig | undefined): void {
  const offered = findCredentials(context.env);
  if (offered.length === 0) add(found, 'environment', 'ok', 'no credentials for real clouds in it');
  for (const { party, source, offers, missing } of offered) {
    const use = loaded === undefined ? 'used only with --live' : `used only where ${DEFAULT_CONFIG} names it`;
    if (offers === null)
      add(found, 'environment', 'warning', `${party}: ${source} is there, but something is missing`, missing);
    else add(found, 'environment', 'ok', `${party}: ${source} is there; ${use}`);
  }
}

async function checkConfigured(context: Context, found: Found, loaded: LoadedConfig | undefined): Promise<void> {
  if (loaded?.config === undefined) return;
  for (const report of await checkCredentials(loaded.config, context.env)) {
    if (report.usable) add(found, 'credential', 'ok', `"${report.name}" (${report.kind}) can be had`);
    else
      add(
        found,
        'credential',
        'failed',
        `"${report.name}" (${report.kind}) cannot be had: ${report.why ?? 'no reason was given'}`,
        `correct \`credentials.${report.name}\`, or set what it names`,
      );
  }
}

function checkJournal(context: Context, found: Found): void {
  const { home } = placeOf(context);
  if (!existsSync(home.journal)) return add(found, 'journal', 'ok', `none yet; \`up\` makes it in ${home.root}`);
  try {
    const journal = openJournal(home.journal, { vault: home.vault });
    const { size, origin } = journal.checkpoint();
    const alerts = recentAlerts(journal, Date.now());
    journal.close();
    add(found, 'journal', 'ok', `${origin}: ${count(size)} entries under a good checkpoint`);
    for (const { at, message } of alerts) add(found, 'alert', 'warning', `${instant(at)}: ${message}`);
  } catch (error) {
    const failure = toAppError(error);
    add(
      found,
      'journal',
      'failed',
      failure.message,
      typed({ ...context, options: { ...context.options, log: home.log } }, 'weighbridge verify'),
      failure.row.exit,
    );
  }
}

/** One minimal call per deployment, through the running instance, else through one that lives for this check. */
async function checkLive(
  context: Context,
  found: Found,
  instance: Instance | undefined,
  loaded: LoadedConfig | undefined,
): Promise<void> {
  if (!flag(context, 'live'))
    return add(found, 'calls', 'skipped', 'no call was made', typed(context, 'weighbridge doctor --live'));
  try {
    const probes =
      instance === undefined
        ? await probeAlone(context, loaded)
        : (await askControl<{ probes: ProbeResult[] }>(instance.socket, 'POST', '/probe', {})).probes;
    for (const probe of probes) {
      const seen = `${probe.deployment}: ${probe.ok ? `answered as ${probe.model ?? 'an unnamed model'} in ${duration(probe.ms)}` : (probe.problem ?? 'it did not answer')}`;
      add(
        found,
        'calls',
        probe.ok ? 'ok' : 'failed',
        seen,
        probe.ok || probe.receipt === null ? undefined : typed(context, `weighbridge explain ${probe.receipt}`),
        5,
      );
    }
  } catch (error) {
    const failure = toAppError(error);
    add(found, 'calls', 'failed', failure.message, isAppError(error) ? failure.next : undefined, failure.row.exit);
  }
}

async function probeAlone(context: Context, loaded: LoadedConfig | undefined): Promise<readonly ProbeResult[]> {
  const plan = loaded === undefined ? livePlan(context) : { load: () => loaded };
  const server = await startServer({
    load: plan.load,
    homeFolder: homeFolder(context),
    port: 0,
    say: (message) => context.out.note(message),
  });
  try {
    return await server.probe([]);
  } finally {
    await server.stop();
  }
}

function describe(context: Context, checks: readonly Check[]): string {
  const { paint } = context.out;
  const marks = {
    ok: paint.good('ok     '),
    warning: paint.doubt('warning'),
    failed: paint.bad('FAILED '),
    skipped: paint.dim('skipped'),
  };
  const size = Math.max(...checks.map((check) => check.check.length));
  return checks
    .map(
      (check) =>
        `${marks[check.state]}  ${check.check.padEnd(size)}  ${check.message}${check.mend === undefined ? '' : `\n${' '.repeat(11 + size)}mend: ${check.mend}`}`,
    )
    .join('\n');
}
