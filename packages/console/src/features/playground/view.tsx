// The playground, drawn: whom it speaks for, what is asked, the answers side by side, the same call as code, and what was asked
// before in this tab.
import { Empty } from '../../parts/empty/view.tsx';
import { Copy } from '../../parts/copy/view.tsx';
import { Problem } from '../../parts/problem/view.tsx';
import { PageHead } from '../page-head-view.tsx';
import { EarlierView } from './earlier-view.tsx';
import { AskForm } from './form-view.tsx';
import { RunView } from './run-view.tsx';
import type { Snippet } from './snippet.ts';
import type { PlaygroundViewProps } from './view-props.ts';

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
