// Facilities: what stands between the grid and a rack, and how long it takes to build. PUE is three numbers: over a year (energy),
// as designed (what an announced site is sized on), and in the hottest hour at full load (what must be there at peak).
import { z } from 'zod';
import type { CatalogueKind } from './catalogue.ts';
import { sourced, type Sourced } from './sourced.ts';

export interface Facility {
  readonly name: string;
  readonly cooling: 'air' | 'liquid' | 'mixed';
  readonly pue_year: Sourced;
  /** The next six are needed by whoever sizes or builds; an operator's published year alone does not have them. */
  readonly pue_design?: Sourced | undefined;
  readonly pue_peak?: Sourced | undefined;
  /** All IT power ÷ power of the racks: network, storage, other servers. */
  readonly it_overhead?: Sourced | undefined;
  /** Power contracted from the grid ÷ power of the facility. */
  readonly utility?: Sourced | undefined;
  readonly shell?: Sourced | undefined;
  readonly gates?: Gates | undefined;
  /** Water used on site per kWh of IT. */
  readonly water?: Sourced | undefined;
  /** Water used where the electricity is made, per kWh. */
  readonly water_off_site?: Sourced | undefined;
  /** IT power of one row of racks, of one hall, of one building. */
  readonly row?: Sourced | undefined;
  readonly hall?: Sourced | undefined;
  readonly building?: Sourced | undefined;
  /** Racks put into service in a month, once all else stands. */
  readonly install?: Sourced | undefined;
  /** Chips that one leaf switch of the scale-out network joins; one spine stands over two leaves. */
  readonly leaf?: Sourced | undefined;
}

export const GATES = ['shell', 'grid', 'switchgear', 'transformers'] as const;
/** How long each takes from the day that it is begun; they run beside each other. */
export type Gates = Readonly<Record<(typeof GATES)[number], Sourced>>;

const pue = (): z.ZodType<Sourced> => sourced(['ratio'], { least: 1, most: 3 });
const wait = (): z.ZodType<Sourced> => sourced(['weeks', 'months', 'years'], { most: 1000 });
const water = (): z.ZodType<Sourced> => sourced(['L/kWh'], { most: 50 });
const block = (): z.ZodType<Sourced> => sourced(['kW', 'MW'], { above: true, most: 1e6 });

export const facilityForm = z.strictObject({
  name: z.string().min(1).max(80),
  cooling: z.enum(['air', 'liquid', 'mixed']),
  pue_year: pue(),
  pue_design: pue().optional(),
  pue_peak: pue().optional(),
  it_overhead: sourced(['ratio'], { least: 1, most: 3 }).optional(),
  utility: sourced(['ratio'], { least: 1, most: 2 }).optional(),
  shell: sourced(['USD m/MW', 'USD/kW'], { above: true }).optional(),
  gates: z.strictObject({ shell: wait(), grid: wait(), switchgear: wait(), transformers: wait() }).optional(),
  water: water().optional(),
  water_off_site: water().optional(),
  row: block().optional(),
  hall: block().optional(),
  building: block().optional(),
  install: sourced(['racks/month'], { above: true, most: 1e5 }).optional(),
  leaf: sourced(['chips'], { least: 1, most: 1024 }).optional(),
});

export const FACILITIES: CatalogueKind<Facility> = { name: 'facilities', entry: facilityForm };
