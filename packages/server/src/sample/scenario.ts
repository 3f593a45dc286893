// The scenario file: what the sample organisation runs, who asks for what and when, and what goes wrong. It is data that
// ships with the product; names in it are resolved here once, so that the generator can rely on them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { invariant } from '@weighbridge/kernel';
import { parse } from 'yaml';

/** Folder of the scenario and of the price files that it names. */
export const SCENARIO_FOLDER = fileURLToPath(new URL('../../data/', import.meta.url));

export type Rhythm = 'office' | 'customers' | 'developers' | 'night' | 'steady';

/** How a deployment behaves, and what its answers say of themselves. */
export interface Behaviour {
  /** Median milliseconds to the first token, and its spread (standard deviation of the logarithm). */
  readonly ttft: number;
  readonly spread: number;
  /** Median milliseconds per output token. */
  readonly tpot: number;
  readonly reports: string;
  /** Region as the response names it; absent: it names none. */
  readonly region?: string;
  /** Share of the tokens put out that is reasoning. */
  readonly reasoning?: number;
}

export interface Wanted {
  readonly route: string;
  readonly weight: number;
  /** Median tokens. */
  readonly prompt: number;
  readonly answer: number;
}

export interface TeamDemand {
  readonly key: string;
  readonly share: number;
  readonly rhythm: Rhythm;
  /** Hours ahead of UTC. */
  readonly zone: number;
  /** Share of a prompt that repeats from call to call. */
  readonly cached: number;
  readonly streams: number;
  readonly tools: number;
  /** Share of calls that let the seller search the web. */
  readonly searches?: number;
  readonly mix: readonly [Wanted, ...Wanted[]];
}

/** When an event begins: so many working days before the last whole one, at this time (UTC). */
interface When {
  readonly days: number;
  readonly from: string;
}

export interface Scenario {
  readonly seed: number;
  readonly days: number;
  readonly calls: number;
  /** As `weighbridge.yaml` would hold it. */
  readonly configuration: unknown;
  readonly deployments: Readonly<Record<string, Behaviour>>;
  readonly teams: readonly TeamDemand[];
  readonly troubles: Readonly<Record<'rate_limited' | 'refused' | 'bad_request' | 'cut' | 'client_gone', number>>;
  readonly forbidden_route: string;
  readonly events: {
    readonly spike: When & {
      readonly minutes: number;
      readonly key: string;
      readonly route: string;
      readonly calls: number;
      readonly prompt_from: number;
      readonly prompt_to: number;
      readonly answer: number;
      readonly last_prompt: number;
      readonly last_answer: number;
    };
    readonly outage: When & { readonly minutes: number; readonly deployment: string };
    readonly swap: When & { readonly deployment: string; readonly reports: string; readonly tpot: number };
    readonly region: When & { readonly minutes: number; readonly deployment: string; readonly reports: string };
    readonly unpriced: {
      readonly days: number;
      readonly key: string;
      readonly route: string;
      readonly share: number;
      readonly prompt: number;
      readonly answer: number;
    };
  };
  /** SHA-256 of the file: says which scenario a sample was made from. */
  readonly digest: string;
}

export function readScenario(): Scenario {
  const text = readFileSync(`${SCENARIO_FOLDER}sample.yaml`, 'utf8');
  const { format, ...scenario } = parse(text) as Omit<Scenario, 'digest'> & { readonly format: number };
  invariant(format === 1, 'the scenario that ships is of format 1');
  for (const event of [scenario.events.outage, scenario.events.swap, scenario.events.region])
    invariant(event.deployment in scenario.deployments, `the scenario has a deployment ${event.deployment}`);
  for (const event of [scenario.events.spike, scenario.events.unpriced]) demandOf(scenario, event.key);
  return { ...scenario, digest: createHash('sha256').update(text).digest('base64url') };
}

export function demandOf(scenario: Pick<Scenario, 'teams'>, key: string): TeamDemand {
  const team = scenario.teams.find((each) => each.key === key);
  invariant(team !== undefined, `the scenario has a team with the key ${key}`);
  return team;
}
