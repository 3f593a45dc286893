// Draws estimates over months, each with its band. The month under the pointer (or the arrow keys) is the caller's, so that
// charts beside one another show the same one.
import { ChartFrame } from '../chart-frame/view.tsx';
import { spokenMonth, SQUARE, type PreparedBands } from './model.ts';

interface BandChartProps {
  readonly chart: PreparedBands;
  /** Null: none is pointed at, and the last that every line has is shown. */
  readonly month: number | null;
  readonly onMonth: (month: number | null) => void;
}

const percent = (share: number): string => `${(100 * share).toFixed(3)}%`;

export function BandChart({ chart, month, onMonth }: BandChartProps) {
  return (
    <ChartFrame title={chart.title} summary={chart.summary} table={chart.table}>
      <p className="chart-axis" aria-hidden="true">
        {chart.unit}
      </p>
      <div className="bands">
        <div className="bands-ticks" aria-hidden="true">
          {chart.ticks.map(({ text, at }) => (
            <span key={text} style={{ bottom: percent(at) }}>
              {text}
            </span>
          ))}
        </div>
        <Plot chart={chart} month={month} onMonth={onMonth} />
        <div className="bands-years" aria-hidden="true">
          {chart.years.map(({ text, at }) => (
            <span key={text} data-end={at > 0.94 || undefined} style={{ left: percent(at) }}>
              {text}
            </span>
          ))}
        </div>
      </div>
      <Legend chart={chart} month={month} />
    </ChartFrame>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 12,
  PageDown: -12,
};

function Plot({ chart, month, onMonth }: BandChartProps) {
  const last = chart.months.length - 1;
  const shown = Math.min(month ?? chart.last, last);
  return (
    <div
      className="bands-plot"
      role="slider"
      tabIndex={0}
      aria-label={`${chart.title}: ${chart.column}`}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={shown}
      aria-valuetext={spokenMonth(chart, shown)}
      onPointerMove={({ currentTarget, clientX }) => {
        const { left, width } = currentTarget.getBoundingClientRect();
        onMonth(Math.min(last, Math.max(0, Math.round(((clientX - left) / width) * last))));
      }}
      onPointerLeave={() => onMonth(null)}
      onBlur={() => onMonth(null)}
      onKeyDown={(event) => {
        const step = STEPS[event.key];
        if (event.key === 'Home') onMonth(0);
        else if (event.key === 'End') onMonth(last);
        else if (step !== undefined) onMonth(Math.min(last, Math.max(0, shown + step)));
        else return;
        event.preventDefault();
      }}
    >
      {chart.ticks.map(({ text, at }) => (
        <span key={text} className="bands-grid" style={{ bottom: percent(at) }} />
      ))}
      <svg viewBox={`0 0 ${SQUARE} ${SQUARE}`} preserveAspectRatio="none" aria-hidden="true">
        {chart.series.map(({ key, colour, area }) => (
          <path key={key} className="band-area" d={area} style={{ fill: `var(${colour})` }} />
        ))}
        {chart.series.map(({ key, colour, line, dashed }) => (
          <path
            key={key}
            className="band-line"
            data-dashed={dashed || undefined}
            d={line}
            style={{ stroke: `var(${colour})` }}
          />
        ))}
      </svg>
      {chart.ceilings.map(({ text, at }) => (
        <span key={text} className="bands-ceiling" style={{ bottom: percent(at) }}>
          <span>{text}</span>
        </span>
      ))}
      {chart.dues.map(({ text, left, bottom }) => (
        <span
          key={`${text} ${left}`}
          className="bands-due"
          title={text}
          style={{ left: percent(left), bottom: percent(bottom) }}
        />
      ))}
      {month !== null && <span className="bands-cursor" style={{ left: percent(last === 0 ? 0.5 : shown / last) }} />}
    </div>
  );
}

function Legend({ chart, month }: Pick<BandChartProps, 'chart' | 'month'>) {
  const shown = Math.min(month ?? chart.last, chart.months.length - 1);
  return (
    <div className="legend bands-legend">
      <p className="legend-head">{chart.months[shown]}: median (tenth to ninetieth per cent)</p>
      <ul>
        {chart.series.map(({ key, label, colour, texts, dashed }) => (
          <li key={key} className="legend-entry">
            <span
              className={dashed ? 'swatch band-swatch' : 'swatch'}
              style={dashed ? { borderColor: `var(${colour})` } : { background: `var(${colour})` }}
              aria-hidden="true"
            />
            <span className="legend-label">{label}</span>
            <span className="legend-value">{texts[shown]}</span>
          </li>
        ))}
        {chart.dues.length > 0 && (
          <li className="legend-entry">
            <span className="bands-due" aria-hidden="true" />
            <span className="legend-label">promised by then</span>
          </li>
        )}
      </ul>
    </div>
  );
}
