// Where an instance keeps its state. One folder per log kind, so that `live`, `lab` and `sample` can never share a
// journal, a vault or a lock by mistake. Everything is made with mode 0700: keys and records lie here.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { LogKind } from '@weighbridge/protocol';

/** The kernel's limit on a Unix socket's path is 108 bytes with its end (104 on macOS). */
const SOCKET_PATH_BYTES_MOST = 100;

export interface Home {
  readonly log: LogKind;
  /** `<home>/<log>`: everything of this log is below it. */
  readonly root: string;
  readonly journal: string;
  readonly vault: string;
  /** Contents that entries name by digest. */
  readonly blobs: string;
  /** What the running instance says of itself; gone when it stopped in order. */
  readonly instance: string;
  /** What limits have counted, with the log position up to which they have. */
  readonly limits: string;
  /** How far destinations of security events are in the log. */
  readonly marks: string;
  /** Calls that wait over restarts, and answers that are fetched. */
  readonly waiting: string;
  /** By which a start knows that calls went unsealed, and were not entered before the instance ended. */
  readonly bypass: string;
  /** Tables folded from the journal. They can be thrown away at any time. */
  readonly projections: string;
  /** Folder of the lab's run: its certificates and made-up credentials. */
  readonly lab: string;
}

export function openHome(folder: string, log: LogKind): Home {
  const root = resolve(folder, log);
  return {
    log,
    root,
    journal: join(root, 'journal'),
    vault: join(root, 'vault'),
    blobs: join(root, 'blobs'),
    instance: join(root, 'instance.json'),
    limits: join(root, 'limits.json'),
    marks: join(root, 'security-events.json'),
    waiting: join(root, 'waiting'),
    bypass: join(root, 'bypass.state'),
    projections: join(root, 'projections'),
    lab: join(root, 'run'),
  };
}

export function makeHome(home: Home): void {
  mkdirSync(home.root, { recursive: true, mode: 0o700 });
}

/** What a running instance writes down so that the command line finds it. */
export interface Instance {
  readonly pid: number;
  /** `http://127.0.0.1:7411`. */
  readonly origin: string;
  /** Of the console and the control API; null when they are switched off. */
  readonly consoleOrigin: string | null;
  readonly socket: string;
  readonly started: number;
  readonly version: string;
}

/**
 * A socket path short enough to bind and to be found from anywhere: in the home folder, else, where that lies too deep,
 * in the temporary folder under a name of its own.
 */
export function socketPath(home: Home): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\weighbridge-${digestOf(home.root)}`;
  const near = join(home.root, 'control.sock');
  if (Buffer.byteLength(near) <= SOCKET_PATH_BYTES_MOST) return near;
  const folder = join(tmpdir(), `weighbridge-${digestOf(home.root)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, 'control.sock');
}

/** Removes what `socketPath` made outside the home folder. */
export function removeSocketFolder(home: Home, path: string): void {
  if (process.platform !== 'win32' && !path.startsWith(home.root))
    rmSync(dirname(path), { recursive: true, force: true });
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

export function writeInstance(home: Home, instance: Instance): void {
  const next = `${home.instance}.next`;
  writeFileSync(next, `${JSON.stringify(instance)}\n`, { mode: 0o600 });
  renameSync(next, home.instance);
}

export function removeInstance(home: Home): void {
  rmSync(home.instance, { force: true });
}

/** The running instance, or undefined. A file left behind by a killed process does not count. */
export function readInstance(home: Home): Instance | undefined {
  if (!existsSync(home.instance)) return undefined;
  try {
    const instance = JSON.parse(readFileSync(home.instance, 'utf8')) as Instance;
    return isAlive(instance.pid) ? instance : undefined;
  } catch {
    return undefined; // Half written or foreign: whoever holds the folder lock is asked instead.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
