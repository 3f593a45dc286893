// A disk of its own for a world, small enough to be filled: a tmpfs, where this process may mount one. Elsewhere an ordinary
// folder, and no full disk.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Room for the tables of a world, which take most of it. */
const SIZE_MB = 320;
const PIECE_BYTES = 1024 * 1024;

export interface SmallDisk {
  readonly folder: string;
  /** False: it is an ordinary folder, which nobody wants to fill. */
  readonly canFill: boolean;
  /** Takes every byte that is left. */
  fill(): void;
  free(): void;
  close(): void;
}

/** Whether a disk can be mounted here; found out once, in a mount namespace that ends at once. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** `folder` must not hold anything; what a process that was killed left mounted there is taken away. */
export function openSmallDisk(folder: string, mounted: boolean): SmallDisk {
  mkdirSync(folder, { recursive: true });
  const filler = join(folder, 'filler');
  if (mounted) execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', folder]);
  return {
    folder,
    canFill: mounted,
    fill: () => fill(filler),
    free: () => rmSync(filler, { force: true }),
    close: () => {
      if (mounted) execFileSync('umount', ['-l', folder]);
    },
  };
}

export function unmountLeft(folder: string): void {
  try {
    execFileSync('umount', ['-l', folder], { stdio: 'ignore' });
  } catch {
    // Nothing is mounted there: the usual case.
  }
}

/** To the last byte: pieces of half the size, once the disk refuses the whole. */
function fill(path: string): void {
  const fd = openSync(path, 'a');
  try {
    for (let size = PIECE_BYTES; size >= 1;) {
      try {
        writeSync(fd, Buffer.alloc(size));
      } catch {
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(fd);
  }
}
