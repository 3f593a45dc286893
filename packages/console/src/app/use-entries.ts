// Entries of the log page by page, newest first, from one entry down where the address names one.
import { useInfiniteQuery, type InfiniteData } from '@tanstack/react-query';
import type { ControlAnswer, ControlEntry } from '@weighbridge/protocol';
import { Refused, useApi, type Asked } from './use-answer.ts';

type Page = ControlAnswer<'entries'>;
const PAGE = 100;
/** So that the entry that is named does not stand first, as if it were the newest. */
const ABOVE = 5;

export function useEntries(named: number | null): {
  readonly asked: Asked<readonly ControlEntry[]>;
  readonly more: (() => void) | null;
} {
  const api = useApi();
  const first = named === null ? null : named + 1 + ABOVE;
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery<
    Page,
    Refused,
    InfiniteData<Page>,
    readonly [string, number | null],
    number | null
  >({
    queryKey: ['entries', first],
    initialPageParam: first,
    queryFn: async ({ pageParam, signal }) => {
      const answer = await api.ask(
        'entries',
        { limit: PAGE, ...(pageParam === null ? {} : { before: pageParam }) },
        signal,
      );
      return answer.ok ? answer.value : Promise.reject(new Refused(answer.problem));
    },
    getNextPageParam: ({ next }) => next,
    retry: false,
    staleTime: 5_000,
    meta: { live: first === null },
  });
  const retry = (): void => void refetch();
  const more = hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : null;
  if (data !== undefined)
    return { asked: { state: 'ready', value: data.pages.flatMap(({ rows }) => rows), stale: false, retry }, more };
  return {
    asked: error === null ? { state: 'loading', retry } : { state: 'problem', problem: error.problem, retry },
    more: null,
  };
}
