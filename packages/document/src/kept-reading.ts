// What reading a file that comes with the product gave, kept beside the code that Node keeps compiled, and for the same
// reason: it is the same at every start. A reading stands under its file's name with a digest of the text and of the module
// that read it, so another text or another reader reads anew, and there are never more of them than files that come with us.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

export interface ShippedFile {
  /** Among all files that are kept. */
  readonly name: string;
  readonly text: string;
  /** `import.meta.url` of the module that reads it. */
  readonly reader: string;
}

/** What `read` gives of the file, or gave when the file was read before. Not kept: undefined, and what JSON cannot hold. */
export function keptReading<Value>(
  file: ShippedFile,
  read: () => Value,
  folder: string | undefined = getCompileCacheDir(),
): Value {
  if (folder === undefined) return read();
  const digest = digestOf(file);
  const path = join(folder, 'readings', `${file.name.replaceAll(/[^a-z0-9-]/gi, '-')}.json`);
  const before = recall(path);
  if (before?.digest === digest) return before.value as Value;
  const value = read();
  keep(path, { digest, value });
  return value;
}

interface Kept {
  readonly digest: string;
  readonly value: unknown;
}

function digestOf({ text, reader }: ShippedFile): string {
  const hash = createHash('sha256')
    .update(readFileSync(new URL(reader)))
    .update('\0');
  return hash.update(text).digest('hex');
}

/** Undefined where there is none, or half of one: then the file itself is read. */
function recall(path: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

function keep(path: string, kept: Kept): void {
  const written = JSON.stringify(kept);
  if (!isDeepStrictEqual(JSON.parse(written), kept)) return;
  const part = `${path}.${process.pid}`;
  try {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(part, written);
    renameSync(part, path);
  } catch {
    // A folder that cannot be written costs the time of reading, at each start, and nothing else.
  }
}
