// Answers of the other dialect: translated when they are good, told in the client's words when they fail, and never
// called whole when they are not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DialectId } from '@weighbridge/protocol';
import {
  OPENAI_DONE,
  OPENAI_EVENTS,
  OPENAI_START,
  OPENAI_USAGE,
  failing,
  openaiDelta,
  stream,
  whole,
} from './support/answers.ts';
import { good, readError, readStreamError, vendorError } from './support/fault-cases.ts';
import { Bench } from './support/lane-pair.ts';

const bench = new Bench();

for (const dialect of ['anthropic-messages', 'openai-chat'] as const) {
  const other: DialectId = dialect === 'openai-chat' ? 'anthropic-messages' : 'openai-chat';
  for (const streamed of [true, false]) {
    test(`an answer of the other dialect is translated (${dialect} from ${other}, ${streamed ? 'streamed' : 'whole'})`, async () => {
      const lane = await bench.pair(other, false);
      bench.upstream.script(good(other, streamed));
      const response = await bench.ask(dialect, streamed);
      const text = await response.text();
      assert.equal(response.status, 200, text);
      if (streamed) {
        const joined = [...text.matchAll(/"(?:text|content)":"([^"]*)"/g)].map((match) => match[1]).join('');
        assert.equal(joined, 'Hello');
        assert.ok(
          text.trimEnd().endsWith(dialect === 'openai-chat' ? 'data: [DONE]' : '{"type":"message_stop"}'),
          text,
        );
      } else {
        const body = JSON.parse(text);
        assert.equal(dialect === 'openai-chat' ? body.choices[0].message.content : body.content[0].text, 'Hello');
      }
      const receipt = lane.sealer.receipt();
      assert.equal(receipt.outcome, 'completed');
      assert.ok(receipt.attempts[0]?.edits.includes(`translated:${dialect}>${other}`));
      assert.deepEqual([receipt.usage?.tokens.input, receipt.usage?.tokens.output], [10, 5]);
      assert.equal(
        receipt.served?.model_reported,
        other === 'openai-chat' ? 'gpt-4.1-2025-04-14' : 'claude-sonnet-4-5-20250929',
      );
    });

    test(`a failure of the other dialect is told in the client's (${dialect} from ${other}, ${streamed ? 'streamed' : 'whole'})`, async () => {
      await bench.pair(other, false);
      bench.upstream.script(failing(529, vendorError(other, 'overloaded_error', 'Overloaded')));
      const response = await bench.ask(dialect, streamed);
      assert.equal(readError(dialect, response.status, await response.text()).code, 'UPSTREAM_ERROR');
    });
  }
}

const chat = 'openai-chat' as const;

test('a Chat stream that ends in order after its last word, without [DONE], is given its end', async () => {
  const lane = await bench.pair(chat, false);
  bench.upstream.script(stream(...OPENAI_EVENTS.slice(0, -1)));
  assert.equal(await (await bench.ask(chat, true)).text(), OPENAI_EVENTS.join(''));
  const receipt = lane.sealer.receipt();
  assert.equal(receipt.outcome, 'completed');
  assert.ok(receipt.attempts[0]?.edits.includes('added [DONE]'), 'and the receipt says so');
  assert.equal(receipt.usage?.source, 'reported');
});

test('a last chunk whose blank line never came is closed before the end that we add', async () => {
  await bench.pair(chat, false);
  bench.upstream.script(stream(...OPENAI_EVENTS.slice(0, -2), OPENAI_USAGE.trimEnd()));
  assert.equal(await (await bench.ask(chat, true)).text(), OPENAI_EVENTS.join(''));
});

test('without the usage that was asked for, a Chat stream that ends early is cut', async () => {
  await bench.pair(chat, false);
  bench.upstream.script(stream(...OPENAI_EVENTS.slice(0, -2)));
  assert.equal(readStreamError(chat, await (await bench.ask(chat, true)).text()).code, 'UPSTREAM_CUT');
});

test('a Chat stream without [DONE] is whole for a client of the other dialect too', async () => {
  const lane = await bench.pair(chat, false);
  bench.upstream.script(stream(...OPENAI_EVENTS.slice(0, -1)));
  const text = await (await bench.ask('anthropic-messages', true)).text();
  assert.ok(text.trimEnd().endsWith('{"type":"message_stop"}'), text);
  assert.equal(lane.sealer.receipt().outcome, 'completed');
});

test('a Chat stream that ends without a finish reason is told once to a client of the other dialect', async () => {
  const lane = await bench.pair(chat, false);
  bench.upstream.script(stream(OPENAI_START, openaiDelta('Hi'), OPENAI_DONE));
  const text = await (await bench.ask('anthropic-messages', true)).text();
  const failed = readStreamError('anthropic-messages', text);
  assert.equal(failed.code, 'UPSTREAM_MALFORMED');
  assert.match(failed.message, /without a finish reason/);
  assert.equal(text.split('event: error').length, 2, 'one error event');
  assert.equal(lane.sealer.receipt().attempts[0]?.fault, 'deployment');
});

for (const dialect of ['anthropic-messages', chat] as const) {
  test(`an answer that is none of its dialect cannot be translated (from ${dialect})`, async () => {
    const lane = await bench.pair(dialect, false);
    bench.upstream.script(whole(dialect === chat ? '{"choices":[]}' : '{"type":"message"}'));
    const client = dialect === chat ? 'anthropic-messages' : chat;
    const response = await bench.ask(client, false);
    const failed = readError(client, response.status, await response.text());
    assert.deepEqual([failed.status, failed.code], [502, 'TRANSLATION_FAILED']);
    const { attempts, error } = lane.sealer.receipt();
    assert.deepEqual([error?.code, attempts[0]?.fault], ['TRANSLATION_FAILED', 'deployment']);
  });
}
