// What a backup says of itself: of which log it is, up to which checkpoint, and the SHA-256 of every file in it. It is
// written last, so that a folder with a manifest is a backup that was finished.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AppError, canonicalJson, isAppError, type Json } from '@weighbridge/kernel';
import type { LogKind } from '@weighbridge/protocol';
import { disk } from '../disk.ts';
import { readCheckpoint } from '../note/checkpoint.ts';
import { isMissing, withFile } from '../store/durable-file.ts';

const FORMAT = 'weighbridge-backup';
const VERSION = 1;
const MANIFEST_BYTES_MOST = 256 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
/** Backups in a folder are numbered; what is not finished has another name. */
const NAME = /^\d{6}$/;
/** Below the three stores, in letters that mean nothing to any system; no name begins with a dot. */
const PATH = /^(journal|vault|blobs)(\/[\w-][\w.-]*)+$/;

export interface BackupFile {
  /** Below the backup, with `/` between names. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface Manifest {
  readonly format: typeof FORMAT;
  readonly v: typeof VERSION;
  readonly log: LogKind;
  readonly origin: string;
  /** Key that signed the checkpoint. */
  readonly vkey: string;
  /** Entries. */
  readonly size: number;
  /** base64. */
  readonly root: string;
  /** The signed note, verbatim. */
  readonly checkpoint: string;
  /** When it was begun, UTC milliseconds. */
  readonly at: number;
  readonly build: string;
  /** Whether an instance ran meanwhile. */
  readonly running: boolean;
  readonly files: readonly BackupFile[];
}

export const manifestPath = (backup: string): string => join(backup, 'manifest.json');

export const formatManifest = (facts: Omit<Manifest, 'format' | 'v'>): string =>
  `${canonicalJson({ ...facts, format: FORMAT, v: VERSION } as unknown as Json)}\n`;

/** Throws BACKUP_INVALID, and FORMAT_NEWER for one that a later version wrote. */
export function readManifest(backup: string): { readonly manifest: Manifest; readonly sha256: string } {
  const path = manifestPath(backup);
  const size = disk.statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw invalid(`${path} is missing: this is no backup, or one that was not finished`);
  if (size > MANIFEST_BYTES_MOST) throw invalid(`${path} is larger than ${MANIFEST_BYTES_MOST} bytes`);
  const bytes = disk.readFileSync(path);
  return { manifest: parse(bytes.toString('utf8'), path), sha256: createHash('sha256').update(bytes).digest('hex') };
}

function parse(text: string, path: string): Manifest {
  let value: Partial<Manifest> | null;
  try {
    value = JSON.parse(text) as Partial<Manifest> | null;
  } catch (error) {
    throw invalid(`${path} is not JSON`, error);
  }
  if (value?.format !== FORMAT) throw invalid(`${path} is not the manifest of a backup`);
  if (typeof value.v === 'number' && value.v > VERSION)
    throw new AppError(
      'FORMAT_NEWER',
      `${path} has format ${String(value.v)}, and this version reads up to ${VERSION}`,
    );
  const { files, checkpoint, size, root, origin, log } = value;
  const named =
    Array.isArray(files) && files.every(isFile) && new Set(files.map((file) => file.path)).size === files.length;
  if (!named) throw invalid(`${path} does not list files as a backup does`);
  if (log !== 'live' && log !== 'lab' && log !== 'sample') throw invalid(`${path} is of no log that is known`);
  const signed = checkpointOf(checkpoint, path);
  if (signed.size !== size || signed.root.toString('base64') !== root || signed.origin !== origin)
    throw invalid(`${path} and the checkpoint in it differ`);
  return value as Manifest;
}

function checkpointOf(text: unknown, path: string): ReturnType<typeof readCheckpoint> {
  try {
    return readCheckpoint(String(text));
  } catch (error) {
    if (isAppError(error)) throw invalid(`${path} holds no checkpoint: ${error.message}`, error);
    throw error;
  }
}

function isFile(value: unknown): value is BackupFile {
  const { path, bytes, sha256 } = (value ?? {}) as Partial<BackupFile>;
  const named = typeof path === 'string' && path.length < 1_000 && PATH.test(path);
  return named && Number.isSafeInteger(bytes) && Number(bytes) >= 0 && /^[0-9a-f]{64}$/.test(String(sha256));
}

/** Numbered backups in a folder, oldest first, whole ones only. */
export function backupsIn(folder: string): string[] {
  let names: string[];
  try {
    names = disk.readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const numbered = names.filter((name) => NAME.test(name)).sort();
  return numbered.map((name) => join(folder, name)).filter((path) => disk.existsSync(manifestPath(path)));
}

/** The folder given when it is a backup itself, else the newest in it. Throws BACKUP_INVALID. */
export function newestBackup(folder: string): string {
  if (disk.existsSync(manifestPath(folder))) return folder;
  const newest = backupsIn(folder).at(-1);
  if (newest === undefined) throw invalid(`${folder} holds no finished backup`);
  return newest;
}

/** SHA-256 of a file, read in pieces; hexadecimal. */
export const digestOf = (path: string): string =>
  withFile(path, (fd) => {
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let at = 0; ;) {
      const count = disk.readSync(fd, chunk, 0, CHUNK_BYTES, at);
      if (count === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, count));
      at += count;
    }
  });

export const invalid = (why: string, cause?: unknown): AppError =>
  new AppError('BACKUP_INVALID', why, cause === undefined ? {} : { cause });
