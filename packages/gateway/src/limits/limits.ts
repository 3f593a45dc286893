// The limits in force: what a call may take at most is taken from all counters that stand over it at once, or from none,
// before anything is sent; afterwards each is corrected to what it really took. Counters lie in memory that all lanes of
// a node share, so it is exact over all of them. Pure but for that memory: time is a parameter.
import { invariant, moneyFromDecimal, type Money } from '@weighbridge/kernel';
import type { LimitMeasure } from '@weighbridge/protocol';
import { memberIn, overOf, type Applied, type CallFacts, type Over, type Ruled } from './applied.ts';
import { Counters, counterMemory, SHARED } from './counters.ts';
import { Learnt } from './learnt.ts';
import { lock, unlock } from './lock.ts';
import type { Member } from './member.ts';
import { BUDGET, exceeded } from './refusal.ts';
import { identityOf, PICO_PER_NANO, toNano, type LimitRule, type Standing } from './rule.ts';
import { windowClock } from './window.ts';

/** What all lanes of a node count in. Plain shared memory: it crosses threads. */
export interface LimitMemory {
  readonly lock: SharedArrayBuffer;
  /** By the identity of a rule. */
  readonly counters: Readonly<Record<string, SharedArrayBuffer>>;
}

/** Memory for these rules; what `before` has counted for a rule of the same kind goes on. */
export function limitMemory(rules: readonly LimitRule[], before?: LimitMemory): LimitMemory {
  const counters = rules.map((rule) => {
    const identity = identityOf(rule);
    const { cells } = windowClock(rule.window);
    return [identity, before?.counters[identity] ?? counterMemory(cells, boundOf(rule))] as const;
  });
  return { lock: before?.lock ?? new SharedArrayBuffer(4), counters: Object.fromEntries(counters) };
}

const boundOf = ({ per, members }: LimitRule): number => (per.length === 0 ? 0 : members);

/** What a leg may take at most, or what it took. Money in 10^-12, as everywhere; the rest are counts. */
export interface Amounts {
  readonly input: number;
  readonly output: number;
  readonly money: Money;
}

/** One counter that a call draws on, and what it has taken there. */
export interface Mark {
  readonly ruled: Ruled;
  readonly member: Member | null;
  /** It was counted with others, beyond the bound on members. */
  readonly shared: boolean;
  readonly step: number;
  units: bigint;
  /** Still held for a call in flight. */
  held: bigint;
}

/** A counter for who looks. */
export interface Listed {
  /** Whose it is, as 32 hexadecimal digits; '' for the one of all, and the shared one. */
  readonly digest: string;
  /** Whose it is; '' for the one of all, and for the one that members beyond the bound share. */
  readonly label: string;
  readonly shared: boolean;
  readonly used: bigint;
  /** Of what is used: for calls in flight, not spent yet. */
  readonly held: bigint;
  /** Of a rolling window: what was counted in each of its parts, the oldest first. */
  readonly parts: readonly bigint[];
  /** UTC milliseconds from which there is room for one unit again; Infinity when waiting does not help. */
  readonly roomAt: number;
}

/** Places of a table that are looked at under one hold of the lock: calls wait for no more than this. */
export const LOOKED_AT_ONCE = 1_000;

export interface Looked {
  /** Of the places of its table, from which on and how many. */
  readonly first: number;
  readonly places: number;
  readonly least: bigint;
}

export class Limits {
  readonly rules: readonly Ruled[];
  readonly #lock: Int32Array<SharedArrayBuffer>;

  constructor(rules: readonly LimitRule[], memory: LimitMemory) {
    this.#lock = new Int32Array(memory.lock);
    this.rules = rules.map((rule) => {
      const clock = windowClock(rule.window);
      const cells = memory.counters[identityOf(rule)];
      invariant(cells !== undefined, 'every rule in force has memory to count in');
      const learnt = rule.soft === true && rule.hold !== undefined ? new Learnt() : null;
      return { rule, amount: BigInt(rule.amount), clock, counters: new Counters(cells, boundOf(rule), clock), learnt };
    });
  }

  /** `real`: the deployment is not simulated. */
  over(facts: CallFacts, real: boolean): Over {
    return overOf(this.rules, facts, real);
  }

  /**
   * Takes from all counters or from none. `again`: it was admitted before this start, and is not refused for that.
   * Throws LIMIT_EXCEEDED or BUDGET_EXCEEDED, LANE_BUSY.
   */
  reserve(
    applied: readonly Applied[],
    facts: CallFacts,
    endUser: string,
    most: Amounts,
    now: number,
    again = false,
  ): Mark[] {
    const marks = this.#drawOn(applied, facts, endUser, most);
    lock(this.#lock);
    try {
      const refused = again ? [] : marks.filter((mark) => this.#tooMuch(mark, now));
      if (refused.length > 0)
        throw exceeded(
          refused.map((mark) => this.#refusal(mark, now)),
          now,
        );
      return marks.map((mark) => this.#take(mark, now));
    } finally {
      unlock(this.#lock);
    }
  }

  /**
   * Counts what was taken at an earlier instant, whether or not there is room: what a run before this one has seen. Only
   * while no lane counts.
   */
  count(applied: readonly Applied[], facts: CallFacts, took: Amounts, { at, now }: { at: number; now: number }): void {
    for (const { ruled, member, units } of this.#drawOn(applied, facts, facts.end_user, took)) {
      if (ruled.rule.measure === 'concurrency' || units === 0n) continue;
      const { counters, clock } = ruled;
      const step = clock.step(at);
      const today = clock.step(now);
      if (step < today && !clock.counts(step, today)) continue;
      const counter = counters.place(member, step);
      counters.add(counter, step, 0n);
      counters.correct(counter, step, units);
    }
  }

  /** Corrects what was reserved to what was taken; `took` null: it never went, and is given back whole. */
  settle(marks: readonly Mark[], took: Amounts | null): void {
    if (marks.length === 0) return;
    lock(this.#lock);
    try {
      for (const mark of marks) {
        const { ruled, member, shared, step } = mark;
        const units = took === null || ruled.rule.measure === 'concurrency' ? 0n : unitsOf(ruled.rule.measure, took);
        const counter = ruled.counters.find(member, shared);
        // What is as it was held was not told by anybody.
        if (ruled.learnt !== null && took !== null && units !== mark.units) ruled.learnt.add(units);
        if (mark.held !== 0n) ruled.counters.release(counter, step, mark.held);
        if (units !== mark.units) ruled.counters.correct(counter, step, units - mark.units);
        mark.held = 0n;
        mark.units = units;
      }
    } finally {
      unlock(this.#lock);
    }
  }

  /** Where the counters stand that a call has drawn on. */
  standings(marks: readonly Mark[], now: number): Standing[] {
    lock(this.#lock);
    try {
      return marks.map((mark) => this.#standing(mark, now));
    } finally {
      unlock(this.#lock);
    }
  }

  /**
   * The counters of a rule that hold something: the fullest, from the `skip`-th on, and how many there are. Calls pass
   * meanwhile: of a member whose counter moves or changes while others are looked at, it says what was there when its place
   * was looked at.
   */
  list(ruled: Ruled, now: number, most: number, skip = 0): { rows: Listed[]; members: number } {
    const found: Listed[] = [];
    for (let first = 0; first < ruled.counters.places; first += LOOKED_AT_ONCE)
      found.push(...this.look(ruled, now, { first, places: LOOKED_AT_ONCE, least: 0n }));
    const fullest = found.toSorted((a, b) =>
      a.used === b.used ? (a.label < b.label ? -1 : 1) : a.used > b.used ? -1 : 1,
    );
    return { rows: fullest.slice(skip, skip + most), members: found.length };
  }

  /** What the fullest of some places holds: for who wants no more than that, at a fraction of what a list costs. */
  fullest({ clock, counters }: Ruled, now: number, { first, places }: Omit<Looked, 'least'>): bigint {
    const step = clock.step(now);
    let most = 0n;
    lock(this.#lock);
    try {
      for (const { used } of counters.list(step, first, places)) if (used > most) most = used;
    } finally {
      unlock(this.#lock);
    }
    return most;
  }

  /** Counters that hold `least` or more, of some places of the table: as many as one hold of the lock may take. */
  look({ amount, clock, counters, rule }: Ruled, now: number, { first, places, least }: Looked): Listed[] {
    const step = clock.step(now);
    const found: Listed[] = [];
    lock(this.#lock);
    try {
      for (const { counter, used } of counters.list(step, first, places)) {
        if (used < least) continue;
        const shared = counter === SHARED && rule.per.length > 0;
        found.push({
          digest: counter === SHARED ? '' : counters.digest(counter),
          label: counters.label(counter),
          shared,
          used,
          held: counters.held(counter, used),
          parts: counters.parts(counter),
          roomAt: used < amount ? now : counters.fitsAt(counter, amount, 1n),
        });
      }
    } finally {
      unlock(this.#lock);
    }
    return found;
  }

  #drawOn(applied: readonly Applied[], facts: CallFacts, endUser: string, most: Amounts): Mark[] {
    const marks: Mark[] = [];
    for (const one of applied) {
      const member = memberIn(one, facts, endUser);
      if (member === undefined) continue;
      marks.push({
        ruled: one.ruled,
        member,
        shared: false,
        step: 0,
        units: heldOf(one.ruled, unitsOf(one.ruled.rule.measure, most)),
        held: 0n,
      });
    }
    return marks;
  }

  #tooMuch({ ruled, member, units }: Mark, now: number): boolean {
    const { counters, clock, amount, rule } = ruled;
    if (rule.soft === true) return false;
    const step = clock.step(now);
    return counters.used(counters.place(member, step), step) + units > amount;
  }

  #take({ ruled, member, units }: Mark, now: number): Mark {
    const { counters, clock } = ruled;
    const step = clock.step(now);
    const counter = counters.place(member, step);
    const stands = counters.add(counter, step, units);
    counters.hold(counter, units);
    return { ruled, member, shared: counter === SHARED, step: stands, units, held: units };
  }

  #standing({ ruled, member, shared }: Mark, now: number): Standing {
    const { counters, clock, amount, rule } = ruled;
    const step = clock.step(now);
    const counter = counters.find(member, shared);
    const used = counter < 0 ? 0n : counters.used(counter, step);
    return { rule, amount, left: used < amount ? amount - used : 0n, resetAt: clock.end(step) };
  }

  #refusal(mark: Mark, now: number): Standing & { readonly units: bigint; readonly fitsAt: number } {
    const { ruled, member, units } = mark;
    const { counters, clock, amount } = ruled;
    const counter = counters.place(member, clock.step(now));
    const standing = this.#standing({ ...mark, shared: counter === SHARED }, now);
    return { ...standing, units, fitsAt: counters.fitsAt(counter, amount, units) };
  }
}

/** A soft limit may hold what such calls took of late instead of the most. */
function heldOf({ rule, learnt }: Ruled, most: bigint): bigint {
  const upper = learnt === null || rule.hold === undefined ? null : learnt.upper(rule.hold);
  return upper === null || (upper > most && most > 0n) ? most : upper;
}

function unitsOf(measure: LimitMeasure, { input, output, money }: Amounts): bigint {
  switch (measure) {
    case 'requests':
    case 'concurrency':
      return 1n;
    case 'input_tokens':
      return BigInt(input);
    case 'output_tokens':
      return BigInt(output);
    case 'tokens':
      return BigInt(input) + BigInt(output);
    case 'money':
      return toNano(money);
  }
}

/** Pico-dollars that count against the daily budget now; 0 when there is none. */
export function budgetUsed(limits: Limits, now: number): Money {
  const ruled = limits.rules.find(({ rule }) => rule.id === BUDGET);
  const [all] = ruled === undefined ? [] : limits.list(ruled, now, 1).rows;
  return (all?.used ?? 0n) * PICO_PER_NANO;
}

/** The daily budget as a rule. `daily`: decimal dollars. */
export const budgetRule = (daily: string): LimitRule => ({
  id: BUDGET,
  measure: 'money',
  amount: String(moneyFromDecimal(daily) / PICO_PER_NANO),
  window: { kind: 'calendar', unit: 'day', zone: 'UTC' },
  per: [],
  where: {},
  members: 0,
  real: true,
});
