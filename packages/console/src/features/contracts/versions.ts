// The versions of a contract in words: each against the one before it, by what the two mean.
import type { ContractDetail } from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import { actorText } from '../settings/model.ts';
import { counted } from './words.ts';

export interface VersionText {
  readonly key: string;
  readonly at: number;
  readonly title: string;
  readonly by: string;
  readonly digest: string;
  readonly entry: string;
  readonly changes: readonly ChangeText[];
  /** Said in place of changes. */
  readonly none: string;
}
interface ChangeText {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly difference: string;
}

export function versionTexts({ versions, older }: Pick<ContractDetail, 'versions' | 'older'>): readonly VersionText[] {
  const all = versions.length + older;
  return versions.map(({ entry, at, digest, file, by, changes }, index) => {
    const number = all - index;
    return {
      key: entry,
      at,
      title: number === 1 ? 'As first entered' : titleOf(number, changes),
      by: `from ${file}, ${actorText(by)}`,
      digest,
      entry,
      changes: (changes ?? []).map(({ path, before, after, difference }) => ({
        path: pathText(path),
        before,
        after,
        difference: difference ?? '',
      })),
      none: noneText(number, changes),
    };
  });
}

type Changes = ContractDetail['versions'][number]['changes'];

function titleOf(number: number, changes: Changes): string {
  const count = changes?.length ?? 0;
  return `Version ${prepareCount(number).text}${count === 0 ? '' : `: ${counted(count, 'change')}`}`;
}

function noneText(number: number, changes: Changes): string {
  if (number === 1) return '';
  if (changes === null) return 'One of the two is in a form that is no longer read: its text still stands in the log.';
  return changes.length === 0 ? 'It means the same: only the writing is another.' : '';
}

const WORDS: Readonly<Record<string, string>> = {
  milestones: 'milestone',
  parties: 'party',
  tranches: 'tranche',
  prices: 'price term',
  terms: 'term',
};

/** `instruments.spend.milestones.h1.amount` as `spend, milestone h1: amount`. */
export function pathText(path: string): string {
  const parts = path.split('.').filter((part) => part !== 'instruments');
  const [last = '', ...rest] = parts.toReversed();
  const words: string[] = [];
  for (const part of rest.toReversed()) {
    const word = WORDS[part];
    const open = words.at(-1) ?? '';
    if (word !== undefined) words.push(`${word} `);
    else if (open.endsWith(' ')) words[words.length - 1] = `${open}${part}`;
    else words.push(part);
  }
  const open = words.at(-1) ?? '';
  if (open.endsWith(' ')) return [...words.slice(0, -1), `${open}${last}`].join(', ');
  return words.length === 0
    ? last.replaceAll('_', ' ')
    : `${words.map((word) => word.trim()).join(', ')}: ${last.replaceAll('_', ' ')}`;
}
