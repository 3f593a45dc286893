// How each figure of a power plan is made, in words that a reader can follow with a pencil, and which assumptions it hangs on.
import type { PowerOf } from '../catalogue/anchors.ts';
import { GATES } from '../catalogue/facilities.ts';
import type { WholeOutput } from '../power/model.ts';
import type { PowerPlan } from '../power/plan.ts';

export interface FigureWords {
  readonly formula: string;
  /** Names of the variables. */
  readonly of: readonly string[];
}

/** Which ratios lie between the power that is stated and that of a rack. */
const RATIOS: Readonly<Record<PowerOf, readonly string[]>> = {
  utility: ['it_overhead', 'pue', 'utility'],
  facility: ['it_overhead', 'pue'],
  critical_it: ['it_overhead'],
  nameplate: [],
};

/** By the power that is meant: what lies beyond it moves no count. */
export function powerFigures({ power: { of, at }, tranches }: PowerPlan): Readonly<Record<string, FigureWords>> {
  const drawn = at === 'design' ? 'nominal' : 'max';
  const all = Object.values(tranches);
  const ofRacks = (...what: readonly string[]): string[] =>
    all.flatMap(({ rack }) => what.map((each) => `${rack}.${each}`));
  const counted = [...ofRacks(drawn), ...RATIOS[of]];
  const committed = all.filter(({ bound }) => bound === 'committed').map(({ rack }) => `${rack}.${drawn}`);
  const installed = [...counted, ...ofRacks('nominal'), 'it_overhead'];
  const size = [...installed, ...ofRacks('price', 'network'), 'shell'];
  const yearly = [...size, 'rate', 'equipment_life', 'facility_life', 'maintenance', 'power_price', 'pue_year', 'load'];
  const drawing = [...installed, 'load'];
  const running = [...drawing, 'pue_year'];
  const whole: Readonly<Record<WholeOutput, FigureWords>> = {
    racks: {
      formula:
        'of each tranche: stated power ÷ (power of a rack × IT overhead × PUE × losses of the connection), as far as the definition counts them, whole racks; then added up',
      of: counted,
    },
    chips: { formula: 'racks × chips of a rack', of: counted },
    chips_committed: {
      formula: 'racks of the committed tranches × chips of a rack; "up to" is left out',
      of: [...committed, ...RATIOS[of]],
    },
    it_power: { formula: 'racks × nominal power of a rack × IT overhead', of: counted },
    capital: {
      formula: 'racks × (price of a rack + chips × network of a chip) + IT power × cost of shell and plant',
      of: size,
    },
    chip_hour: {
      formula:
        '[equipment × CRF(rate, life) + upkeep + facility × CRF(rate, its life) + IT power × load × PUE of the year × 8,760 h × price of power] ÷ (chips × 8,760 h × availability); CRF(w, n) = w(1+w)ⁿ ÷ ((1+w)ⁿ − 1)',
      of: [...yearly, 'availability'],
    },
    useful_hour: {
      formula: 'the levelised hour ÷ (utilisation × goodput)',
      of: [...yearly, 'availability', 'utilisation', 'goodput'],
    },
    yearly: { formula: 'capital recovery + upkeep + power, of one year', of: yearly },
    energy: { formula: 'IT power × load × PUE of the year × 8,760 h', of: running },
    carbon: { formula: 'energy × emissions of the grid (location-based)', of: [...running, 'grid_carbon'] },
    carbon_market: { formula: 'energy × emissions by contract (market-based)', of: [...running, 'market_carbon'] },
    embodied: {
      formula: 'chips × emissions of making one ÷ life of the equipment',
      of: [...counted, ...ofRacks('embodied'), 'equipment_life'],
    },
    water: { formula: 'IT energy × water on site (WUE)', of: [...drawing, 'water'] },
    water_all: {
      formula: 'IT energy × water on site + energy × water where the power is made',
      of: [...running, 'water', 'water_off_site'],
    },
  };
  const each = Object.entries(tranches).flatMap(([name, { rack }]) =>
    trancheFigures(name, rack, [`${rack}.${drawn}`, ...RATIOS[of]]),
  );
  return { ...whole, ...Object.fromEntries(each) };
}

/** `counted`: what decides how many racks it has. */
function trancheFigures(name: string, rack: string, counted: readonly string[]): [string, FigureWords][] {
  const waits = [...GATES.map((gate) => `${name}.${gate}`), `${rack}.lead`];
  return [
    [
      `${name}.first`,
      {
        formula: 'months until it is begun + the longest of its waits: shell, grid, switchgear, transformers, racks',
        of: waits,
      },
    ],
    [
      `${name}.whole`,
      {
        formula: 'its first rack serves + racks of the tranche ÷ racks put into service a month',
        of: [...waits, ...counted, 'install'],
      },
    ],
  ];
}
