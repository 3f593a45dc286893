// The control API of this origin: one session, opened by a one-time link, and what the page asks through it. A question
// whose session is gone closes the console; whoever shows pages hears of it.
import { pageSession, type ControlClient, type ControlInput, type PageParts } from '@weighbridge/protocol';
import { problemOfError, type ProblemText } from '../parts/problem/model.ts';
import type { ConsoleApi } from './port.ts';

const TIMEOUT_MS = 20_000;
const MISSING = 'SESSION_MISSING';

/** `null` beside closed: no link was opened yet, or the session came to its end. */
export type SessionState =
  | { readonly state: 'opening' }
  | { readonly state: 'open' }
  | { readonly state: 'closed'; readonly problem: ProblemText | null };

export interface ConsoleSession {
  /** Of the log that is shown. */
  readonly api: ConsoleApi;
  /** Of the instance, whatever log is shown. */
  readonly instance: Pick<ConsoleApi, 'ask'>;
  readonly state: () => SessionState;
  /** Tells of changes; what is returned ends that. */
  readonly watch: (listener: () => void) => () => void;
  /** Opens by the link in the address, or takes up the session that is kept. */
  readonly begin: () => Promise<void>;
  /** Signs out. */
  readonly end: () => Promise<void>;
}

export function consoleSession(parts: PageParts): ConsoleSession {
  const session = pageSession(parts);
  const listeners = new Set<() => void>();
  let current: SessionState = { state: 'opening' };
  const become = (next: SessionState): void => {
    current = next;
    for (const listener of listeners) listener();
  };
  const refuse = (error: unknown): ProblemText => {
    const problem = problemOfError(error);
    if (problem.code === MISSING) become({ state: 'closed', problem: null });
    return problem;
  };
  const askOf =
    (client: ControlClient): ConsoleApi['ask'] =>
    async (name, input, signal) => {
      const limit = AbortSignal.timeout(TIMEOUT_MS);
      try {
        const asked = signal === undefined ? limit : AbortSignal.any([signal, limit]);
        return { ok: true, value: await client.ask(name, input as ControlInput<typeof name>, asked) };
      } catch (error) {
        return { ok: false, problem: refuse(error) };
      }
    };
  return {
    state: () => current,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    begin: async () => {
      become({ state: 'opening' });
      try {
        become((await session.begin()) ? { state: 'open' } : { state: 'closed', problem: null });
      } catch (error) {
        become({ state: 'closed', problem: problemOfError(error) });
      }
    },
    end: async () => {
      try {
        await session.end();
        become({ state: 'closed', problem: null });
      } catch (error) {
        become({ state: 'closed', problem: refuse(error) });
      }
    },
    instance: { ask: askOf(session.instance) },
    api: {
      ask: askOf(session.client),
      play: async (call) => {
        try {
          await session.play(call);
          return null;
        } catch (error) {
          return call.signal.aborted ? null : refuse(error);
        }
      },
      follow: async (asked) => {
        try {
          await session.follow(asked);
        } catch (error) {
          refuse(error);
        }
      },
    },
  };
}
