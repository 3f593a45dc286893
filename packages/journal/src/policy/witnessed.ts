// What witnesses make of a whole log. Without memory nobody can tell that the newest entries of a log were cut off; but
// each cosignature states that, as of its time, nothing longer was known. Where a quorum of them stands on the history
// that is shown, truncation is excluded up to the latest instant as of which a quorum has spoken.
//
// Since the whole tree is at hand, witnesses need not have cosigned the same checkpoint: each one's newest is held against
// the history by a consistency proof, and counts when it lies on it.
import { AppError, ERRORS } from '@weighbridge/kernel';
import type { Checkpoint, HandedOver, Verification, Witnessed } from '../contract.ts';
import { EMPTY_ROOT } from '../merkle/hash.ts';
import { verifyConsistency } from '../merkle/verify.ts';
import { openCheckpoint, readCheckpoint } from '../note/checkpoint.ts';
import { distinct } from '../note/handover.ts';
import { parseVerifierKey, type NoteVerifier } from '../note/note-key.ts';
import { cosignaturesOn, type Cosignature } from '../witness/cosignature.ts';
import { withTiles, type FetchTile } from '../witness/remote-tree.ts';
import { meetsQuorum, quorumText, type Policy } from './policy.ts';
import { shortOf, type QuorumFinding, type Trust } from './trust.ts';

/** A cosigned checkpoint and where it came from. */
export interface Testimony {
  /** In words: `the log's cosigned checkpoints`, a witness's address. */
  readonly from: string;
  readonly note: string;
}

export interface WitnessCheck {
  readonly trust: Trust & { readonly policy: Policy };
  readonly testimonies: readonly Testimony[];
  /** Tiles of the log that was verified. */
  readonly fetchTile: FetchTile;
  /** UTC milliseconds. */
  readonly now: number;
  /** A quorum that last spoke longer ago than this does not exclude truncation. Absent: any time will do. */
  readonly freshMs?: number;
  /** Told of a testimony that is none: it does not count, and says nothing against the log. */
  readonly onMissing?: (why: string) => void;
}

interface Statement extends Cosignature {
  readonly checkpoint: Checkpoint;
}

const bad = (why: string): AppError => new AppError('PROOF_INVALID', why);

/**
 * Lays the word of witnesses on the verdict over a whole log (`ok`, or `TRUNCATION_NOT_EXCLUDED`). Gather the testimonies
 * before the log is verified: one that is of a longer log than was shown is a contradiction. Throws what tiles throw.
 */
export async function judgeWitnessed(verified: Verification, check: WitnessCheck): Promise<Verification> {
  if (verified.checkpoint === undefined || verified.outcome === 'PROOF_INVALID') return verified;
  const { policy } = check.trust;
  try {
    const trust = { policy, logs: withHandovers(check.trust.logs, verified.handovers ?? []) };
    const shown = readCheckpoint(verified.checkpoint);
    const own = statementsOn(verified.checkpoint, trust, shown.origin);
    const others = check.testimonies.flatMap((one) => statementsOf(one, { ...check, trust }, shown.origin));
    const statements = newestByWitness([...own, ...others]);
    for (const statement of statements) await mustLieOn(shown, statement, check.fetchTile);
    return conclude(verified, policy, statements, check);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'PROOF_INVALID') throw error;
    return { ...verified, outcome: 'PROOF_INVALID', problem: error.message };
  }
}

/** The keys that the verdict has followed, each for the sizes at which it was the log's. */
function withHandovers(logs: readonly NoteVerifier[], handed: readonly HandedOver[]): readonly NoteVerifier[] {
  const [first] = handed;
  if (first === undefined) return logs;
  const keys = [first.from, ...handed.map(({ to }) => to)].map((vkey, at): NoteVerifier => {
    const signs = { over: handed[at - 1]?.index ?? -1, upTo: handed[at]?.index ?? Infinity };
    return { ...parseVerifierKey(vkey), signs };
  });
  return distinct([...keys, ...logs]);
}

/** What is no cosigned checkpoint of this log accuses nobody: anyone can write such a thing. */
function statementsOf({ note, from }: Testimony, { trust, onMissing }: WitnessCheck, origin: string): Statement[] {
  try {
    return statementsOn(note, trust, origin);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'PROOF_INVALID') throw error;
    onMissing?.(`${from} gave no checkpoint that counts: ${error.message}`);
    return [];
  }
}

function statementsOn(note: string, { logs, policy }: WitnessCheck['trust'], origin: string): Statement[] {
  const checkpoint = openCheckpoint(note, logs);
  if (checkpoint.origin !== origin) throw bad(`it is of ${checkpoint.origin}, not of ${origin}`);
  const keys = policy.witnesses.map(({ key }) => key);
  return cosignaturesOn(note, keys).map((cosignature) => ({ ...cosignature, checkpoint }));
}

/** Of each witness what it said of the longest log, and of that the latest. */
function newestByWitness(statements: readonly Statement[]): readonly Statement[] {
  const newest = new Map<Statement['key'], Statement>();
  for (const statement of statements) {
    const before = newest.get(statement.key);
    const { size } = statement.checkpoint;
    const better = before === undefined || size > before.checkpoint.size;
    if (better || (size === before.checkpoint.size && statement.at > before.at)) newest.set(statement.key, statement);
  }
  return [...newest.values()];
}

async function mustLieOn(shown: Checkpoint, { checkpoint, key, at }: Statement, fetchTile: FetchTile): Promise<void> {
  const { size, root } = checkpoint;
  const when = new Date(at).toISOString();
  if (size > shown.size)
    throw bad(`the log shows ${shown.size} entries, but ${key.name} cosigned ${size} at ${when}: entries were dropped`);
  if (size === 0) {
    if (!root.equals(EMPTY_ROOT)) throw bad(`${key.name} cosigned an empty log with another root than that`);
    return;
  }
  const proof = size === shown.size ? [] : await withTiles(shown.size, fetchTile, (tree) => tree.consistency(size));
  try {
    verifyConsistency(size, shown.size, root, shown.root, proof);
  } catch (error) {
    const why = `the log's first ${size} entries are not those that ${key.name} cosigned at ${when}: it was forked or rewritten`;
    throw new AppError('PROOF_INVALID', why, { cause: error });
  }
}

function conclude(
  verified: Verification,
  policy: Policy,
  statements: readonly Statement[],
  { now, freshMs = Infinity }: WitnessCheck,
): Verification {
  const met = meetsQuorum(policy.quorum, new Set(statements.map(({ key }) => key)));
  const witnessed = witnessedBy(policy, { met, cosignatures: statements });
  const { problem: _problem, ...rest } = verified;
  if (!met) return { ...rest, outcome: 'QUORUM_NOT_MET', problem: shortOf(policy, statements), witnessed };
  // Without a single witness nobody has spoken: what is remembered decides, as without a policy.
  if (witnessed.as_of === undefined) return { ...verified, witnessed };
  if (now - witnessed.as_of <= freshMs) return { ...rest, outcome: 'ok', witnessed };
  const since = new Date(witnessed.as_of).toISOString();
  return {
    ...rest,
    outcome: 'TRUNCATION_NOT_EXCLUDED',
    problem: `the witnesses have not spoken since ${since}: entries that were sealed after that may have been dropped`,
    next: `see whether the witnesses still run, or give a longer --fresh. ${ERRORS.TRUNCATION_NOT_EXCLUDED.next}`,
    witnessed,
  };
}

export function witnessedBy(
  policy: Policy,
  {
    met,
    cosignatures,
  }: Pick<QuorumFinding, 'met'> & {
    readonly cosignatures: readonly (Cosignature & { readonly checkpoint?: Checkpoint })[];
  },
  size = 0,
): Witnessed {
  const by = policy.witnesses.flatMap(({ name, key }) =>
    cosignatures
      .filter((one) => one.key === key)
      .map(({ at, checkpoint }) => ({ name, at, size: checkpoint?.size ?? size })),
  );
  const asOf = met ? lastSpoken(policy, cosignatures) : undefined;
  return { quorum: quorumText(policy.quorum), met, by, ...(asOf === undefined ? {} : { as_of: asOf }) };
}

/** The latest instant as of which those who had spoken no earlier are a quorum. */
function lastSpoken(policy: Policy, cosignatures: readonly Cosignature[]): number | undefined {
  const spoken = new Set<Cosignature['key']>();
  for (const { key, at } of [...cosignatures].sort((a, b) => b.at - a.at)) {
    spoken.add(key);
    if (meetsQuorum(policy.quorum, spoken)) return at;
  }
  return undefined;
}
