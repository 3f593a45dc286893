// Amazon's Converse as a path of clients: translated whole or refused, framed in its own events, and told in the receipt.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ANTHROPIC_EVENTS,
  ANTHROPIC_START,
  ANTHROPIC_BLOCK,
  OPENAI_WHOLE,
  ANTHROPIC_WHOLE,
  anthropicDelta,
  cutAfter,
  stream,
  whole,
} from '../support/answers.ts';
import { digestFor } from '../support/fixture.ts';
import { PROFILE, bytesOf, messagesOf, openSurfaces } from './stand.ts';

const stand = openSurfaces();
const BODY = JSON.stringify({ messages: [{ role: 'user', content: [{ text: 'hi' }] }] });
const path = (model: string, action = 'converse'): string => `/model/${encodeURIComponent(model)}/${action}`;

test('a call is translated, says so, and its digest is of what was sent', async () => {
  stand.upstream.script(whole(ANTHROPIC_WHOLE));
  const response = await stand.post(path(PROFILE), BODY);
  const said = (await response.json()) as {
    output: { message: { content: object[] } };
    usage: { totalTokens: number };
  };
  assert.deepEqual(said.output.message.content, [{ text: 'Hello' }]);
  assert.equal(said.usage.totalTokens, 15);
  const sent = JSON.parse(stand.upstream.requests.at(-1)?.body ?? '{}') as Record<string, unknown>;
  assert.deepEqual(sent['messages'], [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }]);
  assert.equal(sent['max_tokens'], 4096);
  assert.equal(response.headers.get('weighbridge-max-output-tokens'), '4096');
  const receipt = stand.lane.sealer.receipts().at(-1);
  assert.equal(receipt?.asked.envelope, 'bedrock-converse');
  assert.equal(receipt?.asked.request_bytes, BODY.length);
  assert.equal(receipt?.asked.request_digest, digestFor('ada', receipt?.id ?? '', 'request', BODY));
  assert.equal(receipt?.attempts[0]?.edits[0], 'translated:bedrock-converse>anthropic-messages');
});

test('a stream comes in the events of Converse and ends with its usage', async () => {
  stand.upstream.script(stream(...ANTHROPIC_EVENTS));
  const response = await stand.post(path('on-vertex', 'converse-stream'), BODY);
  assert.equal(response.headers.get('content-type'), 'application/vnd.amazon.eventstream');
  const types = messagesOf(await bytesOf(response)).map(({ headers }) => headers[':event-type']);
  assert.deepEqual(types, [
    'messageStart',
    'contentBlockDelta',
    'contentBlockDelta',
    'contentBlockStop',
    'messageStop',
    'metadata',
  ]);
  assert.equal(stand.lane.sealer.receipts().at(-1)?.outcome, 'completed');
});

test('a model of another dialect serves it too', async () => {
  stand.upstream.script(whole(OPENAI_WHOLE));
  const response = await stand.post(path('gpt'), BODY);
  const said = (await response.json()) as { stopReason: string; output: { message: { content: object[] } } };
  assert.deepEqual([said.stopReason, said.output.message.content], ['end_turn', [{ text: 'Hello' }]]);
});

test('a stream that breaks off ends with an exception, without usage', async () => {
  stand.upstream.script(cutAfter(ANTHROPIC_START, ANTHROPIC_BLOCK, anthropicDelta('Hel')));
  const messages = messagesOf(await bytesOf(await stand.post(path(PROFILE, 'converse-stream'), BODY)));
  assert.equal(messages.at(-1)?.headers[':exception-type'], 'modelStreamErrorException');
  assert.ok(!messages.some(({ headers }) => headers[':event-type'] === 'metadata'));
});

test('what cannot be carried is a ValidationException that names it', async () => {
  const response = await stand.post(path(PROFILE), { messages: [], guardrailConfig: { guardrailIdentifier: 'g' } });
  assert.equal(response.status, 400);
  assert.equal(response.headers.get('x-amzn-errortype'), 'ValidationException');
  assert.match(((await response.json()) as { message: string }).message, /guardrail/);
});

test('tokens of a conversation are counted', async () => {
  stand.upstream.script(whole('{"input_tokens":7}'));
  const response = await stand.post(path(PROFILE, 'count-tokens'), { input: { converse: JSON.parse(BODY) as object } });
  assert.equal(await response.text(), '{"inputTokens":7}');
});
