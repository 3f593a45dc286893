// Where the files of a backup are gathered: each is written, synced, read back for its digest, and listed. What never
// changes and lies in the backup before is not copied again but linked, once its digest was found to be right still; a
// file system without hard links gets a copy.
import { dirname, join } from 'node:path';
import { disk } from '../disk.ts';
import { makeFolder, readExactly, writeAll, withFile } from '../store/durable-file.ts';
import { digestOf, type BackupFile } from './manifest.ts';

const CHUNK_BYTES = 1024 * 1024;

/** The backup before, in the same place. */
export interface Earlier {
  readonly folder: string;
  readonly files: ReadonlyMap<string, BackupFile>;
}

export class Gathering {
  readonly folder: string;
  readonly #earlier: Earlier | null;
  readonly #files: BackupFile[] = [];
  /** Bytes of files that were not there before. */
  copied = 0;

  constructor(folder: string, earlier: Earlier | null) {
    this.folder = folder;
    this.#earlier = earlier;
  }

  get files(): readonly BackupFile[] {
    return this.#files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** A file of these pieces. */
  write(path: string, pieces: Iterable<Uint8Array | string>): BackupFile {
    const target = join(this.folder, path);
    makeFolder(dirname(target));
    const fd = disk.openSync(target, 'w', 0o600);
    let bytes = 0;
    try {
      for (const piece of pieces) {
        const content = typeof piece === 'string' ? Buffer.from(piece) : piece;
        writeAll(fd, content);
        bytes += content.length;
      }
      disk.fsyncSync(fd);
    } finally {
      disk.closeSync(fd);
    }
    this.copied += bytes;
    const file = { path, bytes, sha256: digestOf(target) };
    this.#files.push(file);
    return file;
  }

  /** The first `bytes` of a file. Throws JOURNAL_CORRUPT when it has fewer. */
  copy(path: string, from: string, bytes: number): BackupFile {
    return this.write(path, pieces(from, bytes));
  }

  /** A file that never changes once it is there. */
  share(path: string, from: string): void {
    const bytes = withFile(from, (fd) => disk.fstatSync(fd).size);
    const known = this.#earlier?.files.get(path);
    if (known?.bytes === bytes && this.#link(known)) this.#files.push(known);
    else this.copy(path, from, bytes);
  }

  #link({ path, sha256 }: BackupFile): boolean {
    const earlier = join(this.#earlier?.folder ?? '', path);
    const target = join(this.folder, path);
    if (disk.linkSync === undefined || !disk.existsSync(earlier) || digestOf(earlier) !== sha256) return false;
    makeFolder(dirname(target));
    try {
      disk.linkSync(earlier, target);
      return true;
    } catch (error) {
      if (NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    }
  }
}

/** What file systems say that have no hard links, or no more of them. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EACCES']);

function* pieces(from: string, bytes: number): Generator<Buffer> {
  const fd = disk.openSync(from, 'r');
  try {
    for (let at = 0; at < bytes; at += CHUNK_BYTES) yield readExactly(fd, at, Math.min(CHUNK_BYTES, bytes - at), from);
  } finally {
    disk.closeSync(fd);
  }
}
