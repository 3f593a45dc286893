// A receipt to hand on: one JSON file with the leaf, the groups one chose to disclose, and the proof that the log holds
// the leaf. It verifies offline with the log's public key. The file is canonical JSON and read strictly, so that there is
// no byte in it that could be changed unnoticed. An envelope (DSSE, in-toto) goes around it later; members are only added.
import { AppError, canonicalJson, type JsonObject } from '@weighbridge/kernel';
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
  for (const [name, group] of Object.entries(groups)) {
    const known = (GROUPS as readonly string[]).includes(name);
    const shaped = isObject(group) && typeof group['salt'] === 'string' && typeof group['text'] === 'string';
    if (!known || !shaped)
      throw bad(`the group "${name.slice(0, 40)}" is not one of ${GROUPS.join(', ')} with salt and text`);
  }
  const receipt = { leaf, groups: groups as Disclosure, proof };
  if (formatReceipt(receipt) !== text) throw bad('it holds more than its form, or is written another way');
  return receipt;
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
