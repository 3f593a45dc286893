// Changes against the period before, drawn as bars to either side of one line.
import { memo } from 'react';
import { ChartFrame } from '../chart-frame/view.tsx';
import { prepareMovers, type MoversData } from './model.ts';

export const Movers = memo(function Movers({ data }: { readonly data: MoversData }) {
  const { title, summary, rows, twoWay, table } = prepareMovers(data);
  return (
    <ChartFrame title={title} summary={summary} table={table}>
      {rows.length === 0 ? (
        <div className="chart-empty" aria-hidden="true" />
      ) : (
        <ul className="movers">
          {rows.map(({ key, label, href, change, span, up, length }) => (
            <li key={key}>
              <a href={href} title={span}>
                {label}
              </a>
              <span className="mover-change">{change}</span>
              <span className="mover-track" data-two-way={twoWay || undefined} aria-hidden="true">
                <span className="mover-bar" data-up={up} style={{ width: `${length * (twoWay ? 50 : 100)}%` }} />
              </span>
              <span className="mover-span">{span}</span>
            </li>
          ))}
        </ul>
      )}
    </ChartFrame>
  );
});
