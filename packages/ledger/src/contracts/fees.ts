// What has to be paid besides what has to be spent: the price of reserved capacity, used or not, and prepayments. Exact: price times
// quantity times the hours, days or months of the term; a step of the ramp and a calendar year make a row.
import { formatMoney, MONEY_SCALE, moneyToDecimal, type Money } from '@weighbridge/kernel';
import { instrumentsOf, type Contract, type InstrumentOf } from './contract.ts';
import { DAY_MS } from './fields.ts';

const TIMES = ['hour', 'day', 'month', 'year'] as const;
type Time = (typeof TIMES)[number];

interface Rate {
  readonly amount: Money;
  /** For so many units. */
  readonly per: bigint;
  readonly time: Time;
}

/** `PTU and hour`, `1,000 TPM-in and month`, `GPU-hour`. */
const PER =
  /^(?:(?:each|per|one|an?)\s+)?(?:(\d[\d,]*)\s*)?(.+?)s?(?:\s*(?:,|\/|-|\band\b|\bper\b|\ba\b|\ban\b)\s*|\s+)(hour|day|month|year)s?$/i;
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '')
    .replace(/s$/, '');

/** Null: the words do not say it so that it could be reckoned. */
export function rateOf({ price, unit }: Pick<InstrumentOf<'capacity'>, 'price' | 'unit'>): Rate | null {
  if (price === undefined) return null;
  const [, many, named = '', time = ''] = PER.exec(price.per.trim()) ?? [];
  if (plain(named) !== plain(unit) && plain(named) !== 'unit') return null;
  const per = BigInt((many ?? '1').replaceAll(',', ''));
  return per === 0n ? null : { amount: price.amount, per, time: time.toLowerCase() as Time };
}

/** One step of a ramp within one calendar year; both instants, `until` exclusive. */
interface Piece {
  readonly from: number;
  readonly until: number;
  /** In 10^-12 of the unit. */
  readonly quantity: bigint;
}

/** `begin`: of the term; nothing is owed before it. */
function piecesOf({ ramp, until: end }: InstrumentOf<'capacity'>, begin: number): readonly Piece[] {
  return ramp.flatMap(({ month, quantity }, index) => {
    const stop = Math.min(ramp[index + 1]?.month ?? end, end);
    const pieces: Piece[] = [];
    for (let from = Math.max(month, begin); from < stop;) {
      const until = Math.min(Date.UTC(new Date(from).getUTCFullYear() + 1, 0, 1), stop);
      if (quantity > 0n) pieces.push({ from, until, quantity });
      from = until;
    }
    return pieces;
  });
}

const HOUR_MS = 3_600_000n;
/** The instant at which the month begins in which the other lies, or one so many months later. */
export const monthOf = (at: number, ahead = 0): number => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1);
};

/** In whole units of 10^-12; what is less than one is not owed. Months that are not whole count by their days. */
function feeFor({ amount, per, time }: Rate, { from, until, quantity }: Piece): Money {
  const whole = MONEY_SCALE * per;
  const span = BigInt(until - from);
  if (time === 'hour') return (amount * quantity * span) / (whole * HOUR_MS);
  if (time === 'day') return (amount * quantity * span) / (whole * BigInt(DAY_MS));
  const yearly = time === 'year' ? 12n : 1n;
  let sum = 0n;
  for (let month = monthOf(from); month < until; month = monthOf(month, 1)) {
    const next = monthOf(month, 1);
    const days = BigInt(Math.min(next, until) - Math.max(month, from));
    sum += (amount * quantity * days) / (whole * yearly * BigInt(next - month));
  }
  return sum;
}

/** Of the piece, what falls due from the month on in which the instant lies: capacity is billed by the month, at its end. */
function feeFrom(rate: Rate, piece: Piece, at: number): Money {
  const from = Math.max(piece.from, monthOf(at));
  return from < piece.until ? feeFor(rate, { ...piece, from }) : 0n;
}

/** What capacity costs from an instant on, exactly; null: nobody can reckon it. `begin`: of the term. */
export function feeAhead(held: InstrumentOf<'capacity'>, begin: number, at: number): Money | null {
  const rate = rateOf(held);
  if (rate === null) return null;
  return piecesOf(held, begin).reduce(
    (sum, piece) => (piece.until <= at ? sum : sum + feeFor(rate, { ...piece, from: Math.max(piece.from, at) })),
    0n,
  );
}

/** What capacity cost from one instant to another, exactly, and how that comes about; null: nobody can reckon it. */
export function capacityFeeIn(
  held: InstrumentOf<'capacity'>,
  { term, currency }: Contract,
  from: number,
  until: number,
): { readonly amount: Money; readonly reckoned: string } | null {
  const [first, rest] = [feeAhead(held, term.from, from), feeAhead(held, term.from, until)];
  if (first === null || rest === null || held.price === undefined) return null;
  return { amount: first - rest, reckoned: `${formatMoney(held.price.amount, currency)} per ${held.price.per}` };
}

export interface Fee {
  readonly instrument: string;
  readonly what: 'capacity-price' | 'prepayment';
  /** Who pays, and whom. */
  readonly by: string;
  readonly to: string;
  /** Of a piece of capacity its first day; of a prepayment the day on which it is due. */
  readonly from: number;
  /** The instant at which its last day has ended; a prepayment is due within that day. */
  readonly until: number;
  /** Null: the contract does not say what it costs, or not so that it could be reckoned. */
  readonly amount: Money | null;
  /** How it comes to that, or why nobody can say. */
  readonly reckoned: string;
  /** What of it falls due from the day on in which `at` lies. */
  readonly ahead: (at: number) => Money | null;
}

export const feesOf = (contract: Contract): readonly Fee[] => [
  ...instrumentsOf(contract, 'capacity').flatMap((held) => capacityFees(held, contract)),
  ...instrumentsOf(contract, 'credit').flatMap((held) => prepayments(held)),
];

function capacityFees(held: InstrumentOf<'capacity'>, { currency, term }: Contract): readonly Fee[] {
  const rate = rateOf(held);
  const base = { instrument: held.id, what: 'capacity-price', by: held.for, to: held.provider } as const;
  const [first] = held.ramp;
  if (rate === null)
    return [
      {
        ...base,
        from: Math.max(first?.month ?? held.until, term.from),
        until: held.until,
        amount: null,
        reckoned:
          held.price === undefined
            ? 'price not stated'
            : `price not reckoned: "${held.price.per}" names no ${held.unit} and hour, day, month or year`,
        ahead: () => null,
      },
    ];
  return piecesOf(held, term.from).map((piece) => ({
    ...base,
    from: piece.from,
    until: piece.until,
    amount: feeFor(rate, piece),
    reckoned: `${moneyToDecimal(piece.quantity)} ${held.unit} × ${formatMoney(rate.amount, currency)} per ${held.price?.per ?? ''} × ${lengthText(rate.time, piece)}`,
    ahead: (at) => feeFrom(rate, piece, at),
  }));
}

function lengthText(time: Time, { from, until }: Piece): string {
  const days = (until - from) / DAY_MS;
  if (time === 'hour') return `${days * 24} hours`;
  const months =
    (new Date(until).getUTCFullYear() - new Date(from).getUTCFullYear()) * 12 +
    new Date(until).getUTCMonth() -
    new Date(from).getUTCMonth();
  return time === 'day' || monthOf(until) !== until ? `${days} days` : `${months} ${months === 1 ? 'month' : 'months'}`;
}

/** Paid for before it is used; what has fallen due is taken as paid. */
function prepayments({ id, holder, issuer, prepaid, payments, from, amount }: InstrumentOf<'credit'>): readonly Fee[] {
  if (!prepaid) return [];
  return (payments ?? [{ due: from, amount }]).map((payment) => ({
    instrument: id,
    what: 'prepayment',
    by: holder,
    to: issuer,
    from: payment.due,
    until: payment.due + DAY_MS,
    amount: payment.amount,
    reckoned: payments === undefined ? 'its amount, by its first day: no day of payment is stated' : 'as stated',
    ahead: (at) => (payment.due + DAY_MS > at ? payment.amount : 0n),
  }));
}
