// Tells when a file's content has changed, however it is saved: in place, by renaming a new file over it, by swapping a
// link, in a folder that was deleted and made again. The operating system tells of changes in the folder at once; a look
// each second finds what it did not tell, and watches anew what was lost. A file that cannot be read is no change: the
// last content stays the known one, and whoever listens is told of the trouble and of its end.
import { createHash } from 'node:crypto';
import { readFileSync, statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import { systemClock, type Clock } from '@weighbridge/kernel';
import { DOCUMENT_BYTES_MOST } from '@weighbridge/document';

/** An editor may write a file in several steps; the last one counts. */
const SETTLE_MS = 80;
/** A file that is written without end is read all the same. */
const SETTLE_MOST_MS = 1_000;
const LOOK_MS = 1_000;
/** A file may be gone for a moment while it is replaced. */
const GONE_MS = 2_000;

/** `watching`: changes are told at once. `looking`: found within a second or so. `lost`: the file cannot be read. */
export interface WatchState {
  readonly file: string;
  readonly state: 'watching' | 'looking' | 'lost';
  /** UTC milliseconds. */
  readonly since: number;
  /** Why it is not `watching`. */
  readonly problem: string | null;
}

export interface FileWatch {
  state(): WatchState;
  close(): void;
}

export interface WatchOptions {
  /** After each change of content. */
  readonly changed: () => void;
  /** After each change of state. */
  readonly told: (state: WatchState) => void;
  /** Digest of the content that is known already; by default that of now. */
  readonly known?: string | undefined;
  readonly clock?: Clock;
  /** Milliseconds between looks. */
  readonly lookMs?: number;
  readonly goneMs?: number;
  /** Stands in for the operating system's watch. */
  readonly watch?: (folder: string, heard: (event: string, name: string | null) => void) => FSWatcher;
}

export const watchFile = (path: string, options: WatchOptions): FileWatch => new Watch(path, options);

/** Of a file's content; undefined where it cannot be read. */
export function contentDigest(path: string): string | undefined {
  try {
    return digestOf(path);
  } catch {
    return undefined; // Whether that is a trouble the next look tells.
  }
}

/** What is no file of a fit size is told by its outside, and never read: whoever loads it says what is wrong with it. */
function digestOf(path: string): string {
  const found = statSync(path);
  if (!found.isFile() || found.size > DOCUMENT_BYTES_MOST) return `unread: ${markOf(path)}`;
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

class Watch implements FileWatch {
  readonly #path: string;
  readonly #options: WatchOptions;
  readonly #clock: Clock;
  readonly #looks: NodeJS.Timeout;
  #digest: string | undefined;
  #mark = '';
  #watcher: FSWatcher | undefined;
  #settling: { readonly timer: NodeJS.Timeout; readonly since: number } | undefined;
  /** Since when (monotonic milliseconds) and why the file cannot be read. */
  #unread: { readonly since: number; readonly why: string } | null = null;
  /** Why the operating system does not watch the folder. */
  #unwatched: string | null = null;
  #state: WatchState;

  constructor(path: string, options: WatchOptions) {
    this.#path = path;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#digest = options.known ?? contentDigest(path);
    this.#state = { file: path, state: 'watching', since: this.#clock.wall(), problem: null };
    this.#looks = setInterval(() => this.#look(), options.lookMs ?? LOOK_MS).unref();
    this.#look();
  }

  state(): WatchState {
    return this.#state;
  }

  close(): void {
    clearInterval(this.#looks);
    clearTimeout(this.#settling?.timer);
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** Watches the folder where that is not done, and reads the file when it is not what it was. */
  #look(): void {
    if (this.#watcher === undefined) this.#arm();
    this.#tell();
    const mark = markOf(this.#path);
    if (this.#settling === undefined && (mark === '' || mark !== this.#mark)) this.#settle();
  }

  #arm(): void {
    const folder = dirname(this.#path);
    try {
      const watching = (this.#options.watch ?? watch)(folder, (_event, name) => this.#heard(name));
      watching.on('error', (error) => this.#failed(watching, error));
      this.#watcher = watching;
      this.#unwatched = null;
      this.#mark = ''; // What came between the last look and the new watch is looked for.
    } catch (error) {
      // No folder, no file: the reading of that one tells.
      this.#unwatched = (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : reasonOf(error);
    }
  }

  /** The next look watches anew. */
  #failed(watching: FSWatcher, error: unknown): void {
    watching.close();
    if (this.#watcher !== watching) return;
    this.#watcher = undefined;
    this.#unwatched = reasonOf(error);
    this.#tell();
  }

  #heard(name: string | null): void {
    if (name === null || name === basename(this.#path)) return this.#settle();
    if (name === basename(dirname(this.#path))) {
      // A folder that is deleted or moved away is told under its own name, and its watch is dead from then on.
      this.#watcher?.close();
      this.#watcher = undefined;
    }
    this.#look(); // A link that leads to the file may have been swapped.
  }

  #settle(): void {
    const now = this.#clock.monotonic();
    const since = this.#settling?.since ?? now;
    if (now - since > SETTLE_MOST_MS) return;
    clearTimeout(this.#settling?.timer);
    this.#settling = { timer: setTimeout(() => this.#read(), SETTLE_MS), since };
  }

  #read(): void {
    this.#settling = undefined;
    try {
      const mark = markOf(this.#path);
      const digest = digestOf(this.#path);
      this.#mark = mark;
      this.#unread = null;
      this.#tell();
      if (digest === this.#digest) return;
      this.#digest = digest;
    } catch (error) {
      this.#mark = '';
      this.#unread = { since: this.#unread?.since ?? this.#clock.monotonic(), why: reasonOf(error) };
      return this.#tell();
    }
    this.#options.changed();
  }

  /** Says once what state it is in; a file that is gone for a moment is no trouble yet. */
  #tell(): void {
    const unread = this.#unread;
    const goneMs = this.#options.goneMs ?? GONE_MS;
    if (unread !== null && this.#clock.monotonic() - unread.since < goneMs) return;
    const problem = unread?.why ?? this.#unwatched;
    const state = unread !== null ? 'lost' : problem === null ? 'watching' : 'looking';
    if (state === this.#state.state) return;
    this.#state = { file: this.#path, state, since: this.#clock.wall(), problem };
    this.#options.told(this.#state);
  }
}

/** What changes with each writing; empty while the file cannot be found. */
function markOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return ''; // Why, the reading of it tells.
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it is not there';
  if (code === 'EMFILE' || code === 'ENOSPC') return `the system has no watches left (${code})`;
  return code === undefined ? message : `it cannot be read (${code})`;
}
