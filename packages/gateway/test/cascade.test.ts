// A cheaper model first: whose answer is taken, what both cost, and that a client gets one answer and never a part of two.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { SaidAnswer } from '@weighbridge/dialects';
import type { Route } from '../src/index.ts';
import { failedCheck, type AnswerChecks } from '../src/routing/answer-check.ts';
import { misfit, unreadableIn } from '../src/routing/schema-check.ts';
import {
  ANTHROPIC_BLOCK,
  ANTHROPIC_ENDING,
  ANTHROPIC_START,
  ANTHROPIC_STREAM,
  ANTHROPIC_WHOLE,
  OPENAI_WHOLE,
  anthropicDelta,
  cutAfter,
  stream,
  whole,
} from './support/answers.ts';
import {
  deployment,
  route,
  startLane,
  startUpstream,
  type Receipt,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';
import { ask, limited, rule } from './support/limited.ts';

let small: Upstream;
let large: Upstream;
before(async () => {
  small = await startUpstream(whole(ANTHROPIC_WHOLE));
  large = await startUpstream(whole(ANTHROPIC_WHOLE));
});
after(async () => {
  await small.close();
  await large.close();
});
const running: TestLane[] = [];
afterEach(async () => {
  for (const lane of running.splice(0)) await lane.close();
});

const CHECK: AnswerChecks = { finished: true, json: false, lacks: [] };
const JSON_WANTED: AnswerChecks = { ...CHECK, json: true };
const answer = (text: string): string => ANTHROPIC_WHOLE.replace('"Hello"', JSON.stringify(text));
const streamed = (text: string): string[] => [
  ANTHROPIC_START,
  ANTHROPIC_BLOCK,
  anthropicDelta(text),
  ...ANTHROPIC_ENDING,
];

const world = (check: AnswerChecks, over: Partial<Route> = {}) => ({
  deployments: [deployment('small', small.port), deployment('large', large.port)],
  routes: [route('m', ['small', 'large'], { cascade: { check }, ...over })],
});
async function cascading(check: AnswerChecks, over: Partial<Route> = {}): Promise<TestLane> {
  const lane = await startLane(world(check, over));
  running.push(lane);
  return lane;
}
const legs = ({ attempts }: Receipt): unknown =>
  attempts.map((leg) => [leg.deployment, leg.role ?? 'first', leg.dropped ?? leg.error ?? 'served', leg.check]);

test('an answer that passes is the only one: the dearer model is not asked', async () => {
  small.script(whole(answer('{"total": 3}')));
  const lane = await cascading(JSON_WANTED);
  const asked = large.requests.length;
  const response = await ask(lane);
  assert.equal(await response.text(), answer('{"total": 3}'));
  assert.equal(large.requests.length, asked);
  assert.deepEqual(legs(lane.sealer.receipt()), [['small', 'first', 'served', undefined]]);
});

test('an answer that fails its check is asked of the next; both are charged for, and the client gets one', async () => {
  small.script(whole(answer('I am not sure.')));
  large.script(whole(answer('{"total": 3}')));
  const lane = await cascading(JSON_WANTED);
  const response = await ask(lane);
  assert.equal(await response.text(), answer('{"total": 3}'));
  assert.equal(response.headers.get('weighbridge-deployment'), 'large');
  const receipt = lane.sealer.receipt();
  assert.deepEqual(legs(receipt), [
    ['small', 'first', 'unfit', 'json: it is not JSON'],
    ['large', 'escalation', 'served', undefined],
  ]);
  assert.deepEqual(receipt.attempts[0]?.usage?.source, 'reported', 'what the first answer took is known');
  assert.deepEqual(
    receipt.charges.map(({ token_class: name, quantity, leg }) => [name, quantity, leg]),
    [
      ['input', 10, undefined],
      ['output', 5, undefined],
      ['input', 10, 0],
      ['output', 5, 0],
    ],
  );
  assert.deepEqual([receipt.cost.billed, receipt.cost.status], ['0.00004', 'exact']);
  const decided = JSON.parse(lane.sealer.entries.findLast(({ kind }) => kind === 'decided')?.commercial ?? '{}') as {
    candidates: { verdict: string; reason?: string }[];
  };
  assert.deepEqual(
    decided.candidates.map(({ verdict, reason }) => [verdict, reason]),
    [
      ['tried', 'its answer failed the check json'],
      ['chosen', 'after an answer that failed the check json'],
    ],
  );
  assert.equal(lane.lane.health().find(({ deployment: id }) => id === 'small')?.failures, 0, 'it did serve');
});

test('a stream is checked whole, and replayed byte for byte', async () => {
  small.script(stream(...streamed('As an AI, I cannot help with that.')));
  large.script(stream(ANTHROPIC_STREAM));
  const lane = await cascading({ ...CHECK, lacks: ['i cannot help'] });
  const first = await ask(lane, { stream: true });
  assert.equal(await first.text(), ANTHROPIC_STREAM);
  small.script(stream(...streamed('Sure.')));
  const second = await ask(lane, { stream: true });
  assert.equal(await second.text(), streamed('Sure.').join(''));
  assert.equal(second.headers.get('weighbridge-deployment'), 'small');
  const [escalated, plain] = lane.sealer.receipts();
  assert.deepEqual(
    escalated?.attempts.map(({ check }) => check),
    ['lacks: it says "i cannot help"', undefined],
  );
  assert.ok((escalated?.timing.ttft_ms ?? 0) >= (escalated?.attempts[1]?.started_ms ?? Infinity));
  assert.equal(plain?.attempts.length, 1);
});

test('what is translated is checked as its own model said it', async () => {
  const openai = await startUpstream(whole(OPENAI_WHOLE.replace('"Hello"', '"no json"')));
  large.script(whole(answer('{}')));
  const lane = await startLane({
    deployments: [
      deployment('small', openai.port, {
        cloud: 'openai',
        model: 'gpt-4.1',
        endpoint: `http://127.0.0.1:${openai.port}/v1`,
      }),
      deployment('large', large.port),
    ],
    routes: [route('m', ['small', 'large'], { cascade: { check: JSON_WANTED } })],
  });
  running.push(lane);
  const response = await ask(lane);
  assert.equal(((await response.json()) as { content: { text: string }[] }).content[0]?.text, '{}');
  assert.deepEqual(legs(lane.sealer.receipt()), [
    ['small', 'first', 'unfit', 'json: it is not JSON'],
    ['large', 'escalation', 'served', undefined],
  ]);
  await openai.close();
});

test('a held stream that breaks off goes to the next candidate, though its content had begun', async () => {
  small.script(cutAfter(ANTHROPIC_START, ANTHROPIC_BLOCK, anthropicDelta('Hel')));
  large.script(stream(ANTHROPIC_STREAM));
  const lane = await cascading(CHECK);
  assert.equal(await (await ask(lane, { stream: true })).text(), ANTHROPIC_STREAM);
  const receipt = lane.sealer.receipt();
  assert.deepEqual(legs(receipt), [
    ['small', 'first', 'UPSTREAM_CUT', undefined],
    ['large', 'first', 'served', undefined],
  ]);
  assert.ok((receipt.timing.ttft_ms ?? 0) >= (receipt.attempts[1]?.started_ms ?? Infinity));
});

test('the last candidate is not checked, and passes through as it comes', async () => {
  small.script(whole(answer('no')));
  large.script(whole(answer('no either')));
  const lane = await cascading(JSON_WANTED);
  const text = await (await ask(lane)).text();
  assert.equal(lane.sealer.receipt().attempts.length, 2);
  assert.equal(text, answer('no either'));
});

test('what outgrows the bound is let go unchecked, and the receipt says so', async () => {
  const piece = anthropicDelta('x'.repeat(64 * 1024));
  const long = [ANTHROPIC_START, ANTHROPIC_BLOCK, ...Array.from({ length: 70 }, () => piece), ...ANTHROPIC_ENDING];
  small.script(stream(...long));
  const lane = await cascading(JSON_WANTED);
  const text = await (await ask(lane, { stream: true })).text();
  assert.equal(text.length, long.join('').length);
  assert.deepEqual(legs(lane.sealer.receipt()), [['small', 'first', 'served', 'size: let go unchecked']]);
});

test('limits count both answers as they were, and refuse an escalation that they do not cover', async () => {
  small.script(whole(answer('no')));
  large.script(whole(answer('{}')));
  const tokens = (amount: string) => [
    rule('t', { measure: 'output_tokens', amount, window: { kind: 'calendar', unit: 'day', zone: 'UTC' } }),
  ];
  const roomy = await limited(tokens('1000'), world(JSON_WANTED));
  assert.equal((await ask(roomy.lane, { max_tokens: 100 })).status, 200);
  assert.deepEqual(roomy.used('t'), { '': 10n });
  const tight = await limited(tokens('104'), world(JSON_WANTED));
  assert.equal((await ask(tight.lane, { max_tokens: 100 })).status, 429);
  assert.deepEqual(tight.used('t'), { '': 5n });
});

test('each check fails what it is for, and names itself', () => {
  const said: SaidAnswer = { text: 'A good long answer.', tools: [], stop: 'end', whole: true };
  const cases: readonly (readonly [Partial<SaidAnswer>, Partial<AnswerChecks>, RegExp | null])[] = [
    [{}, {}, null],
    [{ stop: 'length' }, {}, /^finished: stopped by length/],
    [{ stop: 'length' }, { finished: false }, null],
    [{ stop: 'refusal' }, {}, /^finished: stopped by refusal/],
    [{}, { min_chars: 40 }, /^min_chars: shorter than 40/],
    [{}, { lacks: ['GOOD LONG'] }, /^lacks: it says "GOOD LONG"/],
    [{}, { tool: true }, /^tool/],
    [{ tools: ['search'], stop: 'tool' }, { tool: 'search' }, null],
    [{ tools: ['other'], stop: 'tool' }, { tool: 'search' }, /^tool/],
    [{ text: '```json\n{"a": 1}\n```' }, { json: true }, null],
    [{ text: '{"a": 1' }, { json: true }, /^json/],
    [{ text: '{"a": 1}' }, { schema: { type: 'object', required: ['b'] } }, /^schema: \$\.b is missing/],
    [{ whole: false }, {}, /^size/],
  ];
  for (const [over, checks, fails] of cases) {
    const found = failedCheck({ ...said, ...over }, { ...CHECK, ...checks });
    if (fails === null) assert.equal(found, null, JSON.stringify([over, checks]));
    else assert.match(found ?? '', fails);
  }
});

test('a schema is checked by what it says, and one that says more than is understood is refused', () => {
  const schema = {
    type: 'object',
    additionalProperties: false,
    required: ['total', 'lines'],
    properties: {
      total: { type: 'number', minimum: 0 },
      lines: { type: 'array', minItems: 1, items: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      kind: { enum: ['a', 'b'] },
    },
  };
  assert.equal(unreadableIn(schema), null);
  const cases: readonly (readonly [unknown, string | null])[] = [
    [{ total: 1, lines: ['x', null] }, null],
    [{ total: -1, lines: ['x'] }, '$.total is less than 0'],
    [{ total: '1', lines: ['x'] }, '$.total is not number'],
    [{ total: 1, lines: [] }, '$.lines is less than 1'],
    [{ total: 1, lines: [2] }, '$.lines[0] fits none of the alternatives'],
    [{ total: 1, lines: ['x'], kind: 'c' }, '$.kind is none of the values allowed'],
    [{ total: 1, lines: ['x'], more: 1 }, '$.more must not be there'],
    [[], '$ is not object'],
  ];
  for (const [value, found] of cases) assert.equal(misfit(value, schema), found);
  assert.match(
    unreadableIn({ type: 'object', properties: { a: { pattern: '^x' } } }) ?? '',
    /\/properties\/a\/pattern/,
  );
  assert.match(unreadableIn({ type: 'decimal' }) ?? '', /no type/);
  assert.match(unreadableIn({ $ref: '#/$defs/a' }) ?? '', /\$ref is not checked here/);
});
