// What serving an answer took, from a table that was worked out elsewhere: Wh per million tokens of three classes, with their ends. Here
// is nothing but multiplying and adding, since it stands where every call passes.
import type { CallEnergy, TokenClass, Usage } from '@weighbridge/protocol';

/** Wh per million tokens: tenth, fiftieth and ninetieth per cent. */
export type EnergyEnds = readonly [low: number, value: number, high: number];

export interface EnergyFactors {
  /** What a receipt says of where its figure comes from. */
  readonly method: string;
  readonly input: EnergyEnds;
  /** Of input that was read from a cache. */
  readonly cached: EnergyEnds;
  readonly output: EnergyEnds;
}

type Part = Exclude<keyof EnergyFactors, 'method'>;
/** A class that is not here is made by other models than those the table is about: pictures, speech. */
const PART_OF: Readonly<Partial<Record<TokenClass, Part>>> = {
  input: 'input',
  cache_write_5m: 'input',
  cache_write_1h: 'input',
  input_audio: 'input',
  input_image: 'input',
  cache_read: 'cached',
  cache_read_audio: 'cached',
  output: 'output',
  reasoning: 'output',
};

/** Null when nobody knows the tokens, or some are of a class that the table does not have. */
export function estimateEnergy(factors: EnergyFactors, usage: Usage): CallEnergy | null {
  if (usage.source === 'unknown') return null;
  let [low, wh, high] = [0, 0, 0];
  for (const name in usage.tokens) {
    const tokens = usage.tokens[name as TokenClass] ?? 0;
    if (tokens === 0) continue;
    const part = PART_OF[name as TokenClass];
    if (part === undefined) return null;
    const ends = factors[part];
    low += tokens * ends[0];
    wh += tokens * ends[1];
    high += tokens * ends[2];
  }
  return { wh: wattHours(wh), low: wattHours(low), high: wattHours(high), method: factors.method };
}

/** From millionths of a Wh, in whole ones: more is not known. */
const wattHours = (millionths: number): number => Math.round(millionths) / 1e6;
