// Asks the control API and keeps the answer while the next one is on its way, so that a page changes once and does not
// flicker. A range that moves is asked again by itself.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import type { ConsoleApi, QuestionName, Questions } from '../api/port.ts';
import type { ProblemText } from '../parts/problem/model.ts';

const Api = createContext<ConsoleApi | null>(null);
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

const LIVE_MS = 5_000;

class Refused extends Error {
  readonly problem: ProblemText;
  constructor(problem: ProblemText) {
    super(problem.what);
    this.problem = problem;
  }
}

const NO_API: ProblemText = {
  code: 'PAGE_FAULT',
  what: 'This page has no connection to a server.',
  next: 'reload the page',
  requestId: null,
  retryable: false,
};

/** Whether what is shown is not yet the answer to what was asked. */
export const isWaiting = (asked: Asked<unknown>): boolean =>
  asked.state === 'loading' || (asked.state === 'ready' && asked.stale);

/** `live`: asked again every five seconds while the page is seen. */
export function useAnswer<N extends QuestionName>(
  name: N,
  input: Questions[N]['input'] | null,
  live = false,
): Asked<Questions[N]['answer']> {
  const api = useContext(Api);
  const query = useQuery<Questions[N]['answer'], Refused>({
    queryKey: [name, input],
    queryFn: async ({ signal }) => {
      const answer =
        api === null || input === null ? { ok: false as const, problem: NO_API } : await api.ask(name, input, signal);
      return answer.ok ? answer.value : Promise.reject(new Refused(answer.problem));
    },
    enabled: input !== null,
    placeholderData: keepPreviousData,
    retry: false,
    refetchInterval: live ? LIVE_MS : false,
    staleTime: live ? 0 : LIVE_MS,
  });
  const retry = (): void => void query.refetch();
  if (query.data !== undefined) return { state: 'ready', value: query.data, stale: query.isPlaceholderData, retry };
  if (query.error !== null) return { state: 'problem', problem: query.error.problem, retry };
  return { state: 'loading', retry };
}
