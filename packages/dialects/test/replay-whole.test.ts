// A whole answer and the stream that is made of it say the same: to a tap, to whoever reads what was said, and to a client
// that puts the pieces together.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DialectId } from '@weighbridge/protocol';
import { createAnswerReader, createTap, replayWhole, SseReader, type SseEvent } from '../src/index.ts';

const MESSAGE = {
  id: 'msg_01',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [
    { type: 'thinking', thinking: 'Let me weigh it.', signature: 'c2lnbmVk' },
    { type: 'redacted_thinking', data: 'b3BhcXVl' },
    { type: 'text', text: 'About 40 t — ü 🙂', citations: [{ type: 'char_location', cited_text: '40 t' }] },
    { type: 'tool_use', id: 'toolu_01', name: 'weigh', input: { axle: 3, serial: 0 } },
    { type: 'server_tool_use', id: 'srvtoolu_01', name: 'web_search', input: { query: 'axle' } },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_01', content: [{ type: 'web_search_result', url: 'u' }] },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 10, cache_read_input_tokens: 4, output_tokens: 25, service_tier: 'batch' },
};

const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4.1-2025-04-14',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'About 40 t',
        refusal: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'weigh', arguments: '{"axle":3}' } },
          { id: 'call_2', type: 'function', function: { name: 'stop', arguments: '{}' } },
        ],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
  ],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
};

/** The serial number is longer than a double holds. */
const bodyOf = (answer: object): Buffer =>
  Buffer.from(JSON.stringify(answer).replace('"serial":0', '"serial":12345678901234567890'));

function eventsOf(dialect: DialectId, body: Buffer): SseEvent[] {
  const stream = replayWhole(dialect, body);
  assert.ok(stream !== null);
  const reader = new SseReader();
  return [...reader.push(stream), ...reader.end()];
}

describe('a whole answer made a stream', () => {
  for (const [dialect, answer] of [
    ['anthropic-messages', MESSAGE],
    ['openai-chat', COMPLETION],
  ] as const) {
    test(`of ${dialect} says the same to a reader, and reports the same usage`, () => {
      const body = bodyOf(answer);
      const events = eventsOf(dialect, body);
      const [streamed, whole] = [createAnswerReader(dialect, 1_000), createAnswerReader(dialect, 1_000)];
      for (const event of events) streamed.event(event);
      whole.whole(body);
      assert.deepEqual(streamed.said(), whole.said());
      const [tapped, told] = [createTap(dialect), createTap(dialect)];
      const meanings = events.map((event) => tapped.event(event));
      told.whole(body);
      assert.equal(meanings.at(-1), 'terminal');
      assert.deepEqual(tapped.facts().usage.tokens, told.facts().usage.tokens);
      assert.equal(tapped.facts().stopReason, told.facts().stopReason);
      assert.equal(tapped.facts().model, told.facts().model);
    });
  }

  test('of Messages is put together again as it was, block by block', () => {
    const blocks: Record<string, unknown>[] = [];
    for (const { event, data } of eventsOf('anthropic-messages', bodyOf(MESSAGE))) {
      const said = JSON.parse(data) as { index: number; content_block: Record<string, unknown>; delta: Delta };
      if (event === 'content_block_start') blocks[said.index] = { ...said.content_block };
      const block = blocks[said.index];
      if (event === 'content_block_delta' && block !== undefined) add(block, said.delta);
    }
    const tool = blocks[3] ?? {};
    assert.equal(tool['input'], '{"axle":3,"serial":12345678901234567890}', 'a number keeps all its digits');
    assert.deepEqual(
      blocks.map((block) => ('input' in block ? { ...block, input: JSON.parse(String(block['input'])) } : block)),
      JSON.parse(bodyOf(MESSAGE).toString('utf8')).content,
    );
  });

  test('is not made of what is no answer, or of a dialect whose streams are not made here', () => {
    assert.equal(replayWhole('anthropic-messages', Buffer.from('{"type":"error"}')), null);
    assert.equal(replayWhole('openai-chat', Buffer.from('[]')), null);
    assert.equal(replayWhole('openai-responses', Buffer.from('{"object":"response"}')), null);
  });
});

interface Delta {
  readonly type: string;
  readonly text?: string;
  readonly thinking?: string;
  readonly signature?: string;
  readonly partial_json?: string;
  readonly citation?: unknown;
}

function add(block: Record<string, unknown>, delta: Delta): void {
  if (delta.type === 'text_delta') block['text'] = `${String(block['text'])}${delta.text ?? ''}`;
  if (delta.type === 'thinking_delta') block['thinking'] = delta.thinking;
  if (delta.type === 'signature_delta') block['signature'] = delta.signature;
  if (delta.type === 'input_json_delta') block['input'] = delta.partial_json;
  if (delta.type === 'citations_delta') block['citations'] = [...(block['citations'] as unknown[]), delta.citation];
}
