// A receipt file in its plain form (`weighbridge-receipt/v1`; envelope.ts has the other) taken apart and checked in the
// page: the leaf, the groups somebody chose to disclose, and the proof that the log holds the leaf. Read strictly, so that
// no byte could be changed unnoticed.
import type { Group } from '@weighbridge/protocol';
import { decodeBase64Url, utf8, type Bytes } from './bytes.ts';
import { decodeHash, groupDigest } from './hash.ts';
import { bad, good, type Outcome } from './outcome.ts';

const FORMAT = 'weighbridge-receipt/v1';
const PROOF_HEADER = 'c2sp.org/tlog-proof@v1';
const GROUP_NAMES: readonly Group[] = ['commercial', 'personal', 'public'];
const MAX_CHARS = 4 * 1024 * 1024;
const MAX_HASHES = 63;

export interface DisclosedGroup {
  /** base64url. */
  readonly salt: string;
  /** Canonical JSON. */
  readonly text: string;
}
export type Disclosure = Readonly<Partial<Record<Group, DisclosedGroup>>>;

export interface ReceiptFile {
  /** The leaf, byte for byte. */
  readonly leaf: string;
  readonly groups: Disclosure;
  /** `c2sp.org/tlog-proof@v1`. */
  readonly proof: string;
}
export interface TlogProof {
  readonly index: number;
  readonly hashes: readonly Bytes[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
}
/** What a leaf says, as far as checking and showing need it. */
export interface LeafText {
  readonly id: string;
  readonly kind: string;
  readonly at: number;
  readonly groups: Readonly<Partial<Record<Group, string>>>;
}

export const malformed = (why: string) => bad(`this is not a sound receipt file: ${why}`);

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Canonical JSON of it, as it is written to disk. All members are text, so sorting them is all there is to it. */
export const formatReceipt = ({ leaf, groups, proof }: ReceiptFile): string =>
  `${JSON.stringify({ format: FORMAT, groups, leaf, proof })}\n`;

export function parseReceipt(text: string): Outcome<ReceiptFile> {
  if (text.length > MAX_CHARS) return malformed(`it has more than ${MAX_CHARS} characters`);
  const value = parseJson(text);
  if (value === undefined) return malformed('it is not JSON');
  if (!isObject(value) || value['format'] !== FORMAT) return malformed(`its format is not ${FORMAT}`);
  const { leaf, proof } = value;
  if (typeof leaf !== 'string' || typeof proof !== 'string') return malformed('leaf or proof is missing');
  const groups = disclosureOf(value['groups']);
  if (!groups.ok) return groups;
  const receipt: ReceiptFile = { leaf, groups: groups.value, proof };
  if (formatReceipt(receipt) !== text) return malformed('it holds more than its form, or is written another way');
  return good(receipt);
}

/** Groups by their names in sorted order, with salt and text alone: whoever writes them again gets the same bytes. */
export function disclosureOf(groups: unknown): Outcome<Disclosure> {
  if (!isObject(groups)) return malformed('its groups are missing');
  const sorted: { -readonly [name in keyof Disclosure]: Disclosure[name] } = {};
  for (const name of Object.keys(groups).sort()) {
    const known = GROUP_NAMES.find((one) => one === name);
    const group = groups[name];
    if (
      known === undefined ||
      !isObject(group) ||
      typeof group['salt'] !== 'string' ||
      typeof group['text'] !== 'string' ||
      !group['text'].isWellFormed()
    )
      return malformed(`the group "${name.slice(0, 40)}" is not one of ${GROUP_NAMES.join(', ')} with salt and text`);
    sorted[known] = { salt: group['salt'], text: group['text'] };
  }
  return good(sorted);
}

export function parseTlogProof(text: string): Outcome<TlogProof> {
  const wrong = (why: string) => bad(`the proof in the receipt is malformed: ${why}`);
  const split = text.indexOf('\n\n');
  if (split < 0) return wrong('there is no blank line before the checkpoint');
  const [header, index = '', ...lines] = text.slice(0, split).split('\n');
  if (header !== PROOF_HEADER) return wrong(`the first line is not ${PROOF_HEADER}`);
  if (index.startsWith('extra ')) return wrong('it carries extra data that nothing vouches for');
  const number = /^index (0|[1-9]\d{0,15})$/.exec(index)?.[1];
  if (number === undefined || !Number.isSafeInteger(Number(number))) return wrong('there is no index line');
  if (lines.length > MAX_HASHES) return wrong(`it has more than ${MAX_HASHES} hashes`);
  const hashes = lines.map(decodeHash);
  if (!hashes.every((hash) => hash !== null)) return wrong('a line is not a SHA-256 hash in base 64');
  return good({ index: Number(number), hashes, checkpoint: text.slice(split + 2) });
}

export function parseLeaf(text: string): Outcome<LeafText> {
  const value = parseJson(text);
  if (!isObject(value) || value['v'] !== 1 || !isObject(value['groups']) || typeof value['at'] !== 'number')
    return bad('the leaf is not an entry of a Weighbridge journal');
  const { id, kind } = value;
  if (typeof id !== 'string' || typeof kind !== 'string') return bad('the leaf has no id or no kind');
  return good({ id, kind, at: value['at'], groups: value['groups'] });
}

/** Whether the leaf commits to exactly these groups. Null when it does; what it holds and was not shown is no fault. */
export async function groupsProblem(leaf: LeafText, groups: Disclosure): Promise<string | null> {
  for (const name of GROUP_NAMES) {
    const group = groups[name];
    if (group === undefined) continue;
    const committed = leaf.groups[name];
    if (committed === undefined) return `the leaf has no ${name} group, but one is shown`;
    const salt = decodeBase64Url(group.salt);
    if (salt === null || (await groupDigest(salt, utf8(group.text))) !== committed)
      return `the ${name} group is not the one the leaf commits to: it was changed or swapped`;
  }
  return null;
}

/** Undefined is no JSON value, so it can stand for "this is not JSON". */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
