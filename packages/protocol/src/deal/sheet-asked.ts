// Of the sheet, what is claimed and not shown, and what is still to be asked of whom.
import type { Brief } from './brief.ts';
import { amountText, column, first, type SheetSection } from './sheet-words.ts';

export function claims({ claims: { total, states, conflicts, open } }: Brief, most: number): SheetSection {
  const { shown, more } = first(open, most);
  const counted = states.flatMap(({ state, count }) => (count === 0 ? [] : [`${count} ${state}`]));
  return {
    id: 'claims',
    title: 'Claims',
    lead:
      total === 0
        ? 'Nobody has claimed anything.'
        : `${counted.join(', ')}; ${conflicts === 0 ? 'no headlines contradict each other' : `${conflicts} ${conflicts === 1 ? 'pair of headlines cannot both hold' : 'sets of headlines cannot all hold'}`}`,
    page: '/claims',
    columns: [column('State', 18), column('Word for word', 47), column('Why', 35)],
    rows: shown.map(({ state, text, why, materiality }) => [`${state}, ${materiality}`, `“${text}”`, why]),
    pages: [],
    flow: true,
    lines: 2,
    notes: [
      ...more.map((text) => `${text} that are not shown to be true`),
      ...(total > 0 && open.length === 0 ? ['Every claim is verified.'] : []),
    ],
  };
}

export function questions({ questions: { total, serious, rows }, contracts }: Brief, most: number): SheetSection {
  const { shown } = first(rows, most);
  const left = total - shown.length;
  return {
    id: 'questions',
    title: 'Questions to ask',
    lead:
      total === 0
        ? nothingToAsk(contracts)
        : `${serious} serious of ${total} left open; by the money that hangs on them`,
    page: '/contracts',
    columns: [column('Ask', 24), column('What', 57), column('At stake', 19, true)],
    rows: shown.map(({ to, standing, question, currency, at_stake: stake, serious: weighs }) => [
      `${to} (${standing})`,
      `${question}${weighs ? '' : ' (weak)'}`,
      amountText(stake, currency),
    ]),
    pages: [],
    flow: true,
    lines: 2,
    notes: left > 0 ? [`and ${left} more: weighbridge deal lint CONTRACT --questionnaire`] : [],
  };
}

function nothingToAsk(contracts: Brief['contracts']): string {
  if (contracts.length === 0) return 'No contract: nobody to ask.';
  return contracts.every(({ standing }) => standing === 'reported')
    ? 'What is only reported is between others: nobody here can ask.'
    : 'No contract leaves a question open.';
}
