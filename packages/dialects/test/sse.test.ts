// Reading server-sent events: any split, any line ends, nothing lost, nothing unbounded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import { SseReader, encodeSse, type SseEvent } from '@weighbridge/dialects';

const read = (bytes: Buffer, ...cuts: number[]): SseEvent[] => {
  const reader = new SseReader();
  const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  const events: SseEvent[] = [];
  for (let index = 1; index < edges.length; index += 1)
    events.push(...reader.push(bytes.subarray(edges[index - 1], edges[index])));
  return [...events, ...reader.end()];
};
const said = (events: readonly SseEvent[]): [string, string][] =>
  events.filter((event) => event.data !== '' || event.event !== '').map((event) => [event.event, event.data]);
const bytesOf = (events: readonly SseEvent[]): Buffer => Buffer.concat(events.map((event) => event.raw));

test('an event has its name, its data and its exact bytes', () => {
  const wire = Buffer.from('event: message_start\ndata: {"a":1}\n\n');
  const [event, ...rest] = read(wire);
  assert.equal(event?.event, 'message_start');
  assert.equal(event?.data, '{"a":1}');
  assert.deepEqual(event?.raw, wire);
  assert.equal(rest.length, 0);
});

test('an event that lies within one chunk is a view of it, not a copy', () => {
  const wire = Buffer.from('data: 1\n\ndata: 2\n\n');
  const events = new SseReader().push(wire);
  assert.equal(events.length, 2);
  for (const event of events) assert.equal(event.raw.buffer, wire.buffer);
});

test('LF, CR and CRLF end lines alike', () => {
  for (const end of ['\n', '\r', '\r\n']) {
    const wire = Buffer.from(`event: a${end}data: 1${end}data: 2${end}${end}data:3${end}${end}`);
    assert.deepEqual(
      said(read(wire)),
      [
        ['a', '1\n2'],
        ['', '3'],
      ],
      JSON.stringify(end),
    );
  }
});

test('line ends may be mixed within one stream', () => {
  const wire = Buffer.from('data: 1\r\n\ndata: 2\n\r\ndata: 3\r\rdata: 4\n\n');
  assert.deepEqual(
    said(read(wire)).map(([, data]) => data),
    ['1', '2', '3', '4'],
  );
});

test('comments, id and retry pass through and say nothing', () => {
  const wire = Buffer.from(': keep-alive\n\nid: 7\nretry: 10\ndata: x\n\n');
  const events = read(wire);
  assert.deepEqual(
    events.map((event) => event.data),
    ['', 'x'],
  );
  assert.deepEqual(bytesOf(events), wire);
});

test('a byte order mark before the first event is no part of its name', () => {
  const wire = Buffer.from('\uFEFFevent: a\ndata: 1\n\n');
  for (let cut = 0; cut <= wire.length; cut += 1) assert.deepEqual(said(read(wire, cut)), [['a', '1']]);
});

test('one space after the colon is framing, a second one is data', () => {
  assert.deepEqual(said(read(Buffer.from('data:  a\n\ndata:b\n\ndata\n\n'))), [
    ['', ' a'],
    ['', 'b'],
  ]);
});

test('a field whose name merely begins with "data" or "event" is unknown', () => {
  assert.deepEqual(said(read(Buffer.from('database: x\neventual: y\ndata: z\n\n'))), [['', 'z']]);
});

test('blank lines between events belong to the next one', () => {
  const wire = Buffer.from('\n\n\ndata: 1\n\n\n\ndata: 2\n\n\n');
  for (let cut = 0; cut <= wire.length; cut += 1) {
    const events = read(wire, cut);
    assert.deepEqual(
      said(events).map(([, data]) => data),
      ['1', '2'],
    );
    assert.deepEqual(bytesOf(events), wire);
  }
});

test('a stream that ends inside an event gives what arrived, marked as incomplete', () => {
  const events = read(Buffer.from('data: 1\n\ndata: {"hal'));
  assert.deepEqual(
    events.map((event) => event.incomplete === true),
    [false, true],
  );
  assert.equal(events[1]?.data, '{"hal');
});

test('a stream that ends in order leaves nothing over', () => {
  const reader = new SseReader();
  reader.push(Buffer.from('data: [DONE]\n\n'));
  assert.deepEqual(reader.end(), []);
});

test('a stream can be split inside a UTF-8 character', () => {
  const wire = encodeSse('', '{"t":"né 漢字 🚢"}');
  for (let cut = 0; cut <= wire.length; cut += 1) assert.deepEqual(said(read(wire, cut)), [['', '{"t":"né 漢字 🚢"}']]);
});

test('the last event comes out with its last byte, whatever the line ends', () => {
  for (const end of ['\n', '\r', '\r\n']) {
    const reader = new SseReader();
    const wire = Buffer.from(`data: [DONE]${end}${end}`);
    const events = [...wire].flatMap((byte) => reader.push(Uint8Array.of(byte)));
    assert.equal(events.length, 1, JSON.stringify(end));
    assert.equal(events[0]?.data, '[DONE]');
  }
});

test('a byte order mark before an event is passed over wherever the bytes are split', () => {
  const wire = Buffer.from('data: a\r\n\r\n\uFEFFevent: e\r\n\r\n');
  for (let cut = 0; cut <= wire.length; cut += 1) {
    assert.deepEqual(said(read(wire, cut)), [
      ['', 'a'],
      ['e', ''],
    ]);
  }
});

test('an event larger than the bound is refused, in one chunk or in many', () => {
  const wire = Buffer.from(`data: ${'x'.repeat(200)}\n\n`);
  const malformed = (error: unknown): boolean => isAppError(error) && error.code === 'UPSTREAM_MALFORMED';
  assert.throws(() => new SseReader(100).push(wire), malformed);
  const reader = new SseReader(100);
  assert.throws(() => [...wire].map((byte) => reader.push(Uint8Array.of(byte))), malformed);
});

test('data of several lines is encoded as several data lines and read back', () => {
  assert.deepEqual(said(read(encodeSse('e', 'a\nb\n\nc'))), [['e', 'a\nb\n\nc']]);
});

const piece = fc.oneof(
  fc.constantFrom(
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\r\n\r\n',
    '\r\r',
    'data: ',
    'event: ',
    ': c',
    'id: 1',
    'data',
    ':',
    ' ',
    '\uFEFF',
    '漢',
    '🚢',
  ),
  fc.string({ maxLength: 6 }),
);

test('any bytes, split anywhere: all bytes come back, and the events are the same', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 8 }), (pieces, cuts) => {
      const wire = Buffer.from(pieces.join(''));
      const whole = read(wire);
      const split = read(wire, ...cuts.map((cut) => cut % (wire.length + 1)));
      assert.deepEqual(bytesOf(whole), wire);
      assert.deepEqual(bytesOf(split), wire);
      assert.deepEqual(said(split), said(whole));
    }),
    { numRuns: 1500 },
  );
});

test('what is encoded is read back, split anywhere', () => {
  const event = fc.record({
    name: fc.stringMatching(/^[a-z_]{0,12}$/),
    data: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 6 }), (events, cuts) => {
      const normal = events.map(({ name, data }) => [name, data.replace(/\r\n|\r/g, '\n')] as [string, string]);
      const wire = Buffer.concat(events.map(({ name, data }) => encodeSse(name, data)));
      const got = read(wire, ...cuts.map((cut) => cut % (wire.length + 1)));
      assert.deepEqual(
        got.map(({ event: name, data }) => [name, data]),
        normal,
      );
    }),
    { numRuns: 500 },
  );
});
