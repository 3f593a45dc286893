// Streamed Chat answers into Messages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeSse } from '@weighbridge/dialects';
import { hearMessages } from './client.ts';
import { meaningsOf, run, type Any } from './translated-stream.ts';

// --- Chat → Messages

const chatWire = (...chunks: readonly (Any | string)[]): Buffer =>
  Buffer.concat(chunks.map((one) => encodeSse('', typeof one === 'string' ? one : JSON.stringify(one))));
const chunk = (delta: Any, finish_reason: string | null = null, more: Any = {}): Any => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt',
  choices: [{ index: 0, delta, finish_reason, logprobs: null }],
  ...more,
});
const usageChunk = {
  id: 'c1',
  choices: [],
  usage: { prompt_tokens: 30, completion_tokens: 4, total_tokens: 34, prompt_tokens_details: { cached_tokens: 20 } },
};
const call = (index: number, args: string, more: Any = {}): Any =>
  chunk({
    tool_calls: [
      { index, ...more, function: { ...(more['id'] === undefined ? {} : { name: `f${index}` }), arguments: args } },
    ],
  });

test('a Chat stream becomes a Messages stream, frame by frame', () => {
  const out = run(
    'openai-chat',
    chatWire(
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: 'Hi' }),
      chunk({ content: '!' }),
      chunk({}, 'stop'),
      usageChunk,
      '[DONE]',
    ),
  );
  assert.deepEqual(meaningsOf(out), ['prelude', 'prelude', 'content', 'content', 'tail', 'tail', 'terminal']);
  const heard = hearMessages(out.bytes);
  assert.equal(heard.text, 'Hi!');
  assert.equal(heard.stop, 'end_turn');
  assert.deepEqual(heard.usage, {
    input_tokens: 10,
    output_tokens: 4,
    cache_creation_input_tokens: null,
    cache_read_input_tokens: 20,
  });
  assert.ok(heard.ended);
});

// gateway.md §3, 33: a second message_start breaks its clients.
test('however often a Chat stream names its role and id, the Messages stream has one message_start and one message_stop', () => {
  const again = chunk({ role: 'assistant', content: '' });
  const { bytes } = run(
    'openai-chat',
    chatWire(
      again,
      again,
      chunk({ content: 'a' }),
      again,
      chunk({ content: 'b' }),
      chunk({}, 'stop'),
      '[DONE]',
      '[DONE]',
    ),
  );
  const text = Buffer.from(bytes).toString('utf8');
  for (const event of ['message_start', 'message_stop']) assert.equal(text.split(`event: ${event}\n`).length, 2, event);
  assert.equal(hearMessages(bytes).text, 'ab');
});

test('reasoning becomes a thinking block before the text', () => {
  const out = run(
    'openai-chat',
    chatWire(
      chunk({ reasoning_content: 'h' }),
      chunk({ reasoning_content: 'm' }),
      chunk({ content: 'x' }),
      chunk({}, 'stop'),
      '[DONE]',
    ),
  );
  const heard = hearMessages(out.bytes);
  assert.equal(heard.thinking, 'hm');
  assert.equal(heard.text, 'x');
  assert.deepEqual(out.lost, ['answer_thinking']);
});

test('parallel calls become blocks one after another', () => {
  const wire = chatWire(
    chunk({ content: 'ok' }),
    call(0, '', { id: 'a' }),
    call(0, '{"x":'),
    call(0, '1}'),
    call(1, '{}', { id: 'b' }),
    call(2, '', { id: 'c' }),
    chunk({}, 'tool_calls'),
    '[DONE]',
  );
  const heard = hearMessages(run('openai-chat', wire).bytes);
  assert.deepEqual(heard.calls, [
    { id: 'a', name: 'f0', input: { x: 1 } },
    { id: 'b', name: 'f1', input: {} },
    { id: 'c', name: 'f2', input: {} },
  ]);
  assert.equal(heard.stop, 'tool_use');
});

test('calls whose arguments interleave come out whole', () => {
  const wire = chatWire(
    call(0, '{"x"', { id: 'a' }),
    call(1, '{"y"', { id: 'b' }),
    call(0, ':1}'),
    call(1, ':2}'),
    chunk({}, 'tool_calls'),
    '[DONE]',
  );
  assert.deepEqual(
    hearMessages(run('openai-chat', wire).bytes).calls.map(({ input }) => input),
    [{ x: 1 }, { y: 2 }],
  );
});

test('a call without an id gets one from the request id', () => {
  const heard = hearMessages(
    run(
      'openai-chat',
      chatWire(
        chunk({ tool_calls: [{ index: 0, function: { name: 'f', arguments: '{}' } }] }),
        chunk({}, 'tool_calls'),
        '[DONE]',
      ),
    ).bytes,
  );
  assert.equal(heard.calls[0]?.id, 'call_01JD8ZZZZZZZZZZZZZZZZZZZZZ_0');
});

test('a forced call that ends with "stop" is still a tool use', () => {
  assert.equal(
    hearMessages(run('openai-chat', chatWire(call(0, '{}', { id: 'a' }), chunk({}, 'stop'), '[DONE]')).bytes).stop,
    'tool_use',
  );
});

test('a refusal becomes text with the stop reason refusal', () => {
  const out = run(
    'openai-chat',
    chatWire(chunk({ refusal: 'I ' }), chunk({ refusal: 'cannot' }), chunk({}, 'stop'), '[DONE]'),
  );
  const heard = hearMessages(out.bytes);
  assert.equal(heard.text, 'I cannot');
  assert.equal(heard.stop, 'refusal');
  assert.deepEqual(out.lost, ['answer_refusal']);
});

test('log probabilities, further choices and the fingerprint are reported as lost', () => {
  const two = {
    ...chunk({ content: 'a' }),
    system_fingerprint: 'fp',
    choices: [
      { index: 0, delta: { content: 'a' }, logprobs: { content: [] } },
      { index: 1, delta: { content: 'b' } },
    ],
  };
  const out = run('openai-chat', chatWire(two, chunk({}, 'stop'), '[DONE]'));
  assert.equal(hearMessages(out.bytes).text, 'a');
  assert.deepEqual(out.lost, ['answer_choices', 'answer_fingerprint', 'answer_logprobs']);
});

test('a server that sends no [DONE] ends in order once it gave a reason; without one it does not', () => {
  assert.ok(hearMessages(run('openai-chat', chatWire(chunk({ content: 'x' }), chunk({}, 'stop'))).bytes).ended);
  assert.ok(!hearMessages(run('openai-chat', chatWire(chunk({ content: 'x' }))).bytes).ended);
});

test('no usage is null for the client, not zero', () => {
  const { usage } = hearMessages(
    run('openai-chat', chatWire(chunk({ content: 'x' }), chunk({}, 'stop'), '[DONE]')).bytes,
  );
  assert.deepEqual(usage, { input_tokens: null, output_tokens: null });
});

test('an error chunk is an error event, and nothing follows', () => {
  const out = run(
    'openai-chat',
    chatWire(
      chunk({ content: 'x' }),
      { error: { message: 'slow down', type: 'rate_limit_exceeded' } },
      chunk({ content: 'y' }),
      '[DONE]',
    ),
  );
  const heard = hearMessages(out.bytes);
  assert.deepEqual(heard.error, { type: 'rate_limit_error', message: 'slow down' });
  assert.equal(meaningsOf(out).at(-1), 'error');
});

test('a chunk that is not JSON is an error of the client’s dialect', () => {
  assert.equal(meaningsOf(run('openai-chat', chatWire(chunk({ content: 'x' }), '{"choices":['))).at(-1), 'error');
  const cut = encodeSse('content_block_delta', '{"type":');
  assert.equal(meaningsOf(run('anthropic-messages', cut)).at(-1), 'error');
});
