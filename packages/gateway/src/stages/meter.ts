// Weighs the answer once it has passed: usage as reported (else an estimate that says so), its price, and what it took. It never
// touches or delays a byte, and an unknown price stays unknown. Work that another model did inside the answer, and legs
// that were billed without serving, are rated beside it.
import { estimateUsage, type ResponseFacts } from '@weighbridge/dialects';
import { moneyFromDecimal, moneyToDecimal, type AppError } from '@weighbridge/kernel';
import type { Cost, Usage } from '@weighbridge/protocol';
import type { Call } from '../pipeline/call.ts';
import type { RawHeaders, Reply, Stage } from '../pipeline/stage.ts';
import type { Deployment } from '../deployment.ts';
import type { Rated } from '../ports.ts';
import type { Target } from '../routing/compiled.ts';
import { chargeNote, noted } from './capacity-served.ts';
import { estimateEnergy } from './energy.ts';

export const meter: Stage = (next) => (call, reply) => next(call, new MeteredReply(call, reply));

class MeteredReply implements Reply {
  readonly #call: Call;
  readonly #outer: Reply;

  constructor(call: Call, outer: Reply) {
    this.#call = call;
    this.#outer = outer;
  }

  head(status: number, headers: RawHeaders): void {
    this.#outer.head(status, headers);
  }

  write(bytes: Buffer): void {
    this.#outer.write(bytes);
  }

  end(last: Buffer): void {
    weigh(this.#call);
    this.#outer.end(last);
  }

  fail(error: AppError): void {
    weigh(this.#call);
    this.#outer.fail(error);
  }
}

/** Sets `usage` and `rated` of a call from what its legs left behind. Idempotent. */
export function weigh(call: Call): void {
  if (call.rated !== null || call.endpoint !== 'generate') return;
  const parts: Rated[] = [];
  if (call.target !== null && call.answer !== null) {
    call.usage = usageOf(call.answer, call.body.length);
    // Sellers bill what came out of a batch as that, whether or not its usage says so.
    if (call.deferral?.as === 'batch') call.usage = { ...call.usage, tier: 'batch' };
    else learn(call, call.target, call.usage);
    const factors = call.lane.energyOf(call.target.deployment);
    if (factors !== undefined) call.energy = estimateEnergy(factors, call.usage);
    // The usual call has one part.
    if (call.answer.inner === undefined && call.billed.length === 0) {
      call.rated = withNote(call, call.lane.rater.rate(pricedAs(call, call.target), call.usage, call.startedAt));
      return;
    }
    parts.push(...rateAnswer(call, pricedAs(call, call.target), call.usage, call.answer));
  }
  for (const leg of call.billed) {
    if (leg.usage.source === 'unknown') {
      parts.push(UNKNOWN);
      continue;
    }
    const rated = call.lane.rater.rate(leg.target.deployment, leg.usage, call.startedAt);
    parts.push({ ...rated, charges: rated.charges.map((charge) => ({ ...charge, leg: leg.attempt })) });
  }
  if (parts.length > 0) call.rated = withNote(call, sumRated(parts));
}

/** What the seller served on demand has the price of that, whatever was bought. */
export function pricedAs({ served }: Call, { reservation, deployment, onDemand }: Target): Deployment {
  return reservation !== null && served?.capacity === 'spilled' ? onDemand : deployment;
}

function withNote(call: Call, rated: Rated): Rated {
  const note = chargeNote(call);
  return note === null ? rated : { ...rated, charges: noted(rated.charges, note) };
}

/** What this answer says of how its deployment answers. */
function learn(call: Call, { deployment }: Target, usage: Usage): void {
  const { firstTokenMono, facts, plan, lane } = call;
  const sent = call.attempts.at(-1)?.started_ms ?? 0;
  lane.learnt.answered({
    route: plan?.route.id ?? '',
    deployment: deployment.id,
    stream: facts?.stream ?? false,
    waitMs: firstTokenMono < 0 ? -1 : firstTokenMono - call.startedMono - sent,
    requestBytes: call.body.length,
    usage,
    now: lane.clock.monotonic(),
  });
}

/** Of a leg that may have been billed, and nobody knows for what. */
export const UNKNOWN: Rated = {
  charges: [],
  cost: { billed: null, contracted: null, currency: 'USD', list: null, status: 'unpriced' },
  billed: null,
};

/** As reported when it was, else estimated from bytes. */
export function usageOf(facts: ResponseFacts, requestBytes: number): Usage {
  return facts.usage.source === 'reported' ? facts.usage : estimateUsage(facts, requestBytes);
}

/** The answer at its deployment's price, and what other models did inside it at theirs. */
export function rateAnswer(
  call: Call,
  deployment: Deployment,
  usage: Usage,
  facts: Pick<ResponseFacts, 'inner'>,
): Rated[] {
  const parts = [call.lane.rater.rate(deployment, usage, call.startedAt)];
  for (const inner of facts.inner ?? []) {
    const { priced_as: _ours, ...rest } = deployment;
    parts.push(call.lane.rater.rate({ ...rest, model: inner.model }, inner.usage, call.startedAt));
  }
  return parts;
}

/** Exact sum; one unknown part makes the whole unknown. All parts are in one currency, else the sum is unknown too. */
export function sumRated(parts: readonly Rated[]): Rated {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const currency = first?.cost.currency ?? 'USD';
  const known = parts.every((part) => part.cost.currency === currency);
  const sum = (pick: (cost: Cost) => string | null): string | null => {
    let total = 0n;
    for (const part of parts) {
      const amount = pick(part.cost);
      if (amount === null) return null;
      total += moneyFromDecimal(amount);
    }
    return known ? moneyToDecimal(total) : null;
  };
  const unpriced = !known || parts.some((part) => part.cost.status === 'unpriced');
  const estimated = parts.some((part) => part.cost.status === 'estimated');
  return {
    charges: parts.flatMap((part) => part.charges),
    cost: {
      list: sum((cost) => cost.list),
      contracted: sum((cost) => cost.contracted),
      billed: sum((cost) => cost.billed),
      currency,
      status: unpriced ? 'unpriced' : estimated ? 'estimated' : 'exact',
    },
    billed: known ? sumBilled(parts) : null,
  };
}

function sumBilled(parts: readonly Rated[]): Rated['billed'] {
  let total = 0n;
  for (const part of parts) {
    if (part.billed === null) return null;
    total += part.billed;
  }
  return total;
}

/** Of a leg that may have worked, and said nothing. */
export const UNKNOWN_USAGE: Usage = { tokens: {}, source: 'unknown', raw: null };

/** Of a leg that has not answered. */
export const NO_FACTS: ResponseFacts = {
  id: null,
  model: null,
  stopReason: null,
  refused: false,
  usage: UNKNOWN_USAGE,
  fields: {},
  error: null,
  contentBytes: 0,
  contentEvents: 0,
};
