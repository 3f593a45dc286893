// Hard money: the shared counter alone, under races of threads, and through a lane.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { moneyFromDecimal, type Clock, type Money } from '@weighbridge/kernel';
import type { EntryDraft } from '@weighbridge/protocol';
import { budgetRule, budgetUsed, Limits, limitMemory, type LimitMemory } from '../src/index.ts';
import {
  ANTHROPIC_START,
  ANTHROPIC_WHOLE,
  OPENAI_WHOLE,
  anthropicDelta,
  anthropicError,
  cutAfter,
  failing,
  reset,
  stream,
  whole,
} from './support/answers.ts';
import { deployment, route, startLane, startUpstream, type TestLane, type Upstream } from './support/fixture.ts';
import type { Snapshot } from '../src/index.ts';

const DAY = 86_400_000;
const usd = moneyFromDecimal;

/** What is held, spent and given back of one daily budget, by the limits that a snapshot with it carries. */
function dailyBudget(daily: string, memory: LimitMemory = limitMemory([budgetRule(daily)])) {
  const limits = new Limits([budgetRule(daily)], memory);
  const over = limits.over(FACTS, true);
  return {
    memory,
    reserve: (amount: Money, at: number) =>
      limits.reserve(over.leg, FACTS, '', { input: 0, output: 0, money: amount }, at),
    settle: (marks: Parameters<Limits['settle']>[0], spent: Money) =>
      limits.settle(marks, { input: 0, output: 0, money: spent }),
    used: (at: number) => budgetUsed(limits, at),
  };
}

const FACTS = {
  organisation: 'acme',
  team: '',
  project: '',
  user: '',
  key: 'k',
  route: 'm',
  deployment: 'a',
  end_user: '',
};

test('a reservation that does not fit takes nothing', () => {
  const at = DAY * 20_000;
  const budget = dailyBudget('1');
  const marks = budget.reserve(usd('0.6'), at);
  assert.throws(() => budget.reserve(usd('0.5'), at), { code: 'BUDGET_EXCEEDED', message: /only 0\.40 USD is left/ });
  budget.reserve(usd('0.4'), at);
  budget.settle(marks, usd('0.1'));
  assert.equal(budget.used(at), usd('0.5'));
});

test('each UTC day has its own amount, and a late settlement goes to the day of its reservation', () => {
  const evening = DAY * 20_000 - 1;
  const morning = DAY * 20_000;
  const budget = dailyBudget('1');
  const marks = budget.reserve(usd('0.75'), evening);
  assert.equal(budget.used(evening), usd('0.75'));
  assert.equal(budget.used(morning), 0n);
  budget.reserve(usd('1'), morning);
  budget.settle(marks, usd('0.5'));
  assert.equal(budget.used(morning), usd('1'), 'today is untouched');
});

test('a clock that is set back over midnight does not hand the day out again', () => {
  const budget = dailyBudget('1');
  budget.reserve(usd('1'), DAY * 20_000);
  assert.throws(() => budget.reserve(usd('0.1'), DAY * 20_000 - 1), { code: 'BUDGET_EXCEEDED' });
});

test('amounts below a nano-dollar are rounded up, never down', () => {
  const budget = dailyBudget('0.000000002');
  budget.reserve(1n, 0);
  budget.reserve(1n, 0);
  assert.throws(() => budget.reserve(1n, 0), { code: 'BUDGET_EXCEEDED' });
});

test('a changed daily amount takes effect at once, over what was spent under the one before', () => {
  const budget = dailyBudget('1');
  budget.reserve(usd('1'), 0);
  const raised = dailyBudget('2', limitMemory([budgetRule('2')], budget.memory));
  raised.reserve(usd('1'), 0);
  assert.throws(() => raised.reserve(1n, 0), { code: 'BUDGET_EXCEEDED' });
  assert.equal(raised.used(0), usd('2'));
});

test('threads that race never take more than there is', async () => {
  const { memory } = dailyBudget('1');
  const code = `
    import { Limits, budgetRule } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
    import { parentPort, workerData } from 'node:worker_threads';
    const limits = new Limits([budgetRule('1')], workerData.memory);
    const over = limits.over(workerData.facts, true);
    let taken = 0;
    for (let i = 0; i < 20_000; i += 1) {
      try { limits.reserve(over.leg, over.facts, '', { input: 0, output: 0, money: 70_000_000n }, 0); taken += 1; } catch {}
    }
    parentPort.postMessage(taken);`;
  const run = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
        workerData: { memory, facts: FACTS },
      });
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  const taken = await Promise.all([run(), run(), run()]);
  const total = taken.reduce((sum, one) => sum + one, 0);
  assert.equal(total, Math.floor(1_000_000 / 70), 'exactly what fits into one dollar');
});

// --- through a lane; a token of input costs 0.000001, of output 0.000002

let upstream: Upstream;
before(async () => {
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
});
after(() => upstream.close());

const clock: Clock = { wall: () => DAY * 20_000, monotonic: () => performance.now() };

async function budgeted(
  daily: string,
  over: Partial<Snapshot> = {},
): Promise<{ lane: TestLane; used: () => bigint; close: () => Promise<void> }> {
  const limits = [budgetRule(daily)];
  const memory = limitMemory(limits);
  const lane = await startLane(
    {
      budget: { daily, currency: 'USD' },
      limits,
      deployments: [deployment('a', upstream.port, { simulated: false })],
      routes: [route('m', ['a'], { attempts: 1 })],
      ...over,
    },
    { limitMemory: () => memory, clock },
  );
  return { lane, used: () => budgetUsed(new Limits(limits, memory), clock.wall()), close: () => lane.close() };
}

const ask = (lane: TestLane, body: object, path = '/v1/messages'): Promise<Response> =>
  fetch(`${lane.url}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...body }),
  });
const codeOf = async (response: Response): Promise<string> =>
  ((await response.json()) as { error: { weighbridge: { code: string } } }).error.weighbridge.code;

test('sixty concurrent calls against one dollar never spend more than one dollar', async () => {
  const expensive = ANTHROPIC_WHOLE.replace('"output_tokens":5', '"output_tokens":75150').replace(
    '"input_tokens":10',
    '"input_tokens":20',
  );
  upstream.script(whole(expensive));
  const { lane, used, close } = await budgeted('1');
  const statuses = await Promise.all(
    Array.from({ length: 60 }, async () => (await ask(lane, { max_tokens: 75_150 })).status),
  );
  const served = statuses.filter((status) => status === 200).length;
  assert.equal(statuses.filter((status) => status === 402).length, 60 - served);
  assert.equal(served, 6, 'as many as a dollar holds: no more, and no fewer');
  const spent = lane.sealer.receipts().reduce((sum, one) => sum + usd(one.cost.billed ?? '999'), 0n);
  assert.ok(spent <= usd('1'), `${spent} pico-dollars`);
  assert.equal(used(), spent, 'what was reserved beyond is given back');
  await close();
});

test('a call without a bound is refused under a hard budget, and a route ceiling mends it', async () => {
  upstream.script(whole(OPENAI_WHOLE));
  const gpt = {
    cloud: 'openai' as const,
    model: 'gpt-4.1',
    endpoint: `http://127.0.0.1:${upstream.port}/v1`,
    simulated: false,
  };
  const { lane, close } = await budgeted('1', {
    deployments: [deployment('a', upstream.port, gpt)],
    routes: [route('m', ['a']), route('bounded', ['a'], { max_output_tokens: 50 })],
  });
  const refused = await ask(lane, {}, '/v1/chat/completions');
  assert.deepEqual([refused.status, await codeOf(refused)], [400, 'BUDGET_UNBOUNDED']);
  assert.equal(lane.sealer.receipt().outcome, 'refused');
  const served = await ask(lane, { model: 'bounded' }, '/v1/chat/completions');
  assert.equal(served.status, 200);
  assert.equal(served.headers.get('weighbridge-max-output-tokens'), '50');
  assert.equal(JSON.parse(upstream.requests.at(-1)?.body ?? '{}').max_completion_tokens, 50);
  const receipt = lane.sealer.receipts().at(-1);
  assert.ok(receipt?.attempts[0]?.edits.includes('max_completion_tokens'));
  const body = upstream.requests.at(-1)?.body ?? '';
  assert.equal(usd(receipt?.budget?.reserved ?? '0'), 1_000_000n * BigInt(Buffer.byteLength(body)) + 2_000_000n * 50n);
  assert.equal(receipt?.budget?.settled, '0.00002');
  await close();
});

test('server tools without a bound, and models without a price, are refused under a hard budget', async () => {
  const { lane, close } = await budgeted('1', {
    deployments: [
      deployment('a', upstream.port, { simulated: false, max_input_tokens: 200_000 }),
      deployment('u', upstream.port, { simulated: false, model: 'claude-unpriced' }),
    ],
    routes: [route('m', ['a']), route('u', ['u'])],
  });
  const tool = { type: 'web_search_20250305', name: 'web_search' };
  assert.equal(await codeOf(await ask(lane, { max_tokens: 5, tools: [tool] })), 'BUDGET_UNBOUNDED');
  upstream.script(whole(ANTHROPIC_WHOLE));
  assert.equal((await ask(lane, { max_tokens: 5, tools: [{ ...tool, max_uses: 2 }] })).status, 200);
  assert.equal(await codeOf(await ask(lane, { max_tokens: 5, model: 'u' })), 'BUDGET_UNBOUNDED');
  await close();
});

test('simulated deployments cost nothing of the budget', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  const { lane, used, close } = await budgeted('0.000001', { deployments: [deployment('a', upstream.port)] });
  assert.equal((await ask(lane, { max_tokens: 1000 })).status, 200);
  assert.equal(used(), 0n);
  assert.equal(lane.sealer.receipt().budget, undefined);
  await close();
});

const SETTLED: readonly (readonly [string, Parameters<Upstream['script']>[0], boolean, 'nothing' | 'all'])[] = [
  ['a refusal by the cloud', failing(500, anthropicError('api_error', 'x')), false, 'nothing'],
  ['a connection that broke before a byte', reset, false, 'all'],
  ['a stream that was cut', cutAfter(ANTHROPIC_START, anthropicDelta('x')), true, 'all'],
  ['a stream whose end never came', stream(ANTHROPIC_START, anthropicDelta('x')), true, 'all'],
];
for (const [name, script, streamed, kept] of SETTLED) {
  test(`${name} keeps ${kept} of its reservation`, async () => {
    upstream.script(script);
    const { lane, used, close } = await budgeted('1');
    await (await ask(lane, { max_tokens: 100, stream: streamed })).text();
    const { budget } = lane.sealer.receipt();
    assert.notEqual(budget?.reserved, '0');
    assert.equal(budget?.settled, kept === 'nothing' ? '0' : budget?.reserved);
    assert.equal(used(), usd(budget?.settled ?? '-1'));
    await close();
  });
}

test('each leg reserves for itself, and a retry that the budget does not cover is not made', async () => {
  upstream.script(reset);
  const { lane, close } = await budgeted('0.0005', { routes: [route('m', ['a'], { attempts: 3 })] });
  const response = await ask(lane, { max_tokens: 150 });
  assert.equal(response.status, 502);
  const receipt = lane.sealer.receipt();
  assert.equal(receipt.attempts.length, 1);
  const decided = lane.sealer.entries.findLast((entry) => entry.kind === 'decided')?.commercial ?? '';
  assert.match(decided, /the hard budget does not cover it/);
  await close();
});

const heldBy = (entry: EntryDraft | undefined): { reserved: string; settled: string } | undefined =>
  (JSON.parse(entry?.commercial ?? '{}') as { budget?: { reserved: string; settled: string } }).budget;

test('the intent says what is held before anything is sent, and whether the call is simulated', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  const { lane, close } = await budgeted('1');
  assert.equal((await ask(lane, { max_tokens: 100 })).status, 200);
  const intent = lane.sealer.entries.find((entry) => entry.kind === 'intent');
  const { budget } = lane.sealer.receipt();
  assert.equal(heldBy(intent)?.reserved, budget?.reserved);
  assert.equal(heldBy(intent)?.settled, budget?.reserved, 'an interrupted call counts as the most it can cost');
  assert.equal((JSON.parse(intent?.public ?? '{}') as { simulated?: boolean }).simulated, false);
  await close();
});

test('a further leg renews the intent with what it holds, before it goes', async () => {
  upstream.script(reset, whole(ANTHROPIC_WHOLE));
  const { lane, close } = await budgeted('1', { routes: [route('m', ['a'], { attempts: 2 })] });
  assert.equal((await ask(lane, { max_tokens: 100 })).status, 200);
  const [first, second, ...more] = lane.sealer.entries.filter((entry) => entry.kind === 'intent');
  assert.equal(more.length, 0);
  assert.equal(second?.id, first?.id);
  const one = usd(heldBy(first)?.reserved ?? '-1');
  assert.equal(usd(heldBy(second)?.reserved ?? '-1'), 2n * one);
  assert.equal(usd(heldBy(second)?.settled ?? '-1'), 2n * one, 'the first leg may have been billed in full');
  assert.deepEqual(lane.sealer.kinds().slice(-3), ['intent', 'intent', 'call']);
  await close();
});

test('what was held for a call whose intent cannot be written is given back', async () => {
  upstream.script(whole(ANTHROPIC_WHOLE));
  const { lane, used, close } = await budgeted('1');
  lane.sealer.failing = 'intent';
  assert.equal(await codeOf(await ask(lane, { max_tokens: 100 })), 'JOURNAL_UNAVAILABLE');
  assert.equal(used(), 0n);
  await close();
});
