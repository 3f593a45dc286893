// Soft limits through a lane: they refuse nothing, not even what nothing bounds, tell no client to slow down, and may hold
// what calls of late took.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Learnt } from '../src/limits/learnt.ts';
import { Limits, limitMemory } from '../src/index.ts';
import { ANTHROPIC_WHOLE, whole } from './support/answers.ts';
import { ask, limited, NOON, rule, upstream } from './support/limited.ts';

test('a call beyond a soft limit passes, is counted, and its client is told of no limit that would refuse', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  const { lane, used } = await limited([rule('soft', { soft: true, amount: '1' }), rule('hard', { amount: '5' })]);
  for (let call = 0; call < 3; call += 1) assert.equal((await ask(lane)).status, 200);
  assert.deepEqual([used('soft')[''], used('hard')['']], [3n, 3n]);
  const answer = await ask(lane);
  assert.equal(answer.headers.get('anthropic-ratelimit-requests-limit'), '5');
  assert.match(
    answer.headers.get('weighbridge-limits') ?? '',
    /^soft; requests; soft; limit=1; remaining=0; .*, hard; /,
  );
  assert.equal(lane.sealer.receipts().at(-1)?.limit?.rule, 'hard');
});

test('what nothing bounds passes under soft limits alone, and is refused as before where a hard one is about it', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  const soft = rule('soft', { soft: true, measure: 'tokens', amount: '5' });
  const unbounded = {
    tools: [{ type: 'mcp_toolset', mcp_server_name: 'x' }],
    mcp_servers: [{ type: 'url', name: 'x', url: 'https://x.example' }],
  };
  const alone = await limited([soft, rule('calls', { amount: '9' })]);
  assert.equal((await ask(alone.lane, unbounded)).status, 200);
  assert.ok((alone.used('soft')[''] ?? 0n) > 0n, 'what was reported is counted');
  const beside = await limited([soft, rule('hard', { measure: 'input_tokens', amount: '1000000' })]);
  const refused = await ask(beside.lane, unbounded);
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /BUDGET_UNBOUNDED/);
});

test('a soft limit with a quantile holds what such calls took of late, never more than their most', () => {
  const rules = [rule('soft', { soft: true, measure: 'output_tokens', amount: '1000', hold: 95 })];
  const limits = new Limits(rules, limitMemory(rules));
  const facts = { organisation: '', team: '', project: '', user: '', key: '', route: '', deployment: '', end_user: '' };
  const { whole: over } = limits.over(facts, true);
  const take = (most: number) => limits.reserve(over, facts, '', { input: 0, output: most, money: 0n }, NOON);
  const [ruled] = limits.rules;
  assert.ok(ruled !== undefined);
  const held = (): bigint => limits.list(ruled, NOON, 1).rows[0]?.held ?? 0n;
  const first = take(4_000);
  assert.equal(held(), 4_000n, 'nothing is learnt yet');
  limits.settle(first, { input: 0, output: 100, money: 0n });
  for (let call = 0; call < 40; call += 1) limits.settle(take(4_000), { input: 0, output: 100, money: 0n });
  const marks = take(4_000);
  assert.ok(held() >= 100n && held() <= 120n, String(held()));
  limits.settle(marks, { input: 0, output: 100, money: 0n });
  take(50);
  assert.equal(held(), 50n);
});

test('what is learnt is an upper bound of the share that was asked, and what is old fades', () => {
  const learnt = new Learnt();
  assert.equal(learnt.upper(95), null);
  for (let value = 1n; value <= 1_000n; value += 1n) learnt.add(value);
  for (const share of [50, 90, 95, 99]) {
    const upper = Number(learnt.upper(share));
    assert.ok(upper >= share * 10 && upper <= share * 10 * 2 ** 0.25 + 1, `${share}: ${upper}`);
  }
  for (let call = 0; call < 20_000; call += 1) learnt.add(0n);
  assert.equal(learnt.upper(95), 0n);
});
