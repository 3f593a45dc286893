// Which faults a world goes through, drawn first and whole from its seed.
import { Random } from '../simulator/random.ts';

/** Each kind with its variants; the number is how often a kind comes among a hundred faults, about. */
const KINDS = {
  kill: { weight: 20, variants: ['at work', 'and again while it starts'] },
  pause: { weight: 28, variants: ['for a moment', 'for seconds'] },
  'full disk': { weight: 14, variants: ['freed', 'killed while full', 'started while full'] },
  'deleted database': { weight: 6, variants: ['while stopped', 'while running'] },
  'corrupted database': { weight: 6, variants: ['while stopped', 'while running'] },
  'tampered journal': { weight: 14, variants: ['while stopped', 'while running'] },
  'dead witness': {
    weight: 12,
    variants: ['killed', 'paused', 'memory lost', 'store lost', 'shown a fork'],
  },
} as const;

export type Kind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as readonly Kind[];

export interface Fault {
  readonly kind: Kind;
  readonly variant: string;
}

/** Numbers of a world; another seed of the campaign gives other worlds. */
export const worldSeed = (seed: number, world: number): number => seed * 1_000 + world;

/** The same world's seed gives the same faults. */
export function planOf(seed: number, count: number, kinds: readonly Kind[] = KIND_NAMES): readonly Fault[] {
  const random = new Random(seed, 'plan');
  const weights = Object.fromEntries(kinds.map((kind) => [kind, KINDS[kind].weight])) as Record<Kind, number>;
  return Array.from({ length: count }, () => {
    const kind = random.weighted(weights);
    return { kind, variant: random.pick<string>(KINDS[kind].variants) };
  });
}
