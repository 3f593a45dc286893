// Judges a run by what the world outside has seen and by the files that are left, and by nothing else: it is written
// apart from the code it checks and imports none of it. Each claim is a function that returns what speaks against it.
import { createHash } from 'node:crypto';
import { rootsOf } from '../../stand/tree.ts';
import type { Ledger } from '../ledger.ts';
import type { Tables } from '../store/tables.ts';
import { knownLog, type SealedEntry } from './facts.ts';
import { checkTables } from './folded.ts';
import { groupsOf, headOf, leavesOf, readLeaf, recordsOf, type Files } from './log-files.ts';
import { signedBy } from './notes.ts';
import { keysFound, openedPersonal, requestDigests } from './vault-files.ts';

export interface Evidence {
  readonly ledger: Ledger;
  /** The disk of the machine that runs the journal, at the end. */
  readonly node: Files;
  /** Of the copy that went on by itself, where there was one. */
  readonly fork: Files | null;
  readonly witnessKey: string;
  /** Of the projections' database, at the end. */
  readonly tables: Tables;
}

/** A log as its files show it: one that was superseded has its own folder, and shares the vault. */
interface LogView {
  readonly files: Files;
  readonly published: readonly string[];
  readonly leaves: readonly Buffer[];
  readonly entries: readonly SealedEntry[];
  readonly problems: readonly string[];
}

export function audit(evidence: Evidence): string[] {
  const { ledger, node } = evidence;
  const present = viewOf(node, ledger.published);
  const views = ledger.superseded === null ? [present] : [viewOf(supersededFiles(node), ledger.superseded), present];
  const entries = views.flatMap((view) => view.entries);
  const [{ leaves, entries: first } = present] = views;
  return [
    ...ledger.stuck,
    ...views.flatMap((view) => [...view.problems, ...checkCheckpoints(view)]),
    ...checkOnce(ledger, entries),
    ...checkKept(ledger, entries),
    ...checkClosed(ledger, entries),
    ...checkWitness(evidence, leaves),
    ...checkContent(evidence, entries),
    ...checkErased(evidence, entries),
    ...checkKeyChanges(ledger, first),
    ...checkFolded(evidence, present),
  ];
}

function viewOf(files: Files, published: readonly string[]): LogView {
  const size = headOf(files.get('/journal/log/checkpoint')?.toString('utf8'))?.size ?? 0;
  const leaves = leavesOf(files, size);
  const records = recordsOf(files, size);
  const problems: string[] = [];
  if (leaves.length < size) problems.push(`the checkpoint covers ${size} entries, and ${leaves.length} are there`);
  if (records.length < size)
    problems.push(`the checkpoint covers ${size} entries, and ${records.length} have a record`);
  const entries: SealedEntry[] = [];
  for (const [index, bytes] of leaves.entries()) {
    const leaf = readLeaf(bytes);
    if (leaf === null) problems.push(`entry ${index} is no leaf: another history, or none`);
    else entries.push({ bytes, leaf, record: records[index] });
  }
  return { files, published, leaves, entries, problems };
}

function supersededFiles(node: Files): Files {
  const inside = '/journal/superseded/1/';
  const moved = [...node].filter(([path]) => path.startsWith(inside));
  return new Map(moved.map(([path, bytes]) => [path.replace(inside, '/journal/'), bytes]));
}

const nameOf = ({ kind, id }: { readonly kind: string; readonly id: string }): string => `${kind} ${id}`;

/** Nothing stands in the log twice: neither an entry by its kind and id, nor a place in its writer's own order. */
function checkOnce(ledger: Ledger, entries: readonly SealedEntry[]): string[] {
  const seen = new Map<string, number>();
  const count = (name: string): void => void seen.set(name, (seen.get(name) ?? 0) + 1);
  for (const { leaf } of entries) {
    count(nameOf(leaf));
    count(`place ${leaf.by.lane}-${leaf.by.epoch}-${leaf.by.seq}`);
  }
  const sent = new Set(ledger.entries.map(nameOf));
  const strange = entries.filter(({ leaf }) => leaf.by.lane !== 65_535 && !sent.has(nameOf(leaf)));
  return [
    ...[...seen].filter(([, times]) => times > 1).map(([name, times]) => `${name} is in the log ${times} times`),
    ...strange.map(({ leaf }) => `${nameOf(leaf)} was never handed over by a lane`),
  ];
}

/** What was acknowledged, and not released from its promise by a loss of power, is in the log. */
function checkKept(ledger: Ledger, entries: readonly SealedEntry[]): string[] {
  const there = new Set(entries.map(({ leaf }) => nameOf(leaf)));
  return ledger.entries
    .filter((entry) => entry.told === 'kept' && !entry.released && !there.has(nameOf(entry)))
    .map((entry) => `${nameOf(entry)} was acknowledged and is lost`);
}

/** Every intent has its call, except where the design says that it can be lost (docs/decisions/0004). */
function checkClosed(ledger: Ledger, entries: readonly SealedEntry[]): string[] {
  const calls = new Set(entries.filter(({ leaf }) => leaf.kind === 'call').map(({ leaf }) => leaf.id));
  return entries
    .filter(({ leaf }) => leaf.kind === 'intent' && !calls.has(leaf.id) && !ledger.leftOpen.has(leaf.id))
    .map(({ leaf }) => `intent ${leaf.id} was never closed`);
}

/** Every checkpoint that was ever there to be read is of a prefix of the log, and none is smaller than one before. */
function checkCheckpoints({ published, leaves, files: node }: LogView): string[] {
  const heads = published.map((note) => headOf(note));
  const sizes = new Set(heads.map((head) => head?.size ?? -1));
  const roots = rootsOf(leaves, sizes);
  const problems: string[] = [];
  let before = 0;
  for (const head of heads) {
    if (head === null) {
      problems.push('a checkpoint was published that is not one');
      continue;
    }
    if (roots.get(head.size) !== head.root)
      problems.push(`the checkpoint of ${head.size} entries is of another history`);
    if (head.size < before) problems.push(`a checkpoint of ${head.size} entries came after one of ${before}`);
    before = Math.max(before, head.size);
  }
  const last = node.get('/journal/log/checkpoint')?.toString('utf8') ?? '';
  const vkey = node.get('/journal/log/vkey')?.toString('utf8').trim() ?? '';
  if (last !== '' && !signedBy(last, vkey)) problems.push('the last checkpoint is not signed by the key that is shown');
  if (before > (headOf(last)?.size ?? 0)) problems.push(`a checkpoint of ${before} entries was taken back`);
  return problems;
}

/** All that the witness ever cosigned belongs to one history, and never got smaller. */
function checkWitness({ ledger, fork, witnessKey }: Evidence, leaves: readonly Buffer[]): string[] {
  const sizes = new Set(ledger.cosigned.map(({ size }) => size));
  const histories = [rootsOf(leaves, sizes)];
  if (fork !== null) {
    const head = headOf(fork.get('/journal/log/checkpoint')?.toString('utf8'));
    histories.push(rootsOf(leavesOf(fork, head?.size ?? 0), sizes));
  }
  const problems: string[] = [];
  const fits = histories.filter((roots) => ledger.cosigned.every(({ size, root }) => roots.get(size) === root));
  if (fits.length === 0) problems.push('the witness has cosigned checkpoints that belong to no single history');
  let before = 0;
  for (const { size } of ledger.cosigned) {
    if (size < before) problems.push(`the witness cosigned ${size} entries after ${before}`);
    before = Math.max(before, size);
  }
  const last = ledger.cosigned.at(-1);
  if (last !== undefined && !signedBy(last.text, witnessKey)) problems.push('a cosignature does not verify');
  return problems;
}

/** What was handed over is what was sealed: the public text by its digest, the personal one under its subject's key. */
function checkContent({ ledger, node }: Evidence, entries: readonly SealedEntry[]): string[] {
  const sent = new Map(ledger.entries.map((entry) => [nameOf(entry), entry]));
  const problems: string[] = [];
  for (const { leaf, record } of entries) {
    const entry = sent.get(nameOf(leaf));
    if (record === undefined || entry === undefined || leaf.by.lane === 65_535) continue;
    const { public: open, personal } = groupsOf(record);
    const digest = createHash('sha256')
      .update(open?.salt ?? '')
      .update(open?.text ?? '')
      .digest('base64url');
    if (open?.text.toString('utf8') !== entry.public)
      problems.push(`the public text of ${nameOf(leaf)} is another one`);
    if (leaf.groups['public'] !== digest) problems.push(`the public digest of ${nameOf(leaf)} is of something else`);
    if (personal === undefined) continue;
    const text = openedPersonal(node, leaf, personal);
    if (text === undefined && !ledger.keysUnsure)
      problems.push(`the personal text of ${nameOf(leaf)} cannot be opened any more`);
    if (typeof text === 'string' && text !== entry.personal)
      problems.push(`the personal text of ${nameOf(leaf)} differs`);
  }
  const there = new Set(entries.map(({ leaf }) => nameOf(leaf)));
  for (const { entry, body, digest } of ledger.keysUnsure ? [] : ledger.bodies) {
    if (entry.told !== 'kept' || entry.released || ledger.undigested.has(entry) || !there.has(nameOf(entry))) continue;
    if (!requestDigests(node, entry.subject, entry.id, body).includes(digest))
      problems.push(`the body of ${entry.id} can no longer be shown to be what was digested`);
  }
  return problems;
}

/** An erased key is nowhere, and what was handed over before the erasure cannot be read. */
function checkErased({ ledger, node }: Evidence, entries: readonly SealedEntry[]): string[] {
  const problems = keysFound(node, ledger.erasedKeys).map(
    (key) => `an erased key lies in the vault: ${key.slice(0, 8)}…`,
  );
  const erased = new Set([...ledger.erasedEntries].map(nameOf));
  for (const { leaf, record } of entries) {
    // What recovery closes repeats what its intent gave.
    const given = leaf.by.lane === 65_535 ? `intent ${leaf.id}` : nameOf(leaf);
    if (record === undefined || !erased.has(given)) continue;
    const { personal } = groupsOf(record);
    if (personal !== undefined && typeof openedPersonal(node, leaf, personal) === 'string')
      problems.push(`the personal text of ${nameOf(leaf)} was erased and can be read`);
  }
  return problems;
}

function checkKeyChanges(ledger: Ledger, entries: readonly SealedEntry[]): string[] {
  return ledger.keyChanges
    .filter((index) => entries[index]?.leaf.kind !== 'log_key')
    .map((index) => `entry ${index} does not record the change of keys that was acknowledged`);
}

/** The tables come to what the log says, at the end and at some moments before. */
function checkFolded({ ledger, node, tables }: Evidence, { entries, leaves }: LogView): string[] {
  if (entries.length < leaves.length) return [];
  const log = knownLog(node, entries);
  const head = headOf(ledger.published.at(-1));
  const origin = head?.origin ?? '';
  const moments = ledger.folded.flatMap(({ tables: then, checkpoint }, index) => {
    const problems = checkTables(then, log, { size: headOf(checkpoint)?.size ?? 0, origin }, false);
    return problems.map((problem) => `tables, moment ${index + 1}: ${problem}`);
  });
  const present = ledger.tablesStopped ? [] : checkTables(tables, log, { size: head?.size ?? 0, origin }, true);
  return [...moments, ...present.map((problem) => `tables: ${problem}`)];
}
