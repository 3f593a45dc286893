// Answers from and to Responses, whole and streamed: every recording and made-up streams of the other dialects reads the
// same there and back, in the order that the official SDK insists on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DialectId } from '@weighbridge/protocol';
import { createTranslator, encodeSse, readRequest, SseReader, translateRequest } from '@weighbridge/dialects';
import { hearChat, hearMessages, type Heard } from './client.ts';
import {
  anthropicBodies,
  anthropicStreams,
  anthropicWire,
  chatStreams,
  chatWire,
  corpusMissing,
  isResponsesApi,
  openaiBodies,
} from './corpus.ts';
import { hearResponses, saidBy, type HeardResponse } from './responses-client.ts';
import { run, type Any } from './translated-stream.ts';

const RESPONSES = 'openai-responses';
const skip = corpusMissing();
type Said = { readonly text: string; readonly thinking: string; readonly calls: readonly unknown[] };
const gist = ({ text, thinking, calls }: Said): unknown => ({ text, thinking, calls });

const claude = (events: readonly Any[]): Buffer =>
  Buffer.concat(
    [
      {
        type: 'message_start',
        message: { id: 'msg_1', model: 'claude', content: [], usage: { input_tokens: 7, output_tokens: 1 } },
      },
      ...events,
    ].map((event) => encodeSse(String(event.type), JSON.stringify(event))),
  );
const ended = (stop = 'end_turn'): Any[] => [
  {
    type: 'message_delta',
    delta: { stop_reason: stop, stop_sequence: null },
    usage: { output_tokens: 9, output_tokens_details: { thinking_tokens: 4 } },
  },
  { type: 'message_stop' },
];
const block = (index: number, start: Any, ...deltas: Any[]): Any[] => [
  { type: 'content_block_start', index, content_block: start },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];
const THOUGHT = block(
  0,
  { type: 'thinking', thinking: '', signature: '' },
  { type: 'thinking_delta', thinking: 'hm' },
  { type: 'signature_delta', signature: 'SIG' },
);
const SPOKEN = block(
  1,
  { type: 'text', text: '' },
  { type: 'text_delta', text: 'Hi' },
  { type: 'text_delta', text: ' Zoë' },
);
const CALLED = block(
  2,
  { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
  { type: 'input_json_delta', partial_json: '{"a"' },
  { type: 'input_json_delta', partial_json: ':1}' },
);

test('an answer of Claude streams as reasoning, message and call, with usage in the last event', () => {
  const { bytes, lost, frames } = run(
    'anthropic-messages',
    claude([...THOUGHT, ...SPOKEN, ...CALLED, ...ended('tool_use')]),
    true,
    RESPONSES,
  );
  const heard = hearResponses(bytes);
  assert.deepEqual(lost, []);
  assert.deepEqual(gist(heard), {
    text: 'Hi Zoë',
    thinking: 'hm',
    calls: [{ id: 'toolu_1', name: 'f', input: { a: 1 } }],
  });
  assert.deepEqual(
    heard.items.map((item) => item['type']),
    ['reasoning', 'message', 'function_call'],
  );
  assert.equal(new Set(heard.items.map((item) => item['id'])).size, 3, 'ids are unique');
  assert.equal(heard.response?.['id'], 'resp_msg_1');
  assert.equal(heard.response?.['status'], 'completed');
  assert.deepEqual(heard.response?.['usage'], {
    input_tokens: 7,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 9,
    output_tokens_details: { reasoning_tokens: 4 },
    total_tokens: 16,
  });
  assert.equal(frames.at(-1)?.meaning, 'terminal');
  assert.deepEqual(
    frames.slice(0, 2).map(({ meaning }) => meaning),
    ['prelude', 'prelude'],
  );
});

test('reasoning of Claude goes back to Claude as the very block, and to no other maker', () => {
  const redacted = block(1, { type: 'redacted_thinking', data: 'OPAQUE' });
  const { bytes } = run('anthropic-messages', claude([...THOUGHT, ...redacted, ...ended()]), true, RESPONSES);
  const { items } = hearResponses(bytes);
  const body = {
    model: 'm',
    max_output_tokens: 50,
    input: [{ role: 'user', content: 'x' }, ...items, { role: 'user', content: 'y' }],
  };
  const raw = Buffer.from(JSON.stringify(body));
  const facts = readRequest(RESPONSES, body, raw.length);
  const there = translateRequest(RESPONSES, 'anthropic-messages', raw, facts, 'warn');
  assert.deepEqual((JSON.parse(there.body.toString()) as { messages: Any[] }).messages[1], {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'hm', signature: 'SIG' },
      { type: 'redacted_thinking', data: 'OPAQUE' },
    ],
  });
  const chat = translateRequest(RESPONSES, 'openai-chat', raw, facts, 'warn');
  assert.ok(chat.lost.includes('reasoning_items') && !chat.body.toString().includes('OPAQUE'));
});

test('reasoning of a Responses model goes through Messages and Chat and back as the very item', () => {
  const item = {
    id: 'rs_1',
    type: 'reasoning',
    summary: [{ type: 'summary_text', text: 'Thus.' }],
    encrypted_content: 'gAAAAA',
  };
  const response = {
    id: 'resp_1',
    object: 'response',
    created_at: 5,
    status: 'completed',
    model: 'gpt-5',
    output: [item, message('Hi')],
  };
  for (const through of ['anthropic-messages', 'openai-chat'] as const) {
    const answer = whole(RESPONSES, through, response);
    const said =
      through === 'openai-chat'
        ? (answer['choices'] as { message: Any }[])[0]?.message
        : { role: 'assistant', content: answer['content'] };
    const body = {
      model: 'm',
      max_tokens: 50,
      messages: [{ role: 'user', content: 'x' }, said, { role: 'user', content: 'y' }],
    };
    const raw = Buffer.from(JSON.stringify(body));
    const facts = readRequest(through, body, raw.length);
    const { body: back } = translateRequest(through, RESPONSES, raw, facts, 'warn', { model: 'gpt-5' });
    const { input } = JSON.parse(back.toString()) as { input: Any[] };
    assert.deepEqual(input[1], item, through);
    assert.equal(input[2]?.['role'], 'assistant');
  }
});

const message = (text: string): Any => ({
  id: 'msg_1',
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', annotations: [], text }],
});

function whole(from: DialectId, to: DialectId, body: Any): Any {
  const facts = readRequest(to, { model: 'm', max_tokens: 5, messages: [], input: [] }, 1);
  const translator = createTranslator(from, to, { facts, requestId: '01JD8ZZZZZZZZZZZZZZZZZZZZZ', created: 7 });
  return JSON.parse(translator.whole(Buffer.from(JSON.stringify(body))).toString()) as Any;
}

test('why an answer ended is told in the words of each dialect', () => {
  for (const [stop, status, reason] of [
    ['max_tokens', 'incomplete', 'max_output_tokens'],
    ['refusal', 'incomplete', 'content_filter'],
    ['end_turn', 'completed', undefined],
  ] as const) {
    const { response } = hearResponses(
      run('anthropic-messages', claude([...SPOKEN, ...ended(stop)]), true, RESPONSES).bytes,
    );
    assert.equal(response?.['status'], status);
    assert.equal((response['incomplete_details'] as Any | null)?.['reason'], reason);
  }
  const cut = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [message('x')] };
  assert.equal(whole(RESPONSES, 'anthropic-messages', cut)['stop_reason'], 'max_tokens');
  const refused = { status: 'completed', output: [{ ...message(''), content: [{ type: 'refusal', refusal: 'no' }] }] };
  assert.equal(whole(RESPONSES, 'anthropic-messages', refused)['stop_reason'], 'refusal');
});

test('a call without arguments is called with an object, whole and streamed', () => {
  const called = block(0, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} });
  const heard = hearResponses(
    run('anthropic-messages', claude([...called, ...ended('tool_use')]), true, RESPONSES).bytes,
  );
  assert.deepEqual(heard.calls, [{ id: 'toolu_1', name: 'f', input: {} }]);
});

test('events of a later item that come early wait for the one that is open', () => {
  const call = (index: number): Any => ({
    type: 'function_call',
    id: `fc_${index}`,
    call_id: `c${index}`,
    name: 'f',
    arguments: '',
  });
  const events: Any[] = [
    { type: 'response.created', response: { id: 'resp_1', model: 'gpt', created_at: 1 } },
    { type: 'response.output_item.added', output_index: 0, item: call(0) },
    { type: 'response.output_item.added', output_index: 1, item: call(1) },
    { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"b":2}' },
    { type: 'response.function_call_arguments.delta', output_index: 0, delta: '{"a":1}' },
    { type: 'response.output_item.done', output_index: 0, item: { ...call(0), arguments: '{"a":1}' } },
    { type: 'response.output_item.done', output_index: 1, item: { ...call(1), arguments: '{"b":2}' } },
    {
      type: 'response.completed',
      response: { id: 'resp_1', status: 'completed', usage: { input_tokens: 1, output_tokens: 2 } },
    },
  ];
  const wire = Buffer.concat(events.map((event) => encodeSse(String(event['type']), JSON.stringify(event))));
  const expected = [
    { id: 'c0', name: 'f', input: { a: 1 } },
    { id: 'c1', name: 'f', input: { b: 2 } },
  ];
  assert.deepEqual(hearMessages(run(RESPONSES, wire, true, 'anthropic-messages').bytes).calls, expected);
  assert.deepEqual(hearChat(run(RESPONSES, wire, true, 'openai-chat').bytes).calls, expected);
});

for (const [recording, from] of [
  ...anthropicStreams().map((one) => [one, 'anthropic-messages'] as const),
  ...chatStreams().map((one) => [one, 'openai-chat'] as const),
]) {
  if (recording.name === 'spliced-message-start.chunks.txt') continue;
  test(`${recording.name} reads the same in Responses, and again in its own dialect`, { skip }, () => {
    const wire = from === 'openai-chat' ? chatWire(recording) : anthropicWire(recording);
    // What a stream means does not depend on a repeated start, nor on blocks that only Anthropic understands.
    const there = run(from, wire, true, RESPONSES);
    if (there.frames.some(({ meaning }) => meaning === 'error'))
      return assert.ok(/repeated|duplicate|error/.test(recording.name), recording.name);
    const heard = hearResponses(there.bytes);
    const back = run(RESPONSES, there.bytes, true, from).bytes;
    const again: Heard = from === 'openai-chat' ? hearChat(back) : hearMessages(back);
    assert.deepEqual(gist(again), gist(heard));
    const straight = from === 'openai-chat' ? hearChat(wire) : null;
    if (straight !== null) assert.deepEqual(gist(heard), gist(straight));
  });
}

test('every recorded response says the same in Messages and in Chat', { skip }, () => {
  const recorded = openaiBodies().filter(({ parsed }) => isResponsesApi(parsed));
  assert.ok(recorded.length > 20);
  for (const { name, parsed } of recorded) {
    const said: Pick<HeardResponse, 'text' | 'calls'> = saidBy(
      (parsed['output'] as Any[]).filter((item) => item['type'] !== 'reasoning'),
    );
    const content = whole(RESPONSES, 'anthropic-messages', parsed)['content'] as Any[];
    const texts = content.flatMap((one) => (one['type'] === 'text' ? [String(one['text'])] : []));
    const calls = content
      .filter((one) => one['type'] === 'tool_use')
      .map(({ id, name: called, input }) => ({ id, name: called, input }));
    assert.equal(texts.join(''), said.text, name);
    assert.deepEqual(calls, said.calls, name);
    const [choice] = whole(RESPONSES, 'openai-chat', parsed)['choices'] as { message: Any }[];
    assert.equal(choice?.message['content'] ?? '', said.text, name);
  }
});

test('every whole message of Claude is the response that its stream would have ended in', { skip }, () => {
  for (const { name, parsed } of anthropicBodies()) {
    const response = whole('anthropic-messages', RESPONSES, parsed);
    const texts = (parsed['content'] as Any[]).flatMap((one) => (one['type'] === 'text' ? [String(one['text'])] : []));
    assert.equal(saidBy(response['output'] as Any[]).text, texts.join(''), name);
  }
});

test('a translated stream is the same wherever its bytes are cut', () => {
  const wire = claude([...THOUGHT, ...SPOKEN, ...CALLED, ...ended('tool_use')]);
  const expected = run('anthropic-messages', wire, true, RESPONSES).bytes;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: wire.length }), { maxLength: 6 }), (cuts) => {
      const facts = readRequest(RESPONSES, { model: 'm', input: [], stream: true }, 1);
      const translator = createTranslator('anthropic-messages', RESPONSES, {
        facts,
        requestId: '01JD8ZZZZZZZZZZZZZZZZZZZZZ',
        created: 7,
      });
      const reader = new SseReader();
      const places = [0, ...cuts.toSorted((a, b) => a - b), wire.length];
      const out = places
        .slice(1)
        .flatMap((end, index) =>
          reader
            .push(wire.subarray(places[index], end))
            .flatMap((event) => translator.event(event).map(({ bytes }) => bytes)),
        );
      assert.ok(Buffer.concat(out).equals(expected));
    }),
    { numRuns: 100 },
  );
});
