// A server with our connections beside one without: whatever a client sends, in whatever pieces, it is told the same, byte for byte.
// Node's own server is the oracle, of what is ordinary (which it does not see on the other side) as of all else.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { LIMITS } from '@weighbridge/kernel';
import fc from 'fast-check';
import { answerBadHttp } from '../../src/pipeline/bad-http.ts';
import { BOUNDS } from '../../src/pipeline/bounds.ts';
import type { CallRequest, CallResponse } from '../../src/pipeline/call-exchange.ts';
import { LaneRequest } from '../../src/pipeline/lane-request.ts';
import { LaneResponse } from '../../src/pipeline/lane-response.ts';
import { ClientConnections } from '../../src/wire/client-connections.ts';

/** What the handler was handed, by way of ours or of Node's. */
interface Served {
  readonly server: Server;
  port: number;
  whole: number;
  /** What did not come whole. */
  other: number;
  clients: ClientConnections | null;
}

let now = 0;
/** Says that an answer is to wait. */
const WAIT = 'wait';
const waiting: CallResponse[] = [];

/** Says what it was asked, in one piece or, where the body says so, in several. */
function answer(request: CallRequest, response: CallResponse): void {
  const parts: Buffer[] = [];
  const finish = (): void => {
    const body = Buffer.concat(parts);
    const told = Buffer.from(
      `${request.method} ${request.url} ${request.rawHeaders.join('|')} ${body.length} ${body.toString()}`,
    );
    if (body.includes(WAIT)) return void waiting.push(response);
    if (body.includes('stream')) {
      response.writeHead(200, ['content-type', 'text/event-stream']);
      response.write(told);
      response.write(Buffer.alloc(20_000, 'x'));
      return void response.end(body.includes('text') ? 'last' : Buffer.from('last'), 'latin1');
    }
    const close = body.includes('bye') ? ['connection', 'close'] : [];
    response.writeHead(body.includes('odd') ? 529 : 200, ['content-length', String(told.length), ...close]);
    return void response.end(told);
  };
  request.taker = { take: (piece) => void parts.push(piece), whole: finish };
}

async function start(ours: boolean): Promise<Served> {
  const server = createServer({
    IncomingMessage: LaneRequest,
    ServerResponse: LaneResponse,
    maxHeaderSize: LIMITS.header_bytes,
    keepAliveTimeout: BOUNDS.client_keep_alive_ms,
    requireHostHeader: false,
  });
  const served: Served = { server, port: 0, whole: 0, other: 0, clients: null };
  const serve = (request: LaneRequest, response: LaneResponse): void => {
    served.other += 1;
    answer(request, response);
  };
  server.on('request', serve);
  const refuse = (error: Error, socket: Socket): void => answerBadHttp(error, socket, () => 'ID');
  server.on('clientError', refuse);
  if (ours) {
    served.clients = new ClientConnections(server, {
      now: () => now,
      takes: (target) => target.startsWith('/v1/'),
      serve: (request, response) => {
        served.whole += 1;
        answer(request, response);
      },
      refuse,
    });
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  served.port = (server.address() as AddressInfo).port;
  return served;
}

let ours: Served;
let nodes: Served;
before(async () => {
  [ours, nodes] = await Promise.all([start(true), start(false)]);
});
after(async () => {
  for (const { server, clients } of [ours, nodes]) {
    server.close();
    server.closeAllConnections();
    clients?.closeAll();
    await once(server, 'close');
  }
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Everything that is said to a client who sends these pieces, until its connection ends. */
async function told({ port }: Served, pieces: readonly Buffer[], end = false): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  for (const piece of pieces) {
    socket.write(piece);
    await turn();
  }
  if (end) socket.end();
  await once(socket, 'close', { signal: AbortSignal.timeout(PATIENCE_MS) });
  return settled(
    Buffer.concat(parts)
      .toString('latin1')
      .replaceAll(/Date: [^\r]+/g, 'Date: now'),
  );
}

const PATIENCE_MS = 5_000;

/** Pieces of one answer that leave in one turn are one chunk of Node's, or several: what is told is the same. */
function settled(text: string): string {
  const [head = '', ...rest] = text.split('Transfer-Encoding: chunked\r\n\r\n');
  return [head, ...rest.map(unchunked)].join('chunked\r\n\r\n');
}

function unchunked(text: string): string {
  const end = text.indexOf('\r\n');
  const size = Number.parseInt(text.slice(0, end), 16);
  const chunk = text.slice(end + 2, end + 2 + size);
  const rest = text.slice(end + 2 + size + 2);
  return size === 0 ? `(end)${rest}` : `${chunk}${unchunked(rest)}`;
}

const request = (body: string, more = '', path = '/v1/x'): string =>
  `POST ${path} HTTP/1.1\r\nhost: h\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;

/** Whatever else; each is answered, or ends the connection. */
const KINDS: Readonly<Record<string, string>> = {
  ordinary: request('{"a":1}'),
  stream: request('stream'),
  'stream, its end as text': request('stream text'),
  'a status without a name': request('odd'),
  'kept alive, as it says': request('x', 'Connection: Keep-Alive\r\n'),
  'no body': request(''),
  'another path': request('x', '', '/other'),
  question: 'GET /v1/x HTTP/1.1\r\nhost: h\r\n\r\n',
  chunks: 'POST /v1/x HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  'many headers': request('x', Array.from({ length: 40 }, (_, at) => `x-${at}: ${at}\r\n`).join('')),
  large: request('y'.repeat(70_000)),
};
const LAST: Readonly<Record<string, string>> = {
  'asked to close': request('x', 'connection: close\r\n'),
  'closed by the answer': request('bye'),
  'HTTP 1.0': 'POST /v1/x HTTP/1.0\r\nhost: h\r\ncontent-length: 1\r\n\r\nx',
};
/** None of them is a request. */
const BROKEN: Readonly<Record<string, string>> = {
  'no HTTP': 'hello\r\n\r\n',
  'two lengths': 'POST /v1/x HTTP/1.1\r\nhost: h\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\nx',
  'a length and chunks': request('0\r\n\r\n', 'transfer-encoding: chunked\r\n'),
  'a bare line feed': 'POST /v1/x HTTP/1.1\nhost: h\ncontent-length: 1\n\r\n\r\nx',
  'a folded header': request('x', 'x-a: b\r\n c\r\n'),
  'a space before the colon': request('x', 'x-a : b\r\n'),
  'a length that is none': 'POST /v1/x HTTP/1.1\r\nhost: h\r\ncontent-length: +1\r\n\r\nx',
  'headers without end': request('x', `x-a: ${'a'.repeat(40_000)}\r\n`),
  'a null in a header': request('x', 'x-a: b\0c\r\n'),
};

/** One kind after another, as one client sends them, cut at some places. */
const talk = fc.record({
  kinds: fc.array(fc.constantFrom(...Object.values(KINDS)), { maxLength: 4 }),
  last: fc.constantFrom(...Object.values(LAST), ...Object.values(BROKEN)),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
  whole: fc.boolean(),
});

/** As they are said: cut between requests (as those who wait for an answer do), or anywhere. */
function piecesOf({
  kinds,
  last,
  cuts,
  whole,
}: {
  kinds: readonly string[];
  last: string;
  cuts: readonly number[];
  whole: boolean;
}): Buffer[] {
  if (whole) return [...kinds, last].map((text) => Buffer.from(text, 'latin1'));
  const all = Buffer.from(`${kinds.join('')}${last}`, 'latin1');
  const places = [0, ...cuts.map((cut) => Math.floor(cut * all.length)).toSorted((a, b) => a - b), all.length];
  return places
    .slice(1)
    .map((place, at) => all.subarray(places[at], place))
    .filter((piece) => piece.length > 0);
}

/** What is no request, close behind others, ends the connection: how many of them are still answered is a matter of turns. */
function ended(heard: string, expected: string): boolean {
  const [less = '', more = ''] = [heard, expected].map(withoutRefusal).toSorted((a, b) => a.length - b.length);
  return more.startsWith(less);
}

const withoutRefusal = (text: string): string => text.replace(/HTTP\/1\.1 4\d\d .*$/s, '');

const short = (text: string): string => text.replaceAll(/(.)\1{40,}/g, '$1…');

test('whatever is sent, in whatever pieces, is answered as by Node alone', async () => {
  await fc.assert(
    fc.asyncProperty(talk, async (said) => {
      const pieces = piecesOf(said);
      const [heard, expected] = [await told(ours, pieces), await told(nodes, pieces)];
      const same = heard === expected || (Object.values(BROKEN).includes(said.last) && ended(heard, expected));
      assert.ok(same, `${short(heard)}\n\n${short(expected)}`);
    }),
    { numRuns: 150 },
  );
  assert.ok(ours.whole > 20 && ours.other > 20, `${ours.whole} came whole, ${ours.other} did not`);
});

for (const [name, text] of Object.entries({ ...KINDS, ...LAST, ...BROKEN })) {
  test(`it is answered as by Node alone: ${name}`, async () => {
    const pieces = [Buffer.from(text, 'latin1'), Buffer.from(request('bye'))];
    assert.equal(short(await told(ours, pieces)), short(await told(nodes, pieces)));
  });
}

interface Client {
  readonly socket: Socket;
  readonly heard: () => string;
  readonly answers: () => number;
  readonly closed: Promise<unknown>;
}

/** A client of ours, and what it hears. */
async function opened(): Promise<Client> {
  const socket = connect({ port: ours.port, host: '127.0.0.1', noDelay: true });
  let text = '';
  socket.on('data', (part: Buffer) => (text += part.toString('latin1')));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  return { socket, heard: () => text, answers: () => text.split('HTTP/1.1 ').length - 1, closed };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !condition(); await turn())
    assert.ok(Date.now() < end, `${what}: not within ${PATIENCE_MS} ms`);
}

test('the rest of a request that is late is left to Node, and still served', async () => {
  const { socket, answers } = await opened();
  const [{ whole, other }, text] = [{ ...ours }, request('in two parts')];
  await until(() => ours.clients?.size === 1, 'it is one of ours');
  socket.write(text.slice(0, -4));
  await until(() => {
    now += BOUNDS.client_part_ms;
    return ours.clients?.size === 0;
  }, 'it is left to Node');
  socket.write(text.slice(-4));
  await until(() => answers() === 1, 'it is answered');
  assert.deepEqual([ours.whole - whole, ours.other - other], [0, 1]);
  socket.destroy();
});

test('the rest of a request that comes in time makes it whole', async () => {
  const { socket, answers } = await opened();
  const before = ours.whole;
  for (const piece of [request('in three parts').slice(0, -6), 'par', 'ts!']) {
    socket.write(piece);
    await turn();
  }
  await until(() => answers() === 1, 'it is answered');
  assert.equal(ours.whole - before, 1);
  socket.destroy();
});

test('a connection that was used and is idle for long is closed, and one whose answer is under way is not', async () => {
  const [idle, busy] = [await opened(), await opened()];
  idle.socket.write(request('x'));
  busy.socket.write(request(WAIT));
  await until(() => idle.answers() === 1 && waiting.length === 1, 'one is answered and one waits');
  now += BOUNDS.client_keep_alive_ms + BOUNDS.client_keep_alive_slack_ms + 1;
  await idle.closed;
  assert.equal(busy.socket.destroyed, false);
  const response = waiting.pop();
  response?.writeHead(200, ['content-length', '2']);
  response?.end(Buffer.from('ok'));
  await until(() => busy.answers() === 1, 'the other is answered');
  busy.socket.destroy();
});

test('a client that leaves before its answer is complete is heard of, whether it ends or breaks off', async () => {
  for (const leave of ['end', 'destroy'] as const) {
    const { socket, closed, heard } = await opened();
    socket.write(request(WAIT));
    await until(() => waiting.length === 1, 'its answer waits');
    const response = waiting.pop();
    const left = new Promise<void>((resolve) => response?.once('close', resolve));
    socket[leave]();
    await Promise.all([left, closed]);
    response?.writeHead(200, ['content-length', '2']);
    response?.end(Buffer.from('ok'));
    assert.equal(heard(), '', 'nothing is written to who has left');
    assert.equal(response?.socket, null);
  }
});

test('what a client sends while its answer waits is bounded, and served after it', async () => {
  const { socket, answers } = await opened();
  socket.write(request(WAIT));
  await until(() => waiting.length === 1, 'its answer waits');
  const flood = request('z'.repeat(8_000)).repeat(600);
  socket.write(flood);
  const queued = (): number => socket.writableLength;
  let last = -1;
  await until(() => queued() > 0 && last === (last = queued()), 'no more of it is read');
  const response = waiting.pop();
  response?.writeHead(200, ['content-length', '2']);
  response?.end(Buffer.from('ok'));
  await until(() => answers() === 601, 'all is answered');
  assert.equal(socket.writableLength, 0);
  socket.destroy();
});

test('a client that leaves behind its next request is not told that it was none', async () => {
  const { socket, heard, closed } = await opened();
  socket.write(request(WAIT));
  await until(() => waiting.length === 1, 'its answer waits');
  socket.write(request('next'));
  for (let turns = 0; turns < 10; turns += 1) await turn();
  const response = waiting.pop();
  socket.end();
  response?.writeHead(200, ['content-length', '2']);
  response?.end(Buffer.from('ok'));
  await closed;
  assert.ok(heard().endsWith('ok'), heard());
});

test('a client that asks on and does not read is held back', async () => {
  const [[end], { socket, answers }] = await Promise.all([
    once(ours.server, 'connection') as Promise<[Socket]>,
    opened(),
  ]);
  socket.pause();
  let [asked, most] = [0, 0];
  for (; asked < 1_000 && socket.writableLength === 0; asked += 1) {
    socket.write(request('stream'));
    // Each is taken before the next is sent, for as long as they are taken.
    await turn();
    await turn();
    most = Math.max(most, end.writableLength);
  }
  assert.ok(most < 1024 * 1024, `${most} bytes wait for it after ${asked} requests`);
  socket.resume();
  await until(() => answers() === asked, 'all is answered');
  socket.destroy();
});

test('a client that takes an answer slowly is not idle', async () => {
  const { socket, heard } = await opened();
  const large = Buffer.alloc(16 * 1024 * 1024, 'q');
  socket.pause();
  socket.write(request(WAIT));
  await until(() => waiting.length === 1, 'its answer waits');
  const response = waiting.pop();
  const end = response?.socket ?? null;
  response?.writeHead(200, ['content-length', String(large.length)]);
  response?.end(large);
  const looks: number[] = [];
  const timer = setInterval(() => looks.push((now += 2 * BOUNDS.client_keep_alive_ms)), BOUNDS.client_look_ms / 2);
  await until(() => looks.length === 3, 'it was looked at');
  clearInterval(timer);
  assert.equal(end?.destroyed, false);
  socket.resume();
  await until(() => heard().length > large.length, 'all has come');
  socket.destroy();
});

test('of connections that are to close, those with an answer under way are left until all are', async () => {
  const [fresh, busy] = [await opened(), await opened()];
  busy.socket.write(request(WAIT));
  await until(() => waiting.length === 1, 'one answer waits');
  ours.clients?.closeIdle();
  await fresh.closed;
  assert.equal(busy.socket.destroyed, false);
  ours.clients?.closeAll();
  await busy.closed;
  const response = waiting.pop();
  await until(() => response?.socket === null, 'its response knows that nobody hears it');
});
