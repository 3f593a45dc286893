// The sample organisation in words: what is being done to it, how far it is, and what can be done.
import type { SampleState } from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import type { ProblemText } from '../../parts/problem/model.ts';

export interface SampleGateText {
  readonly title: string;
  readonly text: string;
  /** Share that is done, 0 to 1, with its words; null where nothing is being done, or it has just begun. */
  readonly progress: { readonly share: number; readonly words: string } | null;
  /** What the button that makes it says; null where it is on its way. */
  readonly make: string | null;
}

const WHAT = 'Harbour Mutual is an insurer that does not exist, with a month of invented calls to look at.';

/** Null once it can be looked at. `problem`: nobody could say how it stands. */
export function sampleGate(sample: SampleState | null, problem: ProblemText | null = null): SampleGateText | null {
  if (problem !== null && sample === null)
    return { title: 'The sample organisation cannot be shown.', text: problem.what, progress: null, make: null };
  if (sample === null)
    return { title: 'The sample organisation is looked for.', text: WHAT, progress: null, make: null };
  const on = (title: string, verb: string): SampleGateText => ({
    title,
    text: `${WHAT} It opens here by itself; your own calls go on meanwhile.`,
    progress: progressOf(sample, verb),
    make: null,
  });
  switch (sample.state) {
    case 'ready':
      return null;
    case 'waiting':
    case 'making':
      return on('The sample organisation is being made.', 'calls written');
    case 'closed':
      return on('The sample organisation is being opened.', '');
    case 'folding':
      return on(
        `The sample organisation is being ${sample.progress === null ? 'opened' : 'added up'}.`,
        'entries in its tables',
      );
    case 'removing':
      return { title: 'The sample organisation is being removed.', text: WHAT, progress: null, make: null };
    case 'failed':
      return {
        title: 'The sample organisation could not be made.',
        text: sample.problem ?? 'The messages of the start say why.',
        progress: null,
        make: 'Try again',
      };
    case 'absent':
      return {
        title: 'There is no sample organisation here.',
        text: `${WHAT} It takes a quarter of a minute, in a log of its own, apart from your calls.`,
        progress: null,
        make: 'Make the sample organisation',
      };
    case 'off':
      return {
        title: 'There is no sample organisation here.',
        text: 'Something real is configured: the sample is shown where the lab is all there is.',
        progress: null,
        make: null,
      };
  }
}

function progressOf({ progress }: SampleState, what: string): SampleGateText['progress'] {
  if (progress === null || progress.total === 0) return null;
  const { done, total } = progress;
  return { share: done / total, words: `${prepareCount(done).text} of ${prepareCount(total).text} ${what}` };
}

export interface SampleBannerText {
  readonly what: string;
  readonly own: string;
  /** Whether more calls come, and until when some did. */
  readonly goes: string;
  /** No more calls come: it is made anew, or looked at over a longer range. */
  readonly old: boolean;
}

/** `until`: the hour up to which calls come; null while nobody knows. `own`: calls of the instance itself in the last 31 days. */
export function sampleBanner(until: number | null, own: number | null, now: number): SampleBannerText {
  const old = until !== null && now >= until;
  return {
    what: 'This is a sample: invented calls of an organisation that does not exist.',
    own: own === null ? 'Open your own calls' : `Open your own calls (${prepareCount(own).text})`,
    goes: old
      ? `Its calls ended on ${new Date(until).toISOString().slice(0, 10)}: choose a longer range, or make it anew.`
      : 'A few more come each minute while you look.',
    old,
  };
}

/** Whether there is something to go to. */
export const isThere = (sample: SampleState | null): boolean =>
  sample !== null && sample.state !== 'off' && sample.state !== 'absent' && sample.state !== 'removing';
