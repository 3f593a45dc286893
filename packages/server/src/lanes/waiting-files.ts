// Calls that wait over restarts, and answers that are fetched, as files of the home folder: one for each, replaced whole and
// synced before anything hangs on it. What stands in a file is sealed under the key of the subject whose call it is, so an
// erasure reaches it. A file bears the number of the lane that holds its call, and the call's id, and nothing else in clear.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaterAnswer, LookedUp, WaitingRecord, WaitingStore } from '@weighbridge/gateway';
import { AppError, LIMITS, ulidTime } from '@weighbridge/kernel';
import { openForSubject, sealForSubject, type Vault } from '@weighbridge/journal';

export interface WaitingFilesOptions {
  readonly folder: string;
  readonly lane: number;
  readonly vault: Vault;
  readonly now: () => number;
  /** Whether the receipt of this call is sealed. */
  readonly isSealed: (id: string) => boolean;
  /** The call can be read no more: its subject was erased, or the file is damaged. */
  readonly unreadable: (id: string) => void;
}

/** As it lies in its file. */
type StoredAnswer = Omit<LaterAnswer, 'body'> & { readonly body: string };

const FILE = /^(\d+)-([0-9A-Z]{26})\.(waiting|answer)$/;

/** Calls of lanes that this start does not have go to the first. Before any lane opens its store. */
export function assignWaiting(folder: string, lanes: number): void {
  dropHalfWritten(folder);
  for (const { name, lane, id, kind } of filesIn(folder))
    if (kind === 'waiting' && lane > lanes) renameSync(join(folder, name), join(folder, `1-${id}.waiting`));
}

export function openWaitingFiles(options: WaitingFilesOptions): WaitingStore {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const files = new WaitingFiles(options);
  // What is kept for a day goes after a day, whether or not anything new is kept.
  setInterval(() => files.sweep(), SWEEP_MS * 10).unref();
  return files;
}

class WaitingFiles implements WaitingStore {
  readonly #options: WaitingFilesOptions;
  /** What was asked last for each call, until it is done. */
  readonly #pending = new Map<string, Promise<void>>();
  #sweptAt = 0;

  constructor(options: WaitingFilesOptions) {
    this.#options = options;
  }

  keep(record: WaitingRecord): Promise<void> {
    const { id, subject } = record;
    return this.#inTurn(id, async () => {
      const written = await this.#write(id, 'waiting', subject, record);
      if (!written) throw new AppError('SUBJECT_ERASED', `nothing is kept of the call ${id}: its subject was erased`);
    });
  }

  drop(id: string): Promise<void> {
    return this.#inTurn(id, () => rm(this.#path(id, 'waiting'), { force: true }));
  }

  isErased(id: string, subject: string): boolean {
    return this.#options.vault.subjects.erasedAt(subject) >= ulidTime(id);
  }

  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending.values());
  }

  giveUp(id: string): void {
    this.#options.unreadable(id);
    void this.drop(id).catch(() => undefined);
  }

  list(): readonly WaitingRecord[] {
    const { folder, lane, isSealed } = this.#options;
    this.sweep();
    const records: WaitingRecord[] = [];
    for (const file of filesIn(folder)) {
      if (file.kind !== 'waiting' || file.lane !== lane) continue;
      const read = isSealed(file.id) ? null : (this.#read(join(folder, file.name)) as WaitingRecord | null);
      if (read !== null) records.push(read);
      else if (isSealed(file.id)) void this.drop(file.id).catch(() => undefined);
      else this.giveUp(file.id);
    }
    return records;
  }

  keepAnswer(id: string, { body, ...answer }: LaterAnswer): Promise<void> {
    this.sweep();
    const kept = { ...answer, body: body.toString('base64') };
    return this.#inTurn(id, async () => {
      await this.#write(id, 'answer', answer.subject, kept);
    });
  }

  look(id: string): LookedUp | null {
    const { folder, now } = this.#options;
    const found = filesIn(folder).filter((file) => file.id === id);
    const answered = found.find(({ kind }) => kind === 'answer');
    if (answered !== undefined) {
      const path = join(folder, answered.name);
      if (now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > LIMITS.later_answer_ms) return null;
      const kept = this.#read(path) as StoredAnswer | null;
      return kept === null ? null : { state: 'answered', answer: { ...kept, body: Buffer.from(kept.body, 'base64') } };
    }
    const waiting = found.find(({ kind }) => kind === 'waiting');
    const record = waiting === undefined ? null : (this.#read(join(folder, waiting.name)) as WaitingRecord | null);
    return record === null ? null : { state: 'waiting', key: record.key, until: record.until };
  }

  /** What was asked for one call is done in the order in which it was asked. */
  #inTurn(id: string, work: () => Promise<void>): Promise<void> {
    const before = this.#pending.get(id) ?? Promise.resolve();
    const done = before.catch(() => undefined).then(work);
    this.#pending.set(id, done);
    const forget = (): void => {
      if (this.#pending.get(id) === done) this.#pending.delete(id);
    };
    done.then(forget, forget);
    return done;
  }

  /** False, and nothing is written, where its subject was erased since the call began. */
  async #write(id: string, kind: 'waiting' | 'answer', subject: string, value: unknown): Promise<boolean> {
    const { vault, now, folder } = this.#options;
    if (this.isErased(id, subject)) return false;
    const path = this.#path(id, kind);
    const sealed = sealForSubject(vault, subject, JSON.stringify(value), now());
    const made = `${path}.new`;
    const file = await open(made, 'w', 0o600);
    try {
      await file.writeFile(sealed);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(made, path);
    await syncFolder(folder);
    return true;
  }

  /** Null where it is not there, or cannot be read any more. */
  #read(path: string): unknown {
    try {
      return JSON.parse(openForSubject(this.#options.vault, readFileSync(path, 'utf8')));
    } catch {
      return null; // Erased, damaged, or gone between the look and the reading: there is nothing to go on with.
    }
  }

  #path(id: string, kind: 'waiting' | 'answer'): string {
    return join(this.#options.folder, `${this.#options.lane}-${id}.${kind}`);
  }

  /** Answers go when they have been kept long enough; of too many, or too large ones, the oldest. */
  sweep(): void {
    const { folder, now } = this.#options;
    if (now() - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now();
    let bytes = 0;
    const answers = filesIn(folder)
      .filter(({ kind }) => kind === 'answer')
      .map(({ name }) => ({ name, stat: statSync(join(folder, name), { throwIfNoEntry: false }) }))
      .map(({ name, stat }) => ({ name, at: stat?.mtimeMs ?? 0, size: stat?.size ?? 0 }))
      .toSorted((a, b) => b.at - a.at);
    const old = answers.filter(({ at, size }, index) => {
      bytes += size;
      const many = index >= LIMITS.later_answers || bytes > LIMITS.later_answer_bytes;
      return many || now() - at > LIMITS.later_answer_ms;
    });
    for (const { name } of old) void rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

const SWEEP_MS = 60_000;

/** What a process was writing when it was killed is nobody's. Before any lane opens its store. */
function dropHalfWritten(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (name.endsWith('.new')) rmSync(join(folder, name), { force: true });
}

interface Found {
  readonly name: string;
  readonly lane: number;
  readonly id: string;
  readonly kind: string;
}

function filesIn(folder: string): Found[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const [, lane = '', id = '', kind = ''] = FILE.exec(name) ?? [];
    return id === '' ? [] : [{ name, lane: Number(lane), id, kind }];
  });
}

/** Where folders cannot be synced, as on Windows, their names are as durable as the system makes them. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
