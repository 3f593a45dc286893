// The sample organisation, drawn: the page while it cannot be looked at yet, and the notice above every page of it.
import { useState } from 'react';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import type { SampleBannerText, SampleGateText } from './model.ts';

interface SampleGateProps {
  readonly text: SampleGateText;
  readonly problem: ProblemText | null;
  readonly ownHref: string;
  readonly onMake: () => void;
}

export const SampleGateView = ({ text, problem, ownHref, onMake }: SampleGateProps) => (
  <main className="gate">
    <section className="gate-card" aria-labelledby="sample-title">
      <p className="gate-mark">Weighbridge</p>
      <h1 id="sample-title">{text.title}</h1>
      <p>{text.text}</p>
      {text.progress !== null && (
        <p className="sample-progress">
          <progress value={text.progress.share} max={1} aria-label={text.title} />
          <span>{text.progress.words}</span>
        </p>
      )}
      {problem !== null && <Problem problem={problem} />}
      <p className="sample-ways">
        {text.make !== null && (
          <button type="button" className="button primary" onClick={onMake}>
            {text.make}
          </button>
        )}
        <a href={ownHref}>Open your own calls</a>
      </p>
    </section>
  </main>
);

interface SampleBannerProps {
  readonly text: SampleBannerText;
  readonly ownHref: string;
  readonly problem: ProblemText | null;
  readonly onRemove: () => void;
  readonly onMake: () => void;
}

export function SampleBanner({ text, ownHref, problem, onRemove, onMake }: SampleBannerProps) {
  const [asked, setAsked] = useState(false);
  return (
    <aside className="sample-banner" aria-label="Sample">
      <p>
        <strong>{text.what}</strong> {text.goes}
      </p>
      <p className="sample-ways">
        <a href={ownHref}>{text.own}</a>
        {text.old && (
          <button type="button" className="button quiet" onClick={onMake}>
            Make it anew
          </button>
        )}
        {asked ? (
          <>
            <span role="status">Its log, its keys and its tables go. Your own calls stay.</span>
            <button type="button" className="button danger" onClick={onRemove}>
              Remove it
            </button>
            <button type="button" className="button quiet" onClick={() => setAsked(false)}>
              Keep it
            </button>
          </>
        ) : (
          <button type="button" className="button quiet" onClick={() => setAsked(true)}>
            Remove the sample
          </button>
        )}
      </p>
      {problem !== null && <Problem problem={problem} />}
    </aside>
  );
}
