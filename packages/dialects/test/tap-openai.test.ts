// Usage, model, stop and meaning of every chunk, read from Chat Completions answers in passing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTap, encodeSse, SseReader, type EventMeaning, type ResponseFacts } from '@weighbridge/dialects';

const run = (...chunks: readonly (object | string)[]): { meanings: EventMeaning[]; facts: ResponseFacts } => {
  const tap = createTap('openai-chat');
  const wire = Buffer.concat(chunks.map((one) => encodeSse('', typeof one === 'string' ? one : JSON.stringify(one))));
  const meanings = new SseReader().push(wire).map((event) => tap.event(event));
  return { meanings, facts: tap.facts() };
};
const whole = (body: unknown): ResponseFacts => {
  const tap = createTap('openai-chat');
  tap.whole(Buffer.from(JSON.stringify(body)));
  return tap.facts();
};
const chunk = (delta: object, finish: string | null = null, more: object = {}): object => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  ...more,
});
const usageOf = (usage: object): Record<string, number> => ({ ...whole({ choices: [], usage }).usage.tokens });

test('each chunk means what the pipeline must know of it', () => {
  const { meanings, facts } = run(
    chunk({ role: 'assistant', content: '', refusal: null }),
    chunk({ content: 'Hi' }),
    chunk({ content: ' there' }),
    chunk({ content: '' }),
    chunk({}, 'stop'),
    { id: 'c1', choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } },
    '[DONE]',
  );
  assert.deepEqual(meanings, ['prelude', 'content', 'content', 'tail', 'tail', 'usage_only', 'terminal']);
  assert.equal(facts.stopReason, 'stop');
  assert.equal(facts.contentBytes, 8);
  assert.equal(facts.contentEvents, 2);
});

test('tool calls, refusals and reasoning are content', () => {
  for (const delta of [
    { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '' } }] },
    { refusal: 'no' },
    { reasoning_content: 'hm' },
    { reasoning: 'hm' },
    { function_call: { name: 'f' } },
  ]) {
    assert.deepEqual(run(chunk(delta)).meanings, ['content'], JSON.stringify(delta));
  }
});

test("Azure's first chunk, filter results without choices, is a prelude", () => {
  const { meanings, facts } = run(
    { id: '', model: '', choices: [], prompt_filter_results: [] },
    chunk({ content: 'x' }),
  );
  assert.deepEqual(meanings, ['prelude', 'content']);
  assert.equal(facts.model, 'gpt');
});

// BerriAI/litellm 36168: usage dropped when the final chunk has choices, a fourfold error in cost.
test('usage counts wherever it stands: alone, with choices, or repeated', () => {
  const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
  for (const last of [
    { id: 'c1', choices: [], usage },
    chunk({}, 'stop', { usage }),
    chunk({ content: 'x' }, 'stop', { usage }),
  ]) {
    assert.deepEqual(run(chunk({ content: 'a' }), last, '[DONE]').facts.usage.tokens, { input: 10, output: 4 });
  }
  const growing = [1, 2, 3].map((count) =>
    chunk({ content: 'a' }, null, { usage: { prompt_tokens: 10, completion_tokens: count } }),
  );
  assert.equal(run(...growing).facts.usage.tokens.output, 3);
});

test('a chunk that looks plain but counts or ends something is not passed over', () => {
  const usage = { prompt_tokens: 10, completion_tokens: 4 };
  const { facts } = run(chunk({ content: 'a' }), chunk({ content: 'b' }), chunk({ content: 'c' }, 'length', { usage }));
  assert.equal(facts.stopReason, 'length');
  assert.equal(facts.usage.source, 'reported');
  assert.equal(facts.contentBytes, 3);
});

test('cached, written and audio tokens are taken out of the prompt once', () => {
  assert.deepEqual(
    usageOf({
      prompt_tokens: 100,
      completion_tokens: 7,
      prompt_tokens_details: { cached_tokens: 60, audio_tokens: 10, cache_write_tokens: 20 },
    }),
    {
      input: 10,
      cache_read: 60,
      cache_write_5m: 20,
      input_audio: 10,
      output: 7,
    },
  );
});

test('reasoning and audio are taken out of the completion once', () => {
  assert.deepEqual(
    usageOf({
      prompt_tokens: 1,
      completion_tokens: 100,
      completion_tokens_details: { reasoning_tokens: 60, audio_tokens: 15 },
    }),
    {
      input: 1,
      output: 25,
      reasoning: 60,
      output_audio: 15,
    },
  );
});

test('reasoning beside the completion, as xAI counts, is not taken out', () => {
  assert.deepEqual(
    usageOf({
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 45,
      completion_tokens_details: { reasoning_tokens: 30 },
    }),
    {
      input: 10,
      output: 5,
      reasoning: 30,
    },
  );
});

test('audio that was read from the cache is counted once', () => {
  const tokens = usageOf({
    prompt_tokens: 100,
    completion_tokens: 1,
    prompt_tokens_details: { cached_tokens: 80, audio_tokens: 50 },
  });
  assert.deepEqual(tokens, { input: 0, cache_read: 50, cache_read_audio: 30, input_audio: 20, output: 1 });
  assert.equal(
    (tokens['input'] ?? 0) +
      (tokens['cache_read'] ?? 0) +
      (tokens['cache_read_audio'] ?? 0) +
      (tokens['input_audio'] ?? 0),
    100,
  );
});

test("DeepSeek's name for cached tokens is understood", () => {
  assert.deepEqual(usageOf({ prompt_tokens: 10, completion_tokens: 1, prompt_cache_hit_tokens: 8 }), {
    input: 2,
    cache_read: 8,
    output: 1,
  });
});

test('a missing total is unknown, and so is no usage', () => {
  assert.equal(whole({ choices: [], usage: { prompt_tokens: 1 } }).usage.source, 'unknown');
  assert.deepEqual(whole({ choices: [] }).usage, { tokens: {}, source: 'unknown', raw: null });
});

test('tier and fingerprint are evidence', () => {
  const { facts } = run(chunk({ content: 'x' }, null, { service_tier: 'priority', system_fingerprint: 'fp_1' }));
  assert.deepEqual(facts.fields, { service_tier: 'priority', system_fingerprint: 'fp_1' });
  assert.equal(facts.usage.tier, 'priority');
});

test('a refusal and a content filter are refusals', () => {
  assert.equal(run(chunk({ refusal: 'I cannot' })).facts.refused, true);
  assert.equal(run(chunk({}, 'content_filter')).facts.refused, true);
  assert.equal(run(chunk({ content: 'x' }, 'stop')).facts.refused, false);
});

test('an error in the stream is understood in each shape servers use', () => {
  assert.deepEqual(run({ error: { type: 'server_error', message: 'boom' } }).facts.error, {
    type: 'server_error',
    message: 'boom',
  });
  assert.deepEqual(run({ error: 'boom' }).facts.error, { type: 'error', message: 'boom' });
  assert.deepEqual(run({ error: { message: 'x' } }).meanings, ['error']);
});

test('a chunk that is not JSON is an error, also behind a familiar beginning', () => {
  const good = JSON.stringify(chunk({ content: 'Hello' }));
  for (const end of [10, 60, 120, good.length - 1]) {
    const { meanings } = run(chunk({ content: 'a' }), chunk({ content: 'b' }), good.slice(0, end));
    assert.equal(meanings.at(-1), 'error', good.slice(0, end));
  }
});

test('several choices are all counted as content', () => {
  const both = {
    id: 'c',
    choices: [
      { index: 0, delta: { content: 'ab' } },
      { index: 1, delta: { content: 'cde' } },
    ],
  };
  assert.equal(run(both).facts.contentBytes, 5);
});

test('a whole completion gives text, calls, stop and usage', () => {
  const facts = whole({
    id: 'c1',
    model: 'gpt',
    system_fingerprint: 'fp',
    choices: [
      {
        index: 0,
        finish_reason: 'tool_calls',
        message: { content: 'ab', tool_calls: [{ function: { name: 'f', arguments: '{}' } }] },
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 2 },
  });
  assert.equal(facts.stopReason, 'tool_calls');
  assert.equal(facts.contentBytes, 4);
  assert.deepEqual(facts.usage.tokens, { input: 3, output: 2 });
});
