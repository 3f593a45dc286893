// Sessions of the console, and the one-time links that open them. All of it is memory: a restart ends every session. What
// is handed out is kept only as a digest, so that nothing here opens anything. A session has two halves, the cookie and the
// token: cookies are not kept apart by port, so another server on this host may be sent ours, and can do nothing with it.
import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError, LIMITS, type Clock } from '@weighbridge/kernel';
import type { ControlSession } from '@weighbridge/protocol';

const SECRET_BYTES = 32;

export interface SessionBookOptions {
  readonly clock: Clock;
  /** Fills with cryptographic randomness. */
  readonly random: (bytes: Uint8Array) => void;
  readonly newId: () => string;
}

export interface Session {
  /** Names it in the journal. */
  readonly id: string;
  readonly opened: number;
  readonly expires: number;
  readonly seen: number;
}

export interface OpenedHalves {
  readonly session: Session;
  readonly cookie: string;
  readonly token: string;
}

export interface SessionBook {
  /** A secret that opens one session; `open`: links that wait, this one included. The oldest goes when there are too many. */
  link(): { readonly secret: string; readonly expires: number; readonly open: number };
  /** Throws LINK_INVALID for one that is unknown, used or too old: they cannot be told apart from outside. */
  redeem(secret: string): OpenedHalves;
  /** The session of these halves, which counts as seen now unless `quiet`. Undefined when it is not open, or one half is wrong. */
  find(cookie: string, token: string | null, quiet?: boolean): Session | undefined;
  /** Of a cookie alone: for what is fetched under a ticket of its own. */
  findByCookie(cookie: string): Session | undefined;
  isOpen(id: string): boolean;
  /** False when there is none. */
  end(id: string): boolean;
  all(): readonly Session[];
}

interface Held extends Session {
  readonly token: Buffer;
}

function newSecret(random: SessionBookOptions['random']): string {
  const bytes = new Uint8Array(SECRET_BYTES);
  random(bytes);
  return Buffer.from(bytes).toString('base64url');
}

export function createSessions({ clock, random, newId }: SessionBookOptions): SessionBook {
  /** Digest of the secret → when it is too old. */
  const links = new Map<string, number>();
  /** Digest of the cookie → its session. */
  const sessions = new Map<string, Held>();
  const secret = (): string => newSecret(random);
  const tidy = (): void => {
    const now = clock.wall();
    for (const [digest, expires] of links) if (expires <= now) links.delete(digest);
    for (const [digest, session] of sessions) if (isOver(session, now)) sessions.delete(digest);
  };
  const look = (cookie: string): readonly [string, Held] | undefined => {
    tidy();
    const digest = digestOf(cookie);
    const held = sessions.get(digest);
    return held === undefined ? undefined : [digest, held];
  };
  const touch = (digest: string, held: Held): Held => {
    const seen = { ...held, seen: clock.wall() };
    sessions.set(digest, seen);
    return seen;
  };
  return {
    link: () => {
      tidy();
      if (links.size >= LIMITS.console_links) links.delete(links.keys().next().value ?? '');
      const made = secret();
      const expires = clock.wall() + LIMITS.console_link_ms;
      links.set(digestOf(made), expires);
      return { secret: made, expires, open: links.size };
    },
    redeem: (given) => {
      tidy();
      if (!links.delete(digestOf(given)))
        throw new AppError(
          'LINK_INVALID',
          'this link was opened before, is more than five minutes old, or never was one',
        );
      if (sessions.size >= LIMITS.sessions) sessions.delete(leastSeen(sessions));
      const [cookie, token, now] = [secret(), secret(), clock.wall()];
      const held = { id: newId(), opened: now, seen: now, expires: now + LIMITS.session_ms, token: bytesOf(token) };
      sessions.set(digestOf(cookie), held);
      return { session: held, cookie, token };
    },
    find: (cookie, token, quiet = false) => {
      const found = look(cookie);
      if (found === undefined || token === null || !timingSafeEqual(found[1].token, bytesOf(token))) return undefined;
      return quiet ? found[1] : touch(...found);
    },
    findByCookie: (cookie) => {
      const found = look(cookie);
      return found === undefined ? undefined : touch(...found);
    },
    isOpen: (id) => {
      tidy();
      return [...sessions.values()].some((session) => session.id === id);
    },
    end: (id) => {
      tidy();
      const found = [...sessions].find(([, session]) => session.id === id);
      return found !== undefined && sessions.delete(found[0]);
    },
    all: () => {
      tidy();
      return [...sessions.values()];
    },
  };
}

export const viewOfSession = (session: Session, own: string): ControlSession => ({
  id: session.id,
  opened: session.opened,
  idle_until: Math.min(session.seen + LIMITS.session_idle_ms, session.expires),
  expires: session.expires,
  own: session.id === own,
});

const isOver = ({ seen, expires }: Session, now: number): boolean =>
  now >= expires || now >= seen + LIMITS.session_idle_ms;

const bytesOf = (text: string): Buffer => createHash('sha256').update(text).digest();
const digestOf = (text: string): string => bytesOf(text).toString('base64url');

function leastSeen(sessions: ReadonlyMap<string, Held>): string {
  const [least] = [...sessions].toSorted(([, a], [, b]) => a.seen - b.seen);
  return least?.[0] ?? '';
}
