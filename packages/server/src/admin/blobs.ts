// Content too large for an entry lies beside the journal under its digest; the entry holds the digest. A blob is whole and
// durable before the entry that names it, and is never changed: its name is its proof, and is held against its content whenever
// it is read or counted on.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, replaceFile, syncFolder } from '@weighbridge/journal';
import { AppError, LIMITS } from '@weighbridge/kernel';

export interface BlobReference {
  readonly blob: string;
  readonly bytes: number;
}

export interface Blobs {
  /** Content as it goes into an entry: itself when small, else the reference of the blob it was written to. */
  inline(canonical: string): unknown;
  /**
   * Keeps any text; its SHA-256 is its name. Durable when it returns; a file of that name that holds something else is replaced.
   * Throws JOURNAL_UNAVAILABLE where the disk refuses.
   */
  keep(text: string): BlobReference;
  /** What is wrong with the blob behind a reference, in words; null: it is there, and what it was. */
  trouble(reference: BlobReference): string | null;
  /** The text behind a reference. Throws JOURNAL_CORRUPT when the blob is gone or not what it was. */
  text(reference: BlobReference): string;
  /** The content behind what `inline` gave. Throws JOURNAL_CORRUPT when the blob is gone or not what it was. */
  resolve(held: unknown): unknown;
}

export function openBlobs(folder: string): Blobs {
  return {
    inline: (canonical) =>
      Buffer.byteLength(canonical) <= LIMITS.inline_bytes ? (JSON.parse(canonical) as unknown) : put(folder, canonical),
    keep: (text) => put(folder, text),
    trouble: (reference) => {
      const found = look(folder, reference);
      return typeof found === 'string' ? found : null;
    },
    text: (reference) => read(folder, reference),
    resolve: (held) => (isReference(held) ? (JSON.parse(read(folder, held)) as unknown) : held),
  };
}

export const isReference = (held: unknown): held is BlobReference =>
  typeof held === 'object' &&
  held !== null &&
  typeof (held as BlobReference).blob === 'string' &&
  typeof (held as BlobReference).bytes === 'number';

const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

function put(folder: string, text: string): BlobReference {
  const content = Buffer.from(text);
  const reference = { blob: digestOf(content), bytes: content.length };
  const path = join(folder, reference.blob);
  try {
    // Whoever wrote what is there may not have lived to make its name durable.
    if (typeof look(folder, reference) === 'string') {
      makeFolder(folder);
      replaceFile(path, content);
    } else syncFolder(folder);
  } catch (error) {
    throw new AppError('JOURNAL_UNAVAILABLE', `the blob ${path} could not be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return reference;
}

function read(folder: string, reference: BlobReference): string {
  const found = look(folder, reference);
  if (typeof found !== 'string') return found.toString('utf8');
  throw new AppError('JOURNAL_CORRUPT', found);
}

/** Its content, or what is wrong with it. No more is read than it may hold. */
function look(folder: string, { blob, bytes }: BlobReference): Buffer | string {
  if (!/^[0-9a-f]{64}$/.test(blob)) return `an entry names the blob "${blob.slice(0, 64)}", which is no digest`;
  const path = join(folder, blob);
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return `the blob ${path} is gone`;
    if (!found.isFile()) return `the blob ${path} is no file any more`;
    if (found.size !== bytes)
      return found.size === 0
        ? `the blob ${path} is empty, and had ${bytes} bytes`
        : `the blob ${path} has ${found.size} bytes, and had ${bytes}`;
    const content = readFileSync(path);
    return digestOf(content) === blob ? content : `the blob ${path} was altered: its SHA-256 is not its name`;
  } catch (error) {
    return `the blob ${path} cannot be read: ${(error as Error).message}`;
  }
}
