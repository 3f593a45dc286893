// How each figure of a plan for tokens is made, in words that a reader can follow with a pencil.
import type { FigureWords } from './power-words.ts';

const CLOCK = [
  'price',
  'network',
  'shell',
  'nominal',
  'it_overhead',
  'pue_year',
  'power_price',
  'rate',
  'equipment_life',
  'facility_life',
  'maintenance',
  'load',
];
const USEFUL = [...CLOCK, 'availability', 'utilisation', 'goodput'];
const THROUGHPUT = ['throughput.input', 'throughput.cached', 'throughput.output'];
const PRICES = ['prices.input', 'prices.cached', 'prices.output'];
const CALL = ['call.input', 'call.cached', 'call.output'];

export const HOURS: Readonly<Record<'clock' | 'open' | 'useful', FigureWords>> = {
  clock: {
    formula:
      'equipment × CRF(rate, life) + upkeep + facility × CRF(rate, its life), over 8,760 h, + power of a chip × load × PUE of the year × price of power; CRF(w, n) = w(1+w)ⁿ ÷ ((1+w)ⁿ − 1)',
    of: CLOCK,
  },
  open: { formula: 'the hour of the clock ÷ availability', of: [...CLOCK, 'availability'] },
  useful: { formula: 'the hour of the clock ÷ (availability × utilisation × goodput)', of: USEFUL },
};

function costWords(id: string): FigureWords {
  if (id === 'clock' || id === 'open' || id === 'useful') return HOURS[id];
  const [what, of = ''] = id.split('.');
  const throughput = of === 'mix' ? THROUGHPUT : [`throughput.${of}`];
  // What a class costs is the same in every call; what the mix costs is not.
  const call = of === 'mix' ? CALL : [];
  const prices = of === 'mix' ? PRICES : [`prices.${of}`];
  if (what === 'cost')
    return {
      formula:
        of === 'mix'
          ? 'hour of useful work ÷ 3,600 × chip-seconds of a call (Σ tokens of a class ÷ its throughput) ÷ its tokens × 1,000,000'
          : 'hour of useful work ÷ (throughput × 3,600) × 1,000,000',
      of: [...USEFUL, ...throughput, ...call],
    };
  if (what === 'margin') return { formula: '1 − cost ÷ price', of: [...USEFUL, ...throughput, ...prices, ...call] };
  return CALLS[of] ?? CALLS['energy']!;
}

const RUNNING = ['nominal', 'it_overhead', 'load', 'availability', 'utilisation', 'goodput', ...THROUGHPUT, ...CALL];
const DRAWN = [...RUNNING, 'pue_year'];
const CALLS: Readonly<Record<string, FigureWords>> = {
  energy: {
    formula:
      'Σ tokens of a class ÷ its throughput × power of a chip with its part of the site (nominal × IT overhead × load × PUE of the year) ÷ (availability × utilisation × goodput): idle hours are borne by the tokens',
    of: DRAWN,
  },
  location: { formula: 'energy of a call × emissions of the grid', of: [...DRAWN, 'grid_carbon'] },
  market: { formula: 'energy of a call × emissions by contract', of: [...DRAWN, 'market_carbon'] },
  embodied: {
    formula: 'chip-hours of a call, idle ones borne with them, × emissions of making a chip ÷ hours of its life',
    of: ['embodied', 'equipment_life', 'availability', 'utilisation', 'goodput', ...THROUGHPUT, ...CALL],
  },
  water: { formula: 'IT energy of a call × water on site (WUE)', of: [...RUNNING, 'water'] },
  water_off_site: { formula: 'energy of a call × water where the power is made', of: [...DRAWN, 'water_off_site'] },
};

/** By the figure's id, in the order in which they are told: what the whole mix costs comes first. */
export const COST_FIGURES: Readonly<Record<string, FigureWords>> = Object.fromEntries(
  [
    ...['mix', 'output', 'input', 'cached'].flatMap((of) => [`cost.${of}`, `margin.${of}`]),
    ...Object.keys(HOURS),
    ...Object.keys(CALLS).map((figure) => `call.${figure}`),
  ].map((id) => [id, costWords(id)]),
);
