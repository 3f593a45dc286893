// A chart over time: title, words, the drawing, and a legend that shows exact values of the bucket under the pointer (or
// the keys) and filters on a click. The same as a table is one click away. Empty is a state of it like any other.
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type uPlot from 'uplot';
import { ChartFrame } from '../chart-frame/view.tsx';
import { useShownTheme } from '../theme/theme.ts';
import { bucketWord, unitLabel } from '../unit/model.ts';
import { drawChart } from './canvas.ts';
import { prepareChart, OTHERS, type ChartData } from './model.ts';
import { seriesAt, spokenBucket, type ReadyChart } from './plot.ts';

/** What a click asks for: a series, a bucket, or one of the two. */
export interface ChartPick {
  readonly series: string | null;
  readonly bucket: { readonly from: number; readonly until: number } | null;
}
interface TimeChartProps {
  readonly data: ChartData;
  readonly onPick?: (pick: ChartPick) => void;
}

export function TimeChart({ data, onPick }: TimeChartProps) {
  const chart = useMemo(() => prepareChart(data), [data]);
  const ready = chart.state === 'ready';
  return (
    <ChartFrame title={chart.title} summary={chart.summary} table={ready ? chart.table : null}>
      {ready ? <Drawing chart={chart} onPick={onPick} /> : <div className="chart-empty" aria-hidden="true" />}
    </ChartFrame>
  );
}

function Drawing({ chart, onPick }: { readonly chart: ReadyChart; readonly onPick: TimeChartProps['onPick'] }) {
  const target = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const [spoken, setSpoken] = useState('');
  const theme = useShownTheme();
  const bucketAt = (index: number) => {
    const from = (chart.seconds[index] ?? 0) * 1000;
    return { from, until: from + chart.bucketMs };
  };
  const picked = useEffectEvent((index: number, height: number) => {
    const series = seriesAt(chart, index, height);
    onPick?.({ series: series === OTHERS ? null : series, bucket: bucketAt(index) });
  });
  // The chart may be prepared anew from the same answers; what it says decides whether it has to be drawn anew.
  const drawn = useMemo(() => JSON.stringify(chart.table) + chart.openFrom, [chart]);
  const draw = useEffectEvent((element: HTMLElement) =>
    drawChart(element, chart, { onHover: setHovered, onPick: picked }),
  );
  useEffect(() => {
    const element = target.current;
    if (element === null) return;
    const made = draw(element);
    plot.current = made;
    const watch = new ResizeObserver(() => fit(made, element));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [drawn, theme]);
  const move = (index: number) => {
    const at = Math.min(chart.seconds.length - 1, Math.max(0, index));
    const second = chart.seconds[at];
    if (plot.current === null || second === undefined) return;
    plot.current.setCursor({ left: plot.current.valToPos(second + 1, 'x'), top: 0 });
    setSpoken(spokenBucket(chart, at));
  };
  return (
    <>
      <p className="chart-axis" aria-hidden="true">
        {unitLabel(chart.unit)}
        {chart.shape === 'stack' && ` per ${bucketWord(chart.bucketMs)}`}
        <span>UTC</span>
      </p>
      <div
        ref={target}
        className="chart-drawing"
        role="slider"
        tabIndex={0}
        aria-label={`${chart.title}: bucket`}
        aria-valuemin={0}
        aria-valuemax={chart.seconds.length - 1}
        aria-valuenow={hovered ?? 0}
        aria-valuetext={spoken === '' ? chart.summary : spoken}
        onKeyDown={(event) => {
          const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };
          const step = steps[event.key];
          if (step === undefined) return;
          event.preventDefault();
          move(hovered === null ? (step > 0 ? 0 : chart.seconds.length - 1) : hovered + step);
        }}
      />
      <Legend chart={chart} hovered={hovered} onPick={onPick} />
    </>
  );
}

/** An observer's first word is the size that it has already: drawn once is enough. */
function fit(made: uPlot, { clientWidth: width }: HTMLElement): void {
  if (width !== made.width) made.setSize({ width, height: made.height });
}

interface LegendProps {
  readonly chart: ReadyChart;
  readonly hovered: number | null;
  readonly onPick: TimeChartProps['onPick'];
}

function Legend({ chart, hovered, onPick }: LegendProps) {
  const stacked = chart.shape === 'stack' && chart.series.length > 1;
  const at = hovered ?? chart.seconds.length - 1;
  const head =
    hovered === null && chart.series.every(({ total }) => total !== '')
      ? 'whole range'
      : (chart.bucketLabels[at] ?? '');
  const value = (texts: readonly string[], total: string): string =>
    hovered === null && total !== '' ? total : (texts[at] ?? '');
  return (
    <div className="legend">
      <p className="legend-head">
        {head}
        {stacked && hovered !== null && <strong>{chart.totals[hovered]}</strong>}
      </p>
      <ul>
        {chart.series.map(({ key, label, colour, texts, total }) => {
          const entry = (
            <>
              <span className="swatch" style={{ background: `var(${colour})` }} aria-hidden="true" />
              <span className="legend-label">{label}</span>
              <span className="legend-value">{value(texts, total)}</span>
            </>
          );
          return (
            <li key={key}>
              {onPick === undefined || key === OTHERS ? (
                <span className="legend-entry">{entry}</span>
              ) : (
                <button type="button" className="legend-entry" onClick={() => onPick({ series: key, bucket: null })}>
                  {entry}
                </button>
              )}
            </li>
          );
        })}
        {chart.before !== null && (
          <li>
            <span className="legend-entry">
              <span className="swatch dashed" aria-hidden="true" />
              <span className="legend-label">{chart.before.label}</span>
              <span className="legend-value">{hovered === null ? '' : chart.before.texts[hovered]}</span>
            </span>
          </li>
        )}
      </ul>
    </div>
  );
}
