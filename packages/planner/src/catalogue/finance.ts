// How capital is paid for and how well what it bought is used: the terms of the levelised formula that are neither a rack's nor a
// facility's. One entry is one kind of owner.
import { z } from 'zod';
import type { CatalogueKind } from './catalogue.ts';
import { sourced, type Sourced } from './sourced.ts';

export interface Finance {
  readonly name: string;
  /** Weighted cost of capital, a year. */
  readonly rate: Sourced;
  readonly equipment_life: Sourced;
  readonly facility_life: Sourced;
  /** Of the equipment's price, a year. */
  readonly maintenance: Sourced;
  /** Mean draw ÷ nominal draw. */
  readonly load: Sourced;
  /** Part of the year in which a chip can be used. */
  readonly availability: Sourced;
  /** Of that, the part in which it is. */
  readonly utilisation: Sourced;
  /** Of that, the part whose work counts: not repeated, not lost to a fault. */
  readonly goodput: Sourced;
}

const part = (): z.ZodType<Sourced> => sourced(['share'], { above: true, most: 1 });

export const financeForm = z.strictObject({
  name: z.string().min(1).max(80),
  rate: sourced(['share/year'], { most: 0.5 }),
  equipment_life: sourced(['years', 'months'], { above: true, most: 480 }),
  facility_life: sourced(['years', 'months'], { above: true, most: 720 }),
  maintenance: sourced(['share/year'], { most: 1 }),
  load: part(),
  availability: part(),
  utilisation: part(),
  goodput: part(),
});

export const FINANCE: CatalogueKind<Finance> = { name: 'capex', entry: financeForm };
