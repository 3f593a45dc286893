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

export function flowsOf({ side, name }: NamedSide, year: string, alone: boolean): PreparedFlow {
  const { actors, currency } = side;
  const flows = side.flows.filter((flow) => flow.year === year);
  const pays = new Set(flows.map(({ from }) => from));
  const nodes = actors.map(({ id, name: label, kind }): FlowNode => {
    // Outside, who pays nobody stands at the end.
    const column = kind === 'outside' && !pays.has(id) ? COLUMNS - 1 : COLUMN_OF[kind];
    return { id, label, column, colour: COLOUR_OF[kind] };
  });
  const format = (value: number): string => figureText('money', value, currency);
  const total = flows.reduce((sum, { amount }) => sum + Number(amount), 0);
  const tied = flows.reduce((sum, { why, amount }) => sum + (TIES.includes(why) ? Number(amount) : 0), 0);
  return prepareFlow({
    title: alone ? `Who pays whom in ${year}?` : `Who pays whom in ${year}: ${name}`,
    summary: flows.length === 0 ? `Nothing is simulated for ${year}.` : summaryOf(year, format(total), tied, format),
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

function summaryOf(year: string, total: string, tied: number, format: (value: number) => string): string {
  const moved = `${total} changes hands in ${year}, the mean over paths (means add up, medians do not).`;
  return tied === 0
    ? `${moved} Nothing is invested between parties that trade with one another.`
    : `${moved} ${format(tied)} of it is invested, or paid back to investors: in colour, its sender a second time at the left.`;
}
