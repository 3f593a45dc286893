// What is owed from a day on, by whom to whom; capacity that is still to come; and, in a list of its own, what is only possible.
import { moneyFromDecimal, moneyToDecimal, type Money } from '@weighbridge/kernel';
import { dayText, feesOf, lastDayText, monthOf, obligationsView, startOf, type Contract } from '@weighbridge/ledger';
import { STANDINGS, type Brief, type Commitments, type Standing, type Tranche } from '@weighbridge/protocol';
import { isTokens, useName, type CapacityUse } from './capacity-use.ts';

export const standingOf = ({ status }: Pick<Contract, 'status'>): Standing =>
  status === 'signed' || status === 'reported' ? status : status === 'offered' ? 'offer' : 'draft';

export const standsStill = ({ status }: Pick<Contract, 'status'>): boolean => status !== 'ended';

const byStanding = (a: { readonly standing: Standing }, b: { readonly standing: Standing }): number =>
  STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing);

interface Row {
  readonly contract: Contract;
  readonly standing: Standing;
  readonly by: string;
  readonly to: string;
  readonly due: string;
  readonly amount: Money;
}

export function moneyAhead(contracts: readonly Contract[], commitments: Commitments, today: string): Brief['money'] {
  const rows = contracts.flatMap((contract) => [...spendsOf(contract, today), ...feesAhead(contract, today)]);
  const currencies = [...new Set(contracts.map(({ currency }) => currency))].toSorted();
  return currencies.flatMap((currency) => {
    const own = rows.filter(({ contract }) => contract.currency === currency);
    const shortfalls = shortfallsOf(contracts, commitments, currency);
    return own.length === 0 && shortfalls.length === 0 ? [] : { currency, owed: owedOf(own, today), shortfalls };
  });
}

const nameIn = ({ parties }: Contract, id: string): string => parties[id]?.name ?? id;

function spendsOf(contract: Contract, today: string): readonly Row[] {
  const { obligations } = obligationsView(contract, startOf(today));
  return obligations
    .filter(({ what, due }) => what === 'spend' && due >= today)
    .map(({ by, to, due, amount }) => ({
      contract,
      standing: standingOf(contract),
      by: nameIn(contract, by),
      to: nameIn(contract, to),
      due,
      amount: moneyFromDecimal(amount ?? '0'),
    }));
}

/** What is still to be paid of reserved capacity, billed at the end of each month, and of prepayments; the year's part by itself. */
function feesAhead(contract: Contract, today: string): readonly Row[] {
  const at = startOf(today);
  return feesOf(contract).flatMap(({ what, by, to, from, until, ahead }) => {
    const amount = ahead(at);
    if (amount === null || amount === 0n) return [];
    const first = Math.max(from, at);
    const due = what === 'prepayment' ? dayText(from) : endOfMonth(first, until);
    return {
      contract,
      standing: standingOf(contract),
      by: nameIn(contract, by),
      to: nameIn(contract, to),
      due,
      amount,
    };
  });
}

/** The last day of the month in which the instant lies, or of what ends before. */
const endOfMonth = (at: number, until: number): string => lastDayText(Math.min(monthOf(at, 1), until));

function owedOf(rows: readonly Row[], today: string): Brief['money'][number]['owed'] {
  const groups = Map.groupBy(rows, ({ standing, by, to }) => JSON.stringify([standing, by, to]));
  const sum = (own: readonly Row[]): Money => own.reduce((all, { amount }) => all + amount, 0n);
  return [...groups.values()]
    .flatMap(([first, ...rest]) => (first === undefined ? [] : [{ first, own: [first, ...rest] }]))
    .map(({ first, own }) => ({ first, own, whole: sum(own) }))
    .toSorted((a, b) => byStanding(a.first, b.first) || (a.whole > b.whole ? -1 : a.whole < b.whole ? 1 : 0))
    .map(({ first: { standing, by, to, due }, own, whole }) => ({
      standing,
      by,
      to,
      ahead: moneyToDecimal(whole),
      this_year: moneyToDecimal(sum(own.filter((row) => row.due.slice(0, 4) === today.slice(0, 4)))),
      next_due: own.reduce((least, row) => (row.due < least ? row.due : least), due),
      contracts: [...new Set(own.map(({ contract }) => contract.id))],
    }));
}

/**
 * What can still be owed for what is not spent, if nothing more is: of each standing by itself. What may move on is owed at the
 * end of the last milestone, all of it.
 */
function shortfallsOf(
  contracts: readonly Contract[],
  { rows }: Commitments,
  currency: string,
): Brief['money'][number]['shortfalls'] {
  return STANDINGS.flatMap((standing) => {
    const ids = new Set(contracts.filter((one) => standingOf(one) === standing).map(({ id }) => id));
    const own = rows.filter((row) => row.kind === 'spend' && row.currency === currency && ids.has(row.contract));
    const most = own
      .flatMap(({ tranches }) => tranches.map((each) => each.shortfall_at_most))
      .reduce((all, each) => all + moneyFromDecimal(each), 0n);
    return own.length === 0 ? [] : { standing, at_most: moneyToDecimal(most) };
  });
}

/** What is owed without a sum: it is named, so that nobody takes it for nothing. */
export const unpricedAhead = (contracts: readonly Contract[], today: string): Brief['unpriced'] =>
  contracts
    .flatMap((contract) =>
      feesOf(contract).flatMap(({ instrument, by, to, until, amount, reckoned }) =>
        amount === null && lastDayText(until) >= today
          ? {
              standing: standingOf(contract),
              contract: contract.id,
              instrument,
              by: nameIn(contract, by),
              to: nameIn(contract, to),
              until: lastDayText(until),
              why: reckoned,
            }
          : [],
      ),
    )
    .toSorted(byStanding);

/** The largest step of each ramp that is still ahead. */
export function capacityAhead(contracts: readonly Contract[], today: string): Brief['capacity'] {
  const found = contracts.flatMap((contract) => {
    const { obligations } = obligationsView(contract, startOf(today));
    const ahead = obligations.filter(({ what, due }) => what === 'capacity' && due >= today);
    return [...Map.groupBy(ahead, ({ instrument }) => instrument).values()]
      .map((steps) =>
        steps.reduce((most, step) =>
          moneyFromDecimal(step.quantity ?? '0') > moneyFromDecimal(most.quantity ?? '0') ? step : most,
        ),
      )
      .map(({ by, to, quantity, unit, due }) => ({
        standing: standingOf(contract),
        contract: contract.id,
        by: nameIn(contract, by),
        to: nameIn(contract, to),
        quantity: quantity ?? '0',
        unit: unit ?? '',
        from: due,
      }));
  });
  return found.toSorted((a, b) => byStanding(a, b) || (a.from < b.from ? -1 : 1));
}

/** What has not run out by then. */
export function possibleOf(contracts: readonly Contract[], today: string): Brief['possible'] {
  const found = contracts.flatMap((contract) =>
    obligationsView(contract, startOf(today)).possibilities.map(({ what, holder, other, up_to: most, until }) => ({
      standing: standingOf(contract),
      contract: contract.id,
      what,
      holder: nameIn(contract, holder),
      other: nameIn(contract, other),
      unit: most.amount === null ? (most.unit ?? '') : contract.currency,
      is_money: most.amount !== null,
      up_to: most.amount ?? most.quantity ?? '0',
      until,
    })),
  );
  return found.filter(({ until }) => until === null || until >= today).toSorted(byStanding);
}

/**
 * Capacity is promised from its month on; money by the last day of its milestone. Of capacity only the step in force is held against
 * what was used of late.
 */
export function milestonesEnded(
  contracts: readonly Contract[],
  { rows, charges: { unknown } }: Commitments,
  uses: ReadonlyMap<string, CapacityUse>,
  today: string,
): Brief['milestones'] {
  const capacity = contracts.flatMap((contract) => {
    const steps = obligationsView(contract, startOf(today)).obligations.filter(
      ({ what, due }) => what === 'capacity' && due < today,
    );
    return steps.map(({ instrument, part, due, unit, quantity }) => {
      const inForce = steps.every((step) => step.instrument !== instrument || step.due <= due);
      const use = uses.get(useName(contract.id, instrument));
      const measured = inForce && use !== undefined && use.peak !== null && isTokens(unit ?? '');
      return {
        standing: standingOf(contract),
        contract: contract.id,
        instrument,
        milestone: `${part} ${due.slice(0, 7)}`,
        kind: 'capacity' as const,
        on: due,
        unit: unit ?? '',
        promised: quantity ?? '0',
        delivered: measured ? String(use.peak) : null,
        stated: '0',
        why: inForce ? whyOf(use, unit ?? '') : 'not measured: only the last thirty days are looked at',
      };
    });
  });
  const money = rows.flatMap((row) => {
    const contract = contracts.find(({ id }) => id === row.contract);
    if (contract === undefined) return [];
    return row.tranches
      .filter(({ until }) => until < today)
      .map(({ tranche, until, committed, drawn, stated, unknown: days }) => ({
        standing: standingOf(contract),
        contract: contract.id,
        instrument: row.instrument,
        milestone: tranche,
        kind: row.kind,
        on: until,
        unit: row.currency,
        promised: committed,
        // Where a statement counts all of its days, it is known without the tables.
        delivered: days === null && contract.status === 'signed' ? drawn : null,
        stated,
        why: whyDrawn(contract, { stated, unknown: days }, unknown),
      }));
  });
  return [...capacity, ...money].toSorted((a, b) =>
    a.on === b.on ? (a.contract < b.contract ? -1 : 1) : a.on > b.on ? -1 : 1,
  );
}

function whyOf(use: CapacityUse | undefined, unit: string): string {
  if (use === undefined) return 'not measured';
  return use.peak === null || isTokens(unit) ? use.says : `not measured in ${unit}; ${use.says}`;
}

function whyDrawn(
  { status }: Contract,
  { stated, unknown: days }: Pick<Tranche, 'stated' | 'unknown'>,
  away: string | null,
): string {
  if (status === 'reported') return 'not measured: the charges of others do not cross here';
  if (status !== 'signed') return 'not measured: it is not signed';
  if (days === null)
    return moneyFromDecimal(stated) > 0n
      ? 'drawn by the calls that crossed, and as stated of the time before'
      : 'drawn by the calls that crossed';
  return away === null
    ? `nothing is metered or stated from ${days.from} to ${days.until}: what was drawn then is not known`
    : `not measured: ${away}`;
}
