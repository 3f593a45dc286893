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
}
export interface PlainContract {
  readonly id: string;
  readonly currency: string;
  readonly signed?: string;
  readonly term: { readonly from: string };
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
}
interface Agreement {
  readonly path: string;
  readonly currency: string;
  readonly rows: readonly PlainRow[];
  readonly parts: readonly Part[];
  readonly carries: boolean;
  readonly rule: string | undefined;
  readonly prepaid: boolean;
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

function agreementsOf(contracts: readonly PlainContract[]): Agreement[] {
  let place = 0;
  const byName = [...contracts].sort((a, b) => (a.id < b.id ? -1 : 1));
  return byName.flatMap((contract) =>
    contract.instruments.map((held): Agreement => ({
      path: `${contract.id}/${held.id}`,
      currency: contract.currency,
      rows: held.eligibility,
      parts:
        held.kind === 'credit'
          ? [
              {
                name: 'credit',
                begins: midnight(held.from ?? ''),
                ends: dayAfter(held.until ?? ''),
                due: units(held.amount ?? ''),
              },
            ]
          : (held.milestones ?? []).map((one) => ({
              name: one.id,
              begins: midnight(one.from),
              ends: dayAfter(one.until),
              due: units(one.amount),
            })),
      carries: held.carry_over === 'roll-forward',
      rule: held.kind === 'credit' ? 'forfeit' : held.shortfall?.rule,
      prepaid: held.kind === 'credit' && held.prepaid === true,
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
  const agreements = agreementsOf(contracts);
  const ledger: Movement[] = [];
  const amounts = new Map<string, bigint>();
  const entries = new Map<string, number[]>();

  /** Of the parts of an agreement, what has been moved, counted anew. */
  const moved = (path: string, fits: (movement: Movement) => boolean): bigint => {
    let total = 0n;
    for (const movement of ledger) if (movement.path === path && fits(movement)) total += movement.units;
    return total;
  };
  const free = (agreement: Agreement, part: number): bigint => {
    const { path, parts, rule } = agreement;
    if (rule !== 'rollover') return (parts[part]?.due ?? 0n) - moved(path, (movement) => movement.part === part);
    // All that is due by the end of a part must cover all that was drawn by then: for this part and every later one.
    const slack = parts.map((_, last) => {
      const due = parts.slice(0, last + 1).reduce((total, one) => total + one.due, 0n);
      return due - moved(path, (movement) => movement.part <= last);
    });
    return slack.slice(part).reduce((a, b) => (a < b ? a : b));
  };
  const draw = (charge: PlainPosting, whole: bigint, budget: bigint): void => {
    let left = budget;
    const open = agreements
      .map((agreement) => ({
        agreement,
        part: agreement.parts.findIndex((one) => one.begins <= charge.at && charge.at < one.ends),
      }))
      .filter(({ part }) => part !== -1);
    const key = ({ agreement, part }: (typeof open)[number]): number[] => [
      agreement.rank[0],
      agreement.parts[part]?.ends ?? 0,
      agreement.rank[1],
      agreement.rank[2],
    ];
    open.sort((a, b) => {
      const [first, second] = [key(a), key(b)];
      const at = first.findIndex((value, index) => value !== second[index]);
      return at === -1 ? 0 : (first[at] ?? 0) - (second[at] ?? 0);
    });
    for (const { agreement, part } of open) {
      if (agreement.currency !== charge.currency) continue;
      const share = (whole * counts(agreement.rows, charge.attributes ?? {})) / 1_000_000_000_000n;
      let may = share - moved(agreement.path, (movement) => movement.charge === charge.id);
      const last = agreement.carries ? agreement.parts.length - 1 : part;
      for (let index = part; index <= last; index += 1) {
        const size = [may, left, free(agreement, index)].reduce((a, b) => (a < b ? a : b));
        if (size <= 0n) continue;
        ledger.push({ path: agreement.path, part: index, charge: charge.id, units: size });
        may -= size;
        left -= size;
      }
    }
  };
  const correct = (charge: PlainPosting, amount: bigint): void => {
    const was = amounts.get(charge.id) ?? 0n;
    const stood: Movement[] = [];
    for (const movement of ledger.filter((one) => one.charge === charge.id)) {
      const same = stood.findIndex(
        (one) => one.path === movement.path && one.part === movement.part && one.units === -movement.units,
      );
      if (movement.units < 0n && same !== -1) stood.splice(same, 1);
      else stood.push(movement);
    }
    for (const movement of stood) ledger.push({ ...movement, units: -movement.units });
    let left = amount;
    for (const movement of stood) {
      const agreement = agreements.find((one) => one.path === movement.path);
      const share = (amount * counts(agreement?.rows ?? [], charge.attributes ?? {})) / 1_000_000_000_000n;
      const used = moved(movement.path, (one) => one.charge === charge.id);
      const size = [movement.units, left, share - used].reduce((a, b) => (a < b ? a : b));
      if (size <= 0n) continue;
      ledger.push({ ...movement, units: size });
      left -= size;
    }
    if (amount > was) draw(charge, amount, left < amount - was ? left : amount - was);
  };

  for (const { charge, amount, entry } of timeline(given, at)) {
    if (amounts.has(charge.id)) correct(charge, amount);
    else draw(charge, amount, amount);
    amounts.set(charge.id, amount);
    entries.set(charge.id, [...(entries.get(charge.id) ?? []), entry]);
  }
  return Object.fromEntries(agreements.flatMap((agreement) => stateOf(agreement, ledger, entries, at)));
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
  ledger: readonly Movement[],
  entries: ReadonlyMap<string, readonly number[]>,
  at: number,
): [string, Audited][] {
  let arriving = 0n;
  return parts.map((part, index) => {
    const own = ledger.filter((movement) => movement.path === path && movement.part === index);
    const by: Record<string, { amount: bigint; entries: readonly number[] }> = {};
    for (const name of new Set(own.map(({ charge }) => charge))) {
      const amount = own.filter(({ charge }) => charge === name).reduce((total, one) => total + one.units, 0n);
      if (amount !== 0n) by[name] = { amount, entries: entries.get(name) ?? [] };
    }
    const drawn = Object.values(by).reduce((total, one) => total + one.amount, 0n);
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
