// When a log cannot be continued (rolled back, damaged), it is kept as it is, and a successor begins: a new origin, a
// new key, and a first entry that says what came before, what was signed last, what was found, and why. Nobody can
// pretend afterwards that the gap was not there.
import { basename, join } from 'node:path';
import { AppError, canonicalJson, type Json } from '@weighbridge/kernel';
import type { EntryKind } from '@weighbridge/protocol';
import { disk } from '../disk.ts';
import type { RecorderOptions } from '../contract.ts';
import { readCheckpoint } from '../note/checkpoint.ts';
import { generateSignerKey, parseVerifierKey } from '../note/note-key.ts';
import { makeFolder } from '../store/durable-file.ts';
import { checkpointPath, logFolder, positionsPath, recordsFolder, walFolder } from '../store/layout.ts';
import { WalTail, type LanePosition } from '../wal/tail.ts';
import { openVault, type Vault } from '../vault/vault.ts';
import { carriedFrom, type Carried } from './carry.ts';
import { readPositions, writePositions } from './positions.ts';
import { Recorder } from './recorder.ts';
import { dropBegun, readBegun, writeBegun, type Begun } from './succession.ts';

export interface RecoverOptions extends RecorderOptions {
  /** Why, in a sentence: it stands in the first entry of the new log. */
  readonly reason: string;
  /** The backup that the log before comes from, where it was restored. */
  readonly restored?: RestoredFrom;
  /** Kinds of entries that the successor takes over, each with where and when it first stood. Absent: none. */
  readonly carry?: readonly EntryKind[];
}

/** A backup, as an entry names it. */
export interface RestoredFrom {
  /** When it was made, UTC milliseconds. */
  readonly at: number;
  readonly manifest_sha256: string;
  /** base64. */
  readonly root: string;
  readonly size: number;
}

export interface Recovered {
  readonly origin: string;
  readonly vkey: string;
  /** Where the old log now lies, untouched. */
  readonly superseded: string;
  readonly carried: Carried;
}

/**
 * Opens a successor log in the same folder. Call it under the folder lock, with no lane open; what an interrupted one began, it
 * finishes. Entries that still wait in sound write-ahead files, and that the old log as found does not hold, flow into the new
 * one; damaged files are put aside with the old log. What it is to carry over stands behind its first entry, under the same first
 * checkpoint. Throws RECEIPT_UNKNOWN when there is no log to succeed, JOURNAL_UNAVAILABLE when the disk refuses to seal it.
 */
export function recoverJournal(options: RecoverOptions): Recovered {
  const { folder } = options;
  const vault = openVault(options.vault);
  const begun = readBegun(folder) ?? begin(folder, vault);
  const { number, origin, found, signed } = begun;
  const superseded = join(folder, 'superseded', String(number));
  makeFolder(superseded);
  if (vault.signer.name !== origin) {
    moveDamaged(folder, options.epoch, superseded);
    moveAside(folder, superseded);
    vault.succeed(generateSignerKey(origin), number);
  }
  vault.forgetCheckpoint(signed);
  const { drafts, summary } = carriedFrom(
    { folder: superseded, found, keys: begun.keys.map(parseVerifierKey) },
    options.carry ?? [],
  );
  if (vault.lastCheckpoint() === null) writePositions(folder, [{ size: 0, lanes: begun.lanes }]);
  const statement = statementOf(begun, options, vault.signer.verifier.vkey, {
    damaged: damagedIn(superseded),
    ...(options.carry === undefined ? {} : { carried: { ...summary, kinds: options.carry } }),
  });
  new Recorder(options, {
    entries: [{ kind: 'recovery', public: statement }, ...drafts],
    acceptGaps: true,
    predecessor: { folder: superseded, size: found === null ? 0 : (readSize(found) ?? 0) },
  }).close();
  if (vault.lastCheckpoint() === null)
    throw new AppError('JOURNAL_UNAVAILABLE', `the successor ${origin} could not be sealed: its disk refuses`, {
      next: 'free space on, or repair, the disk; then run `weighbridge recover` again: it goes on where it was interrupted',
    });
  dropBegun(folder);
  return { origin, vkey: vault.signer.verifier.vkey, superseded, carried: summary };
}

/** Writes down what is known of the log before anything of it is moved. */
function begin(folder: string, vault: Vault): Begun {
  const found = readBeside(folder);
  const signed = vault.lastCheckpoint();
  if (found === null && signed === null)
    throw new AppError('RECEIPT_UNKNOWN', `${folder} holds no log, so there is nothing to recover`);
  const before = join(folder, 'superseded');
  const number = disk.existsSync(before) ? disk.readdirSync(before).length + 1 : 1;
  const origin = `${vault.signer.name.replace(/\/successor-\d+$/, '')}/successor-${number}`;
  const keys = vault.signers.map(({ verifier }) => verifier.vkey);
  const begun = { number, origin, found, signed, keys, lanes: knownPositions(folder, found) };
  writeBegun(folder, begun);
  return begun;
}

interface Told {
  readonly damaged: readonly string[];
  readonly carried?: Carried & { readonly kinds: readonly EntryKind[] };
}

function statementOf(
  { origin, found, signed, keys }: Begun,
  { log, reason, restored }: RecoverOptions,
  vkey: string,
  { damaged, carried }: Told,
): string {
  const [old = ''] = keys;
  return canonicalJson({
    ...(carried === undefined ? {} : { carried: carried as unknown as Json }),
    damaged_files: [...damaged],
    found: found === null ? null : { checkpoint: found, size: readSize(found) },
    log,
    origin,
    predecessor: { origin: parseVerifierKey(old).name, vkey: old },
    reason,
    ...(restored === undefined ? {} : { restored: { ...restored } }),
    signed: signed === null ? null : { checkpoint: signed, size: readSize(signed) },
    v: 1,
    vkey,
  });
}

function moveAside(folder: string, superseded: string): void {
  for (const path of [logFolder(folder), recordsFolder(folder), join(folder, 'index'), positionsPath(folder)]) {
    if (disk.existsSync(path)) disk.renameSync(path, join(superseded, basename(path)));
  }
}

function readBeside(folder: string): string | null {
  return disk.existsSync(checkpointPath(folder)) ? disk.readFileSync(checkpointPath(folder), 'utf8') : null;
}

/** What the old log holds is not taken in again; if that cannot be told, everything that still waits is. */
function knownPositions(folder: string, found: string | null): readonly LanePosition[] {
  try {
    return found === null ? [] : readPositions(folder, readSize(found) ?? 0).lanes;
  } catch {
    return [];
  }
}

/** Null when not even that can be read: the text itself stands in the entry. */
function readSize(note: string): number | null {
  try {
    return readCheckpoint(note).size;
  } catch {
    return null;
  }
}

/** Reads every write-ahead file once; what cannot be read to its end is put aside. */
function moveDamaged(folder: string, epoch: number, superseded: string): void {
  for (;;) {
    const tail = new WalTail(folder, epoch, [], { acceptGaps: true });
    const bad = firstDamaged(tail);
    tail.close();
    if (bad === null) return;
    makeFolder(join(superseded, 'wal'));
    disk.renameSync(join(walFolder(folder), bad), join(superseded, 'wal', bad));
  }
}

function firstDamaged(tail: WalTail): string | null {
  try {
    tail.list();
    while (tail.take() !== null);
    return null;
  } catch (error) {
    const file = error instanceof AppError ? error.details['file'] : undefined;
    if (typeof file === 'string') return file;
    throw error;
  }
}

const damagedIn = (superseded: string): readonly string[] =>
  disk.existsSync(join(superseded, 'wal')) ? disk.readdirSync(join(superseded, 'wal')).toSorted() : [];
