// AWS event streams: both checksums, every header type, any split, and no trust in lengths.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError, LIMITS } from '@weighbridge/kernel';
import { EventStreamReader, encodeEventStreamMessage, type EventStreamMessage } from '@weighbridge/dialects';

const read = (bytes: Buffer, ...cuts: number[]): EventStreamMessage[] => {
  const reader = new EventStreamReader();
  const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  const messages: EventStreamMessage[] = [];
  for (let index = 1; index < edges.length; index += 1) {
    messages.push(...reader.push(Buffer.from(bytes.subarray(edges[index - 1], edges[index]))));
  }
  reader.end();
  return messages;
};
const malformed = (error: unknown): boolean => isAppError(error) && error.code === 'UPSTREAM_MALFORMED';

// The empty message and the one with a header are examples of the format's own test vectors (awslabs/aws-c-event-stream).
test('the empty message of the published vectors is read', () => {
  const wire = Buffer.from('000000100000000005c248eb7d98c8ff', 'hex');
  assert.deepEqual(read(wire), [{ raw: wire, headers: {}, payload: Buffer.alloc(0) }]);
  assert.deepEqual(encodeEventStreamMessage({}, Buffer.alloc(0)), wire);
});

test('the payload message of the published vectors is read', () => {
  const wire = Buffer.from('0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936', 'hex');
  assert.equal(read(wire)[0]?.payload.toString(), "{'foo':'bar'}");
});

test('every header type is read as text', () => {
  const wire = encodeEventStreamMessage(
    {
      yes: true,
      no: false,
      byte: { byte: -5 },
      short: { short: -300 },
      int: { int: 70_000 },
      long: { long: 9_007_199_254_740_993n },
      bytes: { bytes: Uint8Array.of(1, 2, 255) },
      text: 'chunk ü',
      time: { time: new Date('2026-11-22T00:00:00Z') },
      uuid: { uuid: '12345678-9abc-def0-1234-56789abcdef0' },
    },
    Buffer.from('p'),
  );
  assert.deepEqual(read(wire)[0]?.headers, {
    yes: 'true',
    no: 'false',
    byte: '-5',
    short: '-300',
    int: '70000',
    long: '9007199254740993',
    bytes: 'AQL/',
    text: 'chunk ü',
    time: '2026-11-22T00:00:00.000Z',
    uuid: '12345678-9abc-def0-1234-56789abcdef0',
  });
});

test('a header may be called __proto__ without harm', () => {
  const message = read(encodeEventStreamMessage({ ['__proto__']: 'x' }, Buffer.alloc(0)))[0];
  assert.deepEqual(Object.entries(message?.headers ?? {}), [['__proto__', 'x']]);
});

const messageArbitrary = fc.record({
  headers: fc.dictionary(fc.stringMatching(/^[:a-z-]{1,12}$/), fc.string({ maxLength: 20 }), { maxKeys: 4 }),
  payload: fc.uint8Array({ maxLength: 120 }),
});

test('messages split anywhere come out as they went in', () => {
  fc.assert(
    fc.property(
      fc.array(messageArbitrary, { maxLength: 6 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      (messages, cuts) => {
        const wire = Buffer.concat(messages.map(({ headers, payload }) => encodeEventStreamMessage(headers, payload)));
        const got = read(wire, ...cuts.map((cut) => cut % (wire.length + 1)));
        assert.deepEqual(
          got.map(({ headers, payload }) => [Object.entries(headers), [...payload]]),
          messages.map(({ headers, payload }) => [Object.entries(headers), [...payload]]),
        );
      },
    ),
    { numRuns: 400 },
  );
});

test('messages given out earlier are untouched by what arrives later', () => {
  const first = encodeEventStreamMessage({ n: '1' }, Buffer.from('first'));
  const second = encodeEventStreamMessage({ n: '2' }, Buffer.from('second'));
  const reader = new EventStreamReader();
  reader.push(first.subarray(0, 7));
  const [kept] = reader.push(Buffer.concat([first.subarray(7), second.subarray(0, 9)]));
  reader.push(second.subarray(9));
  assert.equal(kept?.payload.toString(), 'first');
});

test('a single flipped bit anywhere is never given out as a message', () => {
  const wire = encodeEventStreamMessage({ ':event-type': 'chunk' }, Buffer.from('{"bytes":"e30="}'));
  for (let bit = 0; bit < wire.length * 8; bit += 1) {
    const bad = Buffer.from(wire);
    bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.throws(() => read(bad), malformed, `bit ${bit}`);
  }
});

test('what stood whole in a chunk before a broken message is given out, and nothing after it', () => {
  const message = (text: string): Buffer => encodeEventStreamMessage({ ':event-type': 'chunk' }, Buffer.from(text));
  const bad = message('two');
  bad[bad.length - 6] = (bad[bad.length - 6] ?? 0) ^ 1;
  const reader = new EventStreamReader();
  const [one, ...rest] = reader.push(Buffer.concat([message('one'), bad, message('three')]));
  assert.equal(one?.payload.toString(), 'one');
  assert.deepEqual(rest, []);
  assert.ok(malformed(reader.broken));
  assert.throws(() => reader.push(message('four')), malformed);
  assert.throws(() => reader.end(), malformed);
});

test('lengths out of bounds are refused before anything is kept', () => {
  const reader = new EventStreamReader(64);
  assert.throws(() => reader.push(encodeEventStreamMessage({}, Buffer.alloc(100))), malformed);
  assert.ok(LIMITS.frame_bytes > 0);
});

test('a stream that ends inside a message is an error', () => {
  const wire = encodeEventStreamMessage({}, Buffer.from('x'));
  for (let cut = 1; cut < wire.length; cut += 1) assert.throws(() => read(wire.subarray(0, cut)), malformed);
});

test('a header that exceeds the format is refused when encoding', () => {
  const bad = (error: unknown): boolean => isAppError(error) && error.code === 'BAD_REQUEST';
  assert.throws(() => encodeEventStreamMessage({ ['x'.repeat(256)]: '' }, Buffer.alloc(0)), bad);
  assert.throws(() => encodeEventStreamMessage({ a: 'x'.repeat(70_000) }, Buffer.alloc(0)), bad);
});
