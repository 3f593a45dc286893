// The whole check of one entry or one receipt file, step by step, so that a person can follow it: the groups are those
// the leaf commits to, the leaf stands in the served log, its hash leads to the signed root, the signature is the log's,
// and the log still extends what this browser saw of it before. The verdict is `proven` only when no step is bad.
import { encodeBase64, equal, utf8, type Bytes } from './bytes.ts';
import { fetchChain, keysFor } from './handover.ts';
import { leafHash } from './hash.ts';
import { recall, remember, type Store } from './memory.ts';
import { consistencyProblem, inclusionProblem } from './merkle.ts';
import {
  cryptoProblem,
  openCheckpoint,
  parseNote,
  parseVerifierKey,
  signedBy,
  type Checkpoint,
  type NoteKey,
} from './note.ts';
import { bad, good, unreachable, type Failure, type Outcome } from './outcome.ts';
import { checkEnvelope, openReceipt } from './envelope.ts';
import { groupsProblem, parseLeaf, parseTlogProof, type Disclosure, type LeafText } from './receipt.ts';
import { MAX_NOTE_BYTES, TileReader, type LogFetch } from './tiles.ts';

export type StepName = 'signature' | 'leaf' | 'groups' | 'inclusion' | 'tiles' | 'history';
export type StepState = 'ok' | 'bad' | 'cannot' | 'new';

export interface Step {
  readonly name: StepName;
  readonly state: StepState;
  /** What was checked, and what came of it. */
  readonly detail: string;
}
/** `cannot`: it was not to be had, or this browser cannot check it. Nobody is accused. */
export type Verdict = 'proven' | 'broken' | 'cannot';

export interface ProofReport {
  readonly verdict: Verdict;
  readonly steps: readonly Step[];
  readonly entry: number | null;
  readonly leaf: LeafText | null;
  readonly checkpoint: Checkpoint | null;
  /** Files of the log that were fetched for this. */
  readonly files: number;
}

export interface LogContext {
  readonly fetch: LogFetch;
  /** The log's public key: given by hand, or as served; then it is trusted as much as the server is. */
  readonly vkey: string;
  /** Where this browser remembers logs; null for no memory. */
  readonly store: Store | null;
  readonly onStep?: (step: Step) => void;
}

class Report {
  readonly #onStep: ((step: Step) => void) | undefined;
  readonly steps: Step[] = [];
  entry: number | null = null;
  leaf: LeafText | null = null;
  checkpoint: Checkpoint | null = null;
  tiles: TileReader | null = null;

  constructor(onStep: ((step: Step) => void) | undefined) {
    this.#onStep = onStep;
  }

  add(name: StepName, state: StepState, detail: string): void {
    const step = { name, state, detail };
    this.steps.push(step);
    this.#onStep?.(step);
  }

  fail(name: StepName, { kind, why }: Failure): ProofReport {
    this.add(name, kind === 'bad' ? 'bad' : 'cannot', why);
    return this.end();
  }

  end(): ProofReport {
    const states = new Set(this.steps.map(({ state }) => state));
    const verdict = states.has('bad') ? 'broken' : states.has('cannot') ? 'cannot' : 'proven';
    const { steps, entry, leaf, checkpoint } = this;
    return { verdict, steps, entry, leaf, checkpoint, files: this.tiles?.files ?? 0 };
  }
}

/** Checks entry `index` of the served log, and that it commits to the given groups. */
export async function verifyEntry(index: number, groups: Disclosure, context: LogContext): Promise<ProofReport> {
  const report = new Report(context.onStep);
  report.entry = index;
  const log = await openLog(context, report);
  if (!log.ok) return report.fail('signature', log);
  const { checkpoint, tiles } = log.value;
  if (index >= checkpoint.size) {
    return report.fail(
      'inclusion',
      unreachable(`No checkpoint covers entry ${index} yet; one is signed every second.`),
    );
  }
  const bundle = await tiles.bundle(index);
  if (!bundle.ok) return report.fail('leaf', bundle);
  const leafBytes = bundle.value.leaves[bundle.value.at] as Bytes;
  const leaf = parseLeaf(new TextDecoder().decode(leafBytes));
  if (!leaf.ok) return report.fail('leaf', leaf);
  report.leaf = leaf.value;
  report.add('leaf', 'ok', `Entry ${index} of the served log is ${leaf.value.kind} ${leaf.value.id}.`);
  await checkGroups(leaf.value, groups, report);
  await checkInclusion(index, leafBytes, checkpoint, tiles, report);
  await checkTiles(index, bundle.value.leaves, tiles, report);
  await checkHistory(log.value, context, report);
  return report.end();
}

/** Checks a receipt file by itself, offline, and then that the served log still stands by it. */
export async function verifyReceiptFile(text: string, context: LogContext): Promise<ProofReport> {
  const report = new Report(context.onStep);
  const unable = cryptoProblem();
  if (unable !== null) return report.fail('signature', { ok: false, kind: 'unsupported', why: unable });
  const opened = openReceipt(text);
  if (!opened.ok) return report.fail('leaf', opened);
  const { receipt, envelope } = opened.value;
  const proof = parseTlogProof(receipt.proof);
  if (!proof.ok) return report.fail('inclusion', proof);
  report.entry = proof.value.index;
  const keys = await keysFor(proof.value.checkpoint, context.vkey, context.fetch);
  if (!keys.ok) return report.fail('signature', keys);
  const { key, chain } = keys.value;
  const checkpoint = await openCheckpoint(proof.value.checkpoint, key);
  if (!checkpoint.ok) return report.fail('signature', checkpoint);
  report.checkpoint = checkpoint.value;
  const signed = envelope === null ? good(null) : await checkEnvelope(envelope, receipt, chain);
  if (!signed.ok) return report.fail('signature', signed);
  const handed = key.vkey === context.vkey.trim() ? '' : ` ${HANDED_OVER}`;
  report.add('signature', 'ok', `${signatureText(checkpoint.value)}${handed}`);
  const leafBytes = utf8(receipt.leaf);
  const { index, hashes } = proof.value;
  const { size, root } = checkpoint.value;
  const problem = await inclusionProblem(index, size, await leafHash(leafBytes), hashes, root);
  report.add('inclusion', problem === null ? 'ok' : 'bad', problem ?? inclusionText(index, hashes.length, size));
  const leaf = parseLeaf(receipt.leaf);
  if (!leaf.ok) return report.fail('leaf', leaf);
  report.leaf = leaf.value;
  report.add('leaf', 'ok', `The receipt is of ${leaf.value.kind} ${leaf.value.id}.`);
  await checkGroups(leaf.value, receipt.groups, report);
  return report.end();
}

interface OpenLog {
  readonly checkpoint: Checkpoint;
  readonly key: NoteKey;
  readonly tiles: TileReader;
}

async function openLog(context: LogContext, report: Report): Promise<Outcome<OpenLog>> {
  const unable = cryptoProblem();
  if (unable !== null) return { ok: false, kind: 'unsupported', why: unable };
  const file = await context.fetch('/checkpoint', MAX_NOTE_BYTES);
  if (!file.ok) return file;
  if (file.value === 'missing') return unreachable('The log has no signed checkpoint yet.');
  const note = new TextDecoder().decode(file.value);
  const keys = await keysFor(note, context.vkey, context.fetch);
  if (!keys.ok) return keys;
  const { key } = keys.value;
  const checkpoint = await openCheckpoint(note, key);
  if (!checkpoint.ok) return checkpoint;
  const tiles = new TileReader(context.fetch, checkpoint.value.size);
  report.checkpoint = checkpoint.value;
  report.tiles = tiles;
  report.add('signature', 'ok', signatureText(checkpoint.value));
  return good({ checkpoint: checkpoint.value, key, tiles });
}

const HANDED_OVER =
  'That key and the current one are linked by handovers which the log serves and which both sides signed.';

const signatureText = ({ origin, size, root }: Checkpoint): string =>
  `The key of ${origin} signed the checkpoint of ${size} entries with root ${encodeBase64(root).slice(0, 12)}….`;

const inclusionText = (index: number, hashes: number, size: number): string =>
  `The hash of entry ${index} and ${hashes} others lead to the root that was signed for ${size} entries.`;

async function checkGroups(leaf: LeafText, groups: Disclosure, report: Report): Promise<void> {
  const problem = await groupsProblem(leaf, groups);
  const names = Object.keys(groups);
  const shown =
    names.length === 0 ? 'No group is shown.' : `What is shown (${names.join(', ')}) is what the leaf commits to.`;
  report.add('groups', problem === null ? 'ok' : 'bad', problem ?? shown);
}

async function checkInclusion(
  index: number,
  leaf: Bytes,
  { size, root }: Checkpoint,
  tiles: TileReader,
  report: Report,
): Promise<void> {
  const path = await tiles.inclusion(index);
  if (!path.ok) {
    report.fail('inclusion', path);
    return;
  }
  const problem = await inclusionProblem(index, size, await leafHash(leaf), path.value, root);
  report.add('inclusion', problem === null ? 'ok' : 'bad', problem ?? inclusionText(index, path.value.length, size));
}

/** The neighbours in the bundle against the tile, and each tile against the one above it. */
async function checkTiles(index: number, leaves: readonly Bytes[], tiles: TileReader, report: Report): Promise<void> {
  const tile = await tiles.tile(0, Math.floor(index / 256));
  if (!tile.ok) {
    report.fail('tiles', tile);
    return;
  }
  const hashes = await Promise.all(leaves.map(leafHash));
  const changed = hashes.findIndex((hash, i) => !equal(hash, tile.value.subarray(i * 32, i * 32 + 32)));
  const first = index - (index % 256);
  if (changed >= 0) {
    report.fail('tiles', bad(`Entry ${first + changed} of the served log is not the one whose hash its tile holds.`));
    return;
  }
  const chain = await tiles.chain(index);
  if (chain.ok)
    report.add('tiles', 'ok', `${leaves.length} entries beside it and all tiles above agree (${tiles.files} files).`);
  else report.fail('tiles', chain);
}

async function checkHistory({ checkpoint, key, tiles }: OpenLog, context: LogContext, report: Report): Promise<void> {
  const { store } = context;
  const known = recall(store, checkpoint.origin);
  if (known !== null) {
    const same = await historyProblem(known.checkpoint, known.vkey, checkpoint, tiles);
    if (!same.ok) {
      report.fail('history', same);
      return;
    }
    const led = await handoverSince(known.vkey, checkpoint, key, context.fetch);
    if (!led.ok) {
      report.fail('history', led);
      return;
    }
    report.add('history', 'ok', `${same.value}${led.value}`);
  }
  if (report.steps.some(({ state }) => state === 'bad')) return;
  const kept = remember(store, checkpoint.origin, { vkey: key.vkey, checkpoint: checkpoint.note });
  if (known !== null) return;
  const first = kept
    ? 'This browser sees the log for the first time. From now on it remembers, and would notice if anything were cut off.'
    : 'This browser keeps no memory of the log, so nobody can tell whether newer entries were cut off.';
  report.add('history', 'new', first);
}

/** Where the key that this browser remembers does not sign any more, it has to have handed over to the one that does. */
async function handoverSince(
  before: string,
  { note, size }: Checkpoint,
  now: NoteKey,
  fetch: LogContext['fetch'],
): Promise<Outcome<string>> {
  if (before === now.vkey) return good('');
  const [parsed, remembered] = [parseNote(note), await parseVerifierKey(before)];
  if (!parsed.ok) return parsed;
  const still = remembered.ok ? await signedBy(parsed.value, remembered.value) : remembered;
  if (!still.ok) return still;
  if (still.value) return good('');
  const chain = await fetchChain(before, fetch);
  if (!chain.ok) return chain;
  if (chain.value.some(({ vkey, over, upTo }) => vkey === now.vkey && size > over && size <= upTo))
    return good(' Its key was handed over since, signed by both.');
  return bad('The log is signed by another key than this browser has seen, and no handover leads from that one to it.');
}

async function historyProblem(
  note: string,
  vkey: string,
  checkpoint: Checkpoint,
  tiles: TileReader,
): Promise<Outcome<string>> {
  const key = await parseVerifierKey(vkey);
  if (!key.ok) return key;
  const older = await openCheckpoint(note, key.value);
  if (!older.ok) return older;
  const { size, root } = older.value;
  if (size > checkpoint.size)
    return bad(
      `This browser has seen ${size} entries of this log, and now there are ${checkpoint.size}: it was cut back.`,
    );
  if (size === 0) return good('This browser had seen the log empty.');
  const proof = await tiles.consistency(size);
  if (!proof.ok) return proof;
  const problem = await consistencyProblem(size, checkpoint.size, root, checkpoint.root, proof.value);
  if (problem !== null) return bad(`The log is not the one this browser saw at ${size} entries: ${problem}.`);
  return good(`The log still holds all ${size} entries that this browser saw before, unchanged.`);
}
