// What an operator has to hear of while calls pass: a price that is not known, a configuration file that is no longer
// watched. Calls go on (observers never fail traffic); the alert is an entry of the journal and a line on standard error,
// at most once an hour for each thing, so that a busy gateway does not bury it.
import { systemClock, type Clock } from '@weighbridge/kernel';
import type { Rater } from '@weighbridge/gateway';
import type { Journal } from '@weighbridge/journal';

/** A token class that a call used and nobody has a price for. */
export interface Unpriced {
  readonly deployment: string;
  readonly model: string;
  readonly tokenClass: string;
}

export interface AlertView {
  /** UTC milliseconds. */
  readonly at: number;
  readonly alert: string;
  /** The deployment, or the file. */
  readonly about: string;
  readonly message: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Different things that are told within an hour; whoever did not hear a thousand alerts needs no more of them. */
const TOLD_MOST = 1_000;
const SHOWN_MOST = 20;

/** True the first time that a thing is named within an hour of the clock. */
export function oncePerHour(clock: Clock): (name: string) => boolean {
  let hour = 0;
  let told = new Set<string>();
  return (name) => {
    const now = Math.floor(clock.wall() / HOUR_MS);
    if (now !== hour) [hour, told] = [now, new Set()];
    if (told.has(name) || told.size >= TOLD_MOST) return false;
    told.add(name);
    return true;
  };
}

/** Rates as `rate` does, and reports each price that was missing. */
export function watchPrices(
  rate: Rater['rate'],
  report: (found: Unpriced) => void,
  clock: Clock = systemClock,
): Rater['rate'] {
  const first = oncePerHour(clock);
  return (deployment, usage, at) => {
    const rated = rate(deployment, usage, at);
    // What was paid ahead has no price by the call, and nobody has to add one.
    if (rated.cost.status !== 'unpriced' || (deployment.capacity?.kind ?? 'slots') !== 'slots') return rated;
    for (const { price, token_class: tokenClass } of rated.charges) {
      const { id, model } = deployment;
      if (price === null && first(`${id} ${model} ${tokenClass}`)) report({ deployment: id, model, tokenClass });
    }
    return rated;
  };
}

/** Journals an alert and says it with the advice that goes with it; one of a name at most once an hour. */
export type Alert = (
  alert: {
    readonly name: string;
    readonly alert: string;
    readonly about: string;
    readonly message: string;
    /** The page of the console that shows it, below the console's base. */
    readonly page?: string;
  },
  advice: string,
) => void;

/** Takes what the lanes report. Two lanes that see the same thing tell of it once. */
export const alertUnpriced =
  (alert: Alert): ((found: Unpriced) => void) =>
  ({ deployment, model, tokenClass }) => {
    const message = `no price is known for ${tokenClass} of model "${model}" at deployment "${deployment}": calls that use it are unpriced`;
    alert(
      { name: `${deployment} ${model} ${tokenClass}`, alert: 'unpriced', about: deployment, message },
      'Add the price in a file named under `price_files`, or set `priced_as`',
    );
  };

/** Alerts of the last day, newest first, twenty at most. `now`: UTC milliseconds. */
export function recentAlerts(journal: Journal, now: number): readonly AlertView[] {
  const found: AlertView[] = [];
  for (const { index, leaf } of journal.entries({ kinds: ['alert'], since: now - DAY_MS, newestFirst: true })) {
    const text = journal.groups(index, ['commercial']).commercial?.text;
    if (text !== undefined) found.push({ at: leaf.at, ...(JSON.parse(text) as Omit<AlertView, 'at'>) });
    if (found.length === SHOWN_MOST) break;
  }
  return found;
}
