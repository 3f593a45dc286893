// The disagreements as a table for docs/prices.md. The test compares the document with this, so that the page never
// says what the comparison no longer shows; `node conformance/prices/write-table.ts` brings it up to date.
import type { Outcome } from './compare.ts';

export interface Explanation {
  readonly id: string;
  readonly right: 'ours' | 'theirs' | 'neither';
  readonly why: string;
  readonly source: string;
  readonly cases: readonly {
    readonly list: string;
    readonly shapes: readonly string[];
    readonly models: readonly string[];
  }[];
}

export const TABLE_START = '<!-- disagreements: written by conformance/prices/write-table.ts -->';
export const TABLE_END = '<!-- end of disagreements -->';

/** Ids of the cases that an explanation claims. */
export const claimed = (explanation: Explanation): readonly string[] =>
  explanation.cases.flatMap(({ list, shapes, models }) =>
    models.flatMap((model) => shapes.map((shape) => `${list}/${model}/${shape}`)),
  );

/** Markdown: one row per group of models, with the first case's figures. */
export function disagreementTable(explanations: readonly Explanation[], outcomes: readonly Outcome[]): string {
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  const rows = explanations.flatMap((explanation) =>
    explanation.cases.map(({ list, shapes, models }) => {
      const first = byId.get(`${list}/${models[0] ?? ''}/${shapes[0] ?? ''}`);
      const which = `${list}: ${models.map((model) => `\`${model}\``).join(', ')}`;
      const ours = first?.ours ?? 'unpriced';
      return `| ${which} | ${shapes.join(', ')} | ${first?.theirs ?? 'no price'} | ${ours} | ${explanation.right} | ${explanation.id} |`;
    }),
  );
  const reasons = explanations.map(
    ({ id, right, why, source }) => `- **${id}** (${right}): ${why.trim()} *Settled by:* ${source.trim()}`,
  );
  const head = [
    '| seller: models | shapes | theirs, $ | ours, $ | right | why |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  return [TABLE_START, '', ...head, ...rows, '', ...reasons, '', TABLE_END].join('\n');
}
