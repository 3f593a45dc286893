// Every recording of the corpus goes through reader and tap: payloads byte for byte, usage as recorded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTap, SseReader, type SseEvent } from '@weighbridge/dialects';
import type { Usage } from '@weighbridge/protocol';
import {
  anthropicBodies,
  anthropicStreams,
  anthropicWire,
  chatStreams,
  chatWire,
  corpusMissing,
  isResponsesApi,
  NOT_CHAT,
  openaiBodies,
  openaiFiles,
  type Payload,
} from './corpus.ts';

const skip = corpusMissing();

const read = (wire: Buffer, cuts: readonly number[]): SseEvent[] => {
  const reader = new SseReader();
  const edges = [0, ...cuts, wire.length];
  const events: SseEvent[] = [];
  for (let index = 1; index < edges.length; index += 1)
    events.push(...reader.push(wire.subarray(edges[index - 1], edges[index])));
  return [...events, ...reader.end()];
};

/** Same payloads, same bytes. */
function assertSame(events: readonly SseEvent[], payloads: readonly string[], wire: Buffer): void {
  assert.equal(events.length, payloads.length);
  for (const [index, event] of events.entries()) assert.equal(event.data, payloads[index]);
  assert.ok(Buffer.concat(events.map((event) => event.raw)).equals(wire));
}

/** Recordings up to this size are split at every byte; longer ones at random places. */
const EVERY_BYTE_UP_TO = 4000;

for (const { name, payloads, wire } of [
  ...anthropicStreams().map((recording) => ({ ...recording, wire: anthropicWire(recording) })),
  ...chatStreams().map((recording) => ({
    name: recording.name,
    payloads: [...recording.payloads, '[DONE]'],
    wire: chatWire(recording),
  })),
]) {
  test(`${name} is byte-identical however it is split`, { skip }, () => {
    assertSame(read(wire, []), payloads, wire);
    if (wire.length <= EVERY_BYTE_UP_TO) {
      for (let cut = 0; cut <= wire.length; cut += 1) assertSame(read(wire, [cut]), payloads, wire);
      assertSame(read(wire, [...wire.keys()]), payloads, wire);
      return;
    }
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: wire.length }), { maxLength: 60 }), (cuts) => {
        assertSame(
          read(
            wire,
            cuts.toSorted((a, b) => a - b),
          ),
          payloads,
          wire,
        );
      }),
      { numRuns: 25 },
    );
  });
}

const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const record = (value: unknown): Payload => (typeof value === 'object' && value !== null ? (value as Payload) : {});

/** Independent of the product: sums the recorded usage by class. Compaction is billed beside the top level. */
function recordedTotals(usages: readonly Payload[]): {
  input: number;
  cacheRead: number;
  cacheWrite: number;
  output: number;
} {
  const last = (field: string): number =>
    number(usages.map((usage) => usage[field]).findLast((value) => value !== null && value !== undefined));
  const compaction = usages
    .flatMap((usage) => (Array.isArray(usage['iterations']) ? usage['iterations'].map(record) : []))
    .filter(({ type }) => type === 'compaction');
  const extra = (field: string): number => compaction.reduce((sum, entry) => sum + number(entry[field]), 0);
  const total = (field: string): number => last(field) + extra(field);
  return {
    input: total('input_tokens'),
    cacheRead: total('cache_read_input_tokens'),
    cacheWrite: total('cache_creation_input_tokens'),
    output: total('output_tokens'),
  };
}

const ourTotals = ({ tokens }: Usage): ReturnType<typeof recordedTotals> => ({
  input: tokens.input ?? 0,
  cacheRead: tokens.cache_read ?? 0,
  cacheWrite: (tokens.cache_write_5m ?? 0) + (tokens.cache_write_1h ?? 0),
  output: (tokens.output ?? 0) + (tokens.reasoning ?? 0),
});

for (const recording of anthropicStreams()) {
  test(`${recording.name}: usage, stop and end are as recorded`, { skip }, () => {
    const payloads = recording.payloads.map((text) => JSON.parse(text) as Payload);
    const tap = createTap('anthropic-messages');
    const meanings = read(anthropicWire(recording), []).map((event) => tap.event(event));
    const facts = tap.facts();
    const starts = payloads.filter(({ type }) => type === 'message_start').map(({ message }) => record(message));
    const deltas = payloads.filter(({ type }) => type === 'message_delta');
    const usages = [record(starts.at(-1)?.['usage']), ...deltas.map(({ usage }) => record(usage))];
    assert.deepEqual(ourTotals(facts.usage), recordedTotals(usages));
    assert.equal(facts.usage.source, 'reported');
    const stop = deltas.map(({ delta }) => record(delta)['stop_reason']).at(-1) ?? starts.at(-1)?.['stop_reason'];
    assert.equal(facts.stopReason, stop);
    assert.equal(facts.id, starts.at(-1)?.['id']);
    assert.equal(meanings.at(-1), 'terminal');
    assert.equal(meanings.filter((meaning) => meaning === 'terminal').length, 1);
    assert.ok(!meanings.includes('error'));
    assert.deepEqual(
      meanings.filter((meaning) => meaning === 'ping').length,
      payloads.filter(({ type }) => type === 'ping').length,
    );
  });
}

for (const { name, body, parsed } of anthropicBodies()) {
  test(`${name}: usage, model and stop are as recorded`, { skip }, () => {
    const tap = createTap('anthropic-messages');
    tap.whole(body);
    const facts = tap.facts();
    assert.deepEqual(ourTotals(facts.usage), recordedTotals([record(parsed['usage'])]));
    assert.equal(facts.usage.source, 'reported');
    assert.equal(facts.model, parsed['model']);
    assert.equal(facts.stopReason, parsed['stop_reason']);
    assert.equal(facts.error, null);
  });
}

for (const recording of chatStreams()) {
  test(`${recording.name}: usage, stop and end are as recorded`, { skip }, () => {
    const payloads = recording.payloads.map((text) => JSON.parse(text) as Payload);
    const tap = createTap('openai-chat');
    const meanings = read(chatWire(recording), []).map((event) => tap.event(event));
    const facts = tap.facts();
    const usage = record(payloads.map((payload) => payload['usage']).findLast((value) => value !== null));
    const { tokens } = facts.usage;
    assert.equal((tokens.input ?? 0) + (tokens.cache_read ?? 0), usage['prompt_tokens']);
    assert.equal((tokens.output ?? 0) + (tokens.reasoning ?? 0), usage['completion_tokens']);
    assert.equal(facts.stopReason, 'stop');
    assert.equal(facts.fields['system_fingerprint'], payloads[0]?.['system_fingerprint']);
    const said = payloads
      .map(({ choices }) => record(record((choices as Payload[])[0])['delta'])['content'])
      .filter((text) => typeof text === 'string');
    assert.equal(facts.contentBytes, Buffer.byteLength(said.join('')));
    assert.deepEqual(meanings.slice(-2), ['usage_only', 'terminal']);
  });
}

test('each OpenAI file that is not a Chat Completion is left out for a reason', { skip }, () => {
  const chatFiles = new Set(chatStreams().map(({ name }) => name));
  const responses = new Set(
    openaiBodies()
      .filter(({ parsed }) => isResponsesApi(parsed))
      .map(({ name }) => name),
  );
  const unexplained = openaiFiles().filter(
    (name) => !chatFiles.has(name) && !responses.has(name) && !Object.hasOwn(NOT_CHAT, name),
  );
  assert.deepEqual(unexplained, [], 'every other body is an answer of the Responses API (object "response")');
  assert.deepEqual([...chatFiles], ['openai-text.chunks.txt']);
});

test('each recorded OpenAI error body is read as an error', { skip }, () => {
  const errors = openaiBodies().filter(({ parsed }) => parsed['error'] !== undefined && !isResponsesApi(parsed));
  assert.equal(errors.length, 3);
  for (const { name, body, parsed } of errors) {
    const tap = createTap('openai-chat');
    tap.whole(body);
    assert.equal(tap.facts().error?.message, record(parsed['error'])['message'], name);
  }
});
