// A backup of one log while it is written: everything up to one signed checkpoint, cut there, in a folder that is made
// whole beside the backup before it, verified, and only then put in its place. Nothing of the source is locked or changed.
import { join } from 'node:path';
import { AppError, isAppError, systemClock, type Clock } from '@weighbridge/kernel';
import type { LogKind } from '@weighbridge/protocol';
import { disk } from '../disk.ts';
import { acquireFolderLock } from '../folder-lock.ts';
import { HASH_BYTES } from '../merkle/hash.ts';
import { makeFolder, replaceFile, syncFolder, syncFolders } from '../store/durable-file.ts';
import {
  BUNDLE_ENTRIES,
  entriesFolder,
  epochPath,
  HASH_FILE_HASHES,
  hashesPath,
  PART_ENTRIES,
  recordsFolder,
} from '../store/layout.ts';
import { endsOf, readBundle, type PrefixBytes } from '../store/part-store.ts';
import { sealedFile } from '../store/sealed-part.ts';
import { hashesAt } from '../store/tile-path.ts';
import { copyVault } from '../vault/copy-vault.ts';
import { verifyFolder } from '../verify/verify-log.ts';
import { Gathering, type Earlier } from './gathering.ts';
import { backupsIn, formatManifest, manifestPath, readManifest, type Manifest } from './manifest.ts';
import { settledMoment, type Moment } from './moment.ts';

export interface BackupOptions {
  readonly journal: string;
  readonly vault: string;
  /** Contents that entries name by digest; it may be missing. */
  readonly blobs: string;
  readonly log: LogKind;
  readonly build: string;
  /** Whether an instance writes meanwhile. */
  readonly running: boolean;
  /** Holds the backups of this log and nothing else. */
  readonly to: string;
  readonly clock?: Clock;
  /** How long a change of keys under way is waited for. Default 10,000. */
  readonly waitMs?: number;
  /** While what was copied is verified. */
  readonly onProgress?: (entries: number, size: number) => void;
}

export interface BackedUp {
  /** The backup itself. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Bytes that were not in the backup before. */
  readonly copied: number;
}

/**
 * Makes a backup up to the newest checkpoint, and removes the one before it in the same folder once the new one is whole.
 * Throws JOURNAL_UNAVAILABLE, FOLDER_LOCKED (another backup into this folder is being made), JOURNAL_ROLLED_BACK and
 * BACKUP_INVALID when the folder holds more of this log, or another log; JOURNAL_CORRUPT when what was copied does not
 * verify; BACKUP_FAILED when the disk refuses. An earlier backup is whole after each of them.
 */
export async function makeBackup(options: BackupOptions): Promise<BackedUp> {
  const { to } = options;
  try {
    makeFolder(to);
    const lock = acquireFolderLock(to);
    try {
      return await makeNext(options);
    } finally {
      lock.release();
    }
  } catch (error) {
    if (isAppError(error)) throw error;
    throw new AppError('BACKUP_FAILED', `the backup in ${to} was not made: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function makeNext(options: BackupOptions): Promise<BackedUp> {
  const { to, clock = systemClock } = options;
  const at = clock.wall();
  const before = backupsIn(to);
  const last = before.at(-1);
  const earlier = last === undefined ? null : { folder: last, ...readManifest(last) };
  const moment = await settledMoment(options.journal, options.vault, options.waitMs);
  if (earlier !== null) mustContinue(moment, earlier);
  for (const name of disk.readdirSync(to).filter((each) => each.endsWith(UNFINISHED)))
    disk.rmSync(join(to, name), { recursive: true });
  const folder = join(to, String(Number(last?.slice(-6) ?? 0) + 1).padStart(6, '0'));
  const staging = `${folder}${UNFINISHED}`;
  try {
    const gathering = new Gathering(staging, earlier === null ? null : toEarlier(earlier));
    gather(gathering, options, moment);
    check(staging, moment, earlier?.manifest ?? null, options.onProgress);
    const { log, build, running } = options;
    const { origin, size, root, text } = moment.checkpoint;
    const named = { origin, vkey: moment.vkey, size, root: root.toString('base64'), checkpoint: text };
    replaceFile(manifestPath(staging), formatManifest({ ...named, log, at, build, running, files: gathering.files }));
    syncFolders(staging);
    disk.renameSync(staging, folder);
    syncFolder(to);
    for (const old of before) retire(old);
    return { folder, manifest: readManifest(folder).manifest, copied: gathering.copied };
  } catch (error) {
    disk.rmSync(staging, { recursive: true, force: true });
    throw error;
  }
}

const UNFINISHED = '.unfinished';

/** Whatever interrupts it, what is left of it is no backup any more. */
function retire(old: string): void {
  disk.renameSync(old, `${old}${UNFINISHED}`);
  disk.rmSync(`${old}${UNFINISHED}`, { recursive: true });
}

const toEarlier = ({ folder, manifest }: { folder: string; manifest: Manifest }): Earlier => ({
  folder,
  files: new Map(manifest.files.map((file) => [file.path, file])),
});

/** A backup never takes the place of one that holds more, or other things. */
function mustContinue(
  { checkpoint }: Moment,
  { folder, manifest }: { readonly folder: string; readonly manifest: Manifest },
): void {
  const next = 'keep the earlier backup, and make this one into another folder';
  if (manifest.origin !== checkpoint.origin)
    throw new AppError('BACKUP_INVALID', `${folder} is of the log ${manifest.origin}, not of ${checkpoint.origin}`, {
      next,
    });
  if (manifest.size > checkpoint.size)
    throw new AppError(
      'JOURNAL_ROLLED_BACK',
      `${folder} holds ${manifest.size} entries of ${manifest.origin}, and the log itself only ${checkpoint.size}`,
      { next },
    );
}

function gather(to: Gathering, { journal, vault, blobs }: BackupOptions, moment: Moment): void {
  const { size } = moment.checkpoint;
  for (let level = 0; hashesAt(level, size) > 0; level += 1) copyHashes(to, journal, level, hashesAt(level, size));
  copyParts(to, 'journal/log/entries', entriesFolder(journal), 2, size);
  if (disk.existsSync(recordsFolder(journal))) copyParts(to, 'journal/records', recordsFolder(journal), 4, size);
  to.write('journal/log/checkpoint', [moment.checkpoint.text]);
  to.write('journal/log/vkey', [`${moment.vkey}\n`]);
  if (moment.handovers !== '') to.write('journal/log/handovers', [moment.handovers]);
  if (moment.cosigned !== null) to.write('journal/log/cosigned', [moment.cosigned]);
  to.write('journal/positions', [`${JSON.stringify({ generations: [moment.positions] })}\n`]);
  if (disk.existsSync(join(journal, 'format')))
    to.write('journal/format', [disk.readFileSync(join(journal, 'format'))]);
  to.write('journal/epoch', [disk.readFileSync(epochPath(journal), 'utf8')]);
  shareAll(to, 'journal/superseded', join(journal, 'superseded'));
  copyVault(to, vault, { logKey: moment.logKey, checkpoint: moment.checkpoint.text });
  if (!disk.existsSync(blobs)) return;
  const names = disk.readdirSync(blobs).filter((name) => /^[0-9a-f]{64}$/.test(name));
  for (const name of names) to.share(`blobs/${name}`, join(blobs, name));
}

function copyHashes(to: Gathering, journal: string, level: number, hashes: number): void {
  for (let part = 0; part * HASH_FILE_HASHES < hashes; part += 1) {
    const path = `journal/log/tile/${level}/${part}`;
    const from = hashesPath(journal, level, part);
    const rest = hashes - part * HASH_FILE_HASHES;
    if (rest >= HASH_FILE_HASHES) to.share(path, from);
    else to.copy(path, from, rest * HASH_BYTES);
  }
}

/** A part that is sealed and wholly covered is taken as it is; of any other the bundles, as if it were being filled. */
function copyParts(to: Gathering, path: string, from: string, prefix: PrefixBytes, size: number): void {
  for (let part = 0; part * PART_ENTRIES < size; part += 1) {
    const items = Math.min(PART_ENTRIES, size - part * PART_ENTRIES);
    const sealed = items === PART_ENTRIES ? sealedFile(from, part) : null;
    if (sealed !== null) {
      to.share(`${path}/${part}.sealed`, sealed);
      continue;
    }
    const ends: Buffer[] = [];
    to.write(`${path}/${part}.open`, bundlesOf(from, prefix, { part, items }, ends));
    to.write(`${path}/${part}.ends`, ends);
  }
}

function* bundlesOf(
  from: string,
  prefix: PrefixBytes,
  { part, items }: { readonly part: number; readonly items: number },
  ends: Buffer[],
): Generator<Buffer> {
  let start = 0;
  for (let first = 0; first < items; first += BUNDLE_ENTRIES) {
    const bundle = (part * PART_ENTRIES + first) / BUNDLE_ENTRIES;
    const bytes = readBundle(from, prefix, bundle, Math.min(BUNDLE_ENTRIES, items - first));
    ends.push(endsOf(bytes, prefix, start));
    start += bytes.length;
    yield bytes;
  }
}

/** Logs that were succeeded never change. */
function shareAll(to: Gathering, path: string, from: string): void {
  if (!disk.existsSync(from)) return;
  for (const name of disk.readdirSync(from)) {
    const below = join(from, name);
    if (disk.lstatSync(below, { throwIfNoEntry: false })?.isDirectory() === true)
      shareAll(to, `${path}/${name}`, below);
    else to.share(`${path}/${name}`, below);
  }
}

/** What was written is read as a stranger would read it, and with the keys that were written beside it. */
function check(
  staging: string,
  { vkey, checkpoint }: Moment,
  earlier: Manifest | null,
  onProgress: BackupOptions['onProgress'],
): void {
  const last = earlier === null ? {} : { last: earlier.checkpoint };
  const hearing = onProgress === undefined ? {} : { onProgress };
  const vault = join(staging, 'vault');
  const found = verifyFolder(join(staging, 'journal'), { vkey, vault, ...last, ...hearing });
  if (found.outcome !== 'PROOF_INVALID' && found.size === checkpoint.size) return;
  throw new AppError(
    'JOURNAL_CORRUPT',
    `what was copied does not verify: ${found.problem ?? 'it is of another size'}`,
    {
      next: 'run `weighbridge verify` on the journal; an earlier backup is as it was',
    },
  );
}
