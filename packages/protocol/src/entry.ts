// A journal entry. The leaf commits, the record lies beside it: content is split in up to three groups, each canonical
// JSON with its own salt, and the leaf holds only their salted digests.

export const GROUPS = ['commercial', 'personal', 'public'] as const;
export type Group = (typeof GROUPS)[number];

export const ENTRY_KINDS = [
  'genesis',
  'intent',
  'call',
  'decided',
  'config',
  'key',
  'price_book',
  'alert',
  'erasure',
  'recovery',
  'log_key',
  'restore',
  'pruned',
  'closing',
  'session',
  'view',
  'contract',
  'claim',
  'incident',
  'attestation',
  'register',
  'observed',
  'bypass',
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Three logs that no query spans. */
export type LogKind = 'live' | 'lab' | 'sample';

/** Who wrote an entry, and where in its own sequence: recovery de-duplicates on it. */
export interface By {
  readonly build: string;
  readonly epoch: number;
  readonly lane: number;
  readonly node: string;
  readonly seq: number;
}

/**
 * What a writer hands to the journal. Groups are canonical JSON text (RFC 8785) already: the hot path builds its
 * literals in sorted key order and stringifies once.
 */
export interface EntryDraft {
  readonly kind: EntryKind;
  readonly id: string;
  /** UTC milliseconds. */
  readonly at: number;
  readonly public?: string;
  readonly commercial?: string;
  readonly personal?: string;
  /** Whose key encrypts the personal group (person, else key, else organisation). Required with `personal`. */
  readonly subject?: string;
}

/**
 * In the commercial and public groups of an entry that a successor log took over from the log that it closed, as `carried`:
 * which entry it first was. The leaf's own `at` and `by` say when and by whom it was carried.
 */
export interface CarriedFrom {
  /** When it was first written, UTC milliseconds. */
  readonly at: number;
  /** Index in that log. */
  readonly index: number;
  /** Origin of that log. */
  readonly origin: string;
}

/** The committed leaf: canonical JSON of this shape, at most 65,535 bytes. */
export interface Leaf {
  readonly at: number;
  readonly by: By;
  /** base64url SHA-256 over salt then canonical group bytes. */
  readonly groups: Readonly<Partial<Record<Group, string>>>;
  readonly id: string;
  readonly kind: EntryKind;
  readonly v: 1;
}
