// The auditor's own reading of a vault's files, and its own derivations (HMAC over a named purpose, as the threat model
// describes them): which keys a subject has, what they open, which digest a body has.
import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Files, LeafText, RecordGroups } from './log-files.ts';

const ROW_BYTES = 64;

interface Row {
  readonly generation: number;
  readonly live: boolean;
  readonly key: Buffer;
}

const purpose = (info: string): string => `weighbridge/v1\n${info}\u0001`;

function handleOf(files: Files, subject: string): Buffer {
  const salt = Buffer.from(files.get('/vault/salt.key')?.toString('utf8').trim() ?? '', 'base64');
  return createHmac('sha256', salt)
    .update(purpose(`subject\n${subject}`))
    .digest()
    .subarray(0, 16);
}

/** Rows of a handle; of several of one generation the first counts. */
function rowsOf(files: Files, handle: Buffer): Row[] {
  const bytes = files.get(`/vault/subjects/${handle.toString('hex', 0, 1)}`) ?? Buffer.alloc(0);
  const rows: Row[] = [];
  for (let at = 0; at + ROW_BYTES <= bytes.length; at += ROW_BYTES) {
    const row = bytes.subarray(at, at + ROW_BYTES);
    if (!row.subarray(0, 16).equals(handle) || crc32(row.subarray(0, 60)) !== row.readUInt32BE(60)) continue;
    const generation = row.readUInt32BE(16);
    if (rows.some((earlier) => earlier.generation === generation)) continue;
    rows.push({ generation, live: row[20] === 1, key: Buffer.from(row.subarray(28, 60)) });
  }
  return rows;
}

/** In hexadecimal. */
export const liveKeysOf = (files: Files, subject: string): string[] =>
  rowsOf(files, handleOf(files, subject))
    .filter(({ live }) => live)
    .map(({ key }) => key.toString('hex'));

/** Whether these keys (hexadecimal) lie anywhere in the vault. */
export function keysFound(files: Files, keys: readonly string[]): string[] {
  const all = [...files].filter(([path]) => path.startsWith('/vault/')).map(([, bytes]) => bytes.toString('hex'));
  return keys.filter((key) => all.some((text) => text.includes(key)));
}

/** The personal text; null when its key was erased; undefined when it cannot be opened though it should. */
export function openedPersonal(
  files: Files,
  { by, id }: LeafText,
  personal: NonNullable<RecordGroups['personal']>,
): string | null | undefined {
  const row = rowsOf(files, personal.handle).find(({ generation }) => generation === personal.generation);
  if (row === undefined) return personal.sealed.every((byte) => byte === 0) ? null : undefined;
  if (!row.live) return null;
  const identity = `${by.node}\n${by.lane}\n${by.epoch}\n${by.seq}\n${id}`;
  const derived = createHmac('sha512', row.key)
    .update(purpose(`personal\n${identity}`))
    .digest();
  const decipher = createDecipheriv('aes-256-gcm', derived.subarray(0, 32), Buffer.alloc(12));
  decipher.setAuthTag(personal.tag);
  try {
    return Buffer.concat([decipher.update(personal.sealed), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Digests that a body may have under the keys that its subject has now: docs/decisions/0031 says how. */
export function requestDigests(files: Files, subject: string, id: string, body: string): string[] {
  return rowsOf(files, handleOf(files, subject))
    .filter(({ live }) => live)
    .map(({ key }) => {
      const block = Buffer.alloc(64, 0x6a);
      for (const [i, byte] of key.entries()) block[i] = byte ^ 0x6a;
      const salts = createHash('sha256')
        .update(block)
        .update(purpose(`bodies\n${id}`))
        .digest();
      return createHash('sha256').update(salts.subarray(0, 16)).update(body).digest('base64url');
    });
}
