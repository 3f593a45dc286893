// Who asks, on either face of the API. On the control socket it is the operator: only the owner of the home folder can open
// it. On the listener it is a session, in two halves, or nobody.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, LIMITS } from '@weighbridge/kernel';
import { TOKEN_HEADER, type Actor } from '@weighbridge/protocol';
import { readCookie, setCookie, type CookieKind } from './cookie.ts';
import type { Asked } from './ports.ts';
import type { Session, SessionBook } from './sessions.ts';

export interface Face {
  readonly kind: 'socket' | 'listener';
  readonly cookie: CookieKind;
}

/** What the transport hands in with each request. */
export interface Bindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

export interface Context {
  readonly asked: Asked;
  /** Cookies to set with the answer. */
  readonly cookies: readonly string[];
}

/** How much of a session a request has to show. */
export type Shown = 'both halves' | 'both halves, quietly' | 'cookie' | 'nothing';

/** Throws SESSION_MISSING. */
export function contextOf(face: Face, sessions: SessionBook, request: Request, shown: Shown): Context {
  const cookies: string[] = [];
  const session = face.kind === 'socket' ? null : sessionOf(face, sessions, request, shown);
  const keep = (value: string): void => {
    if (face.kind === 'listener') cookies.push(setCookie(face.cookie, value, LIMITS.session_ms));
  };
  return { asked: { actor: actorOf(face, session), session, keep, signal: request.signal }, cookies };
}

function sessionOf({ cookie }: Face, sessions: SessionBook, { headers }: Request, shown: Shown): Session | null {
  if (shown === 'nothing') return null;
  const half = readCookie(cookie, headers.get('cookie') ?? undefined);
  const token = headers.get(TOKEN_HEADER);
  const found =
    half === null
      ? undefined
      : shown === 'cookie'
        ? sessions.findByCookie(half)
        : sessions.find(half, token, shown === 'both halves, quietly');
  if (found !== undefined) return found;
  throw new AppError(
    'SESSION_MISSING',
    half === null || (token === null && shown !== 'cookie')
      ? 'no session came with the request'
      : 'the session has ended, or one of its halves is not its own',
  );
}

const actorOf = (face: Face, session: Session | null): Actor =>
  face.kind === 'socket'
    ? { via: 'socket' }
    : session === null
      ? { via: 'console' }
      : { via: 'console', session: session.id };
