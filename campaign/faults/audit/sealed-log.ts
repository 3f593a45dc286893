// The auditor's reading of a home's journal from its files: entries with what a call's record says, and the roots of every
// prefix that it is asked for. Written apart from the product; only the file formats are shared.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupsOf, headOf, leavesOf, readLeaf, recordsOf, type LeafText } from '../../simulator/audit/log-files.ts';

/** What the auditor looks at in the public group of a call. */
export interface CallText {
  readonly outcome: string;
  readonly status: number;
  readonly attempts: readonly { readonly usage?: { readonly tokens: Readonly<Record<string, number>> } }[];
  readonly asked: { readonly request_bytes: number };
  readonly usage: { readonly tokens: Readonly<Record<string, number>> } | null;
  readonly response_bytes?: number;
}

export interface CostText {
  readonly billed: string | null;
  readonly currency: string;
}

export interface SealedEntry {
  readonly leaf: LeafText;
  readonly call: CallText | null;
  readonly cost: CostText | null;
}

export interface SealedLog {
  /** The last checkpoint that was published. */
  readonly note: string;
  readonly size: number;
  readonly leaves: readonly Buffer[];
  readonly entries: readonly SealedEntry[];
  readonly problems: readonly string[];
}

const PART_ENTRIES = 16_384;

interface Part {
  readonly leaves: readonly Buffer[];
  readonly entries: readonly SealedEntry[];
  readonly problems: readonly string[];
}

/** What was read of parts that are sealed, by the digest of their bytes: the same bytes say the same again. */
export type ReadParts = Map<string, Part>;

/** `journal`: the folder. `known`: kept from one reading to the next. */
export function readSealedLog(journal: string, known: ReadParts = new Map()): SealedLog {
  const note = readFileSync(join(journal, 'log/checkpoint'), 'utf8');
  const size = headOf(note)?.size ?? 0;
  const parts: Part[] = [];
  for (let first = 0; first < size; first += PART_ENTRIES)
    parts.push(readPart(journal, first, Math.min(PART_ENTRIES, size - first), known));
  const leaves = parts.flatMap((part) => part.leaves);
  const problems = parts.flatMap((part) => part.problems);
  if (leaves.length < size) problems.push(`the checkpoint covers ${size} entries, and ${leaves.length} are there`);
  return { note, size, leaves, entries: parts.flatMap((part) => part.entries), problems };
}

/** A part by itself is read as if it were the first of a log. */
function readPart(journal: string, first: number, count: number, known: ReadParts): Part {
  const part = first / PART_ENTRIES;
  const files = new Map<string, Buffer>();
  const digest = createHash('sha256').update(String(count));
  for (const folder of ['log/entries', 'records']) {
    for (const form of ['sealed', 'open']) {
      const path = join(journal, folder, `${part}.${form}`);
      if (!existsSync(path)) continue;
      const bytes = readFileSync(path);
      files.set(`/journal/${folder}/0.${form}`, bytes);
      digest.update(bytes);
    }
  }
  const key = digest.digest('hex');
  const before = known.get(key);
  if (before !== undefined) return before;
  const leaves = leavesOf(files, count);
  const records = recordsOf(files, count);
  const problems: string[] = [];
  if (records.length < count) problems.push(`part ${part} has ${count} entries, and ${records.length} have records`);
  const entries = leaves.map((bytes, index) => entryOf(bytes, records[index], first + index, problems));
  const read = { leaves, entries, problems };
  if (count === PART_ENTRIES) known.set(key, read);
  return read;
}

const NOTHING: LeafText = {
  at: 0,
  by: { build: '', epoch: 0, lane: 0, node: '', seq: 0 },
  groups: {},
  id: '',
  kind: 'unreadable',
};

function entryOf(bytes: Buffer, record: Buffer | undefined, index: number, problems: string[]): SealedEntry {
  const leaf = readLeaf(bytes);
  if (leaf === null) {
    problems.push(`entry ${index} is no leaf`);
    return { leaf: NOTHING, call: null, cost: null };
  }
  if (leaf.kind !== 'call' || record === undefined) return { leaf, call: null, cost: null };
  const { commercial, public: open } = groupsOf(record);
  for (const [name, group] of [['public', open] as const, ['commercial', commercial] as const]) {
    const digest = createHash('sha256')
      .update(group?.salt ?? '')
      .update(group?.text ?? '')
      .digest('base64url');
    if (group !== undefined && leaf.groups[name] !== digest)
      problems.push(`the ${name} group of call ${leaf.id} is not what was sealed`);
  }
  const call = open === undefined ? null : (JSON.parse(open.text.toString('utf8')) as CallText);
  const priced = commercial === undefined ? null : (JSON.parse(commercial.text.toString('utf8')) as { cost: CostText });
  return { leaf, call, cost: priced?.cost ?? null };
}
