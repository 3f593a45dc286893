// Made-up estimates and flows for the gallery: with and without ceilings, gaps and a second side; with money that runs back.
import { prepareBands, type BandChartData, type BandPoint, type PreparedBands } from '../parts/band-chart/model.ts';
import { prepareFlow, type FlowData, type PreparedFlow } from '../parts/flow/model.ts';

const MONTHS = Array.from(
  { length: 60 },
  (_, i) => `${2026 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`,
);

const pointOf = (middle: number, spread: number): BandPoint => ({
  low: middle * (1 - spread),
  middle,
  high: middle * (1 + spread),
  text: `${middle.toFixed(0)} (${(middle * (1 - spread)).toFixed(0)} to ${(middle * (1 + spread)).toFixed(0)})`,
});

const rising = (until: number, from: number): (BandPoint | null)[] =>
  MONTHS.map((_, i) => (i < from ? null : pointOf(until * (1 - Math.exp(-(i - from) / 18)), 0.05 + i / 200)));

const one: BandChartData = {
  key: 'one',
  title: 'When does it stand?',
  summary: 'A middle with its interval, a ceiling across, and what was promised by when.',
  unit: 'MW',
  axis: String,
  months: MONTHS,
  series: [{ key: 'one', label: 'median', colour: '--cat-1', points: rising(900, 6) }],
  ceilings: [{ label: 'up to 1,000, not owed', value: 1000 }],
  dues: [{ label: 'half of it', month: '2027-12', value: 500 }],
};

export const bandCharts = (): readonly PreparedBands[] => [
  prepareBands(one),
  prepareBands({
    ...one,
    key: 'two',
    title: 'Two side by side, without a ceiling',
    summary: 'The second is dashed.',
    ceilings: [],
    dues: [],
    series: [
      { key: 'one', label: '1st', colour: '--cat-1', points: rising(900, 0) },
      { key: 'two', label: '2nd', colour: '--cat-4', dashed: true, points: rising(600, 18) },
    ],
  }),
];

const flows: FlowData = {
  title: 'Money that comes back',
  summary: 'The maker stands a second time at the left: what it invests, it is paid again.',
  columns: 4,
  format: (value) => `$${value} bn`,
  nodes: [
    { id: 'customers', label: 'customers', column: 0, colour: '--cat-others' },
    { id: 'developer', label: 'developer', column: 1, colour: '--cat-1' },
    { id: 'cloud', label: 'cloud', column: 2, colour: '--cat-5' },
    { id: 'maker', label: 'maker', column: 3, colour: '--cat-3' },
  ],
  links: (
    [
      ['customers', 'developer', 'tokens', 30],
      ['developer', 'cloud', 'compute', 22],
      ['cloud', 'maker', 'racks', 14],
      ['maker', 'developer', 'investment', 4],
    ] as const
  ).map(([from, to, why, value]) => ({
    from,
    to,
    why,
    value,
    text: `$${value} bn`,
    marked: why === 'investment',
  })),
};

export const flowCharts = (): readonly PreparedFlow[] => [
  prepareFlow(flows),
  prepareFlow({ ...flows, title: 'Flows of a year in which nothing flows', summary: 'Nothing flows.', links: [] }),
];
