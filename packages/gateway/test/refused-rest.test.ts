// A client that is turned away while it writes still reads why: what it writes on is read and dropped, within a bound and
// a time, and never taken for another request.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { BOUNDS } from '../src/pipeline/bounds.ts';
import { ANTHROPIC_WHOLE, whole } from './support/answers.ts';
import { deployment, route, startLane, startUpstream, until, type TestLane, type Upstream } from './support/fixture.ts';

let upstream: Upstream;
let lane: TestLane;
let skew = 0;
beforeEach(async () => {
  skew = 0;
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
  lane = await startLane(
    { deployments: [deployment('a', upstream.port)], routes: [route('m', ['a'])], requestBytes: 8 * 1024 * 1024 },
    { clock: { wall: () => Date.now(), monotonic: () => performance.now() + skew } },
  );
});
afterEach(async () => {
  await lane.close();
  await upstream.close();
});

const LARGE = 24 * 1024 * 1024;
/** Within what a request may have. */
const FITTING = 8 * 1024 * 1024;

interface Writer {
  readonly socket: Socket;
  readonly text: () => string;
  readonly ended: () => boolean;
  readonly broke: () => string | null;
}

/** Reads nothing until `read` is called. */
function open(): Writer & { read: () => void } {
  const socket = connect({ port: lane.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.pause();
  let text = '';
  let ended = false;
  let broke: string | null = null;
  socket.on('end', () => (ended = true));
  socket.on('error', (error: NodeJS.ErrnoException) => (broke = error.code ?? error.message));
  const read = (): void => void socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1'))).resume();
  return { socket, text: () => text, ended: () => ended, broke: () => broke, read };
}

/** Writes all of it, waiting until the last byte has left this process. */
const write = (socket: Socket, bytes: string | Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error instanceof Error ? reject(error) : resolve()));
  });

const head = (path: string, more: string, key = lane.key.key): string =>
  `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${lane.port}\r\nx-api-key: ${key}\r\n${more}\r\n\r\n`;

const declared = `content-length: ${LARGE}`;
const fitting = `content-length: ${FITTING}`;
const CASES: readonly (readonly [string, () => string, number, RegExp])[] = [
  ['a body declared too large', () => head('/v1/messages', declared), 413, /"request_too_large".*BODY_TOO_LARGE/],
  ['the same in Chat', () => head('/v1/chat/completions', declared), 413, /"error":\{"message".*BODY_TOO_LARGE/],
  ['a key that is none', () => head('/v1/messages', fitting, 'no-key'), 401, /"authentication_error".*KEY_INVALID/],
  ['a path that is none', () => head('/v1/nothing', declared), 404, /NOT_FOUND/],
  ['a coding that is not read', () => head('/v1/messages', `${fitting}\r\ncontent-encoding: gzip`), 400, /BAD_REQUEST/],
];
for (const [name, request, status, says] of CASES) {
  test(`a client that writes all of its body first still reads why it is refused: ${name}`, async () => {
    const client = open();
    const text = request();
    await write(client.socket, text);
    await write(client.socket, Buffer.alloc(text.includes(fitting) ? FITTING : LARGE, 97));
    client.read();
    await until(() => client.ended(), 'the connection ends in order');
    assert.equal(client.broke(), null);
    assert.match(client.text(), new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.match(client.text(), says);
    client.socket.destroy();
  });
}

test('a body in chunks that grows too large is read to its end, and its sender reads 413', async () => {
  const client = open();
  await write(client.socket, head('/v1/messages', 'transfer-encoding: chunked'));
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 97), Buffer.from('\r\n')]);
  for (let sent = 0; sent < LARGE; sent += 65_536) await write(client.socket, chunk);
  await write(client.socket, '0\r\n\r\n');
  client.read();
  await until(() => client.ended(), 'the connection ends in order');
  assert.equal(client.broke(), null);
  assert.match(client.text(), /^HTTP\/1\.1 413 [^]*"request_too_large"/);
  assert.equal(lane.sealer.receipt().error?.code, 'BODY_TOO_LARGE');
  client.socket.destroy();
});

test('fetch raises nothing either: it has the answer, and its body', async () => {
  const response = await fetch(`${lane.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key },
    body: new Uint8Array(LARGE),
  });
  assert.equal(response.status, 413);
  assert.match(await response.text(), /BODY_TOO_LARGE/);
});

/** Writes on until the connection is gone: a client learns of that by writing. */
async function closedBy(client: Writer): Promise<void> {
  let closed = false;
  client.socket.once('close', () => (closed = true));
  const timer = setInterval(() => client.socket.write('a'), 10);
  await until(() => closed || client.broke() !== null, 'the connection is closed');
  clearInterval(timer);
}

test('what follows the refused body on its connection is no request', async () => {
  const client = open();
  client.read();
  const body = JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] });
  // No multiple of what is read at a time: the end of the body and what follows it come in one piece.
  await write(client.socket, head('/v1/messages', `content-length: ${LARGE + 1000}`));
  await until(() => client.ended(), 'our half is closed before the body has come');
  await write(client.socket, Buffer.alloc(LARGE, 97));
  const more = `${head('/v1/messages', `content-length: ${body.length}`)}${body}`;
  client.socket.write(`${'a'.repeat(1000)}${more.repeat(3)}`);
  await closedBy(client);
  const again = await fetch(`${lane.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': lane.key.key },
    body,
  });
  assert.equal(again.status, 200);
  assert.equal(client.text().split('HTTP/1.1 ').length, 2, 'one answer');
  assert.equal(upstream.requests.length, 1, 'only the call of the other connection went on');
  assert.equal(lane.lane.stats().calls, 1);
  client.socket.destroy();
});

test('a client that never stops is cut off at the bound', async () => {
  const client = open();
  client.read();
  await write(client.socket, head('/v1/messages', `content-length: ${10 * BOUNDS.refused_bytes}`));
  const piece = Buffer.alloc(1024 * 1024, 97);
  let sent = 0;
  while (client.broke() === null && sent < 3 * BOUNDS.refused_bytes) {
    await write(client.socket, piece).catch(() => undefined);
    sent += piece.length;
  }
  assert.match(client.text(), /^HTTP\/1\.1 413 /);
  assert.match(client.broke() ?? '', /ECONNRESET|EPIPE/);
  assert.ok(sent >= BOUNDS.refused_bytes, `${sent} bytes`);
});

test('a client that stops half-way is waited for no longer than the time', async () => {
  const client = open();
  client.read();
  await write(client.socket, head('/v1/messages', declared));
  await write(client.socket, Buffer.alloc(1000, 97));
  await until(() => client.ended(), 'the answer has come whole');
  skew = BOUNDS.refused_ms + 1;
  await closedBy(client);
  assert.match(client.text(), /^HTTP\/1\.1 413 /);
});
