// The file in which a receipt is handed on: an in-toto statement (v1) in a DSSE envelope, with the tlog-proof of its entry
// beside the signatures. Any DSSE tool can check the log key's signature on the statement; the proof shows that the log
// holds the entry, and may be exchanged for a later one with more cosignatures without touching what was signed.
//
// The statement is a function of the leaf and the disclosed groups, and the file is canonical JSON read strictly: there
// is no byte of it that says something which is not proven.
import { isUtf8 } from 'node:buffer';
import { AppError, canonicalJson, type JsonObject } from '@weighbridge/kernel';
import { decodeBase64, sha256 } from '../merkle/hash.ts';
import { keyIdText, type NoteSigner, type NoteVerifier } from '../note/note-key.ts';
import { isWritten, parseDisclosure, type ReceiptFile } from '../receipt-file.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** An identifier, not an address: `.example` belongs to nobody and never will. */
export const PREDICATE_TYPE = 'https://weighbridge.example/receipt/v1';
const MAX_CHARS = 8 * 1024 * 1024;
const SIGNATURES_MOST = 8;

export interface EnvelopeSignature {
  /** `name+hash`, as a vkey begins: a hint, as DSSE has it, and no more. */
  readonly keyid: string;
  readonly signature: Buffer;
}

export interface Envelope {
  readonly receipt: ReceiptFile;
  /** The very bytes that are signed. */
  readonly payload: Buffer;
  readonly signatures: readonly EnvelopeSignature[];
}

const bad = (why: string): AppError => new AppError('PROOF_INVALID', `this is not a sound receipt file: ${why}`);

/** DSSE's pre-authentication encoding: what is signed of a payload. */
const authenticated = (payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload]);

const keyidOf = ({ name, keyId }: NoteVerifier): string => `${name}+${keyIdText(keyId)}`;

/** The statement about an entry: its leaf is the subject, leaf and disclosed groups with their salts the predicate. */
export function statementOf({ leaf, groups }: Pick<ReceiptFile, 'leaf' | 'groups'>): string {
  const { id, kind } = namesOf(leaf);
  return canonicalJson({
    _type: STATEMENT_TYPE,
    predicate: { groups: groups as JsonObject, leaf },
    predicateType: PREDICATE_TYPE,
    subject: [{ digest: { sha256: sha256(leaf).toString('hex') }, name: `${kind}/${id}` }],
  });
}

/** Signed by all of the log's keys in use, as its checkpoints are. */
export function formatEnvelope(receipt: ReceiptFile, signers: readonly NoteSigner[]): string {
  const payload = Buffer.from(statementOf(receipt));
  const signatures = signers.map((signer) => ({
    keyid: keyidOf(signer.verifier),
    signature: signer.sign(authenticated(payload).toString('utf8')),
  }));
  return writeEnvelope({ payload, signatures, receipt });
}

function writeEnvelope({ payload, signatures, receipt }: Envelope): string {
  const envelope = canonicalJson({
    payload: payload.toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: signatures.map(({ keyid, signature }) => ({ keyid, sig: signature.toString('base64') })),
    tlog_proof: receipt.proof,
  });
  return `${envelope}\n`;
}

/** Whether the file is meant as an envelope, sound or not. */
export const isEnvelopeLike = (text: string): boolean => /^\s*\{\s*"payload/.test(text);

/** Takes an envelope apart; nothing in it is verified yet. Throws PROOF_INVALID unless it is exactly in its form. */
export function parseEnvelope(text: string): Envelope {
  if (text.length > MAX_CHARS) throw bad(`it has more than ${MAX_CHARS} characters`);
  const outer = parseObject(text, 'it');
  const { payload: encoded, tlog_proof: proof, signatures: listed } = outer;
  if (typeof encoded !== 'string' || typeof proof !== 'string' || !Array.isArray(listed))
    throw bad('payload, signatures or tlog_proof is missing');
  const payload = decodeBase64(encoded);
  if (payload === null || !isUtf8(payload)) throw bad('its payload is not base 64 of a text');
  if (listed.length > SIGNATURES_MOST) throw bad(`it has more than ${SIGNATURES_MOST} signatures`);
  const { predicate } = parseObject(payload.toString('utf8'), 'its payload');
  if (!isObject(predicate) || typeof predicate['leaf'] !== 'string') throw bad('its payload is no statement of ours');
  const receipt = { leaf: predicate['leaf'], groups: parseDisclosure(predicate['groups']), proof };
  const envelope = { receipt, payload, signatures: listed.map(parseSignature) };
  if (!isWritten(() => statementOf(receipt), payload.toString('utf8')))
    throw bad('its statement says more, or else, than its entry');
  if (!isWritten(() => writeEnvelope(envelope), text))
    throw bad('it holds more than its form, or is written another way');
  return envelope;
}

function parseSignature(value: unknown): EnvelopeSignature {
  const signature = isObject(value) && typeof value['sig'] === 'string' ? decodeBase64(value['sig']) : null;
  if (!isObject(value) || typeof value['keyid'] !== 'string' || signature === null)
    throw bad('a signature has not a keyid and a sig in base 64');
  return { keyid: value['keyid'], signature };
}

/**
 * Throws PROOF_INVALID unless one of these keys signed the statement. Signatures of other keys are passed over, a wrong
 * one of a known key condemns the file, as with notes.
 */
export function checkEnvelope({ payload, signatures }: Envelope, known: readonly NoteVerifier[]): void {
  let good = 0;
  for (const { keyid, signature } of signatures) {
    const key = known.find((candidate) => keyidOf(candidate) === keyid);
    if (key === undefined) continue;
    if (!key.verify(authenticated(payload), signature))
      throw new AppError(
        'PROOF_INVALID',
        `the signature of ${key.name} on the statement does not verify: it was changed`,
      );
    good += 1;
  }
  if (good === 0)
    throw new AppError('PROOF_INVALID', 'the statement is not signed by the log that its proof is of', {
      next: "check the key with the log's owner, by another way than the one this came by",
    });
}

function namesOf(leaf: string): { readonly id: string; readonly kind: string } {
  const { id, kind } = parseObject(leaf, 'its leaf');
  if (typeof id !== 'string' || typeof kind !== 'string') throw bad('its leaf names no entry');
  return { id, kind };
}

function parseObject(text: string, what: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('PROOF_INVALID', `this is not a sound receipt file: ${what} is not JSON`, { cause: error });
  }
  if (!isObject(value)) throw bad(`${what} is not a JSON object`);
  return value;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
