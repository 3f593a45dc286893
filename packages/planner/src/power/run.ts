// A plan run: its bands, its dates, what decides them, and how it stands beside what others say. Everything is simulated, and says so.
import { AppError } from '@weighbridge/kernel';
import { nearestEntry, type Catalogues } from '../catalogue/catalogues.ts';
import { valueIn } from '../catalogue/sourced.ts';
import { rankCorrelations, tornadoOf, type RankCorrelation, type Tornado } from '../draws/sensitivity.ts';
import { bandsOf, studyModel, type Model, type OutputBand, type Study } from '../draws/study.ts';
import { checkHour } from '../money/hour.ts';
import { bandOf, type Band } from '../system/bands.ts';
import { monthNumber, monthText } from '../system/scenario.ts';
import { anchorsSeen, type AnchorSeen } from './anchors.ts';
import { everyDefinition, type Conversion } from './convert.ts';
import { GATE_NAMES, servingAt, type GateName } from './delivery.ts';
import { layoutOf, type Layout } from './layout.ts';
import { powerModel, trancheOutput } from './model.ts';
import type { Bound, ResolvedPlan } from './plan.ts';

export interface DateBand {
  readonly p10: string;
  readonly p50: string;
  readonly p90: string;
}

export interface TrancheSeen {
  readonly name: string;
  readonly rack: string;
  readonly bound: Bound;
  readonly megawatts: number;
  readonly racks: Band | null;
  readonly first: DateBand;
  readonly whole: DateBand;
  readonly due: string | null;
  /** Share of the draws in which it stands whole when it is due. */
  readonly met: number | null;
  /** Share of the draws in which each gate was the last to open. */
  readonly gates: Readonly<Record<GateName, number>>;
}

export interface PlanMonth {
  readonly month: string;
  /** Chips that serve at the end of it. */
  readonly committed: Band;
  readonly all: Band;
}

export interface PowerRun {
  readonly simulated: true;
  readonly plan: string;
  readonly title: string;
  readonly seed: number;
  readonly draws: number;
  /** Of the plan's power, in MW: what tranches commit, what they leave at "up to", and what no tranche stands for. */
  readonly power: {
    readonly stated: number;
    readonly committed: number;
    readonly up_to: number;
    readonly unplanned: number;
  };
  readonly which: readonly {
    readonly rack: string;
    readonly definitions: readonly Conversion[];
    readonly layout: Layout;
  }[];
  readonly outputs: readonly OutputBand[];
  readonly tranches: readonly TrancheSeen[];
  readonly months: readonly PlanMonth[];
  readonly tornado: Tornado;
  readonly ranks: readonly RankCorrelation[];
  readonly anchors: readonly AnchorSeen[];
}

export interface RunOptions {
  readonly seed: number;
  readonly draws: number;
  /** Which result the tornado and the rank correlations are of: one of the plan's, or a tranche's (`first.whole`). */
  readonly about?: string | undefined;
}

/** Throws PLAN_INVALID. */
export function runPowerPlan(plan: ResolvedPlan, catalogues: Catalogues, options: RunOptions): PowerRun {
  const model = powerModel(plan);
  const study = studyModel(model, { seed: options.seed, count: options.draws });
  const about = aboutOf(model, options.about);
  const outputs = bandsOf(model, study).slice(0, trancheOutput(0, 'racks'));
  checkHours(outputs);
  return {
    simulated: true,
    plan: plan.name,
    title: plan.title,
    seed: study.seed,
    draws: study.count,
    power: powerBy(plan),
    which: whichOf(plan, model),
    outputs,
    tranches: Object.keys(plan.tranches).map((name, index) => trancheSeen(plan, study, name, index)),
    months: monthsOf(plan, study),
    tornado: tornadoOf(model, about),
    ranks: rankCorrelations(model, study, about),
    anchors: anchorsSeen(catalogues),
  };
}

/** Of a plan with chips: where not one rack fits there is no hour of one either, and that is another's to say. */
function checkHours(outputs: readonly OutputBand[]): void {
  const chips = outputs.find(({ name }) => name === 'chips')?.centre ?? 0;
  if (chips === 0) return;
  for (const { name, title, centre } of outputs)
    if (name === 'chip_hour' || name === 'useful_hour') checkHour(title, centre);
}

function aboutOf(model: Model, asked = 'chip_hour'): string {
  const known = model.outputs.map(({ name }) => name);
  if (known.includes(asked)) return asked;
  throw new AppError('PLAN_INVALID', `the plan has no result "${asked.slice(0, 60)}"`, {
    next: nearestEntry(asked, known),
  });
}

function powerBy({ tranches, kilowatts }: ResolvedPlan): PowerRun['power'] {
  const of = (bound: Bound): number =>
    Object.values(tranches).reduce((sum, each) => sum + (each.bound === bound ? megawatts(each.power) : 0), 0);
  const [stated, committed, upTo] = [kilowatts / 1000, of('committed'), of('up_to')];
  return { stated, committed, up_to: upTo, unplanned: Math.max(0, stated - committed - upTo) };
}

const megawatts = ({ value, unit }: { value: number; unit: 'kW' | 'MW' | 'GW' }): number =>
  value * (unit === 'GW' ? 1000 : unit === 'MW' ? 1 : 0.001);

function whichOf(plan: ResolvedPlan, model: Model): PowerRun['which'] {
  const values = Float64Array.from(model.variables, ({ range }) => range.likely);
  const results = new Float64Array(model.outputs.length);
  model.evaluate(values, results);
  const tranches = Object.values(plan.tranches);
  return [...plan.racks].map(([name, rack]) => {
    const racks = tranches.reduce(
      (sum, each, index) => sum + (each.rack === name ? (results[trancheOutput(index, 'racks')] ?? 0) : 0),
      0,
    );
    return {
      rack: name,
      definitions: everyDefinition(plan.kilowatts, rack, plan.facility),
      layout: layoutOf(racks, rack, plan.facility),
    };
  });
}

function trancheSeen(plan: ResolvedPlan, study: Study, name: string, index: number): TrancheSeen {
  const column = (what: Parameters<typeof trancheOutput>[1]): Float64Array =>
    study.outputs[trancheOutput(index, what)]!;
  const tranche = plan.tranches[name]!;
  const whole = column('whole');
  // Due in a month: by its end.
  const due = tranche.due === undefined ? null : monthNumber(tranche.due) - monthNumber(plan.start) + 1;
  const share = (holds: (value: number) => boolean, of: Float64Array): number => of.filter(holds).length / of.length;
  return {
    name,
    rack: tranche.rack,
    bound: tranche.bound,
    megawatts: megawatts(tranche.power),
    racks: bandOf(column('racks')),
    first: dates(plan, column('first')),
    whole: dates(plan, whole),
    due: tranche.due ?? null,
    met: due === null ? null : share((value) => value <= due, whole),
    gates: Object.fromEntries(
      GATE_NAMES.map((gate, at) => [gate, share((value) => value === at, column('gate'))]),
    ) as TrancheSeen['gates'],
  };
}

function dates(plan: ResolvedPlan, months: Float64Array): DateBand {
  const band = bandOf(months);
  const text = (at: number): string => monthText(plan, Math.floor(at));
  return { p10: text(band?.p10 ?? 0), p50: text(band?.p50 ?? 0), p90: text(band?.p90 ?? 0) };
}

function monthsOf(plan: ResolvedPlan, study: Study): PlanMonth[] {
  const count = monthNumber(plan.end) - monthNumber(plan.start) + 1;
  const tranches = Object.values(plan.tranches).map(({ rack, bound }, index) => ({
    chips: valueIn(plan.racks.get(rack)!.chips, 'chips'),
    committed: bound === 'committed',
    racks: study.outputs[trancheOutput(index, 'racks')]!,
    first: study.outputs[trancheOutput(index, 'first')]!,
    whole: study.outputs[trancheOutput(index, 'whole')]!,
  }));
  const [committed, all] = [new Float64Array(study.count), new Float64Array(study.count)];
  return Array.from({ length: count }, (_, month) => {
    committed.fill(0);
    all.fill(0);
    for (const tranche of tranches)
      for (let draw = 0; draw < study.count; draw += 1) {
        const chips =
          tranche.chips * servingAt(month + 1, tranche.racks[draw]!, tranche.first[draw]!, tranche.whole[draw]!);
        all[draw]! += chips;
        if (tranche.committed) committed[draw]! += chips;
      }
    return { month: monthText(plan, month), committed: bandOf(committed)!, all: bandOf(all)! };
  });
}
