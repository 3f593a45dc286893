// Which log this is, and how fresh what it shows is. Whatever is not live says *simulated*, on every page.
import type { LogKind } from '@weighbridge/protocol';
import { prepareCount } from '../parts/count/model.ts';
import { formatDuration } from '../parts/duration/model.ts';
import { formatInstant } from '../parts/when/model.ts';

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

export interface Freshness {
  /** Whether the tables follow the log. */
  readonly running: boolean;
  /** Sealed entries that the slowest table does not hold yet. */
  readonly behind: number;
  /** Age of the oldest of them. */
  readonly lagMs: number;
  /** Instant of the newest entry that every table holds; null: they hold none. */
  readonly upTo: number | null;
}

/** What is sealed each second is folded a moment later: that is no lag yet. */
const FRESH_MS = 5_000;
const LAGGING_MS = 30_000;

/** How far what is shown is behind the log, not how old its newest entry is: where nobody calls, nothing is late. */
export function prepareFreshness(fresh: Freshness | null, lost = false): FreshnessText {
  if (lost)
    return {
      text: 'not live',
      tone: 'warn',
      meaning: 'The server does not answer. It is asked again by itself; what is shown is from before.',
    };
  if (fresh === null) return { text: '', tone: 'quiet', meaning: 'How fresh this is, is not known yet.' };
  const { running, behind, lagMs, upTo } = fresh;
  if (upTo === null) return { text: 'no data yet', tone: 'quiet', meaning: 'Nothing was folded into the tables yet.' };
  const newest = `the newest that they hold is of ${formatInstant(upTo)}.`;
  if (!running) return { text: 'tables stopped', tone: 'warn', meaning: `The tables do not follow the log; ${newest}` };
  if (behind === 0)
    return { text: 'up to date', tone: 'quiet', meaning: `The tables hold every entry of the log; ${newest}` };
  const meaning = `${prepareCount(behind).text} ${behind === 1 ? 'entry is' : 'entries are'} not in the tables yet; ${newest}`;
  if (lagMs < FRESH_MS) return { text: 'up to date', tone: 'quiet', meaning };
  return { text: `${formatDuration(lagMs)} behind`, tone: lagMs < LAGGING_MS ? 'quiet' : 'warn', meaning };
}
