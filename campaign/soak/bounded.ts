// The lab's configuration with bounds on what a route has under way and in line, so that more calls than it carries are
// refused and not kept: two deployments a route, each with room for what the soak's own rate needs and some more.
import { labConfiguration, type LabEndpoints } from '@weighbridge/lab';

interface Candidate {
  readonly deployment: string;
}

interface LabShape {
  readonly deployments: Readonly<Record<string, object>>;
  readonly routes: Readonly<Record<string, { readonly candidates: readonly Candidate[] }>>;
}

export const ROUTES = ['claude-sonnet-4-5', 'claude-haiku-4-5', 'gpt-4.1', 'gpt-4o-mini'] as const;
const CANDIDATES = 2;
/** Calls at a time that a deployment takes, for each call a second of the whole soak. */
const ROOM = 0.2;
const QUEUE = { wait_ms: 500, depth: 64 };
/** A stream that falls silent is given up before its clients would. */
const TIMERS = { first_token_ms: 10_000, between_tokens_ms: 2_000 };

export function boundedConfiguration(endpoints: LabEndpoints, rate: number): unknown {
  const { deployments, routes, ...rest } = labConfiguration(endpoints) as LabShape;
  const room = { max_concurrency: Math.max(4, Math.round(rate * ROOM)) };
  const bounded = ROUTES.map((name) => {
    const route = routes[name] ?? { candidates: [] };
    return [
      name,
      { ...route, candidates: route.candidates.slice(0, CANDIDATES), queue: QUEUE, timers: TIMERS },
    ] as const;
  });
  const used = bounded.flatMap(([, { candidates }]) => candidates.map(({ deployment }) => deployment));
  const narrowed = used.map((name) => [name, { ...deployments[name], ...room }] as const);
  return {
    ...rest,
    deployments: { ...deployments, ...Object.fromEntries(narrowed) },
    routes: { ...routes, ...Object.fromEntries(bounded) },
  };
}
