// A log's key handed over to the next: one statement that both keys sign, so that whoever trusts either can go on to the
// other. It names the size and root of the log at that moment, and the entry of that very index records it: what has at
// most that many entries is the old key's to sign, everything beyond is the new one's. So a key that was handed over and
// is stolen later signs nothing that somebody who has the statement would believe.
import { AppError, isAppError } from '@weighbridge/kernel';
import type { HandedOver, VerifyOptions } from '../contract.ts';
import { decodeHash } from '../merkle/hash.ts';
import { parseVerifierKey, type NoteSigner, type NoteVerifier } from './note-key.ts';
import { openNote, parseNote, signNote } from './signed-note.ts';

export interface Handover {
  readonly from: NoteVerifier;
  readonly to: NoteVerifier;
  /** Entries of the log when it was handed over, and index of the entry that records it. */
  readonly size: number;
  readonly root: Buffer;
  /** UTC milliseconds. */
  readonly at: number;
  /** The signed note, verbatim. */
  readonly statement: string;
}

const HEADER = 'weighbridge/log-key-handover/v1';
export const HANDOVERS_MOST = 1_000;
const TEXT_CHARS_MOST = 1024 * 1024;

const bad = (why: string): AppError =>
  new AppError('PROOF_INVALID', `a handover of the log's key is not sound: ${why}`);

export function signHandover(
  old: NoteSigner,
  fresh: NoteSigner,
  log: { readonly size: number; readonly root: Buffer },
  at: number,
): string {
  const lines = [HEADER, old.name, old.verifier.vkey, fresh.verifier.vkey, log.size, log.root.toString('base64'), at];
  return signNote(`${lines.join('\n')}\n`, [old, fresh]);
}

/** Throws PROOF_INVALID unless it has the form and both keys signed it. */
export function openHandover(statement: string): Handover {
  const { text } = asHandover(() => parseNote(statement));
  const [header, origin = '', old = '', fresh = '', size = '', hash = '', at = '', end, ...more] = text.split('\n');
  const root = decodeHash(hash);
  const counts = [size, at].every((value) => /^(0|[1-9]\d{0,15})$/.test(value) && Number.isSafeInteger(Number(value)));
  if (header !== HEADER || !counts || root === null || end !== '' || more.length > 0) throw bad('it is malformed');
  const [from, to] = asHandover(() => [parseVerifierKey(old), parseVerifierKey(fresh)]);
  if (from.name !== origin || to.name !== origin) throw bad(`its keys are not both of ${origin}`);
  const { signers } = asHandover(() => openNote(statement, [from, to]));
  const missing = [from, to].find((key) => !signers.includes(key));
  if (missing !== undefined) throw bad(`it is not signed by ${missing === from ? 'the old' : 'the new'} key`);
  return { from, to, size: Number(size), root, at: Number(at), statement };
}

/** What is wrong with a note or a key is said of the handover that it is in. */
function asHandover<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!isAppError(error) || error.code !== 'PROOF_INVALID') throw error;
    throw new AppError('PROOF_INVALID', `a handover of the log's key is not sound: ${error.message}`, { cause: error });
  }
}

/** Statements one after the other, as a log publishes them. */
export const formatHandovers = (statements: readonly string[]): string => statements.join('');

/** All of a log's handovers, oldest first. Throws PROOF_INVALID unless each is sound and goes on where the last ended. */
export function parseHandovers(text: string): readonly Handover[] {
  if (text === '') return [];
  if (text.length > TEXT_CHARS_MOST) throw bad('there is too much of it');
  const statements = text.split(new RegExp(`^(?=${HEADER}$)`, 'm'));
  if (statements.length > HANDOVERS_MOST) throw bad(`there are more than ${HANDOVERS_MOST}`);
  const handovers = statements.map(openHandover);
  const seen = new Set([handovers[0]?.from.vkey]);
  for (const [index, { from, to, size }] of handovers.entries()) {
    const before = handovers[index - 1];
    if (before !== undefined && (before.to.vkey !== from.vkey || before.size >= size))
      throw bad(
        `number ${index + 1} does not go on from the key and the size where number ${index} ended: one between them is missing, or they are in another order`,
      );
    if (seen.has(to.vkey)) throw bad(`number ${index + 1} goes back to a key that was handed over`);
    seen.add(to.vkey);
  }
  return handovers;
}

/**
 * The keys that somebody who trusts `vkey` can believe, each for the sizes at which it was the log's: only `vkey` itself
 * where no handover names it. Throws PROOF_INVALID when it is no key.
 */
export function keysInForce(vkey: string, handovers: readonly Handover[]): readonly NoteVerifier[] {
  const given = parseVerifierKey(vkey);
  const [first, ...rest] = handovers;
  if (first === undefined) return [given];
  const keys = [first.from, ...[first, ...rest].map(({ to }) => to)];
  if (!keys.some((key) => key.vkey === given.vkey)) return [given];
  return keys.map((key, index) => ({
    ...key,
    signs: { over: handovers[index - 1]?.size ?? -1, upTo: handovers[index]?.size ?? Infinity },
  }));
}

/**
 * All keys that somebody who was given some can believe. Handovers of a log of their name that lead from none of them say
 * nothing to whoever gave them: they are of another log, or their beginning is missing. Throws PROOF_INVALID.
 */
export function introducedKeys(given: readonly string[], handovers: readonly Handover[]): readonly NoteVerifier[] {
  const chain = new Set(handovers.flatMap(({ from, to }) => [from.vkey, to.vkey]));
  const namesakes = given.filter((vkey) => parseVerifierKey(vkey).name === handovers[0]?.from.name);
  if (namesakes.length > 0 && !namesakes.some((vkey) => chain.has(vkey)))
    throw bad(
      `none of them names the key given (${namesakes[0]}): the file is cut off at its beginning, or is of another log`,
    );
  return distinct(given.flatMap((vkey) => keysInForce(vkey, handovers)));
}

/** A key whose time is known goes before the same key without. */
export function distinct(keys: readonly NoteVerifier[]): readonly NoteVerifier[] {
  const byKey = new Map<string, NoteVerifier>();
  for (const key of keys) if (byKey.get(key.vkey)?.signs === undefined) byKey.set(key.vkey, key);
  return [...byKey.values()];
}

/** Whether a text is, or was meant as, handovers of a log. */
export const isHandovers = (text: string): boolean => text.startsWith(`${HEADER}\n`);

/** What a verifier followed: all handovers of the log that the key given is of. */
export function handedOver({ vkey, handovers = '' }: VerifyOptions): readonly HandedOver[] {
  const all = parseHandovers(handovers);
  const known = all.some(({ from, to }) => from.vkey === vkey || to.vkey === vkey);
  return known ? all.map(({ from, to, size, at }) => ({ from: from.vkey, to: to.vkey, index: size, at })) : [];
}
