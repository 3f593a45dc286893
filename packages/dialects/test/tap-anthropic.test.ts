// Usage, model, stop and meaning of every event, read from Anthropic answers in passing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createTap,
  encodeSse,
  estimateUsage,
  SseReader,
  type EventMeaning,
  type ResponseFacts,
} from '@weighbridge/dialects';

type Payload = Record<string, unknown> & { type: string };
const run = (...payloads: readonly (Payload | string)[]): { meanings: EventMeaning[]; facts: ResponseFacts } => {
  const tap = createTap('anthropic-messages');
  const wire = Buffer.concat(
    payloads.map((one) => (typeof one === 'string' ? Buffer.from(one) : encodeSse(one.type, JSON.stringify(one)))),
  );
  const meanings = new SseReader().push(wire).map((event) => tap.event(event));
  return { meanings, facts: tap.facts() };
};
const whole = (body: unknown): ResponseFacts => {
  const tap = createTap('anthropic-messages');
  tap.whole(Buffer.from(JSON.stringify(body)));
  return tap.facts();
};
const start = (usage: object, more: object = {}): Payload => ({
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude', content: [], stop_reason: null, usage, ...more },
});
const text = (words: string): Payload => ({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: words },
});
const delta = (usage: object | undefined, stop = 'end_turn', more: object = {}): Payload => ({
  type: 'message_delta',
  delta: { stop_reason: stop, ...more },
  ...(usage === undefined ? {} : { usage }),
});
const open = (block: object): Payload => ({ type: 'content_block_start', index: 0, content_block: block });
const STOP: Payload = { type: 'message_stop' };

test('each event means what the pipeline must know of it', () => {
  const { meanings } = run(
    start({ input_tokens: 1, output_tokens: 1 }),
    { type: 'ping' },
    open({ type: 'text', text: '' }),
    text(''),
    text('Hi'),
    { type: 'content_block_stop', index: 0 },
    open({ type: 'tool_use', id: 't', name: 'n', input: {} }),
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } },
    { type: 'content_block_stop', index: 1 },
    delta({ output_tokens: 5 }),
    STOP,
  );
  assert.deepEqual(meanings, [
    'prelude',
    'ping',
    'prelude',
    'prelude',
    'content',
    'tail',
    'content',
    'tail',
    'content',
    'tail',
    'tail',
    'terminal',
  ]);
});

test('thinking counts as content, and so do redacted thinking and server tools', () => {
  const { meanings } = run(
    open({ type: 'thinking', thinking: '', signature: '' }),
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'sig' } },
    open({ type: 'redacted_thinking', data: 'xyz' }),
    open({ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
  );
  assert.deepEqual(meanings, ['prelude', 'content', 'content', 'content', 'content']);
});

test('an event of unknown type is taken for content, for it must not be repeated', () => {
  assert.deepEqual(run({ type: 'from_the_future', x: 1 }).meanings, ['content']);
});

test('a comment is a ping', () => {
  assert.deepEqual(run(': keep-alive\n\n').meanings, ['ping']);
});

test('a payload that is not JSON is an error, and the facts say so', () => {
  for (const bad of ['{"type":"content_block_delta","delta":{"text":"x"', 'not json', '[1]', '"text"']) {
    const { meanings, facts } = run(`event: content_block_delta\ndata: ${bad}\n\n`);
    assert.deepEqual(meanings, ['error'], bad);
    assert.equal(facts.error?.type, 'malformed');
  }
});

test('a delta cut short behind a familiar beginning is an error', () => {
  const good = encodeSse('content_block_delta', JSON.stringify(text('Hello')));
  for (let end = 60; end < good.length - 3; end += 1) {
    const { meanings } = run(`${good.subarray(0, end).toString().trimEnd()}\n\n`);
    assert.deepEqual(meanings, ['error'], good.subarray(0, end).toString());
  }
});

test('an error in the stream is understood', () => {
  const { meanings, facts } = run({
    type: 'error',
    error: { type: 'overloaded_error', message: 'Overloaded' },
    request_id: 'req_1',
  });
  assert.deepEqual(meanings, ['error']);
  assert.deepEqual(facts.error, { type: 'overloaded_error', message: 'Overloaded' });
  assert.equal(facts.fields['request_id'], 'req_1');
});

test('padding spaces, other member orders and escapes count the same bytes of content', () => {
  assert.equal(run(text('a"b\n\u0001')).facts.contentBytes, 5);
  const padded = run(
    'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"abc"}      }\n\n',
  );
  assert.deepEqual(padded.meanings, ['content']);
  assert.equal(padded.facts.contentBytes, 3);
  const turned = run(
    'event: content_block_delta\ndata: {"delta":{"text":"abc","type":"text_delta"},"index":0,"type":"content_block_delta"}\n\n',
  );
  assert.equal(turned.facts.contentBytes, 3);
  assert.equal(run(text('漢🚢')).facts.contentBytes, 7);
});

test('the cumulative counts of message_delta overrule message_start, field by field, and null overrules nothing', () => {
  const { facts } = run(
    start({
      input_tokens: 43,
      cache_read_input_tokens: 7,
      cache_creation_input_tokens: 0,
      output_tokens: 1,
      service_tier: 'standard',
      inference_geo: 'us',
    }),
    delta({
      input_tokens: 61,
      cache_read_input_tokens: null,
      output_tokens: 12,
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 },
    }),
    STOP,
  );
  assert.deepEqual(facts.usage.tokens, { input: 61, cache_read: 7, cache_write_5m: 0, output: 12 });
  assert.deepEqual(facts.usage.server_tools, { web_search: 2, web_fetch: 0 });
  assert.equal(facts.usage.source, 'reported');
  assert.equal(facts.usage.tier, 'standard');
  assert.equal(facts.usage.inference_geo, 'us');
});

test('a later message_delta without usage keeps what was said before', () => {
  const { facts } = run(
    start({ input_tokens: 4, output_tokens: 1 }),
    delta({ output_tokens: 9 }),
    delta(undefined, 'tool_use'),
    STOP,
  );
  assert.equal(facts.usage.tokens.output, 9);
  assert.equal(facts.stopReason, 'tool_use');
});

// BerriAI/litellm 42663: 20 to 60 % of cache writes went missing when only message_start was read.
test('cache writes that grow during the answer keep their lifetime', () => {
  const grown = (five: number, hour: number): unknown =>
    run(
      start({
        input_tokens: 2,
        cache_creation_input_tokens: five + hour,
        cache_creation: { ephemeral_5m_input_tokens: five, ephemeral_1h_input_tokens: hour },
        output_tokens: 1,
      }),
      delta({ cache_creation_input_tokens: five + hour + 500, output_tokens: 3 }),
      STOP,
    ).facts.usage.tokens;
  assert.deepEqual(grown(100, 0), { input: 2, cache_write_5m: 600, cache_write_1h: 0, output: 3 });
  assert.deepEqual(grown(0, 100), { input: 2, cache_write_5m: 0, cache_write_1h: 600, output: 3 });
  assert.deepEqual(grown(100, 50), { input: 2, cache_write_5m: 600, cache_write_1h: 50, output: 3 });
});

test('a cache write without a lifetime is the default one of five minutes', () => {
  assert.deepEqual(
    whole({ usage: { input_tokens: 1, cache_creation_input_tokens: 9, output_tokens: 2 } }).usage.tokens,
    { input: 1, cache_write_5m: 9, output: 2 },
  );
});

test('thinking tokens are part of the output and counted once', () => {
  const { usage } = whole({
    usage: { input_tokens: 1, output_tokens: 100, output_tokens_details: { thinking_tokens: 30 } },
  });
  assert.deepEqual(usage.tokens, { input: 1, output: 70, reasoning: 30 });
});

test('compaction is billed beside the sums; an advisor is another model, billed as such', () => {
  const facts = whole({
    model: 'claude-sonnet',
    usage: {
      input_tokens: 10,
      output_tokens: 5,
      iterations: [
        { type: 'compaction', input_tokens: 1000, output_tokens: 50, cache_read_input_tokens: 3 },
        { type: 'message', input_tokens: 10, output_tokens: 5 },
        { type: 'advisor_message', model: 'claude-opus', input_tokens: 7, output_tokens: 8 },
      ],
    },
  });
  assert.deepEqual(facts.usage.tokens, { input: 1010, cache_read: 3, output: 55 });
  assert.deepEqual(
    facts.inner?.map(({ kind, model, usage }) => [kind, model, usage.tokens]),
    [['advisor_message', 'claude-opus', { input: 7, output: 8 }]],
  );
});

test('speed, tier, geography and container are kept as evidence, verbatim', () => {
  const facts = whole({
    container: { id: 'c1' },
    usage: { input_tokens: 1, output_tokens: 1, speed: 'fast', service_tier: 'priority', inference_geo: 'eu' },
  });
  assert.deepEqual(facts.fields, { container: 'c1', service_tier: 'priority', inference_geo: 'eu', speed: 'fast' });
  assert.equal(facts.usage.speed, 'fast');
});

test('a second message_start replaces the first: one message is billed', () => {
  const { facts } = run(
    start({ input_tokens: 17, output_tokens: 1 }),
    start({ input_tokens: 17, output_tokens: 1 }),
    delta({ output_tokens: 227 }),
    STOP,
  );
  assert.deepEqual(facts.usage.tokens, { input: 17, output: 227 });
});

test('the model that answers after a fall-back is the one the facts name', () => {
  const { facts } = run(
    start({ input_tokens: 1, output_tokens: 1 }),
    open({ type: 'fallback', from: { model: 'claude' }, to: { model: 'other' } }),
    delta({ output_tokens: 2 }),
  );
  assert.equal(facts.model, 'other');
  assert.equal(facts.fields['fallback_from'], 'claude');
});

test('a refusal is known as one', () => {
  const { facts } = run(
    start({ input_tokens: 1, output_tokens: 1 }),
    delta({ output_tokens: 2 }, 'refusal', { stop_details: { type: 'refusal', category: 'cyber' } }),
    STOP,
  );
  assert.equal(facts.refused, true);
  assert.ok(facts.fields['stop_details']?.includes('cyber'));
});

test('Bedrock’s own counts are kept, and stand in when the model’s are missing', () => {
  const metrics = { inputTokenCount: 11, outputTokenCount: 22, invocationLatency: 5, firstByteLatency: 1 };
  const stop = { ...STOP, 'amazon-bedrock-invocationMetrics': metrics };
  const with1 = run(start({ input_tokens: 1, output_tokens: 1 }), delta({ output_tokens: 2 }), stop).facts;
  assert.deepEqual(with1.usage.tokens, { input: 1, output: 2 });
  assert.deepEqual(JSON.parse(with1.fields['amazon-bedrock-invocationMetrics'] ?? ''), metrics);
  const without = run(start({}, { usage: undefined }), delta(undefined), stop).facts;
  assert.deepEqual(without.usage.tokens, { input: 11, output: 22 });
  assert.equal(without.usage.source, 'reported');
});

test('no usage at all is unknown, with null as raw, never zero', () => {
  const { facts } = run({ type: 'message_start', message: { id: 'x', content: [] } }, text('hello'), STOP);
  assert.deepEqual(facts.usage, { tokens: {}, source: 'unknown', raw: null });
});

test('a stream cut before its last counts reports its input and leaves the output unknown', () => {
  const { facts } = run(
    start({ input_tokens: 40, cache_read_input_tokens: 5, output_tokens: 3 }),
    text('x'.repeat(70)),
  );
  assert.equal(facts.usage.source, 'unknown');
  assert.deepEqual(facts.usage.tokens, { input: 40, cache_read: 5 });
  const estimate = estimateUsage(facts, 1000);
  assert.equal(estimate.source, 'estimated');
  assert.deepEqual(estimate.tokens, { input: 40, cache_read: 5, output: 20 });
});

test('an estimate without any report comes from bytes, and a report is never estimated over', () => {
  const cut = run(text('x'.repeat(35))).facts;
  assert.deepEqual(estimateUsage(cut, 350), { tokens: { input: 100, output: 10 }, source: 'estimated', raw: null });
  const done = whole({ usage: { input_tokens: 1, output_tokens: 1 } });
  assert.equal(estimateUsage(done, 1000), done.usage);
});

test('an error body is an error, not an answer', () => {
  const facts = whole({ type: 'error', error: { type: 'not_found_error', message: 'no such model' } });
  assert.deepEqual(facts.error, { type: 'not_found_error', message: 'no such model' });
  assert.equal(facts.usage.source, 'unknown');
});

test('a body that is not JSON is an error', () => {
  const tap = createTap('anthropic-messages');
  tap.whole(Buffer.from('<html>'));
  assert.equal(tap.facts().error?.type, 'malformed');
});

// theopenco/llmgateway 3264: null usage on Vertex. maximhq/bifrost 5088: terminal event lost geography, speed and searches.
test('null usage at the start is filled by what message_delta says', () => {
  const { facts } = run(
    { type: 'message_start', message: { id: 'x', model: 'm', content: [], usage: null } },
    delta({
      input_tokens: 5,
      output_tokens: 6,
      inference_geo: 'eu',
      speed: 'fast',
      server_tool_use: { web_search_requests: 1 },
    }),
    STOP,
  );
  assert.deepEqual(facts.usage.tokens, { input: 5, output: 6 });
  assert.deepEqual(facts.usage.server_tools, { web_search: 1 });
  assert.equal(facts.usage.inference_geo, 'eu');
  assert.equal(facts.usage.speed, 'fast');
});

// maximhq/bifrost 1.6.3: cache writes were billed as reads.
test('cache writes are writes and reads are reads', () => {
  const { usage } = whole({
    usage: {
      input_tokens: 1,
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 300,
      cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
      output_tokens: 4,
    },
  });
  assert.deepEqual(usage.tokens, { input: 1, cache_read: 20, cache_write_5m: 100, cache_write_1h: 200, output: 4 });
});
