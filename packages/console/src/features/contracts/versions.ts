// The versions of a contract in words: each against the one before it, by what the two mean.
import { contractPath, type ContractDetail } from '@weighbridge/protocol';
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
  return versions.map(({ entry, at, digest, file, by, changes, carried, unreadable }, index) => {
    const number = all - index;
    return {
      key: entry,
      at,
      title: number === 1 ? 'As first entered' : titleOf(number, changes),
      by: `from ${file}, ${actorText(by)}${carried === null ? '' : `; entry ${prepareCount(carried.index).text} of the log ${carried.origin}, which this one succeeded`}`,
      digest,
      entry,
      changes: (changes ?? []).map(({ path, before, after, difference }) => ({
        path: contractPath(path),
        before,
        after,
        difference: difference ?? '',
      })),
      none: unreadable === null ? noneText(number, changes) : `It cannot be read: ${unreadable}.`,
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
  if (changes === null) return 'One of the two cannot be read, so what has changed is not known.';
  return changes.length === 0 ? 'It means the same: only the writing is another.' : '';
}
