// Answers a call from what its route keeps, or lets it join an identical one under way; otherwise lets it through and
// keeps its answer. Only a route that says so keeps anything; every other call passes here with one comparison. What was
// answered from the cache is said to be: in a header, in the receipt, and by the seller's id that the answer still bears.
import { AppError, LIMITS, toAppError } from '@weighbridge/kernel';
import { addressOf, cachePlan, type CachePlan } from '../cache/cache-plan.ts';
import type { AnswerFacts, KeptAnswer } from '../cache/answer.ts';
import { avoidedBy } from '../cache/avoided.ts';
import { Flight, flightsOf, type Follower } from '../cache/flight.ts';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { Call } from '../pipeline/call.ts';
import type { CallHolder } from '../pipeline/in-flight.ts';
import type { RawHeaders, Reply, Send, Stage } from '../pipeline/stage.ts';
import { hasEffects } from '../routing/effects.ts';
import { answeredBefore, keptHead, notAsked, replayHead } from './replay.ts';

export const cache: Stage = (next) => (call, reply) => {
  const settings = call.plan?.route.cache;
  if (settings === undefined || call.plan === null || call.endpoint !== 'generate') return next(call, reply);
  // A kept answer has no intent to go by, and one that is kept now would outlive a call that was never sealed.
  if (!call.lane.sealer.available) return next(call, reply);
  const { plan } = call;
  const passage = new Passage(
    next,
    call,
    reply,
    plan.route.id,
    cachePlan(plan, settings, call.compiled.snapshot.organisation),
  );
  return passage.enter();
};

/** One call at the cache of its route. */
class Passage implements Follower, CallHolder {
  readonly #next: Send;
  readonly #call: Call;
  readonly #reply: Reply;
  readonly #route: string;
  readonly #plan: CachePlan;
  #address = '';
  /** The call under way whose answer this one gets. */
  #joined: Flight | null = null;

  constructor(next: Send, call: Call, reply: Reply, route: string, plan: CachePlan) {
    this.#next = next;
    this.#call = call;
    this.#reply = reply;
    this.#route = route;
    this.#plan = plan;
  }

  enter(): void {
    const call = this.#call;
    const { answers } = call.lane;
    const wish = hasEffects(call.facts) ? NOTHING : wishOf(call.headers.cacheControl);
    const bypass = wish.ageMostMs <= 0;
    if (wish.keeps) this.#address = addressOf(call, this.#plan);
    if (!bypass) {
      const kept = answers.get(this.#route, this.#address);
      const age = kept === undefined ? 0 : Math.max(0, call.lane.clock.wall() - kept.at);
      if (kept !== undefined && age <= wish.ageMostMs) return this.#replay(kept, age);
      const flight = flightsOf(call.lane).get(this.#address);
      if (flight !== undefined && answers.isFresh(flight.leader.startedAt)) return this.#join(flight);
    }
    answers.count(this.#route, bypass ? 'bypassed' : 'misses');
    call.cached = { status: bypass ? 'bypass' : 'miss' };
    if (!wish.keeps) return this.#next(call, this.#reply);
    // Nobody else is made to wait as long as one who can.
    return this.#fly(!bypass && call.deferral === null);
  }

  /** Asks a cloud, and keeps what it says. `open`: others may join. */
  #fly(open: boolean): void {
    const call = this.#call;
    const most = Math.min(BOUNDS.kept_answer_bytes, this.#plan.maxBytes / SHARE_OF_MEMORY);
    const landed = (whole: SharedArrayBuffer | null, terminal: number): void => this.#keep(whole, terminal);
    const flight = new Flight(this.#address, call, this.#reply, landed, most);
    call.flight = flight;
    if (open) flightsOf(call.lane).set(flight.address, flight);
    try {
      this.#next(call, flight);
    } catch (error) {
      flight.fail(toAppError(error));
    }
  }

  /** Only a whole answer that nobody refused to give. */
  #keep(whole: SharedArrayBuffer | null, terminal: number): void {
    const call = this.#call;
    const facts = factsOf(call);
    const head = call.flight?.headSent ?? null;
    if (whole === null || facts === null || head === null || call.answer?.refused === true) return;
    const at = call.lane.clock.wall();
    const { ttlMs, maxBytes } = this.#plan;
    call.lane.answers.keep({
      address: this.#address,
      route: this.#route,
      team: call.who?.team ?? '',
      receipt: call.id,
      began: call.startedAt,
      at,
      goodUntil: at + ttlMs,
      maxBytes,
      bytes: whole,
      terminal,
      head: keptHead(head),
      facts,
    });
  }

  // --- an answer that is there

  #replay({ receipt, bytes, terminal, head, facts }: KeptAnswer, age: number): void {
    const call = this.#call;
    call.lane.answers.count(this.#route, 'hits');
    const { answer } = facts;
    call.cached = { age_ms: Math.round(age), ...(answer === null ? {} : { answer }), receipt, status: 'hit' };
    notAsked(call);
    this.#tell(facts);
    this.#reply.head(200, replayHead(call, head));
    const whole = Buffer.from(bytes);
    const last = whole.length - terminal;
    if (last > 0) this.#reply.write(whole.subarray(0, last));
    this.#reply.end(whole.subarray(last));
  }

  /** Sets what the receipt says of an answer that somebody else was given. */
  #tell(facts: AnswerFacts): void {
    const call = this.#call;
    answeredBefore(call, facts);
    call.avoided = avoidedBy(call, facts);
    call.lane.answers.saved(this.#route, call.avoided);
  }

  // --- an answer that is on its way to another

  #join(flight: Flight): void {
    const call = this.#call;
    this.#joined = flight;
    call.holder = this;
    call.dispatchedMono = call.lane.clock.monotonic();
    if (call.gone) return this.clientGone();
    call.cached = { receipt: flight.leader.id, status: 'joined' };
    notAsked(call);
    flight.join(this);
  }

  begin(head: RawHeaders): void {
    const call = this.#call;
    const leader = this.#joined?.leader ?? call;
    const answer = leader.answer?.id ?? null;
    if (answer !== null) call.cached = { answer, receipt: leader.id, status: 'joined' };
    call.served = factsOf(leader)?.served ?? null;
    call.lost = leader.lost;
    this.#reply.head(200, replayHead(call, keptHead(head)));
  }

  write(bytes: Buffer): void {
    const call = this.#call;
    call.lastByteMono = call.lane.clock.monotonic();
    this.#reply.write(bytes);
    // What is kept is in memory anyway; beyond it nobody else waits for who reads slowly.
    if (this.#joined?.recording !== false || call.response.writableLength <= LIMITS.client_queue_bytes) return;
    const why =
      'the client reads an answer that it shares slower than it comes, and more than is kept of it is waiting';
    this.#part(new AppError('OVERLOADED', why, { next: 'ask again with `cache-control: no-cache`' }));
  }

  end(last: Buffer): void {
    const flight = this.#joined;
    this.#joined = null;
    this.#call.lane.answers.count(this.#route, 'joined');
    const facts = flight === null ? null : factsOf(flight.leader);
    if (facts !== null) this.#tell(facts);
    this.#reply.end(last);
  }

  /** Before the first content every one that waited goes on by itself; from then on all share what came of it. */
  fail(error: AppError, begun: boolean): void {
    const call = this.#call;
    this.#joined = null;
    if (begun) return this.#reply.fail(error);
    call.holder = null;
    call.dispatchedMono = 0;
    if (call.gone) return this.#reply.fail(clientLeft());
    call.lane.answers.count(this.#route, 'misses');
    call.cached = { status: 'miss' };
    return this.#fly(false);
  }

  clientGone(): void {
    this.#part(clientLeft());
  }

  cut(): void {
    this.#part(new AppError('DRAINING', 'this instance shut down before the answer was complete'));
  }

  #part(error: AppError): void {
    const flight = this.#joined;
    if (flight === null) return;
    this.#joined = null;
    this.#reply.fail(error);
    flight.leave(this);
  }
}

/** One answer takes this part of its route's memory at most. */
const SHARE_OF_MEMORY = 8;

/** What the answer of a call is remembered by; null where no cloud's answer is known. */
function factsOf({ served, answer, usage, lost }: Call): AnswerFacts | null {
  if (served === null || answer === null) return null;
  const { id, stopReason, inner = [] } = answer;
  // What was reserved was used by the call that a cloud answered, and by no other.
  const { reservation: _reservation, spilled_from: _from, ...plain } = served;
  return { answer: id, served: plain, stopReason, lost, usage, inner };
}

const clientLeft = (): AppError => new AppError('CLIENT_GONE', 'the client left before the answer was complete');

interface Wish {
  /** The answer may be kept, and given to others. */
  readonly keeps: boolean;
  /** How old an answer may be that comes from the cache; 0: none is wanted. */
  readonly ageMostMs: number;
}

const ANY: Wish = { keeps: true, ageMostMs: Infinity };
const NOTHING: Wish = { keeps: false, ageMostMs: 0 };

/** The directives of RFC 9111 that a request may bear; those that are not about us are passed over. */
function wishOf(header: string): Wish {
  if (header === '') return ANY;
  const told = header
    .toLowerCase()
    .split(',')
    .map((one) => one.trim());
  if (told.includes('no-store')) return NOTHING;
  if (told.includes('no-cache')) return { keeps: true, ageMostMs: 0 };
  const seconds = told.map((one) => /^max-age="?(\d{1,9})"?$/.exec(one)?.[1]).find((one) => one !== undefined);
  return seconds === undefined ? ANY : { keeps: true, ageMostMs: Number(seconds) * 1000 };
}
