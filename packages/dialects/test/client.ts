// What a client of each dialect makes of a stream: the accumulation that the official SDKs do, in a few lines.
import assert from 'node:assert/strict';
import { SseReader } from '@weighbridge/dialects';

export interface Heard {
  text: string;
  thinking: string;
  signatures: string[];
  calls: { id: string; name: string; input: unknown }[];
  stop: string | null;
  native: string | null;
  usage: Record<string, unknown> | null;
  refusal: string | null;
  annotations: unknown[];
  providerBlocks: readonly Record<string, unknown>[] | null;
  thinkingBlocks: readonly Record<string, unknown>[] | null;
  error: Record<string, unknown> | null;
  ended: boolean;
}

const nothing = (): Heard => ({
  text: '',
  thinking: '',
  signatures: [],
  calls: [],
  stop: null,
  native: null,
  usage: null,
  refusal: null,
  annotations: [],
  providerBlocks: null,
  thinkingBlocks: null,
  error: null,
  ended: false,
});

type Any = Record<string, unknown>;
const parse = (text: string): Any => JSON.parse(text) as Any;

export function hearChat(wire: Buffer): Heard {
  const heard = nothing();
  const args: string[] = [];
  for (const { data, event } of new SseReader().push(wire)) {
    if (data === '') continue;
    assert.equal(event, '', 'Chat names no events');
    assert.ok(!heard.ended, 'nothing follows [DONE]');
    if (data === '[DONE]') {
      heard.ended = true;
      continue;
    }
    const chunk = parse(data);
    if (chunk['error'] !== undefined) {
      heard.error = chunk['error'] as Any;
      continue;
    }
    assert.equal(chunk['object'], 'chat.completion.chunk');
    if (chunk['usage'] !== null && chunk['usage'] !== undefined) heard.usage = chunk['usage'] as Any;
    const choice = (chunk['choices'] as Any[])[0];
    if (choice !== undefined) hearChoice(heard, choice, args);
  }
  for (const [index, call] of heard.calls.entries()) call.input = JSON.parse(args[index] ?? '');
  return heard;
}

function hearChoice(heard: Heard, choice: Any, args: string[]): void {
  const delta = choice['delta'] as Any;
  heard.text += (delta['content'] as string | undefined) ?? '';
  heard.thinking += (delta['reasoning_content'] as string | undefined) ?? '';
  if (typeof delta['refusal'] === 'string') heard.refusal = (heard.refusal ?? '') + delta['refusal'];
  heard.annotations.push(...((delta['annotations'] as unknown[] | undefined) ?? []));
  heard.thinkingBlocks = (delta['thinking_blocks'] as Any[] | undefined) ?? heard.thinkingBlocks;
  heard.providerBlocks =
    ((delta['provider_content'] as Any | undefined)?.['blocks'] as Any[] | undefined) ?? heard.providerBlocks;
  for (const call of (delta['tool_calls'] as Any[] | undefined) ?? []) {
    const index = call['index'] as number;
    const named = call['function'] as Any;
    heard.calls[index] ??= { id: call['id'] as string, name: named['name'] as string, input: null };
    args[index] = (args[index] ?? '') + String(named['arguments']);
  }
  if (typeof choice['finish_reason'] === 'string') {
    heard.stop = choice['finish_reason'];
    heard.native = (choice['native_finish_reason'] as string | undefined) ?? null;
  }
}

export function hearMessages(wire: Buffer): Heard {
  const heard = nothing();
  const blocks: { block: Any; json: string; open: boolean }[] = [];
  for (const { data, event } of new SseReader().push(wire)) {
    const payload = parse(data);
    assert.equal(event, payload['type'], 'every event is named after its payload');
    assert.ok(!heard.ended, 'nothing follows message_stop');
    hearEvent(heard, payload, blocks);
  }
  for (const { block, json } of blocks) {
    if (block['type'] !== 'tool_use') continue;
    heard.calls.push({
      id: block['id'] as string,
      name: block['name'] as string,
      input: json === '' ? block['input'] : JSON.parse(json),
    });
  }
  return heard;
}

function hearEvent(heard: Heard, payload: Any, blocks: { block: Any; json: string; open: boolean }[]): void {
  const current = blocks[payload['index'] as number];
  switch (payload['type']) {
    case 'message_start':
      assert.equal(heard.usage, null, 'a message starts once');
      heard.usage = (payload['message'] as Any)['usage'] as Any;
      return;
    case 'content_block_start':
      assert.equal(payload['index'], blocks.length, 'blocks are numbered in order');
      assert.ok(
        blocks.every(({ open }) => !open),
        'one block is open at a time',
      );
      blocks.push({ block: payload['content_block'] as Any, json: '', open: true });
      return;
    case 'content_block_delta':
      assert.ok(current?.open === true, 'a delta belongs to an open block');
      hearDelta(heard, payload['delta'] as Any, current);
      return;
    case 'content_block_stop':
      assert.ok(current?.open === true, 'an open block is closed once');
      current.open = false;
      return;
    case 'message_delta':
      assert.ok(
        blocks.every(({ open }) => !open),
        'all blocks are closed before the end',
      );
      heard.stop = (payload['delta'] as Any)['stop_reason'] as string;
      heard.usage = { ...heard.usage, ...(payload['usage'] as Any) };
      return;
    case 'error':
      heard.error = payload['error'] as Any;
      return;
    case 'message_stop':
      heard.ended = true;
      return;
    default:
      assert.equal(payload['type'], 'ping');
  }
}

function hearDelta(heard: Heard, delta: Any, current: { json: string }): void {
  if (delta['type'] === 'text_delta') heard.text += String(delta['text']);
  else if (delta['type'] === 'thinking_delta') heard.thinking += String(delta['thinking']);
  else if (delta['type'] === 'signature_delta') heard.signatures.push(String(delta['signature']));
  else if (delta['type'] === 'input_json_delta') current.json += String(delta['partial_json']);
  else if (delta['type'] === 'citations_delta') heard.annotations.push(delta['citation']);
}
