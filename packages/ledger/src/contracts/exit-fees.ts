// What leaving costs, by the day on which it takes effect: a fixed amount, a part of what is still committed then, or both, with a least
// and a most. Steps go by date or by months since the term began. Leaving takes effect at the end of a day; what of a milestone under
// way will be drawn by then nobody knows, so a fee on it is a range with two exact ends, and one amount only where the two are equal.
import { formatMoney, MONEY_SCALE, moneyToDecimal, type Money } from '@weighbridge/kernel';
import { instrumentsOf, type Contract, type InstrumentOf } from './contract.ts';
import { feeAhead } from './fees.ts';
import { DAY_MS } from './fields.ts';

type Exit = InstrumentOf<'exit'>;
export type FeeRow = NonNullable<Exit['fees']>[number];

export interface FeeRange {
  readonly least: Money;
  readonly most: Money;
}

/** Days on which leaving takes effect, `until` exclusive. */
interface Span {
  readonly from: number;
  readonly until: number;
}

/** What is left to draw of a milestone as of now, by `leftName`; of one that is not in it all that it commits to. */
export type Left = ReadonlyMap<string, Money>;
export const leftName = (instrument: string, milestone: string): string => `${instrument}/${milestone}`;

/** The day that so many months lies behind another: of a month that is too short its last. */
export function monthsAfter(day: number, months: number): number {
  const date = new Date(day);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 1);
  return Math.min(first + (date.getUTCDate() - 1) * DAY_MS, next - DAY_MS);
}

/** Null: the row names neither days nor months, or both; the meaning refuses it. */
export function spanOf({ from, until, months }: FeeRow, { term }: Contract, { window }: Exit): Span | null {
  if (months !== undefined)
    return from === undefined && until === undefined
      ? {
          from: monthsAfter(term.from, months.first - 1),
          until: months.last === undefined ? window.until : monthsAfter(term.from, months.last),
        }
      : null;
  return from === undefined || until === undefined ? null : { from, until };
}

/** The instruments whose rest a part is taken of: those named, else what the holder must spend with the party that is left. */
export function basesOf(contract: Contract, { holder, from }: Exit, { of }: FeeRow): readonly Base[] {
  const spends = instrumentsOf(contract, 'spend');
  if (of === undefined) return spends.filter(({ by, with: other }) => by === holder && other === from);
  const all: readonly Base[] = [...spends, ...instrumentsOf(contract, 'capacity')];
  return all.filter(({ id }) => of.includes(id));
}
type Base = InstrumentOf<'spend'> | InstrumentOf<'capacity'>;

const sum = (amounts: readonly Money[]): Money => amounts.reduce((all, amount) => all + amount, 0n);

/** Of a milestone that is under way by its days: what is less than a unit of 10^-12 is not owed. */
function byDays({ milestones }: InstrumentOf<'spend'>, end: number): Money {
  return sum(
    milestones.map(({ from, until, amount }) => {
      if (until <= end) return 0n;
      return from >= end ? amount : (amount * BigInt(until - end)) / BigInt(until - from);
    }),
  );
}

/** If nothing more is drawn, and if all is drawn that can be by then. */
function undrawn(
  { id, milestones, shortfall, carry_over: carry }: InstrumentOf<'spend'>,
  end: number,
  left: Left,
): FeeRange {
  const leftOf = (held: (typeof milestones)[number]): Money => left.get(leftName(id, held.id)) ?? held.amount;
  // A rest that moves on is still to be drawn; one that does not is a shortfall of its own, and no part of this.
  const open = shortfall?.rule === 'rollover' ? milestones : milestones.filter(({ until }) => until > end);
  const last = milestones.at(-1)?.until ?? end;
  return {
    most: last <= end ? 0n : sum(open.map(leftOf)),
    least: carry === 'roll-forward' ? 0n : sum(milestones.filter(({ from }) => from >= end).map(leftOf)),
  };
}

function remainingOf(contract: Contract, base: Base, row: FeeRow, day: number, left: Left): FeeRange {
  const end = day + DAY_MS;
  if (base.kind === 'spend' && row.counted !== 'by-days') return undrawn(base, end, left);
  const exact = base.kind === 'spend' ? byDays(base, end) : (feeAhead(base, contract.term.from, end) ?? 0n);
  return { least: exact, most: exact };
}

const within = (fee: Money, { at_least: least, at_most: most }: FeeRow): Money => {
  const raised = least !== undefined && fee < least ? least : fee;
  return most !== undefined && raised > most ? most : raised;
};

function feeBy(contract: Contract, held: Exit, row: FeeRow, day: number, left: Left): FeeRange {
  const { amount = 0n, of_remaining: part } = row;
  if (part === undefined) return { least: amount, most: amount };
  const rests = basesOf(contract, held, row).map((base) => remainingOf(contract, base, row, day, left));
  const feeOf = (rest: Money): Money => within(amount + (rest * part) / MONEY_SCALE, row);
  return { least: feeOf(sum(rests.map(({ least }) => least))), most: feeOf(sum(rests.map(({ most }) => most))) };
}

const NOTHING_DRAWN: Left = new Map();

/** Null: the contract does not say. A day that no row of the schedule names costs nothing, where there is a schedule. */
export function feeOn(contract: Contract, held: Exit, day: number, left = NOTHING_DRAWN): FeeRange | null {
  if (held.fees === undefined) return null;
  const row = held.fees.find((one) => {
    const span = spanOf(one, contract, held);
    return span !== null && span.from <= day && day < span.until;
  });
  return row === undefined ? { least: 0n, most: 0n } : feeBy(contract, held, row, day, left);
}

/** All that is still to be spent with the party that is left, and paid to it for capacity, from the end of the day on: the most. */
export function stayingCosts(contract: Contract, { holder, from }: Exit, day: number): Money {
  const spends = instrumentsOf(contract, 'spend').filter(({ by, with: other }) => by === holder && other === from);
  const capacity = instrumentsOf(contract, 'capacity').filter(
    ({ for: whom, provider }) => whom === holder && provider === from,
  );
  const end = day + DAY_MS;
  return sum([
    ...spends.map((one) => undrawn(one, end, NOTHING_DRAWN).most),
    ...capacity.map((one) => feeAhead(one, contract.term.from, end) ?? 0n),
  ]);
}

export interface FeeStep extends Span {
  /** How it is reckoned, in words. */
  readonly says: string;
  /** On its first day, and on its last one. */
  readonly first: FeeRange;
  readonly last: FeeRange;
}

/** Of the window only: on no other day leaving can take effect. */
export const feeSteps = (contract: Contract, held: Exit, left = NOTHING_DRAWN): readonly FeeStep[] =>
  (held.fees ?? []).flatMap((row) => {
    const span = spanOf(row, contract, held);
    if (span === null) return [];
    const from = Math.max(span.from, held.window.from);
    const until = Math.min(span.until, held.window.until);
    if (from >= until) return [];
    return {
      from,
      until,
      says: termsOf(contract, held, row),
      first: feeBy(contract, held, row, from, left),
      last: feeBy(contract, held, row, until - DAY_MS, left),
    };
  });

/** `0.125` as `12.5 %`. */
const percent = (part: Money): string => `${moneyToDecimal(part * 100n)} %`;

function termsOf(contract: Contract, held: Exit, row: FeeRow): string {
  const { currency } = contract;
  const { amount, of_remaining: part, at_least: least, at_most: most, counted } = row;
  const money = (value: Money): string => formatMoney(value, currency);
  if (part === undefined) return money(amount ?? 0n);
  const names = basesOf(contract, held, row).map(({ id }) => id);
  const how = counted === 'by-days' ? 'by its days' : 'not drawn by then';
  return [
    `${amount === undefined ? '' : `${money(amount)} and `}${percent(part)} of what is left of ${names.join(' and ')}, ${how}`,
    ...(least === undefined ? [] : [`at least ${money(least)}`]),
    ...(most === undefined ? [] : [`at most ${money(most)}`]),
  ].join('; ');
}
