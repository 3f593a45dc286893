// What a contract says, prepared: the same for one that stands and for one that is only being looked at. Obligations are summed;
// what is only possible ("up to") stands apart and is in no sum; a gap says what to ask and what to propose.
import {
  contractStatus,
  notBinding,
  OBLIGATION_WORDS,
  owesWord,
  type ContractFinding,
  type ContractReading,
  type ObligationsView,
  type ShortfallRow,
} from '@weighbridge/protocol';
import { grouped } from '../../parts/money/decimal.ts';
import type { Tone } from '../../parts/data-table/cell.ts';
import { exitsTable, feesTable } from './leaving.ts';
import type { TableText } from './table-text.ts';
import { automaticText, briefMoney, counted, daysFrom, daysText, fullMoney, partyName, ruleText } from './words.ts';

/** One of the few things that somebody who signs wants to know first. */
export interface Answer {
  readonly key: string;
  readonly question: string;
  readonly text: string;
  readonly note: string;
  readonly tone: 'quiet' | 'warn' | 'bad';
}

export interface ReadingText {
  readonly title: string;
  readonly sentence: string;
  readonly answers: readonly Answer[];
  readonly tables: readonly TableText[];
}

export function readingText(reading: ContractReading): ReadingText {
  const { obliges, title } = reading;
  return {
    title,
    sentence: sentenceOf(reading),
    answers: [owedAnswer(reading), biteAnswer(reading), leaveAnswer(reading), gapsAnswer(reading)],
    tables: [
      obligationsTable(reading),
      ...(obliges.possibilities.length > 0 ? [possibleTable(reading)] : []),
      ...(obliges.credits.length > 0 ? [creditsTable(reading)] : []),
      shortfallTable(reading),
      exitsTable(reading),
      ...(obliges.exits.some(({ schedule }) => schedule.length > 0) ? [feesTable(reading)] : []),
      partiesTable(reading),
    ],
  };
}

function sentenceOf({ obliges, parties, status, term }: ContractReading): string {
  const { currency, owed, unpriced } = obliges;
  const sums = [
    ...Object.entries(owed).map(
      ([party, amount]) => `${partyName(parties, party)} ${owesWord(status)} ${briefMoney(amount, currency)}`,
    ),
    ...unpriced.map(
      ({ by, instrument, why }) =>
        `${partyName(parties, by)} ${owesWord(status)} the price of ${instrument}${sumOfIt(owed)}: ${why}`,
    ),
  ];
  const first = sums.length === 0 ? 'It obliges nobody to money' : sums.join('; ');
  const possible = obliges.possibilities.length;
  return `${first}, from ${term.from} to ${term.until}${possible === 0 ? '' : `; ${counted(possible, 'possibility ("up to") is', 'possibilities ("up to") are')} in no sum`}.`;
}

const sumOfIt = (owed: ObligationsView['owed']): string => (Object.keys(owed).length === 0 ? '' : ', in no sum');

function owedAnswer({ obliges, parties, status }: ContractReading): Answer {
  const { currency, owed, unpriced } = obliges;
  const held = Object.entries(owed);
  const parts = [
    ...held.map(([, amount]) => briefMoney(amount, currency)),
    ...(unpriced.length === 0 ? [] : ['a price that is not stated']),
  ];
  const who = [...new Set([...held.map(([party]) => party), ...unpriced.map(({ by }) => by)])];
  return {
    key: 'owed',
    question: `Owed in all${notBinding(status) === '' ? '' : `, ${notBinding(status)}`}`,
    text: parts.length === 0 ? 'nothing' : parts.join(' · '),
    note:
      parts.length === 0 ? 'no commitment of money' : `by ${who.map((party) => partyName(parties, party)).join(', ')}`,
    tone: unpriced.length === 0 ? 'quiet' : 'bad',
  };
}

function biteAnswer({ obliges: { shortfalls, currency }, at }: ContractReading): Answer {
  const ahead = shortfalls.filter(({ after }) => after >= at);
  const next = ahead.find(({ at_most: most }) => most !== '0');
  const base = { key: 'bites', question: 'A shortfall bites first', tone: 'quiet' } as const;
  if (next === undefined)
    return { ...base, text: 'never', note: ahead.length === 0 ? 'no milestone is ahead' : 'nothing is owed for one' };
  return {
    ...base,
    text: `after ${next.after}`,
    note: `${daysText(daysFrom(at, next.after))}; ${briefMoney(next.at_most, currency)} at most; ${followsText(next)}`,
    tone: next.rule === 'unstated' ? 'bad' : 'quiet',
  };
}

function leaveAnswer({ obliges: { exits, renewal_notice_by: renewal }, at }: ContractReading): Answer {
  const base = { key: 'leave', question: 'Last safe day to leave' } as const;
  const free = exits.filter(({ triggers }) => triggers.length === 0);
  const open = (free.length > 0 ? free : exits)
    .filter(({ last_safe: last }) => last >= at)
    .toSorted((a, b) => (a.last_safe < b.last_safe ? 1 : -1))[0];
  const renews = renewal === null ? '' : `; it renews itself unless told by ${renewal}`;
  if (exits.length === 0)
    return { ...base, text: 'none', note: `no right to leave is written down${renews}`, tone: 'bad' };
  if (open === undefined)
    return { ...base, text: 'passed', note: `every window for notice is over${renews}`, tone: 'bad' };
  const only = open.triggers.length > 0 ? ', only for cause' : '';
  return {
    ...base,
    text: open.last_safe,
    note: `${daysText(open.days_left)}, by the right “${open.instrument}”${only}${renews}`,
    tone: open.triggers.length > 0 ? 'warn' : 'quiet',
  };
}

function gapsAnswer({ findings }: ContractReading): Answer {
  const serious = findings.filter(({ severity }) => severity === 'serious').length;
  const weak = findings.length - serious;
  return {
    key: 'gaps',
    question: 'Gaps and dangers',
    text: serious === 0 ? 'none serious' : `${serious} serious`,
    note: weak === 0 ? 'nothing weak' : `and ${counted(weak, 'weak point')}`,
    tone: serious > 0 ? 'bad' : 'quiet',
  };
}

/** What becomes of what is missing at the end of a milestone: where the rest moves on, only the last one costs. */
function followsText({ rule, at_most: most }: Pick<ShortfallRow, 'rule' | 'at_most'>): string {
  if (rule === 'unstated') return 'what it costs is not written down';
  if (rule !== 'rollover') return ruleText(rule);
  return most === '0' ? 'the rest moves to the next milestone' : 'what is left by then is owed';
}

type Held = ObligationsView['obligations'][number];

function quantityText(quantity: string | null, unit: string | null): string {
  if (quantity === null) return '';
  const [whole = '', part] = quantity.split('.');
  return `${grouped(whole)}${part === undefined ? '' : `.${part}`} ${unit ?? ''}`.trim();
}

/** Capacity is no money; money without a sum is said. */
function amountText({ what, amount }: Held, currency: string): string | null {
  if (amount !== null) return fullMoney(amount, currency);
  return what === 'capacity' ? null : 'not stated';
}

function obligationsTable({ obliges: { obligations, owed, currency }, parties, status }: ContractReading): TableText {
  const graded = obligations.some(({ grade }) => grade !== null);
  const reckoned = obligations.some((held) => held.reckoned !== null);
  const what = ({ what: kind, instrument, part }: Held): string =>
    kind === 'spend' ? `spend: ${instrument}, ${part}` : `${OBLIGATION_WORDS[kind]}: ${instrument}`;
  return {
    title: `Obligations, by date${status === 'signed' ? '' : ` (${contractStatus(status)})`}`,
    note: 'Money has to be spent or paid by the day; capacity is there from it. Its price is owed whether it is used or not, by the month.',
    head: [
      'By',
      'Who',
      'To',
      'What',
      'Amount>',
      'Quantity>',
      ...(reckoned ? ['Comes to that by'] : []),
      ...(graded ? ['Rests on'] : []),
    ],
    rows: [
      ...obligations.map((held, i) => ({
        key: `${i} ${held.instrument} ${held.part}`,
        cells: [
          held.due,
          partyName(parties, held.by),
          partyName(parties, held.to),
          what(held),
          amountText(held, currency),
          held.quantity === null ? null : quantityText(held.quantity, held.unit),
          ...(reckoned ? [held.reckoned] : []),
          ...(graded ? [held.grade ?? 'not stated'] : []),
        ],
      })),
      ...Object.entries(owed).map(([party, amount]) => ({
        key: `owed ${party}`,
        cells: [
          `In all${notBinding(status) === '' ? '' : `, ${notBinding(status)}`}`,
          partyName(parties, party),
          null,
          null,
          fullMoney(amount, currency),
          null,
        ],
        total: true,
      })),
    ],
    none: obligations.length === 0 ? 'It obliges nobody to anything by a date.' : null,
  };
}

function possibleTable({ obliges: { possibilities, currency }, parties }: ContractReading): TableText {
  return {
    title: 'Only possible: "up to"',
    note: 'Nobody owes this. It is in no sum, above or anywhere.',
    head: ['What', 'Who decides', 'Other side', 'Up to>', 'When', 'Conditions'],
    rows: possibilities.map(({ instrument, what, holder, other, up_to: most, from, until, conditions }) => ({
      key: instrument,
      cells: [
        `${what}: ${instrument}`,
        partyName(parties, holder),
        partyName(parties, other),
        most.amount === null ? quantityText(most.quantity, most.unit) : fullMoney(most.amount, currency),
        from === null || until === null ? 'not stated' : `${from} to ${until}`,
        conditions.length === 0 ? null : conditions.join('; '),
      ],
    })),
    none: null,
  };
}

function creditsTable({ obliges: { credits, currency }, parties }: ContractReading): TableText {
  return {
    title: 'Credits',
    note: 'Drawn before the commitment where their priority says so.',
    head: ['Credit', 'Whose', 'Amount>', 'From', 'Last day', 'If it lapses'],
    rows: credits.map(({ instrument, holder, amount, from, until, prepaid }) => ({
      key: instrument,
      cells: [
        instrument,
        partyName(parties, holder),
        fullMoney(amount, currency),
        from,
        until,
        prepaid ? 'money paid is lost' : 'it is gone',
      ],
    })),
    none: null,
  };
}

function shortfallTable({ obliges: { shortfalls, currency }, at }: ContractReading): TableText {
  return {
    title: 'When a shortfall bites',
    note: 'The most there can be to pay, if nothing were spent from the beginning.',
    head: ['After', 'Milestone', 'What follows', 'By itself', 'At most>'],
    rows: shortfalls.map(({ instrument, milestone, after, rule, automatic, at_most: most }) => ({
      key: `${instrument} ${milestone}`,
      cells: [
        `${after}, ${daysText(daysFrom(at, after))}`,
        `${instrument}, ${milestone}`,
        followsText({ rule, at_most: most }),
        automaticText(automatic),
        fullMoney(most, currency),
      ],
    })),
    none: shortfalls.length === 0 ? 'There is no commitment that could fall short.' : null,
  };
}

function partiesTable({ parties }: ContractReading): TableText {
  return {
    title: 'Parties and what each is',
    note: 'Who sells, who bills, who runs and who hosts may be four.',
    head: ['Party', 'Name', 'Roles', 'Belongs to'],
    rows: parties.map(({ id, name, roles, parent }) => ({
      key: id,
      cells: [id, name, roles.join(', '), parent === null ? null : partyName(parties, parent)],
    })),
    none: null,
  };
}

export interface FindingText {
  readonly key: string;
  readonly severity: { readonly text: string; readonly tone: Tone };
  readonly title: string;
  readonly where: string;
  readonly reason: string;
  /** Empty where the seller is not to be asked. */
  readonly question: string;
  readonly clause: string;
  /** What to change in one's own file. */
  readonly mend: string;
}
export interface FindingGroup {
  readonly title: string;
  readonly note: string;
  readonly serious: boolean;
  readonly findings: readonly FindingText[];
}

/** Serious first; a group without findings is left out. */
export function findingGroups(findings: readonly ContractFinding[]): readonly FindingGroup[] {
  const of = (severity: ContractFinding['severity']): readonly FindingText[] =>
    findings.filter((one) => one.severity === severity).map(findingText);
  return [
    { title: 'Serious', note: 'Better not signed before these are mended.', serious: true, findings: of('serious') },
    { title: 'Weak', note: 'Worth asking for.', serious: false, findings: of('weak') },
  ].filter((group) => group.findings.length > 0);
}

const findingText = ({
  rule,
  severity,
  kind,
  at,
  term,
  reason,
  question,
  clause,
  mend,
}: ContractFinding): FindingText => ({
  key: `${rule} ${at}`,
  severity: { text: kind, tone: severity === 'serious' ? 'bad' : 'warn' },
  title: term,
  where: at === 'contract' ? '' : `in ${at}`,
  reason,
  question,
  clause,
  mend,
});

export interface TextPart {
  readonly key: string;
  readonly part: string;
  readonly day: boolean;
}

/** A text cut at its days, so that none is broken over two lines. */
export const daysIn = (text: string): readonly TextPart[] =>
  text
    .split(/(\d{4}-\d{2}-\d{2})/)
    .map((part, index) => ({ key: `${index}`, part, day: index % 2 === 1 }))
    .filter(({ part }) => part !== '');
