// What is owed from a day on, by whom to whom; capacity that is still to come; and, in a list of its own, what is only possible.
import { moneyFromDecimal, moneyToDecimal, type Money } from '@weighbridge/kernel';
import { obligationsView, startOf, type Contract } from '@weighbridge/ledger';
import type { Brief, Commitments, Standing } from '@weighbridge/protocol';

export const standingOf = ({ status }: Pick<Contract, 'status'>): Standing =>
  status === 'signed' ? 'signed' : status === 'reported' ? 'reported' : 'not signed';

export const standsStill = ({ status }: Pick<Contract, 'status'>): boolean => status !== 'ended';

const STANDINGS: readonly Standing[] = ['signed', 'reported', 'not signed'];
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
  const rows = contracts.flatMap((contract) => spendsOf(contract, today));
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
    .filter(({ due, amount }) => due >= today && amount !== null)
    .map(({ by, to, due, amount }) => ({
      contract,
      standing: standingOf(contract),
      by: nameIn(contract, by),
      to: nameIn(contract, to),
      due,
      amount: moneyFromDecimal(amount ?? '0'),
    }));
}

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

/** Capacity is promised from its month on; money by the last day of its milestone. What is delivered of capacity nothing here measures. */
export function milestonesEnded(
  contracts: readonly Contract[],
  { rows, charges: { unknown } }: Commitments,
  today: string,
): Brief['milestones'] {
  const capacity = contracts.flatMap((contract) =>
    obligationsView(contract, startOf(today))
      .obligations.filter(({ what, due }) => what === 'capacity' && due < today)
      .map(({ instrument, part, due, unit, quantity }) => ({
        standing: standingOf(contract),
        contract: contract.id,
        instrument,
        milestone: `${part} ${due.slice(0, 7)}`,
        kind: 'capacity' as const,
        on: due,
        unit: unit ?? '',
        promised: quantity ?? '0',
        delivered: null,
        why: 'not measured: no load test of this capacity is in the log',
      })),
  );
  const money = rows.flatMap((row) => {
    const contract = contracts.find(({ id }) => id === row.contract);
    if (contract === undefined) return [];
    return row.tranches
      .filter(({ until }) => until < today)
      .map(({ tranche, until, committed, drawn }) => ({
        standing: standingOf(contract),
        contract: contract.id,
        instrument: row.instrument,
        milestone: tranche,
        kind: row.kind,
        on: until,
        unit: row.currency,
        promised: committed,
        delivered: unknown === null ? drawn : null,
        why: unknown === null ? 'drawn by the calls that crossed' : `not measured: ${unknown}`,
      }));
  });
  return [...capacity, ...money].toSorted((a, b) =>
    a.on === b.on ? (a.contract < b.contract ? -1 : 1) : a.on > b.on ? -1 : 1,
  );
}
