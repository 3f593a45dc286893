// Puts a backup in place: every file against its digest, the whole log against its checkpoint, in a folder beside, which
// takes its name only at the end. A log that goes on under a key that has signed more since would be a fork, the one thing
// that evidence does not survive; nobody but the operator can know. So the log goes on only on the operator's word, which
// becomes its next entry; without it, a successor begins, under a key of its own.
import { basename, dirname, join } from 'node:path';
import { AppError, canonicalJson, isAppError } from '@weighbridge/kernel';
import type { EntryKind, LogKind } from '@weighbridge/protocol';
import { disk } from '../disk.ts';
import { acquireFolderLock } from '../folder-lock.ts';
import { nextEpoch } from '../recorder/epoch.ts';
import type { Carried } from '../recorder/carry.ts';
import { Recorder } from '../recorder/recorder.ts';
import { recoverJournal } from '../recorder/recover.ts';
import { makeFolder, syncFolder, syncFolders } from '../store/durable-file.ts';
import { LogWriter } from '../store/log-writer.ts';
import { openVault } from '../vault/vault.ts';
import { verifyFolder } from '../verify/verify-log.ts';
import { Gathering } from './gathering.ts';
import { invalid, newestBackup, readManifest, type Manifest } from './manifest.ts';

export interface RestoreOptions {
  /** A backup, or a folder of backups, of which the newest is taken. */
  readonly from: string;
  /** The folder of a log of this kind: it must not be there, or be empty. */
  readonly root: (log: LogKind) => string;
  readonly node: string;
  readonly build: string;
  /** Why, in a sentence: it stands in the entry that records the restore. */
  readonly reason: string;
  /** The operator's word that the log signed nothing after the backup: it goes on. Else a successor begins. */
  readonly nothingSince: boolean;
  /** Kinds of entries that a successor takes over from the restored log. Absent: none. */
  readonly carry?: readonly EntryKind[];
  readonly onProgress?: (entries: number, size: number) => void;
}

export interface Restored {
  readonly root: string;
  readonly manifest: Manifest;
  /** Whether the log itself goes on; else a successor does, and the restored one lies in `superseded`. */
  readonly continued: boolean;
  /** The log that goes on. */
  readonly origin: string;
  readonly vkey: string;
  /** What the successor took over; null where the same log goes on, which has it all. */
  readonly carried: Carried | null;
}

/** A backup that was copied and verified, and has not taken its place: `finish` lets it, disposing drops it. */
export interface PreparedRestore extends Disposable {
  readonly manifest: Manifest;
  /** Where it lies meanwhile, laid out as the folder of a log. */
  readonly folder: string;
  /** As `restoreBackup` throws. */
  finish(): Restored;
}

/** Where things lie below the folder of a log. */
const JOURNAL = 'journal';
const VAULT = 'vault';

/**
 * Throws BACKUP_INVALID, FORMAT_NEWER, HOME_NOT_EMPTY, FOLDER_LOCKED (another restore is under way), BACKUP_FAILED when the
 * disk refuses. Nothing is in place then.
 */
export function restoreBackup(options: RestoreOptions): Restored {
  using prepared = prepareRestore(options);
  return prepared.finish();
}

/** The first half, after which one may look at what was restored, and ask others about it. Throws as `restoreBackup`. */
export function prepareRestore(options: RestoreOptions): PreparedRestore {
  const from = newestBackup(options.from);
  const { manifest, sha256 } = readManifest(from);
  const root = options.root(manifest.log);
  mustBeEmpty(root);
  const beside = `${root}.restoring`;
  return saying(root, () => {
    const lock = acquireFolderLock(beside);
    const drop = (): void => {
      lock.release();
      disk.rmSync(beside, { recursive: true, force: true });
    };
    const folder = join(beside, 'whole');
    try {
      disk.rmSync(folder, { recursive: true, force: true });
      copyAll(from, folder, manifest);
      checkLog(folder, manifest, options.onProgress);
      new LogWriter(join(folder, JOURNAL), manifest.size).close();
    } catch (error) {
      drop();
      throw error;
    }
    const finish = (): Restored =>
      saying(root, () => {
        const going = goOn(folder, manifest, sha256, options);
        syncFolders(folder);
        putInPlace(folder, root);
        return { root, manifest, continued: options.nothingSince, ...going };
      });
    return { manifest, folder, finish, [Symbol.dispose]: drop };
  });
}

/** What the disk says is said as BACKUP_FAILED. */
function saying<Value>(root: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (isAppError(error)) throw error;
    throw new AppError('BACKUP_FAILED', `nothing was restored to ${root}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function mustBeEmpty(root: string): void {
  const found = disk.lstatSync(root, { throwIfNoEntry: false });
  if (found === undefined) return;
  const [first] = found.isDirectory() ? disk.readdirSync(root) : [basename(root)];
  if (first === undefined) return;
  throw new AppError('HOME_NOT_EMPTY', `${root} holds something already (${first}), and nothing is restored over it`);
}

/** The digests are those of what lies in the new place, read back. */
function copyAll(from: string, whole: string, { files }: Manifest): void {
  const gathering = new Gathering(whole, null);
  for (const { path, bytes, sha256 } of files) {
    const source = join(from, path);
    const found = disk.statSync(source, { throwIfNoEntry: false });
    if (found === undefined) throw invalid(`${source} is missing`);
    if (found.size !== bytes) throw invalid(`${source} has ${found.size} bytes, and the manifest says ${bytes}`);
    if (gathering.copy(path, source, bytes).sha256 !== sha256)
      throw invalid(`${source} is not what was backed up: its SHA-256 differs`);
  }
}

function checkLog(whole: string, manifest: Manifest, onProgress: RestoreOptions['onProgress']): void {
  const folder = join(whole, JOURNAL);
  const vault = join(whole, VAULT);
  const kept = openVault(vault);
  if (kept.lastCheckpoint() !== manifest.checkpoint || kept.signer.verifier.vkey !== manifest.vkey)
    throw invalid(`the vault in the backup does not belong to the log ${manifest.origin} at ${manifest.size} entries`);
  const hearing = onProgress === undefined ? {} : { onProgress };
  const found = verifyFolder(folder, { vkey: manifest.vkey, vault, last: manifest.checkpoint, ...hearing });
  if (found.outcome !== 'ok' || found.checkpoint !== manifest.checkpoint)
    throw invalid(`the log in the backup does not verify: ${found.problem ?? 'it is of another size'}`);
}

/** The log says that it was restored, or the one after it does. */
function goOn(
  whole: string,
  manifest: Manifest,
  sha256: string,
  { node, build, reason, nothingSince, carry }: RestoreOptions,
): Pick<Restored, 'origin' | 'vkey' | 'carried'> {
  const folder = join(whole, JOURNAL);
  const vault = join(whole, VAULT);
  const restored = { at: manifest.at, manifest_sha256: sha256, root: manifest.root, size: manifest.size };
  const options = { folder, vault, epoch: nextEpoch(folder), node, build, log: manifest.log };
  if (!nothingSince) return recoverJournal({ ...options, reason, restored, ...(carry === undefined ? {} : { carry }) });
  const recorder = new Recorder(options);
  recorder.record([
    { kind: 'restore', public: canonicalJson({ ...restored, nothing_signed_since: true, reason, v: 1 }) },
  ]);
  recorder.close();
  return { origin: manifest.origin, vkey: manifest.vkey, carried: null };
}

/** A folder that was made meanwhile, and holds something, is not replaced: the system refuses that. */
function putInPlace(whole: string, root: string): void {
  makeFolder(dirname(root));
  try {
    disk.renameSync(whole, root);
  } catch (error) {
    const taken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
    if (taken) mustBeEmpty(root);
    throw error;
  }
  syncFolder(dirname(root));
}
