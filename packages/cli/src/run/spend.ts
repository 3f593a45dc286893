// `spend`: exact sums over calls. A call without a price is never counted as free: it is counted apart.
import {
  addMoney,
  AppError,
  didYouMean,
  formatMoney,
  moneyFromDecimal,
  moneyToDecimal,
  type Money,
} from '@weighbridge/kernel';
import type { InvoiceUnits } from '@weighbridge/ledger';
import type { Decision } from '@weighbridge/protocol';
import { text, type Run } from '../frame/command.ts';
import { alignMoney, count, counted, instant, textTable, type Column } from '../frame/text-table.ts';
import { openBooks } from '../read/books.ts';
import { allDecisions, readCalls, rowOf, type CallRecord } from '../read/call-record.ts';
import { parseInstant, startOfDay } from '../read/instants.ts';
import { journalOf, simulated, simulatedNote } from '../read/place.ts';
import { SERVED, SPLITS, type PERSONAL, type Split } from '../read/spend-dimensions.ts';

export interface SpendRow {
  readonly by: Readonly<Partial<Record<Split, string>>>;
  readonly calls: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** Exact; the least it can be where some calls are unpriced; null when nothing is known of what it comes to. */
  readonly cost: string | null;
  readonly currency: string;
  readonly unpriced_calls: number;
  readonly estimated_calls: number;
  /** What of the cost stands on sellers' invoices in a unit of their own (exact; it is part of the cost, not beside it). */
  readonly invoiced: readonly InvoiceUnits[];
}

interface Sum {
  readonly by: Readonly<Partial<Record<Split, string>>>;
  readonly currency: string;
  cost: Money;
  calls: number;
  input: number;
  output: number;
  unpriced: number;
  estimated: number;
  /** By name of the unit, in 10⁻¹² of it. */
  readonly units: Map<string, bigint>;
}

const GROUPS_MOST = 100_000;

export const run: Run = async (context) => {
  const now = Date.now();
  const since = at(text(context, 'since'), now, 'since') ?? startOfDay(now);
  const until = at(text(context, 'until'), now, 'until') ?? now + 1;
  const by = dimensions(text(context, 'by') ?? 'model');
  const { journal, home } = journalOf(context);
  const sums = new Map<string, Sum>();
  const books = openBooks(journal, home);
  const decisions = by.includes('route') ? allDecisions(journal) : new Map<string, Decision>();
  for (const call of readCalls(journal, { since, until })) {
    if (context.signal.aborted) return 130;
    add(sums, by, call, books.invoiced(call), (digest) => decisions.get(digest)?.route ?? null);
  }
  journal.close();
  const rows = [...sums.values()].toSorted(dearestFirst).map(rowFrom);
  const total = totals(rows);
  context.out.data({ by, since, until, rows, total, simulated: simulated(home) }, () => {
    const period = `${instant(since)} to ${instant(until - 1)}`;
    return rows.length === 0
      ? `Nothing was spent from ${period}.`
      : `${simulatedNote(home)}${table(by, rows, total)}\n\n${period}`;
  });
  return 0;
};

const at = (value: string | undefined, now: number, option: string): number | undefined =>
  value === undefined ? undefined : parseInstant(value, now, option);

function dimensions(asked: string): readonly Split[] {
  const names = asked
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  for (const name of names) {
    if ((SPLITS as readonly string[]).includes(name)) continue;
    const near = didYouMean(name, SPLITS);
    throw new AppError('USAGE', `spend has no dimension "${name.slice(0, 40)}"`, {
      next: near === undefined ? `use any of ${SPLITS.join(', ')}` : `did you mean ${near}?`,
    });
  }
  return [...new Set(names)] as Split[];
}

function add(
  sums: Map<string, Sum>,
  by: readonly Split[],
  call: CallRecord,
  invoiced: InvoiceUnits | null,
  route: (digest: string) => string | null,
): void {
  const row = rowOf(call);
  const who = call.personal?.who;
  const valueOf = (name: Split): string => {
    if (name === 'day') return new Date(call.at).toISOString().slice(0, 10);
    if (name === 'route') return route(call.commercial.decided) ?? '(unknown)';
    if ((SERVED as readonly string[]).includes(name)) return row[name as (typeof SERVED)[number]] ?? '(not served)';
    return who === undefined ? '(erased)' : (who[name as (typeof PERSONAL)[number]] ?? '(none)');
  };
  const values = Object.fromEntries(by.map((name) => [name, valueOf(name)]));
  const name = JSON.stringify([row.currency, ...Object.values(values)]);
  let sum = sums.get(name);
  if (sum === undefined) {
    if (sums.size >= GROUPS_MOST)
      throw new AppError('USAGE', `this split has more than ${GROUPS_MOST} rows`, {
        next: 'use fewer dimensions, or a shorter period',
      });
    const none = { cost: 0n, calls: 0, input: 0, output: 0, unpriced: 0, estimated: 0 };
    sum = { by: values, currency: row.currency, ...none, units: new Map() };
    sums.set(name, sum);
  }
  sum.calls += 1;
  sum.input += row.input_tokens ?? 0;
  sum.output += row.output_tokens ?? 0;
  if (row.cost !== null) sum.cost = addMoney(sum.cost, moneyFromDecimal(row.cost));
  // A call that reached no cloud used nothing: it is not a missing price.
  if (row.cost_status === 'unpriced' && call.public.usage !== null) sum.unpriced += 1;
  if (row.cost_status === 'estimated') sum.estimated += 1;
  if (invoiced !== null) addUnits(sum.units, invoiced);
}

/** Quantities have the twelve decimals of money, and add up exactly as it does. */
function addUnits(units: Map<string, bigint>, { unit, quantity }: InvoiceUnits): void {
  units.set(unit, (units.get(unit) ?? 0n) + moneyFromDecimal(quantity));
}

const unitsOf = (units: ReadonlyMap<string, bigint>): InvoiceUnits[] =>
  Array.from(units, ([unit, quantity]) => ({ unit, quantity: moneyToDecimal(quantity) }));

/** Nothing known plus something unknown is not zero. */
const amount = (cost: Money, unpriced: number): string | null =>
  cost === 0n && unpriced > 0 ? null : moneyToDecimal(cost);

const dearestFirst = (a: Sum, b: Sum): number => (a.cost === b.cost ? b.calls - a.calls : a.cost > b.cost ? -1 : 1);

const rowFrom = (sum: Sum): SpendRow => ({
  by: sum.by,
  calls: sum.calls,
  input_tokens: sum.input,
  output_tokens: sum.output,
  cost: amount(sum.cost, sum.unpriced),
  currency: sum.currency,
  unpriced_calls: sum.unpriced,
  estimated_calls: sum.estimated,
  invoiced: unitsOf(sum.units),
});

/** One per currency: amounts in different currencies are not added. */
function totals(rows: readonly SpendRow[]): readonly Omit<SpendRow, 'by'>[] {
  return [...new Set(rows.map((row) => row.currency))].map((currency) => {
    const own = rows.filter((row) => row.currency === currency);
    const sum = (pick: (row: SpendRow) => number): number => own.reduce((total, row) => total + pick(row), 0);
    const unpriced = sum((row) => row.unpriced_calls);
    const units = new Map<string, bigint>();
    for (const each of own.flatMap(({ invoiced }) => invoiced)) addUnits(units, each);
    return {
      calls: sum((row) => row.calls),
      input_tokens: sum((row) => row.input_tokens),
      output_tokens: sum((row) => row.output_tokens),
      cost: amount(addMoney(...own.map((row) => moneyFromDecimal(row.cost ?? '0'))), unpriced),
      currency,
      unpriced_calls: unpriced,
      estimated_calls: sum((row) => row.estimated_calls),
      invoiced: unitsOf(units),
    };
  });
}

function table(by: readonly Split[], rows: readonly SpendRow[], total: readonly Omit<SpendRow, 'by'>[]): string {
  const costs = alignMoney(
    [...rows, ...total].map((row) => row.cost),
    '',
  );
  const numbered = rows.map((row, index) => ({ ...row, money: costText(row, costs[index] ?? '') }));
  const some = (value: number): string => (value === 0 ? '' : counted(value, 'call'));
  const columns: Column<(typeof numbered)[number]>[] = [
    ...by.map((name) => ({ title: name.toUpperCase().replace('_', ' '), cell: (row: SpendRow) => row.by[name] ?? '' })),
    { title: 'CALLS', align: 'right', cell: (row) => count(row.calls) },
    { title: 'TOKENS IN', align: 'right', cell: (row) => count(row.input_tokens) },
    { title: 'TOKENS OUT', align: 'right', cell: (row) => count(row.output_tokens) },
    { title: 'COST', align: 'right', cell: (row) => row.money },
    ...(rows.some(({ invoiced }) => invoiced.length > 0) ? [INVOICED] : []),
    { title: 'ESTIMATED', align: 'right', cell: (row) => some(row.estimated_calls) },
    { title: 'UNPRICED', align: 'right', cell: (row) => some(row.unpriced_calls) },
  ];
  return `${textTable(columns, numbered)}\n\n${total.map(totalText).join('\n')}`;
}

const unitsText = (invoiced: readonly InvoiceUnits[]): string =>
  invoiced.map(({ unit, quantity }) => `${quantity} ${unit}`).join(', ');

const INVOICED: Column<SpendRow> = {
  title: 'OF IT INVOICED AS',
  align: 'right',
  cell: ({ invoiced }) => unitsText(invoiced),
};

/** What is partly unpriced is a lower bound, and says so; what is wholly unpriced shows no amount. */
function costText(row: Omit<SpendRow, 'by'>, aligned: string): string {
  if (row.cost === null) return 'unpriced';
  return `${row.unpriced_calls === 0 ? '' : '≥ '}${aligned}${row.currency}`;
}

function totalText(sum: Omit<SpendRow, 'by'>): string {
  const calls = counted(sum.calls, 'call');
  if (sum.cost === null) return `Total: unpriced (no price is known for ${count(sum.unpriced_calls)} of ${calls})`;
  const known = formatMoney(moneyFromDecimal(sum.cost), sum.currency);
  const units = sum.invoiced.length === 0 ? '' : `; of it ${unitsText(sum.invoiced)} on the seller's invoice`;
  if (sum.unpriced_calls === 0) return `Total: ${known} for ${calls}${units}`;
  return `Total: ≥ ${known} + ${count(sum.unpriced_calls)} unpriced, for ${calls}${units}`;
}
