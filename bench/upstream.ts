// The far end of the bench: a model server that costs next to nothing. It answers from prepared bytes, so what a proxy
// adds stands out; the model's name says how long to wait and how much to say (`bodies.ts`). It runs as its own process
// and prints the port it listens on.
import { createServer, type Socket } from 'node:net';
import { readOrder, streamFrames, wholeAnswer, type Dialect, type Order, type StreamFrames } from './bodies.ts';
import { MessageScanner, monotonicMicros, type MessageSink } from './wire.ts';

const DELTAS = 64;
/** Model and flags must stand this early in a body: no proxy here moves them. */
const LOOK_AHEAD = 4096;

const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n' +
  'x-request-id: req_bench\r\nrequest-id: req_bench\r\ntransfer-encoding: chunked\r\n\r\n';

const whole = new Map<string, Buffer>();

const wholeResponse = (dialect: Dialect, model: string, order: Order): Buffer => {
  const key = `${dialect} ${model}`;
  const known = whole.get(key);
  if (known !== undefined) return known;
  const body = wholeAnswer(dialect, model, order.bytes);
  const head =
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_bench\r\nrequest-id: req_bench\r\n' +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const bytes = Buffer.from(head + body);
  if (whole.size < 64) whole.set(key, bytes);
  return bytes;
};

const refusal = (status: string, message: string): string => {
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error' } });
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

const chunked = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

/** Streams by the time their next delta is due; one timer serves all, so 500 streams cost one wake-up a millisecond. */
interface Playing {
  readonly socket: Socket;
  readonly frames: StreamFrames;
  readonly gapMicros: number;
  due: number;
  next: number;
}
const playing = new Set<Playing>();
let ticking = false;

const tick = (): void => {
  const now = monotonicMicros();
  for (const stream of playing) if (stream.due <= now) advance(stream);
  if (playing.size > 0) setTimeout(tick, 1);
  else ticking = false;
};

const advance = (stream: Playing): void => {
  if (stream.socket.destroyed) {
    playing.delete(stream);
    return;
  }
  if (stream.next === DELTAS) {
    playing.delete(stream);
    stream.socket.write(`${chunked(stream.frames.close(DELTAS))}0\r\n\r\n`);
    return;
  }
  stream.socket.write(chunked(stream.frames.delta(stream.next, Math.round(monotonicMicros()))));
  stream.next += 1;
  stream.due += stream.gapMicros;
};

const play = (socket: Socket, frames: StreamFrames, gapMs: number): void => {
  socket.write(STREAM_HEAD + chunked(frames.open));
  const gapMicros = gapMs * 1000;
  playing.add({ socket, frames, gapMicros, due: monotonicMicros() + gapMicros, next: 0 });
  if (ticking) return;
  ticking = true;
  setTimeout(tick, 1);
};

/** One connection: reads a request, answers it, and so on. */
const serve = (socket: Socket): MessageSink => {
  let dialect: Dialect | null = null;
  let early = '';
  return {
    head: (head) => {
      early = '';
      dialect = head.includes('/chat/completions')
        ? 'openai-chat'
        : head.includes('/messages')
          ? 'anthropic-messages'
          : null;
    },
    body: (bytes) => {
      if (early.length < LOOK_AHEAD) early += bytes.toString('latin1', 0, LOOK_AHEAD);
    },
    end: () => {
      const model = /"model" *: *"([^"]+)"/.exec(early)?.[1] ?? '';
      const order = readOrder(model);
      if (dialect === null) socket.write(refusal('404 Not Found', 'no such path in the bench upstream'));
      else if (order === null) socket.write(refusal('400 Bad Request', `no order in the model name "${model}"`));
      else answer(socket, dialect, model, order, early);
    },
  };
};

const answer = (socket: Socket, dialect: Dialect, model: string, order: Order, early: string): void => {
  if (/"stream" *: *true/.test(early)) {
    play(socket, streamFrames(dialect, model, /"include_usage" *: *true/.test(early)), order.delayMs);
    return;
  }
  const bytes = wholeResponse(dialect, model, order);
  if (order.delayMs === 0) socket.write(bytes);
  else setTimeout(() => socket.destroyed || socket.write(bytes), order.delayMs);
};

const server = createServer({ noDelay: true }, (socket) => {
  const scanner = new MessageScanner(serve(socket));
  socket.on('data', (chunk) => scanner.push(chunk as Buffer));
  socket.on('error', () => socket.destroy());
});
server.listen({ port: Number(process.argv[2] ?? 0), host: '127.0.0.1', backlog: 2048 }, () => {
  const address = server.address();
  process.stdout.write(`listening ${typeof address === 'object' && address !== null ? address.port : ''}\n`);
});
process.on('SIGTERM', () => process.exit(0));
