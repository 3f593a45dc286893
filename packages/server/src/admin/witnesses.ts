// The witnesses of this log while the server runs: those that the configuration in force names, and what an operator has
// to hear of them. That one is gone or back is a line on standard error; that one contradicts this log, or lies, is an entry
// of the journal as well. Either at most once an hour for each witness and kind, and never in the way of a call.
import { isDeepStrictEqual } from 'node:util';
import { systemClock, toAppError, type Clock } from '@weighbridge/kernel';
import { startWitnessing, type Witnessing, type WitnessState } from '@weighbridge/journal';
import type { Config } from '@weighbridge/protocol';
import { oncePerHour } from './alerts.ts';
import { alertDraft } from './entries.ts';
import type { Stores } from './stores.ts';

type Named = Config['journal']['witnesses'];

export interface Witnesses {
  states(): readonly WitnessState[];
  /** Takes up what a new configuration names. What was cosigned before is kept. */
  use(named: Named): Promise<void>;
  stop(): Promise<void>;
}

const GRAVE = new Set<WitnessState['state']>(['contradicts', 'lies']);

export function openWitnesses(
  stores: Pick<Stores, 'home' | 'admin' | 'nextId'>,
  named: Named,
  say: (message: string) => void,
): Witnesses {
  const onChange = createWitnessAlerts(stores, say);
  const begin = (witnesses: Named): Witnessing => startWitnessing({ folder: stores.home.journal, witnesses, onChange });
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

export function createWitnessAlerts(
  { admin, nextId }: Pick<Stores, 'admin' | 'nextId'>,
  say: (message: string) => void,
  clock: Clock = systemClock,
): (state: WitnessState) => void {
  const first = oncePerHour(clock);
  return ({ name, url, state, problem }) => {
    if (problem === undefined) return say(`witness ${name} cosigns again`);
    if (!first(`${name} ${state}`)) return;
    const message = `witness ${name} (${url}): ${problem}`;
    say(GRAVE.has(state) ? `alert: ${message}` : message);
    if (!GRAVE.has(state)) return;
    admin
      .append(alertDraft(nextId(), clock.wall(), { alert: 'witness', about: name, message }))
      .catch((error: unknown) => say(`the alert could not be written to the journal: ${toAppError(error).message}`));
  };
}
