// Checks one receipt file offline, with nothing but the log's public key.
import { AppError, type JsonObject } from '@weighbridge/kernel';
import { GROUPS, type Group, type Leaf } from '@weighbridge/protocol';
import type { Disclosure, Verification, VerifyOptions } from '../contract.ts';
import { decodeBase64Url, leafHash } from '../merkle/hash.ts';
import { verifyInclusion } from '../merkle/verify.ts';
import { openCheckpoint } from '../note/checkpoint.ts';
import { handedOver, keysInForce, parseHandovers } from '../note/handover.ts';
import { parseTlogProof } from '../note/tlog-proof.ts';
import { parseReceipt } from '../receipt-file.ts';
import { groupDigest } from '../record/record.ts';
import { newTally, unsound, verdict, type Tally } from './verdict.ts';

const bad = (why: string): AppError => new AppError('PROOF_INVALID', why);

/**
 * `ok` when the log of this key holds the leaf, and every disclosed group is the one the leaf commits to. With `last`, a
 * checkpoint that contradicts the remembered one is refused too.
 */
export function verifyReceipt(text: string, options: VerifyOptions): Verification {
  const tally = newTally();
  try {
    check(text, options, tally);
    tally.handovers = handedOver(options);
    return verdict(tally, 'ok');
  } catch (error) {
    return unsound(tally, error);
  }
}

function check(text: string, { vkey, last, handovers = '' }: VerifyOptions, tally: Tally): void {
  const keys = keysInForce(vkey, parseHandovers(handovers));
  const receipt = parseReceipt(text);
  const proof = parseTlogProof(receipt.proof);
  if (proof.extra !== undefined) throw bad('the proof carries extra data that nothing vouches for');
  const checkpoint = openCheckpoint(proof.checkpoint, keys);
  tally.checkpoint = checkpoint;
  const leafBytes = Buffer.from(receipt.leaf);
  verifyInclusion(proof.index, checkpoint.size, leafHash(leafBytes), proof.hashes, checkpoint.root);
  tally.leaves = 1;
  const leaf = parseLeaf(receipt.leaf);
  checkGroups(leaf, receipt.groups, tally);
  if (last !== undefined) {
    const remembered = openCheckpoint(last, keys);
    if (remembered.size === checkpoint.size && !remembered.root.equals(checkpoint.root)) {
      throw bad(`two logs of ${checkpoint.size} entries were signed: the log was forked`);
    }
  }
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
  const { leaf, groups } = parseReceipt(text);
  const parsed: Partial<Record<Group, JsonObject>> = {};
  for (const name of GROUPS) {
    const group = groups[name];
    if (group !== undefined) parsed[name] = JSON.parse(group.text) as JsonObject;
  }
  return { leaf: parseLeaf(leaf), groups: parsed };
}
