// A witness that goes to the log, for a seller or an auditor who has nothing but its address: it fetches the checkpoint,
// builds the consistency proof from the tiles itself, and then judges both exactly as if the log had submitted them.
import { AppError, isAppError } from '@weighbridge/kernel';
import type { Checkpoint } from '../contract.ts';
import { openCheckpoint, unknownKeysOn } from '../note/checkpoint.ts';
import { introducedKeys, parseHandovers } from '../note/handover.ts';
import type { NoteVerifier } from '../note/note-key.ts';
import { parseNote } from '../note/signed-note.ts';
import { exchange, type Fetch } from './exchange.ts';
import type { KnownLog } from './known-log.ts';
import { tilesAt, withTiles } from './remote-tree.ts';
import type { Witness } from './witness.ts';

const NOTE_BYTES_MOST = 1_000_000;
/** A log that grows between our look at its tiles and our word on it is looked at again. */
const TRIES = 3;

export interface Followed {
  readonly origin: string;
  /**
   * `cosigned`: it extends what was remembered, or is the first look. `inconsistent`: what the log shows cannot be, beside
   * what is remembered. `unreachable`: it could not be asked.
   */
  readonly outcome: 'cosigned' | 'inconsistent' | 'unreachable';
  /** Entries of the log as it shows itself; absent when it could not be asked. */
  readonly size?: number;
  /** Entries remembered from before; absent at the first look. */
  readonly before?: number;
  readonly problem?: string;
  /** As of `Verification`: keys under which the log signs as well, and that nobody introduced. */
  readonly unknown_keys?: readonly string[];
}

export interface FollowOptions {
  readonly fetch: Fetch;
  /** Time for one file. Default 30,000. */
  readonly ms?: number;
}

/** One look at a log. Never throws for what a log or the network can do. */
export async function followOnce(witness: Witness, log: KnownLog, options: FollowOptions): Promise<Followed> {
  const { origin, url } = log;
  const known = witness.remembered(origin);
  const before = known === null ? {} : { before: known.size };
  try {
    if (url === undefined)
      throw new AppError('CONFIG_INVALID', `no address of the log ${origin} is given`, {
        next: 'give it with --follow URL, or behind its key in the file of --logs',
      });
    const { checkpoint, keys } = await look(witness, log, url, options);
    const unknown = unknownKeysOn(checkpoint, keys);
    const told = unknown.length === 0 ? {} : { unknown_keys: unknown };
    return { origin, outcome: 'cosigned', size: checkpoint.size, ...before, ...told };
  } catch (error) {
    if (!isAppError(error)) throw error;
    const inconsistent = error.code === 'PROOF_INVALID';
    const size = error.details['size'];
    return {
      origin,
      outcome: inconsistent ? 'inconsistent' : 'unreachable',
      ...(typeof size === 'number' ? { size } : {}),
      ...before,
      problem: error.message,
    };
  }
}

interface Seen {
  readonly checkpoint: Checkpoint;
  /** Those that it was judged by. */
  readonly keys: readonly NoteVerifier[];
}

async function look(witness: Witness, log: KnownLog, url: string, options: FollowOptions): Promise<Seen> {
  for (let attempt = 1; ; attempt += 1) {
    const keys = await fetchKeys(url, log, options);
    const checkpoint = await fetchCheckpoint(url, keys, options);
    const { size, text } = checkpoint;
    const known = witness.remembered(log.origin);
    if (known !== null && size < known.size) {
      witness.keepConflict(checkpoint);
      throw inconsistent(
        checkpoint,
        `it shows ${size} entries, and ${known.size} were seen before: entries were dropped, or an old copy is served`,
      );
    }
    if (known !== null) mustStillBeKnown(known, keys, checkpoint);
    const proof = await proofFrom(known?.size ?? 0, checkpoint, tilesAt(url, { ms: 30_000, ...options }));
    const { status, body } = witness.consider(log.origin, { old: known?.size ?? 0, proof, note: text }, keys);
    if (status === 200) return { checkpoint, keys };
    // Somebody submitted a newer checkpoint meanwhile: what is remembered has changed under us.
    if (status === 409 && attempt < TRIES) continue;
    if (status === 503) throw new AppError('JOURNAL_UNAVAILABLE', body.trim());
    witness.keepConflict(checkpoint);
    throw inconsistent(checkpoint, body.trim());
  }
}

/** Otherwise a key that took over long ago could be forgotten again, by taking its handover away, for the sake of the old. */
function mustStillBeKnown(known: Checkpoint, keys: readonly NoteVerifier[], shown: Checkpoint): void {
  const signers = parseNote(known.text).signatures.filter(({ name }) => name === known.origin);
  if (signers.some(({ keyId }) => keys.some((key) => key.name === known.origin && key.keyId === keyId))) return;
  const lost = unknownKeysOn(known, keys).join(', ');
  throw inconsistent(
    shown,
    `what was seen before was signed by ${lost}, to which no handover leads any more from the key given: /handovers is missing or cut short`,
  );
}

const inconsistent = ({ size }: Checkpoint, why: string): AppError =>
  new AppError('PROOF_INVALID', why, { details: { size } });

/** The keys given, and those that the log's handovers lead to from them, each for the sizes at which it was the log's. */
async function fetchKeys(
  url: string,
  { keys }: KnownLog,
  { fetch, ms = 30_000 }: FollowOptions,
): Promise<readonly NoteVerifier[]> {
  const asked = { fetch, url: `${url}/handovers`, bytesMost: NOTE_BYTES_MOST, ms };
  const { status, body } = await exchange(asked);
  if (status >= 500) throw new AppError('UPSTREAM_UNREACHABLE', `${asked.url} answers ${status}`);
  // A log in the same layout that is not ours knows no such path.
  if (status !== 200) return keys;
  return introducedKeys(
    keys.map(({ vkey }) => vkey),
    parseHandovers(body.toString('utf8')),
  );
}

async function fetchCheckpoint(
  url: string,
  keys: readonly NoteVerifier[],
  { fetch, ms = 30_000 }: FollowOptions,
): Promise<Checkpoint> {
  const at = `${url}/checkpoint`;
  const { status, body } = await exchange({ fetch, url: at, bytesMost: NOTE_BYTES_MOST, ms });
  if (status !== 200)
    throw new AppError('UPSTREAM_UNREACHABLE', `${at} answers ${status}`, {
      next: 'give the address of the log itself, such as http://127.0.0.1:7411/log',
    });
  return openCheckpoint(body.toString('utf8'), keys);
}

/** At the first look there is nothing to be consistent with; then at least the tiles have to lead to the signed root. */
async function proofFrom(
  old: number,
  checkpoint: Checkpoint,
  fetchTile: ReturnType<typeof tilesAt>,
): Promise<readonly Buffer[]> {
  const { size, root } = checkpoint;
  if (old === size && old > 0) return [];
  if (old > 0) return withTiles(size, fetchTile, (tree) => tree.consistency(old));
  const served = await withTiles(size, fetchTile, (tree) => tree.root());
  if (!served.equals(root)) throw inconsistent(checkpoint, 'its tiles do not lead to the root that it signed');
  return [];
}
