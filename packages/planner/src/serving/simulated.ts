// A way simulated, call by call, at the peak: what the closed forms that it was chosen by only approximate. A large fleet is looked at in
// part (some copies with their part of the calls), and so many calls are drawn that most of them come when the fleet is full.
import { drawTyped, FLAT_WEEK } from '../demand/week.ts';
import { fleetWith } from '../queueing/replicas.ts';
import type { Measured } from '../queueing/simulator/measure.ts';
import { simulate } from '../queueing/simulator/simulate.ts';
import type { ResolvedServingPlan } from './plan.ts';
import type { Way } from './way.ts';

export interface Simulated {
  readonly measured: Measured;
  /** Of the way's copies, those that were simulated. */
  readonly copies: number;
  readonly calls: number;
  readonly seed: number;
  /** Calls that one copy writes at once, on average: by Little's law, what comes × how long it is written. */
  readonly writing: number;
}

/** Calls in flight that one run holds, about. */
const IN_FLIGHT_MOST = 1_200;
/** Calls of a run, and how often the fleet is filled anew by them. */
const CALLS_LEAST = 4_000;
const CALLS_MOST = 20_000;
const FILLED = 16;
/** Passes of a run, about, and the fewest calls of one: where few calls write at once, long answers take a pass for every token. */
const PASSES_MOST = 300_000;
const CALLS_EVER = 20;

export function simulateWay(plan: ResolvedServingPlan, way: Way, seed: number): Simulated {
  const inFlight = Math.max(1, way.latency.batch);
  const copies = Math.max(1, Math.min(way.copies, Math.floor(IN_FLIGHT_MOST / inFlight)));
  const held = inFlight * copies;
  const affordable = (PASSES_MOST * inFlight) / plan.mean.output;
  const wanted = Math.min(CALLS_MOST, Math.max(CALLS_LEAST, FILLED * held));
  const calls = Math.round(Math.max(CALLS_EVER, Math.min(wanted, affordable)));
  const load = drawTyped(
    {
      requests_per_hour: (way.load.arrivals_per_s * 3600 * copies) / way.copies,
      week: FLAT_WEEK,
      input: plan.work.input,
      output: plan.work.output,
      cached: plan.prefix,
    },
    calls,
    seed,
  );
  const fleet = copies === way.copies ? way.fleet : fleetWith(way.fleet, copies);
  // Who comes last finds a fleet that nobody fills any more.
  const measured = simulate({ fleet, load, cool_down_requests: Math.min(Math.round(held), Math.floor(calls / 4)) });
  const written_ms = measured.whole_ms.mean.value - measured.ttft_ms.mean.value;
  return { measured, copies, calls, seed, writing: ((way.load.arrivals_per_s / way.copies) * written_ms) / 1000 };
}
