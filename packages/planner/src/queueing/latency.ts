// Time to the first token and between tokens without a simulation, for searches over thousands of fleets: waits by Kimura, the step at
// the batch that the load itself brings about (a fixed point), and the prompt's own passes. An approximation of the simulator beside it
// on the same form: the front of a search is to be simulated. It errs most where prompts are long and few replicas share them.
import { positive, refuse, within } from '../numbers/refuse.ts';
import { checkFleet, type FleetForm } from './simulator/fleet.ts';
import { UTILISATION_CAP, waiting, waitQuantile, type Queue, type Waiting } from './waiting.ts';

/** One kind of request among those that come. */
export interface RequestKind {
  /** Weight among the kinds; they need not sum to one. */
  readonly share: number;
  readonly input: number;
  readonly output: number;
  /** Of the prompt. */
  readonly cached?: number;
}

export interface OfferedLoad {
  readonly arrivals_per_s: number;
  readonly kinds: readonly RequestKind[];
}

export interface Latency {
  readonly saturated: false;
  /** The busier of slots and prompt passes, and whether that lies within the cap for plans. */
  readonly utilisation: number;
  readonly within_cap: boolean;
  /** Sequences that decode together on a replica, and what a step takes then. */
  readonly batch: number;
  readonly tpot_ms: number;
  /** For a slot, and for the prompt's turn. */
  readonly wait_slot: Waiting;
  readonly wait_prompt: Waiting;
  readonly ttft_ms: { readonly mean: number; readonly p50: number; readonly p90: number; readonly p99: number };
}

export interface Saturated {
  readonly saturated: true;
  /** What the fleet cannot give enough of. */
  readonly short_of: 'slots' | 'prompt passes';
}

interface Moments {
  readonly input: number;
  readonly output: number;
  readonly computed: number;
  /** Tokens that a sequence holds while it decodes, and at its end. */
  readonly context: number;
  readonly whole: number;
}

const ROUNDS = 300;

/** Throws PLAN_INVALID for a form or a load that makes no sense; a fleet that is too small is an answer. */
export function fleetLatency(fleet: FleetForm, load: OfferedLoad): Latency | Saturated {
  checkFleet(fleet);
  const kinds = checkKinds(load.kinds);
  const arrivals = positive('arrivals_per_s', load.arrivals_per_s);
  const mean = momentsOf(kinds);
  const slots = Math.min(fleet.slots, Math.floor(fleet.kv_tokens / mean.whole));
  if (slots < 1)
    refuse(
      `a request takes ${Math.round(mean.whole)} tokens of memory on average, and a replica has ${fleet.kv_tokens}`,
      'give replicas more memory, or send shorter requests',
    );
  const steady = steadyState(fleet, mean, arrivals / fleet.instances, slots);
  if (steady === undefined) return { saturated: true, short_of: 'slots' };
  const { batch, step_ms } = steady;
  const prompts = kinds.map((kind) => ({ ...kind, ...promptOf(fleet, computedOf(kind), batch, mean.context) }));

  const lanes = fleet.split?.instances ?? fleet.instances;
  const lane = { servers: lanes, arrivals_per_s: arrivals, ...timeOf(prompts, ({ lane_ms }) => lane_ms) };
  if (lane.arrivals_per_s * lane.service_s >= lanes) return { saturated: true, short_of: 'prompt passes' };
  const wait_prompt = waitForPrompt(fleet, lane);

  const slotTime = timeOf(prompts, ({ output, pass_ms }) => pass_ms + (output - 1) * step_ms);
  const queue = { servers: slots * fleet.instances, arrivals_per_s: arrivals, ...slotTime };
  if (queue.arrivals_per_s * queue.service_s >= queue.servers) return { saturated: true, short_of: 'slots' };
  const wait_slot = waiting(queue);

  const utilisation = Math.max(wait_slot.utilisation, wait_prompt.utilisation);
  // Whoever comes while a step is under way waits for its end, on average half of it.
  const residual_ms = fleet.split === undefined && batch > 0 ? Math.min(1, batch) * (step_ms / 2) : 0;
  const waits = fleet.split === undefined ? [wait_slot, wait_prompt] : [wait_prompt];
  const ttft = firstToken(waits, prompts, residual_ms + (fleet.front_ms ?? 0));
  return {
    saturated: false,
    utilisation,
    within_cap: utilisation <= UTILISATION_CAP,
    batch,
    tpot_ms: step_ms,
    wait_slot,
    wait_prompt,
    ttft_ms: ttft,
  };
}

/**
 * Prompts wait for one replica, not for all: in turn, each has its share of them. Where the replica with least to do is chosen, by
 * the count of requests and not by what they ask, the wait lies between that and one line for all; the simulator puts it half-way.
 */
function waitForPrompt(fleet: FleetForm, lane: Queue): Waiting {
  const own = waiting({ ...lane, servers: 1, arrivals_per_s: lane.arrivals_per_s / lane.servers });
  if (fleet.routing === 'round_robin') return own;
  const shared = waiting(lane);
  if ((fleet.split?.slots ?? fleet.slots) === 1) return shared;
  const waits = (own.waits + shared.waits) / 2;
  const mean_s = (own.mean_s + shared.mean_s) / 2;
  const delayed_s = waits === 0 ? 0 : mean_s / waits;
  const at = (p: number): number => waitQuantile({ waits, delayed_s }, p);
  return { utilisation: own.utilisation, waits, mean_s, delayed_s, p50_s: at(0.5), p90_s: at(0.9), p99_s: at(0.99) };
}

function checkKinds(kinds: readonly RequestKind[]): readonly RequestKind[] {
  if (kinds.length === 0 || kinds.length > 10_000)
    refuse(`${kinds.length} kinds of requests are given`, 'give between 1 and 10,000');
  const total = kinds.reduce((sum, { share }) => sum + within('share', share), 0);
  positive('the sum of shares', total);
  return kinds.map((kind) => {
    within('input', kind.input, { least: 1 });
    within('output', kind.output, { least: 1 });
    within('cached', kind.cached ?? 0, { most: kind.input });
    return { ...kind, share: kind.share / total };
  });
}

const computedOf = ({ input, cached = 0 }: RequestKind): number => Math.max(1, input - cached);

function momentsOf(kinds: readonly RequestKind[]): Moments {
  const of = (what: (kind: RequestKind) => number): number =>
    kinds.reduce((sum, kind) => sum + kind.share * what(kind), 0);
  const output = of((kind) => kind.output);
  return {
    input: of(({ input }) => input),
    output,
    computed: of(computedOf),
    // Long answers are there for longer, so a token of an answer finds the context that weighs by length.
    context: of((kind) => kind.output * (kind.input + kind.output / 2)) / output,
    whole: of((kind) => kind.input + kind.output),
  };
}

/** Mean and variability of a time over the kinds, in seconds. */
function timeOf<Kind extends RequestKind>(
  kinds: readonly Kind[],
  of: (kind: Kind) => number,
): { readonly service_s: number; readonly variability: number } {
  const mean = kinds.reduce((sum, kind) => sum + kind.share * of(kind), 0);
  const square = kinds.reduce((sum, kind) => sum + kind.share * of(kind) ** 2, 0);
  return { service_s: mean / 1000, variability: Math.max(0, square / (mean * mean) - 1) };
}

/** The batch and the step that bring one another about; undefined where there is none within the slots. */
function steadyState(
  fleet: FleetForm,
  mean: Moments,
  arrivals: number,
  slots: number,
): { readonly batch: number; readonly step_ms: number } | undefined {
  const mixed = fleet.split === undefined && fleet.prefill.kind === 'chunked';
  let batch = 0;
  let step_ms = fleet.step(1, mean.context, 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    // Prompt tokens of a step: as many as arrive while it runs.
    const prompt = mixed ? Math.min(fleet.prefill.tokens, (arrivals * step_ms * mean.computed) / 1000) : 0;
    step_ms = fleet.step(Math.max(1, batch), Math.max(1, batch) * mean.context, prompt);
    if (fleet.split === undefined && !mixed) {
      // Whole prompts stop decoding for a share of the time.
      const stopped = (arrivals * fleet.step(0, 0, mean.computed)) / 1000;
      if (stopped >= 1) return undefined;
      step_ms /= 1 - stopped;
    }
    const next = (arrivals * (mean.output - 1) * step_ms) / 1000;
    if (next > slots) return undefined;
    if (Math.abs(next - batch) <= 1e-9 * Math.max(1, next)) return { batch: next, step_ms };
    batch = next;
  }
  return { batch, step_ms };
}

/** Of one prompt: how long its passes take it, and how much of the passes' time it uses up. */
function promptOf(
  fleet: FleetForm,
  tokens: number,
  batch: number,
  context: number,
): { readonly pass_ms: number; readonly lane_ms: number } {
  if (fleet.split !== undefined || fleet.prefill.kind === 'whole') {
    const alone = (fleet.split?.step ?? fleet.step)(0, 0, tokens);
    return { pass_ms: alone, lane_ms: alone };
  }
  const room = Math.max(1, fleet.prefill.tokens - Math.round(batch));
  const pass = (part: number): number => fleet.step(batch, batch * context, part);
  const full = Math.floor(tokens / room);
  const rest = tokens - full * room;
  return { pass_ms: full * pass(room) + (rest > 0 ? pass(rest) : 0), lane_ms: (tokens / room) * pass(room) };
}

/** Quantiles of waits, each zero or exponential, and a prompt's own time, as if they were independent. */
function firstToken(
  waits: readonly Waiting[],
  prompts: readonly { readonly share: number; readonly pass_ms: number }[],
  residual_ms: number,
): Latency['ttft_ms'] {
  const [first, second] = waits;
  const beyond = (at_ms: number): number =>
    prompts.reduce((sum, { share, pass_ms }) => {
      const left = at_ms - pass_ms - residual_ms;
      return sum + share * (left < 0 ? 1 : survival(left / 1000, first, second));
    }, 0);
  const own = prompts.reduce((sum, { share, pass_ms }) => sum + share * pass_ms, residual_ms);
  const mean = waits.reduce((sum, { mean_s }) => sum + mean_s * 1000, own);
  const longest = Math.max(...prompts.map(({ pass_ms }) => pass_ms)) + residual_ms;
  const tail = waits.reduce((sum, { delayed_s }) => sum + delayed_s * 1000, 0);
  const at = (p: number): number => {
    let [low, high] = [0, longest + 60 * tail + 1e-9];
    for (let round = 0; round < 100 && high - low > 1e-9 * high; round += 1) {
      const middle = (low + high) / 2;
      if (beyond(middle) > 1 - p) low = middle;
      else high = middle;
    }
    return high;
  };
  return { mean, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

/** Chance that the sum of the waits exceeds `t`. */
function survival(t: number, a: Waiting | undefined, b: Waiting | undefined): number {
  const [pa, da] = [a?.waits ?? 0, a?.delayed_s ?? 0];
  const [pb, db] = [b?.waits ?? 0, b?.delayed_s ?? 0];
  const tailA = da > 0 ? Math.exp(-t / da) : 0;
  const tailB = db > 0 ? Math.exp(-t / db) : 0;
  const both =
    Math.abs(da - db) <= 1e-9 * Math.max(da, db)
      ? (da > 0 ? 1 + t / da : 0) * tailA
      : (da * tailA - db * tailB) / (da - db);
  return pa * (1 - pb) * tailA + (1 - pa) * pb * tailB + pa * pb * both;
}
