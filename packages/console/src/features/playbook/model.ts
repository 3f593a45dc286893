// The playbook on screen: how much of it is shown to be done and how much can be at most, each item with its grade, the reason,
// what comes next and who does it, and the facts that it rests on.
import type { PlaybookView } from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import type { Tone } from '../../parts/data-table/cell.ts';
import { begun, plainNote } from '../claims/words.ts';
import { momentNote } from '../moment.ts';
import { actorText } from '../settings/model.ts';
import type { Headline } from '../headline.ts';

export type Item = PlaybookView['items'][number];
export type FactRow = PlaybookView['facts'][number];
type Sum = PlaybookView['all'];

export function playbookHeadline({ all }: PlaybookView, at: string, now: number): Headline {
  const { total, done, partly, open, cannot_tell: cannot } = all;
  return {
    first: `${count(done)} of ${count(total)} items ${done === 1 ? 'is' : 'are'} shown to be done${shareWords(all)}.`,
    second: [
      momentNote(at, now),
      `${count(partly)} partly, ${count(open)} open; of ${count(cannot)} nobody can tell, for want of facts. Unknown is never done.`,
    ]
      .filter((text) => text !== null)
      .join(' '),
  };
}

const count = (number: number): string => prepareCount(number).text;

/** Of a thousand, as a percentage with what it has behind the point. */
const percent = (permille: number): string => `${(permille / 10).toFixed(permille % 10 === 0 ? 0 : 1)}\u00a0%`;

const shareWords = ({ done_permille: share }: Sum): string =>
  share === null ? '' : `: ${percent(share.low)}, and at most ${percent(share.high)} can be`;

const GROUPS: Readonly<Record<Item['group'], string>> = {
  months_0_6: 'Months 0 to 6',
  months_6_18: 'Months 6 to 18',
  months_18_on: 'From month 18 on',
  procurement: 'Procurement checklist',
};

const GRADES: Readonly<Record<Item['grade'], Tone>> = {
  done: 'good',
  partly: 'note',
  open: 'bad',
  'cannot tell': 'quiet',
};

export interface ItemText {
  readonly id: string;
  /** A step of the own register. */
  readonly own: boolean;
  readonly text: string;
  readonly grade: { readonly text: Item['grade']; readonly tone: Tone };
  readonly reason: string;
  /** Empty once it is done. */
  readonly next: string;
  readonly who: string;
}

export interface GroupText {
  readonly key: string;
  readonly title: string;
  /** `shown 0 of 3 (0 %), at most 100 %`. */
  readonly says: string;
  /** 0 to 100, for the bar; null over no items. */
  readonly bar: { readonly shown: number; readonly most: number } | null;
  readonly items: readonly ItemText[];
}

export const groupTexts = ({ groups, items }: PlaybookView): readonly GroupText[] =>
  groups.map((sum) => ({
    key: sum.group,
    title: GROUPS[sum.group],
    says:
      sum.done_permille === null
        ? 'no items'
        : `shown ${count(sum.done)} of ${count(sum.total)} (${percent(sum.done_permille.low)}), at most ${percent(sum.done_permille.high)}`,
    bar: sum.done_permille === null ? null : { shown: sum.done_permille.low / 10, most: sum.done_permille.high / 10 },
    items: items.filter(({ group }) => group === sum.group).map(itemText),
  }));

export const itemText = ({ id, from, text, grade, reason, next, who }: Item): ItemText => ({
  id,
  own: from === 'own',
  text: begun(plainNote(text)),
  grade: { text: grade, tone: GRADES[grade] },
  reason: begun(reason),
  next: begun(next ?? ''),
  who,
});

const FROM: Readonly<Record<FactRow['from'], { readonly text: string; readonly tone: Tone }>> = {
  product: { text: 'from the product', tone: 'good' },
  attested: { text: 'attested', tone: 'note' },
  unknown: { text: 'unknown', tone: 'warn' },
};

export interface FactText {
  readonly name: string;
  readonly what: string;
  readonly value: string;
  readonly from: { readonly text: string; readonly tone: Tone };
  readonly how: string;
  readonly attested: {
    readonly at: number;
    readonly by: string;
    readonly proof: string;
    readonly entry: string;
  } | null;
  /** Whether somebody may attest it here, by this kind. */
  readonly kind: FactRow['kind'];
  readonly attestable: boolean;
}

/** The facts that an item rests on, in its order. */
export const factTexts = ({ facts }: PlaybookView, item: Item): readonly FactText[] =>
  item.facts.flatMap((name) => facts.filter((fact) => fact.name === name)).map(factText);

const factText = ({ name, what, kind, value, from, how, attested, attestable }: FactRow): FactText => ({
  name,
  what: begun(what),
  value: valueText(value),
  from: FROM[from],
  how: attestable ? (from === 'unknown' ? 'Nobody has attested it.' : '') : howText(from, how),
  attested:
    attested === null
      ? null
      : { at: attested.at, by: actorText(attested.by), proof: attested.proof, entry: attested.entry },
  kind,
  attestable,
});

/** What the product looks up itself, and how; nobody's word counts for it. */
const howText = (from: FactRow['from'], how: string): string =>
  from === 'product'
    ? `${begun(how)}.`
    : "The product looks it up itself and does not know it yet: nobody's word counts.";

export function valueText(value: FactRow['value']): string {
  if (value === null) return 'not known';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return count(value);
  if (typeof value === 'string') return value;
  return value.length === 0 ? 'none' : value.map((word) => word.replaceAll('_', ' ')).join(', ');
}
