// What a Responses client makes of a stream, with the checks that the official SDK makes of its order: events numbered
// from zero, items opened, grown and closed one after another, and the last response equal to what was gathered.
import assert from 'node:assert/strict';
import { SseReader } from '@weighbridge/dialects';

type Any = Record<string, unknown>;

export interface HeardResponse {
  readonly types: readonly string[];
  text: string;
  thinking: string;
  calls: { id: string; name: string; input: unknown }[];
  readonly items: readonly Any[];
  readonly response: Any | null;
  readonly error: Any | null;
}

export function hearResponses(wire: Buffer): HeardResponse {
  const types: string[] = [];
  const grown = new Map<number, string>();
  const items: Any[] = [];
  let open = -1;
  let response: Any | null = null;
  let error: Any | null = null;
  for (const { data, event } of new SseReader().push(wire)) {
    if (data === '') continue;
    const payload = JSON.parse(data) as Any;
    assert.equal(event, payload['type'], 'every event is named after its payload');
    assert.equal(response, null, 'nothing follows the last response');
    assert.equal(payload['sequence_number'], types.length, 'events are numbered from zero');
    types.push(event);
    const index = payload['output_index'] as number | undefined;
    if (event === 'response.output_item.added') {
      assert.equal(open, -1, 'one item is open at a time');
      assert.equal(index, items.length, 'items are numbered in order');
      open = items.length;
    } else if (event === 'response.output_item.done') {
      assert.equal(index, open, 'the open item is closed');
      items.push(payload['item'] as Any);
      open = -1;
    } else if (event.endsWith('.delta')) {
      assert.equal(index, open, 'a delta belongs to the open item');
      grown.set(open, (grown.get(open) ?? '') + String(payload['delta']));
    } else if (event === 'response.completed' || event === 'response.incomplete') {
      response = payload['response'] as Any;
    } else if (event === 'error') error = payload;
  }
  if (response !== null) assert.deepEqual(response['output'], items, 'the last response repeats the items');
  for (const [index, item] of items.entries()) assert.equal(grown.get(index) ?? '', wordsOf(item), 'deltas add up');
  return { types, ...saidBy(items), items, response, error };
}

/** What the items of an answer say. */
export function saidBy(items: readonly Any[]): Pick<HeardResponse, 'text' | 'thinking' | 'calls'> {
  const of = (type: string): Any[] => items.filter((item) => item['type'] === type);
  return {
    text: of('message').map(wordsOf).join(''),
    thinking: of('reasoning').map(wordsOf).join(''),
    calls: of('function_call').map((item) => ({
      id: item['call_id'] as string,
      name: item['name'] as string,
      input: JSON.parse(item['arguments'] as string) as unknown,
    })),
  };
}

function wordsOf(item: Any): string {
  if (item['type'] === 'function_call') return item['arguments'] as string;
  const parts = [...((item['content'] as Any[] | undefined) ?? []), ...((item['summary'] as Any[] | undefined) ?? [])];
  return parts.map((part) => (part['text'] ?? part['refusal']) as string).join('');
}
