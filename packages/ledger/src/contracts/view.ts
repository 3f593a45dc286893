// A contract as answers and pages show it: amounts as exact decimals, days as days, each the last one on which something can be
// done; renewal in words.
import { moneyToDecimal } from '@weighbridge/kernel';
import type { ContractReading, ContractRow, ObligationsView, ShortfallRow } from '@weighbridge/protocol';
import type { Contract } from './contract.ts';
import type { FeeRange, Left } from './exit-fees.ts';
import { exitDates, leavingNow } from './exits.ts';
import { DAY_MS, dayText, lastDayText } from './fields.ts';
import { lintContract } from './lint/lint.ts';
import type { KnownReceipts } from './lint/receipt-rules.ts';
import { obligationsOf, type Obligations, type Possibility } from './obligations.ts';

const decimal = (value: bigint | null): string | null => (value === null ? null : moneyToDecimal(value));

/** `at`: UTC midnight of the day from which days are counted. `known`: of receipts, for the eligibility. */
export function readingOf(contract: Contract, at: number, known?: KnownReceipts): ContractReading {
  return {
    id: contract.id,
    title: contract.title,
    status: contract.status,
    parties: partiesOf(contract),
    term: termOf(contract),
    renewal: renewalOf(contract),
    at: dayText(at),
    obliges: obligationsView(contract, at),
    findings: [...lintContract(contract, known)],
  };
}

/** What a list shows of it. */
export function summaryOf(
  contract: Contract,
  at: number,
  known?: KnownReceipts,
): Omit<ContractRow, 'digest' | 'entered' | 'by' | 'versions'> {
  const { obliges, findings, id, title, status, parties, term } = readingOf(contract, at, known);
  const today = dayText(at);
  const ahead = obliges.shortfalls.filter(({ after }) => after >= today);
  const exit = obliges.exits
    .filter(({ last_safe: last }) => last >= today)
    .toSorted((a, b) => (a.last_safe < b.last_safe ? -1 : 1))[0];
  const serious = findings.filter(({ severity }) => severity === 'serious').length;
  return {
    id,
    title,
    status,
    parties,
    term,
    currency: obliges.currency,
    owed: obliges.owed,
    unpriced: obliges.unpriced.length,
    possibilities: obliges.possibilities.length,
    serious,
    weak: findings.length - serious,
    next_milestone: milestoneOf(ahead[0]),
    next_shortfall: milestoneOf(ahead.find(({ at_most: most }) => most !== '0')),
    next_exit:
      exit === undefined ? null : { instrument: exit.instrument, on: exit.last_safe, days_left: exit.days_left },
  };
}

const milestoneOf = (held: ShortfallRow | undefined): ContractRow['next_milestone'] =>
  held === undefined
    ? null
    : { instrument: held.instrument, milestone: held.milestone, on: held.after, at_most: held.at_most };

const partiesOf = ({ parties }: Contract): ContractReading['parties'] =>
  Object.entries(parties).map(([id, { name, roles, parent }]) => ({
    id,
    name,
    roles: [...roles],
    parent: parent ?? null,
  }));

const termOf = ({ term }: Contract): ContractReading['term'] => ({
  from: dayText(term.from),
  until: lastDayText(term.until),
});

export function renewalOf(contract: Contract): string {
  const { renewal } = contract.term;
  if (renewal === undefined) return 'the contract does not say';
  if (!renewal.automatic) return 'only if agreed';
  const { renewal_notice_by: by } = obligationsOf(contract);
  return `automatic; ${by === null ? 'no day by which to say no is written down' : `say no by ${dayText(by)}`}`;
}

/** Money by its last day; capacity from its first. */
export const dueDay = ({ what, due }: Obligations['obligations'][number]): string =>
  what === 'capacity' ? dayText(due) : lastDayText(due);

export function obligationsView(contract: Contract, at: number): ObligationsView {
  const found = obligationsOf(contract);
  return {
    currency: found.currency,
    obligations: found.obligations.map((held) => ({
      ...held,
      since: dayText(held.since),
      due: dueDay(held),
      amount: decimal(held.amount),
      quantity: decimal(held.quantity),
    })),
    owed: Object.fromEntries(Object.entries(found.owed).map(([party, amount]) => [party, moneyToDecimal(amount)])),
    unpriced: found.unpriced.map((held) => ({ ...held })),
    possibilities: found.possibilities.map(possibilityView),
    credits: found.credits.map(({ lapses, ...held }) => ({
      ...held,
      amount: moneyToDecimal(held.amount),
      from: dayText(held.from),
      until: lastDayText(lapses),
    })),
    shortfalls: found.shortfalls.map(({ at: ended, at_most: most, ...held }) => ({
      ...held,
      after: lastDayText(ended),
      at_most: moneyToDecimal(most),
    })),
    exits: exitsView(contract, at),
    renewal_notice_by: found.renewal_notice_by === null ? null : dayText(found.renewal_notice_by),
  };
}

const possibilityView = (held: Possibility): ObligationsView['possibilities'][number] => ({
  ...held,
  up_to: { ...held.up_to, amount: decimal(held.up_to.amount), quantity: decimal(held.up_to.quantity) },
  from: held.from === null ? null : dayText(held.from),
  until: held.until === null ? null : lastDayText(held.until),
  conditions: [...held.conditions],
});

type ExitView = ObligationsView['exits'][number];

const rangeView = (fee: FeeRange | null): ExitView['fee_at_last'] =>
  fee === null ? null : { least: moneyToDecimal(fee.least), most: moneyToDecimal(fee.most) };

/** `left`: of milestones as of now, where charges are known; else as if nothing had been drawn. */
export const exitsView = (contract: Contract, at: number, left?: Left): ObligationsView['exits'] =>
  exitDates(contract, left).map((held) => {
    const now = leavingNow(contract, held.instrument, at, left);
    return {
      ...held,
      opens: dayText(held.opens),
      closes: dayText(held.closes),
      last_safe: dayText(held.last_safe),
      fee_at_last: rangeView(held.fee_at_last),
      schedule: held.schedule.map(({ from, until, says, first, last }) => ({
        from: dayText(from),
        until: lastDayText(until),
        says,
        first: { least: moneyToDecimal(first.least), most: moneyToDecimal(first.most) },
        last: { least: moneyToDecimal(last.least), most: moneyToDecimal(last.most) },
      })),
      now: now === null ? null : { takes_effect: dayText(now.takes_effect), fee: rangeView(now.fee) },
      days_left: (held.last_safe - at) / DAY_MS,
      triggers: [...held.triggers],
    };
  });
