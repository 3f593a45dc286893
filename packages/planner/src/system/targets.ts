// What was promised, as something that can be held against what came: promises, milestones of commitments, commitments whole,
// and options. An option is a ceiling that nobody owes: it is followed here, and summed into nothing.
import type { Picker } from './draws.ts';
import { at, type ConditionInput, type Names } from './inputs.ts';
import { centre, inBase, type Grade, type Quantity } from './quantity.ts';
import { conditionInput } from './resolve.ts';
import { monthIndex, type Scenario } from './scenario.ts';

export interface Target {
  readonly id: string;
  readonly kind: 'promise' | 'milestone' | 'commitment' | 'option';
  readonly says: string;
  /** In `unit`. */
  readonly promised: number;
  readonly unit: string;
  readonly grade: Grade;
  readonly source: string;
  /** By when; the end of what is simulated where nothing is said. */
  readonly month: number;
  readonly dated: boolean;
  readonly condition: Omit<ConditionInput, 'atLeast'>;
  /** Base units in one of `unit`. */
  readonly scale: number;
  /** Of the path. */
  readonly atLeast: (pick: Picker) => number;
}

export function targetsOf(scenario: Scenario, names: Names): Target[] {
  const last = scenario.months - 1;
  const target = (
    head: Pick<Target, 'id' | 'kind' | 'says' | 'condition'>,
    quantity: Quantity,
    month: string | undefined,
  ): Target => ({
    ...head,
    promised: centre(quantity),
    unit: quantity.unit,
    grade: quantity.grade,
    source: quantity.source,
    month: month === undefined ? last : Math.min(last, monthIndex(scenario, month)),
    dated: month !== undefined,
    scale: inBase(quantity, 1),
    atLeast: (pick) => pick(quantity),
  });
  const promises = Object.entries(scenario.promises).map(([id, promise]) => {
    const { measure, of } = conditionInput(names, promise.condition, () => 0);
    return target(
      { id, kind: 'promise', says: promise.says, condition: { measure, of } },
      promise.condition.at_least,
      promise.month,
    );
  });
  const nameOf = (actor: string): string => scenario.actors[actor]?.name ?? actor;
  const deals = Object.entries(scenario.instruments).flatMap(([id, each]) => {
    if (each.kind === 'option') {
      const condition = { measure: 'energised', of: at(names.channels, each.of) } as const;
      return [
        target(
          { id, kind: 'option', says: `option of ${nameOf(each.from)}: up to`, condition },
          each.capacity,
          undefined,
        ),
      ];
    }
    if (each.kind === 'investment') return [];
    const condition = { measure: 'drawn', of: at(names.commitments, id) } as const;
    const milestones = each.milestones.map(({ month, amount }) =>
      target(
        { id: `${id}-${month}`, kind: 'milestone', says: `${nameOf(each.from)} has drawn by ${month}`, condition },
        amount,
        month,
      ),
    );
    return [
      ...milestones,
      target(
        { id, kind: 'commitment', says: `${nameOf(each.from)} commits to ${nameOf(each.to)}`, condition },
        each.amount,
        undefined,
      ),
    ];
  });
  return [...promises, ...deals];
}
