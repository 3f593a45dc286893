// Tables of a plan of exposure: what hangs on whom, what each shock does to each workload and why others would not do, portability taken apart,
// power and carbon. What happens to a workload is told at the likely value of every assumption; what a shock comes to, as it was drawn.
import type { PlanCell, PlanReport, PlanTable } from '@weighbridge/protocol';
import { allConcentrations, type Ends } from '../exposure/concentration.ts';
import type { CarbonAnswer } from '../exposure/energy.ts';
import type { Centre } from '../exposure/model.ts';
import { AXIS_WORDS, type ShockPart } from '../exposure/outputs.ts';
import { amountsOf } from '../exposure/placing.ts';
import { portability } from '../exposure/portability.ts';
import { powerCost } from '../exposure/power-use.ts';
import { rowsOf } from '../exposure/rows.ts';
import type { Stress, StressedWorkload } from '../exposure/stress.ts';
import { bandCell, numberCell, rangeCell, textCell } from './cells.ts';

export type PlayedShock = Stress & { readonly name: string };

export const concentrationTable = ({ rules, plan }: Centre): PlanTable => ({
  id: 'concentration',
  title: 'How much hangs on few',
  columns: ['Along', 'Measured by', 'HHI', 'Equal holders', 'Not placed', 'Largest', 'Its share'],
  rows: allConcentrations(rowsOf(rules, amountsOf(rules)), plan.ties)
    .filter(({ hhi }) => hhi !== null)
    .map((each) => [
      textCell(AXIS_WORDS[each.axis]),
      textCell(each.measure),
      endsCell(each.hhi),
      endsCell(each.effective),
      numberCell(each.unplaced, 'share'),
      textCell(each.shares[0]?.key ?? 'nobody is known'),
      numberCell(each.shares[0]?.share ?? null, 'share'),
    ]),
  note: 'At the likely value of every assumption. HHI is the sum of squared percentages; what cannot be placed makes it an interval, from spread over countless others to all of it with the largest. No regulator sets a threshold.',
});

/** Its middle is only the middle: nothing says where between the ends it lies. */
function endsCell(ends: Ends | null): PlanCell {
  if (ends === null) return numberCell(null, '');
  const { low, high } = ends;
  return low === high ? numberCell(low, '') : rangeCell({ low, likely: (low + high) / 2, high }, '');
}

const ROWS_MOST = 120;

export function outcomeTable(shocks: readonly PlayedShock[], currency: string): PlanTable {
  const rows = shocks.flatMap(({ name, workloads }) => workloads.map((each) => ({ name, each })));
  // Who is met is never left out for who is not.
  const met = rows.filter(({ each }) => each.outcome !== 'unaffected');
  const shown = rows.length <= ROWS_MOST ? rows : met.slice(0, ROWS_MOST);
  const left = rows.length - shown.length;
  return {
    id: 'outcomes',
    title: 'What each shock does to each workload',
    columns: [
      'Shock',
      'Workload',
      'Outcome',
      'Without service',
      'Goes to',
      'A month now',
      'A month after',
      'Days without',
      'Why others would not do',
    ],
    rows: shown.map(({ name, each }) => [
      textCell(name),
      textCell(each.workload),
      textCell(each.outcome),
      numberCell(missing(each), 'share'),
      textCell(servedWords(each)),
      numberCell(each.cost_before, currency),
      numberCell(each.cost_after, currency),
      numberCell(each.days_without, 'days'),
      textCell(each.outcome === 'unaffected' ? 'nothing has to move' : whyNotWords(each)),
    ]),
    note: `At the likely value of every assumption. After: of what is served. Days: beyond the warning, for what can move at all.${left === 0 ? '' : ` ${left.toLocaleString('en')} rows are left out; \`weighbridge plan exposure --json\` has them.`}`,
  };
}

const missing = ({ covered }: StressedWorkload): number => (covered < 1 - 1e-9 ? 1 - covered : 0);

const servedWords = ({ served_by }: StressedWorkload): string =>
  served_by
    .map(({ deployment, share }) => (share > 1 - 1e-9 ? deployment : `${deployment} ${Math.round(share * 100)} %`))
    .join(', ') || 'nowhere';

const WHY_MOST = 5;

function whyNotWords({ considered }: StressedWorkload): string {
  const refused = considered.filter(({ why_not }) => why_not.length > 0);
  if (refused.length === 0) return 'any would do';
  const shown = refused.slice(0, WHY_MOST).map(({ deployment, why_not }) => `${deployment}: ${why_not.join(', ')}`);
  const more = refused.length - shown.length;
  return `${shown.join('; ')}${more === 0 ? '' : `; and ${more} more`}`;
}

export function shockTable(
  shocks: readonly PlayedShock[],
  sure: ReadonlyMap<string, PlayedShock>,
  currency: string,
  figures: PlanReport['figures'],
): PlanTable {
  const drawn = ({ name }: PlayedShock, what: ShockPart, unit: string): PlanCell =>
    bandCell(figures.find(({ id }) => id === `${name}.${what}`)?.band ?? null, unit);
  return {
    id: 'shocks',
    title: 'What can happen',
    columns: [
      'Shock',
      'What it is',
      'Criticality without service',
      'If only tried capacity counts',
      'A month more',
      'Days',
    ],
    rows: shocks.map((shock) => [
      textCell(shock.name),
      textCell(shock.shock),
      drawn(shock, 'without', 'share'),
      numberCell((sure.get(shock.name) ?? shock).uncovered_criticality, 'share'),
      drawn(shock, 'extra', currency),
      drawn(shock, 'days', 'days'),
    ]),
    note: 'Capacity that nobody has tried is taken to be enough; the fourth column takes it to be none, everything else at its likely value.',
  };
}

export const portabilityTable = ({ plan }: Centre): PlanTable => ({
  id: 'portability',
  title: 'How easily each workload could go elsewhere, of 100 points',
  columns: ['Workload', 'For', 'Points', 'Of', 'Why'],
  rows: Object.keys(plan.workloads)
    .map((name) => portability(plan, name))
    .toSorted((a, b) => a.score - b.score)
    .flatMap(({ workload, score, parts }) => [
      [
        textCell(workload),
        textCell('all of it'),
        numberCell(score, ''),
        numberCell(100, ''),
        textCell('its parts below'),
      ],
      ...parts.map(({ name, points, of, why }) => [
        textCell(workload),
        textCell(name),
        numberCell(points, ''),
        numberCell(of, ''),
        textCell(why),
      ]),
    ]),
  note: 'The weights are ours, for comparing workloads and seeing what to mend; they are no measurement.',
});

export function powerTables(
  { file, plan }: Centre,
  value: (id: string) => number,
  carbon: CarbonAnswer | null,
): PlanTable[] {
  const rows = Object.entries(file.energy).flatMap(([name, held]) => {
    const { months } = powerCost(held, value(`${name}.use`), value(`${name}.market`));
    return months.map((month, at) => {
      const { mwh, market } = held.months[at]!;
      return [
        textCell(name),
        textCell(month.name),
        numberCell(mwh * value(`${name}.use`), 'MWh'),
        numberCell(market * value(`${name}.market`), `${plan.currency}/MWh`),
        numberCell(month.cost, plan.currency),
        numberCell(month.per_mwh, `${plan.currency}/MWh`),
      ];
    });
  });
  if (rows.length === 0) return [];
  const power: PlanTable = {
    id: 'power',
    title: 'Power, month by month',
    columns: ['Contract', 'Month', 'Used', 'Market', 'Cost', 'Paid a MWh'],
    rows,
    note: null,
  };
  return carbon === null ? [power] : [power, carbonTable(carbon)];
}

const carbonTable = ({
  emitted_kg: { low, likely, high },
  budget,
  answer,
  used_up_in,
  left_kg,
}: CarbonAnswer): PlanTable => ({
  id: 'carbon',
  title: 'Carbon against its budget',
  columns: ['Set by', 'Budget', 'Emitted', 'Answer', 'Used up in', 'Left'],
  rows: [
    [
      textCell(budget.set_by),
      numberCell(budget.kg / 1000, 'tCO2'),
      rangeCell({ low: low / 1000, likely: likely / 1000, high: high / 1000 }, 'tCO2'),
      textCell(answer),
      textCell(used_up_in ?? 'not in these months'),
      numberCell(left_kg / 1000, 'tCO2'),
    ],
  ],
  note: 'Ranges are the ends of all assumptions at once: within, where even the most emitted is; exceeded, where even the least is; otherwise it cannot be told.',
});
