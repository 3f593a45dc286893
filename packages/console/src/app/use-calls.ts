// The list of calls page by page, with new ones put on top as they come in. A page may be short and yet not the last (it
// stopped looking): then it is gone on from by itself until there is a screenful, and what is there is shown meanwhile.
import { useInfiniteQuery, useQueryClient, keepPreviousData } from '@tanstack/react-query';
import type { CallRow, Calls, CallSearchFilter } from '@weighbridge/protocol';
import { useEffect, useState } from 'react';
import type { Question } from '../api/port.ts';
import { PAGE_ROWS } from '../features/calls/model.ts';
import { GROWN_MOST, joined, onTop, type Pages } from '../features/calls/pages.ts';
import { useTail } from './live.tsx';
import { Refused, untilThere, useApi, type Asked } from './use-answer.ts';

/** Pages that are gone on to without being asked for. */
const BY_ITSELF = 40;

export interface CallsAsked {
  readonly asked: Asked<Calls>;
  /** Whether older calls are being looked for. */
  readonly looking: boolean;
  /** Goes on to older calls; null when there are none, or they are on their way. */
  readonly more: (() => void) | null;
  /** New calls that are held back because somebody reads further down. */
  readonly held: number;
  readonly release: () => void;
}

interface CallsWanted {
  readonly question: Pick<Question<'calls'>, 'since' | 'until'>;
  readonly filters: readonly CallSearchFilter[];
  /** Whether new calls belong on top. */
  readonly live: boolean;
  /** Whether they are put there at once. */
  readonly atTop: boolean;
}

export function useCalls({ question, filters, live, atTop }: CallsWanted): CallsAsked {
  const api = useApi();
  const client = useQueryClient();
  const queryKey = ['calls', question, filters] as const;
  const query = useInfiniteQuery<Calls, Refused, Pages, typeof queryKey, number | null>({
    queryKey,
    initialPageParam: null,
    queryFn: async ({ pageParam, signal }) => {
      const place = pageParam === null ? {} : { before: pageParam };
      const answer = await api.ask('calls', { ...question, filters, ...place, limit: PAGE_ROWS }, signal);
      return answer.ok ? answer.value : Promise.reject(new Refused(answer.problem));
    },
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
    refetchInterval: untilThere,
  });
  const { data, hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage, refetch } = query;
  const [waiting, setWaiting] = useState<readonly CallRow[]>([]);
  const put = (rows: readonly CallRow[]): void => {
    client.setQueryData<Pages>(queryKey, (pages) => (pages === undefined ? pages : onTop(pages, rows)));
  };
  useTail(
    live
      ? {
          filters,
          onCalls: (rows) =>
            atTop ? put([...waiting, ...rows]) : setWaiting((held) => [...held, ...rows].slice(-GROWN_MOST)),
          onGap: () => void refetch(),
        }
      : null,
  );
  const release = (): void => {
    put(waiting);
    setWaiting([]);
  };
  const rows = data?.pages.reduce((sum, page) => sum + page.rows.length, 0) ?? 0;
  const goOn =
    hasNextPage &&
    !isFetchingNextPage &&
    !isPlaceholderData &&
    rows < PAGE_ROWS &&
    (data?.pages.length ?? 0) < BY_ITSELF;
  useEffect(() => {
    if (goOn) void fetchNextPage();
  }, [goOn, fetchNextPage]);
  const retry = (): void => void refetch();
  const more = hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : null;
  return {
    asked:
      data !== undefined
        ? { state: 'ready', value: joined(data), stale: isPlaceholderData, retry }
        : query.error === null
          ? { state: 'loading', retry }
          : { state: 'problem', problem: query.error.problem, retry },
    looking: isFetchingNextPage,
    more,
    held: waiting.length,
    release,
  };
}
