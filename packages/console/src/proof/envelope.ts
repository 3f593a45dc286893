// A receipt as it is handed on: an in-toto statement in a DSSE envelope, with the tlog-proof beside the signatures
// (docs/decisions/0012). Read strictly: the statement has to be the one that follows from leaf and groups, and the file
// written as we write it, so that no byte of it says something which is not proven.
import { concat, decodeBase64, encodeBase64, utf8, type Bytes } from './bytes.ts';
import { sha256 } from './hash.ts';
import { verifies, type NoteKey } from './note.ts';
import { bad, good, type Outcome } from './outcome.ts';
import { disclosureOf, isObject, malformed, parseJson, parseReceipt, type ReceiptFile } from './receipt.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'https://weighbridge.example/receipt/v1';
const MAX_CHARS = 8 * 1024 * 1024;
const MAX_SIGNATURES = 8;

interface EnvelopeSignature {
  readonly keyid: string;
  readonly sig: string;
}
export interface Envelope {
  readonly payload: Bytes;
  readonly signatures: readonly EnvelopeSignature[];
}
/** A receipt file in either form. */
export interface OpenedReceipt {
  readonly receipt: ReceiptFile;
  /** Null for the plain form. */
  readonly envelope: Envelope | null;
}

/** Takes a receipt file of either form apart; nothing in it is verified yet. */
export function openReceipt(text: string): Outcome<OpenedReceipt> {
  if (/^\s*\{\s*"payload/.test(text)) return openEnvelope(text);
  const plain = parseReceipt(text);
  return plain.ok ? good({ receipt: plain.value, envelope: null }) : plain;
}

function openEnvelope(text: string): Outcome<OpenedReceipt> {
  if (text.length > MAX_CHARS) return malformed(`it has more than ${MAX_CHARS} characters`);
  const outer = parseJson(text);
  const { payload: encoded, tlog_proof: proof, signatures: listed } = isObject(outer) ? outer : {};
  if (typeof encoded !== 'string' || typeof proof !== 'string' || !Array.isArray(listed))
    return malformed('payload, signatures or tlog_proof is missing');
  const payload = decodeBase64(encoded);
  if (payload === null || listed.length > MAX_SIGNATURES) return malformed('its payload or signatures are malformed');
  const statement = parseJson(new TextDecoder().decode(payload));
  const predicate = isObject(statement) ? statement['predicate'] : undefined;
  if (!isObject(predicate) || typeof predicate['leaf'] !== 'string')
    return malformed('its payload is no statement of ours');
  const groups = disclosureOf(predicate['groups']);
  if (!groups.ok) return groups;
  const signatures = listed.map((one: unknown): EnvelopeSignature | null => {
    const { keyid, sig } = isObject(one) ? one : {};
    return typeof keyid === 'string' && typeof sig === 'string' ? { keyid, sig } : null;
  });
  if (!signatures.every((signature) => signature !== null)) return malformed('a signature has no keyid or no sig');
  const written = JSON.stringify({
    payload: encodeBase64(payload),
    payloadType: PAYLOAD_TYPE,
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig })),
    tlog_proof: proof,
  });
  if (`${written}\n` !== text) return malformed('it holds more than its form, or is written another way');
  const receipt = { leaf: predicate['leaf'], groups: groups.value, proof };
  return good({ receipt, envelope: { payload, signatures } });
}

/** Whether the statement is the one about this entry, and one of the log's keys signed it, and none of them wrongly. */
export async function checkEnvelope(
  { payload, signatures }: Envelope,
  receipt: ReceiptFile,
  keys: readonly NoteKey[],
): Promise<Outcome<null>> {
  if (new TextDecoder().decode(payload) !== (await statementOf(receipt)))
    return malformed('its statement says more, or else, than its entry');
  const own = signatures.flatMap(({ keyid, sig }) => {
    const key = keys.find(({ name, id }) => keyid === `${name}+${hex(id)}`);
    return key === undefined ? [] : [{ key, sig }];
  });
  if (own.length === 0) return bad('the statement is not signed by the log that its proof is of');
  const message = concat(utf8(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload);
  for (const { key, sig } of own) {
    const bytes = decodeBase64(sig);
    const sound = bytes === null ? good(false) : await verifies(key.publicKey, bytes, message);
    if (!sound.ok) return sound;
    if (!sound.value) return bad(`the signature of ${key.name} on the statement does not verify: it was changed`);
  }
  return good(null);
}

/** Members stand in sorted order, so that this is canonical JSON. */
async function statementOf({ leaf, groups }: ReceiptFile): Promise<string> {
  const entry = parseJson(leaf);
  const { id, kind } = isObject(entry) ? entry : {};
  return JSON.stringify({
    _type: STATEMENT_TYPE,
    predicate: { groups, leaf },
    predicateType: PREDICATE_TYPE,
    subject: [{ digest: { sha256: hex(await sha256(utf8(leaf))) }, name: `${String(kind)}/${String(id)}` }],
  });
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
