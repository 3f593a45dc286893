// Past calls of a route under another strategy. Calls come in the order in which they came; who could not take a call then
// cannot take it now; the strategy is the very function that routes. What a deployment would have done with a call that it
// did not get is a model: its cache by `cache-model`, its wait drawn from the waits that were seen there. Pure under its seed.
import type { Money } from '@weighbridge/kernel';
import { usageTotals, type DialectId, type Usage } from '@weighbridge/protocol';
import { armOf, compileArms } from '../routing/arms.ts';
import { hashText, mix, unit } from '../routing/hash.ts';
import { Learnt } from '../routing/learnt.ts';
import { STRATEGY, type Standing, type Strategy } from '../routing/strategy.ts';
import { isReserved, type Deployment, type Route } from '../deployment.ts';
import { CacheModel, sharedBeginning } from './cache-model.ts';
import type { PastCall } from './past-call.ts';

export interface Market {
  readonly route: Route;
  /** Candidates of the route, in its order. */
  readonly candidates: readonly { readonly deployment: Deployment; readonly dialect: DialectId }[];
  /** At the prices in force. */
  readonly expect: (deployment: Deployment, usage: Usage, at: number) => Money | null;
}

/** What became of each call, beside it. */
export interface Outcome {
  /** Position among the candidates; -1: none could take it, or it was served by what is no candidate. */
  readonly candidate: number;
  readonly promptTokens: number;
  readonly cacheRead: number;
  readonly cost: Money | null;
  readonly waitMs: number | null;
  /** Another would have come first, and could not take it. */
  readonly spilled: boolean;
}

/** A session of its own where the call names none. */
export const sessionNames = (calls: readonly PastCall[]): readonly string[] =>
  calls.map(({ session }, index) => session ?? `\n${index}`);

/** The calls as they were, through the model of caches alone: what it says of them beside what was measured tells how far to trust it. */
export function retrace(calls: readonly PastCall[], market: Market): readonly Outcome[] {
  const sessions = sessionNames(calls);
  const cache = cacheOf(calls, sessions, market);
  return calls.map((call, index) => {
    const candidate = market.candidates.findIndex(({ deployment }) => deployment.id === call.deployment);
    const usage = cache.at(call.deployment, call, sessions[index] ?? '');
    return outcomeOf(call, candidate, usage, call.billed, call.waitMs, call.spilled);
  });
}

/** Of each call as it was. */
export const asItWas = (calls: readonly PastCall[], market: Market): readonly Outcome[] =>
  calls.map((call) => {
    const candidate = market.candidates.findIndex(({ deployment }) => deployment.id === call.deployment);
    return outcomeOf(call, candidate, call.usage, call.billed, call.waitMs, call.spilled);
  });

export function simulate(
  calls: readonly PastCall[],
  market: Market,
  name: Route['strategy'],
  seed: number,
): readonly Outcome[] {
  const sessions = sessionNames(calls);
  const run = new Run(market, STRATEGY[name], cacheOf(calls, sessions, market), waitsSeen(calls), seed);
  return calls.map((call, index) => run.next(call, sessions[index] ?? ''));
}

const cacheOf = (calls: readonly PastCall[], sessions: readonly string[], { candidates }: Market): CacheModel =>
  new CacheModel(
    new Map(candidates.map(({ deployment, dialect }) => [deployment.id, dialect])),
    sharedBeginning(calls, sessions),
  );

class Run {
  readonly #market: Market;
  readonly #strategy: Strategy;
  readonly #cache: CacheModel;
  readonly #waits: ReadonlyMap<string, readonly number[]>;
  readonly #seed: number;
  readonly #learnt = new Learnt();
  readonly #standings: readonly Standing[];
  readonly #arms: ReturnType<typeof compileArms>;
  /** When calls under way end, by candidate. */
  readonly #ends: number[][];
  #state: number;

  constructor(
    market: Market,
    strategy: Strategy,
    cache: CacheModel,
    waits: ReadonlyMap<string, readonly number[]>,
    seed: number,
  ) {
    this.#market = market;
    this.#strategy = strategy;
    this.#cache = cache;
    this.#waits = waits;
    this.#state = seed >>> 0;
    this.#seed = mix(seed);
    this.#arms = compileArms(market.route);
    this.#ends = market.candidates.map(() => []);
    this.#standings = market.candidates.map(({ deployment }, index) => ({
      weight: market.route.candidates[index]?.weight ?? 1,
      reserved: isReserved(deployment),
      seed: hashText(deployment.id),
      inFlight: 0,
      cost: null,
      waitMs: null,
    }));
  }

  next(call: PastCall, session: string): Outcome {
    const { candidates } = this.#market;
    const all = candidates.map((_, index) => index);
    for (const ends of this.#ends) leave(ends, call.at);
    const able = all.filter((index) => this.#canTake(index, call));
    const chosen = this.#order(able, call, session)[0] ?? -1;
    const spilled = able.length < all.length && chosen !== (this.#order(all, call, session)[0] ?? -1);
    const deployment = candidates[chosen]?.deployment;
    if (deployment === undefined) return outcomeOf(call, -1, call.usage, null, null, true);
    const usage = this.#cache.at(deployment.id, call, session);
    const waitMs = deployment.id === call.deployment ? call.waitMs : this.#drawWait(deployment.id, call);
    this.#ends[chosen]?.push(call.at + Math.max(0, call.totalMs + (waitMs ?? 0) - (call.waitMs ?? 0)));
    // Where none was seen it is taken to be as quick as the others: else nothing would ever be learnt of it.
    this.#learn(call, deployment.id, usage, waitMs ?? this.#drawWait(ANY, call));
    return outcomeOf(call, chosen, usage, this.#market.expect(deployment, usage, call.at), waitMs, spilled);
  }

  #canTake(index: number, call: PastCall): boolean {
    const { deployment } = this.#market.candidates[index] ?? {};
    if (deployment === undefined || call.excluded.has(deployment.id)) return false;
    return (this.#ends[index]?.length ?? 0) < (deployment.max_concurrency ?? Infinity);
  }

  #order(among: readonly number[], call: PastCall, session: string): readonly number[] {
    const standings = among.map((index) => this.#standing(index, call));
    const chance = (): number => this.#chance();
    const order = this.#strategy
      .order(standings, { chance, session: this.#hash(call.session, session) })
      .map((position) => among[position] ?? 0);
    if (this.#arms === null) return order;
    const arm = armOf(this.#arms, this.#hash(call.person, session));
    const own = order.filter((index) => (this.#market.route.candidates[index]?.arm ?? arm) === arm);
    return own.length === 0 ? order : own;
  }

  /** A name has the lot that it really has; of a call without one nobody knows it, so it is drawn anew. */
  #hash(name: string | null, session: string): number {
    return name === null ? hashText(session, this.#seed) : hashText(name);
  }

  #standing(index: number, call: PastCall): Standing {
    const { needs } = this.#strategy;
    const base = this.#standings[index] as Standing;
    if (needs === 'nothing' || needs === 'session') return base;
    const deployment = this.#market.candidates[index]?.deployment as Deployment;
    const inFlight = this.#ends[index]?.length ?? 0;
    if (needs === 'load') return { ...base, inFlight };
    if (needs === 'wait')
      return { ...base, inFlight, waitMs: this.#learnt.waitMs(deployment.id, call.stream, call.at) };
    const usage = this.#learnt.expected({ ...call, route: this.#market.route.id, deployment: deployment.id });
    return { ...base, inFlight, cost: this.#market.expect(deployment, usage, call.at) };
  }

  #learn(call: PastCall, deployment: string, usage: Usage, waitMs: number | null): void {
    const { stream, requestBytes, at } = call;
    const route = this.#market.route.id;
    this.#learnt.answered({ route, deployment, stream, waitMs: waitMs ?? -1, requestBytes, usage, now: at });
  }

  /** One of the waits that were seen there, of the same kind of call; null where none was. */
  #drawWait(deployment: string, { stream }: PastCall): number | null {
    const seen = this.#waits.get(`${deployment}\n${stream}`) ?? [];
    return seen[Math.floor(this.#chance() * seen.length)] ?? null;
  }

  #chance(): number {
    this.#state = (this.#state + 0x9e37_79b9) >>> 0;
    return unit(mix(this.#state));
  }
}

function leave(ends: number[], at: number): void {
  let kept = 0;
  for (const end of ends) if (end > at) ends[kept++] = end;
  ends.length = kept;
}

/** No name of a deployment. */
const ANY = '';

/** Of each deployment, and of all. */
function waitsSeen(calls: readonly PastCall[]): ReadonlyMap<string, readonly number[]> {
  const seen = new Map<string, number[]>();
  for (const { deployment, stream, waitMs } of calls) {
    if (waitMs === null) continue;
    for (const key of [`${deployment}\n${stream}`, `${ANY}\n${stream}`]) {
      const waits = seen.get(key);
      if (waits === undefined) seen.set(key, [waitMs]);
      else waits.push(waitMs);
    }
  }
  return seen;
}

function outcomeOf(
  { usage: was }: PastCall,
  candidate: number,
  usage: Usage,
  cost: Money | null,
  waitMs: number | null,
  spilled: boolean,
): Outcome {
  const promptTokens = usageTotals(was).prompt;
  return { candidate, promptTokens, cacheRead: usage.tokens.cache_read ?? 0, cost, waitMs, spilled };
}
