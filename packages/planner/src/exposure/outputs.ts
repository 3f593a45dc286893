// The figures of a plan of exposure: how each is read of a draw, how it is made in words that a reader can follow, and which assumptions it can
// hang on. A figure hangs on no other: who may take whose place is fixed, so what can never come into play is left out.
import { EXPOSURE_AXES, exposureConcentration, type Ends, type ExposureAxis } from './concentration.ts';
import { UNPLACED } from './assumptions.ts';
import type { Centre, ExposureOutput } from './model.ts';
import { portability, PORTABILITY_POINTS, roomShare } from './portability.ts';
import { amountsOf } from './placing.ts';
import { emittedKg, powerCost } from './power-use.ts';
import { rowsOf } from './rows.ts';
import { shockText } from './shocks.ts';

export const AXIS_WORDS: Readonly<Record<ExposureAxis, string>> = {
  contracting_entity: 'sellers',
  ultimate_parent: 'ultimate parents',
  linked_group: 'linked groups',
  model_family: 'model families',
  cloud: 'clouds',
  region: 'regions',
  accelerator: 'accelerators',
};

/** Days after a shock on which service is looked at. */
const DAYS = [0, 1, 2, 4, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 730, 1_500, 3_000, 10_000] as const;

export function outputsOf(centre: Centre): ExposureOutput[] {
  return [...holders(centre), ...shocks(centre), ...ports(centre), ...power(centre)];
}

function holders({ rules, plan }: Centre): ExposureOutput[] {
  const rows = rowsOf(rules, amountsOf(rules));
  const homes = [...new Set(rules.workloads.map(({ home }) => rules.deployments[home]!))];
  const of = [...homes.map((name) => `${name}.price`), ...rules.workloads.map(({ name }) => `${name}.demand`)];
  return EXPOSURE_AXES.flatMap((axis): ExposureOutput[] => {
    const { effective, unplaced } = exposureConcentration(rows, axis, 'spend', plan.ties);
    if (effective === null) return [];
    return [
      {
        name: `holders.${axis}`,
        title: `effective number of ${AXIS_WORDS[axis]}, by spend`,
        unit: 'holders',
        formula: `10,000 ÷ HHI, the sum of squared percentages of a month's spend by ${AXIS_WORDS[axis]}${unplaced > 0 ? '; what cannot be placed lies between all of it with the largest and spread over countless' : ''}`,
        of: unplaced > 0 ? [...of, UNPLACED] : of,
        read: (drawn) => {
          const held = exposureConcentration(drawn.rows, axis, 'spend', plan.ties).effective;
          return held === null ? Number.NaN : spreadAt(held, unplaced > 0 ? drawn.value(UNPLACED) : 0);
        },
      },
    ];
  });
}

/** Between the ends of HHI: 0 the most concentrated, 1 the least. */
export const spreadAt = ({ low, high }: Ends, at: number): number => 1 / (1 / low + at * (1 / high - 1 / low));

const SHOCK_FIGURES = {
  without: [
    'criticality without service',
    'Σ criticality × the part of the peak that finds no place ÷ Σ criticality; places are taken by the most critical first, and capacity once',
  ],
  tokens: [
    'tokens without service',
    'Σ tokens of a month × the part of the peak that finds no place ÷ Σ tokens of a month',
  ],
  extra: [
    "cost a month, over today's",
    'Σ over what is served: tokens × prices of where they go, after the shock, less tokens × prices of where they go now',
  ],
  days: [
    'days until the last that can move has moved',
    'the longest wait for a place that is taken, less the days of warning; what finds no place at all is not in it',
  ],
} as const;
export type ShockPart = keyof typeof SHOCK_FIGURES;
const SHOCK_PARTS = Object.keys(SHOCK_FIGURES) as readonly ShockPart[];

function shocks(centre: Centre): ExposureOutput[] {
  const { plan, assumptions } = centre;
  const days = chartDays(centre);
  const estate = reachOf(centre);
  return Object.entries(plan.shocks).flatMap(([name, shock]): ExposureOutput[] => {
    const own = assumptions.map(({ id }) => id).filter((id) => SHOCK_OWN.some((what) => id === `${name}.${what}`));
    const units = { without: 'share', tokens: 'share', extra: `${plan.currency}/month`, days: 'days' } as const;
    const figures = SHOCK_PARTS.map((what): ExposureOutput => ({
      name: `${name}.${what}`,
      title: `${shockText(shock)}: ${SHOCK_FIGURES[what][0]}`,
      unit: units[what],
      formula: SHOCK_FIGURES[what][1],
      of: [...estate, ...own.filter((id) => what === 'days' || !id.endsWith('.notice'))],
      read: ({ after }) => after.get(name)![what],
    }));
    const points = days.map((day): ExposureOutput => ({
      name: dayName(name, day),
      title: name,
      unit: 'share',
      formula: null,
      of: [],
      read: ({ after }) => after.get(name)!.withoutAt(day),
    }));
    return [...figures, ...points];
  });
}

const SHOCK_OWN = ['times', 'energy_share', 'pass_through', 'share', 'notice'];

export const dayName = (shock: string, day: number): string => `${shock}@${day}`;

/** Up to the day by which everything that can be ready is; none where nothing has to be waited for. */
export function chartDays({ assumptions }: Pick<Centre, 'assumptions'>): readonly number[] {
  const last = Math.max(
    0,
    ...assumptions.filter(({ unit, id }) => unit === 'days' && id.endsWith('.ready')).map(({ range }) => range.high),
  );
  return last === 0 ? [] : DAYS.slice(0, DAYS.findIndex((day) => day >= last) + 1);
}

/** What of the estate a shock's answer can hang on: deployments that serve a workload or may, how soon those are there that may, all demand. */
function reachOf({ rules, assumptions }: Centre): string[] {
  const isNear = (at: number, more: (home: number) => boolean): boolean =>
    rules.workloads.some(({ home, refusals }) => more(home) && (home === at || refusals[at]!.length === 0));
  const near = rules.deployments.flatMap((name, at) => [
    ...(isNear(at, () => true) ? [`${name}.price`, `${name}.carries`] : []),
    ...(isNear(at, (home) => home !== at) ? [`${name}.ready`] : []),
  ]);
  const ids = new Set([...near, ...rules.workloads.map(({ name }) => `${name}.demand`)]);
  return assumptions.map(({ id }) => id).filter((id) => ids.has(id));
}

function ports({ plan, rules }: Centre): ExposureOutput[] {
  return rules.workloads.map(({ name, home, refusals }, at): ExposureOutput => {
    const parts = portability(plan, name).parts;
    const fixed = parts.reduce((sum, part) => sum + (part.name === 'room' ? 0 : part.points), 0);
    const permitted = rules.forms.flatMap((form, place) =>
      form.seller !== rules.forms[home]!.seller && refusals[place]!.length === 0 ? [place] : [],
    );
    const known = permitted.filter((place) => rules.forms[place]!.tokens_per_minute !== undefined);
    return {
      name: `${name}.portability`,
      title: `portability of ${name}, of 100`,
      unit: 'points',
      formula:
        'features 30 + model 30 + permitted 20 + room 20: what another seller has of the features, whether another model was proven, two sellers that policy leaves, known room elsewhere ÷ peak',
      of:
        permitted.length === 0
          ? []
          : [...known.map((place) => `${rules.deployments[place]!}.carries`), `${name}.demand`],
      read: ({ amounts }) => {
        const room = known.reduce((sum, place) => sum + amounts.carries[place]!, 0);
        const share = permitted.length === 0 ? 0 : roomShare(room, amounts.peak[at]!);
        return fixed + PORTABILITY_POINTS.room * share;
      },
    };
  });
}

function power({ file, plan }: Centre): ExposureOutput[] {
  const each = Object.entries(file.energy).flatMap(([name, held]): ExposureOutput[] => {
    const months = `${held.months.length} ${held.months.length === 1 ? 'month' : 'months'}`;
    const of = [`${name}.market`, `${name}.use`];
    const cost = (value: (id: string) => number) => powerCost(held, value(`${name}.use`), value(`${name}.market`));
    return [
      {
        name: `${name}.cost`,
        title: `power of ${name}, ${months}`,
        unit: plan.currency,
        formula: `Σ of the months: MWh × ${CONTRACT_WORDS[held.contract.kind]}`,
        of,
        read: ({ value }) => cost(value).cost,
      },
      {
        name: `${name}.moves`,
        title: `power of ${name}: per cent dearer for each per cent of the market`,
        unit: '%',
        formula: 'the same months at a market one per cent dearer ÷ as they are, less one',
        of,
        read: ({ value }) => cost(value).moves,
      },
    ];
  });
  if (file.carbon === undefined) return each;
  const names = Object.keys(file.energy);
  return [
    ...each,
    {
      name: 'carbon.emitted',
      title: 'emitted by the power of all months',
      unit: 'tCO2',
      formula: 'Σ of the months: MWh × kg a MWh ÷ 1,000',
      of: names.flatMap((name) => [`${name}.use`, `${name}.carbon`]),
      read: ({ value }) =>
        names.reduce(
          (sum, name) => sum + emittedKg(file.energy[name]!, value(`${name}.use`), value(`${name}.carbon`)),
          0,
        ) / 1000,
    },
  ];
}

const CONTRACT_WORDS = {
  fixed: 'the price agreed',
  indexed: '(base + what follows × market), between floor and cap',
  ppa: 'the price agreed for what the plant generates, the market for the rest, what is sold back taken off',
} as const;
