// What the journal offers the rest of the house, in one place to read. `Sealer` and `BodyHasher` have the shape that
// the gateway's ports declare: siblings never import each other, `server` hands the one to the other. Everything that
// crosses a thread border is plain data or a SharedArrayBuffer.
import type { EntryDraft, EntryKind, Group, Leaf, LogKind } from '@weighbridge/protocol';
import type { Clock } from '@weighbridge/kernel';
import type { Policy } from './policy/policy.ts';
import type { EntryRange, SealedClosing } from './retention/closed-part.ts';
import type { PrunedRange } from './retention/statements.ts';

/** Incremental salted digest of a body; base64url SHA-256. */
export interface BodyHasher {
  update(bytes: Uint8Array): void;
  digest(): string;
}

/** The bodies of one entry, as salted digests: base64url SHA-256. */
export interface BodySealer {
  /** Of a body that is there whole: the cheaper way. */
  digest(label: BodyLabel, body: Uint8Array): string;
  hasher(label: BodyLabel): BodyHasher;
}

export type BodyLabel = 'request' | 'response';

/** The lane's end of the journal (structurally the gateway's port of that name). */
export interface Sealer {
  readonly available: boolean;
  append(draft: EntryDraft): Promise<void>;
  bodies(subject: string, id: string): BodySealer;
}

/** `process` survives `kill -9` of the process, `disk` survives loss of power. */
export type Durability = 'process' | 'disk';

export interface WriteAheadOptions {
  /** The journal's folder (one per log). */
  readonly folder: string;
  /** The vault's folder; it must exist already. */
  readonly vault: string;
  /** Number of this lane, 0 to 65,534. Each writer in the process has its own; give the admin thread one too. */
  readonly lane: number;
  /** From `nextEpoch(folder)`, taken once per start of the process, and once more when a lane is started again. */
  readonly epoch: number;
  readonly node: string;
  readonly build: string;
  readonly durability: Durability;
  /** From `createSignals()`, shared by all lanes and the recorder. */
  readonly signals?: SharedArrayBuffer;
  readonly clock?: Clock;
  /** Milliseconds between looks at the disk, the segment's age and the vault; 0: only when `tick()` is called. */
  readonly tickMs?: number;
  /** A segment with content is closed at this age, so that plain text does not linger. Default 60,000. */
  readonly segmentMs?: number;
  /** For tests: bounds smaller than LIMITS.wal_segment_bytes and LIMITS.reserve_bytes. */
  readonly segmentBytes?: number;
  readonly reserveBytes?: number;
}

/** What an interrupted call becomes: the draft of its `call` entry, made from the draft of its intent. */
export type CloseIntent = (intent: EntryDraft, at: number) => EntryDraft;

export interface RecorderOptions {
  readonly folder: string;
  readonly vault: string;
  /** Epoch of this start: write-ahead files of earlier epochs are drained and their open intents closed. */
  readonly epoch: number;
  readonly node: string;
  readonly build: string;
  readonly log: LogKind;
  /** Of the lanes: with `disk`, what is sealed was synced in their files before. Default `process`. */
  readonly durability?: Durability;
  readonly signals?: SharedArrayBuffer;
  readonly clock?: Clock;
  /** Least time between two checkpoints. Default 1,000. */
  readonly checkpointMs?: number;
  /** Longest time between two looks at the write-ahead files. Default 200. */
  readonly pollMs?: number;
  readonly closeIntent?: CloseIntent;
  /** Folder with a file `LANE-ID.waiting` for each call that waits over restarts: its intent stays open. */
  readonly waiting?: string;
  /** Closes the books on what is pruned. Absent: it is pruned without, and tables cannot be folded from it again. */
  readonly closing?: Closing;
}

/**
 * Closes the books on a part of the log before its records go. What they came to is text that the log seals beside them;
 * what it says is known to whoever folds records into tables, which is not the journal.
 */
export interface Closing {
  /**
   * What the records of entries `[from, to)` come to, in texts of canonical JSON of at most LIMITS.group_bytes, each
   * sealed as an entry. `seal`: hides a text that concerns a subject under that subject's key. Throws JOURNAL_CORRUPT
   * when a record cannot be read.
   */
  make(journal: Journal, part: EntryRange, seal: (subject: string, text: string) => string): readonly string[];
  /** Throws JOURNAL_CORRUPT unless these texts say what the records, which are still there, come to. */
  check(journal: Journal, part: EntryRange, texts: readonly string[]): void;
}

export interface StepReport {
  /** Entries taken into the log by this step. */
  readonly integrated: number;
  /** True when this step signed a checkpoint. */
  readonly sealed: boolean;
  /** Size of the log as of its last signed checkpoint. */
  readonly size: number;
  /** Set while the disk refuses: new calls are refused, the next step tries again. */
  readonly failing?: string;
}

export interface Checkpoint {
  readonly origin: string;
  /** Number of entries. */
  readonly size: number;
  readonly root: Buffer;
  /** The signed note, verbatim: what a verifier remembers. */
  readonly text: string;
}

/** One entry as the log commits to it. */
export interface LogEntry {
  readonly index: number;
  readonly leaf: Leaf;
  /** The exact bytes of the leaf, as text. */
  readonly text: string;
}

/** An entry and the text of its groups: canonical JSON. */
export interface LogRecord extends LogEntry {
  readonly groups: Readonly<Partial<Record<Group, string>>>;
  /**
   * Under which key of which subject the personal group is sealed: an opaque name that shows no person, and stays when
   * the key is destroyed. Absent where the entry has no personal group.
   */
  readonly subject?: string;
  /** All that is left is the leaf: only where that was asked for. */
  readonly pruned?: true;
}

/** A disclosed group: what the leaf's digest is of. */
export interface DisclosedGroup {
  /** base64url. */
  readonly salt: string;
  /** Canonical JSON. */
  readonly text: string;
}
export type Disclosure = Readonly<Partial<Record<Group, DisclosedGroup>>>;

export interface EntryFilter {
  /** Only these kinds; others than `intent`, `call` and `decided` are found by an index. */
  readonly kinds?: readonly EntryKind[];
  /** UTC milliseconds, inclusive. */
  readonly since?: number;
  /** UTC milliseconds, exclusive. */
  readonly until?: number;
  /** Entry indexes: from inclusive, to exclusive. */
  readonly from?: number;
  readonly to?: number;
  readonly newestFirst?: boolean;
  /** Goes through the leaves themselves also where an index knows: it can be built again, and is no evidence. */
  readonly unindexed?: boolean;
  /** What `records` does about records that were pruned: `leaf` yields what is left of them. Default: it throws RECORD_PRUNED. */
  readonly pruned?: 'skip' | 'leaf';
}

/** Read-only view of a journal folder, up to its last signed checkpoint. Works while the server writes. */
export interface Journal {
  readonly folder: string;
  /** The key that signs now (read anew). */
  readonly vkey: string;
  /** The checkpoint as it stands now (read anew). */
  checkpoint(): Checkpoint;
  /** Throws RECEIPT_UNKNOWN beyond the checkpoint. */
  entry(index: number): LogEntry;
  /** All entries of this id (an intent and its call share one), oldest first; empty when there is none. */
  find(id: string): readonly LogEntry[];
  /** In order, bounded memory. */
  entries(filter?: EntryFilter): IterableIterator<LogEntry>;
  /**
   * As `entries`, with what lies beside each: a bundle of leaves and one of records are read once for 256 entries. A
   * personal group that was erased is absent; so is one that the entry does not have. Whether one was erased is looked at
   * every 2,048 entries. Throws RECORD_PRUNED for a record that was pruned, unless those are to be skipped.
   */
  records(filter: EntryFilter, names: readonly Group[]): IterableIterator<LogRecord>;
  /** Entries whose records were pruned, as the log states it, oldest statement first. */
  pruned(): readonly PrunedRange[];
  /** Those of these subjects (as records name them) whose key was destroyed. Needs the vault. */
  erasedAmong(subjects: readonly string[]): readonly string[];
  /**
   * A text that was sealed for a subject in what a closing entry says; null once the subject was erased. Needs the vault.
   * Throws JOURNAL_CORRUPT.
   */
  unsealed(subject: string, sealed: string): string | null;
  /** Groups beside an entry (RECORD_PRUNED once pruned). `personal` needs the vault (SUBJECT_ERASED once erased). Default: public and commercial. */
  groups(index: number, names?: readonly Group[]): Disclosure;
  /**
   * `c2sp.org/tlog-proof@v1` text for an entry: by index, or by id (its `call` entry, else its newest). Its checkpoint is
   * the one that most witnesses have cosigned, where one that holds the entry was.
   */
  proofFor(entry: number | string): string;
  /** Self-contained receipt in plain form for an id's `call` entry (else its newest). Default group: public only. */
  receiptFor(id: string, options?: { readonly groups?: readonly Group[]; readonly kind?: EntryKind }): string;
  /** The same as an in-toto statement in a DSSE envelope, which is what is handed on. Needs the vault, which signs it. */
  attestationFor(id: string, options?: { readonly groups?: readonly Group[]; readonly kind?: EntryKind }): string;
  close(): void;
}

export interface ServedFile {
  readonly status: 200 | 400 | 404 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export type VerifyOutcome = 'ok' | 'PROOF_INVALID' | 'TRUNCATION_NOT_EXCLUDED' | 'QUORUM_NOT_MET';

/** What the witnesses of a policy said. */
export interface Witnessed {
  /** What was asked for, in words. */
  readonly quorum: string;
  readonly met: boolean;
  /** Each witness that counts: its name in the policy and as of when it spoke (UTC milliseconds), of how many entries. */
  readonly by: readonly { readonly name: string; readonly at: number; readonly size: number }[];
  /** The latest instant as of which a quorum has spoken, UTC milliseconds. Absent while it is not met. */
  readonly as_of?: number;
}

/** The answer of the standalone verifier. */
export interface Verification {
  readonly outcome: VerifyOutcome;
  /** What was wrong, or could not be told, in words; absent when `ok`. */
  readonly problem?: string;
  /** What to do next, where that differs from the advice that goes with the outcome. */
  readonly next?: string;
  readonly origin?: string;
  /** Entries the checkpoint commits to. */
  readonly size?: number;
  /** base64. */
  readonly root?: string;
  /** Leaves whose bytes were hashed. */
  readonly leaves: number;
  /** Groups whose salted digest was checked, and those that could not be (erased, encrypted, not there). */
  readonly groups: { readonly checked: number; readonly unchecked: number };
  /** The signed checkpoint, to remember for the next time. */
  readonly checkpoint?: string;
  /** Handovers of the log's key that were followed, oldest first; absent where there are none. */
  readonly handovers?: readonly HandedOver[];
  /**
   * Keys (name+hash) under which the log signs the checkpoint as well, and to which nothing leads from the key given: it
   * may have been handed over, and the statement that says so be missing. Absent where there are none.
   */
  readonly unknown_keys?: readonly string[];
  /** Records that were pruned, as entries of the log state it; absent where there are none. */
  readonly pruned?: { readonly records: number; readonly ranges: readonly PrunedRange[] };
  /** What closing entries say of which parts of the log: of these leaves, and so many calls. Absent where there are none. */
  readonly closed?: readonly SealedClosing[];
  /** Where a policy was given. */
  readonly witnessed?: Witnessed;
}

/** A handover of the log's key that was followed; both keys signed it. */
export interface HandedOver {
  /** vkeys. */
  readonly from: string;
  readonly to: string;
  /** The entry that records it: checkpoints that cover it are signed by the new key. */
  readonly index: number;
  /** UTC milliseconds. */
  readonly at: number;
}

export interface VerifyOptions {
  /** The log's public key in vkey form (`name+hash+base64`): the current one, or an earlier one of the same log. */
  readonly vkey: string;
  /** Statements by which the log's key was handed over, where they are not beside the log (`/log/handovers`). */
  readonly handovers?: string;
  /** The signed checkpoint that the verifier remembers. */
  readonly last?: string;
}

/** Whom a verifier of a receipt believes: a log by its key, or a policy, or both. */
export interface ReceiptOptions extends Partial<VerifyOptions> {
  readonly policy?: Policy;
}
