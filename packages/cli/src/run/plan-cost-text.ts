// A run of a plan for tokens in words and columns for people. Figures are rounded to three digits, and the text says so.
import type { CostRun } from '@weighbridge/planner';
import { bandText, figure, percent } from '../frame/figure-text.ts';
import type { Paint } from '../frame/output.ts';
import { textTable } from '../frame/text-table.ts';

const WAYS: Readonly<Record<string, string>> = {
  buy: 'own chips',
  rent: 'rented chips',
  reserve: 'reserved units',
  payg: 'pay for each token',
};
const FIGURES: readonly (readonly [keyof CostRun['energy']['call'], string, string, number])[] = [
  ['energy', 'energy', 'Wh', 1],
  ['location', 'emissions, location-based', 'g CO2', 1],
  ['market', 'emissions, market-based', 'g CO2', 1],
  ['embodied', 'emissions of making the equipment', 'g CO2', 1],
  ['water', 'water on site', 'mL', 1000],
  ['water_off_site', 'water where the power is made', 'mL', 1000],
];

export function costText(run: CostRun, paint: Paint): string {
  return [
    `${paint.bold(`ESTIMATE: ${run.title}`)}\nSeed ${run.seed}, ${run.draws} draws. P50 (P10 to P90), rounded to three digits.`,
    paint.bold(`What an hour of one chip of ${run.rack} costs its owner`),
    textTable(
      [
        { title: 'HOUR', cell: ({ title }) => title },
        { title: 'USD', align: 'right', cell: ({ band }) => bandText(band) },
      ],
      run.hour,
    ),
    paint.bold("What a million tokens should cost, beside the seller's price"),
    textTable(
      [
        { title: 'TOKENS', cell: ({ of }) => (of === 'mix' ? 'the call as it is' : of) },
        { title: 'COST, USD', align: 'right', cell: ({ cost }) => bandText(cost.band) },
        { title: 'PRICE, USD', align: 'right', cell: ({ price }) => figure(price) },
        { title: 'MARGIN', align: 'right', cell: ({ margin }) => marginText(margin.band) },
        { title: 'VERDICT', cell: ({ verdict }) => verdict },
      ],
      run.should_cost.lines,
    ),
    run.should_cost.targets
      .map(
        ({ margin, price }) =>
          `At a margin of ${percent(margin)} the call as it is would sell for ${bandText(price.band)} USD a million tokens.`,
      )
      .join('\n'),
    paint.bold('Four ways to the same tokens: from which demand on one stays cheaper than another'),
    breakEvenText(run),
    utilisationText(run),
    paint.bold(`What one call takes (${run.energy.method})`),
    textTable(
      [
        { title: 'FIGURE', cell: ([, title]) => title },
        { title: 'UNIT', cell: ([, , unit]) => unit },
        {
          title: 'P50 (P10 TO P90)',
          align: 'right',
          cell: ([name, , , times]) => {
            const band = run.energy.call[name];
            return band === null
              ? 'not known'
              : bandText({ p10: band.p10 * times, p50: band.p50 * times, p90: band.p90 * times });
          },
        },
      ],
      FIGURES,
    ),
  ].join('\n\n');
}

const marginText = (band: { p10: number; p50: number; p90: number } | null): string =>
  band === null ? '–' : `${percent(band.p50)} (${percent(band.p10)} to ${percent(band.p90)})`;

function breakEvenText({ ways }: CostRun): string {
  const [from = 0] = ways.demand;
  return textTable(
    [
      { title: 'WAY', cell: ({ way }) => WAYS[way] ?? way },
      { title: 'THAN', cell: ({ than }) => WAYS[than] ?? than },
      {
        title: 'FROM, MILLION TOKENS A MONTH',
        align: 'right',
        cell: ({ demand }) => (demand === null ? 'nowhere' : demand.p90 <= from ? 'everywhere' : bandText(demand)),
      },
      { title: 'IN SO MANY DRAWS', align: 'right', cell: ({ happens }) => percent(happens) },
    ],
    ways.breakEvens,
  );
}

function utilisationText({ ways: { utilisation } }: CostRun): string {
  const line = (what: string, band: CostRun['ways']['utilisation']['buy']): string[] =>
    band === null
      ? []
      : [`${what} pay for themselves at the seller's price once ${marginText(band)} of their hours are sold.`];
  return [...line('Own chips', utilisation.buy), ...line('Rented chips', utilisation.rent)].join('\n');
}
