// Time lowers claims: evidence runs out. What was stated of a claim in the log is stated anew once it is no longer so, by the
// instance itself; a claim that nobody ever stated stays unstated.
import { BY_ITSELF } from '../admin/entries.ts';
import type { ClaimStore } from './claim-store.ts';
import type { Say } from '../logging/events.ts';
import { causeWords } from '../logging/cause.ts';

const LOOK_MS = 3_600_000;
const FIRST_MS = 60_000;

export interface ClaimClock {
  /** Looks now; never rejects: what went wrong is said. */
  look(): Promise<void>;
  stop(): void;
}

export function startClaimClock(claims: Pick<ClaimStore, 'state'>, say: Say): ClaimClock {
  const look = async (): Promise<void> => {
    try {
      const lapsed = await claims.state(BY_ITSELF, 'known');
      if (lapsed.length > 0)
        say(`claims that are no longer as they were stated: ${lapsed.join(', ')}`, 'claims.lapsed');
    } catch (error) {
      say(`claims could not be stated anew: ${causeWords(error)}`, 'claims.failed');
    }
  };
  // Not with the start, which has callers to serve first.
  const first = setTimeout(() => void look(), FIRST_MS).unref();
  const timer = setInterval(() => void look(), LOOK_MS).unref();
  return {
    look,
    stop: () => {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}
