import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  createTap,
  encodeEventStreamMessage,
  EventStreamReader,
  SseReader,
  type SseEvent,
} from '@weighbridge/dialects';
import { bedrock } from '../../src/clouds/bedrock.ts';
import type { Classified } from '../../src/clouds/cloud.ts';

const CORPUS = join(
  process.env['WEIGHBRIDGE_CORPUS'] ?? join(import.meta.dirname, '../../../../../shared/data'),
  'streams/anthropic',
);

/** A frame of InvokeModelWithResponseStream around one payload, padded as the service pads it. */
const chunk = (payload: string | Buffer): Buffer =>
  encodeEventStreamMessage(
    { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' },
    Buffer.from(JSON.stringify({ bytes: Buffer.from(payload).toString('base64'), p: 'abcdefghijklmnop' })),
  );

const exception = (type: string, message: string): Buffer =>
  encodeEventStreamMessage(
    { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' },
    Buffer.from(JSON.stringify({ message })),
  );

function unwrapped(bytes: Buffer): (SseEvent | Classified | null)[] {
  return new EventStreamReader().push(bytes).map((message) => bedrock.unwrap?.(message, 'anthropic-messages') ?? null);
}

const asEvent = (value: SseEvent | Classified | null | undefined): SseEvent => {
  assert.ok(value !== null && value !== undefined && 'raw' in value, JSON.stringify(value));
  return value;
};
const asFailure = (value: SseEvent | Classified | null | undefined): Classified => {
  assert.ok(value !== null && value !== undefined && 'fault' in value, JSON.stringify(value));
  return value;
};

describe('the stream of Bedrock', () => {
  test('a chunk becomes the event inside it, byte for byte', () => {
    const payload = '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"h\\u00e9 é 漢"}}';
    const event = asEvent(unwrapped(chunk(payload))[0]);
    assert.equal(event.event, 'content_block_delta');
    assert.equal(event.data, payload);
    assert.equal(event.raw.toString(), `event: content_block_delta\ndata: ${payload}\n\n`);
  });

  // The four bytes before the payload and the four at the end are CRC-32 sums: a recorded frame, written out by hand.
  test('a recorded frame is read to the last byte', () => {
    const frame = Buffer.from(
      '000000a30000004bb2f4aa0d' +
        '0b3a6576656e742d747970650700056368756e6b' +
        '0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e' +
        '0d3a6d6573736167652d747970650700056576656e74' +
        Buffer.from('{"bytes":"eyJ0eXBlIjoibWVzc2FnZV9zdG9wIn0=","p":"abcdefghijklmnopqrstuv"}').toString('hex'),
      'hex',
    );
    const sealed = encodeEventStreamMessage(
      { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' },
      Buffer.from('{"bytes":"eyJ0eXBlIjoibWVzc2FnZV9zdG9wIn0=","p":"abcdefghijklmnopqrstuv"}'),
    );
    assert.equal(sealed.subarray(12, sealed.length - 4).toString('hex'), frame.subarray(12).toString('hex'));
    assert.equal(
      asEvent(unwrapped(sealed)[0]).raw.toString(),
      'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    );
  });

  test('members in another order, spaces and line breaks inside the JSON are kept', () => {
    const odd = '{ "index": 0, "type": "ping" }';
    assert.equal(asEvent(unwrapped(chunk(odd))[0]).data, odd);
    const lines = '{\n  "type": "message_stop",\n  "a": 1\n}';
    const event = asEvent(unwrapped(chunk(lines))[0]);
    const [read] = new SseReader().push(event.raw);
    assert.deepEqual([read?.event, read?.data], ['message_stop', lines]);
  });

  test('invocation metrics stay in the payload', () => {
    const payload =
      '{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":9,"outputTokenCount":3,"invocationLatency":812,"firstByteLatency":300}}';
    assert.equal(asEvent(unwrapped(chunk(payload))[0]).data, payload);
  });

  test('exceptions inside the stream are attributed', () => {
    for (const [type, code, fault, retryable] of [
      ['throttlingException', 'UPSTREAM_RATE_LIMITED', 'rate_limit', true],
      ['modelStreamErrorException', 'UPSTREAM_ERROR', 'model', true],
      ['modelTimeoutException', 'UPSTREAM_TIMEOUT', 'model', true],
      ['internalServerException', 'UPSTREAM_ERROR', 'deployment', true],
      ['serviceUnavailableException', 'UPSTREAM_ERROR', 'region', true],
      ['validationException', 'BAD_REQUEST', 'client', false],
    ] as const) {
      const got = asFailure(unwrapped(exception(type, 'Too many tokens, please wait before trying again.'))[0]);
      assert.deepEqual([got.code, got.fault, got.retryable], [code, fault, retryable], type);
      assert.match(got.message, /Too many tokens/);
      assert.equal(got.type, type.charAt(0).toUpperCase() + type.slice(1));
    }
    const error = encodeEventStreamMessage(
      { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'oops' },
      Buffer.alloc(0),
    );
    const got = asFailure(unwrapped(error)[0]);
    assert.deepEqual([got.code, got.type, got.message], ['UPSTREAM_ERROR', 'InternalFailure', 'oops']);
  });

  test('a chunk that cannot be read is malformed, and other events are passed over', () => {
    const framed = (text: string) =>
      encodeEventStreamMessage({ ':event-type': 'chunk', ':message-type': 'event' }, Buffer.from(text));
    for (const bad of ['{}', '{"bytes":5}', '{"bytes":"***"}', 'nonsense', '[]', '']) {
      assert.equal(asFailure(unwrapped(framed(bad))[0]).code, 'UPSTREAM_MALFORMED');
    }
    for (const bad of ['[1]', 'hello', '{"no":"type"}', '{"type":5}', '{"type":"a\\nb"}', '{"type":"message_stop"']) {
      assert.equal(asFailure(unwrapped(chunk(bad))[0]).code, 'UPSTREAM_MALFORMED', bad);
    }
    const other = encodeEventStreamMessage(
      { ':event-type': 'initial-response', ':message-type': 'event' },
      Buffer.from('{}'),
    );
    assert.deepEqual(unwrapped(other), [null]);
  });

  const skip = existsSync(CORPUS) ? false : 'the corpus of recorded streams is not here';
  assert.ok(skip === false || process.env['CI'] !== 'true', 'CI must have the corpus');
  test('every recorded Anthropic stream survives the wrapping, and weighs the same', { skip }, () => {
    const files = readdirSync(CORPUS).filter((name) => name.endsWith('.chunks.txt'));
    assert.ok(files.length > 10);
    for (const file of files) {
      const payloads = readFileSync(join(CORPUS, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      const direct = createTap('anthropic-messages');
      const wrapped = createTap('anthropic-messages');
      for (const payload of payloads) {
        const event = asEvent(unwrapped(chunk(payload))[0]);
        assert.equal(event.data, payload);
        const type = (JSON.parse(payload) as { type: string }).type;
        assert.equal(event.event, type);
        const raw = Buffer.from(`event: ${type}\ndata: ${payload}\n\n`);
        assert.ok(event.raw.equals(raw));
        assert.equal(wrapped.event(event), direct.event({ raw, event: type, data: payload }));
      }
      assert.deepEqual(wrapped.facts(), direct.facts(), file);
    }
  });
});
