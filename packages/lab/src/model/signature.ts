// Signatures of thinking blocks. The real API signs what was thought and refuses it back in any other form; so does
// this one: an HMAC over the text, under a key made from the run's seed, in a base64 envelope that names its version.
import { createHmac, timingSafeEqual } from 'node:crypto';

const MARK = Buffer.from([0x08, 0x57, 0x42, 0x01]);

export interface Signer {
  sign(thinking: string): string;
  /** Whether the signature was made here for exactly this text. */
  verify(thinking: string, signature: string): boolean;
  /** Opaque stand-in for thinking that may not be shown. */
  redact(thinking: string): string;
  verifyRedacted(data: string): boolean;
}

export function createSigner(seed: number): Signer {
  const mac = (label: string, text: string): Buffer =>
    createHmac('sha256', `lab:${seed}:${label}`).update(text).digest();
  const seal = (label: string, text: string): string => Buffer.concat([MARK, mac(label, text)]).toString('base64');
  return {
    sign: (thinking) => seal('thinking', thinking),
    verify(thinking, signature) {
      const given = Buffer.from(signature, 'base64');
      const wanted = Buffer.concat([MARK, mac('thinking', thinking)]);
      return given.length === wanted.length && timingSafeEqual(given, wanted);
    },
    redact(thinking) {
      const body = Buffer.from(thinking);
      return Buffer.concat([MARK, mac('redacted', thinking), body]).toString('base64');
    },
    verifyRedacted(data) {
      const given = Buffer.from(data, 'base64');
      const text = given.subarray(MARK.length + 32).toString();
      const wanted = Buffer.concat([MARK, mac('redacted', text)]);
      const head = given.subarray(0, wanted.length);
      return head.length === wanted.length && timingSafeEqual(head, wanted);
    },
  };
}
