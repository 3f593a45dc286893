// The witnesses of this log while the server runs: those that the configuration in force names, and what an operator has
// to hear of them. That one is gone or back is a line on standard error; that one contradicts this log, or lies, is an entry
// of the journal as well. Either at most once an hour for each witness and kind, and never in the way of a call.
import { isDeepStrictEqual } from 'node:util';
import { systemClock, type Clock } from '@weighbridge/kernel';
import { startWitnessing, type Witnessing, type WitnessState } from '@weighbridge/journal';
import type { Config } from '@weighbridge/protocol';
import { oncePerHour, type Alert } from './alerts.ts';
import type { Say } from '../logging/events.ts';

type Named = Config['journal']['witnesses'];

export interface Witnesses {
  states(): readonly WitnessState[];
  /** Takes up what a new configuration names. What was cosigned before is kept. */
  use(named: Named): Promise<void>;
  stop(): Promise<void>;
}

export interface Tellers {
  readonly alert: Alert;
  readonly say: Say;
  readonly clock?: Clock;
}

const GRAVE = new Set<WitnessState['state']>(['contradicts', 'lies']);

/** `folder`: the journal's. */
export function openWitnesses(folder: string, named: Named, tellers: Tellers): Witnesses {
  const onChange = createWitnessTeller(tellers);
  const begin = (witnesses: Named): Witnessing => startWitnessing({ folder, witnesses, onChange });
  let inForce = named;
  let witnessing = begin(named);
  let changing = Promise.resolve();
  return {
    states: () => witnessing.states(),
    use: (next) => {
      changing = changing.then(async () => {
        if (isDeepStrictEqual(next, inForce)) return;
        await witnessing.stop();
        witnessing = begin(next);
        inForce = next;
      });
      return changing;
    },
    stop: async () => {
      await changing;
      await witnessing.stop();
    },
  };
}

function createWitnessTeller({ alert, say, clock = systemClock }: Tellers): (state: WitnessState) => void {
  const first = oncePerHour(clock);
  return ({ name, url, state, problem }) => {
    if (problem === undefined) return say(`witness ${name} cosigns again`, 'witness.cosigns', { witness: name });
    const message = `witness ${name} (${url}): ${problem}`;
    if (!GRAVE.has(state))
      return first(`${name} ${state}`) ? say(message, 'witness.failed', { witness: name, state }) : undefined;
    const advice = 'See `weighbridge doctor`, and docs/witness.md on what to compare';
    alert({ name: `witness ${name} ${state}`, alert: 'witness', about: name, message }, advice);
  };
}
