// Deployments and routes, put together from the configuration in force and what each lane has learnt.
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '@weighbridge/kernel';
import { conditionRules, isReserved, type DeploymentHealth, type Foreseen as LaneForeseen } from '@weighbridge/gateway';
import type { ControlAnswer, ControlAsked, DeploymentRow } from '@weighbridge/protocol';
import { simulateRoute } from '../../replay/simulate-route.ts';
import type { ControlPorts } from '../ports.ts';
import { routeParts } from './route-parts.ts';

type Ports = Pick<ControlPorts, 'administration' | 'lanes' | 'clock'>;
type State = DeploymentRow['state'];

async function deploymentsAnswer({ administration, lanes, clock }: Ports): Promise<ControlAnswer<'deployments'>> {
  const { deployments, routes } = administration.snapshot();
  const health = byDeployment(await lanes.health());
  return {
    at: clock.wall(),
    rows: deployments.map((deployment) => {
      const known = health.get(deployment.id) ?? [];
      return {
        id: deployment.id,
        state: stateOf(known.map(({ view }) => view.reason)),
        cloud: deployment.cloud,
        model: deployment.model,
        region: deployment.region,
        region_set: deployment.region_set === undefined ? null : [...deployment.region_set],
        tier: deployment.tier,
        roles: { ...deployment.roles },
        credential: {
          name: deployment.credential,
          ready: known.length === 0 ? null : known.every(({ view }) => view.ready),
        },
        simulated: deployment.simulated,
        max_concurrency: deployment.max_concurrency ?? null,
        in_flight: known.reduce((sum, { view }) => sum + view.in_flight, 0),
        routes: routes.filter(({ candidates }) => candidates.some((one) => one.deployment === deployment.id)).map(idOf),
        lanes: known.map(({ lane, view }) => {
          const { deployment: _, ready: __, ...shown } = view;
          return { lane, ...shown };
        }),
      };
    }),
  };
}

async function routesAnswer({ administration, lanes, clock }: Ports): Promise<ControlAnswer<'routes'>> {
  const { routes, deployments, bypasses = [] } = administration.snapshot();
  const health = byDeployment(await lanes.health());
  const standings = await lanes.routes();
  const reserved = new Set(deployments.filter(isReserved).map(idOf));
  const batching = new Set(deployments.filter(({ batch }) => batch !== undefined).map(idOf));
  const stateNow = (id: string): State => stateOf((health.get(id) ?? []).map(({ view }) => view.reason));
  return {
    at: clock.wall(),
    rows: routes.map((route) => ({
      id: route.id,
      aliases: [...route.aliases],
      strategy: route.strategy,
      arms: route.arms === undefined ? null : { ...route.arms },
      candidates: route.candidates.map(({ deployment, weight, arm, when }) => {
        const views = (health.get(deployment) ?? []).map(({ view }) => view);
        const known = standings.flatMap((lane) =>
          lane
            .filter((one) => one.route === route.id)
            .flatMap(({ candidates }) => candidates.filter((one) => one.deployment === deployment)),
        );
        return {
          deployment,
          weight,
          arm: arm ?? null,
          when: [...conditionRules(when)],
          reserved: reserved.has(deployment),
          batch: batching.has(deployment),
          state: stateOf(views.map(({ reason }) => reason)),
          in_flight: views.reduce((sum, view) => sum + view.in_flight, 0),
          first: meanOf(known.map(({ first }) => first)),
          cache_share: meanOf(known.map(({ cacheShare }) => cacheShare)),
          first_token_ms: meanOf(known.map(({ firstTokenMs }) => firstTokenMs)),
        };
      }),
      ...routeParts(route, bypasses, stateNow),
      attempts: route.attempts,
      timers: { ...route.timers },
      fidelity: route.fidelity,
      max_output_tokens: route.max_output_tokens ?? null,
    })),
  };
}

/** Over the lanes that know something; lanes share calls evenly. */
function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Throws KEY_INVALID. */
async function foreseeAnswer(
  { administration, lanes, clock }: Ports,
  {
    key,
    model,
    features,
    stream,
    request_bytes,
    max_output_tokens,
    session,
    end_user,
    tags,
    metadata,
  }: ControlAsked<'foresee'>,
): Promise<ControlAnswer<'foresee'>> {
  const found = await lanes.foresee({
    key: keyId(administration, key),
    model,
    features,
    ...given({
      stream,
      requestBytes: request_bytes,
      maxOutputTokens: max_output_tokens,
      session,
      endUser: end_user,
      tags,
      metadata,
    }),
  });
  const groups: { lanes: number[]; foreseen: LaneForeseen }[] = [];
  for (const [index, foreseen] of found.entries()) {
    const alike = groups.find((group) => isDeepStrictEqual(group.foreseen, foreseen));
    if (alike === undefined) groups.push({ lanes: [index + 1], foreseen });
    else alike.lanes.push(index + 1);
  }
  return {
    at: clock.wall(),
    answers: groups.map(({ lanes: alike, foreseen: { decision, refusal, first, doubts } }) => ({
      lanes: alike,
      decision: decision as ControlAnswer<'foresee'>['answers'][number]['decision'],
      refusal: refusal === null ? null : { code: refusal.code, message: refusal.message, next: refusal.next },
      first: [...first],
      doubts: [...doubts],
    })),
  };
}

function simulateRouteAnswer(
  { administration, clock, stores }: Pick<ControlPorts, 'administration' | 'clock' | 'stores'>,
  asked: ControlAsked<'simulateRoute'>,
): Promise<ControlAnswer<'simulateRoute'>> {
  const { journal, blobs, home } = stores;
  const snapshot = administration.snapshot();
  return simulateRoute({ journal, blobs, snapshot, now: clock.wall(), lab: home.log !== 'live' }, asked);
}

export const fleetAnswers = (ports: Pick<ControlPorts, 'administration' | 'lanes' | 'clock' | 'stores'>) => ({
  deployments: () => deploymentsAnswer(ports),
  routes: () => routesAnswer(ports),
  foresee: (input: ControlAsked<'foresee'>) => foreseeAnswer(ports, input),
  simulateRoute: (input: ControlAsked<'simulateRoute'>) => simulateRouteAnswer(ports, input),
});

/** Without the members that are not there. */
const given = <T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** By id, else by name where one key of that name is in force. */
function keyId(administration: Ports['administration'], idOrName: string): string {
  const keys = administration.keys();
  const found = keys.filter(
    ({ id, name, revoked, purpose }) => id === idOrName || (name === idOrName && !revoked && purpose !== 'playground'),
  );
  const [one] = found;
  if (found.length === 1 && one !== undefined) return one.id;
  throw new AppError(
    'KEY_INVALID',
    found.length === 0 ? `there is no key "${idOrName.slice(0, 80)}" in force` : `several keys are named "${idOrName}"`,
    { next: 'name one key by its id' },
  );
}

const idOf = ({ id }: { readonly id: string }): string => id;

function byDeployment(
  lanes: readonly (readonly DeploymentHealth[])[],
): ReadonlyMap<string, { lane: number; view: DeploymentHealth }[]> {
  const found = new Map<string, { lane: number; view: DeploymentHealth }[]>();
  for (const [index, views] of lanes.entries()) {
    for (const view of views) {
      const held = found.get(view.deployment) ?? [];
      held.push({ lane: index + 1, view });
      found.set(view.deployment, held);
    }
  }
  return found;
}

function stateOf(reasons: readonly (string | null)[]): State {
  if (reasons.length === 0) return 'idle';
  const out = reasons.filter((reason) => reason !== null).length;
  return out === 0 ? 'up' : out < reasons.length ? 'partly' : 'down';
}
