// The witness itself (c2sp.org/tlog-witness): a checkpoint is cosigned only when it extends the newest one remembered of
// its log, and only after that is durable. Check, write and answer happen in one turn of the event loop with nothing
// awaited between, so that two submissions can never both be judged against the same memory.
import { invariant, isAppError, systemClock, type Clock } from '@weighbridge/kernel';
import type { Checkpoint } from '../contract.ts';
import { EMPTY_ROOT } from '../merkle/hash.ts';
import { verifyConsistency } from '../merkle/verify.ts';
import { openCheckpoint, readCheckpoint } from '../note/checkpoint.ts';
import type { NoteVerifier } from '../note/note-key.ts';
import { parseNote } from '../note/signed-note.ts';
import { parseAddCheckpoint, type AddCheckpoint } from './add-checkpoint.ts';
import type { KnownLog } from './known-log.ts';
import type { Remembered, WitnessMemory } from './store.ts';

/** The same checkpoint asked for again within this time gets the cosignature that was made for it. */
const REPEAT_MS = 60_000;

export type WitnessStatus = 200 | 400 | 403 | 404 | 409 | 422 | 503;

export interface WitnessAnswer {
  readonly status: WitnessStatus;
  readonly type: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  readonly body: string;
}

/** What a witness did, for whoever runs it. */
export interface WitnessEvent {
  readonly what: 'cosigned' | 'refused' | 'contradiction';
  readonly origin: string;
  readonly size: number;
  /** In words; absent when cosigned. */
  readonly why?: string;
}

export interface WitnessOptions {
  readonly memory: WitnessMemory;
  readonly logs: ReadonlyMap<string, KnownLog>;
  readonly clock?: Clock;
  readonly onEvent?: (event: WitnessEvent) => void;
}

/** A refusal on the way to a cosignature. */
interface Refusal {
  readonly status: Exclude<WitnessStatus, 200>;
  readonly why: string;
  /** The checkpoint is signed by the log and cannot be true beside what is remembered. */
  readonly contradicts?: boolean;
}

export class Witness {
  readonly logs: ReadonlyMap<string, KnownLog>;
  readonly #memory: WitnessMemory;
  readonly #clock: Clock;
  readonly #onEvent: (event: WitnessEvent) => void;

  constructor({ memory, logs, clock = systemClock, onEvent = () => undefined }: WitnessOptions) {
    this.logs = logs;
    this.#memory = memory;
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  get vkey(): string {
    return this.#memory.cosigner.key.vkey;
  }

  remembered(origin: string): Remembered | null {
    return this.#memory.remembered(origin);
  }

  /** Answers the body of a POST to add-checkpoint. Never throws for what a body can hold. */
  addCheckpoint(body: Uint8Array): WitnessAnswer {
    let asked: AddCheckpoint;
    let origin: string;
    try {
      asked = parseAddCheckpoint(body);
      ({ origin } = readCheckpoint(asked.note));
    } catch (error) {
      if (!isAppError(error)) throw error;
      return plain(400, error.message);
    }
    return this.consider(origin, asked);
  }

  /**
   * Cosigns, or says why not. Whoever follows a log by itself comes in here, with the keys that handovers of the log's key
   * have led to where there are any.
   */
  consider(origin: string, asked: AddCheckpoint, keys?: readonly NoteVerifier[]): WitnessAnswer {
    const known = this.logs.get(origin);
    const log = known === undefined || keys === undefined ? known : { ...known, keys };
    if (log === undefined) return plain(404, `this witness does not know the log ${origin}`);
    let checkpoint: Checkpoint;
    try {
      checkpoint = openCheckpoint(asked.note, log.keys);
    } catch (error) {
      if (!isAppError(error)) throw error;
      return plain(403, error.message);
    }
    const refusal = this.#judge(checkpoint, asked);
    if (refusal === null) return this.#cosign(log, checkpoint);
    const { status, why, contradicts = false } = refusal;
    if (contradicts) this.keepConflict(checkpoint);
    const size = this.remembered(origin)?.size ?? 0;
    // An old size that does not fit is how a log asks for the right one; a checkpoint that is behind is worth a word.
    if (status !== 409 || checkpoint.size < size)
      this.#onEvent({ what: contradicts ? 'contradiction' : 'refused', origin, size: checkpoint.size, why });
    return status === 409 ? { status, type: 'text/x.tlog.size', body: `${size}\n` } : plain(status, why);
  }

  /** In the order in which the specification puts its conditions. */
  #judge(checkpoint: Checkpoint, { old, proof }: AddCheckpoint): Refusal | null {
    const known = this.remembered(checkpoint.origin);
    const { size, root } = checkpoint;
    if (old > size) return { status: 400, why: `the old size ${old} is larger than the checkpoint's, ${size}` };
    if (old !== (known?.size ?? 0)) {
      const behind = `it has ${size} entries, and ${known?.size ?? 0} were cosigned: rolled back, or sent late`;
      return { status: 409, why: behind };
    }
    if (size === 0 && !root.equals(EMPTY_ROOT)) return { status: 422, why: 'an empty log has another root than this' };
    if (old === 0 || known === null)
      return proof.length === 0 ? null : { status: 422, why: 'nothing has to be proven from an empty log, and it was' };
    try {
      verifyConsistency(old, size, known.root, root, proof);
      return null;
    } catch (error) {
      if (!isAppError(error)) throw error;
      return { status: 422, why: error.message, contradicts: size === old && !root.equals(known.root) };
    }
  }

  #cosign(log: KnownLog, checkpoint: Checkpoint): WitnessAnswer {
    const { origin, size } = checkpoint;
    const known = this.remembered(origin);
    const { text } = parseNote(checkpoint.text);
    if (known !== null && this.#isRepeat(known, text)) return plain(200, ownLines(known.text, this.#memory), false);
    // A clock that was set back must not make a newer statement look older than the one before it.
    const seconds = Math.floor(Math.max(this.#clock.wall(), known?.at ?? 0) / 1000);
    const line = this.#memory.cosigner.cosign(text, seconds);
    try {
      this.#memory.remember(origin, `${text}\n${logLines(checkpoint.text, log)}${line}`);
    } catch (error) {
      const why = `this witness cannot write down what it would cosign: ${(error as Error).message}`;
      this.#onEvent({ what: 'refused', origin, size, why });
      return plain(503, why);
    }
    this.#onEvent({ what: 'cosigned', origin, size });
    return plain(200, line, false);
  }

  #isRepeat(known: Remembered, text: string): boolean {
    return parseNote(known.text).text === text && this.#clock.wall() - known.at < REPEAT_MS;
  }

  /** Keeps a checkpoint that the log signed and that cannot stand beside what is remembered: proof against the log. */
  keepConflict({ origin, text }: Checkpoint): void {
    try {
      this.#memory.keepConflict(origin, text);
    } catch (error) {
      const why = `the contradiction could not be kept: ${(error as Error).message}`;
      this.#onEvent({ what: 'refused', origin, size: 0, why });
    }
  }
}

const plain = (status: WitnessStatus, text: string, line = true): WitnessAnswer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: line ? `${text}\n` : text,
});

const linesOf = (note: string): string[] => note.slice(note.lastIndexOf('\n\n') + 2).split(/(?<=\n)/);

/** The signature lines of the log's own keys, which were verified. */
function logLines(note: string, { keys }: KnownLog): string {
  const lines = linesOf(note);
  const own = parseNote(note).signatures.map(({ name, keyId }) =>
    keys.some((key) => key.name === name && key.keyId === keyId),
  );
  invariant(lines.length === own.length, 'every line behind the blank one is a signature');
  return lines.filter((_, at) => own[at] === true).join('');
}

function ownLines(note: string, { cosigner: { key } }: WitnessMemory): string {
  const { signatures } = parseNote(note);
  return linesOf(note)
    .filter((_, at) => signatures[at]?.name === key.name && signatures[at].keyId === key.keyId)
    .join('');
}
