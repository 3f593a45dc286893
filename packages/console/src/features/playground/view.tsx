// The playground, drawn: whom it speaks for, what is asked, the answers side by side, the same call as code, and what was asked
// before in this tab.
import { Empty } from '../../parts/empty/view.tsx';
import { Copy } from '../../parts/copy/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import type { Headline } from '../headline.ts';
import { PageHead } from '../page-head-view.tsx';
import { EarlierView } from './earlier-view.tsx';
import { AskForm } from './form-view.tsx';
import type { EarlierText, PlayChosen, PlayForm, RunText } from './model.ts';
import { RunView } from './run-view.tsx';
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

const NOBODY = {
  what: 'The configuration in force lists no key that may use a route: there is nobody to speak for.',
  command: 'weighbridge config schema',
};

export function PlaygroundView(props: PlaygroundViewProps) {
  const { still, headline, problem, empty, form, runs, prompt, earlier, snippets } = props;
  if (still !== null)
    return (
      <div className="page">
        <PageHead
          first="Nobody calls out of the sample organisation."
          second="Its log is invented and only looked at: no instance runs on it that would carry a call."
        />
        <p>
          <a href={still}>Open the playground of your own calls</a>
        </p>
      </div>
    );
  return (
    <div className="page" aria-busy={form === null && problem === null && !empty}>
      <PageHead {...headline} />
      {problem !== null && <Problem problem={problem} onRetry={props.onRetry} />}
      {empty && <Empty {...NOBODY} />}
      {form !== null && <AskForm {...props} form={form} />}
      {runs.length > 0 && (
        <section aria-labelledby="play-answers">
          <h2 id="play-answers" className="play-title">
            Answers
          </h2>
          <p className="play-asked section-note">{prompt}</p>
          <div className="play-runs">
            {runs.map((run) => (
              <RunView key={run.key} run={run} onStop={() => props.onStop(run.key)} />
            ))}
          </div>
        </section>
      )}
      {snippets.length > 0 && <Snippets snippets={snippets} />}
      {earlier.length > 0 && <EarlierView earlier={earlier} onClear={props.onClear} />}
    </div>
  );
}

const Snippets = ({ snippets }: { readonly snippets: readonly Snippet[] }) => (
  <details className="play-code">
    <summary>The first of them from your own code</summary>
    {snippets.map(({ where, text }) => (
      <figure key={where}>
        <figcaption>
          {where} <Copy text={text} label="Copy" />
        </figcaption>
        <pre tabIndex={0} aria-label={where}>
          <code>{text}</code>
        </pre>
      </figure>
    ))}
  </details>
);
