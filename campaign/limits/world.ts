// One seeded life of a node: lanes that share their counters, calls that are admitted, tried again, settled and broken
// off, a clock that goes on, limits that are changed, and kills after which the counters are read back from the journal.
// After every step the product's answer is held against the model's. Everything follows from the seed.
import {
  Limits,
  limitMemory,
  type CallFacts,
  type LimitMemory,
  type LimitRule,
  type Snapshot,
} from '@weighbridge/gateway';
import { moneyToDecimal } from '@weighbridge/kernel';
import { countSeen } from '@weighbridge/server';
import { Random } from '../simulator/random.ts';
import { isAbout, memberOf, unitsOf, usedBy, type ModelCall, type ModelLeg } from './model.ts';
import { drawRules, FACTS } from './rules.ts';

/** Deliberate faults, to show that a breach of a limit is seen. */
export const SABOTAGES = [
  'lanes count apart',
  'what is unknown is given back',
  'a restart forgets',
  'a restart forgets what was in flight',
  'a retry is not counted',
  'a call that ends stays in flight',
] as const;
export type Sabotage = (typeof SABOTAGES)[number];

export interface Lived {
  readonly steps: number;
  readonly admitted: number;
  readonly refused: number;
  readonly restarts: number;
  readonly problems: readonly string[];
}

type Marks = ReturnType<Limits['reserve']>;

/** A call with what the product holds for it. */
interface Live {
  readonly call: ModelCall;
  readonly lane: Limits;
  entered: Marks;
  sent: Marks;
  /** The legs as the newest intent says them. */
  intent: readonly ModelLeg[];
}

/** A record as the journal would give it back. */
type Written = { readonly at: number; readonly call: ModelCall; readonly legs: readonly ModelLeg[] };

const START = Date.UTC(2026, 2, 27, 10);
const NOTHING = { input: 0, output: 0, money: 0n };

export class World {
  readonly #random: Random;
  readonly #file: string;
  readonly #sabotage: Sabotage | null;
  #rules: readonly LimitRule[];
  #memory: LimitMemory;
  #lanes: readonly Limits[] = [];
  #now = START;
  #calls: ModelCall[] = [];
  #live: Live[] = [];
  #journal: Written[] = [];
  #number = 0;
  readonly #count = { steps: 0, admitted: 0, refused: 0, restarts: 0 };
  readonly #problems: string[] = [];

  /** `file`: where the product keeps its counters over a restart; it must not exist. */
  constructor(seed: number, file: string, sabotage: Sabotage | null = null) {
    this.#random = new Random(seed, 'limits');
    this.#file = file;
    this.#sabotage = sabotage;
    this.#rules = drawRules(this.#random);
    this.#memory = limitMemory(this.#rules);
    this.#openLanes();
  }

  run(steps: number): Lived {
    for (let i = 0; i < steps && this.#problems.length === 0; i += 1) {
      this.#count.steps += 1;
      this.#step();
    }
    return { ...this.#count, problems: this.#problems };
  }

  #step(): void {
    const what = this.#random.weighted({ admit: 50, answer: 34, time: 10, look: 3, amounts: 1, restart: 1.5 });
    if (what === 'admit') this.#admit();
    else if (what === 'answer') this.#answer();
    else if (what === 'time') this.#now += this.#random.pick([1, 250, 1_000, 7_000, 61_000, 1_800_000, 9 * 3_600_000]);
    else if (what === 'look') this.#look();
    else if (what === 'amounts') this.#change();
    else this.#restart();
  }

  #openLanes(): void {
    const count = this.#random.between(1, 4);
    const apart = this.#sabotage === 'lanes count apart';
    this.#lanes = Array.from(
      { length: count },
      () => new Limits(this.#rules, apart ? limitMemory(this.#rules) : this.#memory),
    );
  }

  // --- calls

  #admit(): void {
    const random = this.#random;
    const facts = Object.fromEntries(
      Object.entries(FACTS).map(([name, values]) => [name, random.pick(values)]),
    ) as CallFacts;
    this.#number += 1;
    const call: ModelCall = { id: `call-${this.#number}`, facts, at: 0, legs: [], sent: null, open: false };
    const live: Live = { call, lane: random.pick(this.#lanes), entered: [], sent: [], intent: [] };
    if (!this.#send(live, facts.deployment)) return;
    this.#calls.push(call);
    this.#live.push(live);
  }

  /** Tries to send a leg; the model says whether it may go. */
  #send(live: Live, deployment: string): boolean {
    const random = this.#random;
    const { call, lane } = live;
    const facts = { ...call.facts, deployment };
    const most = {
      input: random.between(1, 60),
      output: random.between(0, 60),
      money: BigInt(random.between(1, 300_000)) * 999_983n,
    };
    const over = lane.over({ ...facts, end_user: '' }, true);
    const first = !call.open;
    const applied = first ? over.whole : over.leg;
    const verdict = this.#verdict(lane, first, facts, most);
    if (!first && this.#sabotage === 'a retry is not counted') return this.#went(live, [], deployment, most);
    try {
      const marks = lane.reserve(applied, over.facts, facts.end_user, most, this.#now);
      if (verdict.mustRefuse !== null) this.#problem(`${call.id} was admitted against ${verdict.mustRefuse}`);
      const once = new Set(over.once.map(({ ruled }) => ruled));
      if (first) {
        call.at = this.#now;
        call.open = true;
        live.entered = marks.filter(({ ruled }) => once.has(ruled));
      }
      this.#count.admitted += 1;
      return this.#went(live, first ? marks.filter(({ ruled }) => !once.has(ruled)) : marks, deployment, most);
    } catch (error) {
      this.#count.refused += 1;
      if (verdict.mustAdmit)
        this.#problem(`${call.id} was refused though all limits have room: ${(error as Error).message}`);
      return false;
    }
  }

  #went(live: Live, marks: Marks, deployment: string, most: typeof NOTHING): boolean {
    const { call } = live;
    live.sent = marks;
    call.sent = { at: this.#now, deployment, ...most };
    call.legs.push(call.sent);
    live.intent = call.legs.map((leg) => ({ ...leg }));
    return true;
  }

  /** By the amounts under which the call started. */
  #verdict(
    lane: Limits,
    first: boolean,
    facts: CallFacts,
    most: typeof NOTHING,
  ): { mustRefuse: string | null; mustAdmit: boolean } {
    let mustRefuse: string | null = null;
    let mustAdmit = true;
    for (const { rule } of lane.rules) {
      if (!isAbout(rule, facts) || (!first && isOnce(rule))) continue;
      const units = unitsOf(rule, most);
      const used = usedBy(rule, memberOf(rule, facts), this.#calls, this.#now);
      const amount = BigInt(rule.amount);
      if (used.least + units > amount) mustRefuse ??= `${rule.id}: ${used.least} and ${units} of ${amount}`;
      // Members beyond the bound share a counter: they may be refused for each other.
      if (used.most + units > amount || isNarrow(rule)) mustAdmit = false;
    }
    return { mustRefuse, mustAdmit: mustAdmit && mustRefuse === null };
  }

  /** Something becomes of a call in flight: an answer, a failure, an abort, another try. */
  #answer(): void {
    if (this.#live.length === 0) return;
    const random = this.#random;
    const live = random.pick(this.#live);
    const { call } = live;
    const leg = call.sent;
    if (leg !== null) this.#settle(live, leg);
    if (leg === null || random.chance(0.7)) return this.#end(live);
    if (random.chance(0.6)) {
      if (!this.#send(live, random.pick(FACTS.deployment))) this.#end(live);
    }
  }

  #settle(live: Live, leg: ModelLeg): void {
    const { call, lane } = live;
    const random = this.#random;
    const outcome = random.weighted({ reported: 60, unknown: 15, refused: 15, unsent: 10 });
    call.sent = null;
    if (outcome === 'unsent') {
      call.legs = call.legs.filter((one) => one !== leg);
      return lane.settle(live.sent, null);
    }
    if (outcome === 'unknown')
      return lane.settle(live.sent, this.#sabotage === 'what is unknown is given back' ? NOTHING : amountsOf(leg));
    if (outcome === 'refused') Object.assign(leg, NOTHING);
    else {
      leg.input = random.below(leg.input + 1);
      leg.output = random.below(leg.output + 1);
      leg.money = (leg.money * BigInt(random.below(1001))) / 1000n;
    }
    return lane.settle(live.sent, amountsOf(leg));
  }

  #end(live: Live): void {
    const { call, lane, entered } = live;
    call.open = false;
    if (this.#sabotage !== 'a call that ends stays in flight')
      lane.settle(entered, call.legs.length === 0 ? null : NOTHING);
    this.#live = this.#live.filter((one) => one !== live);
    this.#journal.push({ at: this.#now, call, legs: call.legs });
  }

  // --- the node

  /** Every counter against the model. */
  #look(): void {
    const [lane] = this.#lanes;
    for (const ruled of lane?.rules ?? []) {
      const { rule } = ruled;
      if (isNarrow(rule)) continue;
      const members = new Map<string, true>();
      for (const { facts, legs } of this.#calls)
        for (const deployment of legs.length === 0 ? [facts.deployment] : legs.map((leg) => leg.deployment))
          if (isAbout(rule, { ...facts, deployment })) members.set(memberOf(rule, { ...facts, deployment }), true);
      const kept = new Map(lane?.list(ruled, this.#now, 1_000).map(({ label, used }) => [label, used]));
      for (const member of members.keys()) {
        const used = usedBy(rule, member, this.#calls, this.#now);
        const found = kept.get(member) ?? 0n;
        if (found < used.least || found > used.most)
          this.#problem(`${rule.id} counts ${found} for "${member}", and it is ${used.least} to ${used.most}`);
      }
    }
  }

  /** Amounts change; what was counted stays. */
  #change(): void {
    this.#rules = this.#rules.map((rule) =>
      this.#random.chance(0.3)
        ? { ...rule, amount: String((BigInt(rule.amount) * BigInt(this.#random.between(5, 15))) / 10n + 1n) }
        : rule,
    );
    this.#memory = limitMemory(this.#rules, this.#memory);
    const before = this.#live;
    this.#openLanes();
    // Calls in flight settle under what they started under.
    this.#live = before;
  }

  /** Killed: what is in flight is closed by what its newest intent said, and everything is counted again. */
  #restart(): void {
    this.#count.restarts += 1;
    for (const { call, intent } of this.#live) {
      call.legs = intent.map((leg) => ({ ...leg }));
      call.open = false;
      call.sent = null;
      if (this.#sabotage !== 'a restart forgets what was in flight')
        this.#journal.push({ at: this.#now, call, legs: call.legs });
    }
    this.#live = [];
    this.#now += this.#random.pick([0, 300, 20_000]);
    if (this.#random.chance(0.2))
      this.#rules = [...this.#rules.slice(1), ...drawRules(this.#random, 1, `added-${this.#count.restarts}`)];
    this.#memory = limitMemory(this.#rules);
    if (this.#sabotage !== 'a restart forgets')
      countSeen(this.#asJournal(), this.#snapshot(), this.#memory, this.#file, this.#now);
    this.#openLanes();
    this.#look();
  }

  #snapshot(): Snapshot {
    return {
      organisation: FACTS.organisation[0],
      limits: this.#rules,
      keys: FACTS.key.map((name) => ({ id: `id-${name}`, name })),
      routes: [],
    } as unknown as Snapshot;
  }

  #asJournal(): Parameters<typeof countSeen>[0] {
    const written = this.#journal;
    return {
      checkpoint: () => ({ origin: 'acme/lab/node-1', size: written.length }) as never,
      *records({ from = 0, to = written.length, since = 0 }) {
        for (let index = from; index < to; index += 1) {
          const one = written[index];
          if (one !== undefined && one.at >= since) yield recordOf(one, index) as never;
        }
      },
    };
  }

  #problem(what: string): void {
    this.#problems.push(`step ${this.#count.steps}: ${what}`);
  }
}

const amountsOf = ({ input, output, money }: ModelLeg): typeof NOTHING => ({ input, output, money });
const isNarrow = ({ per, members }: LimitRule): boolean => per.length > 0 && members < 100;
const isOnce = ({ measure, per, where }: LimitRule): boolean =>
  (measure === 'requests' || measure === 'concurrency') &&
  !per.includes('deployment') &&
  where.deployment === undefined;

function recordOf({ at, call, legs }: Written, index: number): object {
  const { facts } = call;
  const optional = { team: facts.team, project: facts.project, principal: facts.user, end_user: facts.end_user };
  const named = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== ''));
  const who = { organisation: facts.organisation, key: `id-${facts.key}`, ...named };
  const told = legs.map((leg) => ({ ...leg, money: moneyToDecimal(leg.money) }));
  const counted = legs.length === 0 ? {} : { counted: { at: call.at, legs: told, route: facts.route } };
  const cost = { billed: null };
  return {
    index,
    leaf: { at, kind: 'call', id: call.id },
    groups: {
      public: JSON.stringify({
        attempts: [],
        asked: { alias: 'none' },
        usage: null,
        served: null,
        simulated: false,
        outcome: 'completed',
      }),
      commercial: JSON.stringify({ cost, ...counted }),
      personal: JSON.stringify({ who }),
    },
  };
}
