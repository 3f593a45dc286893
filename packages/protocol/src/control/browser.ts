// A page's hold on the control API: the session that a one-time link opens, the token that every request bears, and the
// live stream. It holds no schemas and touches no globals: the page hands in what it has.
import { AppError, isAppError, toAppError } from '@weighbridge/kernel';
import type { z } from 'zod';
import type { CallSearchFilter } from '../queries/call-search.ts';
import { controlClient, refusalOf, type ControlClient, type ControlRequest, type ControlTransport } from './client.ts';
import { readEvents } from './event-reader.ts';
import type { LIVE_EVENTS } from './live.ts';
import type { PlayAsked, PlayEvent } from './playground.ts';
import { LIVE_PATH, PLAY_PATH, TOKEN_HEADER } from './routes.ts';

export interface PageParts {
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  /** Kept apart by origin, port included. Null where the browser keeps nothing: the session lasts as long as the page. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
  /** What stands behind the `#` of the address, and how to take it out. */
  readonly fragment: { readonly read: () => string; readonly clear: () => void };
  /** Below which path of the origin the log is asked; sessions are the instance's own. Absent: that of the instance. */
  readonly mount?: string;
  /** Resolves after so long; sooner, and without harm, when the signal says so. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export type LiveEvent = {
  [Name in keyof typeof LIVE_EVENTS]: { readonly event: Name; readonly data: z.output<(typeof LIVE_EVENTS)[Name]> };
}[keyof typeof LIVE_EVENTS];

export interface LiveAsked {
  readonly filters: readonly CallSearchFilter[];
  /** Index after the newest entry that the page knows; absent: from now on. */
  readonly after?: number;
  readonly signal: AbortSignal;
  readonly on: (event: LiveEvent) => void;
  /** The connection was lost, or is back: null. It is tried again in any case. */
  readonly trouble?: (error: AppError | null) => void;
}

export interface PlayCall {
  readonly asked: PlayAsked;
  /** Aborting it cancels the call, also at the seller. */
  readonly signal: AbortSignal;
  readonly on: (event: PlayEvent) => void;
}

export interface PageSession {
  /** Of the log that is shown. */
  readonly client: ControlClient;
  /** Of the instance, whatever log is shown. */
  readonly instance: ControlClient;
  /**
   * Opens a session when the address bears a link, which is taken out of it first; else looks whether the one that is kept
   * is still open. Resolves with whether there is one. Throws LINK_INVALID for a link that opens nothing.
   */
  begin(): Promise<boolean>;
  /** Until the signal says so, or the session ends: then it throws SESSION_MISSING. */
  follow(asked: LiveAsked): Promise<void>;
  /**
   * A call of the playground, until its answer has ended; never tried again. Throws what was refused before there was a call,
   * and UPSTREAM_CUT when the stream ends without a last word.
   */
  play(call: PlayCall): Promise<void>;
  end(): Promise<void>;
}

const TOKEN_KEY = 'weighbridge-token';
const LINK = /^#link=([\w-]{1,128})$/;
const AGAIN_MS = [1_000, 2_000, 5_000, 15_000, 30_000] as const;

export function pageSession(page: PageParts): PageSession {
  let token = page.storage?.getItem(TOKEN_KEY) ?? null;
  const keep = (next: string | null): void => {
    token = next;
    if (next === null) page.storage?.removeItem(TOKEN_KEY);
    else page.storage?.setItem(TOKEN_KEY, next);
  };
  const headers = (more: Readonly<Record<string, string>>): Record<string, string> => ({
    ...more,
    ...(token === null ? {} : { [TOKEN_HEADER]: token }),
  });
  const mount = page.mount ?? '';
  const sendTo = async (path: string, { method, body, signal }: ControlRequest): ReturnType<ControlTransport> => {
    const init = { method, headers: headers(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const more = { ...(body === undefined ? {} : { body }), ...(signal === undefined ? {} : { signal }) };
    const response = await page.fetch(path, { ...init, ...more, credentials: 'same-origin', cache: 'no-store' });
    return { status: response.status, text: await response.text() };
  };
  const instance = controlClient((request) => sendTo(request.path, request));
  return {
    client: controlClient((request) => sendTo(mount + request.path, request)),
    instance,
    begin: async () => {
      const [, link] = LINK.exec(page.fragment.read()) ?? [];
      if (link !== undefined) {
        // Before it is used: whatever happens next, it stands in no history and no bookmark.
        page.fragment.clear();
        keep((await instance.ask('openSession', { link })).token);
        return true;
      }
      if (token === null) return false;
      try {
        await instance.ask('session', {});
        return true;
      } catch (error) {
        if (!isMissing(error)) throw error;
        keep(null);
        return false;
      }
    },
    follow: (asked) => follow(page, headers, asked),
    play: (call) => play(page, headers, call),
    end: async () => {
      await instance.ask('closeSession', {});
      keep(null);
    },
  };
}

const isMissing = (error: unknown): boolean => isAppError(error) && error.code === 'SESSION_MISSING';

interface StreamAsked {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

/** Throws what the server says instead. */
async function openStream(
  page: PageParts,
  path: string,
  { headers, body, signal }: StreamAsked,
): Promise<ReadableStream<Uint8Array>> {
  const response = await page.fetch((page.mount ?? '') + path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
    cache: 'no-store',
    signal,
  });
  if (response.ok && response.body !== null) return response.body;
  throw refusalOf(JSON.parse(await response.text()) as unknown, response.status);
}

type Headers = (more: Readonly<Record<string, string>>) => Record<string, string>;

async function play(page: PageParts, headers: Headers, { asked, signal, on }: PlayCall): Promise<void> {
  const stream = await openStream(page, PLAY_PATH, { headers: headers({}), body: asked, signal });
  for await (const { event, data } of readEvents(stream)) {
    const told = { event, data: JSON.parse(data) as never } as PlayEvent;
    on(told);
    if (told.event === 'ended' || told.event === 'refused') return;
  }
  throw new AppError('UPSTREAM_CUT', 'the connection to the instance broke off before the answer had ended');
}

async function follow(
  page: PageParts,
  headers: Headers,
  { filters, after, signal, on, trouble }: LiveAsked,
): Promise<void> {
  let last = after === undefined ? null : String(after);
  let failures = 0;
  while (!signal.aborted) {
    try {
      const place: Record<string, string> = last === null ? {} : { 'last-event-id': last };
      const stream = await openStream(page, LIVE_PATH, { headers: headers(place), body: { filters }, signal });
      failures = 0;
      trouble?.(null);
      for await (const { event, id, data } of readEvents(stream)) {
        if (id !== null) last = id;
        on({ event, data: JSON.parse(data) as never } as LiveEvent);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isMissing(error)) throw error;
      trouble?.(toAppError(error));
    }
    await page.wait(AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)] ?? 0, signal);
    failures += 1;
  }
}
