// What the calls of the sample are made in: the scenario's configuration, compiled by the product's own code to the
// deployments, policies, prices and digest that a running instance would have. A decision of the sample reads as one of
// the gateway, because policy says it.
import { createProblemList } from '@weighbridge/document';
import { hash } from 'node:crypto';
import { invariant, type AppError } from '@weighbridge/kernel';
import { cloudOf, deploymentDenial, mintKey, policyRules, type Deployment, type Snapshot } from '@weighbridge/gateway';
import type { Config, DialectId, Who } from '@weighbridge/protocol';
import { compileSnapshot } from '../config/compile.ts';
import { checkConfigValue, requireConfig } from '../config/load.ts';
import { openPrices, type Prices } from '../config/prices.ts';
import { refuseConfig } from '../config/refuse.ts';
import type { KeyState } from '../keys/fold.ts';
import { Draw } from './draw.ts';
import { SCENARIO_FOLDER, type Behaviour, type Scenario } from './scenario.ts';

export interface Target {
  readonly deployment: Deployment;
  readonly behaviour: Behaviour;
  readonly dialect: DialectId;
}

/** One route as policy leaves it to one key. */
export interface Plan {
  readonly route: string;
  /** The first name that clients ask for. */
  readonly alias: string;
  readonly strategy: string;
  readonly rules: readonly string[];
  readonly targets: readonly Target[];
  /** Beside each target: why policy excludes it, or null. */
  readonly denials: readonly (string | null)[];
}

export interface SampleKey {
  readonly state: KeyState;
  readonly who: Who;
  /** False where policy keeps the key to certain regions. */
  readonly anywhere: boolean;
}

export interface Market {
  readonly config: Config;
  readonly digest: string;
  readonly deployments: Snapshot['deployments'];
  readonly prices: Prices;
  /** By name. */
  readonly keys: ReadonlyMap<string, SampleKey>;
  plan(key: string, route: string): Plan;
}

export const SAMPLE_SOURCE = 'the sample organisation';

/** `at`: the beginning of the month, when its keys were made. */
export function openMarket(scenario: Scenario, at: number): Market {
  const loaded = checkConfigValue(SAMPLE_SOURCE, scenario.configuration, SCENARIO_FOLDER, at);
  const config = requireConfig(loaded);
  const prices = openPrices(loaded.priceFiles);
  const problems = createProblemList(loaded.locate, 'CONFIG_INVALID');
  const snapshot = compileSnapshot(config, madeKeys(config, scenario.seed, at), problems, prices.book.id);
  refuseConfig(SAMPLE_SOURCE, problems.all);
  const targets = new Map(snapshot.deployments.map((each) => [each.id, targetOf(each, scenario)]));
  const plans = new Map<string, Plan>();
  return {
    config,
    digest: snapshot.digest,
    deployments: snapshot.deployments,
    prices,
    keys: keysOf(snapshot, scenario, at),
    plan: (key, route) => {
      const name = `${key}\n${route}`;
      const plan = plans.get(name) ?? planOf(snapshot, targets, key, route);
      plans.set(name, plan);
      return plan;
    },
  };
}

/** Keys that nobody has: their ids follow from the seed, and what stands for their HMAC is of no key. */
function madeKeys(config: Config, seed: number, at: number): readonly KeyState[] {
  const draw = new Draw(seed, 'keys');
  return Object.keys(config.keys).map((name): KeyState => {
    const { id } = mintKey((bytes) => draw.fill(bytes));
    const hmac = hash('sha256', `no key has this: ${id}`, 'base64url');
    return { id, name, hmac, who: {}, created: at, revoked: false };
  });
}

function keysOf(snapshot: Snapshot, scenario: Scenario, at: number): Market['keys'] {
  const keys = new Map<string, SampleKey>();
  for (const { id, name, hmac, who, policy } of snapshot.keys) {
    const state = { id, name, hmac, who: {}, created: at, revoked: false };
    keys.set(name, { state, who, anywhere: policy.regions.includes('*') });
  }
  for (const { key } of scenario.teams) invariant(keys.has(key), `the scenario's configuration lists the key ${key}`);
  return keys;
}

function targetOf(deployment: Deployment, { deployments }: Scenario): Target {
  const behaviour = deployments[deployment.id];
  invariant(behaviour !== undefined, `the scenario says how ${deployment.id} behaves`);
  return { deployment, behaviour, dialect: cloudOf(deployment.cloud).dialect(deployment) };
}

function planOf(snapshot: Snapshot, targets: ReadonlyMap<string, Target>, keyName: string, routeName: string): Plan {
  const key = snapshot.keys.find(({ name }) => name === keyName);
  const route = snapshot.routes.find(({ id }) => id === routeName);
  invariant(key !== undefined && route !== undefined, `the scenario has the key ${keyName} and the route ${routeName}`);
  const chosen = route.candidates.flatMap(({ deployment }) => targets.get(deployment) ?? []);
  return {
    route: route.id,
    alias: route.aliases[0] ?? route.id,
    strategy: route.strategy,
    rules: policyRules(key.policy),
    targets: chosen,
    denials: chosen.map(({ deployment }) => deploymentDenial(key.policy, deployment)),
  };
}

/** What the sample's receipts say of an error: its code, and words that a client would have got. */
export type CallError = Pick<AppError, 'code' | 'message'>;
