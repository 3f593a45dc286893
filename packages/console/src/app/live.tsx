// The live stream of the console, one for all pages: it keeps the status fresh, has what is live asked again when the
// tables took something in, and hands new calls to the page that lists them. Nothing is polled for.
import { useQueryClient } from '@tanstack/react-query';
import type { CallRow, CallSearchFilter, ControlStatus, LiveEvent, LiveState } from '@weighbridge/protocol';
import { createContext, useContext, useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode } from 'react';
import { useApi } from './use-answer.ts';

/** What a list of calls wants to hear of. */
export interface Tail {
  readonly filters: readonly CallSearchFilter[];
  /** Oldest first, as they came in. */
  readonly onCalls: (rows: readonly CallRow[]) => void;
  /** Calls were not told of: they have to be asked for. */
  readonly onGap: () => void;
}
interface Live {
  /** Whether the connection was lost: new things are not heard of. */
  readonly lost: boolean;
  readonly setTail: (tail: Tail | null) => void;
}

const LiveContext = createContext<Live>({ lost: false, setTail: () => undefined });

/** The state of the log alone: no call is without an id. */
const NO_CALLS: readonly CallSearchFilter[] = [{ kind: 'text', field: 'id', values: [null], not: false }];
/** Roll-ups are not asked for more often than this, however much comes in. */
const REST_MS = 2_000;

export function LiveProvider({ off = false, children }: { readonly off?: boolean; readonly children: ReactNode }) {
  const api = useApi();
  const client = useQueryClient();
  const [lost, setLost] = useState(false);
  const [tail, setTail] = useState<Tail | null>(null);
  const refresh = useRefresh();
  const known = useRef<LiveState | null>(null);
  const onEvent = useEffectEvent((event: LiveEvent) => {
    if (event.event === 'calls') tail?.onCalls(event.data.rows);
    else if (event.event === 'gap') tail?.onGap();
    else {
      const { at, size, up_to: upTo, in_flight: inFlight, lag_entries: lag, lag_seconds: age } = event.data;
      client.setQueryData<ControlStatus>(['status', {}], (old) =>
        old === undefined
          ? old
          : {
              ...old,
              now: at,
              up_to: upTo,
              journal: { ...old.journal, size },
              calls: { ...old.calls, in_flight: inFlight },
              projections: {
                ...old.projections,
                // Of the slowest; the others are no further behind.
                projections: old.projections.projections.map((one) => ({ ...one, lag_entries: lag, lag_seconds: age })),
              },
            },
      );
      const { up_to: before, tables, size: sealed, windows } = known.current ?? {};
      const through = windows !== event.data.windows;
      if (before !== upTo || tables !== event.data.tables || sealed !== size || through) refresh();
      // What a page knows of windows is dear to ask: again only when one opened, or was closed.
      if (through && windows !== undefined) void client.invalidateQueries({ queryKey: ['windows'] });
      known.current = event.data;
    }
  });
  const wanted = JSON.stringify(tail?.filters ?? NO_CALLS);
  useEffect(() => {
    if (off) return undefined;
    const stop = new AbortController();
    const filters = JSON.parse(wanted) as CallSearchFilter[];
    const trouble = (error: unknown): void => setLost(error !== null);
    void api.follow({ filters, signal: stop.signal, on: onEvent, trouble });
    return () => stop.abort();
  }, [api, wanted, off]);
  const live = useMemo(() => ({ lost, setTail }), [lost]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** Has what is live asked again: at once, then at most every two seconds, and once more after the last word. */
function useRefresh(): () => void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const again = useRef(false);
  useEffect(() => () => clearTimeout(timer.current), []);
  const run = (): void => {
    again.current = false;
    void client.invalidateQueries({ predicate: ({ meta }) => meta?.['live'] === true });
    timer.current = setTimeout(() => {
      timer.current = undefined;
      if (again.current) run();
    }, REST_MS);
  };
  return () => {
    if (timer.current === undefined) run();
    else again.current = true;
  };
}

export const useLost = (): boolean => useContext(LiveContext).lost;

/** Hears of new calls that pass the filters while the page is shown; null: of none. */
export function useTail(tail: Tail | null): void {
  const { setTail } = useContext(LiveContext);
  const key = tail === null ? null : JSON.stringify(tail.filters);
  const onCalls = useEffectEvent((rows: readonly CallRow[]) => tail?.onCalls(rows));
  const onGap = useEffectEvent(() => tail?.onGap());
  useEffect(() => {
    if (key === null) return undefined;
    const filters = JSON.parse(key) as CallSearchFilter[];
    setTail({ filters, onCalls: (rows) => onCalls(rows), onGap: () => onGap() });
    return () => setTail(null);
  }, [key, setTail]);
}
