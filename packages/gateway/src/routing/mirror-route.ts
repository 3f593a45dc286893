// The route that copies of calls take. It stands in no configuration: nobody asks for it by name, and its receipts and
// limits tell copies from the calls that they were made of.
import type { Route } from '../deployment.ts';

/** Name of the route that copies of a route's calls take; no route of a configuration can have it. */
export const mirrorRouteId = (id: string): string => `${id}~mirror`;

/** The route of copies: one deployment, tried once. Null where the route has none. */
export function mirrorRouteOf(route: Route): Route | null {
  const { mirror, id, timers, fidelity, max_output_tokens: most } = route;
  if (mirror === undefined) return null;
  return {
    id: mirrorRouteId(id),
    aliases: [],
    strategy: 'priority',
    candidates: [{ deployment: mirror.deployment, weight: 1 }],
    attempts: 1,
    timers,
    fidelity,
    ...(most === undefined ? {} : { max_output_tokens: most }),
  };
}
