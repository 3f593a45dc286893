// Racks and systems: how many chips one holds, what it draws, what it costs. What the chips themselves can do stands in the
// catalogue of accelerators. `nominal` is what a builder plans with, `max` the most it may draw, `measured` what a meter showed
// under one stated load; they are three numbers and never stand for each other.
import { z } from 'zod';
import type { CatalogueKind } from './catalogue.ts';
import { sourced, stated, type Sourced, type Stated } from './sourced.ts';

export interface Rack {
  readonly name: string;
  readonly maker: string;
  /** Entry of the catalogue of accelerators. */
  readonly accelerator: string;
  readonly form: 'rack' | 'system' | 'pod';
  readonly cooling: 'air' | 'liquid';
  readonly chips: Sourced;
  readonly nominal: Sourced;
  readonly max?: Sourced | undefined;
  readonly measured?: Sourced | undefined;
  /** Of one rack or system, as delivered. */
  readonly price?: Sourced | undefined;
  /** Switches, optics and cables of the scale-out network. */
  readonly network?: Sourced | undefined;
  /** What an hour of one chip is rented for. */
  readonly rent?: Sourced | undefined;
  /** From order to delivery. */
  readonly lead: Sourced;
  readonly available: Stated;
  /** Made with it, per chip: its own, and its part of the system. */
  readonly embodied?: Sourced | undefined;
}

const power = (): z.ZodType<Sourced> => sourced(['kW', 'MW'], { above: true, most: 1e5 });

export const rackForm = z.strictObject({
  name: z.string().min(1).max(80),
  maker: z.string().min(1).max(80),
  accelerator: z.string().min(1).max(60),
  form: z.enum(['rack', 'system', 'pod']),
  cooling: z.enum(['air', 'liquid']),
  chips: sourced(['chips'], { least: 1, most: 1e5 }),
  nominal: power(),
  max: power().optional(),
  measured: power().optional(),
  price: sourced(['USD', 'USD m'], { above: true }).optional(),
  network: sourced(['USD/chip']).optional(),
  rent: sourced(['USD/chip-hour'], { above: true, most: 1000 }).optional(),
  lead: sourced(['weeks', 'months'], { most: 520 }),
  available: stated,
  embodied: sourced(['kgCO2/chip']).optional(),
});

export const RACKS: CatalogueKind<Rack> = {
  name: 'racks',
  entry: rackForm,
  meaning: ({ nominal, max }, problems) => {
    if (max !== undefined && max.unit === nominal.unit && max.value < nominal.value)
      problems.error(['max', 'value'], 'the most that it draws is less than its nominal power', 'exchange the two');
  },
};
