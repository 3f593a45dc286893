// A made-up organisation for browser tests and pictures: a month of 14 teams and 5 sellers in hourly cells, the same at
// every run, with a cost spike, an outage, and a call that was served in another region than configured.
export const NOW = Date.UTC(2026, 10, 22, 14, 23, 7);
const HOUR = 3_600_000;
export const FIRST_HOUR = Math.floor(NOW / HOUR) - 24 * 62;

export const TEAMS = [
  'search',
  'support',
  'coding',
  'claims',
  'ads',
  'data platform',
  'legal',
  'risk',
  'research',
  'sales',
  'mobile',
  'hr',
  'treasury',
  'brand',
] as const;

export interface Deployment {
  readonly name: string;
  readonly model: string;
  readonly cloud: 'anthropic' | 'foundry' | 'bedrock' | 'vertex' | 'openai';
  readonly seller: string;
  readonly region: string;
  readonly route: string;
  /** Pico-dollars per call, roughly. */
  readonly price: number;
  readonly ttft: number;
}
export const DEPLOYMENTS: readonly Deployment[] = [
  {
    name: 'sonnet-direct',
    model: 'claude-sonnet-4-5',
    cloud: 'anthropic',
    seller: 'Anthropic PBC',
    region: 'global',
    route: 'sonnet',
    price: 21_000,
    ttft: 610,
  },
  {
    name: 'sonnet-eu-central-1',
    model: 'claude-sonnet-4-5',
    cloud: 'bedrock',
    seller: 'Amazon Web Services',
    region: 'eu-central-1',
    route: 'sonnet',
    price: 23_100,
    ttft: 520,
  },
  {
    name: 'haiku-swedencentral',
    model: 'claude-haiku-4-5',
    cloud: 'foundry',
    seller: 'Microsoft',
    region: 'swedencentral',
    route: 'haiku',
    price: 4_100,
    ttft: 260,
  },
  {
    name: 'opus-europe-west1',
    model: 'claude-opus-4-1',
    cloud: 'vertex',
    seller: 'Google Cloud',
    region: 'europe-west1',
    route: 'opus',
    price: 96_000,
    ttft: 1_180,
  },
  {
    name: 'gpt-direct',
    model: 'gpt-5.2',
    cloud: 'openai',
    seller: 'OpenAI',
    region: 'us',
    route: 'gpt',
    price: 17_300,
    ttft: 480,
  },
];

/** What a group of calls of one hour came to. */
export interface Cell {
  readonly hour: number;
  readonly team: string;
  readonly deployment: Deployment;
  readonly calls: number;
  readonly errors: number;
  /** Calls without a price. */
  readonly unpriced: number;
  /** Microdollars. */
  readonly micros: bigint;
  readonly input: number;
  readonly output: number;
  readonly ttft: number;
}

/** A small generator of numbers in [0, 1), the same everywhere. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function busyness(hour: number): number {
  const date = new Date(hour * HOUR);
  const weekend = date.getUTCDay() % 6 === 0 ? 0.3 : 1;
  const time = date.getUTCHours();
  return weekend * (0.15 + Math.exp(-((time - 13) ** 2) / 22));
}

const SPIKE_DAY = Math.floor(Date.UTC(2026, 10, 19) / HOUR);
const OUTAGE = Math.floor(Date.UTC(2026, 10, 17, 9) / HOUR);

export function cells(): readonly Cell[] {
  const next = numbers(20261122);
  const made: Cell[] = [];
  for (let hour = FIRST_HOUR; hour <= Math.floor(NOW / HOUR); hour += 1) {
    for (const [i, team] of TEAMS.entries()) {
      for (const deployment of DEPLOYMENTS.filter((_, at) => (i + at) % 3 !== 1)) {
        const spike =
          team === 'coding' && hour >= SPIKE_DAY && hour < SPIKE_DAY + 24 && deployment.route === 'opus' ? 9 : 1;
        const out = deployment.name === 'sonnet-eu-central-1' && hour >= OUTAGE && hour < OUTAGE + 5;
        // The organisation grows: by a fifth in a month.
        const grown = 0.8 + (0.4 * (hour - FIRST_HOUR)) / (24 * 62);
        const part = hour === Math.floor(NOW / HOUR) ? 0.39 : 1;
        const calls = Math.round(((90 * busyness(hour) * (0.7 + 0.6 * next())) / (i + 1.5)) * spike * part * grown);
        if (calls === 0) continue;
        // A model that no price list had for a while.
        const unpriced = team === 'brand' && deployment.route === 'gpt' ? calls : 0;
        const errors = Math.round(calls * (out ? 0.62 : 0.004 * next() * 2));
        made.push({
          hour,
          team,
          deployment,
          calls,
          errors,
          unpriced,
          micros: BigInt(Math.round((calls - unpriced) * deployment.price * (0.8 + 0.4 * next()))),
          input: Math.round(calls * 3_900 * (0.8 + 0.4 * next())),
          output: Math.round(calls * 640 * (0.8 + 0.4 * next())),
          ttft: deployment.ttft * (out ? 3.1 : 0.9 + 0.2 * next()),
        });
      }
    }
  }
  return made;
}
