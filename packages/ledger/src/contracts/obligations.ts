// What a contract obliges to, by date: what must be spent, what reserved capacity costs used or not, what is prepaid, and the
// capacity itself. An obligation is what one side owes whether it wants or not; a possibility is what one side
// may call on ("up to"): an option, an investment with a cap. The two stand in lists of their own, and there
// is no total in which both are.
import type { Money } from '@weighbridge/kernel';
import type { Grade } from './basis.ts';
import { instrumentsOf, type Contract } from './contract.ts';
import { exitDates, type ExitDates } from './exits.ts';
import { feesOf } from './fees.ts';
import { DAY_MS } from './fields.ts';

/** `grade`: on what it rests, where the file says so, or the whole contract is known from reports only; else null. */
export interface Obligation {
  /** By when; the first day for what is owed from then on. */
  readonly due: number;
  readonly since: number;
  readonly by: string;
  readonly to: string;
  readonly instrument: string;
  readonly part: string;
  readonly what: 'spend' | 'capacity' | 'capacity-price' | 'prepayment';
  /** Of the contract's currency; null where it is no money, or money that nobody can reckon (`reckoned` says why). */
  readonly amount: Money | null;
  /** In 10^-12 of the unit. */
  readonly quantity: bigint | null;
  readonly unit: string | null;
  /** How the amount came about, or why there is none; null: it stands in the contract. */
  readonly reckoned: string | null;
  readonly grade: Grade | null;
}

export interface Possibility {
  readonly instrument: string;
  readonly what: 'option' | 'investment';
  /** Who decides; of an investment, who pays. */
  readonly holder: string;
  readonly other: string;
  readonly up_to: { readonly amount: Money | null; readonly quantity: bigint | null; readonly unit: string | null };
  readonly from: number | null;
  readonly until: number | null;
  readonly conditions: readonly string[];
  readonly grade: Grade | null;
}

export interface ShortfallDate {
  readonly instrument: string;
  readonly milestone: string;
  /** The instant at which the milestone has ended. */
  readonly at: number;
  readonly rule: string;
  readonly automatic: boolean | 'unstated';
  /** If nothing is spent from the beginning: the most that can be owed then. */
  readonly at_most: Money;
}

export interface Credit {
  readonly instrument: string;
  readonly holder: string;
  readonly amount: Money;
  readonly from: number;
  readonly lapses: number;
  readonly prepaid: boolean;
}

/** Money owed whose sum nobody can tell from the contract. */
export interface Unpriced {
  readonly instrument: string;
  readonly by: string;
  readonly to: string;
  readonly why: string;
}

export interface Obligations {
  readonly currency: string;
  readonly obligations: readonly Obligation[];
  /** Money owed by each party over the whole term, obligations only. */
  readonly owed: Readonly<Record<string, Money>>;
  /** Owed too, and in no sum. */
  readonly unpriced: readonly Unpriced[];
  readonly possibilities: readonly Possibility[];
  readonly credits: readonly Credit[];
  readonly shortfalls: readonly ShortfallDate[];
  readonly exits: readonly ExitDates[];
  /** The last day on which one can say that the contract shall not renew itself; null: it does not, or does not say. */
  readonly renewal_notice_by: number | null;
}

export function obligationsOf(contract: Contract): Obligations {
  const obligations = [...spends(contract), ...fees(contract), ...capacities(contract)].toSorted(
    (a, b) => orderOf(a) - orderOf(b),
  );
  const owed: Record<string, Money> = {};
  for (const { by, amount } of obligations) if (amount !== null) owed[by] = (owed[by] ?? 0n) + amount;
  return {
    currency: contract.currency,
    obligations,
    owed,
    unpriced: obligations.flatMap(({ instrument, by, to, what, amount, reckoned }) =>
      what === 'capacity-price' && amount === null ? [{ instrument, by, to, why: reckoned ?? '' }] : [],
    ),
    possibilities: [...options(contract), ...investments(contract)],
    credits: instrumentsOf(contract, 'credit').map(({ id, holder, amount, from, until, prepaid }) => ({
      instrument: id,
      holder,
      amount,
      from,
      lapses: until,
      prepaid,
    })),
    shortfalls: shortfalls(contract).toSorted((a, b) => a.at - b.at),
    exits: exitDates(contract),
    renewal_notice_by: renewalNoticeBy(contract),
  };
}

/** By the day that is shown: money is due within the day that ends at `due`, capacity from the one that begins there. */
const orderOf = ({ what, due }: Obligation): number => (what === 'capacity' ? due : due - 1);

const gradeOf = ({ status }: Contract, ...bases: readonly ({ readonly grade: Grade } | undefined)[]): Grade | null =>
  bases.find((basis) => basis !== undefined)?.grade ?? (status === 'reported' ? 'reported' : null);

const renewalNoticeBy = ({ term: { until, renewal } }: Contract): number | null =>
  renewal?.automatic === true && renewal.notice_days !== undefined
    ? until - DAY_MS - renewal.notice_days * DAY_MS
    : null;

const spends = (contract: Contract): readonly Obligation[] =>
  instrumentsOf(contract, 'spend').flatMap((held) =>
    held.milestones.map(({ id, from, until, amount, basis }) => ({
      due: until,
      since: from,
      by: held.by,
      to: held.with,
      instrument: held.id,
      part: id,
      what: 'spend',
      amount,
      quantity: null,
      unit: null,
      reckoned: null,
      grade: gradeOf(contract, basis, held.basis),
    })),
  );

const capacities = (contract: Contract): readonly Obligation[] =>
  instrumentsOf(contract, 'capacity').flatMap((held) =>
    held.ramp.map(({ month, quantity }) => ({
      due: month,
      since: month,
      by: held.provider,
      to: held.for,
      instrument: held.id,
      part: 'ramp',
      what: 'capacity',
      amount: null,
      quantity,
      unit: held.unit,
      reckoned: null,
      grade: gradeOf(contract, held.basis),
    })),
  );

/** By the last day on which it can be paid: of capacity, billed by the month, that of the last month. */
const fees = (contract: Contract): readonly Obligation[] =>
  feesOf(contract).map(({ instrument, what, by, to, from, until, amount, reckoned }) => ({
    due: until,
    since: from,
    by,
    to,
    instrument,
    part: what === 'prepayment' ? 'payment' : 'price',
    what,
    amount,
    quantity: null,
    unit: null,
    reckoned,
    grade: gradeOf(contract, contract.instruments.find(({ id }) => id === instrument)?.basis),
  }));

const options = (contract: Contract): readonly Possibility[] =>
  instrumentsOf(contract, 'option').map(({ id, holder, grantor, cap, conditions, exercise, basis }) => ({
    instrument: id,
    what: 'option',
    holder,
    other: grantor,
    up_to:
      'amount' in cap
        ? { amount: cap.amount, quantity: null, unit: null }
        : { amount: null, quantity: cap.quantity, unit: cap.unit },
    from: exercise?.from ?? null,
    until: exercise?.until ?? null,
    conditions: conditions ?? [],
    grade: gradeOf(contract, basis),
  }));

const investments = (contract: Contract): readonly Possibility[] =>
  instrumentsOf(contract, 'investment').map(({ id, investor, into, cap, tranches, conditions, basis }) => ({
    instrument: id,
    what: 'investment',
    holder: investor,
    other: into,
    up_to: { amount: cap, quantity: null, unit: null },
    from: null,
    until: null,
    conditions: [...(conditions ?? []), ...(tranches ?? []).flatMap(({ condition }) => condition ?? [])],
    grade: gradeOf(contract, basis),
  }));

/** A rest that moves on gathers: behind the last milestone the whole of it can be owed. */
function shortfalls(contract: Contract): ShortfallDate[] {
  return instrumentsOf(contract, 'spend').flatMap(({ id, milestones, shortfall }) => {
    const whole = milestones.reduce((sum, { amount }) => sum + amount, 0n);
    return milestones.map(({ id: milestone, until, amount }, index) => {
      const isLast = index === milestones.length - 1;
      const owed: Readonly<Record<string, Money>> = {
        'invoice-difference': amount,
        rollover: isLast ? whole : 0n,
        unstated: amount,
      };
      const rule = shortfall?.rule ?? 'unstated';
      return {
        instrument: id,
        milestone,
        at: until,
        rule,
        automatic: shortfall?.automatic ?? 'unstated',
        at_most: owed[rule] ?? 0n,
      };
    });
  });
}
