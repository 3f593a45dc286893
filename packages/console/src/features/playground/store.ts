// What was asked in the playground, for as long as the session is open in this tab: nothing of it is kept anywhere else. Calls
// go on while another page is shown; each is looked up in the log once it has ended, until its receipt is there.
import type { PlayAsked } from '@weighbridge/protocol';
import type { ConsoleApi } from '../../api/port.ts';
import { failed, hear, isRunning, newRun, sealed, stopped, type Run } from './run.ts';

export interface Draft {
  readonly system: string;
  readonly prompt: string;
}

/** One question, and the calls that it was asked by. */
export interface Round {
  readonly id: number;
  /** UTC milliseconds. */
  readonly at: number;
  readonly asked: Omit<PlayAsked, 'model'>;
  readonly runs: readonly Run[];
}

export interface PlayState {
  readonly draft: Draft;
  /** Newest first. */
  readonly rounds: readonly Round[];
}

export interface PlayStore {
  readonly state: () => PlayState;
  readonly watch: (listener: () => void) => () => void;
  readonly setDraft: (draft: Partial<Draft>) => void;
  /** One call for each model. */
  readonly ask: (asked: Round['asked'], models: readonly string[]) => void;
  /** One run, or all that go on. */
  readonly stop: (key?: string) => void;
  /** Takes away what was asked, but for what goes on. */
  readonly clear: () => void;
}

export interface PlayParts {
  readonly api: Pick<ConsoleApi, 'ask' | 'play'>;
  /** UTC milliseconds. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Runs it soon, once for all that was said until then: words come faster than a page is drawn. */
  readonly soon: (tell: () => void) => void;
}

/** What is older is forgotten. */
const ROUNDS_MOST = 20;
/** The log is sealed each second; of a call that was stopped the gateway hears the rest for some seconds more. */
const LOOK_MS = 400;
const LOOKS_MOST = 75;

const withRun = (rounds: readonly Round[], key: string, change: (run: Run) => Run): readonly Round[] =>
  rounds.map((round) =>
    round.runs.some((run) => run.key === key)
      ? { ...round, runs: round.runs.map((run) => (run.key === key ? change(run) : run)) }
      : round,
  );

export function createPlayStore({ api, now, wait, soon }: PlayParts): PlayStore {
  const listeners = new Set<() => void>();
  const ends = new Map<string, AbortController>();
  let state: PlayState = { draft: { system: '', prompt: '' }, rounds: [] };
  let told = true;
  let count = 0;
  const tell = (): void => {
    told = true;
    for (const listener of listeners) listener();
  };
  /** At once: what is typed has to stand in its field before the next key. */
  const become = (next: PlayState): void => {
    state = next;
    tell();
  };
  const update = (key: string, change: (run: Run) => Run): void => {
    state = { ...state, rounds: withRun(state.rounds, key, change) };
    if (!told) return;
    told = false;
    soon(tell);
  };
  const runOf = (key: string): Run | undefined =>
    state.rounds.flatMap(({ runs }) => runs).find((run) => run.key === key);
  const carry = async (key: string, asked: PlayAsked): Promise<void> => {
    const end = new AbortController();
    ends.set(key, end);
    const on = (event: Parameters<typeof hear>[1]): void => update(key, (run) => hear(run, event));
    const problem = await api.play({ asked, signal: end.signal, on });
    ends.delete(key);
    update(key, (run) => (problem === null ? stopped(run) : failed(run, problem)));
    await lookUp(key);
  };
  const lookUp = async (key: string): Promise<void> => {
    const id = runOf(key)?.call ?? null;
    if (id === null) return;
    for (let look = 0; look < LOOKS_MOST; look += 1) {
      const found = await api.ask('find', { text: id });
      if (found.ok && found.value.rows.some((row) => row.kind === 'call' && row.id === id)) {
        const receipt = await api.ask('receipt', { id });
        return update(key, (run) => sealed(run, receipt.ok ? receipt.value : null));
      }
      if (!found.ok && !found.problem.retryable) break;
      await wait(LOOK_MS);
    }
    update(key, (run) => sealed(run, null));
  };
  const stop = (key?: string): void => {
    for (const [name, end] of ends) if (key === undefined || name === key) end.abort();
  };
  return {
    state: () => state,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setDraft: (draft) => become({ ...state, draft: { ...state.draft, ...draft } }),
    ask: (asked, models) => {
      const id = (count += 1);
      const runs = models.map((model, at) => newRun(`${id}.${at + 1}`, model));
      become({ ...state, rounds: [{ id, at: now(), asked, runs }, ...state.rounds].slice(0, ROUNDS_MOST) });
      for (const { key, model } of runs) void carry(key, { ...asked, model });
    },
    stop,
    clear: () => become({ ...state, rounds: state.rounds.filter(({ runs }) => runs.some(isRunning)) }),
  };
}
