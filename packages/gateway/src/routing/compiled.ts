// A snapshot made ready for the hot path: every look-up a Map, every verdict of policy on a (key, route) pair worked out
// once. Frozen for its whole life; a call in flight keeps the one it started under.
import { createHash } from 'node:crypto';
import { AppError } from '@weighbridge/kernel';
import type { CloudId, DialectId, KeyPolicyConfig } from '@weighbridge/protocol';
import { compileBypasses, type Bypass } from '../bypass/bypass.ts';
import { bypassMemory, type BypassMemory } from '../bypass/memory.ts';
import type { Reservation } from '../capacity/reservation.ts';
import type { Cloud } from '../clouds/cloud.ts';
import { isReserved, type Deployment, type KeyRecord, type Route, type Snapshot } from '../deployment.ts';
import { BOUNDS } from '../pipeline/bounds.ts';
import { Limits, limitMemory, type LimitMemory } from '../limits/limits.ts';
import { compileArms, type Arms } from './arms.ts';
import { BoundedCache } from './bounded-cache.ts';
import { conditionOf, type Condition } from './condition.ts';
import { hashText } from './hash.ts';
import { deploymentDenial, keyDenial, policyRules } from './policy.ts';
import { mirrorRouteOf } from './mirror-route.ts';
import type { Reason } from './reason.ts';
import { STRATEGY, type Standing, type Strategy } from './strategy.ts';

/** A deployment with its adapter; as a candidate of a route it is also what is known of it while nothing happens. */
export interface Target extends Standing {
  readonly deployment: Deployment;
  readonly cloud: Cloud;
  readonly dialect: DialectId;
  /** What was bought of it; null where nothing was. */
  readonly reservation: Reservation | null;
  /** As it is priced where the seller serves a call on demand. */
  readonly onDemand: Deployment;
  /** For which requests it is there at all; null: for all. */
  readonly condition: Condition | null;
  /** Null: in every arm. */
  readonly arm: string | null;
}

/** What policy says about one route for one key: the same for every call, so it is worked out once. */
export interface Plan {
  /** Distinct for each plan of a lane's life: part of the key under which decisions are remembered. */
  readonly name: string;
  readonly route: Route;
  readonly policy: KeyPolicyConfig;
  readonly rules: readonly string[];
  readonly routeDenial: string | null;
  readonly targets: readonly Target[];
  /** Something was bought of one of them. */
  readonly reserves: boolean;
  /** Null: the first that can takes the call. */
  readonly strategy: Strategy | null;
  /** Null where the route has none. */
  readonly arms: Arms | null;
  /** By which its calls go on while the journal takes no entries; null: they are refused. */
  readonly bypass: Bypass | null;
  /** Beside each target: why policy excludes it, or null. */
  readonly denials: readonly (Reason | null)[];
}

export interface Compiled {
  readonly snapshot: Snapshot;
  readonly keys: ReadonlyMap<string, KeyRecord>;
  readonly hosts: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
  readonly targets: ReadonlyMap<string, Target>;
  routeFor(alias: string): Route | undefined;
  /** What copies of a route's calls take; null where it has no mirror. */
  mirrorRoute(id: string): Route | null;
  /** For a client of this dialect, which is not translated where the deployment speaks it; without one, as configured. */
  plan(key: KeyRecord, route: Route, surface?: DialectId): Plan;
  /** As of a key that may use everything. */
  openPlan(route: Route): Plan;
  /** Null where none is set. */
  readonly limits: Limits | null;
  readonly bypasses: ReadonlyMap<string, Bypass>;
  /** Every route goes on while the journal takes no entries. */
  readonly failsOpen: boolean;
  /** Aliases without a wildcard that a key may use, sorted: what `GET /v1/models` lists. */
  models(key: KeyRecord): readonly string[];
}

/** What all lanes of a node share. `limits`, `bypasses`: what they count them in; `reservations`: what was bought, by deployment. */
export interface SharedMemory {
  readonly limits?: LimitMemory | undefined;
  readonly bypasses?: BypassMemory | undefined;
  readonly reservations?: ReadonlyMap<string, Reservation>;
}

/** `generation` counts the snapshots of a lane. Throws CONFIG_INVALID when a route names a deployment, or a deployment a cloud, that does not exist. */
export function compileSnapshot(
  snapshot: Snapshot,
  clouds: Readonly<Partial<Record<CloudId, Cloud>>>,
  generation: number,
  shared: SharedMemory = {},
): Compiled {
  const { reservations = NONE_RESERVED } = shared;
  const named = snapshot.bypasses ?? [];
  const bypasses = compileBypasses(named, shared.bypasses ?? bypassMemory(named.map(({ id }) => id)));
  const targets = new Map<string, Target>();
  for (const deployment of snapshot.deployments) {
    const cloud = clouds[deployment.cloud];
    if (cloud === undefined) {
      throw new AppError(
        'CONFIG_INVALID',
        `deployment "${deployment.id}" names the cloud "${deployment.cloud}", which has no adapter`,
      );
    }
    targets.set(deployment.id, targetOf(deployment, cloud, reservations.get(deployment.id) ?? null));
  }
  const routeFor = routesByName(snapshot.routes);
  const mirrors = new Map(snapshot.routes.map((route) => [route.id, mirrorRouteOf(route)]));
  const copied = [...mirrors.values()].filter((route) => route !== null);
  const routeTargets = new Map([...snapshot.routes, ...copied].map((route) => [route.id, targetsOf(route, targets)]));
  const spoken = new Map<string, readonly Target[]>();
  const plans = new BoundedCache<string, Plan>(BOUNDS.plan_cache_entries);
  let planNumber = 0;
  const targetsFor = (route: Route, surface: DialectId | undefined): readonly Target[] => {
    const configured = routeTargets.get(route.id) ?? [];
    if (surface === undefined) return configured;
    const name = `${surface} ${route.id}`;
    const known = spoken.get(name) ?? configured.map((target) => inDialect(target, surface));
    spoken.set(name, known);
    return known;
  };
  const plan = (key: KeyRecord, route: Route, surface?: DialectId): Plan => {
    const pair = `${key.id} ${route.id} ${surface ?? ''}`;
    const known = plans.get(pair);
    if (known !== undefined) return known;
    planNumber += 1;
    const made = makePlan(`${generation}.${planNumber}`, key, route, targetsFor(route, surface), bypasses);
    plans.set(pair, made);
    return made;
  };
  return {
    snapshot,
    keys: new Map(snapshot.keys.map((key) => [key.id, key])),
    hosts: new Set(snapshot.hosts.map((host) => host.toLowerCase())),
    origins: new Set(snapshot.origins.map((origin) => origin.toLowerCase())),
    targets,
    routeFor,
    plan,
    mirrorRoute: (id) => mirrors.get(id) ?? null,
    openPlan: (route) => makePlan('', EVERYTHING, route, routeTargets.get(route.id) ?? [], bypasses),
    limits: limitsOf(snapshot, shared.limits),
    bypasses,
    failsOpen: snapshot.routes.length > 0 && snapshot.routes.every((route) => bypassOf(route, bypasses) !== null),
    models: (key) => modelNames(key, snapshot.routes),
  };
}

/** What a key may ask for, by name. */
export const modelNames = (key: Parameters<typeof keyDenial>[0], routes: readonly Route[]): readonly string[] =>
  routes
    .flatMap((route) => (keyDenial(key, route) === null ? [route.id, ...route.aliases] : []))
    .filter((alias, index, list) => !alias.endsWith('*') && list.indexOf(alias) === index)
    .toSorted();

const NONE_RESERVED: ReadonlyMap<string, Reservation> = new Map();

/** The tier that every price list has. */
function onDemandOf({ capacity: _bought, ...deployment }: Deployment): Deployment {
  return Object.freeze({ ...deployment, tier: 'standard' });
}

/** Without memory that other lanes share, they are counted in memory of their own. */
function limitsOf({ limits = [] }: Snapshot, memory: LimitMemory | undefined): Limits | null {
  return limits.length === 0 ? null : new Limits(limits, memory ?? limitMemory(limits));
}

const ALL = ['*'] as const;
const EVERYTHING: Pick<KeyRecord, 'name' | 'policy'> = {
  name: '',
  policy: { routes: [...ALL], clouds: [...ALL], regions: [...ALL] },
};

function makePlan(
  name: string,
  key: Pick<KeyRecord, 'name' | 'policy' | 'unlisted'>,
  route: Route,
  targets: readonly Target[],
  bypasses: ReadonlyMap<string, Bypass>,
): Plan {
  const { policy } = key;
  return {
    name,
    route,
    policy,
    rules: policyRules(policy),
    routeDenial: keyDenial(key, route),
    targets,
    reserves: targets.some(({ reservation }) => reservation !== null),
    strategy: route.strategy === 'priority' ? null : STRATEGY[route.strategy],
    arms: compileArms(route),
    bypass: bypassOf(route, bypasses),
    denials: targets.map((target): Reason | null => {
      const rule = deploymentDenial(policy, target.deployment);
      return rule === null ? null : { kind: 'policy', rule };
    }),
  };
}

const bypassOf = ({ when_unsealed: when }: Route, bypasses: ReadonlyMap<string, Bypass>): Bypass | null =>
  when === undefined || when === 'refuse' ? null : (bypasses.get(when.bypass) ?? null);

function targetsOf(route: Route, targets: ReadonlyMap<string, Target>): Target[] {
  return route.candidates.map((candidate) => {
    const target = targets.get(candidate.deployment);
    if (target === undefined) {
      throw new AppError(
        'CONFIG_INVALID',
        `route "${route.id}" names the deployment "${candidate.deployment}", which does not exist`,
      );
    }
    const { weight, arm = null, when } = candidate;
    return { ...target, weight, arm, condition: conditionOf(when) };
  });
}

/** The target spoken to in the client's own dialect, where it can be. */
const inDialect = (target: Target, dialect: DialectId): Target =>
  target.dialect !== dialect && target.cloud.alsoSpeaks?.(target.deployment, dialect) === true
    ? { ...target, dialect }
    : target;

const targetOf = (deployment: Deployment, cloud: Cloud, reservation: Reservation | null): Target => ({
  deployment,
  cloud,
  dialect: cloud.dialect(deployment),
  reservation,
  onDemand: reservation === null ? deployment : onDemandOf(deployment),
  condition: null,
  arm: null,
  weight: 1,
  reserved: isReserved(deployment),
  seed: hashText(deployment.id),
  inFlight: 0,
  cost: null,
  waitMs: null,
});

/** Exact names win over prefixes, longer prefixes over shorter ones, earlier routes over later ones. */
export function routesByName(routes: readonly Route[]): (alias: string) => Route | undefined {
  const exact = new Map<string, Route>();
  const prefixes: { readonly prefix: string; readonly route: Route }[] = [];
  for (const route of routes) exact.set(route.id, route);
  for (const route of routes) {
    for (const alias of route.aliases) {
      if (alias.endsWith('*')) prefixes.push({ prefix: alias.slice(0, -1), route });
      else if (!exact.has(alias)) exact.set(alias, route);
    }
  }
  const longestFirst = prefixes.toSorted((a, b) => b.prefix.length - a.prefix.length);
  return (alias) => exact.get(alias) ?? longestFirst.find((entry) => alias.startsWith(entry.prefix))?.route;
}

/** Content address of a canonical text: base64url SHA-256. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
