// Addresses of the console, made in one place: the base they live under, the time range that is carried from page to page,
// and the state of a page read from and written to its address.
import { useRouter, useRouterState } from '@tanstack/react-router';
import { useCallback } from 'react';
import { MOUNT } from '../url/mount.ts';
import { formatQuery, parseQuery, type RawSearch, type Reading, type SearchCodec } from '../url/search.ts';

/** `/console/`, as the build was told, below the log that is shown. */
export const BASE = `${MOUNT}${import.meta.env.BASE_URL}`;

/** Of the instance's own log. */
export const OWN_BASE = import.meta.env.BASE_URL;
export const SAMPLE_BASE = `/sample${import.meta.env.BASE_URL}`;

declare global {
  interface ImportMeta {
    readonly env: { readonly BASE_URL: string };
  }
}

/** An address of the console with the time range in force and, where given, a filter. */
export function addressOf(path: string, range: string | undefined, filter?: string): string {
  const raw = {
    ...(range === undefined ? {} : { t: range }),
    ...(filter === undefined || filter === '' ? {} : { q: filter }),
  };
  return `${BASE.replace(/\/$/, '')}${path}${formatQuery(raw)}`;
}

export interface PageState<T> extends Reading<T> {
  /** Address below the base, without the query. */
  readonly path: string;
  /** Replaces fields of the state; the address follows. */
  readonly change: (value: Partial<T>) => void;
  /** The address of this page with fields of its state replaced. */
  readonly addressFor: (value: Partial<T>) => string;
  readonly go: (href: string) => void;
  readonly hrefOf: (path: string, filter?: string) => string;
  /** The address of another page in this state of its own, time range kept. */
  readonly addressWith: (path: string, state: RawSearch) => string;
}

export function usePageState<T extends object>(codec: SearchCodec<T>): PageState<T> {
  const router = useRouter();
  const location = useRouterState({ select: (state) => state.location });
  const raw = parseQuery(location.searchStr);
  const reading = codec.read(raw);
  const range = raw['t'];
  const addressFor = (value: Partial<T>): string => {
    const query = formatQuery(codec.write({ ...reading.value, ...value }));
    return `${BASE.replace(/\/$/, '')}${location.pathname}${query}`;
  };
  // The same while the range is: what is prepared for one address is not prepared anew because it was handed a new function.
  const hrefOf = useCallback((path: string, filter?: string) => addressOf(path, range, filter), [range]);
  return {
    ...reading,
    path: location.pathname,
    change: (value) => router.history.push(addressFor(value)),
    addressFor,
    go: (href) => router.history.push(href),
    hrefOf,
    addressWith: (path, state) =>
      `${BASE.replace(/\/$/, '')}${path}${formatQuery({ ...(range === undefined ? {} : { t: range }), ...state })}`,
  };
}
