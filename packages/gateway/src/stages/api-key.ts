// The form of a Weighbridge key: `wb_<id>_<secret><checksum>`, 30 base-62 characters of secret (178 bits) and the
// CRC-32 of these in six more. The checksum turns away typing errors and scanners before anything is looked up; it is
// no secret and proves nothing. The scheme is the one GitHub publishes for its tokens.
import { crc32 } from 'node:zlib';
import { AppError } from '@weighbridge/kernel';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_CHARS = 12;
const SECRET_CHARS = 30;
const CHECK_CHARS = 6;
const SHAPE = /^wb_([0-9A-Za-z]{1,32})_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/;
/** Bytes from here up would favour the first characters of the alphabet, so they are drawn again. */
const UNBIASED = 256 - (256 % ALPHABET.length);

/** Fills the array with random bytes, as `crypto.getRandomValues` does. */
export type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => unknown;

/** A new key. `key` is shown once and never stored; `id` is public. */
export function mintKey(random: FillRandom): { readonly id: string; readonly key: string } {
  const id = draw(random, ID_CHARS);
  const secret = draw(random, SECRET_CHARS);
  return { id, key: `wb_${id}_${secret}${checksum(secret)}` };
}

/** Public id of a well-formed key. Throws `KEY_INVALID` when shape or checksum is wrong; says nothing about the secret. */
export function parseKey(presented: string): { readonly id: string } {
  const match = SHAPE.exec(presented);
  if (match === null) {
    throw new AppError('KEY_INVALID', 'the key does not have the form wb_<id>_<secret>');
  }
  if (checksum(match[2] ?? '') !== match[3]) {
    throw new AppError('KEY_INVALID', 'the checksum of the key does not fit: a character is wrong or missing');
  }
  return { id: match[1] ?? '' };
}

function checksum(secret: string): string {
  let rest = crc32(secret);
  let text = '';
  for (let i = 0; i < CHECK_CHARS; i += 1) {
    text = ALPHABET.charAt(rest % ALPHABET.length) + text;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return text;
}

function draw(random: FillRandom, chars: number): string {
  const bytes = new Uint8Array(new ArrayBuffer(64));
  let text = '';
  while (text.length < chars) {
    random(bytes);
    for (const byte of bytes) {
      if (byte < UNBIASED && text.length < chars) text += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return text;
}
