// Whose word a piece of evidence is. What a report calls itself says nothing of who wrote it, so every piece names its author: a
// party of the register by its id, an outsider by a name that is no party's, or ourselves. Entries that were written before
// authors were asked for have none: they are read, and their author is unknown.
import { AppError, didYouMean } from '@weighbridge/kernel';
import { z } from 'zod';
import type { Register } from '../register/register.ts';
import { idShape } from '../register/shape.ts';

/** Letters that look alike, beside each other in one word. */
const MIXED =
  /\p{Script=Latin}[\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}]\p{Script=Latin}/u;

export const authorShape = z.union([
  /** Measured by ourselves, or a contract that we signed. */
  z.literal('ourselves'),
  /** Of the register, one's own included. */
  z.strictObject({ party: idShape.max(80) }),
  /** Somebody who stands in no register. */
  z.strictObject({
    outsider: z
      .string()
      .max(120)
      .regex(/^(?=.*[\p{L}\p{N}])[^\p{Cc}\p{Cf}]+$/u, 'write a name, in one line, of letters that can be seen')
      .refine((name) => !MIXED.test(name), 'a word of letters from two alphabets reads as what it is not'),
  }),
]);
export type Author = z.infer<typeof authorShape>;

/** Throws `BAD_REQUEST` for a party that nobody knows or that is nobody, and for a party that comes under the name of an outsider. */
export function checkAuthor(author: Author | undefined, register: Register): void {
  if (author === undefined || author === 'ourselves') return;
  if ('party' in author) {
    const known = Object.hasOwn(register.parties, author.party) ? register.parties[author.party] : undefined;
    if (known === undefined) {
      const near = didYouMean(author.party, Object.keys(register.parties));
      throw refusal(
        `author: "${author.party}" is no party of the register`,
        near === undefined
          ? 'add it to your own register, or name somebody who stands in none as `{ outsider: NAME }`'
          : `did you mean "${near}"?`,
      );
    }
    if (known.kind === 'category')
      throw refusal(`author: "${author.party}" stands for many, and evidence is somebody's`, 'name who wrote it');
    return;
  }
  const [first] = partiesNamed(author.outsider, register);
  if (first !== undefined)
    throw refusal(
      `author: "${author.outsider}" holds the name of ${register.parties[first]?.name ?? first}, a party of the register`,
      `write \`{ party: ${first} }\`; who only has the name in theirs gets an id in your own register`,
    );
}

const refusal = (what: string, next: string): AppError =>
  new AppError('BAD_REQUEST', `the evidence cannot be taken: ${what}; ${next}`, { next });

/** Forms of companies, which one source writes and another leaves out. */
const FORMS = new Set('inc corp corporation ltd limited llc plc ag se gmbh kg sa nv bv pbc co company'.split(' '));

/** Words of a name, so that case, marks and the form of the company make no other of it. Empty where there are none. */
export function nameKey(name: string): string {
  const words = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/['’]s\b/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  while (words.length > 1 && FORMS.has(words.at(-1) ?? '')) words.pop();
  return words.join(' ');
}

const known = new WeakMap<Register, readonly (readonly [key: string, id: string])[]>();

/** Parties whose name stands in a text, word for word; those that are nobody, as a category is, among them. */
export function partiesNamed(text: string, register: Register): readonly string[] {
  let keys = known.get(register);
  if (keys === undefined) {
    keys = Object.entries(register.parties).flatMap(([id, { name }]) =>
      [...new Set([nameKey(name), nameKey(id)])].filter((key) => key !== '').map((key) => [key, id] as const),
    );
    known.set(register, keys);
  }
  const key = nameKey(text);
  return [...new Set(keys.filter(([name]) => holdsName(key, name)).map(([, id]) => id))];
}

/** Both as `nameKey` gives them: word for word within it, or the whole of it however its words are parted. */
export const holdsName = (key: string, name: string): boolean =>
  name !== '' && (` ${key} `.includes(` ${name} `) || key.replaceAll(' ', '') === name.replaceAll(' ', ''));
