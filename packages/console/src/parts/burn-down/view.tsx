// Draws a commitment over time. Walked by the arrow keys, read under the pointer; the same as a table is one click away.
import { useState } from 'react';
import { ChartFrame } from '../chart-frame/view.tsx';
import { markAt, prepareBurn, stepTo, type BurnData, type PreparedBurn } from './model.ts';

const WIDE = 1000;
const HIGH = 240;

type Points = PreparedBurn['drawn'];
const pathOf = (points: Points): string =>
  points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${(x * WIDE).toFixed(2)} ${((1 - y) * HIGH).toFixed(2)}`).join('');
const percent = (share: number): string => `${(100 * share).toFixed(2)}%`;

export function BurnDown(props: BurnData) {
  const burn = prepareBurn(props);
  return (
    <ChartFrame title={burn.title} summary={burn.summary} table={burn.table}>
      <Drawing burn={burn} />
    </ChartFrame>
  );
}

function Drawing({ burn }: { readonly burn: PreparedBurn }) {
  const [at, setAt] = useState<number | null>(null);
  const mark = at === null ? null : (burn.marks[at] ?? null);
  return (
    <div className="burn">
      <div
        className="burn-plot"
        role="slider"
        tabIndex={0}
        aria-label={`${burn.title}: day`}
        aria-valuemin={0}
        aria-valuemax={burn.marks.length - 1}
        aria-valuenow={at ?? 0}
        aria-valuetext={mark?.text ?? burn.summary}
        onKeyDown={(event) => {
          const next = stepTo(burn.marks.length, at, event.key);
          if (next === null) return;
          event.preventDefault();
          setAt(next);
        }}
        onMouseMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setAt(markAt(burn.marks, (event.clientX - box.left) / box.width));
        }}
        onMouseLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
      >
        {burn.levels.map(({ y, text }) => (
          <span key={text} className="burn-level" style={{ bottom: percent(y) }}>
            <span>{text}</span>
          </span>
        ))}
        <svg viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
          <path className="burn-band" d={pathOf(burn.band)} />
          <path
            className="burn-committed"
            d={pathOf([
              { x: 0, y: burn.committed },
              { x: 1, y: burn.committed },
            ])}
          />
          <path className="burn-needed" d={pathOf(burn.needed)} />
          <path className="burn-middle" d={pathOf(burn.middle)} />
          <path className="burn-drawn" d={pathOf(burn.drawn)} />
        </svg>
        {burn.now !== null && <span className="burn-now" style={{ left: percent(burn.now) }} />}
        {mark !== null && (
          <span className="burn-mark" style={{ left: percent(mark.x), bottom: percent(mark.y) }} aria-hidden="true" />
        )}
      </div>
      <div className="burn-ends" aria-hidden="true">
        {burn.ends.map(({ x, text }) => (
          <span key={text} style={{ left: percent(x) }}>
            {text}
          </span>
        ))}
      </div>
      <p className="burn-reading">{mark?.text ?? ''}</p>
      <ul className="burn-legend">
        <li data-of="drawn">drawn</li>
        <li data-of="needed">straight to each milestone</li>
        <li data-of="committed">committed in all</li>
        {burn.band.length > 0 && <li data-of="band">to be expected, P10 to P90 (P50 dotted)</li>}
      </ul>
    </div>
  );
}
