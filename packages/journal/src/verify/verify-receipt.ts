// Checks one receipt file offline, in its envelope or plain, with nothing but the log's public key, or a policy that names
// logs and the witnesses which have to have cosigned.
import { isUtf8 } from 'node:buffer';
import { AppError, type JsonObject } from '@weighbridge/kernel';
import { GROUPS, type Group, type Leaf } from '@weighbridge/protocol';
import { checkEnvelope, isEnvelopeLike, parseEnvelope, type Envelope } from '../attest/envelope.ts';
import type { Disclosure, HandedOver, ReceiptOptions, Verification } from '../contract.ts';
import { decodeBase64Url, leafHash } from '../merkle/hash.ts';
import { verifyInclusion } from '../merkle/verify.ts';
import { openCheckpoint, unknownKeysOn } from '../note/checkpoint.ts';
import { handedOver } from '../note/handover.ts';
import { parseTlogProof } from '../note/tlog-proof.ts';
import { quorumOn, trustOf } from '../policy/trust.ts';
import { witnessedBy } from '../policy/witnessed.ts';
import { parseReceipt, type ReceiptFile } from '../receipt-file.ts';
import { groupDigest } from '../record/record.ts';
import { newTally, unsound, verdict, type Tally } from './verdict.ts';

const bad = (why: string): AppError => new AppError('PROOF_INVALID', why);

/**
 * `ok` when the log of this key holds the leaf, and every disclosed group is the one the leaf commits to. With `last`, a
 * checkpoint that contradicts the remembered one is refused too. With a policy, `QUORUM_NOT_MET` when all of that holds
 * and fewer witnesses than it asks for have cosigned.
 */
export function verifyReceipt(file: string | Uint8Array, options: ReceiptOptions): Verification {
  const tally = newTally();
  try {
    const checkpoint = check(textOf(file), options, tally);
    tally.handovers = followed(options);
    const { policy } = options;
    if (policy === undefined) return verdict(tally, 'ok');
    const finding = quorumOn(checkpoint, policy);
    const judged = finding.met ? verdict(tally, 'ok') : verdict(tally, 'QUORUM_NOT_MET', finding.problem);
    return { ...judged, witnessed: witnessedBy(policy, finding, tally.checkpoint?.size) };
  } catch (error) {
    return unsound(tally, error);
  }
}

function followed(options: ReceiptOptions): readonly HandedOver[] {
  const { handovers = '' } = options;
  const chains = trustOf(options).logs.map(({ vkey }) => handedOver({ vkey, handovers }));
  return chains.find((chain) => chain.length > 0) ?? [];
}

/** Bytes that are not UTF-8 would be read as something that nobody wrote. */
function textOf(file: string | Uint8Array): string {
  if (typeof file === 'string') return file;
  if (!isUtf8(file)) throw bad('this is not a sound receipt file: it is not UTF-8');
  return Buffer.from(file).toString('utf8');
}

/** An envelope's receipt, or the plain one. Throws PROOF_INVALID; nothing in it is verified yet. */
function open(text: string): { readonly receipt: ReceiptFile; readonly envelope?: Envelope } {
  if (!isEnvelopeLike(text)) return { receipt: parseReceipt(text) };
  const envelope = parseEnvelope(text);
  return { receipt: envelope.receipt, envelope };
}

/** The checkpoint of the proof, verbatim, once everything but its witnesses is checked. */
function check(text: string, options: ReceiptOptions, tally: Tally): string {
  const { logs } = trustOf(options);
  const { receipt, envelope } = open(text);
  const proof = parseTlogProof(receipt.proof);
  if (proof.extra !== undefined) throw bad('the proof carries extra data that nothing vouches for');
  const checkpoint = openCheckpoint(proof.checkpoint, logs);
  const { origin } = checkpoint;
  if (envelope !== undefined) {
    checkEnvelope(
      envelope,
      logs.filter(({ name }) => name === origin),
    );
  }
  tally.checkpoint = checkpoint;
  tally.unknownKeys = unknownKeysOn(checkpoint, logs);
  const leafBytes = Buffer.from(receipt.leaf);
  verifyInclusion(proof.index, checkpoint.size, leafHash(leafBytes), proof.hashes, checkpoint.root);
  tally.leaves = 1;
  const leaf = parseLeaf(receipt.leaf);
  checkGroups(leaf, receipt.groups, tally);
  if (options.last !== undefined) {
    const remembered = openCheckpoint(options.last, logs);
    const fork = remembered.size === checkpoint.size && !remembered.root.equals(checkpoint.root);
    if (fork && remembered.origin === origin)
      throw bad(`two logs of ${checkpoint.size} entries were signed: the log was forked`);
  }
  return proof.checkpoint;
}

/** Reads a leaf whose inclusion is proven. Throws PROOF_INVALID when it does not have a leaf's shape. */
export function parseLeaf(text: string): Leaf {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('PROOF_INVALID', 'the leaf is not JSON', { cause: error });
  }
  const leaf = value as Partial<Leaf> | null;
  const shaped =
    typeof leaf === 'object' &&
    leaf !== null &&
    leaf.v === 1 &&
    typeof leaf.id === 'string' &&
    typeof leaf.kind === 'string' &&
    typeof leaf.at === 'number' &&
    typeof leaf.by === 'object' &&
    typeof leaf.groups === 'object';
  if (!shaped) throw bad('the leaf is not an entry of a Weighbridge journal');
  return leaf as Leaf;
}

function checkGroups(leaf: Leaf, groups: Disclosure, tally: Tally): void {
  for (const name of GROUPS) {
    const committed = leaf.groups[name];
    const group = groups[name];
    if (group === undefined) {
      if (committed !== undefined) tally.unchecked += 1;
      continue;
    }
    checkGroup(name, committed, decodeBase64Url(group.salt), group.text);
    tally.checked += 1;
  }
}

/** Throws PROOF_INVALID unless the leaf commits to exactly this group. */
export function checkGroup(
  name: Group,
  committed: string | undefined,
  salt: Buffer | null,
  text: string | Buffer,
): void {
  if (committed === undefined) throw bad(`the leaf has no ${name} group, but one is shown`);
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  checkDigest(name, committed, salt === null ? null : groupDigest(salt, bytes));
}

/** As `checkGroup`, when the digest of the group is there already; null: there can be none. */
export function checkDigest(name: Group, committed: string, digest: string | null): void {
  if (digest !== committed)
    throw bad(`the ${name} group is not the one the leaf commits to: it was changed or swapped`);
}

/** What a verified receipt says, parsed, for showing. */
export function readReceipt(text: string): {
  readonly leaf: Leaf;
  readonly groups: Readonly<Partial<Record<Group, JsonObject>>>;
} {
  const { leaf, groups } = open(text).receipt;
  const parsed: Partial<Record<Group, JsonObject>> = {};
  for (const name of GROUPS) {
    const group = groups[name];
    if (group !== undefined) parsed[name] = JSON.parse(group.text) as JsonObject;
  }
  return { leaf: parseLeaf(leaf), groups: parsed };
}
