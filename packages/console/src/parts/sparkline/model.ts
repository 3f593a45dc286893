// A line the size of a word. Gaps stay gaps, a lone point is a dot, the last step is dotted when its bucket is not over.

export interface SparklineData {
  readonly values: readonly (number | null)[];
  /** Whether the last bucket is still filling. */
  readonly open: boolean;
  /** What it shows, in words; the view adds nothing. */
  readonly label: string;
}

export interface PreparedSparkline {
  /** SVG path data in a box of `WIDTH` × `HEIGHT`; empty when there is nothing. */
  readonly solid: string;
  readonly dotted: string;
  readonly dots: readonly { readonly x: number; readonly y: number }[];
  readonly last: { readonly x: number; readonly y: number } | null;
  readonly label: string;
}

export const WIDTH = 96;
export const HEIGHT = 24;
const PAD = 2;

export function prepareSparkline({ values, open, label }: SparklineData): PreparedSparkline {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { solid: '', dotted: '', dots: [], last: null, label: `${label}: nothing recorded` };
  const low = Math.min(0, ...known);
  const high = Math.max(...known);
  const span = high - low || 1;
  const step = values.length > 1 ? (WIDTH - 2 * PAD) / (values.length - 1) : 0;
  const point = (value: number, i: number) => ({
    x: round(PAD + i * step),
    y: round(HEIGHT - PAD - ((value - low) / span) * (HEIGHT - 2 * PAD)),
  });
  const runs = runsOf(values, open ? values.length - 1 : values.length);
  const solid = runs
    .filter((run) => run.length > 1)
    .map((run) => pathOf(run.map(([value, i]) => point(value, i))))
    .join('');
  const dots = runs.filter((run) => run.length === 1).map((run) => point(...(run[0] as [number, number])));
  const end = values.at(-1) ?? null;
  const before = values.at(-2) ?? null;
  const dotted =
    open && end !== null && before !== null
      ? pathOf([point(before, values.length - 2), point(end, values.length - 1)])
      : '';
  const at = values.findLastIndex((value) => value !== null);
  return { solid, dotted, dots, last: point(values[at] ?? 0, at), label };
}

/** Unbroken runs of known values before `end`, with their places. */
function runsOf(values: readonly (number | null)[], end: number): [number, number][][] {
  const runs: [number, number][][] = [];
  let run: [number, number][] = [];
  for (const [i, value] of values.slice(0, end).entries()) {
    if (value !== null) run.push([value, i]);
    else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  return run.length > 0 ? [...runs, run] : runs;
}

const pathOf = (points: readonly { readonly x: number; readonly y: number }[]): string =>
  points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');

const round = (value: number): number => Math.round(value * 100) / 100;
