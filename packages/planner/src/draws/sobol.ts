// A Sobol sequence, scrambled by a seed: points that fill a cube more evenly than chance does, so that fewer of them give steadier
// bands. The scramble is Owen's in the hashed form of B. Burley, "Practical hash-based Owen scrambling", JCGT 9(4), 2020: every
// seed keeps the evenness and gives other points. Nothing but integers is used, so a seed gives the same points everywhere.
import { invariant } from '@weighbridge/kernel';
import { DIRECTIONS } from './directions.ts';

const BITS = 32;
const ROWS = DIRECTIONS.trim()
  .split('\n')
  .map((row) => row.split(' ').map(Number));
export const DIMENSIONS_MOST = ROWS.length + 1;

/** The first `count` points of one dimension (from 0), each inside (0, 1). */
export function sobolColumn(dimension: number, count: number, seed: number): Float64Array {
  invariant(dimension >= 0 && dimension < DIMENSIONS_MOST, `there are ${DIMENSIONS_MOST} dimensions`);
  const vectors = directionVectors(dimension);
  const key = mix(seed ^ mix(dimension + 0x9e3779b9));
  const column = new Float64Array(count);
  let point = 0;
  for (let at = 0; at < count; at += 1) {
    column[at] = (scrambled(point, key) + 0.5) / 0x100000000;
    point ^= vectors[lowestZero(at)] ?? 0;
  }
  return column;
}

/** Gray-code order changes one bit from a point to the next: the lowest that is 0 in the point's number. */
const lowestZero = (at: number): number => 31 - Math.clz32(~at & (at + 1));

function directionVectors(dimension: number): Uint32Array {
  const vectors = new Uint32Array(BITS);
  const row = dimension === 0 ? undefined : ROWS[dimension - 1];
  if (row === undefined) {
    for (let bit = 0; bit < BITS; bit += 1) vectors[bit] = 2 ** (BITS - 1 - bit);
    return vectors;
  }
  const [inner = 0, ...first] = row;
  const degree = first.length;
  for (let bit = 0; bit < BITS; bit += 1) {
    if (bit < degree) {
      vectors[bit] = (first[bit] ?? 0) * 2 ** (BITS - 1 - bit);
      continue;
    }
    const before = vectors[bit - degree] ?? 0;
    let vector = before ^ (before >>> degree);
    for (let term = 1; term < degree; term += 1)
      if (((inner >>> (degree - 1 - term)) & 1) === 1) vector ^= vectors[bit - term] ?? 0;
    vectors[bit] = vector >>> 0;
  }
  return vectors;
}

/** Owen's nested scramble: a bit hangs on the bits above it and the key alone. Multipliers: N. Vegdahl, after S. Laine and T. Karras. */
function scrambled(point: number, key: number): number {
  let held = reversed(point);
  held = (held + key) | 0;
  held = (held ^ Math.imul(held, 0x6c50b47c)) | 0;
  held = (held ^ Math.imul(held, 0xb82f1e52)) | 0;
  held = (held ^ Math.imul(held, 0xc7afe638)) | 0;
  held = (held ^ Math.imul(held, 0x8d22f6e6)) | 0;
  return reversed(held) >>> 0;
}

function reversed(word: number): number {
  let held = word;
  held = ((held >>> 1) & 0x55555555) | ((held & 0x55555555) << 1);
  held = ((held >>> 2) & 0x33333333) | ((held & 0x33333333) << 2);
  held = ((held >>> 4) & 0x0f0f0f0f) | ((held & 0x0f0f0f0f) << 4);
  held = ((held >>> 8) & 0x00ff00ff) | ((held & 0x00ff00ff) << 8);
  return (held >>> 16) | (held << 16);
}

function mix(word: number): number {
  let held = word | 0;
  held = Math.imul(held ^ (held >>> 16), 0x85ebca6b);
  held = Math.imul(held ^ (held >>> 13), 0xc2b2ae35);
  return held ^ (held >>> 16);
}
