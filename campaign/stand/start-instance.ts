// An instance in a process of its own, as a campaign holds it: started, watched for what it says, ended.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Instance {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly key: string;
  /** Calls of the life before that this start closed. */
  readonly interrupted: number;
  readonly vkey: string;
  /** Folder of the journal. */
  readonly journal: string;
  /** The end of what it said on standard error so far. */
  readonly said: () => string;
}

export interface InstanceOptions {
  readonly homeFolder: string;
  /** A JSON file. */
  readonly config: string;
  /** File of a certificate authority to trust. */
  readonly trust: string;
  /** Kills it after so long, wherever it is by then. */
  readonly killAfterMs?: number;
}

const START_MS = 60_000;
const SAID_BYTES = 16_384;
const MAIN = fileURLToPath(new URL('./instance.ts', import.meta.url));

/** Before the program's own file: it ends with whoever started it. Its standard input has to be a pipe. */
export const LEASH: readonly string[] = ['--import', new URL('./leash.ts', import.meta.url).href];

/** Of the pinned Node, with its compiled code kept; nothing else of our environment reaches it. */
export const CLEAN_ENVIRONMENT = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/weighbridge', import.meta.url)),
};

/** Resolves once it listens. Rejects, with what it said, when it refuses to start or does not within a minute. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const started = await tryInstance(options);
  if ('refused' in started) throw new Error(`the instance did not start: ${started.refused}`);
  return started;
}

/** As `startInstance`; an instance that ends before it listens is an answer. */
export function tryInstance({
  homeFolder,
  config,
  trust,
  killAfterMs,
}: InstanceOptions): Promise<Instance | { readonly refused: string }> {
  const child = spawn(process.execPath, [...LEASH, MAIN, homeFolder, config, trust], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: CLEAN_ENVIRONMENT,
  });
  child.stdin.on('error', () => undefined); // It is gone; its exit tells the story.
  if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => (text = (text + more).slice(-SAID_BYTES)));
  const said = (): string => text;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the instance did not start within ${START_MS / 1000} s\n${text}`));
    }, START_MS);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ refused: `it ended with ${code ?? signal}: ${text.trim()}` });
    });
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve({ child, said, ...(JSON.parse(line) as Omit<Instance, 'child' | 'said'>) });
    });
  });
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => child.once('exit', resolve));
}

export async function endInstance({ child }: Pick<Instance, 'child'>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await ended(child);
}
