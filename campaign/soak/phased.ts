// Plays the phases of a soak at their times, one after the other, and says when each began and was over.
import { setTimeout } from 'node:timers/promises';
import type { LabControl } from '@weighbridge/lab';
import type { Loads } from './loads.ts';
import { LEAVE_AFTER_MS, LEAVING, OVERLOAD, breakStreams, type Phase, type Plan } from './phases.ts';

interface Stage {
  readonly lab: LabControl;
  readonly loads: Loads;
  /** Of the soak, on the clock of this process. */
  readonly began: number;
  /** The soak is over, or was broken off. */
  readonly signal: AbortSignal;
}

interface Asked {
  readonly seed: number;
  readonly rate: number;
  readonly phases: readonly Plan[];
}

export async function phased({ seed, rate, phases }: Asked, stage: Stage): Promise<readonly Phase[]> {
  const done: Phase[] = [];
  const now = (): number => (performance.now() - stage.began) / 1000;
  for (const plan of phases) {
    await setTimeout(Math.max(0, plan.from - now()) * 1000, undefined, { signal: stage.signal });
    const from = now();
    await play(plan, { seed: seed + done.length + 1, rate, from }, stage);
    done.push({ name: plan.name, from, to: now() });
  }
  return done;
}

interface Beside {
  readonly seed: number;
  readonly rate: number;
  readonly from: number;
}

async function play({ name, seconds }: Plan, { seed, rate, from }: Beside, { lab, loads }: Stage): Promise<void> {
  if (name === 'broken streams') return breakStreams(lab, seconds);
  const leaving = name === 'clients that leave';
  const more = rate * (leaving ? LEAVING : OVERLOAD);
  const who = leaving ? { streamed: 1, leaveAfterMs: LEAVE_AFTER_MS } : { streamed: 0.5, leaveAfterMs: null };
  await loads.begin(name.replaceAll(' ', '-'), { seed, rate: more, calls: Math.round(more * seconds), from, ...who })
    .summary;
}
