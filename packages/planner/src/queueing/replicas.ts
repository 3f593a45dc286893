// How many replicas a demand needs to keep its promises: the fewest that hold the first token, the pace and the cap on use, by the closed
// forms. Demand is the level that is sized for (its 95th percentile); the mean is for money. What comes out is to be simulated once.
import { positive, refuse, within } from '../numbers/refuse.ts';
import { fleetLatency, type Latency, type OfferedLoad } from './latency.ts';
import { INSTANCES_MOST, type FleetForm } from './simulator/fleet.ts';
import { UTILISATION_CAP } from './waiting.ts';

export interface LatencyAim {
  readonly ttft_p99_ms?: number;
  readonly ttft_p50_ms?: number;
  readonly tpot_ms?: number;
  /** 0.85 where nothing is said. */
  readonly utilisation_most?: number;
}

export interface Replicas {
  readonly instances: number;
  readonly latency: Latency;
}

/**
 * A split fleet keeps its proportion of prompt replicas, rounded up. Throws PLAN_INVALID where no number of replicas does: one request
 * alone is then too slow.
 */
export function replicasFor(fleet: FleetForm, load: OfferedLoad, aim: LatencyAim): Replicas {
  const cap = positive('utilisation_most', aim.utilisation_most ?? UTILISATION_CAP, 0.999);
  const limits = { p99: aim.ttft_p99_ms, p50: aim.ttft_p50_ms, tpot: aim.tpot_ms };
  for (const [name, limit] of Object.entries(limits)) if (limit !== undefined) within(name, limit, { above: true });
  const at = (instances: number): Latency | undefined => {
    const held = fleetLatency(fleetWith(fleet, instances), load);
    if (held.saturated || held.utilisation > cap) return undefined;
    const { p99 = Infinity, p50 = Infinity, tpot = Infinity } = limits;
    return held.ttft_ms.p99 <= p99 && held.ttft_ms.p50 <= p50 && held.tpot_ms <= tpot ? held : undefined;
  };
  let [low, high] = [1, 1];
  while (at(high) === undefined) {
    if (high === INSTANCES_MOST) return refuseSlow(fleet, load);
    [low, high] = [high + 1, Math.min(INSTANCES_MOST, high * 2)];
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (at(middle) === undefined) low = middle + 1;
    else high = middle;
  }
  return { instances: high, latency: at(high) as Latency };
}

/** The fleet with so many replicas; those for prompts in proportion, rounded up. */
export function fleetWith(fleet: FleetForm, instances: number): FleetForm {
  if (fleet.split === undefined) return { ...fleet, instances };
  const prompts = Math.max(1, Math.ceil((instances * fleet.split.instances) / fleet.instances));
  return { ...fleet, instances, split: { ...fleet.split, instances: Math.min(INSTANCES_MOST, prompts) } };
}

function refuseSlow(fleet: FleetForm, load: OfferedLoad): never {
  const best = fleetLatency(fleetWith(fleet, INSTANCES_MOST), load);
  const found = best.saturated
    ? `even ${INSTANCES_MOST} replicas are short of ${best.short_of}`
    : `with ${INSTANCES_MOST} replicas the first token takes ${best.ttft_ms.p99.toFixed(0)} ms (P99) and a token ${best.tpot_ms.toFixed(1)} ms`;
  return refuse(`no number of replicas keeps the aims: ${found}`, 'allow more time, or take a faster step');
}
