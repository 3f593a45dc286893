// One list of entry indexes per kind that is not traffic, so that whoever folds configuration, keys or prices at start
// reads those entries and no others. Rebuilt from the leaves where it is not what its mark says it was.
import { dirname } from 'node:path';
import type { EntryKind } from '@weighbridge/protocol';
import { disk } from '../disk.ts';
import { AppendFile, isMissing, readExactly, withFile } from './durable-file.ts';
import type { IndexMarks, Mark } from './index-marks.ts';
import { kindPath } from './layout.ts';

const ROW_BYTES = 8;
/** Too many to list, and reached by id or by going through the log. */
const TRAFFIC: ReadonlySet<string> = new Set<EntryKind>(['intent', 'call', 'decided']);

export const isIndexedKind = (kind: string): boolean => !TRAFFIC.has(kind);

export class KindWriter {
  readonly #folder: string;
  readonly #files = new Map<string, AppendFile>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  add(kind: string, index: number): void {
    if (!isIndexedKind(kind)) return;
    const row = this.#file(kind).reserve(ROW_BYTES);
    row.buffer.writeUInt16BE(0, row.at);
    row.buffer.writeUIntBE(index, row.at + 2, 6);
  }

  flush(): void {
    for (const file of this.#files.values()) file.flush();
  }

  sync(): void {
    for (const file of this.#files.values()) file.sync();
  }

  marks(): Mark<string>[] {
    return [...this.#files].map(([kind, file]) => [kind, file.length / ROW_BYTES, file.checksum()]);
  }

  /** Back to what was marked, less indexes from `count` on; false when a list is not what it was. */
  restore(marks: IndexMarks, count: number): boolean {
    this.close();
    const folder = dirname(kindPath(this.#folder, 'any'));
    const marked = new Map(marks.kinds.map(([kind, rows, checksum]) => [kind, { rows, checksum }]));
    const kinds = new Set([...marked.keys(), ...(disk.existsSync(folder) ? disk.readdirSync(folder) : [])]);
    for (const kind of kinds) {
      const file = this.#file(kind);
      const { rows, checksum } = marked.get(kind) ?? { rows: 0, checksum: 0 };
      if (!file.truncate(rows * ROW_BYTES) || file.checksum() !== checksum) return false;
      let kept = rows;
      while (kept > 0 && file.read((kept - 1) * ROW_BYTES, ROW_BYTES).readUIntBE(2, 6) >= count) kept -= 1;
      file.truncate(kept * ROW_BYTES);
    }
    return true;
  }

  clear(): void {
    this.close();
    disk.rmSync(dirname(kindPath(this.#folder, 'any')), { recursive: true, force: true });
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  #file(kind: string): AppendFile {
    const known = this.#files.get(kind);
    if (known !== undefined) return known;
    const file = new AppendFile(kindPath(this.#folder, kind));
    this.#files.set(kind, file);
    return file;
  }
}

/** Indexes below `size` of the entries of a kind, ascending. */
export function readKind(folder: string, kind: string, size: number): number[] {
  const path = kindPath(folder, kind);
  try {
    const rows = withFile(path, (fd) =>
      readExactly(fd, 0, Math.floor(disk.fstatSync(fd).size / ROW_BYTES) * ROW_BYTES, path),
    );
    const found: number[] = [];
    for (let at = 0; at < rows.length; at += ROW_BYTES) found.push(rows.readUIntBE(at + 2, 6));
    return found.filter((index) => index < size);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
