// What a route does with a call besides choosing: answers it keeps, the line where it waits, legs beside the first. As it is
// configured; absent parts are null.
import { conditionRules, type Route, type Snapshot } from '@weighbridge/gateway';
import type { DeploymentRow, RouteRow } from '@weighbridge/protocol';

type Parts = Pick<RouteRow, 'stored_content' | 'cache' | 'queue' | 'hedge' | 'cascade' | 'mirror' | 'bypass'>;

/** `stateOf`: how a deployment stands now. */
export function routeParts(
  route: Route,
  bypasses: NonNullable<Snapshot['bypasses']>,
  stateOf: (deployment: string) => DeploymentRow['state'],
): Parts {
  const { cache, queue, hedge, mirror } = route;
  return {
    stored_content: route.stored_content ?? null,
    cache: cache === undefined ? null : { ttl: cache.ttl, scope: cache.scope },
    queue: queue === undefined ? null : { ...queue },
    hedge: hedge === undefined ? null : { after_ms: hedge.after_ms ?? null, budget: hedge.budget },
    cascade: cascadePart(route),
    mirror:
      mirror === undefined
        ? null
        : {
            deployment: mirror.deployment,
            state: stateOf(mirror.deployment),
            share: mirror.share,
            cost_centre: mirror.cost_centre,
            when: [...conditionRules(mirror.when)],
            at_once: mirror.at_once,
          },
    bypass: bypassPart(route, bypasses),
  };
}

function bypassPart({ when_unsealed: when }: Route, bypasses: NonNullable<Snapshot['bypasses']>): Parts['bypass'] {
  const named = typeof when === 'object' ? bypasses.find(({ id }) => id === when.bypass) : undefined;
  if (named === undefined) return null;
  const { id: name, deployments, longest_minutes: minutes, calls } = named;
  return { name, deployments: deployments === undefined ? null : [...deployments], minutes, calls };
}

function cascadePart({ cascade }: Route): Parts['cascade'] {
  if (cascade === undefined) return null;
  const { finished, json, schema, min_chars: chars, lacks, tool } = cascade.check;
  return {
    finished,
    json,
    schema: schema !== undefined,
    min_chars: chars ?? null,
    lacks: [...lacks],
    tool: tool ?? null,
  };
}
