// Content too large for an entry lies beside the journal under its digest; the entry holds the digest. A blob is on
// disk before the entry that names it, and is never changed: its name is its proof.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, LIMITS } from '@weighbridge/kernel';

export interface BlobReference {
  readonly blob: string;
  readonly bytes: number;
}

export interface Blobs {
  /** Content as it goes into an entry: itself when small, else the reference of the blob it was written to. */
  inline(canonical: string): unknown;
  /** Keeps any text; its SHA-256 is its name. */
  keep(text: string): BlobReference;
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
    text: (reference) => read(folder, reference),
    resolve: (held) => (isReference(held) ? (JSON.parse(read(folder, held)) as unknown) : held),
  };
}

const isReference = (held: unknown): held is BlobReference =>
  typeof held === 'object' &&
  held !== null &&
  typeof (held as BlobReference).blob === 'string' &&
  typeof (held as BlobReference).bytes === 'number';

function put(folder: string, text: string): BlobReference {
  const digest = createHash('sha256').update(text).digest('hex');
  const reference = { blob: digest, bytes: Buffer.byteLength(text) };
  const path = join(folder, digest);
  if (existsSync(path)) return reference;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = openSync(`${path}.next`, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.next`, path);
  return reference;
}

function read(folder: string, reference: BlobReference): string {
  const path = join(folder, reference.blob);
  if (!/^[0-9a-f]{64}$/.test(reference.blob) || !existsSync(path)) {
    throw new AppError(
      'JOURNAL_CORRUPT',
      `the blob ${reference.blob.slice(0, 64)} that an entry names is not in ${folder}`,
    );
  }
  const text = readFileSync(path, 'utf8');
  const digest = createHash('sha256').update(text).digest('hex');
  if (digest !== reference.blob)
    throw new AppError('JOURNAL_CORRUPT', `the blob ${path} does not have the content that its entry names`);
  return text;
}
