// Who pays whom in a year, as columns: money from outside, developers, clouds, makers and power, and what leaves. What is
// invested runs against that stream, and is marked.
import type { ScenarioSide } from '@weighbridge/protocol';
import { prepareFlow, type FlowNode, type PreparedFlow } from '../../parts/flow/model.ts';
import { figureText } from './figures.ts';
import type { NamedSide } from './sides.ts';

type Kind = ScenarioSide['actors'][number]['kind'];

const COLUMNS = 5;
const COLUMN_OF: Readonly<Record<Kind, number>> = {
  outside: 0,
  investor: 0,
  developer: 1,
  cloud: 2,
  maker: 3,
  energy: 3,
};
const COLOUR_OF: Readonly<Record<Kind, string>> = {
  outside: '--cat-others',
  investor: '--cat-6',
  developer: '--cat-1',
  cloud: '--cat-5',
  maker: '--cat-3',
  energy: '--cat-2',
};

/** Between linked parties, and not for anything delivered. */
const TIES: readonly string[] = ['investment', 'payout'];

/** What has nothing to do with what is modelled, and would fill the picture. */
const ELSEWHERE: ReadonlySet<string> = new Set(['other business', 'other spending']);

export function flowsOf({ side, name, label: own }: NamedSide, year: string, alone: boolean): PreparedFlow {
  const { actors, currency } = side;
  const all = side.flows.filter((flow) => flow.year === year);
  const flows = all.filter(({ why }) => !ELSEWHERE.has(why));
  const pays = new Set(flows.map(({ from }) => from));
  const nodes = actors.map(({ id, name: label, kind }): FlowNode => {
    // Outside, who pays nobody stands at the end.
    const column = kind === 'outside' && !pays.has(id) ? COLUMNS - 1 : COLUMN_OF[kind];
    return { id, label, column, colour: COLOUR_OF[kind] };
  });
  const format = (value: number): string => figureText('money', value, currency);
  const sumOf = (whys: readonly string[]): number =>
    all.reduce((sum, { why, amount }) => sum + (whys.includes(why) ? Number(amount) : 0), 0);
  return prepareFlow({
    title: alone ? `Who pays whom in ${year}?` : `Who pays whom in ${year}? ${own}: ${name}`,
    summary:
      flows.length === 0
        ? `Nothing is simulated for ${year}.`
        : summaryOf(sumOf, [...new Set(flows.map(({ why }) => why))], format),
    nodes,
    columns: COLUMNS,
    format,
    links: flows.map(({ from, to, why, amount }) => ({
      from,
      to,
      why,
      value: Number(amount),
      text: format(Number(amount)),
      marked: TIES.includes(why),
    })),
  });
}

function summaryOf(
  sumOf: (whys: readonly string[]) => number,
  shown: readonly string[],
  format: (value: number) => string,
): string {
  const tied = sumOf(TIES);
  return [
    `${format(sumOf(shown))} changes hands, the mean over paths (means add up, medians do not).`,
    tied === 0
      ? 'Nothing is invested in those who buy.'
      : `${format(tied)} of it is invested, or goes back to investors: in colour, the investor a second time at the left.`,
    `Left out: ${format(sumOf(['other business']))} from other business, ${format(sumOf(['other spending']))} for other spending.`,
  ].join(' ');
}
