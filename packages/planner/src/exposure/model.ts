// A plan of exposure as a model that is drawn: who may take whose place never changes from draw to draw, and is worked out once; how much of
// everything there is changes, and fills the same columns anew. What is read of a draw are its outputs.
import type { Model, Variable } from '../draws/study.ts';
import { DIMENSIONS_MOST } from '../draws/sobol.ts';
import { refuse } from '../numbers/refuse.ts';
import { afterShock, type AfterShock } from './after-shock.ts';
import { estateAt, likelyOf, shockAt, type Assumption } from './assumptions.ts';
import type { ExposureRow } from './concentration.ts';
import type { ExposureFile } from './plan-form.ts';
import { exposurePlan, type ExposurePlan } from './plan.ts';
import { amountsOf, rulesOf, type Amounts, type Rules } from './placing.ts';
import { rowsOf } from './rows.ts';
import { blowOf, strike, warningDays, type Blow } from './shocks.ts';

/** Of an assumption, by its id. */
export type Value = (id: string) => number;

/** One draw, played through. */
export interface Drawn {
  readonly value: Value;
  readonly amounts: Amounts;
  /** What concentration is counted of. */
  readonly rows: readonly ExposureRow[];
  /** By the shock's name. */
  readonly after: ReadonlyMap<string, AfterShock>;
}

export interface ExposureOutput {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** Null: drawn for a chart, and no figure. */
  readonly formula: string | null;
  /** Ids of the assumptions that it can hang on. */
  readonly of: readonly string[];
  readonly read: (drawn: Drawn) => number;
}

/** Everything at its likely value, as it was moved. */
export interface Centre {
  readonly file: ExposureFile;
  readonly assumptions: readonly Assumption[];
  readonly plan: ExposurePlan;
  readonly rules: Rules;
}

export function centreOfPlan(file: ExposureFile, assumptions: readonly Assumption[]): Centre {
  const plan = exposurePlan(file, likelyOf(assumptions));
  return { file, assumptions, plan, rules: rulesOf(plan) };
}

/** `stated`: the assumptions before anything was moved. Throws PLAN_INVALID for more ranges than can be drawn. */
export function exposureModel(
  centre: Centre,
  stated: readonly Assumption[],
  outputs: readonly ExposureOutput[],
): Model {
  const { file, assumptions } = centre;
  const variables = drawnOf(stated, assumptions, file.as_of);
  const place = new Map(variables.map(({ name }, at) => [name, at] as const));
  const likely = likelyOf(assumptions);
  const play = player(centre);
  return {
    variables,
    outputs,
    evaluate: (values, results) => {
      const drawn = play((id) => {
        const at = place.get(id);
        return at === undefined ? likely(id) : values[at]!;
      });
      outputs.forEach(({ read }, at) => {
        results[at] = read(drawn);
      });
    },
  };
}

/** What the file gives a range comes first and keeps its place, so that two runs of one plan are drawn alike whatever is moved. */
function drawnOf(stated: readonly Assumption[], moved: readonly Assumption[], date: string): Variable[] {
  const isWide = ({ range: { low, high } }: Assumption): boolean => low < high;
  const wide = new Set(stated.filter(isWide).map(({ id }) => id));
  const drawn = [
    ...moved.filter(({ id }) => wide.has(id)),
    ...moved.filter((each) => isWide(each) && !wide.has(each.id)),
  ];
  if (drawn.length > DIMENSIONS_MOST)
    refuse(`${drawn.length} numbers of the plan are ranges`, `give ${DIMENSIONS_MOST} of them a range at the most`);
  return drawn.map((each) => variableOf(each, date));
}

export const variableOf = ({ id, title, unit, range, source }: Assumption, date: string): Variable => ({
  name: id,
  title,
  unit,
  range,
  shape: unit === 'share' ? 'pert' : 'triangular',
  held: {
    value: range.likely,
    low: range.low,
    high: range.high,
    unit: 'count',
    source: source ?? 'the plan itself, which names no source',
    date,
    confidence: source === null ? 'low' : 'medium',
  },
});

function player({ file, plan, rules }: Centre): (value: Value) => Drawn {
  const fill = amountsFilled(file, rules);
  const shocks = Object.entries(file.shocks).map(([name, shock]) => ({
    name,
    shock,
    met: [...strike(plan, plan.shocks[name]!).values()].map(({ why }) => why !== null),
  }));
  return (value) => {
    const amounts = fill(value);
    const after = shocks.map(({ name, shock, met }) => {
      const struck = shockAt(name, shock, value);
      const blow = blowOf(struck);
      const blows = met.map((each): Blow => (each ? blow : WHOLE));
      return [name, afterShock(rules, amounts, blows, warningDays(struck))] as const;
    });
    return { value, amounts, rows: rowsOf(rules, amounts), after: new Map(after) };
  };
}

const WHOLE: Blow = { left: 1, dearer: 1 };
const CLASSES = ['input', 'cached', 'output'] as const;

/** One set of columns, filled anew for each draw. */
function amountsFilled(file: ExposureFile, rules: Rules): (value: Value) => Amounts {
  const written = amountsOf(rulesOf(estateAt(file, () => 1)));
  const amounts = amountsOf(rules);
  const isKnown = rules.forms.map(({ tokens_per_minute }) => tokens_per_minute !== undefined);
  return (value) => {
    rules.deployments.forEach((name, at) => {
      const times = value(`${name}.price`);
      for (const each of CLASSES) amounts.price[each][at] = written.price[each][at]! * times;
      if (isKnown[at] === true) amounts.carries[at] = value(`${name}.carries`);
      amounts.days[at] = value(`${name}.ready`);
    });
    rules.workloads.forEach(({ name }, at) => {
      const times = value(`${name}.demand`);
      for (const each of CLASSES) amounts.tokens[each][at] = written.tokens[each][at]! * times;
      amounts.peak[at] = written.peak[at]! * times;
    });
    return amounts;
  };
}
