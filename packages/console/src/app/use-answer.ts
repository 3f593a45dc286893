// Asks the control API and keeps the answer while the next one is on its way, so that a page changes once and does not
// flicker. What is live is asked again when the live stream tells of something new; what the stream does not tell of (the
// health of a deployment) is asked again by the clock.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ControlAnswer, ControlName } from '@weighbridge/protocol';
import { createContext, useContext } from 'react';
import type { ConsoleApi, Question } from '../api/port.ts';
import type { ProblemText } from '../parts/problem/model.ts';

const NO_SERVER: ProblemText = {
  code: 'PAGE_FAULT',
  what: 'This page has no connection to a server.',
  next: 'reload the page',
  requestId: null,
  retryable: false,
};
export const NO_API: ConsoleApi = {
  ask: () => Promise.resolve({ ok: false, problem: NO_SERVER }),
  follow: () => Promise.resolve(),
  play: () => Promise.resolve(NO_SERVER),
};
const Api = createContext<ConsoleApi>(NO_API);
export const ApiProvider = Api.Provider;

export type Asked<T> =
  | { readonly state: 'loading'; readonly retry: () => void }
  | { readonly state: 'problem'; readonly problem: ProblemText; readonly retry: () => void }
  | {
      readonly state: 'ready';
      readonly value: T;
      /** Whether it is still the answer to the question before. */
      readonly stale: boolean;
      readonly retry: () => void;
    };

const FRESH_MS = 5_000;
const CLOCK_MS = 3_000;
const AWAY = 'DATABASE_UNAVAILABLE';

/** Tables that are being opened, or are away for a moment: what needs them is asked again until they are there. */
export const untilThere = ({
  state: { error },
}: {
  readonly state: { readonly error: Refused | null };
}): number | false => (error?.problem.code === AWAY ? CLOCK_MS : false);

export class Refused extends Error {
  readonly problem: ProblemText;
  constructor(problem: ProblemText) {
    super(problem.what);
    this.problem = problem;
  }
}

/** Whether what is shown is not yet the answer to what was asked. */
export const isWaiting = (asked: Asked<unknown>): boolean =>
  asked.state === 'loading' || (asked.state === 'ready' && asked.stale);

export const valueOf = <T>(asked: Asked<T>): T | null => (asked.state === 'ready' ? asked.value : null);

export const problemOf = (asked: Asked<unknown>): ProblemText | null =>
  asked.state === 'problem' ? asked.problem : null;

export const useApi = (): ConsoleApi => useContext(Api);

/** `stream`: asked again when the log grew. `clock`: every few seconds while the page is seen. */
export type Again = 'stream' | 'clock' | 'no';

export function useAnswer<N extends ControlName>(
  name: N,
  input: Question<N> | null,
  again: Again = 'no',
): Asked<ControlAnswer<N>> {
  const api = useApi();
  const query = useQuery<ControlAnswer<N>, Refused>({
    queryKey: [name, input],
    queryFn: async ({ signal }) => {
      const answer = await api.ask(name, input as Question<N>, signal);
      return answer.ok ? answer.value : Promise.reject(new Refused(answer.problem));
    },
    enabled: input !== null,
    placeholderData: keepPreviousData,
    retry: false,
    refetchInterval: (query) => (again === 'clock' ? CLOCK_MS : untilThere(query)),
    staleTime: again === 'no' ? FRESH_MS : 0,
    meta: { live: again === 'stream' },
  });
  const retry = (): void => void query.refetch();
  if (query.data !== undefined) return { state: 'ready', value: query.data, stale: query.isPlaceholderData, retry };
  if (query.error !== null) return { state: 'problem', problem: query.error.problem, retry };
  return { state: 'loading', retry };
}
