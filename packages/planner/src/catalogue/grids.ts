// Grids and fuels: what a kilowatt-hour emits where it is taken, and what it costs. Location-based figures only: what a buyer's own
// contract for power says (market-based) is stated by the buyer, in the plan, and never taken from here.
import { z } from 'zod';
import type { CatalogueKind } from './catalogue.ts';
import { sourced, type Sourced } from './sourced.ts';

export interface Grid {
  readonly name: string;
  readonly kind: 'grid' | 'fuel';
  /** Of a grid: its year's mean. Of a fuel: over its life cycle. */
  readonly carbon: Sourced;
  /** Of a fuel: from burning it alone. */
  readonly carbon_direct?: Sourced | undefined;
  readonly price?: Sourced | undefined;
}

const carbon = (): z.ZodType<Sourced> => sourced(['gCO2/kWh'], { most: 2000 });

export const gridForm = z.strictObject({
  name: z.string().min(1).max(80),
  kind: z.enum(['grid', 'fuel']),
  carbon: carbon(),
  carbon_direct: carbon().optional(),
  price: sourced(['USD/kWh', 'USD/MWh'], { least: -1000, most: 10_000 }).optional(),
});

export const GRIDS: CatalogueKind<Grid> = { name: 'grids', entry: gridForm };
