// One call of the playground as it goes on: what has been heard of it so far. Pure: an event makes of a run the next one, and
// a run that has come to its end hears nothing more but its receipt.
import type { CallDetail, PlayEvent } from '@weighbridge/protocol';
import type { ProblemText } from '../../parts/problem/model.ts';

type Heard<Name extends PlayEvent['event']> = Extract<PlayEvent, { event: Name }>['data'];

export interface Run {
  readonly key: string;
  /** As it was asked for. */
  readonly model: string;
  readonly state: 'waiting' | 'streaming' | 'ended' | 'refused' | 'stopped';
  readonly head: Heard<'started'> | null;
  readonly words: string;
  readonly thinking: string;
  /** Whether more was said than is kept. */
  readonly cut: boolean;
  /** To the first word, as the instance saw it. */
  readonly firstMs: number | null;
  readonly end: Heard<'ended'> | null;
  readonly problem: ProblemText | null;
  /** Id of the call. */
  readonly call: string | null;
  /** `late`: it was looked for and is not in the log yet. */
  readonly sealing: 'no' | 'waiting' | 'sealed' | 'late';
  readonly receipt: CallDetail | null;
}

/** Of each text of one run: more than that nobody reads beside two others. */
const CHARS_MOST = 400_000;

export const newRun = (key: string, model: string): Run => ({
  key,
  model,
  state: 'waiting',
  head: null,
  words: '',
  thinking: '',
  cut: false,
  firstMs: null,
  end: null,
  problem: null,
  call: null,
  sealing: 'no',
  receipt: null,
});

export const isRunning = ({ state }: Run): boolean => state === 'waiting' || state === 'streaming';

export function hear(run: Run, heard: PlayEvent): Run {
  if (!isRunning(run)) return run;
  switch (heard.event) {
    case 'started':
      return { ...run, head: heard.data, call: heard.data.receipt };
    case 'text':
      return withText(run, heard.data);
    case 'ended':
      return { ...run, state: 'ended', end: heard.data, sealing: sealingOf(run.call) };
    case 'refused': {
      const { code, message: what, next, receipt } = heard.data;
      const call = receipt ?? run.call;
      const problem = { code, what, next, requestId: null, retryable: false };
      return { ...run, state: 'refused', problem, call, sealing: sealingOf(call) };
    }
  }
}

function withText(run: Run, { kind, text, ms }: Heard<'text'>): Run {
  const held = kind === 'text' ? 'words' : 'thinking';
  const firstMs = run.firstMs ?? ms;
  if (run[held].length + text.length > CHARS_MOST) return { ...run, state: 'streaming', firstMs, cut: true };
  return { ...run, state: 'streaming', firstMs, [held]: run[held] + text };
}

/** Nothing is looked for that has no id. */
const sealingOf = (call: string | null): Run['sealing'] => (call === null ? 'no' : 'waiting');

/** Somebody stopped it, or the page was left. */
export const stopped = (run: Run): Run =>
  isRunning(run) ? { ...run, state: 'stopped', sealing: sealingOf(run.call) } : run;

/** The instance refused it before there was a call, or the connection broke. */
export const failed = (run: Run, problem: ProblemText): Run =>
  isRunning(run) ? { ...run, state: 'refused', problem, sealing: sealingOf(run.call) } : run;

export const sealed = (run: Run, receipt: CallDetail | null): Run =>
  receipt === null ? { ...run, sealing: 'late' } : { ...run, sealing: 'sealed', receipt };
