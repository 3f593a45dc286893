// Bodies on raw sockets, as a parser meets them: in pieces, in chunks with trailers, one request behind another. Each
// reaches the cloud whole and as it was, and its connection goes on.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { ANTHROPIC_WHOLE, whole } from './support/answers.ts';
import {
  deployment,
  digestFor,
  route,
  startLane,
  startUpstream,
  until,
  type TestLane,
  type Upstream,
} from './support/fixture.ts';

let upstream: Upstream;
let lane: TestLane;

before(async () => {
  upstream = await startUpstream(whole(ANTHROPIC_WHOLE));
  lane = await startLane({
    deployments: [deployment('claude', upstream.port)],
    routes: [route('m', ['claude'])],
    requestBytes: 4096,
  });
});
after(async () => {
  await lane.close();
  await upstream.close();
});

const bodyOf = (content: string): string =>
  JSON.stringify({ model: 'm', max_tokens: 5, messages: [{ role: 'user', content }] });

const head = (framing: string): string =>
  `POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1:${lane.port}\r\nx-api-key: ${lane.key.key}\r\n${framing}\r\n\r\n`;

const measured = (body: string): string => `${head(`content-length: ${Buffer.byteLength(body)}`)}${body}`;

const chunked = (pieces: readonly string[]): string =>
  `${head('transfer-encoding: chunked')}${pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')}0\r\nx-trailer: of no consequence\r\n\r\n`;

async function opened(): Promise<{ socket: Socket; answers: () => readonly string[] }> {
  const socket = connect(lane.port, '127.0.0.1');
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  return { socket, answers: () => text.split(/(?=HTTP\/1\.1 \d)/).filter((answer) => answer !== '') };
}

/** What the cloud got and the receipts say of the last calls. */
const crossed = (count: number): { readonly bodies: readonly string[]; readonly digests: readonly string[] } => ({
  bodies: upstream.requests.slice(-count).map(({ body }) => JSON.parse(body).messages[0].content as string),
  digests: lane.sealer
    .receipts()
    .slice(-count)
    .map(({ asked }) => asked.request_digest),
});

const digestsOf = (bodies: readonly string[]): readonly string[] => {
  const receipts = lane.sealer.receipts().slice(-bodies.length);
  return bodies.map((body, index) => digestFor('ada', receipts[index]?.id ?? '', 'request', body));
};

test('a body that comes byte by byte, one in chunks with trailers, and one at once cross whole on one connection', async () => {
  const { socket, answers } = await opened();
  const sent = ['byte by byte', 'in chunks', 'at once'].map(bodyOf);
  const [slow = '', pieces = '', quick = ''] = sent;
  socket.setNoDelay(true);
  for (const byte of measured(slow)) await new Promise<void>((resolve) => socket.write(byte, () => resolve()));
  await until(() => answers().length === 1, 'the first answer is there');
  socket.write(chunked([pieces.slice(0, 7), pieces.slice(7, 8), pieces.slice(8)]));
  await until(() => answers().length === 2, 'the second answer is there');
  socket.write(measured(quick));
  await until(() => answers().length === 3, 'the third answer is there');
  assert.ok(answers().every((answer) => answer.startsWith('HTTP/1.1 200')));
  assert.deepEqual(crossed(3), { bodies: ['byte by byte', 'in chunks', 'at once'], digests: digestsOf(sent) });
  socket.destroy();
});

test('requests that come in one piece, one behind another, are answered in their order', async () => {
  const { socket, answers } = await opened();
  const before = upstream.requests.length;
  socket.write(['one', 'two', 'three'].map((name) => measured(bodyOf(name))).join(''));
  await until(() => answers().length === 3, 'all three answers are there');
  assert.ok(answers().every((answer) => answer.startsWith('HTTP/1.1 200')));
  assert.equal(upstream.requests.length - before, 3);
  const ids = answers().map((answer) => /weighbridge-receipt: (\S+)/i.exec(answer)?.[1]);
  assert.deepEqual(ids, ids.toSorted(), 'ids rise as the requests did');
  socket.destroy();
});

test('a client that offers another protocol with its request, as those of Java do, is answered in this one', async () => {
  const { socket, answers } = await opened();
  const offer = 'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAAAAIAAAAB';
  const body = bodyOf('offered');
  socket.write(`${head(`content-length: ${body.length}\r\n${offer}`)}${body}`);
  await until(() => answers().length === 1, 'it is answered');
  assert.match(answers()[0] ?? '', /^HTTP\/1\.1 200/);
  assert.deepEqual(crossed(1).bodies, ['offered']);
  socket.destroy();
});

test('what is refused half read is turned back into a stream that is dropped, and no call is made', async () => {
  const { socket, answers } = await opened();
  const before = upstream.requests.length;
  const closed = once(socket, 'close');
  socket.write(chunked(['a'.repeat(4000), 'b'.repeat(4000), 'c'.repeat(4000)]));
  await closed;
  assert.equal(answers().length, 1);
  assert.match(answers()[0] ?? '', /^HTTP\/1\.1 413/);
  assert.equal(upstream.requests.length, before);
});

test('a client that leaves in the middle of its body leaves nothing behind', async () => {
  const { socket } = await opened();
  const receipts = lane.sealer.receipts().length;
  socket.write(measured(bodyOf('half of it')).slice(0, -10));
  await until(() => lane.lane.stats().inFlight === 1, 'the call has begun');
  socket.destroy();
  await until(() => lane.lane.stats().inFlight === 0, 'the call is gone');
  assert.equal(lane.sealer.receipts().length, receipts);
});
