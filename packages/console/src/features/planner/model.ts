// A plan's report into what the page draws: its sentence, its figures with formula and sources, its assumptions as controls, what
// decides a figure, its tables; and two plans side by side.
import type { PlanFigure, PlanReport, PlanRun, PlanTable } from '@weighbridge/protocol';
import type { PreparedBands } from '../../parts/band-chart/model.ts';
import type { ExplainData } from '../../parts/explain/model.ts';
import type { PlainRow } from '../../parts/plain-table/view.tsx';
import type { Headline } from '../headline.ts';
import { askedOf, type AskedText } from './asked.ts';
import { besideOf, differenceIn, sameKind, type BesideText } from './beside.ts';
import { chartOf } from './charts.ts';
import { changesOf, choiceTexts, controlText, type ChangeText, type ChoiceText, type ControlText } from './controls.ts';
import {
  bandParts,
  capital,
  cellText,
  drawnBands,
  figureText,
  rangeText,
  type BandParts,
  type DrawnBand,
} from './figures.ts';
import { type Picks, type Ranges } from './moves.ts';
import { placeOf } from './places.ts';
import { termsIn } from './terms.ts';

export interface FigureText {
  readonly key: string;
  readonly title: string;
  /** By side. */
  readonly texts: readonly BandParts[];
  /** By side, on one scale from nought; null: not known. */
  readonly drawn: readonly (DrawnBand | null)[];
  /** Null without a second side. */
  readonly difference: BandParts | null;
  readonly place: string;
  readonly explain: ExplainData;
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
  readonly place: string;
  /** A long one is opened by whoever wants it. */
  readonly long: boolean;
}

export interface PlanTold {
  readonly headline: Headline;
  readonly kind: PlanReport['kind'];
  /** What a buyer asks first. */
  readonly asked: readonly AskedText[];
  readonly beside: BesideText | null;
  readonly changes: readonly ChangeText[];
  readonly sides: readonly string[];
  readonly cautions: readonly string[];
  readonly figures: readonly FigureText[];
  readonly charts: readonly PreparedBands[];
  readonly controls: readonly ControlText[];
  readonly choices: readonly ChoiceText[];
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

export function toldOf(run: PlanRun, asked: ToldOf): PlanTold {
  const { first } = run;
  const second = sameKind(run);
  return {
    headline: { first: first.says, second: noteOf(first) },
    kind: first.kind,
    asked: askedOf(first),
    beside: besideOf(run, asked.beside),
    changes: changesOf(first),
    sides: second === null ? [first.title] : ['1st', '2nd'],
    cautions: first.cautions,
    figures: first.figures.map((figure) => figureTextOf(figure, run)),
    charts: first.charts.map((chart) => {
      const other = second?.charts.find(({ id }) => id === chart.id);
      return chartOf([
        { chart, label: '1st', second: false },
        ...(other === undefined ? [] : [{ chart: other, label: '2nd', second: true }]),
      ]);
    }),
    controls: first.controls.map(controlText),
    choices: choiceTexts(first.choices),
    about: aboutOf(first),
    swings: swingsOf(first),
    tables: first.tables.map(tableText),
    interval: intervalOf(first),
    command: commandOf(asked),
  };
}

/** What a file says of itself need not hold once something is changed. */
function noteOf(report: PlanReport): string {
  if (report.note === null) return '';
  return changesOf(report).length === 0 ? report.note : `As written: ${report.note}`;
}

/** Months are counted from somewhere: from where the chart of months begins. */
function intervalOf({ interval, figures, charts }: PlanReport): string {
  const from = charts.map(({ axis }) => (axis.is === 'months' ? axis.months[0] : undefined)).find(Boolean);
  const counts = figures.some(({ unit }) => unit === 'months') && from !== undefined;
  return `${interval}.${counts ? ` Months count from ${from}.` : ''}`;
}

function figureTextOf(figure: PlanFigure, run: PlanRun): FigureText {
  const { id, title, unit, band, formula, of } = figure;
  const { first, differences } = run;
  const second = sameKind(run);
  const other = second?.figures.find((each) => each.id === id);
  const controls = first.controls.filter((control) => of.includes(control.id));
  return {
    key: id,
    title: capital(title),
    texts: [bandParts(band, unit), ...(second === null ? [] : [bandParts(other?.band ?? null, unit)])],
    drawn: drawnBands([band, ...(second === null ? [] : [other?.band ?? null])]),
    difference: second === null ? null : differenceIn(differences, id, unit),
    place: placeOf('figure', id),
    explain: {
      title,
      formula,
      parts: controls.map(({ title: name, range, unit: own, source }) => ({
        name,
        value: rangeText(range, own),
        source: source === null ? 'set in the plan' : `${source.says}, ${source.date}, ${source.confidence} confidence`,
      })),
      caveats: [`An estimate: ${first.interval}. ${first.draws.toLocaleString('en-US')} draws, seed ${first.seed}.`],
      upTo: null,
      terms: termsIn([title, formula, ...controls.map((control) => control.title)].join(' ')),
    },
  };
}

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
    rank: swing.correlation === null ? '' : swing.correlation.toFixed(2).replace('-', '\u2212'),
    left: place(Math.min(swing.atFrom, swing.atTo)),
    width: place(Math.max(swing.atFrom, swing.atTo)) - place(Math.min(swing.atFrom, swing.atTo)),
    middle: place(centre),
  }));
}

/** Rows that stand open. */
const ROWS_OPEN = 10;

const tableText = ({ id, title, columns, rows, note }: PlanTable): TableText => ({
  key: id,
  title,
  head: columns.map((column, at) => (rows.every((row) => row[at]?.is !== 'text') ? `${column}>` : column)),
  rows: rows.map((row, index) => ({ key: String(index), cells: row.map(cellText) })),
  note,
  place: placeOf('table', id),
  long: rows.length > ROWS_OPEN,
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
