// A run of a plan for power in words and columns for people. Figures are rounded to three digits, and the text says so.
import type { PowerRun } from '@weighbridge/planner';
import { bandText, figure, percent } from '../frame/figure-text.ts';
import type { Paint } from '../frame/output.ts';
import { textTable } from '../frame/text-table.ts';

const OF: Readonly<Record<string, string>> = {
  utility: 'utility',
  facility: 'facility',
  critical_it: 'critical IT',
  nameplate: 'nameplate',
};

export function powerText(run: PowerRun, paint: Paint): string {
  const { power } = run;
  return [
    `${paint.bold(`SIMULATED: ${run.title}`)}\nSeed ${run.seed}, ${run.draws} draws. P50 (P10 to P90), rounded to three digits.`,
    `Of ${figure(power.stated)} MW ${figure(power.committed)} MW are committed, ${figure(power.up_to)} MW are "up to" only, and no tranche stands for ${figure(power.unplanned)} MW.`,
    paint.bold('The same power under every definition: likely (from the least to the most, all ranges at their ends)'),
    whichText(run),
    paint.bold('What the plan comes to'),
    textTable(
      [
        { title: 'RESULT', cell: ({ title }) => title },
        { title: 'UNIT', cell: ({ unit }) => unit },
        { title: 'P50 (P10 TO P90)', align: 'right', cell: ({ band }) => bandText(band) },
      ],
      run.outputs,
    ),
    paint.bold('Tranches'),
    tranchesText(run),
    paint.bold('Chips that serve at the end of a year'),
    textTable(
      [
        { title: 'MONTH', cell: ({ month }) => month },
        { title: 'COMMITTED', align: 'right', cell: ({ committed }) => bandText(committed) },
        { title: 'ALL, "UP TO" INCLUDED', align: 'right', cell: ({ all }) => bandText(all) },
      ],
      run.months.filter(({ month }) => month.endsWith('-12')),
    ),
    paint.bold('What an hour of a chip hangs on, one at a time from P10 to P90'),
    textTable(
      [
        { title: 'RANGE', cell: ({ title }) => title },
        { title: 'FROM', align: 'right', cell: ({ from, unit }) => `${figure(from)} ${unit}` },
        { title: 'TO', align: 'right', cell: ({ to, unit }) => `${figure(to)} ${unit}` },
        { title: 'USD/CHIP-HOUR', align: 'right', cell: ({ atFrom, atTo }) => `${figure(atFrom)} to ${figure(atTo)}` },
        { title: 'RANK CORRELATION', align: 'right', cell: ({ variable }) => rankText(run, variable) },
      ],
      run.tornado.swings.slice(0, 8),
    ),
    paint.bold(
      'What others say, beside the same arithmetic: likely (from the least to the most, all ranges at their ends)',
    ),
    anchorsText(run),
  ].join('\n\n');
}

const rankText = ({ ranks }: PowerRun, variable: string): string => {
  const found = ranks.find((each) => each.variable === variable);
  return found === undefined ? '–' : found.correlation.toFixed(2);
};

function whichText({ which }: PowerRun): string {
  const rows = which.flatMap(({ rack, definitions }) => definitions.map((each) => ({ rack, ...each })));
  return textTable(
    [
      { title: 'RACK', cell: ({ rack }) => rack },
      { title: 'POWER OF', cell: ({ of }) => OF[of] ?? of },
      { title: 'AT', cell: ({ at }) => at },
      {
        title: 'RACKS',
        align: 'right',
        cell: ({ racks }) => `${figure(racks.likely)} (${figure(racks.low)} to ${figure(racks.high)})`,
      },
      {
        title: 'CHIPS',
        align: 'right',
        cell: ({ chips }) => `${figure(chips.likely)} (${figure(chips.low)} to ${figure(chips.high)})`,
      },
      {
        title: 'KW A CHIP',
        align: 'right',
        cell: ({ per_chip: each }) => `${figure(each.likely)} (${figure(each.low)} to ${figure(each.high)})`,
      },
    ],
    rows,
  );
}

function tranchesText({ tranches }: PowerRun): string {
  return textTable(
    [
      { title: 'TRANCHE', cell: ({ name }) => name },
      { title: 'BOUND', cell: ({ bound }) => (bound === 'committed' ? 'committed' : 'up to') },
      { title: 'RACK', cell: ({ rack }) => rack },
      { title: 'MW', align: 'right', cell: ({ megawatts }) => figure(megawatts) },
      { title: 'FIRST RACK SERVES', cell: ({ first }) => `${first.p50} (${first.p10} to ${first.p90})` },
      { title: 'ALL SERVE', cell: ({ whole }) => `${whole.p50} (${whole.p10} to ${whole.p90})` },
      { title: 'DUE', cell: ({ due }) => due ?? '–' },
      { title: 'MET', align: 'right', cell: ({ met }) => (met === null ? '–' : percent(met)) },
      {
        title: 'LAST GATE',
        cell: ({ gates }) =>
          Object.entries(gates)
            .filter(([, share]) => share >= 0.05)
            .toSorted(([, a], [, b]) => b - a)
            .map(([gate, share]) => `${gate} ${percent(share)}`)
            .join(', '),
      },
    ],
    tranches,
  );
}

function anchorsText({ anchors }: PowerRun): string {
  const range = ({ low, likely, high }: PowerRun['anchors'][number]['ours']): string =>
    low === high ? figure(likely) : `${figure(likely)} (${figure(low)} to ${figure(high)})`;
  const table = textTable(
    [
      { title: 'CLAIM', cell: ({ says }) => says },
      { title: 'STATED', align: 'right', cell: ({ stated }) => range(stated) },
      { title: 'OURS', align: 'right', cell: ({ ours }) => range(ours) },
      { title: 'UNIT', cell: ({ unit }) => unit },
      { title: 'DIFFERENCE', align: 'right', cell: ({ difference }) => percent(difference) },
      { title: 'INSIDE', cell: ({ inside }) => (inside ? 'yes' : 'no') },
    ],
    anchors,
  );
  const reasons = anchors
    .filter(({ explained }) => explained !== null)
    .map(({ says, explained }) => `${says}: ${explained}.`);
  return [table, ...reasons].join('\n');
}
