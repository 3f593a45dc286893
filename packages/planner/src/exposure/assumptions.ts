// What of a plan of exposure can be moved, and is drawn where it has a range: prices, what deployments carry, how soon they are ready, demand,
// how hard shocks strike, the market for power. Ids are the name of the entry and what of it; titles say what is written.
import { invariant } from '@weighbridge/kernel';
import type { Range } from '../catalogue/sourced.ts';
import type { Estate, PlanDeployment, PlanWorkload } from './estate.ts';
import type { ExposureFile, FileShock, Spread } from './plan-form.ts';
import type { Shock } from './shocks.ts';

export interface Assumption {
  readonly id: string;
  readonly title: string;
  readonly unit: 'times' | 'tokens/min' | 'days' | 'share';
  readonly range: Range;
  /** Null: the file names no source. */
  readonly source: string | null;
}

/** Where what cannot be placed lies: 0 all of it with the largest, 1 spread over countless others. */
export const UNPLACED = 'unplaced';

/** In the order of the file; the same for the same names, whatever the numbers are. */
export function assumptionsOf(file: ExposureFile): Assumption[] {
  const found: Assumption[] = [];
  const add = (id: string, title: string, unit: Assumption['unit'], held: Spread, source: string | undefined): void =>
    void found.push({ id, title, unit, range: rangeOf(held), source: source ?? null });
  for (const [name, { price_times, tokens_per_minute, ready_days, source }] of Object.entries(file.deployments)) {
    add(`${name}.price`, `price of ${name}, times what is written`, 'times', price_times, source);
    if (tokens_per_minute !== undefined)
      add(`${name}.carries`, `what ${name} carries`, 'tokens/min', tokens_per_minute, source);
    add(`${name}.ready`, `days until ${name} can be called`, 'days', ready_days, source);
  }
  for (const [name, { demand_times, source }] of Object.entries(file.workloads))
    add(`${name}.demand`, `demand of ${name}, times what is written`, 'times', demand_times, source);
  for (const [name, shock] of Object.entries(file.shocks))
    for (const [key, [what, title, unit]] of Object.entries(SHOCK_PARTS)) {
      const held = Object.entries(shock).find(([each]) => each === key)?.[1] as Spread | undefined;
      if (held !== undefined) add(`${name}.${what}`, `${name}: ${title}`, unit, held, shock.source);
    }
  for (const [name, { market_times, use_times, carbon_times, source }] of Object.entries(file.energy)) {
    add(`${name}.market`, `market for the power of ${name}, times what is written`, 'times', market_times, source);
    add(`${name}.use`, `power that ${name} uses, times what is written`, 'times', use_times, source);
    if (file.carbon !== undefined)
      add(`${name}.carbon`, `carbon of the power of ${name}, times what is written`, 'times', carbon_times, source);
  }
  if (hasUnplaced(file))
    add(UNPLACED, 'what cannot be placed: 0 with the largest, 1 spread over countless', 'share', ANYWHERE, NOBODY);
  return found;
}

const ANYWHERE: Range = { low: 0, likely: 0.5, high: 1 };
const NOBODY = 'ours: nobody knows, so anything from one end to the other';

const SHOCK_PARTS: Readonly<Record<string, readonly [what: string, title: string, unit: Assumption['unit']]>> = {
  times: ['times', 'times as dear', 'times'],
  energy_share: ['energy_share', 'power, of what is charged', 'share'],
  pass_through: ['pass_through', 'of dearer power, what is passed on', 'share'],
  share: ['share', 'capacity that is lost', 'share'],
  notice_days: ['notice', 'days of warning', 'days'],
};

/** Whether some home does not say a place, or whose it is. */
function hasUnplaced({ workloads, deployments, ties: { parent_of, group_of, known } }: ExposureFile): boolean {
  return Object.values(workloads).some(({ route: [home] }) => {
    const form = deployments[home];
    if (form === undefined) return false;
    const isTied = (map: Readonly<Record<string, string>>): boolean =>
      Object.hasOwn(map, form.seller) || known.includes(form.seller);
    return form.accelerator === undefined || !isTied(parent_of) || !isTied(group_of);
  });
}

export const rangeOf = (held: Spread): Range =>
  typeof held === 'number' ? { low: held, likely: held, high: held } : held;

export function likelyOf(assumptions: readonly Assumption[]): (id: string) => number {
  const values = new Map(assumptions.map(({ id, range }) => [id, range.likely]));
  return (id) => {
    const value = values.get(id);
    invariant(value !== undefined, `${id} is an assumption of the plan`);
    return value;
  };
}

/** The estate with numbers in the place of ranges. */
export function estateAt(file: ExposureFile, value: (id: string) => number): Estate {
  return {
    currency: file.currency,
    deployments: mapped(file.deployments, (name, held): PlanDeployment => {
      const form = without(held, ['price_times', 'tokens_per_minute', 'ready_days', 'source']);
      const times = value(`${name}.price`);
      return {
        ...form,
        price: scaled(form.price, times),
        ...(held.tokens_per_minute === undefined ? {} : { tokens_per_minute: value(`${name}.carries`) }),
        ready_days: value(`${name}.ready`),
      };
    }),
    workloads: mapped(file.workloads, (name, held): PlanWorkload => {
      const form = without(held, ['demand_times', 'source']);
      const times = value(`${name}.demand`);
      return {
        ...form,
        tokens_per_month: scaled(form.tokens_per_month, times),
        peak_tokens_per_minute: form.peak_tokens_per_minute * times,
      };
    }),
    proofs: file.proofs,
  };
}

export function shockAt(name: string, written: FileShock, value: (id: string) => number): Shock {
  const shock = without(written, ['source']);
  const numbers = Object.entries(SHOCK_PARTS)
    .filter(([key]) => Object.hasOwn(shock, key))
    .map(([key, [what]]) => [key, value(`${name}.${what}`)] as const);
  return { ...shock, ...Object.fromEntries(numbers) } as Shock;
}

const without = <Held extends object, Name extends keyof Held>(held: Held, names: readonly Name[]): Omit<Held, Name> =>
  Object.fromEntries(Object.entries(held).filter(([name]) => !(names as readonly string[]).includes(name))) as Omit<
    Held,
    Name
  >;

type Classes = PlanDeployment['price'];
const scaled = ({ input, cached, output }: Classes, times: number): Classes => ({
  input: input * times,
  cached: cached * times,
  output: output * times,
});

const mapped = <Held, Made>(
  all: Readonly<Record<string, Held>>,
  make: (name: string, held: Held) => Made,
): Record<string, Made> => Object.fromEntries(Object.entries(all).map(([name, held]) => [name, make(name, held)]));
