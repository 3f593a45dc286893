// A route's past calls under another strategy, from the log: the same for an instance that runs and for a log that lies there.
import {
  cloudOf,
  isReserved,
  replay,
  type Market,
  type Measures,
  type Ranged,
  type Snapshot,
} from '@weighbridge/gateway';
import { AppError, didYouMean, moneyToDecimal } from '@weighbridge/kernel';
import type { Journal } from '@weighbridge/journal';
import type { ControlAnswer, ControlAsked } from '@weighbridge/protocol';
import type { Blobs } from '../admin/blobs.ts';
import { raterInForce } from '../admin/book-in-force.ts';
import { inForceAt } from '../admin/in-force.ts';
import { pastCalls } from './past-calls.ts';

type Answer = ControlAnswer<'simulateRoute'>;

export interface ReplaySources {
  readonly journal: Journal;
  readonly blobs: Blobs;
  readonly snapshot: Pick<Snapshot, 'routes' | 'deployments'>;
  readonly now: number;
  /** The log holds calls of simulated clouds. */
  readonly lab: boolean;
}

const DAY_MS = 86_400_000;
const DAYS = 7;

/** Throws ROUTE_UNKNOWN, and NO_CALLS where the route served none in the period. */
export async function simulateRoute(
  { journal, blobs, snapshot, now, lab }: ReplaySources,
  { route: id, strategy, since = now - DAYS * DAY_MS, until = now }: ControlAsked<'simulateRoute'>,
): Promise<Answer> {
  const route = snapshot.routes.find((one) => one.id === id);
  if (route === undefined) throw unknownRoute(id, snapshot);
  const { calls, leftOut, cut } = await pastCalls(journal, { route: id, since: Math.max(0, since), until });
  if (calls.length === 0)
    throw new AppError('NO_CALLS', `the route "${id}" served no call from ${day(since)} to ${day(until)}`, {
      next: 'name a longer period with --since, or another route',
    });
  const deployments = new Map(snapshot.deployments.map((deployment) => [deployment.id, deployment]));
  const candidates = route.candidates.flatMap(({ deployment: name }) => {
    const deployment = deployments.get(name);
    return deployment === undefined ? [] : [{ deployment, dialect: cloudOf(deployment.cloud).dialect(deployment) }];
  });
  const rater = raterInForce(journal, blobs);
  // What is paid ahead costs nothing more; what there is no room for did not go there.
  const expect: Market['expect'] = (deployment, ...input) =>
    isReserved(deployment) ? 0n : rater.expect(deployment, ...input);
  const market = { route, candidates, expect };
  const found = await replay(calls, market, strategy);
  const names = candidates.map(({ deployment }) => deployment.id);
  return {
    simulated: true,
    lab,
    route: id,
    strategy,
    strategy_now: route.strategy,
    since: Math.max(0, since),
    until,
    calls: found.calls,
    sessions: found.sessions,
    left_out: leftOut,
    cut,
    was: measuresOf(found.was, names),
    modelled_cache_share: rangeOf(found.modelled.cacheShare),
    would: measuresOf(found.would, names),
    unknown: [...found.unknown],
  };
}

/** As the log has it, by the configuration that was in force last. Throws what `simulateRoute` throws, and JOURNAL_CORRUPT. */
export async function simulateAtRest(
  journal: Journal,
  blobs: Blobs,
  asked: ControlAsked<'simulateRoute'>,
  { now, lab }: Pick<ReplaySources, 'now' | 'lab'>,
): Promise<Answer> {
  const snapshot = inForceAt(journal, blobs, Infinity)?.snapshot ?? { routes: [], deployments: [] };
  return simulateRoute({ journal, blobs, snapshot, now, lab }, asked);
}

function unknownRoute(id: string, { routes }: ReplaySources['snapshot']): AppError {
  const names = routes.map((one) => one.id);
  const near = didYouMean(id, names);
  const known = names.length === 0 ? 'the configuration names no route' : `there are: ${names.slice(0, 20).join(', ')}`;
  return new AppError('ROUTE_UNKNOWN', `there is no route named "${id.slice(0, 64)}"`, {
    next: near === undefined ? known : `did you mean "${near}"?`,
  });
}

const day = (at: number): string => `${new Date(Math.max(0, at)).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const rangeOf = (range: Ranged | null): Answer['modelled_cache_share'] => (range === null ? null : { ...range });

function measuresOf(measures: Measures, names: readonly string[]): Answer['was'] {
  const { cost, unpriced, cacheShare, waitMs, waitUnknown, spilled, shares } = measures;
  return {
    cost: cost === null ? null : { value: money(cost.value), low: money(cost.low), high: money(cost.high) },
    currency: 'USD',
    unpriced,
    cache_share: rangeOf(cacheShare),
    wait_ms: waitMs === null ? null : { mean: { ...waitMs.mean }, p50: { ...waitMs.p50 }, p95: { ...waitMs.p95 } },
    wait_unknown: waitUnknown,
    spilled: rangeOf(spilled),
    shares: names.map((deployment, index) => ({
      deployment,
      ...(shares[index] ?? { value: 0, low: 0, high: 0 }),
    })),
  };
}

/** Sums of a sample are told to a millionth. */
const money = (pico: number): string => moneyToDecimal(BigInt(Math.round(pico / 1e6)) * 1_000_000n);
