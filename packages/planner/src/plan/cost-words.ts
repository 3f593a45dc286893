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

const HOURS: Readonly<Record<string, FigureWords>> = {
  clock: {
    formula:
      'equipment × CRF(rate, life) + upkeep + facility × CRF(rate, its life), over 8,760 h, + power of a chip × load × PUE of the year × price of power; CRF(w, n) = w(1+w)ⁿ ÷ ((1+w)ⁿ − 1)',
    of: CLOCK,
  },
  open: { formula: 'the hour of the clock ÷ availability', of: [...CLOCK, 'availability'] },
  useful: { formula: 'the hour of the clock ÷ (availability × utilisation × goodput)', of: USEFUL },
};

/** By the figure's id; throws nothing: what has no words of its own is energy, which has one method. */
export function costWords(id: string): FigureWords {
  const hour = Object.hasOwn(HOURS, id) ? HOURS[id] : undefined;
  if (hour !== undefined) return hour;
  const [what, of = ''] = id.split('.');
  const throughput = of === 'mix' ? THROUGHPUT : [`throughput.${of}`];
  const prices = of === 'mix' ? PRICES : [`prices.${of}`];
  if (what === 'cost')
    return {
      formula:
        of === 'mix'
          ? 'hour of useful work ÷ 3,600 × chip-seconds of a call (Σ tokens of a class ÷ its throughput) ÷ its tokens × 1,000,000'
          : 'hour of useful work ÷ (throughput × 3,600) × 1,000,000',
      of: [...USEFUL, ...throughput],
    };
  if (what === 'margin') return { formula: '1 − cost ÷ price', of: [...USEFUL, ...throughput, ...prices] };
  return {
    formula: 'power of a chip with its part of the site ÷ tokens of all its hours × tokens of a call',
    of: ['nominal', 'it_overhead', 'pue_year', 'load', 'availability', 'utilisation', 'goodput', ...THROUGHPUT],
  };
}
