// The vault: log key, salt key, pepper, subject keys, and the memory of the last signed checkpoint. It is the one
// mutable secret store, kept and backed up apart from the journal, and refused when others could read it.
import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { disk } from '../disk.ts';
import { isMissing, makeFolder, replaceFile, syncFolder } from '../store/durable-file.ts';
import { checkFormat, stateFormat } from '../store/format.ts';
import { EntryBodies } from './entry-bodies.ts';
import { generateSignerKey, parseSignerKey, type NoteSigner } from '../note/note-key.ts';
import { Prf } from './prf.ts';
import { SubjectKeys } from './subject-keys.ts';

export interface VaultOptions {
  /** Makes the vault when it does not exist, with a log key of this name. */
  readonly origin?: string;
  /** New subject keys are synced before use (durability `disk`). */
  readonly durable?: boolean;
}

export const CHECKPOINT = 'last-checkpoint';
export const LOG_KEY = 'log.key';
export const KEY_CHANGE = 'key-change';

export class Vault {
  readonly folder: string;
  readonly subjects: SubjectKeys;
  readonly #salts: Prf;
  #signers: readonly NoteSigner[];
  /** The file that the signers were read from: it is replaced when the log's key is handed over, by whichever thread. */
  #signersMark: string;
  #peppers: readonly Buffer[];

  constructor(folder: string, options: VaultOptions) {
    this.folder = folder;
    if (options.origin !== undefined) createMissing(folder, options.origin);
    checkMode(folder);
    checkFormat(folder);
    this.#signersMark = markOf(join(folder, LOG_KEY)) ?? '';
    this.#signers = readSigners(folder);
    const saltKey = Buffer.from(readSecret(folder, 'salt.key').trim(), 'base64');
    this.#peppers = readPeppers(folder);
    if (saltKey.length !== 32)
      throw new AppError('VAULT_UNREADABLE', `${join(folder, 'salt.key')} is not 32 bytes in base 64`);
    this.#salts = new Prf(saltKey);
    this.subjects = new SubjectKeys(join(folder, 'subjects'), this.#salts, options.durable ?? false);
  }

  /** Keys that sign checkpoints; the first is the current one, the others are being retired. */
  get signers(): readonly NoteSigner[] {
    const mark = markOf(join(this.folder, LOG_KEY));
    if (mark !== undefined && mark !== this.#signersMark) {
      this.#signers = readSigners(this.folder);
      this.#signersMark = mark;
    }
    return this.#signers;
  }

  get signer(): NoteSigner {
    const [current] = this.signers;
    if (current === undefined) throw new AppError('VAULT_UNREADABLE', `${join(this.folder, LOG_KEY)} holds no key`);
    return current;
  }

  /** 32 bytes from the salt key, as a binary string: salts of groups that are not personal. */
  derive(info: string): string {
    return this.#salts.expandText(info);
  }

  /** Digests of an entry's bodies, and their salts: whoever holds a text and its salt can show what crossed. */
  bodies(subject: string, id: string, now: number): EntryBodies {
    return new EntryBodies(this.subjects.get(subject, now).key, id);
  }

  get pepperVersion(): number {
    return this.#peppers.length;
  }

  /** HMAC-SHA-256 of a presented API key under the pepper (of that version), base64url. */
  keyDigest(presented: string, version: number = this.pepperVersion): string {
    const pepper = this.#peppers[version - 1];
    if (pepper === undefined) throw new AppError('VAULT_UNREADABLE', `the vault has no pepper of version ${version}`);
    return createHmac('sha256', pepper).update(presented).digest('base64url');
  }

  /** Adds a pepper; keys digested under earlier ones stay good. Returns the new version. */
  rotatePepper(): number {
    const peppers = [...this.#peppers, randomBytes(32)];
    writePeppers(this.folder, peppers);
    this.#peppers = peppers;
    return peppers.length;
  }

  /** Destroys a subject's keys, for good. What they sealed can never be read again; every proof still verifies. */
  erase(subject: string, at: number): number {
    return this.subjects.erase(subject, at);
  }

  /** The newest checkpoint this vault's key has signed, or null. */
  lastCheckpoint(): string | null {
    try {
      return readSecret(this.folder, CHECKPOINT);
    } catch (error) {
      if (isMissing((error as AppError).cause)) return null;
      throw error;
    }
  }

  rememberCheckpoint(text: string): void {
    replaceFile(join(this.folder, CHECKPOINT), text);
  }

  /** Gives the vault to a successor log: the old keys are kept under a number, the memory of the old log goes with them. */
  succeed(skey: string, number: number): void {
    this.dropKeyChange();
    for (const name of [LOG_KEY, CHECKPOINT]) {
      const path = join(this.folder, name);
      if (disk.existsSync(path)) replaceFile(`${path}.${number}`, disk.readFileSync(path));
    }
    this.replaceSigners([skey]);
    this.forgetCheckpoint(this.lastCheckpoint());
  }

  /** Of a log that is over; any other that is remembered stays. */
  forgetCheckpoint(text: string | null): void {
    if (text === null || this.lastCheckpoint() !== text) return;
    disk.rmSync(join(this.folder, CHECKPOINT), { force: true });
    syncFolder(this.folder);
  }

  /** Keys of the log that was superseded under this number, as `succeed` kept them. */
  formerSigners(number: number): readonly NoteSigner[] {
    return readSecret(this.folder, `${LOG_KEY}.${number}`).trim().split('\n').map(parseSignerKey);
  }

  /** Replaces the log's signer keys: current first. */
  replaceSigners(skeys: readonly string[]): void {
    for (const skey of skeys) parseSignerKey(skey);
    replaceFile(join(this.folder, LOG_KEY), `${skeys.join('\n')}\n`);
  }

  signerTexts(): string[] {
    return readSecret(this.folder, LOG_KEY).trim().split('\n');
  }

  /** A change of the log's keys that was begun and not finished, or null. */
  keyChange(): KeyChange | null {
    if (!disk.existsSync(join(this.folder, KEY_CHANGE))) return null;
    const text = readSecret(this.folder, KEY_CHANGE);
    try {
      return JSON.parse(text) as KeyChange;
    } catch (error) {
      throw new AppError('VAULT_UNREADABLE', `${join(this.folder, KEY_CHANGE)} is not JSON`, { cause: error });
    }
  }

  /** Remembers a change before anything of it is done, so that whatever interrupts it, it is finished. */
  beginKeyChange(change: KeyChange): void {
    replaceFile(join(this.folder, KEY_CHANGE), `${JSON.stringify(change)}\n`);
  }

  dropKeyChange(): void {
    disk.rmSync(join(this.folder, KEY_CHANGE), { force: true });
  }
}

/** One change of the log's keys: all that is needed to finish it. */
export interface KeyChange {
  readonly action: 'rotate' | 'retire';
  /** Id of the entry that records it. */
  readonly id: string;
  /** UTC milliseconds. */
  readonly at: number;
  /** Entries of the log when it began. */
  readonly size: number;
  /** Signer keys afterwards, the current one first. */
  readonly skeys: readonly string[];
  /** Public group of the entry, canonical JSON. */
  readonly public: string;
}

/** Opens a vault, or makes it when `origin` is given and there is none. Throws VAULT_UNREADABLE. */
export const openVault = (folder: string, options: VaultOptions = {}): Vault => new Vault(folder, options);

function createMissing(folder: string, origin: string): void {
  makeFolder(folder);
  // The log key comes last: while it is missing and nothing was signed, the vault is still being made.
  if (disk.existsSync(join(folder, LOG_KEY))) return;
  if (disk.existsSync(join(folder, CHECKPOINT))) {
    throw new AppError('VAULT_UNREADABLE', `${join(folder, LOG_KEY)} is missing, though it has signed checkpoints`);
  }
  stateFormat(folder);
  if (!disk.existsSync(join(folder, 'salt.key')))
    replaceFile(join(folder, 'salt.key'), `${randomBytes(32).toString('base64')}\n`);
  if (!disk.existsSync(join(folder, 'pepper.json'))) writePeppers(folder, [randomBytes(32)]);
  replaceFile(join(folder, LOG_KEY), `${generateSignerKey(origin)}\n`);
}

/** Throws VAULT_UNREADABLE when it is missing, not ours, or open to others. */
function checkMode(path: string): void {
  const stat = disk.lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new AppError('VAULT_UNREADABLE', `${path} does not exist`, {
      cause: Object.assign(new Error(path), { code: 'ENOENT' }),
    });
  }
  if (process.platform === 'win32') return;
  if ((stat.mode & 0o077) !== 0) {
    const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
    const wanted = stat.isDirectory() ? '0700' : '0600';
    throw new AppError('VAULT_UNREADABLE', `${path} has mode ${mode}: others can reach it`, {
      next: `run chmod ${wanted} ${path}`,
    });
  }
  if (stat.uid !== process.getuid?.()) throw new AppError('VAULT_UNREADABLE', `${path} belongs to user ${stat.uid}`);
  if (stat.isSymbolicLink()) throw new AppError('VAULT_UNREADABLE', `${path} is a symbolic link`);
}

/** Undefined while there is no such file: what was read from it before stays. */
function markOf(path: string): string | undefined {
  const found = disk.statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.ino} ${found.mtimeNs} ${found.ctimeNs}`;
}

function readSecret(folder: string, name: string): string {
  const path = join(folder, name);
  checkMode(path);
  return disk.readFileSync(path, 'utf8');
}

const readSigners = (folder: string): NoteSigner[] =>
  readSecret(folder, LOG_KEY).trim().split('\n').map(parseSignerKey);

function readPeppers(folder: string): Buffer[] {
  const text = readSecret(folder, 'pepper.json');
  try {
    const peppers = (JSON.parse(text) as { peppers: string[] }).peppers.map((pepper) => Buffer.from(pepper, 'base64'));
    if (peppers.length > 0 && peppers.every((pepper) => pepper.length === 32)) return peppers;
  } catch (error) {
    throw new AppError('VAULT_UNREADABLE', `${join(folder, 'pepper.json')} is not JSON`, { cause: error });
  }
  throw new AppError('VAULT_UNREADABLE', `${join(folder, 'pepper.json')} does not hold peppers of 32 bytes`);
}

const writePeppers = (folder: string, peppers: readonly Buffer[]): void =>
  replaceFile(
    join(folder, 'pepper.json'),
    `${JSON.stringify({ peppers: peppers.map((p) => p.toString('base64')) })}\n`,
  );
