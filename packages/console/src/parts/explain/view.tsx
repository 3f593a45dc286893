// "How was this computed?", beside a figure: formula, parts with the rows behind them, what it leaves out.
import { formatInstant } from '../when/model.ts';
import { Popover } from '../popover/view.tsx';
import type { ExplainData } from './model.ts';

export const Explain = ({ title, formula, parts, caveats, upTo }: ExplainData) => (
  <Popover label="?" name={`How ${title} is computed`} className="explain-button">
    {() => (
      <div className="explain">
        <h3>{title}</h3>
        <p className="explain-formula">{formula}</p>
        <dl>
          {parts.map(({ name, value, href }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{href === undefined ? value : <a href={href}>{value}</a>}</dd>
            </div>
          ))}
        </dl>
        {caveats.map((caveat) => (
          <p key={caveat} className="explain-caveat">
            {caveat}
          </p>
        ))}
        {upTo !== null && (
          <p className="quiet-text">
            From journal entries up to {upTo.entry.toLocaleString('en-US')}, {formatInstant(upTo.at)}.
          </p>
        )}
      </div>
    )}
  </Popover>
);
