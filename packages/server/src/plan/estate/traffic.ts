// What crossed, as an estate is written from it: by route its tokens and its busiest minute, by deployment how soon the first token came. The
// tables tell it while an instance runs; where none does, the calls of the journal are counted one by one to the same figures.
import type { Journal } from '@weighbridge/journal';
import { GROUPS } from '@weighbridge/protocol';
import { decode } from '../../projector/decode.ts';
import type { CallFact } from '../../projector/call-fact.ts';

export interface RouteTraffic {
  readonly route: string;
  readonly calls: number;
  /** Of which nobody can say what was used. */
  readonly unknown: number;
  readonly tokens: { readonly input: number; readonly cached: number; readonly output: number };
  /** In and out together, in the busiest minute. */
  readonly peak: number;
}

export interface Traffic {
  /** UTC milliseconds: what was asked for, and from when there is something. */
  readonly since: number;
  readonly until: number;
  readonly from: number | null;
  readonly routes: readonly RouteTraffic[];
  /** Median milliseconds to the first token, by deployment. */
  readonly ttft: ReadonlyMap<string, number>;
}

interface Counted {
  calls: number;
  unknown: number;
  input: number;
  cached: number;
  output: number;
  readonly minutes: Map<number, number>;
}

/** `routeOf`: of the name that a client asked for. */
export function trafficIn(
  journal: Journal,
  { since, until }: { readonly since: number; readonly until: number },
  routeOf: (alias: string) => string | null,
): Traffic {
  const routes = new Map<string, Counted>();
  const waits = new Map<string, number[]>();
  let from: number | null = null;
  for (const record of journal.records({ kinds: ['call'], since, until }, GROUPS)) {
    const fact = decode(record);
    if (fact.kind !== 'call' || fact.deployment === null) continue;
    const route = routeOf(fact.asked);
    if (route === null) continue;
    from = Math.min(from ?? fact.at, fact.at);
    add(routes, route, fact);
    if (fact.ttftUs === null) continue;
    const held = waits.get(fact.deployment) ?? [];
    held.push(fact.ttftUs / 1000);
    waits.set(fact.deployment, held);
  }
  return {
    since,
    until,
    from,
    routes: [...routes]
      .map(([route, { calls, unknown, input, cached, output, minutes }]) => ({
        route,
        calls,
        unknown,
        tokens: { input, cached, output },
        peak: [...minutes.values()].reduce((most, each) => Math.max(most, each), 0),
      }))
      .toSorted((a, b) => sizeOf(b) - sizeOf(a) || (a.route < b.route ? -1 : 1)),
    ttft: new Map([...waits].map(([deployment, all]) => [deployment, medianOf(all)])),
  };
}

const sizeOf = ({ tokens }: RouteTraffic): number => tokens.input + tokens.cached + tokens.output;

function add(routes: Map<string, Counted>, route: string, fact: CallFact): void {
  const held = routes.get(route) ?? { calls: 0, unknown: 0, input: 0, cached: 0, output: 0, minutes: new Map() };
  routes.set(route, held);
  held.calls += 1;
  if (!fact.usageKnown) {
    held.unknown += 1;
    return;
  }
  let all = 0;
  for (const [name, count] of Object.entries(fact.tokens)) {
    all += count;
    if (name.startsWith('output') || name === 'reasoning') held.output += count;
    else if (name.startsWith('cache_read')) held.cached += count;
    else held.input += count;
  }
  const minute = Math.floor(fact.at / 60_000);
  held.minutes.set(minute, (held.minutes.get(minute) ?? 0) + all);
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
