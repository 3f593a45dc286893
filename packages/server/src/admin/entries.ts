// The entries that administration writes, and how they are read back: keys, activations, erasures, alerts. Each change
// says who asked for it (`by`), and what it was `before` and `after`. Content is commercial or personal, never public: who
// may call and at what budget is no stranger's business.
import { canonicalJson, type Json } from '@weighbridge/kernel';
import type { Journal } from '@weighbridge/journal';
import type { Actor, Config, EntryDraft } from '@weighbridge/protocol';
import type { KeyCreated, KeyEntry, KeyRevoked, KeyWho } from '../keys/fold.ts';
import type { BlobReference, Blobs } from './blobs.ts';

export const canonical = (value: unknown): string => canonicalJson(value as Json);

/** A change that the instance makes by itself. */
export const BY_ITSELF: Actor = { via: 'instance' };

// --- keys

/** The principal is a person: it goes into the personal group, under a key of its own, and can be erased. */
export function keyDraft(id: string, at: number, change: KeyCreated | KeyRevoked, by: Actor): EntryDraft {
  if (change.action === 'revoke') {
    const states = { before: { revoked: false }, after: { revoked: true } };
    return { kind: 'key', id, at, commercial: canonical({ ...change, ...states, by }) };
  }
  const { principal, ...who } = change.who;
  const { expires = null, name } = change;
  const states = { before: null, after: { expires, name, revoked: false, who } };
  const draft = { kind: 'key', id, at, commercial: canonical({ ...change, who, ...states, by }) } as const;
  return principal === undefined ? draft : { ...draft, personal: canonical({ principal }), subject: principal };
}

type Readable = Pick<Journal, 'entries' | 'groups'>;

export function* readKeys(journal: Readable): Generator<KeyEntry> {
  for (const entry of journal.entries({ kinds: ['key'] })) {
    const groups = journal.groups(entry.index, ['commercial']);
    const change = JSON.parse(groups.commercial?.text ?? '{}') as KeyCreated | KeyRevoked;
    const isOfPerson = change.action === 'create' && entry.leaf.groups.personal !== undefined;
    const personal = isOfPerson ? principalOf(journal, entry.index) : {};
    yield {
      at: entry.leaf.at,
      change: change.action === 'create' ? { ...change, who: { ...change.who, ...personal } } : change,
    };
  }
}

/** A principal that was erased is no longer known; its key works on without one until it is revoked. */
function principalOf(journal: Readable, index: number): KeyWho {
  try {
    const text = journal.groups(index, ['personal']).personal?.text;
    return text === undefined ? {} : (JSON.parse(text) as KeyWho);
  } catch (error) {
    if ((error as { code?: string }).code === 'SUBJECT_ERASED') return {};
    throw error;
  }
}

// --- activations

export interface Change {
  /** `deployments.sonnet.region`. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface ConfigRecord {
  readonly cause: string;
  /** Digest of the snapshot that receipts name. */
  readonly digest: string;
  readonly previous: string | null;
  readonly source: string;
  /** The configuration in force, without persons: itself, or the blob it lies in. */
  readonly config: unknown;
  /** What changed since the previous activation, each with what it was before and after: itself, or the blob it lies in. */
  readonly diff: unknown;
  /** Absent in entries of versions that did not keep it. */
  readonly by?: Actor;
}

export function configDraft(
  id: string,
  at: number,
  blobs: Blobs,
  facts: {
    cause: string;
    digest: string;
    source: string;
    previous: { digest: string; config: unknown } | undefined;
    config: Config;
    by: Actor;
  },
): EntryDraft {
  const config = withoutPersons(facts.config);
  const diff = facts.previous === undefined ? [] : difference(facts.previous.config, config);
  const record: ConfigRecord = {
    by: facts.by,
    cause: facts.cause,
    config: blobs.inline(canonical(config)),
    diff: blobs.inline(canonical(diff)),
    digest: facts.digest,
    previous: facts.previous?.digest ?? null,
    source: facts.source,
  };
  return { kind: 'config', id, at, commercial: canonical(record) };
}

/** Activations, newest first. */
export function* readConfigs(journal: Readable): Generator<{ readonly at: number; readonly record: ConfigRecord }> {
  for (const entry of journal.entries({ kinds: ['config'], newestFirst: true })) {
    const text = journal.groups(entry.index, ['commercial']).commercial?.text;
    if (text !== undefined) yield { at: entry.leaf.at, record: JSON.parse(text) as ConfigRecord };
  }
}

/** Keys' principals are people: they stand in no entry but their own key's, where they can be erased. */
export function withoutPersons(config: Config): unknown {
  const keys = Object.entries(config.keys).map(([name, key]) => {
    const { principal: _principal, ...rest } = key;
    return [name, rest] as const;
  });
  return { ...config, keys: Object.fromEntries(keys) };
}

/** Paths whose value differs, in the order of the newer side; lists are compared whole. */
export function difference(before: unknown, after: unknown, path = ''): readonly Change[] {
  if (isMapping(before) && isMapping(after)) {
    const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
    return names.flatMap((name) => difference(before[name], after[name], path === '' ? name : `${path}.${name}`));
  }
  const same = before === undefined || after === undefined ? before === after : canonical(before) === canonical(after);
  if (same) return [];
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// --- price books

export interface BookRecord {
  /** The book's id, as charges name it: base64url SHA-256 of its text. */
  readonly book: string;
  readonly rows: number;
  /** The whole book, so that any charge can be computed again. */
  readonly text: BlobReference;
}

export const bookDraft = (id: string, at: number, record: BookRecord): EntryDraft => ({
  kind: 'price_book',
  id,
  at,
  commercial: canonical(record),
});

/** Books that were in force, newest first. */
export function* readBooks(journal: Journal): Generator<BookRecord> {
  for (const entry of journal.entries({ kinds: ['price_book'], newestFirst: true })) {
    const text = journal.groups(entry.index, ['commercial']).commercial?.text;
    if (text !== undefined) yield JSON.parse(text) as BookRecord;
  }
}

// --- sessions of the console

/** A session is opened by whoever holds a link, and ended by itself, by another one, or by the operator. */
export const sessionDraft = (
  id: string,
  at: number,
  change: { readonly action: 'open' | 'end'; readonly session: string; readonly by: Actor },
): EntryDraft => {
  const open = change.action === 'open';
  return { kind: 'session', id, at, commercial: canonical({ ...change, before: { open: !open }, after: { open } }) };
};

// --- erasures, alerts

/** States that a person's part was erased without naming the person: only a keyed digest of the subject stands there. */
export const erasureDraft = (id: string, at: number, subjectDigest: string, by: Actor): EntryDraft => ({
  kind: 'erasure',
  id,
  at,
  commercial: canonical({ after: { erased: true }, before: { erased: false }, by, subject_digest: subjectDigest }),
});

export const alertDraft = (
  id: string,
  at: number,
  alert: { readonly alert: string; readonly message: string; readonly about: string },
): EntryDraft => ({
  kind: 'alert',
  id,
  at,
  commercial: canonical(alert),
});
