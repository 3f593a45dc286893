// "How was this computed?", beside a figure: formula, parts with their sources or the rows behind them, what it leaves out. What opens
// takes the focus, so that the arrow keys scroll it where it is long, and Escape gives it back.
import type { ReactNode } from 'react';
import { formatInstant } from '../when/model.ts';
import { Popover } from '../popover/view.tsx';
import type { ExplainData } from './model.ts';

interface ExplainProps extends ExplainData {
  /** What can be done about it; closing is given. */
  readonly children?: (close: () => void) => ReactNode;
}

export const Explain = ({ title, formula, parts, caveats, upTo, terms, children }: ExplainProps) => (
  <Popover label="?" name={`How ${title} is computed`} className="explain-button">
    {(close) => (
      <div className="explain" data-first tabIndex={-1}>
        <h3>{title}</h3>
        <p className="explain-formula">{formula}</p>
        {children?.(close)}
        <dl>
          {parts.map(({ name, value, href, source }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{href === undefined ? value : <a href={href}>{value}</a>}</dd>
              {source !== undefined && <dd className="explain-source">{source}</dd>}
            </div>
          ))}
        </dl>
        {caveats.map((caveat) => (
          <p key={caveat} className="explain-caveat">
            {caveat}
          </p>
        ))}
        {terms !== undefined && terms.length > 0 && (
          <dl className="explain-terms" aria-label="Words">
            {terms.map(({ term, means }) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{means}</dd>
              </div>
            ))}
          </dl>
        )}
        {upTo !== null && (
          <p className="quiet-text">
            From journal entries up to {upTo.entry.toLocaleString('en-US')}, {formatInstant(upTo.at)}.
          </p>
        )}
      </div>
    )}
  </Popover>
);
