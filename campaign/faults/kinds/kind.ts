// What doing a fault comes to.
import type { Random } from '../../simulator/random.ts';
import type { World } from '../world.ts';

export interface Done {
  /** What speaks against the product already. */
  readonly problems: readonly string[];
  /** What the product said of the fault, for the record. */
  readonly noticed?: string;
}

/** Does the fault to a world under load, and undoes it; the instance and its witness run again afterwards. */
export type Act = (world: World, variant: string, random: Random) => Promise<Done>;

export const fine: Done = { problems: [] };
