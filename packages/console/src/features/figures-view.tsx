// The figures at the head of a page, drawn: each leads to the rows behind it and explains itself.
import { memo } from 'react';
import { Explain } from '../parts/explain/view.tsx';
import type { Figure } from './figure.ts';

export const Figures = memo(function Figures({ figures }: { readonly figures: readonly Figure[] | null }) {
  if (figures === null) return <div className="figures" aria-busy="true" />;
  return (
    <ul className="figures">
      {figures.map(({ key, title, text, exact, note, tone, href, explain }) => (
        <li key={key}>
          <span className="figure-title">
            {title}
            <Explain {...explain} />
          </span>
          <a href={href} className="figure-value" title={exact}>
            {text}
          </a>
          <span className="figure-note" data-tone={tone}>
            {note}
          </span>
        </li>
      ))}
    </ul>
  );
});
