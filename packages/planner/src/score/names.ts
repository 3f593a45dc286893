// Names as tables write them to entries of the catalogues: by id, name or alias, whatever the case, the owner's prefix or the suffix
// of a precision. What is not found is a fault of the row, with the nearest name.
import { didYouMean } from '@weighbridge/kernel';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { PRECISIONS, type Precision } from '../catalogue/models.ts';
import { RowFault } from './cells.ts';

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
const SUFFIX = /-(fp8|nvfp4|fp4|mxfp4|bf16|fp16|int4|awq|gptq|instruct|it|chat|dynamic|99|99\.9)$/;

export function namesOf<Entry extends Named>(entries: Catalogue<Entry>): Names {
  const ids = new Map<string, string>();
  for (const [id, { name, aliases }] of entries) for (const each of [id, name, ...aliases]) ids.set(plain(each), id);
  const find = (text: string): string | undefined => {
    let held = plain(text.split('/').at(-1) ?? '');
    for (;;) {
      const found = ids.get(held);
      if (found !== undefined) return found;
      const shorter = held.replace(SUFFIX, '');
      if (shorter === held) return undefined;
      held = shorter;
    }
  };
  return { find, known: [...entries.keys()] };
}

export function idIn(names: Names, what: string, text: string, catalogue: string): string {
  if (text === '') throw new RowFault(`${what} is empty`);
  const found = names.find(text);
  if (found !== undefined) return found;
  const near = didYouMean(plain(text.split('/').at(-1) ?? ''), names.known);
  const mend = near === undefined ? `add it to a file of the catalogue of ${catalogue}` : `did you mean ${near}?`;
  throw new RowFault(`${what} "${text.slice(0, 60)}" is not in the catalogue: ${mend}`);
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
  float8: 'fp8',
};

/** An empty cell: what the checkpoint's name says, else that of the model. */
export function precisionIn(text: string, checkpoint: string, native: Precision): Precision {
  const held = text.toLowerCase();
  if (held === '') {
    if (/fp4/i.test(checkpoint)) return 'fp4';
    return /fp8/i.test(checkpoint) ? 'fp8' : native;
  }
  const known: readonly string[] = PRECISIONS;
  const found = known.includes(held) ? (held as Precision) : PRECISION_NAMES[held];
  if (found === undefined) throw new RowFault(`precision "${text.slice(0, 40)}" is none of ${PRECISIONS.join(', ')}`);
  return found;
}
