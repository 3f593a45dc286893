// A file that lines are appended to, off everybody's way: a queue with a bound in bytes, one write at a time, and a count of
// what found no room. A file that is moved away or deleted (as rotation does) is opened anew; one that cannot be written is
// told of once, and tried again with the next lines.
import { open, stat, type FileHandle } from 'node:fs/promises';
import { BoundedQueue } from '@weighbridge/kernel';

const QUEUED_BYTES_MOST = 1024 * 1024;
const BATCH_BYTES = 64 * 1024;

export interface LineFileOptions {
  /** Hears of the first failure, and of its end. */
  readonly failed: (reason: string) => void;
  readonly well: (dropped: number) => void;
  readonly queuedBytes?: number;
}

export class LineFile {
  readonly path: string;
  readonly #options: LineFileOptions;
  readonly #queue: BoundedQueue<string>;
  #file: FileHandle | null = null;
  #mark = '';
  #dropped = 0;
  #untold = 0;
  #failing = false;
  #writing: Promise<void> | null = null;

  constructor(path: string, options: LineFileOptions) {
    this.path = path;
    this.#options = options;
    this.#queue = new BoundedQueue<string>(options.queuedBytes ?? QUEUED_BYTES_MOST);
  }

  /** Lines that were lost since it was opened. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a line with its end, or counts it as dropped. */
  write(line: string): void {
    if (!this.#queue.push(line, Buffer.byteLength(line))) this.#lost(1);
    this.#writing ??= this.#work().finally(() => {
      this.#writing = null;
    });
  }

  /** Resolves when what waits is written, or cannot be. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close().catch(() => undefined);
    this.#file = null;
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      const lines = this.#batch();
      try {
        const file = await this.#opened();
        await file.appendFile(lines.join(''));
        if (this.#failing) this.#options.well(this.#untold);
        this.#failing = false;
        this.#untold = 0;
      } catch (error) {
        this.#lost(lines.length);
        await this.#file?.close().catch(() => undefined);
        this.#file = null;
        if (!this.#failing) this.#options.failed((error as NodeJS.ErrnoException).code ?? 'unknown');
        this.#failing = true;
      }
    }
  }

  #batch(): string[] {
    const lines: string[] = [];
    for (let bytes = 0; bytes < BATCH_BYTES;) {
      const line = this.#queue.shift();
      if (line === undefined) break;
      lines.push(line);
      bytes += line.length;
    }
    return lines;
  }

  #lost(count: number): void {
    this.#dropped += count;
    this.#untold += count;
  }

  /** The file that stands under the name now. */
  async #opened(): Promise<FileHandle> {
    if (this.#file !== null && (await markOf(this.path)) !== this.#mark) {
      await this.#file.close();
      this.#file = null;
    }
    if (this.#file === null) {
      this.#file = await open(this.path, 'a', 0o600);
      this.#mark = await markOf(this.path);
    }
    return this.#file;
  }
}

async function markOf(path: string): Promise<string> {
  try {
    const { dev, ino } = await stat(path);
    return `${dev} ${ino}`;
  } catch {
    return ''; // Gone: it is made anew.
  }
}
