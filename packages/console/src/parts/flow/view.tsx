// Draws flows between parties; where there is no room for a drawing they are rows with bars. A ribbon says what it is when it
// is pointed at; with the keyboard the same is in the table.
import { useState } from 'react';
import { ChartFrame } from '../chart-frame/view.tsx';
import { WIDE, type PreparedFlow } from './model.ts';

const percent = (share: number): string => `${(100 * share).toFixed(3)}%`;

export function Flow({ flow }: { readonly flow: PreparedFlow }) {
  return (
    <ChartFrame title={flow.title} summary={flow.summary} table={flow.table}>
      {flow.state === 'empty' ? (
        <div className="chart-empty" style={{ height: flow.height }} aria-hidden="true" />
      ) : (
        <div className="flow">
          <Drawing flow={flow} />
          <Rows flow={flow} />
        </div>
      )}
    </ChartFrame>
  );
}

function Drawing({ flow }: { readonly flow: PreparedFlow }) {
  const [pointed, setPointed] = useState<string | null>(null);
  const shown = flow.ribbons.find(({ key }) => key === pointed);
  return (
    <div className="flow-drawing" aria-hidden="true">
      <div className="flow-plot" style={{ height: flow.height }}>
        <svg viewBox={`0 0 ${WIDE} ${flow.height}`} preserveAspectRatio="none" onPointerLeave={() => setPointed(null)}>
          {flow.ribbons.map(({ key, path, marked }) => (
            <path
              key={key}
              d={path}
              data-marked={marked || undefined}
              data-pointed={key === pointed || undefined}
              onPointerEnter={() => setPointed(key)}
            />
          ))}
        </svg>
        {flow.boxes.map(({ key, label, text, colour, left, width, top, height, side }) => (
          <div
            key={key}
            className="flow-box"
            data-side={side}
            style={{ left: percent(left), width: percent(width), top, height, background: `var(${colour})` }}
          >
            <span className="flow-name">
              {label} <b>{text}</b>
            </span>
          </div>
        ))}
      </div>
      <p className="flow-says">{shown === undefined ? 'Point at a flow to read it.' : shown.text}</p>
    </div>
  );
}

const Rows = ({ flow }: { readonly flow: PreparedFlow }) => (
  <ul className="flow-rows">
    {flow.rows.map(({ key, way, why, text, share, marked }) => (
      <li key={key} data-marked={marked || undefined}>
        <span className="flow-way">{way}</span>
        <span className="flow-amount">{text}</span>
        <span className="flow-why">{why}</span>
        <span className="flow-track" aria-hidden="true">
          <span style={{ width: percent(share) }} />
        </span>
      </li>
    ))}
  </ul>
);
