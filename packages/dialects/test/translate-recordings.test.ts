// Every recording into the other dialect and back: text, calls, stop and usage agree with the recording.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DialectId } from '@weighbridge/protocol';
import {
  createTranslator,
  readRequest,
  SseReader,
  translateRequest,
  type ResponseTranslator,
} from '@weighbridge/dialects';
import { hearChat, hearMessages, type Heard } from './client.ts';
import {
  anthropicBodies,
  anthropicStreams,
  anthropicWire,
  chatStreams,
  chatWire,
  corpusMissing,
  type Payload,
} from './corpus.ts';

const skip = corpusMissing();
const translator = (from: DialectId): ResponseTranslator => {
  const to = from === 'openai-chat' ? 'anthropic-messages' : 'openai-chat';
  const facts = readRequest(
    to,
    { model: 'm', max_tokens: 5, messages: [], stream_options: { include_usage: true } },
    1,
  );
  return createTranslator(from, to, { facts, requestId: 'r', created: 1 });
};
function stream(from: DialectId, wire: Buffer): Buffer {
  const one = translator(from);
  const frames = new SseReader().push(wire).flatMap((event) => [...one.event(event)]);
  return Buffer.concat([...frames, ...one.end()].map(({ bytes }) => bytes));
}
/** Calls made inside server-run tools (`caller`) are theirs, not the client's. */
const direct = (payloads: readonly Payload[]): Set<unknown> =>
  new Set(
    payloads.flatMap((payload) => {
      const block = payload['content_block'] as Payload | undefined;
      const caller = (block?.['caller'] as Payload | undefined)?.['type'] ?? 'direct';
      return block?.['type'] === 'tool_use' && caller === 'direct' ? [block['id']] : [];
    }),
  );
const usageSum = (heard: Heard): unknown[] =>
  ['input_tokens', 'cache_read_input_tokens', 'output_tokens'].map((name) => heard.usage?.[name] ?? 0);
/** Reasons that Chat's words keep, and that therefore come back. */
const gist = ({ text, thinking, calls }: Heard): unknown => ({ text, thinking, calls });

for (const recording of anthropicStreams()) {
  if (recording.name === 'spliced-message-start.chunks.txt') continue;
  test(`${recording.name} reads the same in Chat, and again in Messages`, { skip }, () => {
    const payloads = recording.payloads.map((text) => JSON.parse(text) as Payload);
    const wire = anthropicWire({
      ...recording,
      payloads: recording.payloads.filter((_, index) => !isRepeatedStart(payloads, index)),
    });
    const mine = direct(payloads);
    const straight = hearMessages(wire);
    straight.calls = straight.calls.filter(({ id }) => mine.has(id));
    const chat = stream('anthropic-messages', wire);
    const there = hearChat(chat);
    const back = hearMessages(stream('openai-chat', chat));
    assert.deepEqual(gist(there), gist(straight));
    assert.deepEqual(gist(back), gist(straight));
    const { message } = payloads[0] as { message?: Payload };
    const wholeStop = straight.stop ?? message?.['stop_reason'];
    assert.equal(back.stop, wholeStop);
    assert.deepEqual(usageSum(back), usageSum(straight));
    assert.equal(
      there.usage?.['total_tokens'],
      Number(there.usage?.['prompt_tokens']) + Number(there.usage?.['completion_tokens']),
    );
    assert.ok(there.ended && back.ended);
  });
}

/** The official SDKs accept one start; the recording of a repeated one is heard without the repetition. */
const isRepeatedStart = (payloads: readonly Payload[], index: number): boolean =>
  index > 0 && payloads[index]?.['type'] === 'message_start' && payloads[index - 1]?.['type'] === 'message_start';

test('an answer that began anew after content ends in an error, for what was sent cannot be unsaid', { skip }, () => {
  const recording = anthropicStreams().find(({ name }) => name === 'spliced-message-start.chunks.txt');
  assert.ok(recording !== undefined);
  const wire = stream('anthropic-messages', anthropicWire(recording)).toString();
  assert.ok(wire.includes('"error"') && !wire.includes('[DONE]'));
});

for (const { name, body, parsed } of anthropicBodies()) {
  test(`${name} becomes a completion and comes back as it was`, { skip }, () => {
    const chat = translator('anthropic-messages').whole(body);
    const completion = JSON.parse(chat.toString()) as {
      choices: { message: Payload; finish_reason: string }[];
      usage: Payload;
    };
    const message = completion.choices[0]?.message ?? {};
    const blocks = parsed['content'] as Payload[];
    const text = blocks
      .filter(({ type }) => type === 'text')
      .map((block) => block['text'])
      .join('');
    assert.equal(message['content'] ?? '', text);
    const back = JSON.parse(translator('openai-chat').whole(chat).toString()) as Payload;
    assert.deepEqual(back['content'], blocks);
    assert.equal(back['stop_reason'], parsed['stop_reason']);
    const recorded = Object.entries(parsed['usage'] as Payload).filter(([, value]) => value !== null);
    for (const [field, value] of recorded) assert.deepEqual((back['usage'] as Payload)[field], value, field);
  });

  test(`${name}, sent back by a Chat client, reaches Claude block for block`, { skip }, () => {
    const completion = JSON.parse(translator('anthropic-messages').whole(body).toString()) as {
      choices: { message: Payload }[];
    };
    const request = {
      model: 'm',
      max_tokens: 5,
      messages: [{ role: 'user', content: 'q' }, completion.choices[0]?.message, { role: 'user', content: 'next' }],
    };
    const bytes = Buffer.from(JSON.stringify(request));
    const out = translateRequest(
      'openai-chat',
      'anthropic-messages',
      bytes,
      readRequest('openai-chat', request, bytes.length),
      'default',
    );
    const sent = (JSON.parse(out.body.toString()) as { messages: Payload[] }).messages[1]?.['content'];
    const expected = (parsed['content'] as Payload[]).length === 0 ? sent : parsed['content'];
    const asBlocks = typeof sent === 'string' ? [{ type: 'text', text: sent }] : sent;
    assert.deepEqual(asBlocks, typeof expected === 'string' ? asBlocks : expected);
    const explained = typeof completion.choices[0]?.message['refusal'] === 'string';
    assert.deepEqual(out.lost, explained ? ['refusal_history'] : []);
  });
}

for (const recording of chatStreams()) {
  test(`${recording.name} reads the same in Messages`, { skip }, () => {
    const wire = chatWire(recording);
    const straight = hearChat(wire);
    const there = hearMessages(stream('openai-chat', wire));
    assert.deepEqual(gist(there), gist(straight));
    assert.equal(there.stop, 'end_turn');
    assert.equal(there.usage?.['output_tokens'], straight.usage?.['completion_tokens']);
    assert.equal(
      Number(there.usage?.['input_tokens']) + Number(there.usage?.['cache_read_input_tokens']),
      straight.usage?.['prompt_tokens'],
    );
  });
}
