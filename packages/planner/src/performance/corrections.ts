// What the formulas miss of a real stack, as far as measured rows show it: corrections in the logarithm of the time, each of a level
// (a backend, a model, a model on a chip) and each shrunk towards nothing by how few rows speak for it. Those of shares scale one
// part of the time (a backend's prefill, a model's overhead); the others scale all of it. What was never seen has none, so it gets
// the formulas and whatever the broader levels say. A sum is bounded, so that more bandwidth never makes a prediction slower.
import { parallelName, type Setting } from './setting.ts';
import { PARTS, type Parts } from './step.ts';

/** Whose rows: one latency table and one of the most that a system gives. Their corrections stand apart. */
export const REGIMES = ['serving', 'saturated'] as const;
export type Regime = (typeof REGIMES)[number];

interface Level {
  readonly name: string;
  readonly key: (setting: Setting) => string;
  /** How far it may lie from nothing, as a standard deviation in log terms. */
  readonly spread: number;
}

const mixed = ({ shape }: Setting): string => (shape.experts > 0 ? 'experts' : 'dense');
const kind = (setting: Setting): string => `${setting.chip.generation}|${setting.precision}|${mixed(setting)}`;
const stack = ({ shape, backend }: Setting): string => `${shape.id}|${backend}`;
/** What was measured together: model, backend, chip and precision. */
export const placeOf = (setting: Setting): string => `${stack(setting)}|${setting.chip.id}|${setting.precision}`;
const build = ({ version, checkpoint }: Setting): string => `${version}|${checkpoint}`;
const parallel = (setting: Setting): string => parallelName(setting.parallel);
/** Of a backend. */
export const versionOf = ({ backend, version }: Setting): string => `${backend}|${version}`;
/** One build of a place, split in one way: what its rows share beside their load. */
export const setupOf = (setting: Setting): string => `${placeOf(setting)}|${build(setting)}|${parallel(setting)}`;

/** Each of these scales every part of the time by itself. */
const OF_PARTS: readonly Level[] = [
  { name: 'parts of backend', key: (s) => `${s.backend}|${mixed(s)}`, spread: 0.05 },
  { name: 'parts of generation', key: kind, spread: 0.08 },
  { name: 'parts of chip', key: (s) => s.chip.id, spread: 0.06 },
  { name: 'parts of model', key: (s) => s.shape.id, spread: 0.1 },
  { name: 'parts of stack', key: stack, spread: 0.2 },
  { name: 'parts of place', key: placeOf, spread: 0.2 },
];

const OF_ALL: readonly Level[] = [
  { name: 'backend', key: (s) => `${s.backend}|${mixed(s)}`, spread: 0.05 },
  { name: 'build', key: (s) => `${stack(s)}|${s.version}`, spread: 0.1 },
  { name: 'checkpoint', key: (s) => `${stack(s)}|${build(s)}`, spread: 0.1 },
  { name: 'build on generation', key: (s) => `${stack(s)}|${s.version}|${kind(s)}`, spread: 0.07 },
  { name: 'place', key: placeOf, spread: 0.06 },
  { name: 'build in place', key: (s) => `${placeOf(s)}|${build(s)}`, spread: 0.1 },
  { name: 'spread in place', key: setupOf, spread: 0.1 },
  { name: 'parallelism', key: (s) => `${parallel(s)}|${mixed(s)}|${s.chip.generation}`, spread: 0.06 },
];

/** One correction that applies: its name, its spread, and what it is multiplied by. */
export interface Term {
  readonly key: string;
  readonly spread: number;
  readonly by: number;
  /** Index of its part; -1: of all. */
  readonly part: number;
}

/** In the order of the levels. `parts`: of the time that is corrected. */
export function termsOf(setting: Setting, parts: Parts, total: number): Term[] {
  const terms: Term[] = [];
  for (const { name, key, spread } of OF_PARTS) {
    const held = key(setting);
    for (const [at, part] of PARTS.entries())
      terms.push({ key: `${name}|${held}|${part}`, spread, by: parts[part] / total, part: at });
  }
  for (const { name, key, spread } of OF_ALL) terms.push({ key: `${name}|${key(setting)}`, spread, by: 1, part: -1 });
  return terms;
}

export type Corrections = ReadonlyMap<string, number>;

/** Corrections of parts stay within this of each other's mean, so that a faster part makes the whole faster (see the test). */
const PART_MOST = 0.45;
const ALL_MOST = 0.9;

/** In log terms. */
export function correctionOf(setting: Setting, parts: Parts, total: number, corrections: Corrections): number {
  const ofParts = PARTS.map(() => 0);
  let all = 0;
  for (const { key, part } of termsOf(setting, parts, total)) {
    const held = corrections.get(key);
    if (held === undefined) continue;
    if (part < 0) all += held;
    else ofParts[part] = (ofParts[part] ?? 0) + held;
  }
  let sum = clamp(all, ALL_MOST);
  for (const [at, part] of PARTS.entries()) sum += clamp(ofParts[at] ?? 0, PART_MOST) * (parts[part] / total);
  return sum;
}

const clamp = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
