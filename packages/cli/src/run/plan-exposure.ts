// `plan exposure`: reads a plan, plays its shocks through, and prints what hangs on whom, or the exit plan of a seller as Markdown.
import {
  EXPOSURE_PLAN_FILE,
  EXPOSURE_PLAN_NAME,
  readExposurePlan,
  runExit,
  runExposurePlan,
  type ExposureRun,
} from '@weighbridge/planner';
import { text, type Run } from '../frame/command.ts';
import { figure, percent } from '../frame/figure-text.ts';
import type { Paint } from '../frame/output.ts';
import { count, textTable } from '../frame/text-table.ts';
import { boundedText } from '../read/bounded-file.ts';
import { namedPlan } from '../read/named-plan.ts';

export const run: Run = async (context) => {
  if (context.options['example'] === true) {
    const shipped = boundedText(EXPOSURE_PLAN_FILE);
    return context.out.data({ name: EXPOSURE_PLAN_NAME, text: shipped }, () => shipped.trimEnd());
  }
  const shipped = { name: EXPOSURE_PLAN_NAME, file: EXPOSURE_PLAN_FILE };
  const { file, content } = namedPlan(context, 'plan exposure', shipped);
  const plan = readExposurePlan(file, content);
  const seller = text(context, 'exit');
  if (seller !== undefined) {
    const found = runExit(plan, seller);
    return context.out.data(found, () => found.markdown.trimEnd());
  }
  const found = runExposurePlan(plan);
  context.out.data(found, () => exposureText(found, context.out.paint));
};

const exposureText = (found: ExposureRun, paint: Paint): string =>
  [
    `${paint.bold(`SIMULATED: ${found.title}`)}\nAs of ${found.as_of}; money in ${found.currency} a month. Rounded to three digits; --json has them whole, and for every deployment why it would not do.`,
    paint.bold('How much hangs on few, by spend'),
    concentrationText(found),
    ...found.shocks.flatMap((shock) => [paint.bold(`What if: ${shock.shock} (${shock.name})`), shockText(shock)]),
    paint.bold('How easily each workload could go elsewhere, of 100 points'),
    textTable(
      [
        { title: 'WORKLOAD', cell: ({ workload }) => workload },
        { title: 'POINTS', align: 'right', cell: ({ points, of }) => `${figure(points)} of ${of}` },
        { title: 'FOR', cell: ({ part }) => part },
        { title: 'WHY', cell: ({ why }) => why },
      ],
      found.portability.flatMap(({ workload, score, parts }) => [
        { workload, points: score, of: 100, part: 'all', why: '' },
        ...parts.map(({ name, points, of, why }) => ({ workload: '', points, of, part: name, why })),
      ]),
    ),
  ].join('\n\n');

const concentrationText = ({ concentration }: ExposureRun): string =>
  textTable(
    [
      { title: 'ALONG', cell: ({ axis }) => axis.replaceAll('_', ' ') },
      { title: 'HHI', align: 'right', cell: ({ hhi }) => between(hhi, (value) => count(Math.round(value))) },
      { title: 'EQUAL HOLDERS', align: 'right', cell: ({ effective }) => between(effective, figure) },
      { title: 'NOT PLACED', align: 'right', cell: ({ unplaced }) => percent(unplaced) },
      {
        title: 'LARGEST',
        cell: ({ shares: [largest] }) => (largest === undefined ? '–' : `${largest.key} ${percent(largest.share)}`),
      },
    ],
    concentration.filter(({ measure }) => measure === 'spend'),
  );

function between(
  ends: { readonly low: number; readonly high: number } | null,
  shown: (value: number) => string,
): string {
  if (ends === null) return 'cannot tell';
  return ends.low === ends.high ? shown(ends.low) : `${shown(ends.low)} to ${shown(ends.high)}`;
}

function shockText(shock: ExposureRun['shocks'][number]): string {
  const table = textTable(
    [
      { title: 'WORKLOAD', cell: ({ workload }) => workload },
      { title: 'OUTCOME', cell: ({ outcome }) => outcome },
      { title: 'COVERED', align: 'right', cell: ({ covered }) => percent(covered) },
      { title: 'COST', align: 'right', cell: (each) => `${figure(each.cost_before)} → ${figure(each.cost_after)}` },
      { title: 'DAYS WITHOUT', align: 'right', cell: ({ days_without }) => figure(days_without) },
      {
        title: 'SERVED BY',
        cell: ({ served_by }) =>
          served_by.map(({ deployment, share }) => `${deployment} ${percent(share)}`).join(', ') || 'nothing',
      },
    ],
    shock.workloads,
  );
  return `${table}\nOf all criticality ${percent(shock.uncovered_criticality)} is not covered.`;
}
