// The playground of the console: who its calls may be made as, and the calls themselves, each relayed through the gateway with
// a key that no page ever sees. Bounded by session and in all; a call ends with its reader, its session, or its time.
import { AppError, didYouMean, LIMITS, type Clock } from '@weighbridge/kernel';
import { PLAY_COLUMNS_MOST, playInput, type Actor, type ControlAnswer } from '@weighbridge/protocol';
import type { Administration } from '../admin/administration.ts';
import type { Say } from '../logging/events.ts';
import { checkInput } from '../queries/query.ts';
import { eventStream } from './event-stream.ts';
import { findPlayable, playables, type Playable } from './play-as.ts';
import { createPlayKeys } from './play-keys.ts';
import { relay } from './relay.ts';

/** Who asks. */
export interface PlayBy {
  readonly actor: Actor;
  /** Null on the control socket. */
  readonly session: { readonly id: string } | null;
  /** Aborted when nobody listens any more. */
  readonly signal: AbortSignal;
}

export interface Playground {
  shown(): ControlAnswer<'playground'>;
  /** Throws BAD_REQUEST, KEY_INVALID, OVERLOADED, DRAINING, JOURNAL_UNAVAILABLE; what the gateway refuses is an event. */
  play(body: unknown, by: PlayBy): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
  /** The session has ended: its calls are cancelled, its keys revoked. */
  forget(session: string): Promise<void>;
  running(): number;
  close(): Promise<void>;
}

export interface PlaygroundOptions {
  readonly administration: Pick<Administration, 'config' | 'snapshot' | 'keys' | 'createKey' | 'revokeKey'>;
  /** Of the gateway. */
  readonly origin: string;
  readonly clock: Clock;
  readonly say: Say;
}

interface Running {
  readonly owner: string;
  readonly end: AbortController;
}

/** A call has ended by itself by then: whoever holds its events still does not read them. */
const LEFT_MS = LIMITS.playground_call_ms + 10_000;

/** Who asks on the control socket has no session. */
const SOCKET = 'socket';

export function openPlayground(options: PlaygroundOptions): Playground {
  const { administration, clock, origin } = options;
  const keys = createPlayKeys(options);
  const running = new Set<Running>();
  let closed = false;
  const all = (): readonly Playable[] =>
    playables(administration.config(), administration.snapshot(), administration.keys(), clock.wall());
  const end = (owner?: string): void => {
    for (const one of running) if (owner === undefined || one.owner === owner) one.end.abort();
  };
  return {
    shown: () => ({
      at: clock.wall(),
      as: all().map(({ shown }) => shown),
      calls_at_once: Math.min(PLAY_COLUMNS_MOST, LIMITS.playground_session_calls),
      call_ms: LIMITS.playground_call_ms,
    }),
    play: async (body, { session, actor, signal }) => {
      const asked = checkInput(playInput, body);
      if (closed) throw new AppError('DRAINING', 'the instance is stopping');
      const as = required(all(), asked.as);
      const call: Running = { owner: session?.id ?? SOCKET, end: new AbortController() };
      admit(running, call.owner);
      running.add(call);
      const leave = (): void => {
        running.delete(call);
        call.end.abort();
      };
      try {
        const key = await keys.keyFor(call.owner, as, actor);
        const heard = AbortSignal.any([signal, call.end.signal]);
        const now = (): number => clock.monotonic();
        return eventStream(relay({ origin, key, session: call.owner, asked, signal: heard, now }), leave, LEFT_MS);
      } catch (error) {
        leave();
        throw error;
      }
    },
    forget: async (session) => {
      end(session);
      await keys.forget(session);
    },
    running: () => running.size,
    close: async () => {
      closed = true;
      end();
      await keys.forget();
    },
  };
}

function required(all: readonly Playable[], id: string): Playable {
  const found = findPlayable(all, id);
  if (found !== undefined) return found;
  const names = all.map(({ shown }) => shown.id);
  const near = didYouMean(id, names);
  throw new AppError('KEY_INVALID', `nobody named "${id.slice(0, 80)}" may be spoken for`, {
    next:
      near === undefined
        ? 'choose one that `GET /playground` lists: a key that the configuration names and that may use a route'
        : `did you mean "${near}"?`,
  });
}

function admit(running: ReadonlySet<Running>, owner: string): void {
  const own = [...running].filter((one) => one.owner === owner).length;
  if (own >= LIMITS.playground_session_calls)
    throw new AppError('OVERLOADED', `${own} calls of this session are running in the playground already`, {
      next: 'stop one, or wait until one has ended',
    });
  if (running.size >= LIMITS.playground_calls)
    throw new AppError('OVERLOADED', `${running.size} calls are running in the playground already`);
}
