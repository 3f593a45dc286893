// A plan's report into what the page draws: its sentence, its figures with formula and sources, its assumptions as controls, what
// decides a figure, its tables; and two plans side by side.
import {
  type PlanChoice,
  type PlanControl,
  type PlanFigure,
  type PlanReport,
  type PlanRun,
  type PlanTable,
} from '@weighbridge/protocol';
import type { PreparedBands } from '../../parts/band-chart/model.ts';
import type { ExplainData } from '../../parts/explain/model.ts';
import type { PlainRow } from '../../parts/plain-table/view.tsx';
import type { Headline } from '../headline.ts';
import { chartOf } from './charts.ts';
import { bandText, cellText, figureText, rangeText } from './figures.ts';
import { type Picks, type Ranges } from './moves.ts';

export interface FigureText {
  readonly key: string;
  readonly title: string;
  /** By side. */
  readonly texts: readonly string[];
  /** Empty without a second side. */
  readonly difference: string;
  readonly explain: ExplainData;
}

export interface ControlText {
  readonly key: string;
  readonly title: string;
  readonly unit: string;
  readonly control: PlanControl;
  readonly moved: boolean;
  /** As the file and the catalogues have it. */
  readonly stated: string;
  readonly source: string;
  /** Between which values it slides, and in which steps. */
  readonly slide: { readonly from: number; readonly to: number; readonly step: number };
}

export interface SwingText {
  readonly key: string;
  readonly title: string;
  readonly says: string;
  readonly rank: string;
  /** Of the drawing's width: where the bar begins, how wide it is, where the middle lies. */
  readonly left: number;
  readonly width: number;
  readonly middle: number;
}

export interface TableText {
  readonly key: string;
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly PlainRow[];
  readonly note: string | null;
}

export interface PlanTold {
  readonly headline: Headline;
  readonly kind: PlanReport['kind'];
  readonly sides: readonly string[];
  readonly cautions: readonly string[];
  readonly figures: readonly FigureText[];
  readonly charts: readonly PreparedBands[];
  readonly controls: readonly ControlText[];
  readonly choices: readonly PlanChoice[];
  readonly about: {
    readonly id: string;
    readonly title: string;
    readonly choices: readonly { id: string; title: string }[];
  };
  readonly swings: readonly SwingText[];
  readonly tables: readonly TableText[];
  readonly interval: string;
  readonly command: string;
}

export interface ToldOf {
  readonly name: string;
  readonly ranges: Ranges;
  readonly picks: Picks;
  readonly seed: string;
  /** What stands beside it, in words; null: nothing. */
  readonly beside: string | null;
}

export function toldOf({ first, second, differences }: PlanRun, asked: ToldOf): PlanTold {
  const beside = second !== null && second.kind === first.kind ? second : null;
  return {
    headline: { first: first.says, second: secondLine(first, second, asked.beside) },
    kind: first.kind,
    sides: beside === null ? [first.title] : ['1st', '2nd'],
    cautions: first.cautions,
    figures: first.figures.map((figure) => figureTextOf(figure, first, beside, differences)),
    charts: first.charts.map((chart) => {
      const other = beside?.charts.find(({ id }) => id === chart.id);
      return chartOf([
        { chart, label: '1st', second: false },
        ...(other === undefined ? [] : [{ chart: other, label: '2nd', second: true }]),
      ]);
    }),
    controls: first.controls.map(controlText),
    choices: first.choices,
    about: aboutOf(first),
    swings: swingsOf(first),
    tables: first.tables.map(tableText),
    interval: first.interval,
    command: commandOf(asked),
  };
}

function secondLine(first: PlanReport, second: PlanReport | null, beside: string | null): string {
  const note = first.note ?? '';
  if (second === null) return note;
  const other = `Beside it, ${beside ?? second.title}: ${second.says}`;
  return second.kind === first.kind
    ? other
    : `${other} They are of different kinds, so their figures do not stand side by side.`;
}

function figureTextOf(
  figure: PlanFigure,
  first: PlanReport,
  second: PlanReport | null,
  differences: PlanRun['differences'],
): FigureText {
  const { id, title, unit, band, formula, of } = figure;
  const other = second?.figures.find((each) => each.id === id);
  const difference = differences.find((each) => each.figure === id);
  const controls = first.controls.filter((control) => of.includes(control.id));
  return {
    key: id,
    title: capital(title),
    texts: [bandText(band, unit), ...(second === null ? [] : [other === undefined ? '–' : bandText(other.band, unit)])],
    difference:
      second === null ? '' : difference?.difference === undefined ? '–' : differenceText(difference.difference, unit),
    explain: {
      title,
      formula,
      parts: controls.map((control) => ({
        name: control.title,
        value: `${rangeText(control.range, control.unit)}${control.source === null ? '' : ` · ${control.source.says}, ${control.source.date}, ${control.source.confidence} confidence`}`,
      })),
      caveats: [`An estimate: ${first.interval}. ${first.draws.toLocaleString('en-US')} draws, seed ${first.seed}.`],
      upTo: null,
    },
  };
}

const differenceText = (band: PlanFigure['band'], unit: string): string =>
  band === null ? '–' : `${band.p50 > 0 ? '+' : ''}${bandText(band, unit)}`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const STEPS = 200;

function controlText(control: PlanControl): ControlText {
  const { id, title, unit, range, stated, source, least, most } = control;
  const width = Math.max(stated.high - stated.low, stated.likely * 0.5, Number.EPSILON);
  const from = Math.max(least, Math.min(range.likely, stated.low - width));
  const to = Math.min(most ?? Infinity, Math.max(range.likely, stated.high + width));
  return {
    key: id,
    title: capital(title),
    unit: unit === 'ratio' ? '' : unit,
    control,
    moved: range.low !== stated.low || range.likely !== stated.likely || range.high !== stated.high,
    stated: rangeText(stated, unit),
    source: source === null ? 'set here' : `${source.says} (${source.date}, ${source.confidence} confidence)`,
    slide: { from, to, step: stepOf((to - from) / STEPS) },
  };
}

/** The next round number below. */
const stepOf = (rough: number): number => (rough > 0 ? 10 ** Math.floor(Math.log10(rough)) : 1);

function aboutOf({ about, figures }: PlanReport): PlanTold['about'] {
  const choices = figures.map(({ id, title }) => ({ id, title }));
  return { id: about, title: choices.find(({ id }) => id === about)?.title ?? about, choices };
}

const SWINGS_MOST = 8;

function swingsOf({ swings, figures, about }: PlanReport): readonly SwingText[] {
  const unit = figures.find(({ id }) => id === about)?.unit ?? '';
  const shown = swings.slice(0, SWINGS_MOST);
  const ends = shown.flatMap(({ atFrom, atTo }) => [atFrom, atTo]);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const centre = figures.find(({ id }) => id === about)?.centre ?? (least + most) / 2;
  const place = (value: number): number =>
    most > least ? Math.min(1, Math.max(0, (value - least) / (most - least))) : 0.5;
  return shown.map((swing) => ({
    key: swing.control,
    title: capital(swing.title),
    says: `${figureText(swing.atFrom, unit)} at ${figureText(swing.from, swing.unit)}, ${figureText(swing.atTo, unit)} at ${figureText(swing.to, swing.unit)}`,
    rank: swing.correlation === null ? '–' : swing.correlation.toFixed(2).replace('-', '\u2212'),
    left: place(Math.min(swing.atFrom, swing.atTo)),
    width: place(Math.max(swing.atFrom, swing.atTo)) - place(Math.min(swing.atFrom, swing.atTo)),
    middle: place(centre),
  }));
}

const tableText = ({ id, title, columns, rows, note }: PlanTable): TableText => ({
  key: id,
  title,
  head: columns.map((column, at) => (rows.every((row) => row[at]?.is !== 'text') ? `${column}>` : column)),
  rows: rows.map((row, index) => ({ key: String(index), cells: row.map(cellText) })),
  note,
});

export function statusOf(shown: PlanRun | null, most: number, waiting: boolean): string {
  if (shown === null) return 'The first draws are made.';
  const { draws, seed } = shown.first;
  if (draws < most && waiting)
    return `${draws.toLocaleString('en-US')} of ${most.toLocaleString('en-US')} draws so far`;
  return waiting ? 'What you changed is drawn.' : `${draws.toLocaleString('en-US')} draws, seed ${seed}`;
}

function commandOf({ name, ranges, picks, seed }: ToldOf): string {
  const set = Object.entries(ranges).map(([id, { low, likely, high }]) =>
    low === high ? ` --set ${id}=${likely}` : ` --set ${id}=${low},${likely},${high}`,
  );
  const choose = Object.entries(picks).map(([id, value]) => ` --choose ${id}=${value}`);
  const seeded = seed === '1' ? '' : ` --seed ${seed}`;
  return `weighbridge plan run ${name}${seeded}${set.join('')}${choose.join('')}`;
}
