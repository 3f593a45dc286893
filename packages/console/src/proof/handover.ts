// The log's key handed over to the next (docs/decisions/0020): statements that the old and the new key both sign, as the
// log serves them. Whoever has one key of the chain can believe each, for the sizes of the log at which it was its key.
import { equal } from './bytes.ts';
import { decodeHash } from './hash.ts';
import { parseNote, parseVerifierKey, readCheckpoint, signedBy, type NoteKey } from './note.ts';
import { bad, good, unreachable, type Outcome } from './outcome.ts';
import { MAX_NOTE_BYTES, type LogFetch } from './tiles.ts';

const HEADER = 'weighbridge/log-key-handover/v1';
const MAX_HANDOVERS = 1_000;

/** A key of a log and the sizes at which it signs: more than `over`, at most `upTo` entries. */
export interface KeyInTime extends NoteKey {
  readonly over: number;
  readonly upTo: number;
}
interface Handover {
  readonly from: NoteKey;
  readonly to: NoteKey;
  readonly size: number;
}

const unsound = (why: string) => bad(`a handover of the log's key is not sound: ${why}`);

/** All keys of the chain, oldest first. */
export async function parseHandovers(text: string): Promise<Outcome<readonly KeyInTime[]>> {
  const statements = text.split(new RegExp(`^(?=${HEADER}$)`, 'm'));
  if (statements.length > MAX_HANDOVERS) return unsound(`there are more than ${MAX_HANDOVERS}`);
  const keys: KeyInTime[] = [];
  for (const statement of statements) {
    const handover = await openHandover(statement);
    if (!handover.ok) return handover;
    const { from, to, size } = handover.value;
    const last = keys.pop() ?? { ...from, over: -1, upTo: Infinity };
    if (last.vkey !== from.vkey || last.over >= size) return unsound('one is missing, or they are in another order');
    keys.push({ ...last, upTo: size });
    if (keys.some(({ vkey }) => vkey === to.vkey)) return unsound('one goes back to a key that was handed over');
    keys.push({ ...to, over: size, upTo: Infinity });
  }
  return good(keys);
}

async function openHandover(statement: string): Promise<Outcome<Handover>> {
  const note = parseNote(statement);
  if (!note.ok) return unsound(note.why);
  const [header, origin, old = '', fresh = '', size = '', root = '', at = '', end, ...more] =
    note.value.text.split('\n');
  const counts = [size, at].every((value) => /^(0|[1-9]\d{0,15})$/.test(value) && Number.isSafeInteger(Number(value)));
  if (header !== HEADER || !counts || decodeHash(root) === null || end !== '' || more.length > 0)
    return unsound('it is malformed');
  const [from, to] = [await parseVerifierKey(old), await parseVerifierKey(fresh)];
  if (!from.ok) return unsound(from.why);
  if (!to.ok) return unsound(to.why);
  for (const key of [from.value, to.value]) {
    if (key.name !== origin) return unsound(`its keys are not both of ${origin}`);
    const signed = await signedBy(note.value, key);
    if (!signed.ok) return signed;
    if (!signed.value) return unsound('it is not signed by both keys');
  }
  return good({ from: from.value, to: to.value, size: Number(size) });
}

/** What the log serves, as far as it leads from this key. Empty: it serves none, or none that names the key. */
export async function fetchChain(vkey: string, fetch: LogFetch): Promise<Outcome<readonly KeyInTime[]>> {
  const file = await fetch('/handovers', MAX_NOTE_BYTES);
  if (!file.ok) return file;
  if (file.value === 'missing') return good([]);
  const keys = await parseHandovers(new TextDecoder().decode(file.value));
  return keys.ok && !keys.value.some((key) => key.vkey === vkey) ? good([]) : keys;
}

/** The key to open a checkpoint with, and all that may have signed a statement about the log. */
export interface SigningKeys {
  readonly key: NoteKey;
  readonly chain: readonly NoteKey[];
}

/**
 * The key given where it signed the checkpoint; else the one that was the log's at its size, by the handovers that the log
 * serves, which prove themselves. Where there are none, the key given: then the checkpoint is refused.
 */
export async function keysFor(note: string, vkey: string, fetch: LogFetch): Promise<Outcome<SigningKeys>> {
  const given = await parseVerifierKey(vkey);
  if (!given.ok) return given;
  const alone = good({ key: given.value, chain: [given.value] });
  const parsed = parseNote(note);
  if (!parsed.ok) return parsed;
  const { signatures } = parsed.value;
  const namesakes = signatures.filter(({ name }) => name === given.value.name);
  if (namesakes.length === 0 || namesakes.some(({ id }) => equal(id, given.value.id))) return alone;
  const chain = await fetchChain(given.value.vkey, fetch);
  if (!chain.ok && chain.kind === 'unreachable')
    return unreachable(
      `It is signed by another key than the log's current one, and whether that was handed over could not be asked: ${chain.why}`,
    );
  if (!chain.ok) return chain;
  const checkpoint = readCheckpoint(note, parsed.value);
  if (!checkpoint.ok) return checkpoint;
  const { size } = checkpoint.value;
  const key = chain.value.find(({ over, upTo }) => size > over && size <= upTo);
  return key === undefined ? alone : good({ key, chain: chain.value });
}
