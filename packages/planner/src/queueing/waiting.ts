// How long a request waits for one of c servers: M/M/c exactly, M/G/c by Kimura's two moments. The wait is an atom at zero (nobody
// waits with probability 1 − C) and beyond it an exponential tail whose mean makes the whole mean right. For exponential service
// that is exact; otherwise an approximation, which the simulator beside it is there to check.
import { positive, share, whole, within } from '../numbers/refuse.ts';
import { erlangC, SERVERS_MOST } from './erlang.ts';

export interface Queue {
  readonly servers: number;
  /** Requests a second. */
  readonly arrivals_per_s: number;
  /** Mean time that a server is taken by one request. */
  readonly service_s: number;
  /** Squared coefficient of variation of that time: 1 for exponential (the default), 0 for fixed. */
  readonly variability?: number;
}

/** What a queue does, in seconds. */
export interface Waiting {
  readonly utilisation: number;
  /** Share of requests that wait at all. */
  readonly waits: number;
  readonly mean_s: number;
  readonly p50_s: number;
  readonly p90_s: number;
  readonly p99_s: number;
  /** Mean wait of those that wait: the mean of the tail. */
  readonly delayed_s: number;
}

const VARIABILITY_MOST = 1000;

/** Throws PLAN_INVALID for a load that the servers cannot carry. */
export function waiting({ servers, arrivals_per_s, service_s, variability = 1 }: Queue): Waiting {
  whole('servers', servers, 1, SERVERS_MOST);
  within('arrivals_per_s', arrivals_per_s);
  positive('service_s', service_s);
  within('variability', variability, { most: VARIABILITY_MOST });
  const offered = arrivals_per_s * service_s;
  const waits = erlangC(servers, offered);
  const markov = waits === 0 ? 0 : (waits * service_s) / (servers - offered);
  const mean_s = markov * generalService(servers, offered / servers, variability);
  const delayed_s = waits === 0 ? 0 : mean_s / waits;
  const at = (p: number): number => waitQuantile({ waits, delayed_s }, p);
  return { utilisation: offered / servers, waits, mean_s, p50_s: at(0.5), p90_s: at(0.9), p99_s: at(0.99), delayed_s };
}

/** The wait that a share `p` of requests does not exceed; 0 where that many do not wait. */
export function waitQuantile({ waits, delayed_s }: Pick<Waiting, 'waits' | 'delayed_s'>, p: number): number {
  share('p', p);
  return waits <= 1 - p ? 0 : delayed_s * Math.log(waits / (1 - p));
}

/**
 * Mean wait of M/G/c over that of M/M/c, between M/D/c and M/M/c by Kimura (1986, Two-moment approximations for the mean waiting
 * time in the GI/G/s queue): (1 + v) ÷ (2v + (1 − v) ÷ d), d being M/D/c over M/M/c by Cosmetatos (1976), its correction kept at
 * most 0.24 as by Whitt (1993, Approximations for the GI/G/m queue), since it runs away where there is little traffic.
 */
function generalService(servers: number, utilisation: number, variability: number): number {
  if (utilisation === 0) return 0;
  const correction =
    ((1 - utilisation) * (servers - 1) * (Math.sqrt(4 + 5 * servers) - 2)) / (16 * servers * utilisation);
  const fixed = (1 + Math.min(0.24, correction)) / 2;
  return (1 + variability) / (2 * variability + (1 - variability) / fixed);
}

/** How busy servers may be planned to be: beyond it small errors of demand become long waits. */
export const UTILISATION_CAP = 0.85;

export interface SizingAim {
  /** Of the wait, not of the whole time. */
  readonly p99_s?: number;
  readonly mean_s?: number;
  /** 0.85 where nothing is said. */
  readonly utilisation_most?: number;
}

/** The fewest servers that keep a queue within its aims, and what it does then. */
export function serversFor(queue: Omit<Queue, 'servers'>, aim: SizingAim): Waiting & { readonly servers: number } {
  const cap = positive('utilisation_most', aim.utilisation_most ?? UTILISATION_CAP, 0.999_999);
  const p99 = within('p99_s', aim.p99_s ?? Number.MAX_SAFE_INTEGER, { most: Number.MAX_SAFE_INTEGER });
  const most = within('mean_s', aim.mean_s ?? Number.MAX_SAFE_INTEGER, { most: Number.MAX_SAFE_INTEGER });
  const offered = within('arrivals_per_s', queue.arrivals_per_s) * positive('service_s', queue.service_s);
  const least = whole('servers needed', Math.max(1, Math.ceil(offered / cap - 1e-9)), 1, SERVERS_MOST);
  const fits = (servers: number): boolean => {
    const held = waiting({ ...queue, servers });
    return held.p99_s <= p99 && held.mean_s <= most;
  };
  let [low, high] = [least, least];
  while (!fits(high)) [low, high] = [high + 1, whole('servers needed', high * 2, 1, SERVERS_MOST)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  return { servers: high, ...waiting({ ...queue, servers: high }) };
}
