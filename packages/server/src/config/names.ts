// A name that leads nowhere, in words: what is not there, and what was most likely meant.
import { didYouMean } from '@weighbridge/kernel';

export function dangling(kind: string, name: string, known: readonly string[]): { message: string; mend: string } {
  const near = didYouMean(name, known);
  const add = `add \`${name}:\` under \`${kind}s:\``;
  const others = known.length === 0 ? `there is no ${kind} yet` : `known: ${known.join(', ')}`;
  return {
    message: `there is no ${kind} named "${name}"`,
    mend: near === undefined ? `${add} (${others})` : `did you mean "${near}"? Else ${add}`,
  };
}
