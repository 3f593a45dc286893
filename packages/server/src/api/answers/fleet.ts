// Deployments and routes, put together from the configuration in force and what each lane has learnt.
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '@weighbridge/kernel';
import type { DeploymentHealth, Foreseen as LaneForeseen } from '@weighbridge/gateway';
import type { ControlAnswer, ControlAsked, DeploymentRow } from '@weighbridge/protocol';
import type { ControlPorts } from '../ports.ts';

type Ports = Pick<ControlPorts, 'administration' | 'lanes' | 'clock'>;
type State = DeploymentRow['state'];

export async function deploymentsAnswer({
  administration,
  lanes,
  clock,
}: Ports): Promise<ControlAnswer<'deployments'>> {
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

export async function routesAnswer({ administration, lanes, clock }: Ports): Promise<ControlAnswer<'routes'>> {
  const { routes } = administration.snapshot();
  const health = byDeployment(await lanes.health());
  const state = (deployment: string): State => stateOf((health.get(deployment) ?? []).map(({ view }) => view.reason));
  return {
    at: clock.wall(),
    rows: routes.map((route) => ({
      id: route.id,
      aliases: [...route.aliases],
      strategy: route.strategy,
      candidates: route.candidates.map(({ deployment, weight }) => ({ deployment, weight, state: state(deployment) })),
      attempts: route.attempts,
      timers: { ...route.timers },
      fidelity: route.fidelity,
      max_output_tokens: route.max_output_tokens ?? null,
    })),
  };
}

/** Throws KEY_INVALID. */
export async function foreseeAnswer(
  { administration, lanes, clock }: Ports,
  { key, model, features }: ControlAsked<'foresee'>,
): Promise<ControlAnswer<'foresee'>> {
  const found = await lanes.foresee({ key: keyId(administration, key), model, features });
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

/** By id, else by name where one key of that name is in force. */
function keyId(administration: Ports['administration'], idOrName: string): string {
  const keys = administration.keys();
  const found = keys.filter(({ id, name, revoked }) => id === idOrName || (name === idOrName && !revoked));
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
