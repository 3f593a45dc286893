// Sessions opened, shown and ended; each opening and ending is an entry of the journal.
import { AppError, LIMITS } from '@weighbridge/kernel';
import type { ControlAnswer } from '@weighbridge/protocol';
import { sessionDraft } from '../../admin/entries.ts';
import type { Asked, ControlPorts } from '../ports.ts';
import { viewOfSession, type Session } from '../sessions.ts';
import { CONSOLE_BASE } from '../static-files.ts';

type Ports = Pick<ControlPorts, 'sessions' | 'stores' | 'clock' | 'origin' | 'playground'>;

/** Throws LINK_INVALID; JOURNAL_UNAVAILABLE when it cannot be written down, and then nothing is open. */
export async function openSessionAnswer(
  ports: Ports,
  link: string,
  { keep }: Asked,
): Promise<ControlAnswer<'openSession'>> {
  const { session, cookie, token } = ports.sessions.redeem(link);
  try {
    await write(ports, 'open', session.id, { via: 'console', session: session.id });
  } catch (error) {
    ports.sessions.end(session.id);
    throw error;
  }
  keep(cookie);
  return { session: viewOfSession(session, session.id), token };
}

/** The end takes effect before it is written: a session that somebody wants ended is not kept open by a full disk. */
export async function endSessionAnswer(ports: Ports, id: string, asked: Asked): Promise<ControlAnswer<'endSession'>> {
  const ended = ports.sessions.end(id);
  if (asked.session?.id === id) asked.keep('');
  if (ended) {
    await ports.playground?.forget(id);
    await write(ports, 'end', id, asked.actor);
  }
  return { ended };
}

export const sessionsAnswer = ({ sessions }: Ports, { session }: Asked): ControlAnswer<'sessions'> => ({
  rows: sessions
    .all()
    .toSorted((a, b) => b.opened - a.opened)
    .map((one) => viewOfSession(one, session?.id ?? '')),
});

export function ownSession({ session }: Asked): Session {
  if (session !== null) return session;
  throw new AppError('BAD_REQUEST', 'the control socket has no session', { next: 'ask for `sessions`' });
}

/** `mount`: whose pages it opens. Throws SERVER_NOT_RUNNING when nothing listens for browsers. */
export function createLinkAnswer({ sessions, origin }: Ports, mount = ''): ControlAnswer<'createLink'> {
  const at = origin();
  if (at === null)
    throw new AppError('SERVER_NOT_RUNNING', 'this instance serves no console', {
      next: 'take `control: off` out of the configuration and start again',
    });
  const { secret, expires, open } = sessions.link();
  return {
    url: `${at.origin}${mount}${CONSOLE_BASE}#link=${secret}`,
    expires,
    open: Math.min(open, LIMITS.console_links),
  };
}

async function write(
  { stores, clock }: Ports,
  action: 'open' | 'end',
  session: string,
  by: Asked['actor'],
): Promise<void> {
  await stores.admin.append(sessionDraft(stores.nextId(), clock.wall(), { action, session, by }));
}
