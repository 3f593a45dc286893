// Two versions of a contract, compared by what they mean: instrument by instrument, milestone by milestone, each amount and day
// with its difference. What has only been moved, spaced or written otherwise in the file is no difference.
import { formatMoney, type Money } from '@weighbridge/kernel';
import type { Contract } from './contract.ts';
import { obligationsOf } from './obligations.ts';
import { differenceOf, kindOf, shownValue } from './shown-value.ts';

export interface Change {
  /** `instruments.spend.milestones.h1.amount`: lists by the names of what is in them. */
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly before: string | null;
  readonly after: string | null;
  /** `+1.00 USD`, `31 days later`; null where there is nothing to subtract. */
  readonly difference: string | null;
}

export interface OwedChange {
  readonly party: string;
  readonly before: Money;
  readonly after: Money;
  readonly difference: Money;
}

export interface ContractDiff {
  readonly changes: readonly Change[];
  /** What each party owes in money, where that has changed and the currency has not. */
  readonly owed: readonly OwedChange[];
}

export function diffContracts(before: Contract, after: Contract): ContractDiff {
  const changes: Change[] = [];
  compare([], before, after, { before: before.currency, after: after.currency }, changes);
  return { changes, owed: before.currency === after.currency ? owedChanges(before, after) : [] };
}

interface Currencies {
  readonly before: string;
  readonly after: string;
}

function compare(path: readonly string[], before: unknown, after: unknown, money: Currencies, out: Change[]): void {
  const field = path.at(-1) ?? '';
  if (same(field, before, after, money)) return;
  const [left, right] = [asNamed(before), asNamed(after)];
  if (left !== undefined && right !== undefined && left.get('kind') === right.get('kind')) {
    for (const name of new Set([...left.keys(), ...right.keys()]))
      compare([...path, name], left.get(name), right.get(name), money, out);
    return;
  }
  if (left !== undefined && right !== undefined) {
    // Another kind under the same name is another thing.
    compare(path, before, undefined, money, out);
    compare(path, undefined, after, money, out);
    return;
  }
  out.push({
    path: path.join('.'),
    change: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    before: before === undefined ? null : shownValue(field, before, money.before),
    after: after === undefined ? null : shownValue(field, after, money.after),
    difference: subtracted(field, before, after, money),
  });
}

/** What came or went counts whole; amounts of two currencies are not subtracted. */
function subtracted(field: string, before: unknown, after: unknown, money: Currencies): string | null {
  const twoCurrencies = money.before !== money.after && (holdsMoney(field, before) || holdsMoney(field, after));
  if (twoCurrencies) return null;
  if (before !== undefined && after !== undefined) return differenceOf(field, before, after, money.after);
  const worthOf = (value: unknown): unknown => (kindOf(field, value) === 'money' ? value : worth(value));
  return wholeDifference(worthOf(before), worthOf(after), money.after);
}

/** Amounts of two currencies are never the same, whatever their digits. */
function same(field: string, before: unknown, after: unknown, money: Currencies): boolean {
  if (money.before !== money.after && holdsMoney(field, before)) return false;
  return text(before) === text(after);
}

const holdsMoney = (field: string, value: unknown): boolean =>
  typeof value === 'bigint'
    ? kindOf(field, value) === 'money'
    : typeof value === 'object' &&
      value !== null &&
      Object.entries(value).some(([name, held]) => holdsMoney(name, held));

/** For comparison alone: keys in order, lists of named things in the order of their names. */
function text(value: unknown): string {
  const named = asNamed(value);
  if (named !== undefined)
    return `{${[...named]
      .filter(([, held]) => held !== undefined)
      .map(([name, held]) => `${JSON.stringify(name)}:${text(held)}`)
      .toSorted()
      .join()}}`;
  if (Array.isArray(value)) return `[${value.map((held) => text(held)).join()}]`;
  return typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? '');
}

/** What has parts with names: a mapping, or a list of things that have a name of their own. */
function asNamed(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const names = value.map((held, index) => nameOf(held, index));
  if (names.length === 0 || names.some((name) => name === undefined)) return undefined;
  const unique = new Set(names).size === names.length;
  return new Map(
    value.map((held: unknown, index): [string, unknown] => [
      (unique ? names[index] : undefined) ?? `${index + 1}`,
      held,
    ]),
  );
}

/** By its id; a step of a ramp or a fee by its day or month; a clause by its kind; else by its place. Undefined: it is no such thing. */
function nameOf(held: unknown, index: number): string | undefined {
  if (typeof held !== 'object' || held === null) return undefined;
  const { id, month, months, from, kind } = held as Readonly<Record<string, unknown>>;
  if (typeof id === 'string') return id;
  if (typeof month === 'number') return shownValue('month', month, '');
  if (typeof months === 'object' && months !== null && 'first' in months) return `month ${String(months.first)}`;
  if (typeof from === 'number') return shownValue('from', from, '');
  return typeof kind === 'string' ? kind : `${index + 1}`;
}

/** What a part that came or went is worth in money: its amount, or the sum of its milestones. */
function worth(value: unknown): Money | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { amount, milestones, kind } = value as Readonly<Record<string, unknown>>;
  if (kind === 'capacity') return undefined;
  if (typeof amount === 'bigint') return amount;
  return Array.isArray(milestones)
    ? milestones.reduce((sum: Money, one: { amount: Money }) => sum + one.amount, 0n)
    : undefined;
}

function wholeDifference(before: unknown, after: unknown, currency: string): string | null {
  if (typeof after === 'bigint') return `+${formatMoney(after, currency)}`;
  return typeof before === 'bigint' ? formatMoney(-before, currency) : null;
}

function owedChanges(before: Contract, after: Contract): readonly OwedChange[] {
  const [old, now] = [obligationsOf(before).owed, obligationsOf(after).owed];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((party) => {
    const [was, is] = [old[party] ?? 0n, now[party] ?? 0n];
    return was === is ? [] : [{ party, before: was, after: is, difference: is - was }];
  });
}
