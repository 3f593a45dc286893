// Names as tables write them to entries of the catalogues: by id, name or alias, whatever the case, the owner's prefix or the suffix
// of a precision. What is not found is a fault of the row, with the nearest name.
import { didYouMean } from '@weighbridge/kernel';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { PRECISIONS, type Precision } from '../catalogue/models.ts';
import { rowFault } from './cells.ts';

interface Named {
  readonly name: string;
  readonly aliases: readonly string[];
}

export interface Names {
  /** The id of an entry, or undefined. */
  readonly find: (text: string) => string | undefined;
  readonly known: readonly string[];
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s_]+/g, '-');
/** What a checkpoint's name adds to its model's. */
const SUFFIX =
  /-(fp8|nvfp4|fp4|mxfp4|bf16|fp16|int4|int8|w4a16|w8a8|awq|gptq|kv|block|instruct|it|chat|thinking|hf|dynamic|preview|interactive|v\d(\.\d)?|\d{4}|99|99\.9)$/;

/** `within`: a longer text may hold the name whole (NVIDIA B300-SXM-288GB); of several the longest is meant. */
export function namesOf<Entry extends Named>(entries: Catalogue<Entry>, within = false): Names {
  const ids = new Map<string, string>();
  for (const [id, { name, aliases }] of entries) for (const each of [id, name, ...aliases]) ids.set(plain(each), id);
  const find = (text: string): string | undefined => {
    let held = plain(text.split('/').at(-1) ?? '');
    for (;;) {
      const found = ids.get(held);
      if (found !== undefined) return found;
      const shorter = held.replace(SUFFIX, '');
      if (shorter === held) return within ? longestWithin(ids, held) : undefined;
      held = shorter;
    }
  };
  return { find, known: [...entries.keys()] };
}

/** Other chips than those without the word: a card in a slot, half the memory, a domain of four. */
const ANOTHER = ['pcie', 'nvl', '40gb', 'nvl4'];

function longestWithin(ids: ReadonlyMap<string, string>, text: string): string | undefined {
  const held = [...ids.keys()].filter((name) => `-${text}-`.includes(`-${name}-`));
  const longest = held.toSorted((a, b) => b.length - a.length)[0] ?? '';
  const found = ids.get(longest);
  const words = text.split('-');
  const same = new Set([...ids].filter(([, id]) => id === found).flatMap(([name]) => name.split('-')));
  return ANOTHER.some((word) => words.includes(word) && !same.has(word)) ? undefined : found;
}

export function idIn(names: Names, what: string, text: string, catalogue: string): string {
  if (text === '') throw rowFault(`${what} is empty`);
  const found = names.find(text);
  if (found !== undefined) return found;
  const near = didYouMean(plain(text.split('/').at(-1) ?? ''), names.known);
  const mend = near === undefined ? `add it to a file of the catalogue of ${catalogue}` : `did you mean ${near}?`;
  throw rowFault(`${what} "${text.slice(0, 60)}" is not in the catalogue: ${mend}`);
}

const PRECISION_NAMES: Readonly<Record<string, Precision>> = {
  fp16: 'bf16',
  float16: 'bf16',
  bfloat16: 'bf16',
  nvfp4: 'fp4',
  mxfp4: 'fp4',
  int4: 'fp4',
  uint4: 'fp4',
  int8: 'fp8',
  half: 'bf16',
  float8: 'fp8',
  e4m3: 'fp8',
  e5m2: 'fp8',
  mxfp8: 'fp8',
  w8a8: 'fp8',
  w4a16: 'fp4',
  w4a8: 'fp4',
  w4afp8: 'fp4',
  awq: 'fp4',
  gptq: 'fp4',
};

/** Of several words (FP8 block, w4a16_mxfp4, FP4 + FP8 KV) the first that is known: weights stand before what goes with them. */
function precisionNamed(text: string): Precision | undefined {
  const known: readonly string[] = PRECISIONS;
  for (const word of text.split(/[^a-z0-9]+/)) {
    if (known.includes(word)) return word as Precision;
    if (Object.hasOwn(PRECISION_NAMES, word)) return PRECISION_NAMES[word];
  }
  return undefined;
}

/** An empty cell: what the checkpoint's name says, else that of the model. */
export function precisionIn(text: string, checkpoint: string, native: Precision): Precision {
  if (text === '') {
    if (/fp4/i.test(checkpoint)) return 'fp4';
    return /fp8/i.test(checkpoint) ? 'fp8' : native;
  }
  const found = precisionNamed(text.toLowerCase());
  if (found === undefined) throw rowFault(`precision "${text.slice(0, 40)}" is none of ${PRECISIONS.join(', ')}`);
  return found;
}
