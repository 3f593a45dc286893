// Contracts to begin with, as they ship. That which is to be written over comes first, moved to the year that comes next, so that
// nothing in it has passed; the others stand as they are.
import { readFileSync } from 'node:fs';

export interface ContractExample {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly text: string;
}

const FOLDER = new URL('../../data/contracts/', import.meta.url);
/** The year that the starter is written in. */
const WRITTEN_IN = '2027';

const SHIPPED = [
  { name: 'starter', title: 'A small one', about: 'one year, one commitment, with a word on each line' },
  {
    name: 'mid-size-buyer',
    title: 'A mid-size buyer',
    about: 'two years, reserved units, the rights of a sound contract',
  },
  {
    name: 'alliance-compute',
    title: 'As reported: $30 billion',
    about: 'a headline as a contract, and all that it leaves out',
  },
] as const;

/** `at`: UTC milliseconds. */
export const contractExamples = (at: number): readonly ContractExample[] =>
  SHIPPED.map((shipped) => {
    const text = readFileSync(new URL(`${shipped.name}.yaml`, FOLDER), 'utf8');
    return { ...shipped, text: shipped.name === 'starter' ? text.replaceAll(WRITTEN_IN, nextYear(at)) : text };
  });

const nextYear = (at: number): string => String(new Date(at).getUTCFullYear() + 1);
