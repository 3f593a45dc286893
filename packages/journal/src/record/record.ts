// The private record that lies beside a leaf: each group with its salt, the personal one sealed under its subject's
// key (AES-256-GCM). Keys, salts and nonces are derived from the vault and the entry's identity, so that expanding the
// same draft again after a crash gives the same bytes.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError, invariant } from '@weighbridge/kernel';
import type { By, Group } from '@weighbridge/protocol';
import type { DisclosedGroup } from '../contract.ts';
import { sha256 } from '../merkle/hash.ts';
import { expand, type Vault } from '../vault/vault.ts';

const VERSION = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 16;
const HANDLE_BYTES = 16;
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
  return sha256(bytes).toString('base64url');
}

/** Leaf and record of a draft, as entry `by`. */
export function expandDraft(draft: RawDraft, by: By, vault: Vault): Expanded {
  const identity = `${by.node}\n${by.lane}\n${by.epoch}\n${by.seq}\n${draft.id}`;
  const digests: string[] = [];
  const parts: Buffer[] = [Buffer.of(VERSION, 0)];
  let flags = 0;
  const salts = vault.derive(`groups\n${identity}`);
  if (draft.commercial !== null) {
    flags |= FLAG.commercial;
    const salt = salts.subarray(0, SALT_BYTES);
    digests.push(`"commercial":"${groupDigest(salt, draft.commercial)}"`);
    parts.push(salt, lengthOf(draft.commercial), draft.commercial);
  }
  if (draft.personal !== null) {
    flags |= FLAG.personal;
    digests.push(`"personal":"${sealPersonal(draft, draft.personal, identity, vault, parts)}"`);
  }
  if (draft.public !== null) {
    flags |= FLAG.public;
    const salt = salts.subarray(SALT_BYTES);
    digests.push(`"public":"${groupDigest(salt, draft.public)}"`);
    parts.push(salt, lengthOf(draft.public), draft.public);
  }
  const head = parts[0] as Buffer;
  head[1] = flags;
  const author = `{"build":${JSON.stringify(by.build)},"epoch":${by.epoch},"lane":${by.lane},"node":${JSON.stringify(by.node)},"seq":${by.seq}}`;
  const leaf = `{"at":${draft.at},"by":${author},"groups":{${digests.join(',')}},"id":"${draft.id}","kind":"${draft.kind}","v":1}`;
  return { leaf: Buffer.from(leaf), record: Buffer.concat(parts) };
}

function sealPersonal(draft: RawDraft, text: Buffer, identity: string, vault: Vault, parts: Buffer[]): string {
  const subject = vault.subjects.get(draft.subject, draft.at);
  // Written before the subject was erased, sealed after: commit to it, and keep nothing that could be read.
  const erased = draft.at <= subject.erasedAt;
  const key = erased ? randomBytes(32) : subject.key;
  const salt = expand(key, `personal salt\n${identity}`).subarray(0, SALT_BYTES);
  const cipher = createCipheriv('aes-256-gcm', expand(key, `personal key\n${identity}`), NONCE);
  const sealed = cipher.update(text);
  invariant(cipher.final().length === 0, 'GCM adds no bytes at the end');
  const generation = Buffer.alloc(4);
  generation.writeUInt32BE(erased ? subject.generation - 1 : subject.generation);
  parts.push(subject.handle, generation, cipher.getAuthTag(), lengthOf(sealed), erased ? Buffer.alloc(sealed.length) : sealed);
  return groupDigest(salt, text);
}

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(bytes.length);
  return length;
}

interface SealedPersonal {
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
  let at = 2;
  const take = (count: number): Buffer => {
    at += count;
    if (at > record.length) throw new AppError('JOURNAL_CORRUPT', 'a private record ends too early');
    return record.subarray(at - count, at);
  };
  const flags = record[1] ?? 0;
  if (record[0] !== VERSION || flags > 7) throw new AppError('JOURNAL_CORRUPT', 'a private record has an unknown form');
  const plain = (): { salt: Buffer; text: Buffer } => ({ salt: take(SALT_BYTES), text: take(take(4).readUInt32BE()) });
  const commercial = (flags & FLAG.commercial) === 0 ? undefined : plain();
  const personal = (flags & FLAG.personal) === 0 ? undefined : takePersonal(take);
  const open = (flags & FLAG.public) === 0 ? undefined : plain();
  if (at !== record.length) throw new AppError('JOURNAL_CORRUPT', 'a private record has bytes too many');
  return {
    ...(commercial === undefined ? {} : { commercial }),
    ...(personal === undefined ? {} : { personal }),
    ...(open === undefined ? {} : { public: open }),
  };
}

const takePersonal = (take: (count: number) => Buffer): SealedPersonal => ({
  handle: take(HANDLE_BYTES),
  generation: take(4).readUInt32BE(),
  tag: take(TAG_BYTES),
  sealed: take(take(4).readUInt32BE()),
});

/** Opens the personal group. Throws SUBJECT_ERASED, VAULT_UNREADABLE, or JOURNAL_CORRUPT when it was changed. */
export function openPersonal(personal: SealedPersonal, by: By, id: string, vault: Vault): { salt: Buffer; text: Buffer } {
  const key = vault.subjects.find(personal);
  const identity = `${by.node}\n${by.lane}\n${by.epoch}\n${by.seq}\n${id}`;
  const decipher = createDecipheriv('aes-256-gcm', expand(key, `personal key\n${identity}`), NONCE);
  decipher.setAuthTag(personal.tag);
  try {
    const text = Buffer.concat([decipher.update(personal.sealed), decipher.final()]);
    return { salt: expand(key, `personal salt\n${identity}`).subarray(0, SALT_BYTES), text };
  } catch (error) {
    throw new AppError('JOURNAL_CORRUPT', `the personal part of ${id} was changed`, { cause: error });
  }
}

export const disclose = ({ salt, text }: { salt: Buffer; text: Buffer }): DisclosedGroup => ({
  salt: salt.toString('base64url'),
  text: text.toString('utf8'),
});
