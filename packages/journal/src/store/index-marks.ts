// How far each index goes, and what it held then: without it a list that lost its end looks like a list that is whole,
// and whoever folds it forgets what came last (a revoked key would open again). Written after the indexes are on disk,
// so it may lag behind them and never runs ahead; it need not survive anything, since what does not fit is rebuilt.
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { disk } from '../disk.ts';
import { isMissing } from './durable-file.ts';
import { indexMarksPath } from './layout.ts';

/** Name of the list or number of the part, its rows, and the CRC-32 of those rows. */
export type Mark<Name> = readonly [name: Name, rows: number, checksum: number];

export interface IndexMarks {
  /** Entries of the log that all indexes cover. */
  readonly size: number;
  readonly kinds: readonly Mark<string>[];
  /** Parts that are not sorted yet; sorted ones carry their own checksum. */
  readonly ids: readonly Mark<number>[];
}

export function writeMarks(folder: string, marks: IndexMarks): void {
  const text = JSON.stringify(marks);
  const path = indexMarksPath(folder);
  disk.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  disk.writeFileSync(`${path}.new`, `${text}\n${crc32(text)}\n`, { mode: 0o600 });
  disk.renameSync(`${path}.new`, path);
}

/** Null when there are none, or none that are whole. */
export function readMarks(folder: string): IndexMarks | null {
  let content: string;
  try {
    content = disk.readFileSync(indexMarksPath(folder), 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  const [text = '', checksum, end, ...more] = content.split('\n');
  if (end !== '' || more.length > 0 || checksum !== String(crc32(text))) return null;
  return JSON.parse(text) as IndexMarks;
}
