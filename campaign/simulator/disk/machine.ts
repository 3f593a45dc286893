// One simulated machine: the part of the tree that is its disk, and what is wrong with it just now. Each call of a program
// on it is counted, so that a crash can come at any of them; a machine that is down executes nothing more, whatever the
// program that ran on it still tries.
import type { Random } from '../random.ts';
import { NameJournal, type FolderNode, type Node } from './folder-node.ts';
import { FileNode, type Loss } from './file-node.ts';

/** `kill`: the process is gone, what it wrote is seen by the next one. `power`: what was not synced is kept by chance. */
export type CrashKind = 'kill' | 'power';

/** Thrown out of every call once the machine is down. No error of the operating system looks like it. */
export class Crashed extends Error {
  override readonly name = 'Crashed';
}

export interface Faults {
  /** Writes that need new space are refused. */
  full: boolean;
  /** Chance that a read, write or sync fails with EIO. */
  eio: number;
  /** Chance that a read or write does less than it was asked for. */
  short: number;
}

export class Machine {
  readonly name: string;
  readonly root: FolderNode;
  readonly random: Random;
  readonly journal: NameJournal = new NameJournal();
  readonly faults: Faults = { full: false, eio: 0, short: 0 };
  up = true;
  /** Number of this life: file descriptors and callbacks of an earlier one are void. */
  life = 0;
  calls = 0;
  /** The machine goes down at the call of this number. */
  crashAt = Infinity;
  crashKind: CrashKind = 'kill';
  /** Calls that failed with an injected error. */
  injected = 0;
  /** Told of a crash before anything is lost. */
  onCrash: (kind: CrashKind) => void = () => undefined;

  constructor(name: string, root: FolderNode, random: Random) {
    this.name = name;
    this.root = root;
    this.random = random;
  }

  /** Before each call. `cut`: told to do a part of what it was about to do, when the crash comes in the middle of it. */
  enter(cut?: (random: Random) => void): void {
    if (!this.up) throw new Crashed(`${this.name} is down`);
    this.calls += 1;
    if (this.calls < this.crashAt) return;
    cut?.(this.random);
    this.crash(this.crashKind);
    throw new Crashed(`${this.name} went down`);
  }

  /** Throws the error if chance has it so; else returns. */
  mayFail(syscall: string): void {
    if (this.faults.eio === 0 || !this.random.chance(this.faults.eio)) return;
    this.injected += 1;
    throw systemError('EIO', syscall);
  }

  /** How much of `length` is done. */
  short(length: number): number {
    if (this.faults.short === 0 || length < 2 || !this.random.chance(this.faults.short)) return length;
    return this.random.between(1, length - 1);
  }

  crash(kind: CrashKind): void {
    this.up = false;
    this.crashAt = Infinity;
    this.onCrash(kind);
    if (kind === 'power') this.#losePower();
  }

  restart(): void {
    this.up = true;
    this.life += 1;
  }

  #losePower(): void {
    this.journal.losePower(this.random);
    const loss = this.random.weighted<Loss | 'each'>({ all: 1, none: 2, prefix: 2, scattered: 3, each: 2 });
    const each = (): Loss => this.random.pick(['all', 'none', 'prefix', 'scattered'] as const);
    const settle = (node: Node): void => {
      if (node instanceof FileNode) return node.losePower(this.random, loss === 'each' ? each() : loss);
      node.names = new Map(node.synced);
      for (const child of node.names.values()) settle(child);
    };
    settle(this.root);
  }
}

const ERRNO: Readonly<Record<string, readonly [number, string]>> = {
  ENOENT: [-2, 'no such file or directory'],
  EIO: [-5, 'i/o error'],
  EBADF: [-9, 'bad file descriptor'],
  EEXIST: [-17, 'file already exists'],
  ENOTDIR: [-20, 'not a directory'],
  EISDIR: [-21, 'illegal operation on a directory'],
  EINVAL: [-22, 'invalid argument'],
  ENOSPC: [-28, 'no space left on device'],
};

/** As the operating system's errors look in Node. */
export function systemError(code: string, syscall: string, path?: string): NodeJS.ErrnoException {
  const [errno = 0, text = ''] = ERRNO[code] ?? [];
  const where = path === undefined ? '' : ` '${path}'`;
  return Object.assign(new Error(`${code}: ${text}, ${syscall}${where}`), { code, errno, syscall });
}
