// The machine's disk, watched and interfered with: what the journal asks of it is written down by path, and single calls
// can be made to fail.
import * as fs from 'node:fs';
import type { TestContext } from 'node:test';
import { useDisk, type Disk } from '../../src/index.ts';

export interface WatchedDisk {
  /** `call path`, in order; of a sync or write, the path that its descriptor was opened by. */
  readonly calls: string[];
  /** Consulted before each call of `calls`: an error is thrown. */
  fail: (call: string, path: string) => Error | null;
}

const WATCHED = ['fsyncSync', 'fdatasyncSync', 'writeSync', 'renameSync', 'rmSync', 'mkdirSync', 'openSync'] as const;

/** In use until the test ends. */
export function watchDisk(t: TestContext, more: Partial<Disk> = {}): WatchedDisk {
  const watched: WatchedDisk = { calls: [], fail: () => null };
  const paths = new Map<number, string>();
  const real = { ...fs, ...more } as unknown as Record<string, (...given: unknown[]) => unknown>;
  const disk = { ...real };
  for (const name of WATCHED) {
    disk[name] = (...given) => {
      const path = typeof given[0] === 'number' ? (paths.get(given[0]) ?? '') : String(given[0]);
      watched.calls.push(`${name} ${path}`);
      const failure = watched.fail(name, path);
      if (failure !== null) throw failure;
      const result = real[name]?.(...given);
      if (name === 'openSync') paths.set(result as number, path);
      return result;
    };
  }
  useDisk(disk as unknown as Disk);
  t.after(() => useDisk(null));
  return watched;
}

export const noSpace = (): Error => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

type Done = (error: Error | null) => void;

/** Syncs of the lanes that end only when told to: the oldest first, by calling it. At the test's end all of them do. */
export function holdSyncs(t: TestContext): { readonly held: Done[]; readonly disk: Partial<Disk> } {
  const held: Done[] = [];
  let over = false;
  t.after(() => {
    over = true;
    for (const done of held.splice(0)) done(null);
  });
  return { held, disk: { fdatasync: (_fd, done) => void (over ? setImmediate(() => done(null)) : held.push(done)) } };
}
