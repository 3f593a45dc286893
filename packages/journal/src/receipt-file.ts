// A receipt in plain form: one JSON file with the leaf, the groups one chose to disclose, and the proof that the log holds
// the leaf. It verifies offline with the log's public key. The file is canonical JSON and read strictly, so that there is
// no byte in it that could be changed unnoticed. What is handed on by default is the same in an envelope
// (attest/envelope.ts; docs/decisions/0012); this form needs no signature but the checkpoint's, and stays readable.
import { AppError, canonicalJson, isAppError, type JsonObject } from '@weighbridge/kernel';
import { GROUPS } from '@weighbridge/protocol';
import type { Disclosure } from './contract.ts';

const FORMAT = 'weighbridge-receipt/v1';
const MAX_BYTES = 4 * 1024 * 1024;

export interface ReceiptFile {
  /** The leaf, byte for byte. */
  readonly leaf: string;
  readonly groups: Disclosure;
  /** `c2sp.org/tlog-proof@v1`. */
  readonly proof: string;
}

export const formatReceipt = ({ leaf, groups, proof }: ReceiptFile): string =>
  `${canonicalJson({ format: FORMAT, groups: groups as JsonObject, leaf, proof })}\n`;

const bad = (why: string): AppError => new AppError('PROOF_INVALID', `this is not a sound receipt file: ${why}`);

/** Takes a receipt apart; nothing in it is verified yet. Throws PROOF_INVALID unless it is exactly in its form. */
export function parseReceipt(text: string): ReceiptFile {
  if (text.length > MAX_BYTES) throw bad(`it has more than ${MAX_BYTES} characters`);
  const value = parseJson(text);
  if (!isObject(value) || value['format'] !== FORMAT) throw bad(`its format is not ${FORMAT}`);
  const { leaf, groups, proof } = value;
  if (typeof leaf !== 'string' || typeof proof !== 'string' || !isObject(groups))
    throw bad('leaf, groups or proof is missing');
  const receipt = { leaf, groups: parseDisclosure(groups), proof };
  if (!isWritten(() => formatReceipt(receipt), text))
    throw bad('it holds more than its form, or is written another way');
  return receipt;
}

/** Groups with salt and text, by their names. Throws PROOF_INVALID for anything else. */
export function parseDisclosure(groups: unknown): Disclosure {
  if (!isObject(groups)) throw bad('its groups are missing');
  for (const [name, group] of Object.entries(groups)) {
    const known = (GROUPS as readonly string[]).includes(name);
    const shaped = isObject(group) && typeof group['salt'] === 'string' && typeof group['text'] === 'string';
    if (!known || !shaped || Object.keys(group).length !== 2)
      throw bad(`the group "${name.slice(0, 40)}" is not one of ${GROUPS.join(', ')} with salt and text`);
  }
  return groups;
}

/** Whether `write` gives exactly this text; what has no canonical form (a lone surrogate) was not written by it. */
export function isWritten(write: () => string, text: string): boolean {
  try {
    return write() === text;
  } catch (error) {
    if (isAppError(error) && error.code === 'BAD_REQUEST') return false;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('PROOF_INVALID', 'this is not a sound receipt file: it is not JSON', { cause: error });
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
