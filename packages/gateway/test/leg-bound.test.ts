// What a leg can use at most: pictures, documents and a seller's own tools cost more than their bytes, and what has no
// bound is refused before money is at risk.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRequest } from '@weighbridge/dialects';
import type { DialectId } from '@weighbridge/protocol';
import type { Deployment } from '../src/index.ts';
import type { Prepared } from '../src/pipeline/attempt.ts';
import { inputBound, type InputBound } from '../src/stages/leg-bound.ts';
import { deployment } from './support/fixture.ts';

function boundOf(
  dialect: DialectId,
  extra: object,
  over: Partial<Deployment> = {},
  geo: string | null = null,
): { bound: InputBound; bytes: number } {
  const parsed = { model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'hi' }], ...extra };
  const body = Buffer.from(JSON.stringify(parsed));
  const facts = readRequest(dialect, parsed, body.length);
  const prepared = { context: { facts }, parsed, request: { body }, geo } as unknown as Prepared;
  return { bound: inputBound(deployment('d', 1, over), prepared), bytes: body.length };
}
const says = (...content: object[]): object => ({ messages: [{ role: 'user', content }] });

const IMAGE = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } };
const CHAT_IMAGE = { type: 'image_url', image_url: { url: 'https://a.example/b.png' } };
const PDF = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AA==' } };
const TEXT = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'hello' } };
const SEARCH = { type: 'web_search_20250305', name: 'web_search', max_uses: 2 };

test('text is at most its bytes; tools and schemas add what the seller says before them', () => {
  const plain = boundOf('anthropic-messages', {});
  assert.equal(plain.bound.inputTokens, plain.bytes);
  const tools = boundOf('anthropic-messages', { tools: [{ name: 'f', input_schema: { type: 'object' } }] });
  assert.equal(tools.bound.inputTokens, tools.bytes + 1_000);
  const document = boundOf('anthropic-messages', says(TEXT));
  assert.equal(document.bound.inputTokens, document.bytes);
});

test('each picture counts as the dearest one of its dialect, also inside a tool result', () => {
  const result = { type: 'tool_result', tool_use_id: 't', content: [IMAGE] };
  const claude = boundOf('anthropic-messages', says(IMAGE, result));
  assert.equal(claude.bound.inputTokens, claude.bytes + 2 * 5_000);
  const chat = boundOf('openai-chat', says(CHAT_IMAGE));
  assert.equal(chat.bound.inputTokens, chat.bytes + 50_000);
  const small = boundOf('openai-chat', says(CHAT_IMAGE), { max_input_tokens: 8_000 });
  assert.equal(small.bound.inputTokens, 8_000, 'never more than the window');
});

const BY_REFERENCE: readonly (readonly [string, DialectId, object, number])[] = [
  ['a PDF', 'anthropic-messages', says(PDF), 1],
  ['a file', 'openai-chat', says({ type: 'file', file: { file_id: 'f' } }), 1],
  ['a web search of two uses', 'anthropic-messages', { tools: [SEARCH] }, 3],
  ['a block we do not know', 'anthropic-messages', says({ type: 'hologram' }), 1],
];
for (const [name, dialect, extra, rounds] of BY_REFERENCE) {
  test(`${name} is bounded by the window, and refused without one`, () => {
    const { bound } = boundOf(dialect, extra, { max_input_tokens: 200_000 });
    assert.equal(bound.inputTokens, 200_000 * rounds);
    assert.throws(() => boundOf(dialect, extra), { code: 'BUDGET_UNBOUNDED', next: /max_input_tokens/ });
  });
}

test('rounds without a number are refused, window or not', () => {
  const servers = { mcp_servers: [{ type: 'url', url: 'https://a.example', name: 'a' }] };
  assert.throws(() => boundOf('anthropic-messages', servers, { max_input_tokens: 1_000 }), {
    code: 'BUDGET_UNBOUNDED',
  });
});

test('speed is standard unless the request names another; geography only where our own edit pins it', () => {
  assert.equal(boundOf('anthropic-messages', {}).bound.speed, 'standard');
  assert.equal(boundOf('anthropic-messages', { speed: 'fast' }).bound.speed, 'fast');
  assert.equal(boundOf('anthropic-messages', { speed: 7 }).bound.speed, undefined, 'reckoned at every speed');
  const free = boundOf('anthropic-messages', { inference_geo: 'us' });
  assert.ok(!('inferenceGeo' in free.bound) && !('tier' in free.bound));
  assert.equal(boundOf('anthropic-messages', {}, {}, 'us').bound.inferenceGeo, 'us');
});
