// What of a call that waits outlives the process that took it, and where its answer lies for a caller that fetches it. The
// gateway says what is kept; where, and sealed under which key, is the business of whoever gives it the store.
import type { DialectId, Priority, Who } from '@weighbridge/protocol';

/** A call that waits, as plain data: what the next start needs to go on with it. */
export interface WaitingRecord {
  readonly id: string;
  /** UTC milliseconds. */
  readonly started: number;
  readonly until: number;
  readonly leave: number;
  readonly deployment: string;
  /** Id of the key that it came with, never the secret. */
  readonly key: string;
  readonly who: Who;
  readonly subject: string;
  readonly surface: DialectId;
  readonly alias: string;
  readonly fidelity: 'strict' | 'warn' | 'default';
  readonly priority: Priority;
  readonly digest: string;
  /** Headers of the client that go on to a cloud. */
  readonly pass: Readonly<Record<string, string>>;
  /** base64. */
  readonly body: string;
  /** The seller's name of the batch; '' until it is handed in, UNSURE while it is. */
  readonly batch: string;
  readonly sent: number;
  /** Its caller fetches the answer. */
  readonly later: boolean;
}

/** It was being handed in: nobody knows whether it was. */
export const UNSURE = '?';

export interface LaterAnswer {
  /** Id of the key that may have it. */
  readonly key: string;
  readonly subject: string;
  readonly status: number;
  /** Name, value, name, value, … */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

export type LookedUp =
  | { readonly state: 'waiting'; readonly key: string; readonly until: number }
  | { readonly state: 'answered'; readonly answer: LaterAnswer };

/** All of it survives a loss of power once its promise is resolved; of one call, what was asked first is done first. */
export interface WaitingStore {
  /** Writes it, or writes it anew. Rejects where it cannot, or its subject was erased: then the call does not wait. */
  keep(record: WaitingRecord): Promise<void>;
  /** The call is over: its receipt is sealed. */
  drop(id: string): Promise<void>;
  /** Nothing can be made of it: it is closed as interrupted, and dropped. */
  giveUp(id: string): void;
  /** Of this lane, from an earlier start; those whose receipt was sealed are dropped, not listed. */
  list(): readonly WaitingRecord[];
  /** Whether the subject of this call was erased since the call began. */
  isErased(id: string, subject: string): boolean;
  /** Resolves when all that was asked of it is done. */
  settled(): Promise<void>;
  /** The answer, for as long as answers are kept; of a subject that was erased meanwhile none is. */
  keepAnswer(id: string, answer: LaterAnswer): Promise<void>;
  /** Of any lane; null where nothing is known of it, or no longer. */
  look(id: string): LookedUp | null;
}
