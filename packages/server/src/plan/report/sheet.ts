// A plan's report as what is put on paper: sections of words, tables and drawings, the same for HTML and PDF. Numbers have three digits,
// for nobody knows more; every figure keeps its interval and its formula, every assumption its source. Of two plans the first is told
// whole, and the second by what differs: what was set otherwise, and what that does to each figure.
import {
  planDiffers,
  type PlanBand,
  type PlanCell,
  type PlanControl,
  type PlanDocument,
  type PlanFigure,
  type PlanReport,
  type PlanRun,
} from '@weighbridge/protocol';
import { chartDrawing, swingsDrawing, type Drawing } from './drawing.ts';
import { rangeWords, valueWords } from './words.ts';

export interface PaperTable {
  readonly head: readonly PaperColumn[];
  readonly rows: readonly (readonly string[])[];
}
interface PaperColumn {
  readonly title: string;
  /** Numbers, to the right. */
  readonly figure: boolean;
}
export interface PaperSection {
  readonly title: string;
  readonly words: readonly string[];
  readonly drawing: Drawing | null;
  readonly table: PaperTable | null;
  readonly note: string | null;
}
export interface Paper {
  readonly title: string;
  readonly mark: string;
  readonly says: string;
  readonly about: string;
  readonly cautions: readonly string[];
  readonly sections: readonly PaperSection[];
}

export function paperOf(run: PlanRun): Paper {
  const report = run.first;
  const { title, says, note, seed, draws, interval, figures, charts, tables, cautions } = report;
  const plain = { words: [], drawing: null, table: null, note: null };
  return {
    title,
    mark: 'estimate, simulated',
    says,
    about: `${draws.toLocaleString('en')} draws under seed ${seed}; ${interval}.${note === null ? '' : ` ${note}`}`,
    cautions,
    sections: [
      { ...plain, title: 'Figures', table: figuresTable(figures) },
      ...besideSections(run),
      ...charts.map((chart) => ({ ...plain, title: chart.title, drawing: chartDrawing(chart) })),
      ...(report.swings.length === 0
        ? []
        : [
            {
              ...plain,
              title: `What decides it: ${titleOf(report)}`,
              words: ['One assumption at a time from its P10 to its P90, all others at their likely value.'],
              drawing: swingsDrawing(report),
            },
          ]),
      ...tables.map((each) => ({
        ...plain,
        title: each.title,
        table: {
          head: each.columns.map((column, at) => ({
            title: column,
            figure: each.rows.every((row) => row[at]?.is !== 'text'),
          })),
          rows: each.rows.map((row) => row.map(cellWords)),
        },
        note: each.note,
      })),
      ...(report.documents ?? []).flatMap((document) =>
        sectionsOf(document).map((section) => ({ ...section, title: `${document.title}: ${section.title}` })),
      ),
      { ...plain, title: 'Choices', table: choicesTable(report) },
      { ...plain, title: 'Assumptions and their sources', table: assumptionsTable(report.controls) },
    ],
  };
}

/** A document by itself: what it is made from is the report's to say. */
export const documentPaper = (document: PlanDocument, from: string): Paper => ({
  title: document.title,
  mark: 'simulated',
  says: `As of ${document.as_of}.`,
  about: `Made from the plan “${from}”: what is played through shows what follows from the estate as it is written down. Every line has its reason and its source.`,
  cautions: [],
  sections: sectionsOf(document),
});

const sectionsOf = ({ sections }: PlanDocument): PaperSection[] =>
  sections.map(({ title, lines }) => ({
    title,
    words: [],
    drawing: null,
    table: {
      head: [column('What'), column('Why'), column('Source')],
      rows: lines.map(({ text, why, source }) => [text, why, source]),
    },
    note: null,
  }));

function besideSections({ first, second, differences }: PlanRun): PaperSection[] {
  if (second === null) return [];
  const plain = { drawing: null, table: null, note: null };
  const title = `Beside it: ${second.title}`;
  if (second.kind !== first.kind)
    return [{ ...plain, title, words: [second.says, 'It is of another kind: its figures are not subtracted.'] }];
  const differs = planDiffers(first, second).map((each) =>
    each.is === 'choice'
      ? [each.title, ...each.texts]
      : [each.title, ...each.ranges.map((held) => rangeOf(held, each.unit))],
  );
  const table = {
    head: [column('Figure'), column('1st', true), column('2nd', true), column('2nd less 1st', true)],
    rows: differences.map(({ title: name, unit, first: one, second: two, difference }) => [
      name,
      ...[one, two, difference].map((band) => bandOf(band, unit)),
    ]),
  };
  return [
    { ...plain, title, words: [second.says], table },
    {
      ...plain,
      title: 'In what the two differ',
      words: differs.length === 0 ? ['In nothing that was chosen or assumed.'] : [],
      table: { head: [column('Of what'), column('1st'), column('2nd')], rows: differs },
    },
  ];
}

const titleOf = ({ figures, about }: PlanReport): string => figures.find(({ id }) => id === about)?.title ?? about;

const bandOf = (band: PlanBand | null, unit: string): string =>
  band === null ? 'not known' : rangeWords(band.p10, band.p50, band.p90, unit);

const rangeOf = ({ low, likely, high }: PlanControl['range'], unit: string): string =>
  rangeWords(low, likely, high, unit);

function cellWords(cell: PlanCell): string {
  if (cell.is === 'text') return cell.text;
  return cell.is === 'number' ? valueWords(cell.value, cell.unit) : rangeOf(cell, cell.unit);
}

const column = (title: string, figure = false): PaperColumn => ({ title, figure });

const figuresTable = (figures: readonly PlanFigure[]): PaperTable => ({
  head: [column('Figure'), column('P50 (P10 to P90)', true), column('How it is made')],
  rows: figures.map(({ title, band, unit, formula }) => [title, bandOf(band, unit), formula]),
});

const choicesTable = ({ choices }: PlanReport): PaperTable => ({
  head: [column('Choice'), column('Chosen'), column('As the file has it')],
  rows: choices.map(({ title, value, stated, options }) => {
    const name = (id: string): string => options.find((option) => option.id === id)?.title ?? id;
    return [title, name(value), value === stated ? 'the same' : name(stated)];
  }),
});

const assumptionsTable = (controls: readonly PlanControl[]): PaperTable => ({
  head: [column('Assumption'), column('Likely (low to high)', true), column('As written', true), column('Source')],
  rows: controls.map(({ title, unit, range, stated, source }) => {
    const words = rangeOf(range, unit);
    const before = rangeOf(stated, unit);
    const from =
      source === null ? 'set in the plan' : `${source.says}, ${source.date}, ${source.confidence} confidence`;
    return [title, words, words === before ? 'the same' : before, from];
  }),
});
