// The journal: write-ahead files, recorder, tile log, checkpoints, proofs, vault, and the standalone verifier.
import { AppError } from '@weighbridge/kernel';
import type {
  Journal,
  RecorderOptions,
  Sealer,
  ServedFile,
  StepReport,
  Verification,
  VerifyOptions,
  WriteAheadOptions,
} from './contract.ts';

export type * from './contract.ts';
export { acquireFolderLock, type FolderLock } from './folder-lock.ts';
export { createSignals, recorderFailing, setRecorderFailing } from './signals.ts';

export interface WriteAhead extends Sealer {
  /** Looks at disk, segment age and vault; called by a timer of its own unless `tickMs` is 0. */
  tick(): void;
  /** Writes what waits and closes. */
  close(): Promise<void>;
}
export interface Recorder {
  /** One look at the write-ahead files; a checkpoint when one is due (`seal: true`: now). */
  step(options?: { readonly seal?: boolean }): StepReport;
  /** Steps by itself until `close`. */
  run(): void;
  /** Drains, seals, closes. */
  close(): void;
}
export interface RecorderThread {
  /** Rejects when the recorder could not start or died. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}
export interface Vault {
  readonly folder: string;
  /** HMAC of a presented API key under the pepper (of that version), base64url. */
  keyDigest(presented: string, version?: number): string;
  readonly pepperVersion: number;
  rotatePepper(): number;
  /** Destroys a subject's key. What was sealed under it can never be read again; every proof still verifies. */
  erase(subject: string, at: number): void;
}

const later = (what: string): never => {
  throw new AppError('INTERNAL', `${what} is not wired yet`);
};

/** Counts up at each start; never the same twice for a folder. Call under the folder lock. */
export const nextEpoch = (folder: string): number => later(folder);
/** Opens a vault, or makes it when `origin` is given and it does not exist. Throws VAULT_UNREADABLE. */
export const openVault = (folder: string, options?: { readonly origin?: string }): Vault => later(folder + String(options));
export const openWriteAhead = (options: WriteAheadOptions): WriteAhead => later(options.folder);
/** In this thread. Throws JOURNAL_ROLLED_BACK, JOURNAL_CORRUPT, VAULT_UNREADABLE. Makes the log when there is none. */
export const openRecorder = (options: RecorderOptions): Recorder => later(options.folder);
/** In a worker thread of its own; resolves once it is open and has recovered (`closeIntent` cannot cross: name a module). */
export const startRecorderThread = (
  options: Omit<RecorderOptions, 'clock' | 'closeIntent'> & { readonly closeIntentModule?: string },
): Promise<RecorderThread> => later(options.folder);
/** Opens a successor log whose first entry states the gap; the old one is kept beside it. */
export const recoverJournal = (options: RecorderOptions & { readonly reason: string }): void => later(options.folder);
export const openJournal = (folder: string, options?: { readonly vault?: string }): Journal => later(folder + String(options));
/** `path` is what follows `/log`: `/checkpoint`, `/tile/0/x001/234`, `/tile/entries/000.p/17`. */
export const serveLog = (folder: string, path: string): ServedFile => later(folder + path);
export const verifyReceipt = (text: string, options: VerifyOptions): Verification => later(text + options.vkey);
export const verifyFolder = (folder: string, options: VerifyOptions & { readonly vault?: string }): Verification =>
  later(folder + options.vkey);
export const verifyUrl = (
  url: string,
  options: VerifyOptions & { readonly fetch: typeof fetch },
): Promise<Verification> => later(url + options.vkey);
