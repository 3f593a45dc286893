// What a buyer asks of a plan first, answered from its report in one line each, with the place where the answer comes from. A kind has
// its own questions in one map; a kind that is not in it is answered by its first figures, so that a new one needs nothing here.
import type { PlanCell, PlanFigure, PlanKindName, PlanReport, PlanTable } from '@weighbridge/protocol';
import { bandText, capital, cellText, figureText, UNKNOWN } from './figures.ts';
import { placeOf } from './places.ts';

export interface AskedText {
  readonly key: string;
  readonly asks: string;
  readonly says: string;
  /** Id of the element that it leads to. */
  readonly place: string;
  /** What stands there: `every meaning of power`. */
  readonly leads: string;
  /** The figure that `What decides it` is then about; null: it stays. */
  readonly about: string | null;
}

interface Answer {
  readonly asks: string;
  readonly says: string;
  readonly place: string;
  readonly leads: string;
  readonly about?: string;
}
type Question = (report: PlanReport) => Answer | null;

export function askedOf(report: PlanReport): readonly AskedText[] {
  const questions = QUESTIONS[report.kind] ?? [];
  const answers = questions.map((question) => question(report)).filter((answer) => answer !== null);
  return (answers.length > 0 ? answers : plainly(report)).map(({ about = null, ...answer }) => ({
    key: answer.asks,
    ...answer,
    about,
  }));
}

const FIRST = 4;

const plainly = ({ figures }: PlanReport): Answer[] =>
  figures.slice(0, FIRST).map(({ id, title, band, unit }) => ({
    asks: capital(title),
    says: bandText(band, unit),
    place: placeOf('figure', id),
    leads: 'the figure',
  }));

const figureIn = ({ figures }: PlanReport, id: string): PlanFigure | undefined =>
  figures.find((each) => each.id === id);
const said = (report: PlanReport, id: string): string => {
  const figure = figureIn(report, id);
  return figure === undefined ? UNKNOWN : bandText(figure.band, figure.unit);
};

/** Rows of a table by the names of its columns; empty where there is no such table. */
function rowsOf({ tables }: PlanReport, id: string): readonly ((column: string) => PlanCell | undefined)[] {
  const table: PlanTable | undefined = tables.find((each) => each.id === id);
  return (table?.rows ?? []).map((row) => (column) => row[table?.columns.indexOf(column) ?? -1]);
}
const textIn = (cell: PlanCell | undefined): string => (cell === undefined ? UNKNOWN : cellText(cell));
function likelyIn(cell: PlanCell | undefined): number {
  if (cell?.is === 'range') return cell.likely;
  return cell?.is === 'number' ? (cell.value ?? Number.NaN) : Number.NaN;
}

const chosen = ({ choices }: PlanReport, id: string): string => {
  const choice = choices.find((each) => each.id === id);
  return choice?.options.find((option) => option.id === choice.value)?.title ?? '';
};

/** `a, b and c` */
const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

// --- power

/** Rows of the table under the meaning and the hour that are chosen, one a rack. */
function meant(report: PlanReport): readonly ((column: string) => PlanCell | undefined)[] {
  const hour = report.choices.find(({ id }) => id === 'power.at')?.value === 'peak' ? 'worst hour' : 'as designed';
  return rowsOf(report, 'which').filter(
    (row) => textIn(row('Power')) === chosen(report, 'power.of') && textIn(row('Hour')) === hour,
  );
}

const howMany: Question = (report) => {
  const racks = meant(report);
  const each = racks.map((row) => `${textIn(row('Chips'))} if all of it is ${textIn(row('Rack'))}`);
  const mixed = racks.length > 1 ? `${said(report, 'chips')} in the racks of this plan; ` : '';
  return {
    asks: 'How many chips is that?',
    says: `${mixed}${list(each)}.`,
    place: placeOf('table', 'which'),
    leads: 'every rack and meaning',
  };
};

const hangsOn: Question = (report) => {
  const figure = figureIn(report, 'chips');
  const titles = report.controls.filter(({ id }) => figure?.of.includes(id) === true).map(({ title }) => title);
  return {
    asks: 'What does the count hang on?',
    says: `On which power is meant, most of all. Then on ${list(titles)}.`,
    place: placeOf('part', 'swings'),
    leads: 'how much each moves it',
    about: 'chips',
  };
};

const whichPower: Question = (report) => {
  const rack = textIn(meant(report)[0]?.('Rack'));
  const counts = rowsOf(report, 'which')
    .filter((row) => textIn(row('Rack')) === rack)
    .map((row) => likelyIn(row('Chips')));
  if (counts.length === 0) return null;
  const [least, most] = [Math.min(...counts), Math.max(...counts)].map((count) => figureText(count, 'chips'));
  return {
    asks: 'Which power do they mean?',
    says: `Here: ${chosen(report, 'power.of')}. By the meaning alone all of it in ${rack} is ${least} to ${most}: ask them, and choose it.`,
    place: placeOf('choice', 'power.of'),
    leads: 'choose another',
  };
};

const DATES = /\((\S+) to (\S+)\)/;

const served: Question = (report) => {
  const tranches = rowsOf(report, 'tranches').map((row) => {
    const [, , late = textIn(row('All serve'))] = DATES.exec(textIn(row('All serve'))) ?? [];
    const due = textIn(row('Due'));
    const inTime = row('In time');
    const promised = inTime?.is === 'number' ? ` (due ${due}: in time in ${cellText(inTime)} of draws)` : '';
    return `${textIn(row('Tranche'))} by ${late}${promised}`;
  });
  return tranches.length === 0
    ? null
    : {
        asks: 'When does each tranche serve, at worst?',
        says: `In nine of ten draws all of it: ${list(tranches)}. One draw in ten is later still.`,
        place: placeOf('table', 'tranches'),
        leads: 'dates and what they wait for',
      };
};

const price: Question = (report) => ({
  asks: 'What does it cost?',
  says: `${said(report, 'capital')} to build; ${said(report, 'yearly')}; its owner pays ${said(report, 'chip_hour')} for an hour in which a chip can be used.`,
  place: placeOf('figure', 'capital'),
  leads: 'how it is reckoned',
});

// --- tokens

const MIX = 'a call’s mix';

const fair: Question = (report) => {
  const rows = rowsOf(report, 'should-cost');
  const mix = rows.find((row) => textIn(row('Tokens')) === MIX);
  if (mix === undefined) return null;
  const classes = rows.filter((row) => row !== mix).map((row) => `${textIn(row('Tokens'))} ${textIn(row('Verdict'))}`);
  return {
    asks: 'Is the price fair?',
    says: `For tokens as a call has them they ask ${textIn(mix('Price'))}, and making them costs ${textIn(mix('Cost'))}: ${textIn(mix('Verdict'))}. By class: ${list(classes)}.`,
    place: placeOf('control', 'prices.output'),
    leads: 'enter the price they ask',
  };
};

const margin: Question = (report) => {
  const first = report.about === 'cost.mix' ? report.swings[0] : undefined;
  const source = report.controls.find(({ id }) => id === first?.control)?.source;
  const sure = source === null || source === undefined ? '' : `, of ${source.confidence} confidence`;
  const most = first === undefined ? '' : ` It hangs most on ${first.title}${sure}.`;
  return {
    asks: 'What margin do they make, and how sure is that?',
    says: `${said(report, 'margin.mix')}.${most}`,
    place: placeOf('part', 'swings'),
    leads: 'what decides it',
    about: 'cost.mix',
  };
};

const whichWay: Question = (report) => {
  const ways = rowsOf(report, 'break-evens')
    .filter((row) => textIn(row('Than')) === 'pay for each token')
    .map((row) => `${textIn(row('Cheaper'))} from ${textIn(row('From'))} (so in ${textIn(row('In draws'))} of draws)`);
  return {
    asks: 'From which demand on should we own, rent or reserve?',
    says:
      ways.length === 0
        ? 'Paying for each token is the cheapest everywhere on the chart.'
        : `Cheaper than paying for each token: ${list(ways)}.`,
    place: placeOf('table', 'break-evens'),
    leads: 'every way beside every other',
  };
};

const draws: Question = (report) => ({
  asks: 'What does a call draw?',
  says: `${said(report, 'call.energy')}, and ${said(report, 'call.location')}.`,
  place: placeOf('figure', 'call.energy'),
  leads: 'how it is reckoned',
});

// --- serving

const peak: Question = (report) => ({
  asks: 'How many chips does the peak take?',
  says: `${said(report, 'chips')}, which cost ${said(report, 'cost.month')}.`,
  place: placeOf('figure', 'chips'),
  leads: 'how it is reckoned',
});

const million: Question = (report) => ({
  asks: 'What do tokens and a call cost?',
  says: `A million tokens of input ${said(report, 'class.input')}, of cached input ${said(report, 'class.cached')}, of output ${said(report, 'class.output')}; a call ${said(report, 'cost.call')}.`,
  place: placeOf('part', 'swings'),
  leads: 'what decides it',
  about: 'cost.output',
});

const speed: Question = (report) => {
  const [, simulated] = rowsOf(report, 'first-token');
  const wait =
    simulated === undefined
      ? ''
      : `; the first one comes within ${textIn(simulated('P99'))} for 99 of 100 calls (simulated)`;
  return {
    asks: 'How fast is each user served?',
    says: `${said(report, 'per_user')}${wait}.`,
    place: placeOf('table', 'front'),
    leads: 'faster and cheaper ways',
  };
};

const measured: Question = ({ cautions }) => {
  const outside = cautions.find((each) => each.startsWith('Extrapolated:'));
  return {
    asks: 'Was it measured?',
    says:
      outside === undefined
        ? 'Rows like it were; the interval is that of rows which the model had not seen.'
        : `Not all of it. ${outside}`,
    place: placeOf('part', 'cautions'),
    leads: 'what to take care of',
  };
};

// --- exposure

const numberIn = (cell: PlanCell | undefined): number => (cell?.is === 'number' ? (cell.value ?? 0) : likelyIn(cell));
type Row = ReturnType<typeof rowsOf>[number];

/** The shock whose figure is the largest: figures are drawn, the table stands at likely values. */
const worstBy = (report: PlanReport, part: string): { readonly row: Row; readonly figure: string } | undefined =>
  rowsOf(report, 'shocks')
    .map((row) => ({ row, figure: `${textIn(row('Shock'))}.${part}` }))
    .toSorted((a, b) => middleOf(report, b.figure) - middleOf(report, a.figure))[0];
const middleOf = (report: PlanReport, id: string): number => figureIn(report, id)?.band?.p50 ?? 0;

const hardest: Question = (report) => {
  const worst = worstBy(report, 'without');
  if (worst === undefined) return null;
  const { row, figure } = worst;
  const untried = row('If only tried capacity counts');
  const sure = untried === undefined ? '' : `, and ${textIn(untried)} if only capacity counts that was tried`;
  return {
    asks: 'What would hit hardest?',
    says: `${capital(textIn(row('What it is')))}: ${said(report, figure)} of what matters is without service${sure}.`,
    place: placeOf('table', 'shocks'),
    leads: 'every shock',
  };
};

const dearest: Question = (report) => {
  const worst = worstBy(report, 'extra');
  if (worst === undefined) return null;
  return {
    asks: 'What would cost most?',
    says: `${capital(textIn(worst.row('What it is')))}: ${said(report, worst.figure)} over today’s, for what is still served.`,
    place: placeOf('table', 'outcomes'),
    leads: 'workload by workload',
  };
};

const LARGEST_TOLD = 3;

const hangsOnOne: Question = (report) => {
  const bySpend = rowsOf(report, 'concentration').filter((row) => textIn(row('Measured by')) === 'spend');
  const told = bySpend
    .toSorted((a, b) => numberIn(b('Its share')) - numberIn(a('Its share')))
    // A seller is often its own parent and group: it is told once.
    .filter((row, at, all) => all.findIndex((other) => textIn(other('Largest')) === textIn(row('Largest'))) === at)
    .slice(0, LARGEST_TOLD)
    .map((row) => `${textIn(row('Its share'))} on ${textIn(row('Largest'))} among ${textIn(row('Along'))}`);
  return told.length === 0
    ? null
    : {
        asks: 'How much hangs on one?',
        says: `Of what is spent: ${list(told)}.`,
        place: placeOf('table', 'concentration'),
        leads: 'every axis and measure',
      };
};

const stuck: Question = (report) => {
  const all = rowsOf(report, 'portability').filter((row) => textIn(row('For')) === 'all of it');
  const last = all.toSorted((a, b) => numberIn(a('Points')) - numberIn(b('Points')))[0];
  return last === undefined
    ? null
    : {
        asks: 'What could leave least easily?',
        says: `${textIn(last('Workload'))}, with ${textIn(last('Points'))} of 100 points for how easily it could go elsewhere.`,
        place: placeOf('table', 'portability'),
        leads: 'what the points are for',
      };
};

const leaving: Question = (report) => {
  const paper = report.documents?.find(({ id }) => id === 'exit');
  const asks = 'What does leaving a seller take?';
  if (paper === undefined)
    return {
      asks,
      says: 'An exit plan says it, of one seller at a time.',
      place: placeOf('choice', 'exit'),
      leads: 'choose the seller to leave',
    };
  const open = paper.sections.find(({ title }) => title === 'Open')?.lines.length ?? 0;
  return {
    asks,
    says: `${paper.title}, line by line with reason and source; ${open === 1 ? 'one line is' : `${open} lines are`} still open.`,
    place: placeOf('document', paper.id),
    leads: 'read it',
  };
};

// --- reserve

const toBuy: Question = (report) => {
  const bought = rowsOf(report, 'purchases').filter((row) => textIn(row('From month')) === '1');
  const unit = figureIn(report, 'units')?.unit ?? '';
  const says = bought.map((row) => `${textIn(row(unit))} ${unit} for ${textIn(row('Months'))} months`);
  return {
    asks: 'What should be bought now?',
    says: `${says.join(' and ') || 'Nothing: no term costs less than paying as one goes'}; the mix costs ${said(report, 'cost')}.`,
    place: placeOf('table', 'purchases'),
    leads: 'every purchase',
  };
};

const saves: Question = (report) => ({
  asks: 'What does that save?',
  says: `${said(report, 'saving')} against all on demand, ${said(report, 'saving.share')}.`,
  place: placeOf('part', 'swings'),
  leads: 'what decides it',
  about: 'saving',
});

const pays: Question = (report) => ({
  asks: 'From which use on does a unit pay?',
  says: `${rowsOf(report, 'break-evens')
    .map((row) => `${textIn(row('Offer'))} (${textIn(row('Carrying'))}) ${textIn(row('Pays above a use of'))}`)
    .join('; ')}.`,
  place: placeOf('table', 'break-evens'),
  leads: 'prices and what they stand on',
});

const ifLow: Question = (report) => ({
  asks: 'What if demand is another?',
  says: `With low growth ${said(report, 'low.idle')} is owed for what stands idle; as drawn it costs ${said(report, 'regret')} more than the best of four decisions.`,
  place: placeOf('table', 'regret'),
  leads: 'every decision under every growth',
});

const QUESTIONS: Readonly<Partial<Record<PlanKindName, readonly Question[]>>> = {
  power: [howMany, hangsOn, whichPower, served, price],
  cost: [fair, margin, whichWay, draws],
  serving: [peak, million, speed, measured],
  exposure: [hardest, dearest, hangsOnOne, stuck, leaving],
  reserve: [toBuy, saves, pays, ifLow],
};

/** What a kind of plan is for, before its title. */
const FOR: Readonly<Partial<Record<PlanKindName, string>>> = {
  power: 'Chips in a gigawatt',
  cost: 'Fair price, own or buy',
  serving: 'Chips to serve a model',
  exposure: 'What hangs on whom',
  reserve: 'What to reserve',
};

export const planTitle = (kind: PlanKindName, title: string): string => {
  const what = FOR[kind];
  return what === undefined ? title : `${what}: ${title}`;
};
