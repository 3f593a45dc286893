// How each figure of a power plan is made, in words that a reader can follow with a pencil, and which assumptions it hangs on.
import type { WholeOutput } from '../power/model.ts';

export interface FigureWords {
  readonly formula: string;
  /** Names of the variables; of those of a rack the part behind the rack's own name. */
  readonly of: readonly string[];
}

const POWER = ['nominal', 'max', 'it_overhead', 'pue', 'utility'];
const SIZE = [...POWER, 'price', 'network', 'shell'];
const YEARLY = [...SIZE, 'rate', 'equipment_life', 'facility_life', 'maintenance', 'power_price', 'pue_year', 'load'];
const RUNNING = [...POWER, 'load', 'pue_year'];

export const POWER_FIGURES: Readonly<Record<WholeOutput, FigureWords>> = {
  racks: {
    formula:
      'of each tranche: stated power ÷ (power of a rack × IT overhead × PUE × losses of the connection), as far as the definition counts them, whole racks; then added up',
    of: POWER,
  },
  chips: { formula: 'racks × chips of a rack', of: POWER },
  chips_committed: { formula: 'racks of the committed tranches × chips of a rack; "up to" is left out', of: POWER },
  it_power: { formula: 'racks × nominal power of a rack × IT overhead', of: POWER },
  capital: {
    formula: 'racks × (price of a rack + chips × network of a chip) + IT power × cost of shell and plant',
    of: SIZE,
  },
  chip_hour: {
    formula:
      '[equipment × CRF(rate, life) + upkeep + facility × CRF(rate, its life) + IT power × load × PUE of the year × 8,760 h × price of power] ÷ (chips × 8,760 h × availability); CRF(w, n) = w(1+w)ⁿ ÷ ((1+w)ⁿ − 1)',
    of: [...YEARLY, 'availability'],
  },
  useful_hour: {
    formula: 'the levelised hour ÷ (utilisation × goodput)',
    of: [...YEARLY, 'availability', 'utilisation', 'goodput'],
  },
  yearly: { formula: 'capital recovery + upkeep + power, of one year', of: YEARLY },
  energy: { formula: 'IT power × load × PUE of the year × 8,760 h', of: RUNNING },
  carbon: { formula: 'energy × emissions of the grid (location-based)', of: [...RUNNING, 'grid_carbon'] },
  carbon_market: { formula: 'energy × emissions by contract (market-based)', of: [...RUNNING, 'market_carbon'] },
  embodied: {
    formula: 'chips × emissions of making one ÷ life of the equipment',
    of: [...POWER, 'embodied', 'equipment_life'],
  },
  water: { formula: 'IT energy × water on site (WUE)', of: [...RUNNING, 'water'] },
  water_all: {
    formula: 'IT energy × water on site + energy × water where the power is made',
    of: [...RUNNING, 'water', 'water_off_site'],
  },
};
