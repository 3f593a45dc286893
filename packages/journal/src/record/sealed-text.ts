// A text that concerns one subject, sealed under that subject's key where it stands among those of others: once the key is
// destroyed, nobody can read it. Each text has a random name from which its own key is derived, so the nonce is constant.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError, invariant } from '@weighbridge/kernel';
import type { Vault } from '../vault/vault.ts';
import { parseSubject, subjectName } from '../vault/subject-name.ts';

const NAME_BYTES = 16;
const TAG_BYTES = 16;
/** Of AES-256. */
const KEY_BYTES = 32;
const NONCE = Buffer.alloc(12);

/** base64url of name, tag and ciphertext. Throws SUBJECT_ERASED, VAULT_UNREADABLE. */
export function sealText(vault: Vault, subject: string, text: string): string {
  const name = randomBytes(NAME_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(vault, subject, name), NONCE);
  const sealed = cipher.update(text, 'utf8');
  invariant(cipher.final().length === 0, 'GCM adds no bytes');
  return Buffer.concat([name, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** Throws SUBJECT_ERASED, VAULT_UNREADABLE, or JOURNAL_CORRUPT when it is not what was sealed for this subject. */
export function openText(vault: Vault, subject: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const name = bytes.subarray(0, NAME_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(vault, subject, name), NONCE);
  try {
    decipher.setAuthTag(bytes.subarray(NAME_BYTES, NAME_BYTES + TAG_BYTES));
    const text = decipher.update(bytes.subarray(NAME_BYTES + TAG_BYTES));
    invariant(decipher.final().length === 0, 'GCM adds no bytes');
    return text.toString('utf8');
  } catch (error) {
    throw new AppError('JOURNAL_CORRUPT', `a text sealed for ${subject} was changed`, { cause: error });
  }
}

/** For whoever knows the subject itself: the text bears the name of the key, and is as good as gone with it. */
export function sealForSubject(vault: Vault, subject: string, text: string, now: number): string {
  const { handle, generation } = vault.subjects.get(subject, now);
  const name = subjectName(handle, 0, generation);
  return `${name} ${sealText(vault, name, text)}`;
}

/** Throws SUBJECT_ERASED, VAULT_UNREADABLE, or JOURNAL_CORRUPT when it is not what was sealed. */
export function openForSubject(vault: Vault, sealed: string): string {
  const space = sealed.indexOf(' ');
  return openText(vault, sealed.slice(0, Math.max(0, space)), sealed.slice(space + 1));
}

const keyOf = (vault: Vault, subject: string, name: Buffer): Buffer =>
  vault.subjects
    .find(parseSubject(subject))
    .expandWide(`text\n${name.toString('hex')}`)
    .subarray(0, KEY_BYTES);
