// The private record that lies beside a leaf: each group with its salt, the personal one sealed under its subject's
// key (AES-256-GCM). Keys, salts and nonces are derived from the vault and the entry's identity, so that expanding the
// same draft again after a crash gives the same bytes.
import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { AppError, invariant } from '@weighbridge/kernel';
import type { By, Group } from '@weighbridge/protocol';
import type { DisclosedGroup } from '../contract.ts';
import { Prf } from '../vault/prf.ts';
import { HANDLE_BYTES, subjectName } from '../vault/subject-name.ts';
import type { Vault } from '../vault/vault.ts';

const VERSION = 1;
const SALT_BYTES = 16;
/** Of AES-256. */
const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** Handle, generation, tag, length. */
const SEALED_LENGTH_AT = HANDLE_BYTES + 4 + TAG_BYTES;
const PERSONAL_HEAD_BYTES = SEALED_LENGTH_AT + 4;
const FLAG = { commercial: 1, personal: 2, public: 4 } as const satisfies Record<Group, number>;
/** Every derived key is used for one entry only, so that its nonce may be constant (RFC 5116 §3.2). */
const NONCE = Buffer.alloc(12);

/** A draft whose groups are bytes: what a write-ahead file holds. */
export interface RawDraft {
  readonly kind: string;
  readonly id: string;
  readonly at: number;
  readonly subject: string;
  readonly public: Buffer | null;
  readonly commercial: Buffer | null;
  readonly personal: Buffer | null;
}

export interface Expanded {
  readonly leaf: Buffer;
  readonly record: Buffer;
}

/** base64url SHA-256 over salt then the canonical bytes of the group. */
export function groupDigest(salt: Uint8Array, text: Uint8Array): string {
  const bytes = Buffer.allocUnsafe(salt.length + text.length);
  bytes.set(salt);
  bytes.set(text, salt.length);
  return hash('sha256', bytes, 'base64url');
}

/** Leaf and record are views of scratch space: they hold until the next draft is expanded. */
let scratch = Buffer.alloc(64 * 1024);
let leafScratch = Buffer.alloc(4096);

/** What an entry says of its writer but for its number: the same for thousands of entries in a row. */
interface Author {
  readonly by: By;
  readonly leaf: string;
  readonly identity: string;
}
let last: Author | null = null;

function authorOf(by: By): Author {
  const { build, epoch, lane, node } = by;
  if (
    last !== null &&
    last.by.lane === lane &&
    last.by.epoch === epoch &&
    last.by.node === node &&
    last.by.build === build
  )
    return last;
  const leaf = `{"build":${JSON.stringify(build)},"epoch":${epoch},"lane":${lane},"node":${JSON.stringify(node)},"seq":`;
  last = { by, leaf, identity: `${node}\n${lane}\n${epoch}\n` };
  return last;
}

/**
 * Leaf and record of a draft, as entry `by`. Of an intent only the public group is sealed: who asked and why comes with
 * the call's receipt, and until then stands in the write-ahead file (docs/decisions/0004). `givenAt`: when the personal
 * text was handed over, where that is not when the entry was made: what was given before an erasure is not kept after it.
 */
export function expandDraft(draft: RawDraft, by: By, vault: Vault, givenAt: number = draft.at): Expanded {
  const open = draft.public;
  const commercial = draft.kind === 'intent' ? null : draft.commercial;
  const personal = draft.kind === 'intent' ? null : draft.personal;
  const bound = 256 + (commercial?.length ?? 0) + 2 * (personal?.length ?? 0) + (open?.length ?? 0);
  if (bound > scratch.length) scratch = Buffer.alloc(bound);
  const author = authorOf(by);
  const identity = `${author.identity}${by.seq}\n${draft.id}`;
  const salts = vault.derive(`groups\n${identity}`);
  let digests = '';
  let at = 2;
  if (commercial !== null) {
    digests += `"commercial":"${digestAt(at, salts.slice(0, SALT_BYTES), commercial)}",`;
    at += 4 + SALT_BYTES + commercial.length;
  }
  if (personal !== null) {
    digests += `"personal":"${sealAt(at, { subject: draft.subject, givenAt }, personal, identity, vault)}",`;
    at += PERSONAL_HEAD_BYTES + personal.length;
  }
  if (open !== null) {
    digests += `"public":"${digestAt(at, salts.slice(SALT_BYTES), open)}",`;
    at += 4 + SALT_BYTES + open.length;
  }
  scratch[0] = VERSION;
  scratch[1] =
    (commercial === null ? 0 : FLAG.commercial) |
    (personal === null ? 0 : FLAG.personal) |
    (open === null ? 0 : FLAG.public);
  const leaf = `{"at":${draft.at},"by":${author.leaf}${by.seq}},"groups":{${digests.slice(0, -1)}},"id":"${draft.id}","kind":"${draft.kind}","v":1}`;
  if (3 * leaf.length > leafScratch.length) leafScratch = Buffer.alloc(3 * leaf.length);
  return { leaf: leafScratch.subarray(0, leafScratch.write(leaf)), record: scratch.subarray(0, at) };
}

/** Lays down length, salt (a binary string) and text, and returns the digest of the latter two where they lie. */
function digestAt(at: number, salt: string, text: Buffer): string {
  scratch.writeUInt32BE(text.length, at);
  scratch.write(salt, at + 4, SALT_BYTES, 'latin1');
  scratch.set(text, at + 4 + SALT_BYTES);
  return hash('sha256', scratch.subarray(at + 4, at + 4 + SALT_BYTES + text.length), 'base64url');
}

/** Whose a personal text is, and when it was handed over. */
interface Giver {
  readonly subject: string;
  readonly givenAt: number;
}

/** Lays down handle, generation, tag, length and the sealed text; returns the digest of salt and plain text. */
function sealAt(at: number, from: Giver, text: Buffer, identity: string, vault: Vault): string {
  const subject = vault.subjects.get(from.subject, from.givenAt);
  // Written before the subject was erased, sealed after: commit to it, and keep nothing that could be read.
  const erased = from.givenAt <= subject.erasedAt;
  const key = erased ? new Prf(randomBytes(32)) : subject.key;
  const derived = key.expandWide(`personal\n${identity}`);
  const cipher = createCipheriv('aes-256-gcm', derived.subarray(0, KEY_BYTES), NONCE);
  const sealed = cipher.update(text);
  invariant(cipher.final().length === 0 && sealed.length === text.length, 'GCM adds no bytes');
  scratch.set(subject.handle, at);
  scratch.writeUInt32BE(erased ? subject.generation - 1 : subject.generation, at + HANDLE_BYTES);
  scratch.set(cipher.getAuthTag(), at + HANDLE_BYTES + 4);
  scratch.writeUInt32BE(sealed.length, at + HANDLE_BYTES + 4 + TAG_BYTES);
  if (erased) scratch.fill(0, at + PERSONAL_HEAD_BYTES, at + PERSONAL_HEAD_BYTES + sealed.length);
  else scratch.set(sealed, at + PERSONAL_HEAD_BYTES);
  // Salt and plain text lie side by side for a moment behind what is kept, where the next group will stand.
  const clear = at + PERSONAL_HEAD_BYTES + text.length;
  scratch.set(derived.subarray(KEY_BYTES, KEY_BYTES + SALT_BYTES), clear);
  scratch.set(text, clear + SALT_BYTES);
  return hash('sha256', scratch.subarray(clear, clear + SALT_BYTES + text.length), 'base64url');
}

/** Where a group lies in a record: its salt, then its text. */
export interface PlainSpan {
  readonly salt: number;
  readonly text: number;
  readonly end: number;
}
export interface RecordSpans {
  readonly commercial: PlainSpan | null;
  /** From its handle to the end of the sealed text. */
  readonly personal: { readonly start: number; readonly end: number } | null;
  readonly public: PlainSpan | null;
}

/** Where the groups of the record in `[start, end)` lie. Throws JOURNAL_CORRUPT when it is not one. */
export function recordSpans(bytes: Buffer, start: number, end: number): RecordSpans {
  const flags = start + 2 <= end && bytes[start] === VERSION ? (bytes[start + 1] ?? 0) : -1;
  if (flags < 0 || flags > 7) throw new AppError('JOURNAL_CORRUPT', 'a private record has an unknown form');
  let at = start + 2;
  const commercial = (flags & FLAG.commercial) === 0 ? null : plainSpan(bytes, at, end);
  at = commercial?.end ?? at;
  const personal =
    (flags & FLAG.personal) === 0 ? null : { start: at, end: endOf(bytes, at + SEALED_LENGTH_AT, 0, end) };
  at = personal?.end ?? at;
  const open = (flags & FLAG.public) === 0 ? null : plainSpan(bytes, at, end);
  if ((open?.end ?? at) !== end) throw new AppError('JOURNAL_CORRUPT', 'a private record has bytes too many');
  return { commercial, personal, public: open };
}

function plainSpan(bytes: Buffer, at: number, end: number): PlainSpan {
  const salt = at + 4;
  return { salt, text: salt + SALT_BYTES, end: endOf(bytes, at, SALT_BYTES, end) };
}

/** Where the text ends whose length stands at `at`, with `between` bytes between the two. */
function endOf(bytes: Buffer, at: number, between: number, end: number): number {
  const text = at + 4 + between;
  const textEnd = text <= end ? text + bytes.readUInt32BE(at) : Infinity;
  if (textEnd > end) throw new AppError('JOURNAL_CORRUPT', 'a private record ends too early');
  return textEnd;
}

/** Salt and text of a group lie side by side, as they are hashed: the digest that a leaf commits to. */
export const spanDigest = (bytes: Buffer, { salt, end }: PlainSpan): string =>
  hash('sha256', bytes.subarray(salt, end), 'base64url');

/** Throws PROOF_INVALID where a plain group is not the one that the leaf commits to. The personal one is guarded by its seal. */
export function mustCommit(
  bytes: Buffer,
  { id, groups }: { readonly id: string; readonly groups: Readonly<Partial<Record<Group, string>>> },
  index: number,
): void {
  const spans = recordSpans(bytes, 0, bytes.length);
  for (const name of ['commercial', 'public'] as const) {
    const span = spans[name];
    if ((span === null ? undefined : spanDigest(bytes, span)) === groups[name]) continue;
    throw new AppError(
      'PROOF_INVALID',
      `the ${name} group of entry ${index} (${id}) is not the one that its leaf commits to`,
    );
  }
}

export interface SealedPersonal {
  readonly handle: Buffer;
  readonly generation: number;
  readonly tag: Buffer;
  readonly sealed: Buffer;
}

export interface ParsedRecord {
  readonly commercial?: { readonly salt: Buffer; readonly text: Buffer };
  readonly public?: { readonly salt: Buffer; readonly text: Buffer };
  readonly personal?: SealedPersonal;
}

/** Takes a record apart. Throws JOURNAL_CORRUPT when it is not one. */
export function parseRecord(record: Buffer): ParsedRecord {
  const { commercial, personal, public: open } = recordSpans(record, 0, record.length);
  const plain = ({ salt, text, end }: PlainSpan): { salt: Buffer; text: Buffer } => ({
    salt: record.subarray(salt, text),
    text: record.subarray(text, end),
  });
  return {
    ...(commercial === null ? {} : { commercial: plain(commercial) }),
    ...(personal === null ? {} : { personal: sealedPersonal(record.subarray(personal.start, personal.end)) }),
    ...(open === null ? {} : { public: plain(open) }),
  };
}

const TAG_AT = HANDLE_BYTES + 4;

export const sealedPersonal = (bytes: Buffer): SealedPersonal => ({
  handle: bytes.subarray(0, HANDLE_BYTES),
  generation: bytes.readUInt32BE(HANDLE_BYTES),
  tag: bytes.subarray(TAG_AT, TAG_AT + TAG_BYTES),
  sealed: bytes.subarray(PERSONAL_HEAD_BYTES),
});

/**
 * Opens the personal group. `look`: of the subject keys, for whoever opens many. Throws SUBJECT_ERASED, VAULT_UNREADABLE,
 * or JOURNAL_CORRUPT when it was changed.
 */
export function openPersonal(
  personal: SealedPersonal,
  by: By,
  id: string,
  vault: Vault,
  look?: number,
): { salt: Buffer; text: Buffer } {
  const key = vault.subjects.find(personal, look);
  const identity = `${by.node}\n${by.lane}\n${by.epoch}\n${by.seq}\n${id}`;
  const derived = key.expandWide(`personal\n${identity}`);
  const decipher = createDecipheriv('aes-256-gcm', derived.subarray(0, KEY_BYTES), NONCE);
  decipher.setAuthTag(personal.tag);
  try {
    const text = decipher.update(personal.sealed);
    invariant(decipher.final().length === 0, 'GCM adds no bytes');
    return { salt: derived.subarray(KEY_BYTES, KEY_BYTES + SALT_BYTES), text };
  } catch (error) {
    throw new AppError('JOURNAL_CORRUPT', `the personal part of ${id} was changed`, { cause: error });
  }
}

/** Texts of a record's groups, as they were given. */
export type RecordTexts = { readonly [name in Group]?: string };

/**
 * The groups asked for as texts alone, and whose the personal one is: for whoever reads many records. Views of the parts
 * and their salts, which cost more than what is in them, are not made. A personal part whose key was destroyed is left out.
 */
export function recordTexts(
  bytes: Buffer,
  leaf: { readonly by: By; readonly id: string },
  names: readonly Group[],
  keys: { readonly vault: () => Vault; readonly look: number },
): { readonly texts: RecordTexts; readonly subject: string | undefined } {
  const { commercial, personal, public: open } = recordSpans(bytes, 0, bytes.length);
  const texts: { -readonly [name in Group]?: string } = {};
  if (commercial !== null && names.includes('commercial'))
    texts.commercial = bytes.toString('utf8', commercial.text, commercial.end);
  if (open !== null && names.includes('public')) texts.public = bytes.toString('utf8', open.text, open.end);
  if (personal === null) return { texts, subject: undefined };
  const { start, end } = personal;
  const subject = subjectName(bytes, start, bytes.readUInt32BE(start + HANDLE_BYTES));
  if (names.includes('personal')) {
    const key = keys.vault().subjects.findNamed(subject, keys.look);
    if (key !== null) texts.personal = unsealText(bytes, start, end, leaf, key);
  }
  return { texts, subject };
}

function unsealText(
  bytes: Buffer,
  start: number,
  end: number,
  { by, id }: { readonly by: By; readonly id: string },
  key: Prf,
): string {
  const derived = key.expandWide(`personal\n${by.node}\n${by.lane}\n${by.epoch}\n${by.seq}\n${id}`);
  const decipher = createDecipheriv('aes-256-gcm', derived.subarray(0, KEY_BYTES), NONCE);
  decipher.setAuthTag(bytes.subarray(start + TAG_AT, start + TAG_AT + TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(start + PERSONAL_HEAD_BYTES, end));
    invariant(decipher.final().length === 0, 'GCM adds no bytes');
    return text.toString('utf8');
  } catch (error) {
    throw new AppError('JOURNAL_CORRUPT', `the personal part of ${id} was changed`, { cause: error });
  }
}

export const disclose = ({ salt, text }: { salt: Buffer; text: Buffer }): DisclosedGroup => ({
  salt: salt.toString('base64url'),
  text: text.toString('utf8'),
});
