// A plan for power: how much of which definition, at what kind of site, on which grid, paid for by whom, and in which tranches it comes.
// What a tranche is committed to and what is only "up to" are two things and are never added up as one. Assumptions of the plan
// take the place of the catalogues' values, each with its own source.
import {
  checkDocument,
  readDocument,
  type CheckedDocument,
  type DocumentForm,
  type DocumentPath,
  type ProblemList,
} from '@weighbridge/document';
import { z } from 'zod';
import { POWER_AT, POWER_OF, type PowerAt, type PowerOf } from '../catalogue/anchors.ts';
import { checkSources, withSources } from '../catalogue/catalogue.ts';
import type { Catalogues } from '../catalogue/catalogues.ts';
import { GATES, type Gates } from '../catalogue/facilities.ts';
import { checkName, checkSite, siteKeys, siteOf, type Site, type SiteWords } from '../catalogue/site.ts';
import { sourced } from '../catalogue/sourced.ts';
import { unitRatio } from '../catalogue/units.ts';
import { id, month, named } from '../system/names.ts';
import { monthNumber } from '../system/scenario.ts';

export const BOUNDS = ['committed', 'up_to'] as const;
export type Bound = (typeof BOUNDS)[number];

interface PlainPower {
  readonly value: number;
  readonly unit: 'kW' | 'MW' | 'GW';
}

export interface Tranche {
  readonly rack: string;
  readonly power: PlainPower;
  readonly bound: Bound;
  /** When its building, its connection and its racks are asked for. */
  readonly begun: string;
  /** By when it is promised whole. */
  readonly due?: string | undefined;
  /** Gates that are not the facility's: a connection that stands already waits 0. */
  readonly waits?: Partial<Gates> | undefined;
}

export interface PowerPlan extends SiteWords {
  readonly version: 1;
  readonly plan: 'power';
  readonly name: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly start: string;
  readonly end: string;
  readonly power: PlainPower & { readonly of: PowerOf; readonly at: PowerAt; readonly bound: Bound };
  readonly tranches: Readonly<Record<string, Tranche>>;
}

export const TRANCHES_MOST = 12;
const text = z.string().min(1).max(400);
const plainPower = z.strictObject({ value: z.number().positive(), unit: z.enum(['kW', 'MW', 'GW']) });
const wait = sourced(['weeks', 'months', 'years'], { most: 1000 }).optional();

const planSchema = z.strictObject({
  version: z.literal(1),
  plan: z.literal('power'),
  name: id,
  title: text,
  note: z.string().min(1).max(2000).optional(),
  start: month,
  end: month,
  power: plainPower.extend({ of: z.enum(POWER_OF), at: z.enum(POWER_AT), bound: z.enum(BOUNDS) }),
  ...siteKeys,
  tranches: named(
    z.strictObject({
      rack: z.string(),
      power: plainPower,
      bound: z.enum(BOUNDS),
      begun: month,
      due: month.optional(),
      waits: z.strictObject({ shell: wait, grid: wait, switchgear: wait, transformers: wait }).optional(),
    }),
  ),
}) as unknown as z.ZodType<PowerPlan>;

/** A plan with what it names looked up and its own assumptions in their place. */
export interface ResolvedPlan extends Omit<PowerPlan, keyof SiteWords>, Site {
  readonly kilowatts: number;
}

/** Throws PLAN_INVALID with every fault, its line and what mends it. `file`: its name in messages. */
export function readPowerPlan(file: string, content: string, catalogues: Catalogues): ResolvedPlan {
  return resolvePlan(readPowerFile(file, content, catalogues), catalogues);
}

export const checkPowerPlan = (content: string, catalogues: Catalogues): CheckedDocument<PowerPlan> =>
  checkDocument(content, formFor(catalogues));

export const readPowerFile = (file: string, content: string, catalogues: Catalogues): PowerPlan =>
  readDocument(file, content, formFor(catalogues));

/** Of a plan that was changed after it was read: what the change left wrong. */
export const checkPlanNames = (plan: PowerPlan, catalogues: Catalogues, problems: ProblemList): void =>
  checkSite(plan, catalogues, problems, NEEDED);

const formFor = (catalogues: Catalogues): DocumentForm<PowerPlan> => ({
  what: 'the plan',
  code: 'PLAN_INVALID',
  schema: planSchema,
  meaning: (plan, problems) => {
    checkSite(plan, catalogues, problems, NEEDED);
    checkSources(plan.tranches, ['tranches'], Object.keys(plan.sources), problems);
    for (const [name, { rack }] of Object.entries(plan.tranches))
      checkName(['tranches', name, 'rack'], rack, 'racks', catalogues, problems);
    checkDates(plan, problems);
    checkPower(plan, problems);
  },
});

const NEEDED = ['pue_design', 'pue_peak', 'it_overhead', 'utility', 'shell', 'gates', 'install'] as const;

function checkDates(plan: PowerPlan, problems: ProblemList): void {
  const [start, end] = [monthNumber(plan.start), monthNumber(plan.end)];
  if (end <= start) problems.error(['end'], 'the plan ends before it begins', 'write a later month');
  if (end - start > 240) problems.error(['end'], 'the plan runs for more than 20 years', 'write an earlier month');
  if (Object.keys(plan.tranches).length > TRANCHES_MOST)
    problems.error(['tranches'], `there are more than ${TRANCHES_MOST} tranches`, `write ${TRANCHES_MOST} or fewer`);
  if (Object.keys(plan.tranches).length === 0)
    problems.error(['tranches'], 'nothing is delivered: there is no tranche', 'write at least one');
  for (const [name, { begun, due, bound }] of Object.entries(plan.tranches)) {
    const path = (key: string): DocumentPath => ['tranches', name, key];
    if (monthNumber(begun) < start)
      problems.error(path('begun'), 'it is begun before the plan', `write ${plan.start} or later`);
    if (monthNumber(begun) >= end)
      problems.error(path('begun'), 'it is begun after the plan ends', 'write an earlier month, or end the plan later');
    if (due === undefined) {
      if (bound === 'committed')
        problems.error(
          ['tranches', name],
          'it is committed, and no month is said by which',
          'add `due`, or write bound: up_to',
          'key',
        );
      continue;
    }
    if (monthNumber(due) <= monthNumber(begun))
      problems.error(path('due'), 'it is due before it is begun', 'write a later month');
    if (monthNumber(due) > end)
      problems.error(
        path('due'),
        `it is ${bound === 'committed' ? 'committed' : 'due'} after the plan ends`,
        `write ${plan.end} or earlier, or end the plan later`,
      );
  }
}

function checkPower(plan: PowerPlan, problems: ProblemList): void {
  const whole = kilowatts(plan.power);
  const parts = Object.values(plan.tranches).reduce((sum, { power }) => sum + kilowatts(power), 0);
  if (parts > whole * (1 + 1e-9))
    problems.error(
      ['power', 'value'],
      `the tranches come to ${round(parts / 1000)} MW, more than the ${round(whole / 1000)} MW of the plan`,
      'raise `power`, or take from a tranche',
    );
  const committed = Object.values(plan.tranches).some(({ bound }) => bound === 'committed');
  if (plan.power.bound === 'committed' && !committed)
    problems.error(
      ['power', 'bound'],
      'the whole is committed and none of its tranches is',
      'write bound: up_to, or commit a tranche',
    );
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

export const kilowatts = ({ value, unit }: PlainPower): number => value * unitRatio(unit, 'kW');

/** What a plan names looked up, and its own assumptions in their place. */
export function resolvePlan(plan: PowerPlan, catalogues: Catalogues): ResolvedPlan {
  const said = withSources(plan, plan.sources) as PowerPlan;
  const racks = Object.values(plan.tranches).map(({ rack }) => rack);
  return { ...said, kilowatts: kilowatts(plan.power), ...siteOf(said, racks, catalogues) };
}

/** Of a tranche: the facility's gates, but for those that it states itself. */
export const gatesOf = (plan: ResolvedPlan, { waits }: Tranche): Gates =>
  Object.fromEntries(GATES.map((gate) => [gate, waits?.[gate] ?? plan.facility.gates![gate]])) as Gates;
