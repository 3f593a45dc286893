// What a witness keeps: its key, and of each log the newest checkpoint it has cosigned, as a note with the log's signature
// and its own. The file is replaced durably before a cosignature leaves the process. A witness that lost any of this may
// cosign a second history, so that a gap in its memory ends it.
import { join } from 'node:path';
import { AppError, isAppError, LIMITS } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import type { Checkpoint } from '../contract.ts';
import { acquireFolderLock, type FolderLock } from '../folder-lock.ts';
import { sha256 } from '../merkle/hash.ts';
import { readCheckpoint } from '../note/checkpoint.ts';
import { isKeyName } from '../note/note-key.ts';
import { isMissing, makeFolder, replaceFile, syncFolders } from '../store/durable-file.ts';
import { checkFormat, stateFormat } from '../store/format.ts';
import { cosignaturesOn, generateCosignerKey, parseCosigner, type Cosigner } from './cosignature.ts';

/** The newest checkpoint of a log that this witness has cosigned. */
export interface Remembered extends Checkpoint {
  /** When it was cosigned last, UTC milliseconds. */
  readonly at: number;
}

export interface WitnessStoreOptions {
  /** Name of the witness's key, for the first start. */
  readonly name?: string;
  /** Takes the folder for this store alone; default: the operating system's lock. A simulation brings its own. */
  readonly acquire?: (folder: string) => FolderLock;
}

/** What `Witness` needs of a store. */
export interface WitnessMemory {
  readonly cosigner: Cosigner;
  remembered(origin: string): Remembered | null;
  /** Durable when it returns. `note` carries the cosignature. Throws what the disk throws; then nothing is remembered. */
  remember(origin: string, note: string): void;
  /** Keeps a signed checkpoint that contradicts what is remembered. */
  keepConflict(origin: string, note: string): void;
}

/** SHA-256 of the origin, in lower-case hexadecimal: its name in files and in the monitoring paths. */
export const originHash = (origin: string): string => sha256(origin).toString('hex');

export class WitnessStore implements WitnessMemory {
  readonly folder: string;
  readonly cosigner: Cosigner;
  readonly #lock: FolderLock;
  readonly #memory = new Map<string, Remembered>();

  constructor(folder: string, { name, acquire = acquireFolderLock }: WitnessStoreOptions = {}) {
    this.#lock = acquire(folder);
    this.folder = this.#lock.folder;
    try {
      makeFolder(this.folder);
      syncFolders(this.folder);
      checkFormat(this.folder);
      this.cosigner = this.#openKey(name);
      this.#recall();
    } catch (error) {
      this.#lock.release();
      throw error;
    }
  }

  /** Where the newest cosigned checkpoint of this log lies: a file for `verify --last`. */
  pathOf(origin: string): string {
    return join(this.folder, 'logs', `${originHash(origin)}.checkpoint`);
  }

  remembered(origin: string): Remembered | null {
    return this.#memory.get(origin) ?? null;
  }

  remember(origin: string, note: string): void {
    const remembered = this.#read(note);
    replaceFile(this.pathOf(origin), note, 0o644);
    const isNew = !this.#memory.has(origin);
    if (isNew) this.#writeIndex([...this.#memory.keys(), origin]);
    this.#memory.set(origin, remembered);
  }

  keepConflict(origin: string, note: string): void {
    const digest = sha256(note).toString('hex').slice(0, 16);
    const folder = join(this.folder, 'conflicts', originHash(origin));
    makeFolder(folder);
    const path = join(folder, digest);
    if (disk.existsSync(path) || this.conflicts(origin).length >= LIMITS.witness_conflicts) return;
    replaceFile(path, note);
  }

  /** Files with checkpoints that contradict what is remembered of this log. */
  conflicts(origin: string): readonly string[] {
    const folder = join(this.folder, 'conflicts', originHash(origin));
    return disk.existsSync(folder) ? disk.readdirSync(folder).map((name) => join(folder, name)) : [];
  }

  close(): void {
    this.#lock.release();
  }

  #openKey(name: string | undefined): Cosigner {
    const path = join(this.folder, 'key');
    if (!disk.existsSync(path)) return this.#makeKey(path, name);
    checkSecret(path);
    const cosigner = parseCosigner(disk.readFileSync(path, 'utf8'));
    if (name !== undefined && name !== cosigner.key.name)
      throw new AppError('CONFIG_INVALID', `the witness in ${this.folder} is ${cosigner.key.name}, not ${name}`, {
        next: 'leave --name out, or give another witness another folder with --home',
      });
    return cosigner;
  }

  #makeKey(path: string, name: string | undefined): Cosigner {
    if (this.#listMemory().length > 0)
      throw new AppError('WITNESS_FORGOT', `${path} is missing, though the witness remembers logs under it`);
    if (name === undefined || !isKeyName(name))
      throw new AppError('USAGE', name === undefined ? 'a new witness needs a name' : `"${name}" cannot name a key`, {
        next: 'give --name with a name like an address of your own, such as witness.example.org/1: no spaces, no plus',
      });
    const text = generateCosignerKey(name);
    const { key } = parseCosigner(text);
    // The key comes last: without it the witness is still being made. Its memory is there from the beginning.
    makeFolder(join(this.folder, 'logs'));
    stateFormat(this.folder);
    replaceFile(join(this.folder, 'origins'), '');
    replaceFile(join(this.folder, 'vkey'), `${key.vkey}\n`, 0o644);
    replaceFile(path, `${text}\n`);
    return parseCosigner(text);
  }

  /** Every log that was ever cosigned has to be there, under this very key. */
  #recall(): void {
    for (const origin of this.#readIndex()) this.#memory.set(origin, this.#recallOne(origin));
    const known = new Set([...this.#memory.keys()].map((origin) => `${originHash(origin)}.checkpoint`));
    if (!disk.existsSync(join(this.folder, 'logs')))
      throw new AppError('WITNESS_FORGOT', `${join(this.folder, 'logs')} is missing`);
    for (const name of this.#listMemory()) {
      if (known.has(name)) continue;
      // A crash between the first checkpoint of a log and its line in the index: the file is the truth.
      const { origin } = readCheckpoint(disk.readFileSync(join(this.folder, 'logs', name), 'utf8'));
      this.#memory.set(origin, this.#recallOne(origin));
    }
  }

  #listMemory(): readonly string[] {
    const folder = join(this.folder, 'logs');
    return disk.existsSync(folder) ? disk.readdirSync(folder).filter((name) => name.endsWith('.checkpoint')) : [];
  }

  #recallOne(origin: string): Remembered {
    const path = this.pathOf(origin);
    try {
      const remembered = this.#read(disk.readFileSync(path, 'utf8'));
      if (remembered.origin === origin) return remembered;
      throw new AppError('WITNESS_FORGOT', `${path} is of ${remembered.origin}, not of ${origin}`);
    } catch (error) {
      if (!isMissing(error) && !isAppError(error)) throw error;
      const why = isMissing(error) ? 'it does not exist' : (error as Error).message;
      throw new AppError('WITNESS_FORGOT', `${path} is what this witness remembers of ${origin}, and ${why}`, {
        cause: error,
      });
    }
  }

  #read(note: string): Remembered {
    const [own] = cosignaturesOn(note, [this.cosigner.key]);
    if (own === undefined) throw new AppError('WITNESS_FORGOT', 'it is not cosigned by this witness');
    return { ...readCheckpoint(note), at: own.at };
  }

  #readIndex(): readonly string[] {
    try {
      const text = disk.readFileSync(join(this.folder, 'origins'), 'utf8');
      return text.split('\n').filter((line) => line !== '');
    } catch (error) {
      if (!isMissing(error)) throw error;
      throw new AppError('WITNESS_FORGOT', `${join(this.folder, 'origins')} is missing`, { cause: error });
    }
  }

  #writeIndex(origins: readonly string[]): void {
    replaceFile(join(this.folder, 'origins'), origins.map((origin) => `${origin}\n`).join(''));
  }
}

/** Throws FOLDER_LOCKED, WITNESS_FORGOT, VAULT_UNREADABLE, CONFIG_INVALID, or USAGE when a new one has no name. */
export const openWitnessStore = (folder: string, options?: WitnessStoreOptions): WitnessStore =>
  new WitnessStore(folder, options);

function checkSecret(path: string): void {
  if (process.platform === 'win32') return;
  const mode = disk.lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o077) !== 0)
    throw new AppError('VAULT_UNREADABLE', `${path} can be read by others`, { next: `run chmod 0600 ${path}` });
}
