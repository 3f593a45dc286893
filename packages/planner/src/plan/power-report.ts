// A power plan as a report: which gigawatt it is, what that comes to in racks, chips, halls, money, energy and dates, and how it
// stands beside what others say.
import { AppError } from '@weighbridge/kernel';
import type { PlanCell, PlanReport, PlanTable } from '@weighbridge/protocol';
import { POWER_AT, POWER_OF, type PowerAt, type PowerOf } from '../catalogue/anchors.ts';
import type { Catalogues } from '../catalogue/catalogues.ts';
import type { Range } from '../catalogue/sourced.ts';
import { withRanges } from '../draws/ranges.ts';
import { centreOf, studyModel } from '../draws/study.ts';
import type { Band } from '../system/bands.ts';
import { POWER_AT_WORDS, POWER_OF_NAMES, POWER_OF_WORDS } from '../power/convert.ts';
import { powerModel } from '../power/model.ts';
import { checkPlanNames, checkPowerPlan, readPowerFile, resolvePlan, type PowerPlan } from '../power/plan.ts';
import { runPowerPlan, type DateBand, type PowerRun } from '../power/run.ts';
import { bandCell, numberCell, rangeCell, said, saidBand, textCell } from './cells.ts';
import { choicesOf, optionsOf, siteChoices, withChoices, type Offered } from './choices.ts';
import { checkAbout, columnsOf, controlsOf, figuresOf, headOf, swingsOf } from './parts.ts';
import { powerFigures } from './power-words.ts';
import { type PlanKind, type PlanRunOptions, type RanPlan } from './report.ts';

export const POWER_PLANS: PlanKind = {
  kind: 'power',
  check: checkPowerPlan,
  read: (file, content, catalogues) => {
    const plan = readPowerFile(file, content, catalogues);
    return { head: plan, run: (options) => runPower(plan, catalogues, options) };
  },
};

function runPower(stated: PowerPlan, catalogues: Catalogues, options: PlanRunOptions): RanPlan {
  const offered = offeredIn(stated, catalogues);
  const plan = withChoices(stated, options.choices, offered, (changed, problems) =>
    checkPlanNames(changed, catalogues, problems),
  );
  const words = powerFigures(plan);
  const about = options.about ?? 'chip_hour';
  checkAbout(about, Object.keys(words));
  const resolved = resolvePlan(plan, catalogues);
  const { seed, draws } = options;
  const before = powerModel(resolved).variables;
  const moved = withRanges(resolved, before, options.ranges);
  const run = runPowerPlan(moved, catalogues, { seed, draws, about });
  const model = powerModel(moved);
  checkHolds(centreOf(model)[model.outputs.findIndex(({ name }) => name === 'chips')]!);
  const study = studyModel(model, { seed, count: draws });
  const figures = figuresOf(model, study, words).filter(({ band }) => band !== null);
  const nameOf: RackName = (rack) => resolved.racks.get(rack)?.name ?? rack;
  const report: PlanReport = {
    ...headOf('power', plan, options),
    says: saysOf(run, plan),
    figures,
    about,
    swings: swingsOf(model, study, about),
    charts: [
      {
        id: 'delivery',
        title: 'Chips that serve, month by month',
        unit: 'chips',
        axis: { is: 'months', months: run.months.map(({ month }) => month) },
        lines: [
          { id: 'committed', title: 'Committed', bands: run.months.map(({ committed }) => committed) },
          { id: 'all', title: 'With what is only "up to"', bands: run.months.map(({ all }) => all) },
        ],
      },
    ],
    tables: [whichTable(run, nameOf), tranchesTable(run, nameOf), layoutTable(run, nameOf), anchorsTable(run)],
    controls: controlsOf(before, model.variables),
    choices: choicesOf(stated, plan, offered),
    cautions: cautionsOf(run),
  };
  return { report, columns: columnsOf(model, study, figures) };
}

function checkHolds(chips: number): void {
  if (chips > 0) return;
  throw new AppError('PLAN_INVALID', 'not one rack fits into the power of the plan', {
    next: 'state more power for a tranche, or racks and a site that take less',
  });
}

function offeredIn(plan: PowerPlan, catalogues: Catalogues): Offered[] {
  const words = <Name extends string>(names: readonly Name[], told: Readonly<Record<Name, string>>) =>
    names.map((id) => ({ id, title: told[id] }));
  return [
    { id: 'power.of', title: 'Which power is meant', options: words(POWER_OF, POWER_OF_TOLD) },
    { id: 'power.at', title: 'In which hour', options: words(POWER_AT, POWER_AT_WORDS) },
    ...siteChoices(catalogues),
    ...Object.keys(plan.tranches).map((name) => ({
      id: `tranches.${name}.rack`,
      title: `Racks of ${name}`,
      options: optionsOf(catalogues.racks),
    })),
  ];
}

/** The seller's word first, then what it counts. */
const POWER_OF_TOLD = Object.fromEntries(
  POWER_OF.map((of) => [of, `${POWER_OF_NAMES[of]}: ${POWER_OF_WORDS[of]}`]),
) as Readonly<Record<PowerOf, string>>;

/** Of a rack, by its id. */
type RackName = (rack: string) => string;

const whichTable = ({ which }: PowerRun, nameOf: RackName): PlanTable => ({
  id: 'which',
  title: 'Which power is meant decides the count',
  columns: ['Rack', 'Power', 'Hour', 'Racks', 'Chips', 'kW a chip'],
  rows: which.flatMap(({ rack, definitions }) =>
    definitions.map(({ of, at, racks, chips, per_chip: perChip }) => [
      textCell(nameOf(rack)),
      textCell(POWER_OF_TOLD[of]),
      textCell(at === 'design' ? 'as designed' : 'worst hour'),
      rangeCell(racks, 'racks'),
      rangeCell(chips, 'chips'),
      rangeCell(perChip, 'kW/chip'),
    ]),
  ),
  note: 'The whole power of the plan spent on one kind of rack. Ranges are the ends of all assumptions at once.',
});

const dates = ({ p10, p50, p90 }: DateBand): PlanCell => textCell(`${p50} (${p10} to ${p90})`);

const tranchesTable = ({ tranches }: PowerRun, nameOf: RackName): PlanTable => ({
  id: 'tranches',
  title: 'Tranches: what is committed, what is only "up to", and when it stands',
  columns: [
    'Tranche',
    'Bound',
    'Rack',
    'Power',
    'Racks',
    'First serves',
    'All serve',
    'Due',
    'In time',
    'Waits longest for',
  ],
  rows: tranches.map((each) => [
    textCell(each.name),
    textCell(each.bound === 'committed' ? 'committed' : 'up to'),
    textCell(nameOf(each.rack)),
    numberCell(each.megawatts, 'MW'),
    bandCell(each.racks, 'racks'),
    dates(each.first),
    dates(each.whole),
    textCell(each.due ?? 'not said'),
    each.met === null ? textCell('–') : numberCell(each.met, 'share'),
    textCell(longestWait(each.gates)),
  ]),
  note: '"In time" is the share of the draws in which the whole tranche serves by the end of its month. What is "up to" is owed by nobody.',
});

function longestWait(gates: PowerRun['tranches'][number]['gates']): string {
  const [first] = Object.entries(gates).toSorted(([, a], [, b]) => b - a);
  return first === undefined ? '–' : `${first[0]} (${Math.round(first[1] * 100)} % of draws)`;
}

const layoutTable = ({ which }: PowerRun, nameOf: RackName): PlanTable => ({
  id: 'layout',
  title: 'What the racks fill',
  columns: [
    'Rack',
    'Racks',
    'Rows',
    'Halls',
    'Buildings',
    'Heat to carry away',
    'Cooling and losses',
    'Leaf switches',
    'Spines',
    'Links',
  ],
  rows: which.map(({ rack, layout }) => {
    const count = (held: Range | null): PlanCell => (held === null ? textCell('not known') : rangeCell(held, ''));
    const { network } = layout;
    return [
      textCell(nameOf(rack)),
      numberCell(layout.racks, 'racks'),
      count(layout.rows),
      count(layout.halls),
      count(layout.buildings),
      rangeCell(inMegawatts(layout.heat), 'MW'),
      rangeCell(inMegawatts(layout.overhead), 'MW'),
      numberCell(network?.leaves ?? null, ''),
      numberCell(network?.spines ?? null, ''),
      numberCell(network?.links ?? null, ''),
    ];
  }),
  note: 'At the likely value of every assumption.',
});

const inMegawatts = ({ low, likely, high }: Range): Range => ({
  low: low / 1000,
  likely: likely / 1000,
  high: high / 1000,
});

/** For a column: the whole words stand in the choices. */
const POWER_SHORT: Readonly<Record<PowerOf, Readonly<Record<PowerAt, string>>>> = {
  utility: { design: 'grid, designed', peak: 'grid, worst hour' },
  facility: { design: 'facility, designed', peak: 'facility, worst hour' },
  critical_it: { design: 'all IT, designed', peak: 'all IT, worst hour' },
  nameplate: { design: 'racks, designed', peak: 'racks, worst hour' },
};

const anchorsTable = ({ anchors }: PowerRun): PlanTable => ({
  id: 'anchors',
  title: 'What others have published, beside our answer',
  columns: ['Published', 'Of what', 'Which power', 'They say', 'We say', 'Inside', 'Why not'],
  rows: anchors.map((each) => [
    textCell(each.says),
    textCell(each.what),
    textCell(POWER_SHORT[each.definition.of][each.definition.at]),
    rangeCell(each.stated, each.unit),
    rangeCell(each.ours, each.unit),
    textCell(each.inside ? 'yes' : 'no'),
    textCell(each.explained ?? (each.used === null ? '–' : `used by us: ${each.used}`)),
  ]),
  note: 'Each stands with its source in the catalogue: `weighbridge plan catalogue show anchors`.',
});

function saysOf({ outputs, power }: PowerRun, plan: PowerPlan): string {
  const held = (name: string): Band | null => outputs.find((each) => each.name === name)?.band ?? null;
  const [chips, committed, hour] = [held('chips'), held('chips_committed'), held('chip_hour')];
  const amount = `${plan.power.value} ${plan.power.unit}`;
  const opening = `${plan.power.bound === 'up_to' ? 'Up to ' : ''}${amount} of ${POWER_OF_NAMES[plan.power.of]}`;
  const parts = [
    chips === null ? '' : ` comes to ${saidBand(chips)} chips`,
    committed === null ? '' : `, of which ${said(committed.p50)} are committed (${said(power.committed)} MW)`,
    hour === null ? '' : `; a chip-hour costs its owner $${saidBand(hour)}`,
  ];
  return `${opening}${parts.join('')}.`;
}

function cautionsOf(run: PowerRun): string[] {
  const outside = run.anchors.filter(({ inside, explained }) => !inside && explained === null);
  return [
    ...(run.power.unplanned > 0
      ? [`${said(run.power.unplanned)} MW of the plan stand in no tranche: nothing is said of when they come.`]
      : []),
    ...outside.map(({ says }) => `Outside our interval, and not explained: ${says}.`),
  ];
}
