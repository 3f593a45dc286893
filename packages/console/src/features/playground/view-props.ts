// What the playground's page is drawn from; its parts take from it what they show.
import type { ProblemText } from '../../parts/problem/model.ts';
import type { Headline } from '../headline.ts';
import type { EarlierText, PlayChosen, PlayForm, RunText } from './model.ts';
import type { Snippet } from './snippet.ts';
import type { Draft } from './store.ts';

export interface PlaygroundViewProps {
  /** Where it can be used instead: nobody calls out of a log that is only looked at. */
  readonly still: string | null;
  readonly headline: Headline;
  readonly problem: ProblemText | null;
  /** Whether there is nobody to speak for. */
  readonly empty: boolean;
  /** Null while that is being read. */
  readonly form: PlayForm | null;
  readonly chosen: PlayChosen;
  readonly draft: Draft;
  /** Whether there is something to ask. */
  readonly ready: boolean;
  /** Of the newest question. */
  readonly runs: readonly RunText[];
  /** What they answer. */
  readonly prompt: string;
  readonly earlier: readonly EarlierText[];
  readonly snippets: readonly Snippet[];
  readonly change: (chosen: Partial<PlayChosen>) => void;
  readonly onDraft: (draft: Partial<Draft>) => void;
  readonly onAsk: () => void;
  readonly onStop: (key?: string) => void;
  readonly onClear: () => void;
  readonly onRetry: () => void;
}
