// Whether the console that lies in `dist/` was built from the sources as they are: a digest of them stands beside it. This
// loads nothing of what builds, so that a start that has nothing to build costs a few milliseconds.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const STAMP = 'built-from';
const INPUTS = ['index.html', 'package.json', 'src', 'build', 'public', '../protocol/src', '../kernel/src'];

export interface ConsoleState {
  /** Where the built console lies, or will. */
  readonly folder: string;
  /** Of the sources. */
  readonly digest: string;
  readonly current: boolean;
}

export function consoleState(): ConsoleState {
  const folder = join(HERE, 'dist');
  const digest = digestOf(INPUTS.map((name) => join(HERE, name)).filter((path) => existsSync(path)));
  const stamp = join(folder, STAMP);
  return { folder, digest, current: existsSync(stamp) && readFileSync(stamp, 'utf8') === digest };
}

export const markBuilt = (folder: string, digest: string): void => writeFileSync(join(folder, STAMP), digest);

/** SHA-256 over paths and contents of all files below the given ones, in a fixed order. */
function digestOf(roots: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of roots.flatMap(filesBelow)) {
    hash
      .update(`${relative(HERE, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(path: string): string[] {
  const entries = readDirectory(path);
  if (entries === null) return [path];
  return entries.toSorted().flatMap((name) => filesBelow(join(path, name)));
}

function readDirectory(path: string): string[] | null {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return null;
    throw error;
  }
}
