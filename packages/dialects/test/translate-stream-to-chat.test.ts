// Streamed Messages answers into Chat; and both ways, however an answer is made up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import { encodeSse } from '@weighbridge/dialects';
import { hearChat, hearMessages, type Heard } from './client.ts';
import { meaningsOf, run, type Any } from './translated-stream.ts';

// --- Messages → Chat

const messagesWire = (...payloads: readonly Any[]): Buffer =>
  Buffer.concat(payloads.map((one) => encodeSse(String(one['type']), JSON.stringify(one))));
const start = (usage: Any = { input_tokens: 3, output_tokens: 1 }): Any => ({
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude', content: [], stop_reason: null, usage },
});
const open = (index: number, block: Any): Any => ({ type: 'content_block_start', index, content_block: block });
const delta = (index: number, more: Any): Any => ({ type: 'content_block_delta', index, delta: more });
const close = (index: number): Any => ({ type: 'content_block_stop', index });
const finish = (stop: string, usage: Any = { output_tokens: 9 }, more: Any = {}): Any => ({
  type: 'message_delta',
  delta: { stop_reason: stop, stop_sequence: null, ...more },
  usage,
});
const STOP = { type: 'message_stop' };
const textBlock = (index: number, text: string): Any[] => [
  open(index, { type: 'text', text: '' }),
  delta(index, { type: 'text_delta', text }),
  close(index),
];

test('a Messages stream becomes a Chat stream, frame by frame', () => {
  const out = run(
    'anthropic-messages',
    messagesWire(start(), { type: 'ping' }, ...textBlock(0, 'Hi'), finish('end_turn'), STOP),
  );
  assert.deepEqual(meaningsOf(out), ['prelude', 'ping', 'content', 'tail', 'usage_only', 'terminal']);
  const first = JSON.parse(out.frames[0]?.bytes.toString().slice(6) ?? '') as Any;
  assert.deepEqual(first, {
    id: 'msg_1',
    object: 'chat.completion.chunk',
    created: 7,
    model: 'claude',
    choices: [
      { index: 0, delta: { role: 'assistant', content: '', refusal: null }, logprobs: null, finish_reason: null },
    ],
    usage: null,
  });
  const heard = hearChat(out.bytes);
  assert.equal(heard.text, 'Hi');
  assert.equal(heard.stop, 'stop');
  assert.deepEqual(heard.usage, { prompt_tokens: 3, completion_tokens: 9, total_tokens: 12 });
  assert.ok(heard.ended);
});

test('usage is sent only to a client that asked for it', () => {
  const out = run('anthropic-messages', messagesWire(start(), ...textBlock(0, 'Hi'), finish('end_turn'), STOP), false);
  assert.deepEqual(meaningsOf(out), ['prelude', 'content', 'tail', 'terminal']);
  assert.ok(!out.bytes.toString().includes('usage'));
});

// apache/apisix 13662, BerriAI/litellm 11789: cached tokens missing from the sums.
test('the usage chunk sums what Anthropic tells apart, and names the parts', () => {
  const usage = {
    input_tokens: 10,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 50,
    output_tokens: 1,
    service_tier: 'standard',
    inference_geo: 'us',
  };
  const heard = hearChat(
    run(
      'anthropic-messages',
      messagesWire(
        start(usage),
        ...textBlock(0, 'x'),
        finish('end_turn', {
          output_tokens: 20,
          output_tokens_details: { thinking_tokens: 5 },
          server_tool_use: { web_search_requests: 1 },
        }),
        STOP,
      ),
    ).bytes,
  );
  assert.deepEqual(heard.usage, {
    prompt_tokens: 160,
    completion_tokens: 20,
    total_tokens: 180,
    prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 50 },
    completion_tokens_details: { reasoning_tokens: 5 },
    server_tool_use: { web_search_requests: 1 },
    inference_geo: 'us',
    service_tier: 'standard',
  });
});

// BerriAI/litellm 25605: tool arguments dropped.
test('tool calls stream with their arguments, numbered apart from text; no arguments are "{}"', () => {
  const out = run(
    'anthropic-messages',
    messagesWire(
      start(),
      ...textBlock(0, 'calling'),
      open(1, { type: 'tool_use', id: 'a', name: 'f', input: {} }),
      delta(1, { type: 'input_json_delta', partial_json: '' }),
      delta(1, { type: 'input_json_delta', partial_json: '{"x":' }),
      delta(1, { type: 'input_json_delta', partial_json: '1}' }),
      close(1),
      open(2, { type: 'tool_use', id: 'b', name: 'g', input: {} }),
      close(2),
      finish('tool_use'),
      STOP,
    ),
  );
  const heard = hearChat(out.bytes);
  assert.deepEqual(heard.calls, [
    { id: 'a', name: 'f', input: { x: 1 } },
    { id: 'b', name: 'g', input: {} },
  ]);
  assert.equal(heard.stop, 'tool_calls');
  assert.equal(heard.providerBlocks, null);
});

test('thinking streams as reasoning_content, and whole with its signature as thinking_blocks', () => {
  const out = run(
    'anthropic-messages',
    messagesWire(
      start(),
      open(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'let ' }),
      delta(0, { type: 'thinking_delta', thinking: 'me' }),
      delta(0, { type: 'signature_delta', signature: 'sig' }),
      close(0),
      open(1, { type: 'redacted_thinking', data: 'opaque' }),
      close(1),
      ...textBlock(2, 'Hi'),
      finish('end_turn'),
      STOP,
    ),
  );
  const heard = hearChat(out.bytes);
  assert.equal(heard.thinking, 'let me');
  assert.deepEqual(heard.thinkingBlocks, [
    { type: 'thinking', thinking: 'let me', signature: 'sig' },
    { type: 'redacted_thinking', data: 'opaque' },
  ]);
});

test('blocks of server tools, and what they say, come verbatim at the end', () => {
  const use = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
  const result = {
    type: 'web_search_tool_result',
    tool_use_id: 's',
    content: [{ type: 'web_search_result', url: 'https://u' }],
  };
  const citation = {
    type: 'web_search_result_location',
    url: 'https://u',
    title: 'U',
    cited_text: 'c',
    encrypted_index: 'e',
  };
  const out = run(
    'anthropic-messages',
    messagesWire(
      start(),
      open(0, use),
      delta(0, { type: 'input_json_delta', partial_json: '{"q":"w"}' }),
      close(0),
      open(1, result),
      close(1),
      open(2, { type: 'text', text: '' }),
      delta(2, { type: 'text_delta', text: 'found' }),
      delta(2, { type: 'citations_delta', citation }),
      close(2),
      finish('end_turn'),
      STOP,
    ),
  );
  const heard = hearChat(out.bytes);
  assert.equal(heard.text, 'found');
  assert.deepEqual(heard.calls, []);
  assert.deepEqual(heard.providerBlocks, [
    { ...use, input: { q: 'w' } },
    result,
    { type: 'text', text: 'found', citations: [citation] },
  ]);
  assert.deepEqual(heard.annotations, [
    { type: 'url_citation', url_citation: { url: 'https://u', title: 'U', start_index: 0, end_index: 5 } },
  ]);
});

for (const [reason, chat, native] of [
  ['end_turn', 'stop', null],
  ['max_tokens', 'length', null],
  ['tool_use', 'tool_calls', null],
  ['stop_sequence', 'stop', 'stop_sequence'],
  ['pause_turn', 'stop', 'pause_turn'],
  ['refusal', 'content_filter', null],
  ['model_context_window_exceeded', 'length', 'model_context_window_exceeded'],
  ['from_the_future', 'stop', 'from_the_future'],
] as const) {
  test(`${reason} becomes ${chat}`, () => {
    const heard = hearChat(
      run('anthropic-messages', messagesWire(start(), ...textBlock(0, 'x'), finish(reason), STOP)).bytes,
    );
    assert.equal(heard.stop, chat);
    assert.equal(heard.native, native);
  });
}

test('an error in the middle is an error of the client’s dialect, and no end follows', () => {
  const out = run(
    'anthropic-messages',
    messagesWire(start(), ...textBlock(0, 'x'), {
      type: 'error',
      error: { type: 'overloaded_error', message: 'Overloaded' },
    }),
  );
  const heard = hearChat(out.bytes);
  assert.deepEqual(heard.error, { message: 'Overloaded', type: 'server_error', param: null, code: 'overloaded_error' });
  assert.equal(meaningsOf(out).at(-1), 'error');
  assert.ok(!heard.ended);
});

test('a stream that is cut gives no end', () => {
  const out = run('anthropic-messages', messagesWire(start(), ...textBlock(0, 'x'), finish('end_turn')));
  assert.ok(!hearChat(out.bytes).ended);
});

// maximhq/bifrost 4556: duplicate message_start.
test('a repeated start is dropped; an answer that begins anew after content is an error', () => {
  assert.equal(
    hearChat(
      run('anthropic-messages', messagesWire(start(), start(), ...textBlock(0, 'x'), finish('end_turn'), STOP)).bytes,
    ).text,
    'x',
  );
  const anew = run(
    'anthropic-messages',
    messagesWire(start(), ...textBlock(0, 'x'), start(), ...textBlock(0, 'y'), finish('end_turn'), STOP),
  );
  assert.equal(meaningsOf(anew).filter((meaning) => meaning === 'error').length, 1);
  assert.equal(meaningsOf(anew).at(-1), 'error');
});

test('an answer beyond the bound is refused, not kept', () => {
  const huge = messagesWire(
    start(),
    open(0, { type: 'text', text: '' }),
    delta(0, { type: 'text_delta', text: 'x'.repeat(12_000_000) }),
  );
  const again = messagesWire(delta(0, { type: 'text_delta', text: 'x'.repeat(12_000_000) }));
  const wire = Buffer.concat([huge, ...Array.from({ length: 6 }, () => again)]);
  assert.throws(
    () => run('anthropic-messages', wire),
    (error) => isAppError(error) && error.code === 'UPSTREAM_MALFORMED',
  );
});

// --- both ways

const piece = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }).map((text) => ({ kind: 'text' as const, text })),
  fc.record({
    kind: fc.constant('call' as const),
    input: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3, noNullPrototype: true }),
  }),
  fc.string({ minLength: 1, maxLength: 12 }).map((text) => ({ kind: 'thinking' as const, text })),
);

test('text, thinking, calls, stop and usage survive the way there and back, however the answer is made up', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), fc.nat(1000), (pieces, output) => {
      const blocks = pieces.flatMap((one, index): Any[] => {
        if (one.kind === 'text') return textBlock(index, one.text);
        if (one.kind === 'thinking')
          return [
            open(index, { type: 'thinking', thinking: '' }),
            delta(index, { type: 'thinking_delta', thinking: one.text }),
            delta(index, { type: 'signature_delta', signature: `s${index}` }),
            close(index),
          ];
        return [
          open(index, { type: 'tool_use', id: `t${index}`, name: 'f', input: {} }),
          delta(index, { type: 'input_json_delta', partial_json: JSON.stringify(one.input) }),
          close(index),
        ];
      });
      const calls = pieces.some(({ kind }) => kind === 'call');
      const wire = messagesWire(
        start(),
        ...blocks,
        finish(calls ? 'tool_use' : 'end_turn', { output_tokens: output }),
        STOP,
      );
      const straight = hearMessages(wire);
      const chat = run('anthropic-messages', wire).bytes;
      const there = hearChat(chat);
      const back = hearMessages(run('openai-chat', chat).bytes);
      const gist = ({ text, thinking, calls: list }: Heard): unknown =>
        JSON.parse(JSON.stringify({ text, thinking, list }));
      assert.deepEqual(gist(there), gist(straight));
      assert.deepEqual(gist(back), gist(straight));
      assert.equal(back.stop, straight.stop);
      assert.equal(back.usage?.['output_tokens'], output);
      assert.equal(back.usage?.['input_tokens'], 3);
    }),
    { numRuns: 400 },
  );
});
