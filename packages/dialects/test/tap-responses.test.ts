// Usage, model, stop and meaning of every event, read from Responses answers in passing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usageTotals } from '@weighbridge/protocol';
import {
  createTap,
  encodeSse,
  responsesErrorText,
  SseReader,
  type EventMeaning,
  type ResponseFacts,
} from '@weighbridge/dialects';
import { corpusMissing, isResponsesApi, openaiBodies } from './corpus.ts';

type Event = Record<string, unknown> & { readonly type: string };
const wireOf = (events: readonly Event[]): Buffer =>
  Buffer.concat(events.map((one, index) => encodeSse(one.type, JSON.stringify({ ...one, sequence_number: index }))));
const run = (...events: readonly Event[]): { meanings: EventMeaning[]; facts: ResponseFacts } => {
  const tap = createTap('openai-responses');
  const meanings = new SseReader().push(wireOf(events)).map((event) => tap.event(event));
  return { meanings, facts: tap.facts() };
};
const whole = (body: unknown): ResponseFacts => {
  const tap = createTap('openai-responses');
  tap.whole(Buffer.from(JSON.stringify(body)));
  return tap.facts();
};
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const USAGE = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
  output_tokens: 30,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 130,
};
const response = (more: object = {}): object => ({
  id: 'resp_1',
  object: 'response',
  model: 'gpt-5',
  status: 'in_progress',
  service_tier: 'default',
  output: [],
  usage: null,
  ...more,
});
const STREAM: readonly Event[] = [
  { type: 'response.created', response: response() },
  { type: 'response.in_progress', response: response() },
  { type: 'response.output_item.added', output_index: 0, item: { type: 'message', content: [] } },
  { type: 'response.content_part.added', ...at, part: { type: 'output_text', text: '' } },
  { type: 'response.output_text.delta', ...at, delta: 'Zür', logprobs: [] },
  { type: 'response.output_text.delta', ...at, delta: 'ich "x"', logprobs: [], obfuscation: 'abc' },
  { type: 'response.output_text.done', ...at, text: 'Zürich "x"' },
  { type: 'response.output_item.done', output_index: 0, item: { type: 'message' } },
  { type: 'response.completed', response: response({ status: 'completed', usage: USAGE }) },
];

test('each event means what the pipeline must know of it', () => {
  const { meanings, facts } = run(...STREAM);
  assert.deepEqual(meanings, [
    'prelude',
    'prelude',
    'prelude',
    'prelude',
    'content',
    'content',
    'tail',
    'tail',
    'terminal',
  ]);
  assert.equal(facts.id, 'resp_1');
  assert.equal(facts.model, 'gpt-5');
  assert.equal(facts.stopReason, 'completed');
  assert.equal(facts.contentBytes, Buffer.byteLength('Zürich "x"'));
  assert.equal(facts.contentEvents, 2);
  assert.equal(facts.nextSequence, STREAM.length, 'what comes next goes on counting');
});

test('cached, cache-written and reasoning tokens are taken out of the sums once', () => {
  const { usage } = run(...STREAM).facts;
  assert.deepEqual(usage.tokens, { input: 50, cache_read: 40, cache_write_5m: 10, output: 10, reasoning: 20 });
  assert.equal(usage.source, 'reported');
  assert.equal(usage.tier, 'default');
  assert.equal(usage.raw, JSON.stringify(USAGE));
});

test('a stream that is split at any byte is read the same', () => {
  const wire = wireOf(STREAM);
  const expected = run(...STREAM);
  for (let cut = 1; cut < wire.length; cut += 1) {
    const tap = createTap('openai-responses');
    const reader = new SseReader();
    const events = [...reader.push(wire.subarray(0, cut)), ...reader.push(wire.subarray(cut)), ...reader.end()];
    const meanings = events.map((event) => tap.event(event));
    assert.deepEqual(meanings, expected.meanings, `cut at ${cut}`);
    assert.deepEqual(tap.facts(), expected.facts, `cut at ${cut}`);
  }
});

test('calls, reasoning, refusals and tools that the seller runs are content', () => {
  for (const event of [
    { type: 'response.output_item.added', output_index: 0, item: { type: 'function_call', call_id: 'c' } },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'web_search_call' } },
    { type: 'response.function_call_arguments.delta', ...at, delta: '{' },
    { type: 'response.reasoning_summary_text.delta', ...at, summary_index: 0, delta: 'hm' },
    { type: 'response.reasoning_text.delta', ...at, delta: 'hm' },
    { type: 'response.refusal.delta', ...at, delta: 'no' },
    { type: 'response.custom_tool_call_input.delta', ...at, delta: 'x' },
  ])
    assert.deepEqual(run(event).meanings, ['content'], JSON.stringify(event));
  assert.equal(run({ type: 'response.refusal.delta', ...at, delta: 'no' }).facts.refused, true);
});

test('every way in which the dialect reports a failure is an error with its type and message', () => {
  for (const [event, type] of [
    [
      {
        type: 'response.failed',
        response: response({ status: 'failed', error: { code: 'server_error', message: 'm' } }),
      },
      'server_error',
    ],
    [{ type: 'error', code: 'rate_limit_exceeded', message: 'm', param: null }, 'rate_limit_exceeded'],
    [
      { type: 'error', error: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'm' } },
      'insufficient_quota',
    ],
  ] as const) {
    const { meanings, facts } = run(event);
    assert.deepEqual(meanings, ['error']);
    assert.deepEqual(facts.error, { type, message: 'm' });
    const told = JSON.parse(responsesErrorText(JSON.stringify({ ...event, sequence_number: 3 }))) as { error: object };
    assert.equal((told.error as { message: string }).message, 'm');
    assert.ok(!('sequence_number' in told.error), 'the error alone');
  }
  assert.equal(responsesErrorText('not json'), 'not json');
  const failed = whole(response({ status: 'failed', error: { code: 'server_error', message: 'm' } }));
  assert.deepEqual(failed.error, { type: 'server_error', message: 'm' });
});

test('an event that is not JSON is an error, cut inside a delta as well', () => {
  for (const data of ['{"type":"response.output_text.delta","delta":"x', 'no', '[]']) {
    const tap = createTap('openai-responses');
    const [event] = new SseReader().push(encodeSse('response.output_text.delta', data));
    assert.ok(event !== undefined);
    assert.equal(tap.event(event), 'error', data);
    assert.equal(tap.facts().error?.type, 'malformed');
  }
});

test('an answer without usage is unknown, never zero; tools that the seller ran are counted from their items', () => {
  assert.equal(whole(response({ status: 'completed' })).usage.source, 'unknown');
  const output = [{ type: 'web_search_call' }, { type: 'web_search_call' }, { type: 'code_interpreter_call' }];
  const { usage } = whole(response({ status: 'completed', output, usage: USAGE }));
  assert.deepEqual(usage.server_tools, { web_search: 2, code_execution: 1 });
});

test('an answer that was cut by its ceiling, or filtered, says so', () => {
  const cut = (reason: string): ResponseFacts =>
    whole(response({ status: 'incomplete', incomplete_details: { reason } }));
  assert.equal(cut('max_output_tokens').stopReason, 'max_output_tokens');
  assert.equal(cut('content_filter').refused, true);
});

test('every recorded response is read with the usage that it reports', { skip: corpusMissing() }, () => {
  const recorded = openaiBodies().filter(({ parsed }) => isResponsesApi(parsed));
  assert.ok(recorded.length > 20);
  for (const { name, body, parsed } of recorded) {
    const tap = createTap('openai-responses');
    tap.whole(body);
    const { usage, model, id, error } = tap.facts();
    const said = parsed['usage'] as { input_tokens: number; output_tokens: number };
    const { prompt, completion } = usageTotals(usage);
    assert.deepEqual([prompt, completion], [said.input_tokens, said.output_tokens], name);
    assert.deepEqual([model, id, error], [parsed['model'], parsed['id'], null], name);
  }
});
