// What the tests of the cache share: people of three kinds of tenancy, a lane with a route that keeps answers, and what its
// callers and its journal say.
import assert from 'node:assert/strict';
import type { CacheStats, KeyRecord, LaneOptions, Route } from '../../src/index.ts';
import {
  deployment,
  readReceipt,
  route,
  startLane,
  testKey,
  type Receipt,
  type TestKey,
  type TestLane,
  type Upstream,
} from './fixture.ts';

export const CACHE: NonNullable<Route['cache']> = { ttl: '10m', max_bytes: 1024 * 1024, scope: 'team' };
const person = (seed: number, who: Partial<KeyRecord['who']>): TestKey => {
  const { key, record } = testKey({}, seed);
  return { key, record: { ...record, who: { organisation: 'acme', key: record.id, ...who } } };
};
export const ADA = person(21, { team: 'search', principal: 'ada' });
export const BOB = person(31, { team: 'search', principal: 'bob' });
export const EVE = person(41, { team: 'sales', principal: 'eve' });
export const LONE = person(51, {});
export const LONE_TOO = person(61, {});
const PEOPLE = [ADA, BOB, EVE, LONE, LONE_TOO];

export interface CachedLane extends TestLane {
  /** Requests that reached the upstream since the start. */
  asked(): number;
  ask(asking?: Ask): Promise<Response>;
  /** First word of `weighbridge-cache`. */
  statusOf(asking?: Ask): Promise<string>;
  receiptOf(response: Response): Receipt;
  stats(): CacheStats;
}

export interface Ask {
  readonly by?: TestKey;
  readonly body?: object;
  readonly text?: string;
  readonly headers?: Record<string, string>;
  readonly path?: string;
  readonly signal?: AbortSignal;
}

export const BODY = { model: 'm', max_tokens: 50, messages: [{ role: 'user', content: 'hi' }] };

export async function startCached(
  upstream: Upstream,
  over: Partial<typeof CACHE> = {},
  options: Partial<LaneOptions> = {},
  keys: readonly KeyRecord[] = PEOPLE.map(({ record }) => record),
): Promise<CachedLane> {
  const first = upstream.requests.length;
  const lane = await startLane(
    {
      deployments: [deployment('a', upstream.port)],
      routes: [route('m', ['a'], { cache: { ...CACHE, ...over } }), route('plain', ['a'])],
      keys,
    },
    options,
  );
  const ask = ({ by = ADA, body = {}, text, headers = {}, path = '/v1/messages', signal }: Ask = {}) =>
    fetch(`${lane.url}${path}`, {
      method: 'POST',
      headers: { 'x-api-key': by.key, ...headers },
      body: text ?? JSON.stringify({ ...BODY, ...body }),
      ...(signal === undefined ? {} : { signal }),
    });
  return {
    ...lane,
    ask,
    asked: () => upstream.requests.length - first,
    statusOf: async (asking) => {
      const response = await ask(asking);
      await response.arrayBuffer();
      return (response.headers.get('weighbridge-cache') ?? '').split(';')[0] ?? '';
    },
    receiptOf: (response) => {
      const id = response.headers.get('weighbridge-receipt');
      const entry = lane.sealer.entries.find((one) => one.kind === 'call' && one.id === id);
      assert.ok(entry, `the call ${id} has a receipt`);
      return readReceipt(entry);
    },
    stats: () => {
      const [row] = lane.lane.cache();
      assert.ok(row);
      return row;
    },
  };
}
