// The disk as the journal uses it: the operating system's calls by their own names, and no other. The machine's own disk
// stands behind it; the fault simulator puts a disk in its place that loses, tears and refuses by a seed. It is one
// binding per thread and not a parameter, so that a write on the hot path costs what the plain call costs.
import * as fs from 'node:fs';

/** What is looked at of a file's entry. */
export interface FileStat {
  readonly size: number;
  readonly ino: number;
  readonly mode: number;
  readonly uid: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** The same with time stamps as fine as the file system has them. */
export interface FineFileStat {
  readonly ino: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** Undefined where there is no such entry. */
interface MissingAsUndefined {
  readonly throwIfNoEntry: false;
}

/** Each method does, throws and returns what the one of `node:fs` does. */
export interface Disk {
  openSync(path: string, flags: string, mode?: number): number;
  closeSync(fd: number): void;
  /** May read less than was asked for; 0 at the end of the file. */
  readSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
  /** May write less than was asked for. `position` null: behind what was written last (at the end, opened with `a`). */
  writeSync(fd: number, buffer: Uint8Array, offset: number, length: number, position: number | null): number;
  fsyncSync(fd: number): void;
  fdatasyncSync(fd: number): void;
  fdatasync(fd: number, done: (error: Error | null) => void): void;
  ftruncateSync(fd: number, length: number): void;
  fstatSync(fd: number): FileStat;
  statSync(path: string, options: MissingAsUndefined): FileStat | undefined;
  statSync(path: string, options: MissingAsUndefined & { readonly bigint: true }): FineFileStat | undefined;
  lstatSync(path: string, options: MissingAsUndefined): FileStat | undefined;
  statfsSync(path: string): { readonly bavail: number; readonly bsize: number };
  existsSync(path: string): boolean;
  readdirSync(path: string): string[];
  mkdirSync(path: string, options: { readonly recursive: true; readonly mode: number }): string | undefined;
  renameSync(from: string, to: string): void;
  rmSync(path: string, options?: { readonly force?: boolean; readonly recursive?: boolean }): void;
  /** Absent on a disk without hard links. */
  linkSync?(from: string, to: string): void;
  readFileSync(path: string): Buffer;
  readFileSync(path: string, encoding: 'utf8'): string;
  writeFileSync(path: string, content: string, options: { readonly mode: number }): void;
}

/** The disk in use. */
export let disk: Disk = fs;

/** Puts another disk in place of the one in use, for this thread; null: the machine's own again. For simulations. */
export function useDisk(other: Disk | null): void {
  disk = other ?? fs;
}
