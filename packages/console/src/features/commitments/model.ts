// Commitments and credits as charges draw them, prepared: what is drawn, left, lapsed and owed of each milestone, what is to be
// expected, and what is not known. What is only possible ("up to") stands apart and is in no sum.
import type { Commitment, Commitments, Forecast, Tranche } from '@weighbridge/protocol';
import type { BurnData, BurnMilestone } from '../../parts/burn-down/model.ts';
import type { Tone } from '../../parts/data-table/cell.ts';
import { decimalOf, grouped, picoOf, sumOf, type Pico } from '../../parts/money/decimal.ts';
import type { MoneyValue } from '../../parts/money/model.ts';
import { formatDay } from '../../parts/when/model.ts';
import {
  automaticText,
  briefMoney,
  counted,
  daysText,
  feeText,
  fullMoney,
  ruleText,
  statusTag,
} from '../contracts/words.ts';
import type { Headline } from '../headline.ts';
import {
  drawnOfWhole,
  drawnNote,
  isNothing,
  knownSince,
  knownTexts,
  notKnownText,
  unknownSpan,
  type KnownText,
} from './known.ts';

export interface TrancheText {
  readonly key: string;
  readonly name: string;
  readonly span: string;
  readonly state: { readonly text: string; readonly tone: Tone };
  readonly committed: MoneyValue;
  /** What came in from the milestone before, and what went on to the next. */
  readonly committedNote: string;
  /** Null: nobody knows how much. */
  readonly drawn: MoneyValue | null;
  /** What of it is stated, and of which days nothing is known. */
  readonly drawnNote: string;
  /** Address of what drew it; null: nothing did. */
  readonly drawnHref: string | null;
  readonly left: MoneyValue;
  /** What can still be owed for it. */
  readonly leftNote: string;
  readonly lapsed: MoneyValue;
  /** What is owed for it, or lost. */
  readonly lapsedNote: string;
  readonly expected: string;
  readonly expectedTone: 'quiet' | 'warn' | 'bad';
}

export interface CommitmentText {
  readonly key: string;
  readonly title: string;
  readonly href: string;
  readonly status: { readonly text: string; readonly tone: Tone };
  readonly about: string;
  /** What is stated, and what nobody knows. */
  readonly known: readonly KnownText[];
  readonly burn: BurnData;
  readonly tranches: readonly TrancheText[];
  readonly exits: readonly string[];
}

export interface PossibleText {
  readonly key: string;
  readonly contract: string;
  readonly href: string;
  readonly status: CommitmentText['status'];
  readonly what: string;
  readonly holder: string;
  readonly upTo: string;
  readonly when: string;
}

/** Addresses that lead away from the page. */
export interface CommitmentsWays {
  readonly contractHref: (id: string) => string;
  readonly drawnHref: (selection: string) => string;
  readonly unpricedHref: string;
}

/** Names a tranche in the address: none of the three can hold a slash. */
export const selectionOf = (contract: string, instrument: string, tranche: string): string =>
  `${contract}/${instrument}/${tranche}`;

export interface Selected {
  readonly contract: string;
  readonly instrument: string;
  readonly tranche: string;
}

export function selectedOf(selection: string): Selected | null {
  const [contract = '', instrument = '', tranche = '', ...more] = selection.split('/');
  return contract === '' || instrument === '' || tranche === '' || more.length > 0
    ? null
    : { contract, instrument, tranche };
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  draft: 'drafted',
  reported: 'only reported',
  ended: 'ended',
};

/** `2 commitments are drafted and one is only reported` */
function statusesText(rows: Commitments['rows']): string {
  const counted = [...Map.groupBy(rows, ({ status }) => STATUS_WORDS[status] ?? status)];
  const parts = counted.map(([word, { length }], at) => {
    const noun = at > 0 ? '' : length === 1 ? ' commitment' : ' commitments';
    return `${length === 1 ? 'one' : length}${noun} ${length === 1 ? 'is' : 'are'} ${word}`;
  });
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** `day`: the one that is asked about; '' is now. */
export function commitmentsHeadline(found: Commitments, day = ''): Headline {
  const { charges, possibilities } = found;
  const rows = found.rows.filter(({ status }) => status === 'signed');
  if (rows.length === 0 && found.rows.length > 0)
    return {
      first: `Nothing that is signed commits: ${statusesText(found.rows)}.`,
      second: 'Charges draw a contract once its status is signed.',
    };
  if (rows.length === 0 && found.unreadable.length > 0)
    return {
      first: 'What is committed is not known: no contract that commits can be read.',
      second: 'Below stands which, why, and what brings them back.',
    };
  if (rows.length === 0)
    return {
      first:
        possibilities.length === 0
          ? `No commitment stands in this log${day === '' ? '' : ` as of the end of ${day}`}.`
          : 'Nothing is committed: what stands is only possible.',
      second: day === '' ? 'Enter a contract: charges draw its commitments from the day on which it begins.' : '',
    };
  const known = charges.unknown === null;
  const sums = (['spend', 'credit'] as const).flatMap((kind) => drawnOf(rows, kind, known));
  const sentence = sums.join('; ');
  return {
    first: `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}${known ? '' : ', and what was drawn is not known now'}.`,
    second: [owedSentence(rows), nextSentence(rows), leaveSentence(rows)].filter((part) => part !== '').join(' '),
  };
}

/** By currency; a credit is nobody's obligation, and apart. */
function drawnOf(rows: readonly Commitment[], kind: Commitment['kind'], known: boolean): readonly string[] {
  const what = kind === 'credit' ? 'in credits' : 'committed';
  const held = rows.filter((row) => row.kind === kind);
  return currenciesOf(held).map((currency) => {
    const own = held.filter((row) => row.currency === currency);
    const [drawn = '0', of = '0'] = [own.map((row) => row.drawn), own.map((row) => row.committed)].map((amounts) =>
      decimalOf(sumOf(amounts).sum),
    );
    const whole = `${briefMoney(of, currency)} ${what}`;
    return known ? drawnOfWhole(drawn, currency, whole, unknownSpan(own)) : whole;
  });
}

const currenciesOf = (rows: readonly Commitment[]): readonly string[] =>
  [...new Set(rows.map(({ currency }) => currency))].toSorted();

function owedSentence(rows: readonly Commitment[]): string {
  const owed = currenciesOf(rows).flatMap((currency) => {
    const own = rows.filter((row) => row.currency === currency).flatMap(({ tranches }) => tranches);
    const { sum } = sumOf(own.map(({ shortfall }) => shortfall ?? '0'));
    return sum === 0n ? [] : [briefMoney(decimalOf(sum), currency)];
  });
  const open = rows.some(({ tranches }) =>
    tranches.some(({ state, unknown, shortfall }) => state === 'ended' && unknown !== null && shortfall === null),
  );
  if (open)
    return `${owed.length === 0 ? '' : `Owed for shortfall: ${owed.join(' and ')}, and more perhaps. `}What is owed for a shortfall of the time before metering is not known.`;
  return owed.length === 0 ? 'Nothing is owed for a shortfall so far.' : `Owed for shortfall: ${owed.join(' and ')}.`;
}

function nextSentence(rows: readonly Commitment[]): string {
  const [next] = rows
    .flatMap((row) => row.tranches.map((tranche) => ({ row, tranche })))
    .filter(({ tranche }) => tranche.state !== 'ended')
    .toSorted((a, b) => (a.tranche.until < b.tranche.until ? -1 : 1));
  if (next === undefined) return 'Every milestone is over.';
  const { row, tranche } = next;
  const left = `${tranche.tranche} of ${row.contract} ends ${tranche.until} with ${tranche.unknown === null ? '' : 'at most '}${briefMoney(tranche.remaining, row.currency)} left to draw`;
  return `Next: ${left}; ${expectedText(tranche, row.currency)}.`;
}

function leaveSentence(rows: readonly Commitment[]): string {
  const [next] = rows
    .flatMap(({ contract, exits }) => exits.map((exit) => ({ contract, exit })))
    .filter(({ exit }) => exit.days_left >= 0)
    .toSorted((a, b) => a.exit.days_left - b.exit.days_left);
  if (next === undefined) return '';
  return `Next day of notice: ${next.exit.last_safe} (${daysText(next.exit.days_left)}), ${next.exit.instrument} of ${next.contract}.`;
}

export function commitmentTexts({ rows, at, charges }: Commitments, ways: CommitmentsWays): readonly CommitmentText[] {
  return rows.map((row) => {
    const { contract, instrument, kind, title, status, rule, automatic, currency } = row;
    const after = kind === 'credit' ? 'a credit: what lapses is gone' : `shortfall: ${ruleText(rule)}`;
    const itself = kind === 'credit' || rule === 'none' ? '' : `; invoiced by itself: ${automaticText(automatic)}`;
    return {
      key: `${contract}/${instrument}`,
      title: `${title}: ${instrument}`,
      href: ways.contractHref(contract),
      status: statusTag(status),
      about: `${after}${itself}${status === 'draft' || status === 'offered' ? '; charges draw it once it is signed' : ''}`,
      known: knownTexts(row, charges),
      burn: burnOf(row, formatDay(at)),
      tranches: row.tranches.map((tranche) => trancheText(row, tranche, currency, ways)),
      exits: exitsOf(row),
    };
  });
}

const STATES: Readonly<Record<Tranche['state'], { readonly text: string; readonly tone: Tone }>> = {
  ahead: { text: 'ahead', tone: 'quiet' },
  open: { text: 'open', tone: 'note' },
  ended: { text: 'over', tone: 'quiet' },
};

function trancheText(
  { contract, instrument }: Commitment,
  tranche: Tranche,
  currency: string,
  { drawnHref }: CommitmentsWays,
): TrancheText {
  const money = (amount: string): MoneyValue => ({ amount, currency });
  return {
    key: tranche.tranche,
    name: tranche.tranche,
    span: `${tranche.from} to ${tranche.until}`,
    state: STATES[tranche.state],
    committed: money(tranche.committed),
    committedNote: movedText(tranche, currency),
    drawn: tranche.unknown !== null && isNothing(tranche.drawn) ? null : money(tranche.drawn),
    drawnNote: drawnNote(tranche, currency),
    drawnHref: tranche.charges === 0 ? null : drawnHref(selectionOf(contract, instrument, tranche.tranche)),
    left: money(tranche.remaining),
    leftNote: leftNote(tranche, currency),
    lapsed: money(tranche.expired),
    lapsedNote: lapsedNote(tranche, currency),
    expected: expectedText(tranche, currency),
    expectedTone: expectedTone(tranche),
  };
}

function leftNote({ state, shortfall_at_most: most, remaining, unknown }: Tranche, currency: string): string {
  if (state === 'ended' || isNothing(remaining)) return '';
  const owed = isNothing(most) ? 'nothing is owed for it' : `${briefMoney(most, currency)} owed at most`;
  return unknown === null ? owed : `at most; ${owed}`;
}

function lapsedNote({ expired, shortfall, lost, unknown }: Tranche, currency: string): string {
  if (isNothing(expired)) return '';
  if (unknown !== null) return 'at most; what is owed is not known';
  if (!isNothing(lost)) return `${briefMoney(lost, currency)} paid is lost`;
  if (shortfall === null) return 'what is owed is not stated';
  return isNothing(shortfall) ? 'nothing is owed for it' : `${briefMoney(shortfall, currency)} owed for it`;
}

function movedText({ rolled_in: came, rolled_out: went }: Tranche, currency: string): string {
  const parts = [
    isNothing(came) ? '' : `${briefMoney(came, currency)} moved in`,
    isNothing(went) ? '' : `${briefMoney(went, currency)} moved on`,
  ].filter((part) => part !== '');
  return parts.join(', ');
}

/** In words: whether it will be met, and what would be missing. */
function expectedText(tranche: Tranche, currency: string): string {
  const { forecast, state, remaining } = tranche;
  if (state === 'ended') return 'over';
  if (forecast.verdict === 'not known') return notKnownText(tranche);
  if (forecast.projected === null) return insufficientText(forecast);
  const { missing, complete_on: complete, paths_complete: met, paths } = forecast.projected;
  if (isNothing(remaining)) return 'drawn to the end';
  const most = briefMoney(missing.p90, currency);
  const share = `${met} of ${counted(paths, 'path')}`;
  if (isNothing(missing.p50))
    return `on course to be met (${share})${complete.p50 === null ? '' : `, most likely on ${complete.p50}`}${isNothing(missing.p90) ? '' : `; short by ${most} at P90`}`;
  const least = briefMoney(missing.p10, currency);
  return `on course to be short by ${least} to ${most}, P50 ${briefMoney(missing.p50, currency)} (met in ${share})`;
}

const insufficientText = ({ days }: Forecast): string =>
  days === 0
    ? 'insufficient evidence: no usage so far, and 28 days of it are needed'
    : `insufficient evidence: ${counted(days, 'day')} of usage, and 28 are needed`;

function expectedTone({ forecast: { projected }, state }: Tranche): TrancheText['expectedTone'] {
  if (state === 'ended' || projected === null) return 'quiet';
  if (!isNothing(projected.missing.p50)) return 'bad';
  return isNothing(projected.missing.p90) ? 'quiet' : 'warn';
}

function exitsOf({ exits, currency }: Commitment): readonly string[] {
  if (exits.length === 0) return ['No right to leave is written down.'];
  return exits.map(({ instrument, last_safe: last, days_left: days, fee_at_last: fee, now, triggers }) => {
    const when = days < 0 ? `notice had to be given by ${last}: passed` : `notice by ${last}, ${daysText(days)}`;
    const cost = fee === null ? 'what it costs is not written down' : `${feeText(fee, currency)} then`;
    const today =
      now?.fee === undefined || now.fee === null
        ? ''
        : `; ${feeText(now.fee, currency)} if notice is given today, to leave on ${now.takes_effect}`;
    return `${instrument}: ${when}; ${cost}${today}${triggers.length === 0 ? '' : '; only for cause'}.`;
  });
}

function burnOf(row: Commitment, at: string): BurnData {
  const { burn, tranches, currency, kind, instrument } = row;
  const waiting = tranches.find(({ forecast }) => forecast.verdict === 'insufficient evidence');
  const unknown = tranches.find(({ forecast }) => forecast.verdict === 'not known');
  return {
    title: kind === 'credit' ? `How fast is the credit ${instrument} used?` : `Is ${instrument} on course?`,
    currency,
    at,
    drawn: burn,
    knownSince: knownSince(row),
    milestones: milestonesOf(tranches),
    unforetold:
      unknown !== undefined
        ? `Nothing is foretold: ${notKnownText(unknown)}.`
        : waiting === undefined
          ? null
          : `Nothing is foretold: ${insufficientText(waiting.forecast)}, with usage on ten of them.`,
  };
}

/**
 * What is to be expected of all milestones up to each. The ends of several are added, as if a bad year were bad throughout: of
 * later ones the span is at its widest.
 */
function milestonesOf(tranches: readonly Tranche[]): readonly BurnMilestone[] {
  let sums: readonly [Pico, Pico, Pico] = [0n, 0n, 0n];
  let foretold = true;
  return tranches.map(({ tranche, from, until, committed, drawn, state, forecast: { projected } }) => {
    const ends =
      projected === null ? [drawn, drawn, drawn] : [projected.drawn.p10, projected.drawn.p50, projected.drawn.p90];
    const [low = 0n, middle = 0n, high = 0n] = ends.map((amount) => picoOf(amount) ?? 0n);
    sums = [sums[0] + low, sums[1] + middle, sums[2] + high];
    foretold &&= state === 'ended' || projected !== null;
    const shown = foretold && state !== 'ended';
    return {
      name: tranche,
      from,
      until,
      committed,
      expected: shown ? { low: decimalOf(sums[0]), middle: decimalOf(sums[1]), high: decimalOf(sums[2]) } : null,
    };
  });
}

export const possibleTexts = (
  possibilities: readonly Commitments['possibilities'][number][],
  { contractHref }: CommitmentsWays,
): readonly PossibleText[] =>
  possibilities.map(({ contract, status, currency, instrument, what, holder, up_to: most, from, until }) => ({
    key: `${contract}/${instrument}`,
    contract,
    href: contractHref(contract),
    status: statusTag(status),
    what: `${what}: ${instrument}`,
    holder,
    upTo:
      most.amount === null
        ? `${grouped((most.quantity ?? '0').split('.')[0] ?? '0')} ${most.unit ?? ''}`
        : fullMoney(most.amount, currency),
    when: from === null || until === null ? 'not stated' : `${from} to ${until}`,
  }));
