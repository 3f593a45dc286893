// Chance, without a state: the number drawn for a value depends only on the seed, the path's number and the value's own place
// in the scenario. So two scenarios under one seed share every draw of the values they share, and their difference is the
// scenario's, not chance's; and the order in which paths are run changes nothing.
import { centre, inBase, isQuantity, type Quantity } from './quantity.ts';
import type { Scenario } from './scenario.ts';

/** What a quantity is worth on one path, in base units (cents, watts). */
export type Picker = (quantity: Quantity) => number;

/** The likely value of everything. */
export const pickCentre: Picker = (quantity) => inBase(quantity, centre(quantity));

/** Half of the distance between the 10th and 90th percentile of a standard normal, to be divided by. */
const DECILES = 2 * 1.2815515655446004;

/** Draws of one seed over the values of one scenario. */
export function createDraws(scenario: Scenario, seed: number): (path: number) => Picker {
  const places = new Map<Quantity, number>();
  place(scenario, '', places);
  return (path) => (quantity) => {
    if (quantity.value !== undefined) return inBase(quantity, quantity.value);
    return inBase(quantity, draw(quantity, seed, path, places.get(quantity) ?? 0));
  };
}

function place(value: unknown, name: string, places: Map<Quantity, number>): void {
  if (typeof value !== 'object' || value === null) return;
  if (isQuantity(value)) places.set(value, hash(name));
  else for (const [key, each] of Object.entries(value)) place(each, `${name}/${key}`, places);
}

function draw({ low = 0, likely = 0, high = 0, shape }: Quantity, seed: number, path: number, name: number): number {
  if (high <= low) return likely;
  const u = uniform(seed, path, name);
  if (shape === 'lognormal') {
    const normal = Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * uniform(seed, path, name ^ 0x5bd1e995));
    return likely * Math.exp((normal * Math.log(high / low)) / DECILES);
  }
  return triangular(u, low, likely, high);
}

/** The inverse of the triangular distribution function. */
export function triangular(u: number, low: number, likely: number, high: number): number {
  const width = high - low;
  const split = (likely - low) / width;
  return u < split ? low + Math.sqrt(u * width * (likely - low)) : high - Math.sqrt((1 - u) * width * (high - likely));
}

/** In [0, 1), of 53 bits. */
export function uniform(seed: number, path: number, name: number): number {
  const first = mix(mix(mix(seed ^ 0x9e3779b9) ^ path) ^ name);
  const second = mix(first ^ mix(name ^ 0x85ebca77) ^ Math.imul(path + 1, 0xc2b2ae3d));
  return ((first >>> 5) * 0x4000000 + (second >>> 6)) / 0x20000000000000;
}

/** Every bit of the result hangs on every bit of `word` (the finaliser of MurmurHash3). */
function mix(word: number): number {
  let held = word | 0;
  held = Math.imul(held ^ (held >>> 16), 0x85ebca6b);
  held = Math.imul(held ^ (held >>> 13), 0xc2b2ae35);
  return held ^ (held >>> 16);
}

/** FNV-1a, mixed. */
function hash(text: string): number {
  let held = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) held = Math.imul(held ^ text.charCodeAt(at), 0x01000193);
  return mix(held);
}
