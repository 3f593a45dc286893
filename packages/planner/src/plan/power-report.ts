// A power plan as a report: which gigawatt it is, what that comes to in racks, chips, halls, money, energy and dates, and how it
// stands beside what others say.
import { createProblemList, refuseErrors } from '@weighbridge/document';
import { AppError } from '@weighbridge/kernel';
import type { PlanCell, PlanChoice, PlanReport, PlanTable } from '@weighbridge/protocol';
import { POWER_AT, POWER_OF } from '../catalogue/anchors.ts';
import type { Catalogues } from '../catalogue/catalogues.ts';
import type { Range } from '../catalogue/sourced.ts';
import { withRanges } from '../draws/ranges.ts';
import { studyModel } from '../draws/study.ts';
import type { Band } from '../system/bands.ts';
import { definitionText } from '../power/anchors.ts';
import { POWER_AT_WORDS, POWER_OF_WORDS } from '../power/convert.ts';
import { powerModel } from '../power/model.ts';
import { checkPlanNames, checkPowerPlan, readPowerFile, resolvePlan, type PowerPlan } from '../power/plan.ts';
import { runPowerPlan, type DateBand, type PowerRun } from '../power/run.ts';
import { columnsOf, controlsOf, figuresOf, swingsOf } from './parts.ts';
import { POWER_FIGURES } from './power-words.ts';
import { INTERVAL_WORDS, type PlanKind, type PlanRunOptions, type RanPlan } from './report.ts';

export const POWER_PLANS: PlanKind = {
  kind: 'power',
  check: checkPowerPlan,
  read: (file, content, catalogues) => {
    const plan = readPowerFile(file, content, catalogues);
    return { head: plan, run: (options) => runPower(plan, catalogues, options) };
  },
};

function runPower(stated: PowerPlan, catalogues: Catalogues, options: PlanRunOptions): RanPlan {
  const about = options.about ?? 'chip_hour';
  if (!Object.hasOwn(POWER_FIGURES, about))
    throw new AppError('PLAN_INVALID', `the plan has no figure "${about.slice(0, 60)}"`, {
      next: `ask about one of ${Object.keys(POWER_FIGURES).join(', ')}`,
    });
  const plan = choose(stated, options.choices, catalogues);
  const resolved = resolvePlan(plan, catalogues);
  const { seed, draws, ranges } = options;
  const run = runPowerPlan(resolved, catalogues, { seed, draws, ranges, about: about as keyof typeof POWER_FIGURES });
  const before = powerModel(resolved);
  const model = withRanges(before, ranges);
  const study = studyModel(model, { seed, count: draws });
  const figures = figuresOf(model, study, POWER_FIGURES).filter(({ band }) => band !== null);
  const report: PlanReport = {
    simulated: true,
    kind: 'power',
    plan: plan.name,
    title: plan.title,
    note: plan.note ?? null,
    seed,
    draws,
    interval: INTERVAL_WORDS,
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
    tables: [whichTable(run), tranchesTable(run), layoutTable(run), anchorsTable(run)],
    controls: controlsOf(before, model),
    choices: choicesOf(stated, plan, catalogues),
    cautions: cautionsOf(run),
  };
  return { report, columns: columnsOf(model, study, figures) };
}

const CHOICES = ['power.of', 'power.at', 'facility', 'grid', 'owner'] as const;

/** The plan with other values of its choices. Throws PLAN_INVALID for a choice or a value that there is none of. */
function choose(plan: PowerPlan, choices: PlanRunOptions['choices'], catalogues: Catalogues): PowerPlan {
  const changed = structuredClone(plan) as PowerPlan & { tranches: Record<string, { rack: string }> };
  for (const [id, value] of Object.entries(choices)) {
    const known = choicesOf(plan, plan, catalogues).find((each) => each.id === id);
    if (known === undefined)
      throw new AppError('PLAN_INVALID', `the plan has no choice "${id.slice(0, 60)}"`, {
        next: `use one of ${[...CHOICES, ...Object.keys(plan.tranches).map(rackChoice)].join(', ')}`,
      });
    if (!known.options.some((option) => option.id === value))
      throw new AppError('PLAN_INVALID', `${id} cannot be "${value.slice(0, 60)}"`, {
        next: `use one of ${known.options.map((option) => option.id).join(', ')}`,
      });
    const tranche = /^tranches\.(.+)\.rack$/.exec(id)?.[1];
    if (tranche !== undefined) changed.tranches[tranche]!.rack = value;
    else if (id === 'power.of' || id === 'power.at') Object.assign(changed.power, { [id.slice(6)]: value });
    else Object.assign(changed, { [id]: value });
  }
  const problems = createProblemList(() => ({ line: 0, column: 0 }), 'PLAN_INVALID');
  checkPlanNames(changed, catalogues, problems);
  refuseErrors({ what: 'the plan', code: 'PLAN_INVALID' }, plan.name, problems.all);
  return changed;
}

const rackChoice = (tranche: string): string => `tranches.${tranche}.rack`;

function choicesOf(stated: PowerPlan, plan: PowerPlan, catalogues: Catalogues): PlanChoice[] {
  const entries = (catalogue: ReadonlyMap<string, { readonly name: string }>): PlanChoice['options'] =>
    [...catalogue].map(([id, { name }]) => ({ id, title: name }));
  const words = <Name extends string>(names: readonly Name[], said: Readonly<Record<Name, string>>) =>
    names.map((id) => ({ id, title: said[id] }));
  const sized = new Map([...catalogues.facilities].filter(([, facility]) => facility.gates !== undefined));
  return [
    {
      id: 'power.of',
      title: 'Which power is meant',
      value: plan.power.of,
      stated: stated.power.of,
      options: words(POWER_OF, POWER_OF_WORDS),
    },
    {
      id: 'power.at',
      title: 'In which hour',
      value: plan.power.at,
      stated: stated.power.at,
      options: words(POWER_AT, POWER_AT_WORDS),
    },
    { id: 'facility', title: 'Kind of site', value: plan.facility, stated: stated.facility, options: entries(sized) },
    { id: 'grid', title: 'Grid', value: plan.grid, stated: stated.grid, options: entries(catalogues.grids) },
    {
      id: 'owner',
      title: 'Who pays for it',
      value: plan.owner,
      stated: stated.owner,
      options: entries(catalogues.capex),
    },
    ...Object.entries(plan.tranches).map(([name, { rack }]) => ({
      id: rackChoice(name),
      title: `Racks of ${name}`,
      value: rack,
      stated: stated.tranches[name]!.rack,
      options: entries(catalogues.racks),
    })),
  ];
}

const text = (said: string): PlanCell => ({ is: 'text', text: said });
const number = (value: number | null, unit: string): PlanCell => ({ is: 'number', value, unit });
const range = ({ low, likely, high }: Range, unit: string): PlanCell => ({ is: 'range', low, likely, high, unit });
const band = (held: Band | null, unit: string): PlanCell =>
  held === null ? number(null, unit) : range({ low: held.p10, likely: held.p50, high: held.p90 }, unit);

const whichTable = ({ which }: PowerRun): PlanTable => ({
  id: 'which',
  title: 'Which power is meant decides the count',
  columns: ['Rack', 'Power', 'Hour', 'Racks', 'Chips', 'kW a chip'],
  rows: which.flatMap(({ rack, definitions }) =>
    definitions.map(({ of, at, racks, chips, per_chip: perChip }) => [
      text(rack),
      text(POWER_OF_WORDS[of]),
      text(at === 'design' ? 'as designed' : 'worst hour'),
      range(racks, 'racks'),
      range(chips, 'chips'),
      range(perChip, 'kW/chip'),
    ]),
  ),
  note: 'The whole power of the plan spent on one kind of rack. Ranges are the ends of all assumptions at once.',
});

const dates = ({ p10, p50, p90 }: DateBand): PlanCell => text(`${p50} (${p10} to ${p90})`);

const tranchesTable = ({ tranches }: PowerRun): PlanTable => ({
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
    text(each.name),
    text(each.bound === 'committed' ? 'committed' : 'up to'),
    text(each.rack),
    number(each.megawatts, 'MW'),
    band(each.racks, 'racks'),
    dates(each.first),
    dates(each.whole),
    text(each.due ?? 'not said'),
    each.met === null ? text('–') : number(each.met, 'share'),
    text(longestWait(each.gates)),
  ]),
  note: '"In time" is the share of the draws in which the whole tranche serves by the end of its month. What is "up to" is owed by nobody.',
});

function longestWait(gates: PowerRun['tranches'][number]['gates']): string {
  const [first] = Object.entries(gates).toSorted(([, a], [, b]) => b - a);
  return first === undefined ? '–' : `${first[0]} (${Math.round(first[1] * 100)} % of draws)`;
}

const layoutTable = ({ which }: PowerRun): PlanTable => ({
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
    const count = (held: Range | null): PlanCell => (held === null ? text('not known') : range(held, ''));
    const { network } = layout;
    return [
      text(rack),
      number(layout.racks, 'racks'),
      count(layout.rows),
      count(layout.halls),
      count(layout.buildings),
      range(layout.heat, 'kW'),
      range(layout.overhead, 'kW'),
      number(network?.leaves ?? null, ''),
      number(network?.spines ?? null, ''),
      number(network?.links ?? null, ''),
    ];
  }),
  note: 'At the likely value of every assumption.',
});

const anchorsTable = ({ anchors }: PowerRun): PlanTable => ({
  id: 'anchors',
  title: 'What others have published, beside our answer',
  columns: ['Published', 'Of what', 'They say', 'We say', 'Inside', 'Why not'],
  rows: anchors.map((each) => [
    text(each.says),
    text(`${each.what}: ${definitionText(each.definition)}`),
    range(each.stated, each.unit),
    range(each.ours, each.unit),
    text(each.inside ? 'yes' : 'no'),
    text(each.explained ?? (each.used === null ? '–' : `used by us: ${each.used}`)),
  ]),
  note: 'Each stands with its source in the catalogue: `weighbridge plan catalogue show anchors`.',
});

const round = (value: number): string => {
  const digits = Math.max(0, 3 - Math.ceil(Math.log10(Math.max(1, value))));
  const scale = 10 ** Math.max(0, Math.ceil(Math.log10(Math.max(1, value))) - 3);
  return (Math.round(value / scale) * scale).toLocaleString('en', { maximumFractionDigits: digits });
};

function saysOf({ outputs, power }: PowerRun, plan: PowerPlan): string {
  const held = (name: string): Band | null => outputs.find((each) => each.name === name)?.band ?? null;
  const [chips, committed, hour] = [held('chips'), held('chips_committed'), held('chip_hour')];
  const amount = `${plan.power.value} ${plan.power.unit}`;
  const said = `${plan.power.bound === 'up_to' ? 'Up to ' : ''}${amount} of ${POWER_OF_WORDS[plan.power.of]}`;
  const parts = [
    chips === null ? '' : ` comes to ${round(chips.p50)} chips (${round(chips.p10)} to ${round(chips.p90)})`,
    committed === null ? '' : `, of which ${round(committed.p50)} are committed (${round(power.committed)} MW)`,
    hour === null
      ? ''
      : `; a chip-hour costs its owner $${hour.p50.toFixed(2)} (${hour.p10.toFixed(2)} to ${hour.p90.toFixed(2)})`,
  ];
  return `${said}${parts.join('')}.`;
}

function cautionsOf(run: PowerRun): string[] {
  const outside = run.anchors.filter(({ inside, explained }) => !inside && explained === null);
  return [
    ...(run.power.unplanned > 0
      ? [`${round(run.power.unplanned)} MW of the plan stand in no tranche: nothing is said of when they come.`]
      : []),
    ...outside.map(({ says }) => `Outside our interval, and not explained: ${says}.`),
  ];
}
