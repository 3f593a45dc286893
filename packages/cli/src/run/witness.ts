// `witness`: stands witness for logs, in a process with a key and a memory of its own. Logs submit their checkpoints to it,
// and it goes to those whose address it was given. It says what it does; what contradicts its memory it says loudest.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { AppError } from '@weighbridge/kernel';
import {
  followOnce,
  knownLogs,
  openWitnessStore,
  parseKnownParties,
  serveWitness,
  trustOf,
  Witness,
  type Followed,
  type KnownLog,
  type PolicyLog,
  type WitnessStore,
} from '@weighbridge/journal';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { count, pairs } from '../frame/text-table.ts';
import { homeFolder } from '../read/folders.ts';
import { keyText } from '../read/evidence.ts';
import { parseCount } from '../read/instants.ts';
import { createTeller, type Teller } from './witness-teller.ts';

const PORT = 7420;
const EVERY_S = 60;

interface Standing {
  readonly context: Context;
  readonly store: WitnessStore;
  readonly witness: Witness;
  readonly logs: ReadonlyMap<string, KnownLog>;
  readonly tell: Teller;
}

export const run: Run = async (context) => {
  const logs = logsOf(context);
  const name = text(context, 'name');
  const store = openWitnessStore(join(homeFolder(context), 'witness'), name === undefined ? {} : { name });
  try {
    const tell = createTeller(context);
    const once = flag(context, 'once');
    // A single look tells itself what came of it.
    const witness = new Witness({ memory: store, logs, onEvent: (event) => once || tell(event) });
    const standing = { context, store, witness, logs, tell };
    return once ? await lookOnce(standing) : await stand(standing);
  } finally {
    store.close();
  }
};

/** From `--key` with or without `--follow`, and from the lines of `--logs`. Throws USAGE or CONFIG_INVALID. */
function logsOf(context: Context): ReadonlyMap<string, KnownLog> {
  const keys = many(context, 'key').map((key) => trustOf({ vkey: keyText(context, key) }).logs[0]);
  const url = text(context, 'follow');
  if (url !== undefined && keys.length !== 1)
    throw new AppError('USAGE', `--follow needs one --key, and ${keys.length} are given`, {
      next: 'give the one key of the log that is followed; for several logs write a file for --logs, `log VKEY URL` a line',
    });
  const given = keys.flatMap((key): PolicyLog[] =>
    key === undefined ? [] : [{ key, ...(url === undefined ? {} : { url }) }],
  );
  return knownLogs([...given, ...listed(context)]);
}

function listed(context: Context): readonly PolicyLog[] {
  const file = text(context, 'logs');
  if (file === undefined) return [];
  const path = resolve(context.workingFolder, file);
  try {
    return parseKnownParties(readFileSync(path)).logs;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('USAGE', `--logs: ${path} cannot be read: ${(error as Error).message}`, {
      next: 'give a file with a line `log VKEY [URL]` for each log',
      cause: error,
    });
  }
}

function many(context: Context, name: string): readonly string[] {
  const value = context.options[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

const withAddress = (logs: ReadonlyMap<string, KnownLog>): readonly KnownLog[] =>
  [...logs.values()].filter(({ url }) => url !== undefined);

/** One look at every log with an address: 0 when all are as they were or have grown, 3 when one is not, 5 when one is away. */
async function lookOnce({ context, witness, logs, store, tell }: Standing): Promise<number> {
  const followed = withAddress(logs);
  if (followed.length === 0)
    throw new AppError('USAGE', '--once looks at logs, and no address of one is given', {
      next: 'add --follow URL, such as http://127.0.0.1:7411/log',
    });
  const looks: Followed[] = [];
  for (const log of followed) {
    const look = await followOnce(witness, log, { fetch });
    looks.push(look);
    tell({ what: look.outcome, ...look, file: store.pathOf(log.origin) });
  }
  context.out.note(`Remembered in ${store.folder}`);
  if (looks.some(({ outcome }) => outcome === 'inconsistent')) return 3;
  return looks.some(({ outcome }) => outcome === 'unreachable') ? 5 : 0;
}

/** Until it is interrupted. */
async function stand(standing: Standing): Promise<number> {
  const { context, witness, logs } = standing;
  const followed = withAddress(logs);
  const every = parseCount(text(context, 'every'), 'every', 1, 86_400) ?? EVERY_S;
  const alone = flag(context, 'follow-only');
  if (alone && followed.length === 0)
    throw new AppError('USAGE', '--follow-only goes to logs, and no address of one is given', {
      next: 'add --follow URL, or leave --follow-only out',
    });
  const host = text(context, 'host') ?? '127.0.0.1';
  const port = parseCount(text(context, 'port'), 'port', 0, 65_535) ?? PORT;
  const server = alone ? null : await serveWitness({ witness, host, port, hosts: many(context, 'hosts') });
  try {
    const named = host.includes(':') ? `[${host}]` : host;
    greet(standing, server === null ? null : `http://${named}:${server.port}`);
    await Promise.all([untilAborted(context.signal), ...followed.map((log) => follow(standing, log, every * 1_000))]);
  } finally {
    await server?.close();
  }
  return context.signal.reason === 'SIGTERM' ? 0 : 130;
}

function greet({ context, store, witness, logs }: Standing, url: string | null): void {
  const known = [...logs.values()].map(({ origin, url: at }) => {
    const remembered = witness.remembered(origin);
    return { origin, url: at ?? null, size: remembered?.size ?? null };
  });
  const { vkey } = witness;
  context.out.line({ event: 'standing', url, vkey, folder: store.folder, logs: known }, () =>
    [
      url === null
        ? 'The witness stands, and listens to nobody: it goes to the logs itself.'
        : `The witness listens at ${url}`,
      pairs([
        ['Public key', vkey],
        ['Memory', store.folder],
        ...known.map(({ origin, url: at, size }): [string, string] => [
          'Log',
          `${origin}, ${size === null ? 'not seen yet' : `${count(size)} entries remembered`}${at === null ? '' : `, followed at ${at}`}`,
        ]),
      ]),
      ...(url === null ? [] : [`A log is cosigned here once its configuration says:\n${configLines(url, vkey)}`]),
    ].join('\n'),
  );
}

const configLines = (url: string, vkey: string): string =>
  `  journal:\n    witnesses:\n      - url: ${url}\n        vkey: ${vkey}`;

async function follow({ context, witness, store, tell }: Standing, log: KnownLog, everyMs: number): Promise<void> {
  const { signal } = context;
  while (!signal.aborted) {
    const look = await followOnce(witness, log, { fetch });
    // What was cosigned the witness tells itself.
    if (look.outcome !== 'cosigned') tell({ what: look.outcome, ...look, file: store.pathOf(log.origin) });
    await setTimeout(everyMs, undefined, { signal }).catch(() => undefined); // Interrupted: the loop ends.
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve: end } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => end(), { once: true });
  // A listener for an abort keeps no process alive; a timer does, where no socket listens.
  const alive = setInterval(() => undefined, 60_000);
  await promise;
  clearInterval(alive);
}
