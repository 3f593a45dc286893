// Draws a prepared chart with uPlot. Bars of a stack stand in front of each other; what is not over yet is hatched; axes
// are in UTC. Everything with a decision in it was decided in `model.ts` and `plot.ts`.
import uPlot from 'uplot';
import { resolveColour } from '../theme/theme.ts';
import { lonePoints, plotOfChart, timeTicks, valueTicks, type PlotLine, type ReadyChart } from './plot.ts';

export interface CanvasEvents {
  /** Bucket under the pointer; null when it left. */
  readonly onHover: (index: number | null) => void;
  /** Bucket and height that were clicked. */
  readonly onPick: (index: number, height: number) => void;
}

const HEIGHT = 220;
const FONT = '12px Inter, system-ui, sans-serif';
const HATCH_STEP = 6;
/** Of the width of a bucket. */
const BAR_SHARE = 0.86;
const Y_AXIS_SIZE = 56;
/** Between the longest label and the plot, and before it. */
const Y_AXIS_AIR = 16;

export function drawChart(target: HTMLElement, chart: ReadyChart, events: CanvasEvents): uPlot {
  const { columns, lines } = plotOfChart(chart);
  const colour = (property: string): string => resolveColour(target, property);
  const axis = { stroke: colour('--n-9'), font: FONT, ticks: { show: false } };
  const options: uPlot.Options = {
    width: target.clientWidth,
    height: HEIGHT,
    tzDate: (second) => uPlot.tzDate(new Date(second * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: chart.shape === 'line' },
      drag: { x: false, y: false },
    },
    scales: {
      x: { time: true, range: () => rangeOf(chart) },
      y: { range: () => [0, chart.top] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 64, values: (_, ticks) => timeTicks(ticks), size: 32, gap: 10 },
      {
        ...axis,
        grid: { stroke: colour('--n-5'), width: 1 },
        space: 36,
        size: (plot, labels) => axisSize(plot, labels),
        values: (_, ticks) => valueTicks(chart, ticks),
      },
    ],
    series: [{}, ...lines.map((line) => seriesOptions(line, colour(line.colour), chart))],
    hooks: {
      setCursor: [(plot) => events.onHover(plot.cursor.idx ?? null)],
      drawSeries: [(plot, index) => fillBars(plot, index, lines, chart)],
      draw: [(plot) => hatchOpen(plot, chart, colour('--n-1'))],
      ready: [(plot) => plot.over.addEventListener('click', () => pick(plot, events))],
    },
  };
  return new uPlot(options, columns as unknown as uPlot.AlignedData, target);
}

/** A bar needs room behind its beginning; a line of one point stands in the middle of its neighbours. */
function rangeOf({ shape, bucketMs, seconds }: ReadyChart): [number, number] {
  const [first, last] = [seconds.at(0) ?? 0, seconds.at(-1) ?? 0];
  const bucket = bucketMs / 1000;
  if (shape === 'stack') return [first, last + bucket];
  return first === last ? [first - bucket, last + bucket] : [first, last];
}

/** As wide as its longest label, so that none is cut. */
function axisSize({ ctx }: uPlot, labels: readonly (string | null)[] | null): number {
  ctx.save();
  ctx.font = FONT;
  const widths = (labels ?? []).map((label) => ctx.measureText(label ?? '').width);
  ctx.restore();
  return Math.max(Y_AXIS_SIZE, Math.ceil(Math.max(0, ...widths)) + Y_AXIS_AIR);
}

const barPaths = uPlot.paths.bars?.({ size: [BAR_SHARE, 48], align: 1 });

function seriesOptions({ kind }: PlotLine, stroke: string, chart: ReadyChart): uPlot.Series {
  if (kind === 'bar') {
    const paths: uPlot.Series.PathBuilder = (plot, ...rest) =>
      barsTouch(plot, chart) ? null : (barPaths?.(plot, ...rest) ?? null);
    return { fill: stroke, width: 0, points: { show: false }, paths };
  }
  const points: uPlot.Series.Points = {
    show: true,
    size: 5,
    fill: stroke,
    filter: (plot, index) => lonePoints(Array.from(plot.data[index] ?? [])),
  };
  const dash = kind === 'tail' ? [2, 4] : kind === 'before' ? [5, 4] : undefined;
  return { stroke, width: kind === 'before' ? 1.25 : 1.75, points, ...(dash === undefined ? {} : { dash }) };
}

/** Whether there is no pixel left between two bars. */
const barsTouch = ({ bbox }: uPlot, { seconds }: ReadyChart): boolean =>
  (bbox.width / seconds.length) * (1 - BAR_SHARE) < 1;

/** Bars that touch, as whole pixels: one path of hundreds of rectangles takes a browser twenty times as long to fill. */
function fillBars(plot: uPlot, index: number, lines: readonly PlotLine[], chart: ReadyChart): void {
  const fill = plot.series[index]?.fill;
  if (lines[index - 1]?.kind !== 'bar' || !barsTouch(plot, chart) || typeof fill !== 'function') return;
  const { ctx, bbox } = plot;
  const bottom = Math.round(bbox.top + bbox.height);
  const first = chart.seconds[0] ?? 0;
  const edge = (at: number): number => Math.round(plot.valToPos(first + (at * chart.bucketMs) / 1000, 'x', true));
  ctx.save();
  ctx.fillStyle = fill(plot, index);
  for (const [at, value] of (plot.data[index] ?? []).entries()) {
    if (value === null || value === undefined) continue;
    const left = edge(at);
    const top = Math.round(plot.valToPos(value, 'y', true));
    ctx.fillRect(left, top, edge(at + 1) - left, bottom - top);
  }
  ctx.restore();
}

function pick(plot: uPlot, events: CanvasEvents): void {
  const { idx, top } = plot.cursor;
  if (idx === null || idx === undefined || top === undefined) return;
  events.onPick(idx, plot.posToVal(top, 'y'));
}

/** Diagonal strokes in the colour of the page over the bars of buckets that are not over yet. */
function hatchOpen(plot: uPlot, chart: ReadyChart, stroke: string): void {
  const first = chart.openFrom === null ? undefined : chart.seconds[chart.openFrom];
  if (chart.shape !== 'stack' || first === undefined) return;
  const { ctx, bbox } = plot;
  const left = plot.valToPos(first, 'x', true);
  const step = HATCH_STEP * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, bbox.top, bbox.left + bbox.width - left, bbox.height);
  ctx.clip();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = devicePixelRatio * 1.5;
  ctx.beginPath();
  for (let x = left - bbox.height; x < bbox.left + bbox.width; x += step) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.stroke();
  ctx.restore();
}
