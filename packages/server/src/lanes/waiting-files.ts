// Calls that wait over restarts, and answers that are fetched, as files of the home folder: one for each, replaced whole and
// synced before anything hangs on it. What stands in a file is sealed under the key of the subject whose call it is, so an
// erasure reaches it. A file bears the number of the lane that holds its call, and the call's id, and nothing else in clear.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LaterAnswer, LookedUp, WaitingRecord, WaitingStore } from '@weighbridge/gateway';
import { LIMITS } from '@weighbridge/kernel';
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
  for (const { name, lane, id, kind } of filesIn(folder))
    if (kind === 'waiting' && lane > lanes) renameSync(join(folder, name), join(folder, `1-${id}.waiting`));
}

export function openWaitingFiles(options: WaitingFilesOptions): WaitingStore {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  return new WaitingFiles(options);
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
    return this.#inTurn(record.id, () => this.#write(this.#path(record.id, 'waiting'), record.subject, record));
  }

  drop(id: string): Promise<void> {
    return this.#inTurn(id, () => rm(this.#path(id, 'waiting'), { force: true }));
  }

  list(): readonly WaitingRecord[] {
    const { folder, lane, isSealed, unreadable } = this.#options;
    const records: WaitingRecord[] = [];
    for (const file of filesIn(folder)) {
      if (file.kind !== 'waiting' || file.lane !== lane) continue;
      const read = isSealed(file.id) ? null : (this.#read(join(folder, file.name)) as WaitingRecord | null);
      if (read !== null) records.push(read);
      else {
        if (!isSealed(file.id)) unreadable(file.id);
        void this.drop(file.id).catch(() => undefined);
      }
    }
    return records;
  }

  keepAnswer(id: string, { body, ...answer }: LaterAnswer): Promise<void> {
    this.#sweep();
    const kept = { ...answer, body: body.toString('base64') };
    return this.#inTurn(id, () => this.#write(this.#path(id, 'answer'), answer.subject, kept));
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

  async #write(path: string, subject: string, value: unknown): Promise<void> {
    const { vault, now, folder } = this.#options;
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

  /** Answers go when they have been kept long enough; of too many, the oldest. */
  #sweep(): void {
    const { folder, now } = this.#options;
    if (now() - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now();
    const answers = filesIn(folder)
      .filter(({ kind }) => kind === 'answer')
      .map(({ name }) => ({ name, at: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
      .toSorted((a, b) => b.at - a.at);
    const old = answers.filter(({ at }, index) => index >= LIMITS.later_answers || now() - at > LIMITS.later_answer_ms);
    for (const { name } of old) void rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

const SWEEP_MS = 60_000;

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
