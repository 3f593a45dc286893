// What the running instance says of itself: where it listens, what it has carried, what the hard budget leaves of the day.
import { moneyFromDecimal, moneyToDecimal, systemClock, type Money } from '@weighbridge/kernel';
import type { BatchView, LaneStats } from '@weighbridge/gateway';
import type { WitnessState } from '@weighbridge/journal';
import type { ProjectionsState, SecurityState } from '@weighbridge/protocol';
import type { Administration } from '../admin/administration.ts';
import { recentAlerts } from '../admin/alerts.ts';
import type { Stores } from '../admin/stores.ts';
import type { OpenWindow } from '../bypass/windows.ts';
import { VERSION } from '../version.ts';
import type { WatchState } from '../watch-file.ts';
import type { LaneDelay } from '../lanes/loop-delay.ts';
import type { Status } from './operations.ts';

/** The lanes, and what is spent or held of the hard budget they share. */
export interface Served {
  readonly count: number;
  stats(): Promise<LaneStats>;
  waiting(): Promise<readonly BatchView[]>;
  loopDelays(): Promise<readonly LaneDelay[]>;
  used(): Money;
  openWindows(): readonly OpenWindow[];
}

export interface StatusFacts {
  readonly origin: string;
  readonly started: number;
  readonly source: string;
  readonly watch: WatchState | null;
  readonly witnesses: readonly WitnessState[];
  readonly projections: ProjectionsState;
  readonly security: readonly SecurityState[];
}

export async function statusOf(
  stores: Stores,
  administration: Administration,
  lanes: Served,
  facts: StatusFacts,
): Promise<Status> {
  const { digest, log, organisation, node } = administration.snapshot();
  const { origin, size } = stores.journal.checkpoint();
  return {
    version: VERSION,
    pid: process.pid,
    origin: facts.origin,
    log,
    simulated: log !== 'live',
    organisation,
    node,
    started: facts.started,
    lanes: lanes.count,
    config: { digest, source: facts.source, watch: facts.watch },
    journal: { folder: stores.home.journal, vkey: stores.journal.vkey, retiring: retiringKeys(stores), origin, size },
    witnesses: facts.witnesses,
    calls: await lanes.stats(),
    waiting: await lanes.waiting(),
    event_loop: await lanes.loopDelays(),
    interrupted: stores.interrupted,
    windows: lanes.openWindows(),
    budget: budgetOf(administration, lanes.used(), systemClock.wall()),
    alerts: recentAlerts(stores.journal, systemClock.wall()),
    projections: facts.projections,
    security: facts.security,
  };
}

const retiringKeys = ({ vault }: Stores): readonly string[] =>
  vault.signers.slice(1).map(({ verifier }) => verifier.vkey);

function budgetOf(administration: Administration, used: Money, now: number): Status['budget'] {
  const { budget, deployments } = administration.snapshot();
  if (budget === undefined) return null;
  const daily = moneyFromDecimal(budget.daily);
  const left = daily > used ? daily - used : 0n;
  const windows = deployments
    .filter(({ simulated }) => !simulated)
    .map((deployment) => {
      const most = administration.windowCost(deployment, now);
      return { deployment: deployment.id, cost: most === null ? null : moneyToDecimal(most) };
    });
  return {
    daily: budget.daily,
    used: moneyToDecimal(used),
    left: moneyToDecimal(left),
    currency: budget.currency,
    windows,
  };
}
