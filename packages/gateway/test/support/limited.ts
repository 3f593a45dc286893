// A lane under limits in front of a scripted upstream, and what its counters hold; every lane ends with its test.
import { after, afterEach, before } from 'node:test';
import type { Clock } from '@weighbridge/kernel';
import { limitMemory, Limits, type LimitRule, type Snapshot } from '../../src/index.ts';
import { ANTHROPIC_WHOLE, whole } from './answers.ts';
import { deployment, route, startLane, startUpstream, type TestLane, type Upstream } from './fixture.ts';

export const NOON = Date.UTC(2026, 10, 30, 12, 0, 30);
export const clock: Clock & { at: number } = { at: NOON, wall: () => clock.at, monotonic: () => performance.now() };

export let upstream: Upstream;
before(async () => {
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
});
const running: TestLane[] = [];
afterEach(async () => {
  for (const lane of running.splice(0)) await lane.close();
});
after(() => upstream.close());

/** A lane that ends with its test. */
export async function started(...options: Parameters<typeof startLane>): Promise<TestLane> {
  const lane = await startLane(...options);
  running.push(lane);
  return lane;
}

const MINUTE = { kind: 'calendar', unit: 'minute', zone: 'UTC' } as const;
export const rule = (id: string, over: Partial<LimitRule>): LimitRule => ({
  id,
  measure: 'requests',
  amount: '2',
  window: MINUTE,
  per: [],
  where: {},
  members: 100,
  ...over,
});

export interface Limited {
  readonly lane: TestLane;
  readonly limits: Limits;
  readonly used: (id: string) => Record<string, bigint>;
}

export async function limited(rules: readonly LimitRule[], over: Partial<Snapshot> = {}): Promise<Limited> {
  clock.at = NOON;
  const memory = limitMemory(rules);
  const lane = await started(
    {
      limits: rules,
      deployments: [deployment('a', upstream.port)],
      routes: [route('m', ['a'], { attempts: 1 })],
      ...over,
    },
    { limitMemory: () => memory, clock },
  );
  const limits = new Limits(rules, memory);
  const used = (id: string): Record<string, bigint> => {
    const ruled = limits.rules.find((one) => one.rule.id === id);
    return Object.fromEntries(
      (ruled === undefined ? [] : limits.list(ruled, clock.at, 100)).map((one) => [one.label, one.used]),
    );
  };
  return { lane, limits, used };
}

export const ask = (lane: TestLane, body: object = {}, path = '/v1/messages', key = lane.key.key): Promise<Response> =>
  fetch(`${lane.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }], ...body }),
  });
