// What a platform team turns on beyond the plain configuration of the bench, so that a frontier is that of the gateway as
// it stands before a company: limits by key, team and route in rolling windows, capacity that was bought ahead and what
// spills from it, a strategy that ranks two candidates, metrics, a JSON line for each call. Circuits, intents, receipts and
// headers are always on; the answer cache is off, since a call that it answers crosses nothing.
import { join } from 'node:path';

/** Calls at a time that are taken for bought ahead: above it calls spill, so that both ways are gone in every run. */
const SLOTS = 32;
/** High enough that nothing is refused: what is measured is the counting. */
const PLENTY = 1_000_000_000_000;

export const LIMIT_RULES = {
  'key-minute': { measure: 'requests', amount: PLENTY, window: '60s', per: ['key'] },
  'team-hour': { measure: 'tokens', amount: PLENTY, window: '60m', per: ['team'] },
  'route-at-once': { measure: 'concurrency', amount: 100_000, per: ['route'] },
} as const;

export const EVERYTHING =
  'limits by key (requests in 60 s), team (tokens in 60 min) and route (concurrency), ' +
  `two candidates ordered by "cheapest" of which one has ${SLOTS} slots bought ahead and the rest spills, circuits, headers, ` +
  'metrics scraped every five seconds, a JSON line for each call in a file; answer cache off';

export interface Deployed {
  readonly deployments: Readonly<Record<string, object>>;
  readonly routes: Readonly<Record<string, object>>;
}

/** The same deployments and routes, each with its reserved twin before it. */
export const withReserved = ({ deployments }: Deployed): Deployed => {
  const names = Object.keys(deployments);
  const reserved = (name: string): string => `${name}-reserved`;
  const twins = names.map((name) => {
    const capacity = { kind: 'slots', concurrent: SLOTS };
    return [reserved(name), { ...deployments[name], capacity }] as const;
  });
  const route = (name: string) => ({
    strategy: 'cheapest',
    candidates: [{ deployment: reserved(name) }, { deployment: name }],
  });
  return {
    deployments: { ...deployments, ...Object.fromEntries(twins) },
    routes: Object.fromEntries(names.map((name) => [name, route(name)])),
  };
};

/** What watches: a page of metrics on the control port, and a line for each call. */
export const watched = (folder: string, controlPort: number) => ({
  limits: { rules: LIMIT_RULES },
  control: { port: controlPort },
  telemetry: { prometheus: { open: true } },
  logging: { level: 'debug', file: join(folder, 'calls.jsonl'), calls: 'all' },
});
