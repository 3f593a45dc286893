// One answer as it comes: its words, what it took, where it was served, and its receipt.
import { memo, useId } from 'react';
import { Copy } from '../../parts/copy/view.tsx';
import { Icon } from '../../parts/icon/view.tsx';
import { Problem } from '../../parts/problem/view.tsx';
import { Tag } from '../../parts/tag/view.tsx';
import { FactList } from '../facts-view.tsx';
import type { RunText } from './model.ts';

interface RunProps {
  readonly run: RunText;
  readonly onStop: () => void;
}

export function RunView({ run, onStop }: RunProps) {
  const { model, running, state, simulated, words, thinking, silence, remarks, problem } = run;
  const id = useId();
  return (
    <article className="play-run" aria-labelledby={`${id}-model`}>
      <header>
        <h3 id={`${id}-model`}>{model}</h3>
        <span role="status">
          <Tag tone={state.tone}>{state.text}</Tag>
        </span>
        {simulated && (
          <span className="tag hatched" data-tone="warn">
            simulated
          </span>
        )}
        {running && (
          <button type="button" className="button quiet" aria-label={`Stop ${model}`} onClick={onStop}>
            <Icon name="cross" />
            Stop
          </button>
        )}
      </header>
      <div className="play-body">
        {thinking !== '' && (
          <details className="play-thinking">
            <summary>What it thought</summary>
            <p>{thinking}</p>
          </details>
        )}
        {words !== '' && (
          <div className="play-words" tabIndex={0} role="region" aria-label={`Answer of ${model}`}>
            {words}
          </div>
        )}
        {running && words === '' && <span className="skeleton" />}
        {silence !== '' && <p className="quiet-text">{silence}</p>}
        {problem !== null && <Problem problem={problem} />}
        {remarks.map((remark) => (
          <p key={remark} className="play-remark">
            <Icon name="warn" />
            {remark}
          </p>
        ))}
      </div>
      <RunFacts run={run} />
      <footer>
        {run.href === null ? <span className="quiet-text">{run.receipt}</span> : <a href={run.href}>{run.receipt}</a>}
        {!running && words !== '' && <Copy text={words} label="Copy the answer" />}
        {run.call !== null && <code>{run.call}</code>}
      </footer>
    </article>
  );
}

const RunFacts = memo(function RunFacts({ run: { facts } }: { readonly run: RunText }) {
  return <FactList facts={facts} />;
});
