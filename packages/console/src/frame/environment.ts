// Which log this is, and how fresh what it shows is. Whatever is not live says *simulated*, on every page.
import type { LogKind } from '@weighbridge/protocol';
import { formatDuration } from '../parts/duration/model.ts';
import { formatClock } from '../parts/when/model.ts';

export interface EnvironmentText {
  readonly word: string;
  readonly simulated: boolean;
  readonly meaning: string;
}

const TEXTS: Readonly<Record<LogKind, EnvironmentText>> = {
  live: { word: 'Live', simulated: false, meaning: 'Real calls to real clouds; the money is real.' },
  lab: {
    word: 'Lab',
    simulated: true,
    meaning: 'Simulated clouds that speak the real protocols. No call left this machine, and no money was spent.',
  },
  sample: {
    word: 'Sample',
    simulated: true,
    meaning: 'An invented organisation with a simulated month behind it, in a log of its own. Nothing in it is yours.',
  },
};

export const prepareEnvironment = (kind: LogKind): EnvironmentText => TEXTS[kind];

export interface FreshnessText {
  readonly text: string;
  readonly tone: 'quiet' | 'warn';
  readonly meaning: string;
}

const LAGGING_MS = 30_000;

/** `upTo`: the newest entry that the shown tables hold. Null: not known yet. */
export function prepareFreshness(upTo: number | null, now: number, lost = false): FreshnessText {
  if (lost)
    return {
      text: 'not live',
      tone: 'warn',
      meaning: 'The server does not answer. It is asked again by itself; what is shown is from before.',
    };
  if (upTo === null) return { text: 'no data yet', tone: 'quiet', meaning: 'Nothing was folded into the tables yet.' };
  const lag = Math.max(0, now - upTo);
  const meaning = 'The tables hold every entry of the journal up to this instant.';
  if (lag < LAGGING_MS) return { text: `as of ${formatClock(upTo)}`, tone: 'quiet', meaning };
  return { text: `${formatDuration(lag)} behind`, tone: 'warn', meaning: `${meaning} It was ${formatClock(upTo)}.` };
}
