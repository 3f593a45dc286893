// Published figures that a plan is held against: what a gigawatt is said to hold, to cost, and what an hour of a chip costs its
// owner. An anchor is never an input: what was also used to set a range says so under `used`, so that nobody takes it for a test.
import { z } from 'zod';
import type { CatalogueKind } from './catalogue.ts';
import { sourced, type Sourced } from './sourced.ts';

export const POWER_OF = ['utility', 'facility', 'critical_it', 'nameplate'] as const;
/** Of what a stated power is the power. */
export type PowerOf = (typeof POWER_OF)[number];
export const POWER_AT = ['design', 'peak'] as const;
/** In which hour: as designed and announced, or the worst one. */
export type PowerAt = (typeof POWER_AT)[number];

export interface Anchor {
  readonly says: string;
  /** Of whose chips; several where the claim names none or a mix. */
  readonly racks: readonly string[];
  readonly of: PowerOf;
  readonly at: PowerAt;
  readonly per_chip?: Sourced | undefined;
  readonly capex?: Sourced | undefined;
  readonly owning?: Sourced | undefined;
  /** Of `owning`: whose. */
  readonly finance?: string | undefined;
  /** A claim that states one end only. */
  readonly bound?: 'at_least' | 'at_most' | undefined;
  /** The source's own power of one rack, where it is not ours. */
  readonly rack_power?: Sourced | undefined;
  /** The named definition that explains a difference. */
  readonly definition?: string | undefined;
  readonly used?: string | undefined;
}

const words = z.string().min(1).max(400);

export const ANCHORS: CatalogueKind<Anchor> = {
  name: 'anchors',
  entry: z.strictObject({
    says: words,
    racks: z.array(z.string().min(1).max(60)).min(1).max(10),
    of: z.enum(POWER_OF),
    at: z.enum(POWER_AT),
    per_chip: sourced(['kW/chip', 'W/chip'], { above: true, most: 1e5 }).optional(),
    capex: sourced(['USD bn/GW', 'USD m/MW'], { above: true }).optional(),
    owning: sourced(['USD/chip-hour'], { above: true, most: 1000 }).optional(),
    finance: z.string().min(1).max(60).optional(),
    bound: z.enum(['at_least', 'at_most']).optional(),
    rack_power: sourced(['kW'], { above: true, most: 1e5 }).optional(),
    definition: words.optional(),
    used: words.optional(),
  }),
  meaning: ({ per_chip, capex, owning, finance }, problems) => {
    if ([per_chip, capex, owning].filter((each) => each !== undefined).length !== 1)
      problems.error([], 'an anchor states one figure', 'write one of `per_chip`, `capex` and `owning`', 'key');
    if ((owning === undefined) !== (finance === undefined))
      problems.error([], 'what owning costs hangs on the owner', 'write `owning` and `finance` together', 'key');
  },
};
