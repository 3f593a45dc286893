// How the sample organisation stands, and what is done with it. No log knows of it, so it is asked for by the clock: often
// while something is done to it, now and then otherwise. A page of the sample that is seen says so with every question: that
// opens it, and calls come in for as long.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { SampleState } from '@weighbridge/protocol';
import { useState } from 'react';
import type { ProblemText } from '../parts/problem/model.ts';
import { ON_SAMPLE } from '../url/mount.ts';
import { useInstance } from './instance-context.ts';
import { Refused } from './use-answer.ts';

const KEY = ['instance', 'sample'];
const BUSY: ReadonlySet<SampleState['state']> = new Set(['waiting', 'making', 'closed', 'folding', 'removing']);
const BUSY_MS = 1_000;
const QUIET_MS = 15_000;
const OWN_DAYS_MS = 31 * 86_400_000;

export interface SampleUse {
  readonly sample: SampleState | null;
  /** Why nobody could say how it stands. */
  readonly problem: ProblemText | null;
  /** Why it could not be made or removed. */
  readonly refused: ProblemText | null;
  readonly make: () => void;
  /** `then`: once it is gone. */
  readonly remove: (then: () => void) => void;
}

export function useSample(): SampleUse {
  const instance = useInstance();
  const client = useQueryClient();
  const [refused, setRefused] = useState<ProblemText | null>(null);
  const { data, error } = useQuery<SampleState, Refused>({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const answer = await instance.ask(ON_SAMPLE ? 'openSample' : 'sample', {}, signal);
      return answer.ok ? answer.value : Promise.reject(new Refused(answer.problem));
    },
    retry: false,
    refetchInterval: ({ state }) => {
      const known = state.data?.state;
      if (known === 'off') return false;
      return known === undefined || (BUSY.has(known) && (ON_SAMPLE || known !== 'closed')) ? BUSY_MS : QUIET_MS;
    },
  });
  const run = async (name: 'makeSample' | 'removeSample', then: () => void): Promise<void> => {
    setRefused(null);
    const answer = await instance.ask(name, {});
    if (answer.ok) {
      client.setQueryData(KEY, answer.value);
      then();
    } else setRefused(answer.problem);
  };
  return {
    sample: data ?? null,
    problem: error?.problem ?? null,
    refused,
    make: () => void run('makeSample', () => undefined),
    remove: (then) => void run('removeSample', then),
  };
}

/** Calls of the instance itself in the last 31 days; null while nobody knows. */
export function useOwnCalls(now: number): number | null {
  const instance = useInstance();
  const { data } = useQuery<number | null>({
    queryKey: ['instance', 'overview'],
    queryFn: async ({ signal }) => {
      const answer = await instance.ask('overview', { since: now - OWN_DAYS_MS, until: now + 1, filters: [] }, signal);
      return answer.ok ? answer.value.totals.calls : null;
    },
    retry: false,
    refetchInterval: QUIET_MS,
  });
  return data ?? null;
}
