// The auditor of draw-downs, written apart: it imports nothing of the engine, reads dates and decimals by itself from the plain
// data of the file, and keeps no balances, only one list of movements that it adds up again for every question. Slow and plain.

export interface PlainRow {
  readonly when: Readonly<Record<string, readonly string[]>>;
  readonly fraction: string;
}
export interface PlainInstrument {
  readonly id: string;
  readonly kind: 'spend' | 'credit';
  readonly priority?: number;
  readonly created?: string;
  readonly eligibility: readonly PlainRow[];
  readonly milestones?: readonly {
    readonly id: string;
    readonly from: string;
    readonly until: string;
    readonly amount: string;
  }[];
  readonly shortfall?: { readonly rule: string };
  readonly carry_over?: string;
  readonly amount?: string;
  readonly from?: string;
  readonly until?: string;
  readonly prepaid?: boolean;
  readonly drawn_before?: {
    readonly until: string;
    readonly source: string;
    readonly amount?: string;
    readonly milestones?: Readonly<Record<string, string>>;
  };
}
export interface PlainContract {
  readonly id: string;
  readonly currency: string;
  readonly signed?: string;
  readonly term: { readonly from: string };
  readonly parties?: Readonly<Record<string, { readonly name: string; readonly known_as?: readonly string[] }>>;
  readonly instruments: readonly PlainInstrument[];
}
export interface PlainPosting {
  readonly id: string;
  readonly entry: number;
  readonly at: number;
  readonly amount: bigint;
  readonly currency?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly corrects?: string;
}

/** Of one tranche, in 10^-12, as text. */
export interface Audited {
  readonly committed: bigint;
  readonly rolled_in: bigint;
  readonly drawn: bigint;
  readonly stated: bigint;
  readonly remaining: bigint;
  readonly expired: bigint;
  readonly rolled_out: bigint;
  readonly shortfall: bigint | null;
  readonly lost: bigint;
  readonly drawn_by: Readonly<Record<string, { readonly amount: bigint; readonly entries: readonly number[] }>>;
}

interface Part {
  readonly name: string;
  readonly begins: number;
  readonly ends: number;
  readonly due: bigint;
  /** As a statement says, before anything else. */
  readonly told: bigint;
}
interface Agreement {
  readonly path: string;
  readonly currency: string;
  readonly rows: readonly PlainRow[];
  readonly parts: readonly Part[];
  readonly carries: boolean;
  readonly rule: string | undefined;
  readonly prepaid: boolean;
  /** What was used before this is in the statement. */
  readonly toldUntil: number;
  readonly rank: readonly [priority: number, created: number, place: number];
}
interface Movement {
  readonly path: string;
  readonly part: number;
  readonly charge: string;
  readonly units: bigint;
}

const midnight = (text: string): number => {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return Date.UTC(year, month - 1, day);
};
const dayAfter = (text: string): number => midnight(text) + 24 * 3600 * 1000;
const units = (text: string): bigint => {
  const [whole = '0', rest = ''] = text.split('.');
  return BigInt(whole + rest.padEnd(12, '0'));
};

/** A party of the contract stands for all that receipts call it. */
function inReceipts(when: PlainRow['when'], parties: NonNullable<PlainContract['parties']>): PlainRow['when'] {
  const wide: Record<string, readonly string[]> = { ...when };
  for (const name of ['seller', 'biller', 'developer'])
    if (when[name] !== undefined) wide[name] = when[name].flatMap((one) => [one, ...(parties[one]?.known_as ?? [])]);
  return wide;
}

/** A statement of a day that has not begun says nothing yet. */
const heard = (held: PlainInstrument, at: number): PlainInstrument['drawn_before'] =>
  held.drawn_before !== undefined && midnight(held.drawn_before.until) < at ? held.drawn_before : undefined;

function told(held: PlainInstrument, at: number, part?: { readonly id: string; readonly from: string }): bigint {
  const statement = heard(held, at);
  if (statement === undefined) return 0n;
  if (part === undefined) return units(statement.amount ?? '0');
  const own = statement.milestones?.[part.id];
  if (own !== undefined) return units(own);
  return midnight(part.from) <= midnight(statement.until) ? units(statement.amount ?? '0') : 0n;
}

function agreementsOf(contracts: readonly PlainContract[], at: number): Agreement[] {
  let place = 0;
  const byName = [...contracts].sort((a, b) => (a.id < b.id ? -1 : 1));
  return byName.flatMap((contract) =>
    contract.instruments.map((held): Agreement => ({
      path: `${contract.id}/${held.id}`,
      currency: contract.currency,
      rows: held.eligibility.map((row) => ({ ...row, when: inReceipts(row.when, contract.parties ?? {}) })),
      parts:
        held.kind === 'credit'
          ? [
              {
                name: 'credit',
                begins: midnight(held.from ?? ''),
                ends: dayAfter(held.until ?? ''),
                due: units(held.amount ?? ''),
                told: told(held, at),
              },
            ]
          : (held.milestones ?? []).map((one) => ({
              name: one.id,
              begins: midnight(one.from),
              ends: dayAfter(one.until),
              due: units(one.amount),
              told: told(held, at, one),
            })),
      carries: held.carry_over === 'roll-forward',
      rule: held.kind === 'credit' ? 'forfeit' : held.shortfall?.rule,
      prepaid: held.kind === 'credit' && held.prepaid === true,
      toldUntil: dayAfter(heard(held, at)?.until ?? '1970-01-01'),
      rank: [held.priority ?? 100, midnight(held.created ?? contract.signed ?? contract.term.from), (place += 1)],
    })),
  );
}

function counts(rows: readonly PlainRow[], attributes: Readonly<Record<string, string>>): bigint {
  for (const row of rows) {
    let good = true;
    for (const [name, wanted] of Object.entries(row.when)) {
      const value = attributes[name];
      if (value === undefined) good = false;
      else if (!wanted.some((one) => (one.at(-1) === '*' ? value.startsWith(one.slice(0, -1)) : one === value)))
        good = false;
    }
    if (good) return units(row.fraction);
  }
  return 0n;
}

export function audit(
  contracts: readonly PlainContract[],
  given: readonly PlainPosting[],
  at: number,
): Readonly<Record<string, Audited>> {
  const books = new Books(agreementsOf(contracts, at));
  for (const { charge, amount, entry } of timeline(given, at)) books.post(charge, amount, entry);
  return Object.fromEntries(books.agreements.flatMap((agreement) => stateOf(agreement, books, at)));
}

const smallest = (...sizes: readonly bigint[]): bigint => sizes.reduce((a, b) => (a < b ? a : b));

/** Stands where a charge does; no charge is named so. */
const STATEMENT = 'a statement';

/** One list of movements; every question adds it up again. */
class Books {
  readonly agreements: readonly Agreement[];
  readonly ledger: Movement[] = [];
  readonly entries = new Map<string, number[]>();
  readonly #amounts = new Map<string, bigint>();

  constructor(agreements: readonly Agreement[]) {
    this.agreements = agreements;
    for (const { path, parts } of agreements)
      for (const [part, { told: size }] of parts.entries())
        if (size > 0n) this.ledger.push({ path, part, charge: STATEMENT, units: size });
  }

  post(charge: PlainPosting, amount: bigint, entry: number): void {
    const before = this.#amounts.get(charge.id);
    if (before === undefined) this.#draw(charge, amount, amount);
    else this.#correct(charge, before, amount);
    this.#amounts.set(charge.id, amount);
    this.entries.set(charge.id, [...(this.entries.get(charge.id) ?? []), entry]);
  }

  #moved(path: string, fits: (movement: Movement) => boolean): bigint {
    let total = 0n;
    for (const movement of this.ledger) if (movement.path === path && fits(movement)) total += movement.units;
    return total;
  }

  #free({ path, parts, rule }: Agreement, part: number): bigint {
    if (rule !== 'rollover') return (parts[part]?.due ?? 0n) - this.#moved(path, (movement) => movement.part === part);
    // All that is due by the end of a part must cover all that was drawn by then: for this part and every later one.
    const slack = parts.map((_, last) => {
      const due = parts.slice(0, last + 1).reduce((total, one) => total + one.due, 0n);
      return due - this.#moved(path, (movement) => movement.part <= last);
    });
    return smallest(...slack.slice(part));
  }

  /** What the agreement may still take of a charge of `whole`. */
  #share(agreement: Agreement | undefined, charge: PlainPosting, whole: bigint): bigint {
    if (agreement === undefined || agreement.currency !== charge.currency) return 0n;
    const share = (whole * counts(agreement.rows, charge.attributes ?? {})) / 1_000_000_000_000n;
    return share - this.#moved(agreement.path, (movement) => movement.charge === charge.id);
  }

  #draw(charge: PlainPosting, whole: bigint, budget: bigint): void {
    let left = budget;
    for (const { agreement, part } of openAt(this.agreements, charge.at)) {
      if (charge.at < agreement.toldUntil) continue;
      let may = this.#share(agreement, charge, whole);
      const last = agreement.carries ? agreement.parts.length - 1 : part;
      for (let index = part; index <= last; index += 1) {
        const size = smallest(may, left, this.#free(agreement, index));
        if (size <= 0n) continue;
        this.ledger.push({ path: agreement.path, part: index, charge: charge.id, units: size });
        may -= size;
        left -= size;
      }
    }
  }

  #correct(charge: PlainPosting, was: bigint, amount: bigint): void {
    const stood = this.#standing(charge.id);
    for (const movement of stood) this.ledger.push({ ...movement, units: -movement.units });
    let left = amount;
    for (const movement of stood) {
      const agreement = this.agreements.find((one) => one.path === movement.path);
      const size = smallest(movement.units, left, this.#share(agreement, charge, amount));
      if (size <= 0n) continue;
      this.ledger.push({ ...movement, units: size });
      left -= size;
    }
    if (amount > was) this.#draw(charge, amount, smallest(left, amount - was));
  }

  /** The movements of a charge that no later one has taken back, in their order. */
  #standing(charge: string): Movement[] {
    const stood: Movement[] = [];
    for (const movement of this.ledger.filter((one) => one.charge === charge)) {
      const taken = stood.findIndex(
        ({ path, part, units }) => path === movement.path && part === movement.part && units === -movement.units,
      );
      if (movement.units < 0n && taken !== -1) stood.splice(taken, 1);
      else stood.push(movement);
    }
    return stood;
  }
}

/** The agreements with a part that holds the instant: by priority, by the end of that part, by creation, by place. */
function openAt(agreements: readonly Agreement[], at: number) {
  const open = agreements.flatMap((agreement) => {
    const part = agreement.parts.findIndex((one) => one.begins <= at && at < one.ends);
    const [priority, created, place] = agreement.rank;
    return part === -1 ? [] : [{ agreement, part, rank: [priority, agreement.parts[part]?.ends ?? 0, created, place] }];
  });
  return open.sort((a, b) => {
    const differs = a.rank.findIndex((value, index) => value !== b.rank[index]);
    return (a.rank[differs] ?? 0) - (b.rank[differs] ?? 0);
  });
}

/** Charges and corrections, each id once, each correction behind what it corrects, until `at`. */
function timeline(given: readonly PlainPosting[], at: number) {
  const once = new Map<string, PlainPosting>();
  for (const posting of [...given].sort((a, b) => b.entry - a.entry)) once.set(posting.id, posting);
  const rows: { charge: PlainPosting; amount: bigint; entry: number; at: number; steps: number; id: string }[] = [];
  for (const posting of once.values()) {
    let [charge, steps, when]: [PlainPosting | undefined, number, number] = [posting, 0, posting.at];
    while (charge?.corrects !== undefined && steps < 50) {
      charge = once.get(charge.corrects);
      steps += 1;
      if (charge !== undefined && charge.at > when) when = charge.at;
    }
    if (charge === undefined || charge.corrects !== undefined || when > at) continue;
    rows.push({ charge, amount: posting.amount, entry: posting.entry, at: when, steps, id: posting.id });
  }
  return rows.sort((a, b) =>
    a.at === b.at ? (a.steps === b.steps ? (a.id < b.id ? -1 : 1) : a.steps - b.steps) : a.at - b.at,
  );
}

function stateOf(
  { path, parts, rule, prepaid }: Agreement,
  { ledger, entries }: Books,
  at: number,
): [string, Audited][] {
  let arriving = 0n;
  return parts.map((part, index) => {
    const own = ledger.filter((movement) => movement.path === path && movement.part === index);
    const by: Record<string, { amount: bigint; entries: readonly number[] }> = {};
    let drawn = 0n;
    for (const name of new Set(own.map(({ charge }) => charge))) {
      const amount = own.filter(({ charge }) => charge === name).reduce((total, one) => total + one.units, 0n);
      drawn += amount;
      if (amount !== 0n && name !== STATEMENT) by[name] = { amount, entries: entries.get(name) ?? [] };
    }
    const rest = part.due + arriving - drawn;
    const over = part.ends <= at;
    const isLast = index === parts.length - 1;
    const moves = over && rule === 'rollover' && !isLast;
    const expired = over && !moves ? rest : 0n;
    const owed = rule === 'invoice-difference' || (rule === 'rollover' && isLast);
    const state: Audited = {
      committed: part.due,
      rolled_in: arriving,
      drawn,
      stated: part.told,
      remaining: over ? 0n : rest,
      expired,
      rolled_out: moves ? rest : 0n,
      shortfall: rule === undefined ? (expired === 0n ? 0n : null) : owed ? expired : 0n,
      lost: prepaid ? expired : 0n,
      drawn_by: by,
    };
    arriving = state.rolled_out;
    return [`${path}/${part.name}`, state];
  });
}
