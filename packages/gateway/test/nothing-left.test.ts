// Calls of every kind at once, at deployments that fail, cut and dawdle, for clients that leave: hedges, cascades, copies, lines, kept
// answers and reserved capacity together. Whatever they met, each has one receipt, nothing stays held, and what the counters hold is
// what the receipts say. Under a seed that a failure prints; the clock and the network are real, so a run is not the same twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitMemory, Limits, type LimitRule } from '../src/index.ts';
import {
  ANTHROPIC_BLOCK,
  ANTHROPIC_ENDING,
  ANTHROPIC_START,
  ANTHROPIC_WHOLE,
  anthropicDelta,
  anthropicError,
  failing,
  startSse,
} from './support/answers.ts';
import { deployment, route, startLane, startUpstream, testKey, until, type Script } from './support/fixture.ts';

const SEED = 20_261_130;
const WAVES = 10;
const AT_ONCE = 50;

function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}
const chance = chances(SEED);

const soon = (work: () => void): void => void setTimeout(work, chance() * 40);

/** An upstream in every mood. */
const moods: Script = (request, response, body) => {
  const mood = chance();
  const fails = (status: number): void =>
    failing(status, anthropicError('overloaded_error', 'x'))(request, response, body);
  if (mood < 0.1) return soon(() => fails(mood < 0.05 ? 500 : 429));
  if (mood < 0.15) return soon(() => void response.destroy());
  if (mood < 0.2) return soon(() => fails(400));
  const cut = mood < 0.3;
  const end = (rest: string): void => soon(() => void (cut ? response.destroy() : response.end(rest)));
  if (body.includes('"stream":true'))
    return soon(() => {
      startSse(response).write(ANTHROPIC_START + ANTHROPIC_BLOCK + anthropicDelta('Hel'));
      end(ANTHROPIC_ENDING.join(''));
    });
  return soon(() => {
    const text = mood < 0.6 ? ANTHROPIC_WHOLE : ANTHROPIC_WHOLE.replace('"Hello"', '"{}"');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(text.slice(0, 40));
    end(text.slice(40));
  });
};

const DAY = { kind: 'calendar', unit: 'day', zone: 'UTC' } as const;
const limit = (id: string, over: Partial<LimitRule>): LimitRule => ({
  id,
  measure: 'requests',
  amount: '1000000000000',
  window: DAY,
  per: [],
  where: {},
  members: 100,
  ...over,
});
const RULES = [
  limit('at-once', { measure: 'concurrency', amount: '25', window: null, per: ['team'] }),
  limit('at-once-there', { measure: 'concurrency', amount: '12', window: null, per: ['deployment'] }),
  limit('tokens', { measure: 'tokens', window: { kind: 'rolling', seconds: 3_600 }, per: ['deployment'] }),
  limit('money', { measure: 'money', per: ['end_user'], members: 5 }),
];
const CACHE = { ttl: '10m', max_bytes: 1_048_576, scope: 'team' } as const;
const QUEUE = { wait_ms: 100, depth: 8 };
const CASCADE = { check: { finished: true, json: true, lacks: [] } };
const HEDGE = { after_ms: 12, budget: 1 };
const mirror = (to: string) => ({ deployment: to, share: 0.6, cost_centre: 'evaluation', at_once: 4 });
const ROUTES = [
  route('0', ['a', 'b'], { cache: CACHE, hedge: HEDGE, mirror: mirror('shadow') }),
  route('1', ['a', 'b'], { cache: CACHE, cascade: CASCADE }),
  route('2', ['own', 'a'], { strategy: 'reserved_first', hedge: HEDGE }),
  route('3', ['own'], { queue: QUEUE, cache: CACHE, attempts: 2 }),
  route('4', ['narrow'], { queue: QUEUE, mirror: mirror('own') }),
  route('5', ['narrow', 'own', 'b'], { strategy: 'least_busy', cascade: CASCADE }),
];

test('whatever calls meet, each has one receipt, and nothing stays held', async (t) => {
  const upstream = await startUpstream(moods);
  const memory = limitMemory(RULES);
  const keys = [testKey(), testKey({ name: 'b', who: { organisation: 'acme', team: 'sales', principal: 'bob' } }, 9)];
  const lane = await startLane(
    {
      limits: RULES,
      deployments: [
        deployment('a', upstream.port),
        deployment('b', upstream.port, { region: 'eu-west-1' }),
        deployment('own', upstream.port, { capacity: { kind: 'slots', concurrent: 3 } }),
        deployment('narrow', upstream.port, { max_concurrency: 2 }),
        deployment('shadow', upstream.port),
      ],
      routes: ROUTES,
      keys: keys.map(({ record }) => record),
    },
    { limitMemory: () => memory },
  );
  t.after(async () => {
    await lane.close();
    await upstream.close();
  });
  const pick = (most: number): number => Math.min(most - 1, Math.floor(chance() * most));
  const one = async (): Promise<void> => {
    const leaving = new AbortController();
    if (chance() < 0.25) soon(() => leaving.abort());
    const body = {
      model: String(pick(ROUTES.length)),
      max_tokens: 50,
      ...(chance() < 0.5 ? { stream: true } : {}),
      metadata: { user_id: `user-${pick(9)}` },
      messages: [{ role: 'user', content: `question ${pick(4)}` }],
    };
    const request = {
      method: 'POST',
      signal: leaving.signal,
      headers: { 'x-api-key': keys[pick(2)]?.key ?? '', ...(chance() < 0.2 ? { 'cache-control': 'no-cache' } : {}) },
      body: JSON.stringify(body),
    };
    await fetch(`${lane.url}/v1/messages`, request).then(
      (response) => response.text().catch(() => ''),
      () => '',
    );
  };
  for (let wave = 0; wave < WAVES; wave += 1) await Promise.all(Array.from({ length: AT_ONCE }, one));
  await until(() => lane.lane.stats().inFlight === 0, `all have ended (seed ${SEED})`, 15_000);
  const receipts = lane.sealer.receipts();
  const ids = new Set(receipts.map(({ id }) => id));
  assert.equal(ids.size, receipts.length, 'no call has two receipts');
  for (const { kind, id } of lane.sealer.entries) assert.ok(kind !== 'intent' || ids.has(id), `${id} was intended`);
  const limits = new Limits(RULES, memory);
  const rows = new Map(limits.rules.map((ruled) => [ruled.rule.id, limits.list(ruled, Date.now(), 100).rows]));
  for (const [id, found] of rows) for (const { held } of found) assert.equal(held, 0n, `${id} holds nothing`);
  assert.deepEqual([rows.get('at-once'), rows.get('at-once-there')], [[], []], 'nobody is in flight');
  const told = new Map<string, bigint>();
  for (const { counted } of receipts)
    for (const { deployment: name, input, output } of counted?.legs ?? [])
      told.set(name, (told.get(name) ?? 0n) + BigInt(input + output));
  const kept = new Map((rows.get('tokens') ?? []).map(({ label, used }) => [label, used]));
  assert.deepEqual(new Map([...told].filter(([, sum]) => sum > 0n).toSorted()), new Map([...kept].toSorted()));
  for (const { deployment: name, in_flight: there } of lane.lane.health()) assert.equal(there, 0, name);
});
