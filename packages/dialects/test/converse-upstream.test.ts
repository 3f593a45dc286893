// Answers of Amazon's Converse as every other dialect gives them, and its streams read in passing, however the network
// cuts them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ConverseEvent,
  createAnswerReader,
  createTap,
  createTranslator,
  encodeEventStreamMessage,
  EventStreamReader,
  readRequest,
} from '@weighbridge/dialects';
import type { DialectId } from '@weighbridge/protocol';
import { hearChat, hearMessages } from './client.ts';
import { corpusMissing, converseBodies, converseStreams } from './corpus.ts';
import { hearResponses } from './responses-client.ts';

type Any = Record<string, unknown>;

const frame = (type: string, payload: Any | string): Buffer =>
  encodeEventStreamMessage(
    { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' },
    Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  );

const STREAM: readonly (readonly [string, Any])[] = [
  ['messageStart', { role: 'assistant', p: 'ab' }],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: 'so ' } }, p: 'x' }],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { signature: 'sig=' } }, p: 'xyz' }],
  ['contentBlockStop', { contentBlockIndex: 0 }],
  ['contentBlockDelta', { contentBlockIndex: 1, delta: { text: 'h"é\n漢' }, p: 'abc' }],
  ['contentBlockDelta', { contentBlockIndex: 1, delta: { text: ' you' } }],
  ['contentBlockStop', { contentBlockIndex: 1 }],
  ['contentBlockStart', { contentBlockIndex: 2, start: { toolUse: { toolUseId: 't1', name: 'f' } } }],
  ['contentBlockDelta', { contentBlockIndex: 2, delta: { toolUse: { input: '{"a":' } }, p: 'q' }],
  ['contentBlockDelta', { contentBlockIndex: 2, delta: { toolUse: { input: '1}' } } }],
  ['contentBlockStop', { contentBlockIndex: 2 }],
  ['messageStop', { stopReason: 'tool_use' }],
  [
    'metadata',
    {
      usage: {
        inputTokens: 3,
        outputTokens: 9,
        totalTokens: 30,
        cacheReadInputTokens: 7,
        cacheWriteInputTokens: 11,
        cacheDetails: [
          { ttl: '1h', inputTokens: 6 },
          { ttl: '5m', inputTokens: 5 },
        ],
      },
      metrics: { latencyMs: 40 },
      serviceTier: { type: 'flex' },
    },
  ],
];
const WIRE = Buffer.concat(STREAM.map(([type, payload]) => frame(type, payload)));
const TOKENS = { input: 3, cache_read: 7, cache_write_5m: 5, cache_write_1h: 6, output: 9 };

const eventsOf = (wire: Buffer, cut = wire.length): ConverseEvent[] => {
  const reader = new EventStreamReader();
  const messages = [...reader.push(wire.subarray(0, cut)), ...reader.push(wire.subarray(cut))];
  reader.end();
  return messages.map((message) => new ConverseEvent(message, message.headers[':event-type'] ?? ''));
};

describe('a stream in passing', () => {
  test('keeps its bytes and its counts wherever it is cut', () => {
    for (let cut = 0; cut <= WIRE.length; cut += 1) {
      const tap = createTap('bedrock-converse');
      const events = eventsOf(WIRE, cut);
      const meanings = events.map((event) => tap.event(event));
      assert.ok(Buffer.concat(events.map(({ raw }) => raw)).equals(WIRE), `cut at ${cut}`);
      assert.equal(meanings.indexOf('terminal'), STREAM.length - 1);
      const facts = tap.facts();
      assert.deepEqual([facts.usage.tokens, facts.usage.tier, facts.stopReason], [TOKENS, 'flex', 'tool_use']);
      assert.equal(facts.contentBytes, Buffer.byteLength('so h"é\n漢 you{"a":1}'));
    }
  });

  test('is not decoded where it is plain text, thinking or arguments of a tool', () => {
    const tap = createTap('bedrock-converse');
    const decoded = eventsOf(WIRE).flatMap((event) => {
      let looked = false;
      Object.defineProperty(event, 'data', { get: () => ((looked = true), event.payload.toString('utf8')) });
      tap.event(event);
      return looked ? [event.event] : [];
    });
    // Of the deltas only the signature is: it has no text of its own.
    assert.equal(decoded.filter((name) => name === 'contentBlockDelta').length, 1);
    assert.equal(decoded.length, STREAM.length - 5);
  });

  const odd: readonly (readonly [string, string, number])[] = [
    ['members in another order', '{"delta":{"text":"ab"},"contentBlockIndex":0}', 2],
    ['spaces', '{ "contentBlockIndex": 0, "delta": {"text": "ab"} }', 2],
    ['escapes', '{"contentBlockIndex":10,"delta":{"text":"\\u00e9\\"\\ud83d\\ude00"},"p":"a"}', 7],
    ['a member more', '{"contentBlockIndex":0,"delta":{"text":"ab","x":"}"},"p":"a"}', 2],
    ['a text that looks like an end', '{"contentBlockIndex":0,"delta":{"text":"\\"},\\"p\\":\\""},"p":"a"}', 8],
  ];
  for (const [what, json, bytes] of odd) {
    test(`counts a delta with ${what}`, () => {
      const tap = createTap('bedrock-converse');
      const [event] = eventsOf(frame('contentBlockDelta', json));
      assert.ok(event !== undefined);
      assert.equal(tap.event(event), 'content');
      assert.equal(tap.facts().contentBytes, bytes);
    });
  }

  test('that ends before its usage has none, and before its text means nothing yet', () => {
    const tap = createTap('bedrock-converse');
    assert.equal(tap.event(eventsOf(frame('messageStart', { role: 'assistant' }))[0] as ConverseEvent), 'prelude');
    assert.equal(tap.event(eventsOf(frame('messageStop', { stopReason: 'end_turn' }))[0] as ConverseEvent), 'tail');
    assert.equal(tap.facts().usage.source, 'unknown');
  });

  test('takes cached tokens out of an input that holds them', () => {
    const tap = createTap('bedrock-converse');
    const usage = { inputTokens: 10, outputTokens: 2, totalTokens: 12, cacheReadInputTokens: 7 };
    tap.event(eventsOf(frame('metadata', { usage }))[0] as ConverseEvent);
    assert.deepEqual(tap.facts().usage.tokens, { input: 3, cache_read: 7, output: 2 });
  });

  test('notes a guardrail that stepped in, and the model that a router chose', () => {
    const tap = createTap('bedrock-converse');
    const trace = { guardrail: { inputAssessment: {} }, promptRouter: { invokedModelId: 'arn:x' } };
    for (const event of eventsOf(
      Buffer.concat([
        frame('messageStop', { stopReason: 'guardrail_intervened' }),
        frame('metadata', { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, trace }),
      ]),
    ))
      tap.event(event);
    const { refused, model, fields } = tap.facts();
    assert.deepEqual([refused, model, fields['guardrail']], [true, 'arn:x', 'traced']);
  });

  test('says what it said to whoever checks an answer before it goes out', () => {
    const reader = createAnswerReader('bedrock-converse', 100);
    for (const event of eventsOf(WIRE)) reader.event(event);
    assert.deepEqual(reader.said(), { text: 'h"é\n漢 you', tools: ['f'], stop: 'tool', whole: true });
  });
});

const translated = (to: DialectId, wire: Buffer): Buffer => {
  const facts = readRequest(
    to,
    { model: 'm', max_tokens: 5, messages: [], input: [], stream: true, stream_options: { include_usage: true } },
    1,
  );
  const translator = createTranslator('bedrock-converse', to, { facts, requestId: 'r', created: 1, model: 'nova' });
  return Buffer.concat(eventsOf(wire).flatMap((event) => translator.event(event).map(({ bytes }) => bytes)));
};

const WHOLE = {
  output: {
    message: {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'so ', signature: 'sig=' } } },
        { text: 'h"é\n漢 you' },
        { toolUse: { toolUseId: 't1', name: 'f', input: { a: 1 } } },
      ],
    },
  },
  stopReason: 'tool_use',
  usage: STREAM.at(-1)?.[1]['usage'],
  metrics: { latencyMs: 40 },
};

describe('an answer', () => {
  test('streams to Chat, Messages and Responses with its text, call and usage', () => {
    const chat = hearChat(translated('openai-chat', WIRE));
    const messages = hearMessages(translated('anthropic-messages', WIRE));
    assert.deepEqual([chat.text, messages.text], ['h"é\n漢 you', 'h"é\n漢 you']);
    assert.deepEqual([chat.thinking, messages.thinking], ['so ', 'so ']);
    assert.equal(JSON.stringify(chat.calls), JSON.stringify(messages.calls));
    assert.match(JSON.stringify(chat.calls), /t1.*f/);
    assert.equal(messages.usage?.['cache_read_input_tokens'], 7);
    const responses = JSON.stringify(hearResponses(translated('openai-responses', WIRE)));
    assert.match(responses, /t1/);
    assert.match(translated('anthropic-messages', WIRE).toString(), /"model":"nova".*"signature":"sig="/s);
  });

  test('comes whole to each of them', () => {
    for (const [to, expected] of [
      ['openai-chat', /"finish_reason":"tool_calls"/],
      ['anthropic-messages', /"signature":"sig=".*"stop_reason":"tool_use".*"cache_read_input_tokens":7/],
      ['openai-responses', /"function_call".*"call_id":"t1"/],
    ] as const) {
      const facts = readRequest(to, { model: 'm', max_tokens: 5, messages: [], input: [] }, 1);
      const translator = createTranslator('bedrock-converse', to, { facts, requestId: 'r', created: 1, model: 'nova' });
      assert.match(translator.whole(Buffer.from(JSON.stringify(WHOLE))).toString(), expected);
      assert.throws(() => translator.whole(Buffer.from('{"output":{}}')), { code: 'TRANSLATION_FAILED' });
    }
  });

  test('that a guardrail stopped is a refusal', () => {
    const wire = Buffer.concat([
      frame('messageStart', { role: 'assistant' }),
      frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'withheld' } }),
      frame('messageStop', { stopReason: 'guardrail_intervened' }),
      frame('metadata', { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } }),
    ]);
    assert.match(translated('anthropic-messages', wire).toString(), /"stop_reason":"refusal".*"category":"guardrail"/);
    assert.match(translated('openai-chat', wire).toString(), /"finish_reason":"content_filter"/);
  });
});

const skip = corpusMissing();

for (const { name, events } of converseStreams()) {
  test(`${name} reads the same in Chat and in Messages`, { skip }, () => {
    const wire = Buffer.concat(events.map(([type, json]) => frame(type, json)));
    const tap = createTap('bedrock-converse');
    const meanings = eventsOf(wire).map((event) => tap.event(event));
    // Those that were written by hand leave the usage out: their answer is whole to nobody.
    const metadata = events.find(([type]) => type === 'metadata')?.[1];
    assert.equal(meanings.filter((meaning) => meaning === 'terminal').length, metadata === undefined ? 0 : 1);
    if (metadata === undefined) {
      assert.deepEqual([tap.facts().usage.source, tap.facts().error], ['unknown', null]);
      return;
    }
    const text = events
      .map(([, json]) => (JSON.parse(json) as { delta?: { text?: string } }).delta?.text ?? '')
      .join('');
    assert.equal(hearChat(translated('openai-chat', wire)).text, text);
    assert.equal(hearMessages(translated('anthropic-messages', wire)).text, text);
    const said = (JSON.parse(metadata) as { usage: Any }).usage;
    const { tokens, source } = tap.facts().usage;
    assert.deepEqual([tokens.input, tokens.output, source], [said['inputTokens'], said['outputTokens'], 'reported']);
  });
}

for (const { name, body, parsed } of converseBodies()) {
  test(`${name} is metered as it says`, { skip }, () => {
    const tap = createTap('bedrock-converse');
    tap.whole(body);
    const { usage, stopReason, error } = tap.facts();
    const said = parsed['usage'] as Any;
    assert.deepEqual(
      [usage.tokens.input, usage.tokens.output, stopReason, error],
      [said['inputTokens'], said['outputTokens'], parsed['stopReason'], null],
    );
  });
}
