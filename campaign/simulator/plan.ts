// What kind of run a seed is: how durable its lanes are, which faults its disk and its network know, how long it goes on.
// Drawn first and whole, so that the rest of the run can be read against it.
import type { Durability } from '@weighbridge/journal';
import { Random } from './random.ts';
import type { StoreKind } from './store/sim-store.ts';

export interface Plan {
  readonly seed: number;
  readonly durability: Durability;
  readonly lanes: number;
  readonly steps: number;
  /** Which crashes come. */
  readonly kills: boolean;
  readonly powerLosses: boolean;
  /** The disk fills up from time to time. */
  readonly fills: boolean;
  /** Chance that one call of a time of trouble fails with EIO. 0: never. */
  readonly eio: number;
  /** Chance of a read or write that does less than it was asked for. */
  readonly short: number;
  readonly clockSteps: boolean;
  readonly network: {
    readonly drop: number;
    readonly twice: number;
    readonly delay: number;
    readonly partitions: boolean;
  };
  readonly erasures: boolean;
  readonly keyChanges: boolean;
  readonly indexLosses: boolean;
  /** At some time an older copy of the machine is started beside it, and goes on by itself. */
  readonly fork: boolean;
  readonly store: {
    readonly kind: StoreKind;
    readonly refuses: number;
    readonly losesAnswer: number;
    readonly slow: number;
    /** It goes away for a time. */
    readonly outages: boolean;
    /** It is deleted, damaged, or put back as it was before. */
    readonly upsets: boolean;
    /** The projector alone is killed. */
    readonly kills: boolean;
  };
}

export function planOf(seed: number): Plan {
  const random = new Random(seed, 'plan');
  const powerLosses = random.chance(0.6);
  return {
    seed,
    durability: random.chance(0.6) ? 'disk' : 'process',
    lanes: random.between(1, 2),
    steps: random.between(20, 90),
    kills: !powerLosses || random.chance(0.6),
    powerLosses,
    fills: random.chance(0.3),
    eio: random.chance(0.25) ? random.pick([0.005, 0.02, 0.08]) : 0,
    short: random.chance(0.3) ? 0.2 : 0,
    clockSteps: random.chance(0.4),
    network: {
      drop: random.chance(0.5) ? random.pick([0.05, 0.3]) : 0,
      twice: random.chance(0.5) ? 0.2 : 0,
      delay: random.pick([1, 2, 6]),
      partitions: random.chance(0.3),
    },
    erasures: random.chance(0.4),
    keyChanges: random.chance(0.3),
    indexLosses: random.chance(0.2),
    fork: random.chance(0.1),
    store: {
      kind: random.pick(['embedded', 'postgresql'] as const),
      refuses: random.chance(0.4) ? random.pick([0.03, 0.2]) : 0,
      losesAnswer: random.chance(0.5) ? random.pick([0.05, 0.3]) : 0,
      slow: random.pick([1, 2, 6]),
      outages: random.chance(0.3),
      upsets: random.chance(0.25),
      kills: random.chance(0.4),
    },
  };
}
