// What a client's socket carries of a stream, byte for byte: chunks framed as RFC 9112, section 7.1 says, of every size and
// however fast the client reads; none of it for a client of HTTP/1.0. Other tests read through a client that hides framing.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { OPENAI_DONE, OPENAI_START, OPENAI_STOP, openaiDelta, startSse } from './support/answers.ts';
import { deployment, route, startLane, startUpstream, type TestLane, type Upstream } from './support/fixture.ts';

/** Below and above what is written in one piece, and with sizes of one to five digits. */
const EVENTS = [1, 20, 200, 4_000, 16_384, 70_000, 3].map((size) => openaiDelta('é'.repeat(size)));
const STREAM = [OPENAI_START, ...EVENTS, OPENAI_STOP, OPENAI_DONE].join('');
/** More than a socket and our queue for a client hold. */
const MANY = Array.from({ length: 600 }, () => openaiDelta('x'.repeat(12_000)));

let upstream: Upstream;
let lane: TestLane;
before(async () => {
  upstream = await startUpstream();
  const cloud = { cloud: 'openai', model: 'gpt-4.1', endpoint: `http://127.0.0.1:${upstream.port}/v1` } as const;
  lane = await startLane({ deployments: [deployment('gpt', upstream.port, cloud)], routes: [route('gpt', ['gpt'])] });
});
after(async () => {
  await lane.close();
  await upstream.close();
});

const answers = (events: readonly string[]) => (_request: unknown, response: ServerResponse) => {
  startSse(response);
  const next = (index: number): void => {
    const event = events[index];
    if (event === undefined) response.end();
    else response.write(event, () => setImmediate(next, index + 1));
  };
  next(0);
};

const asked = (version: string, more = ''): string => {
  const body = JSON.stringify({ model: 'gpt', stream: true, messages: [{ role: 'user', content: 'hi' }] });
  const head = `host: 127.0.0.1:${lane.port}\r\nx-api-key: ${lane.key.key}\r\ncontent-length: ${body.length}${more}`;
  return `POST /v1/chat/completions HTTP/${version}\r\n${head}\r\n\r\n${body}`;
};

/** Everything that one connection is sent until its end; `slowMs`: reads nothing for so long first. */
async function carried(request: string, slowMs = 0): Promise<Buffer> {
  const socket = connect({ port: lane.port, host: '127.0.0.1' });
  socket.pause();
  socket.write(request);
  await pause(slowMs);
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

interface Answer {
  readonly head: string;
  readonly body: string;
  readonly rest: Buffer;
}

/** Takes the first answer of a connection apart, refusing framing that is not exact. */
function answerIn(bytes: Buffer): Answer {
  const split = bytes.indexOf('\r\n\r\n');
  const head = bytes.subarray(0, split).toString('latin1');
  assert.match(head, /^HTTP\/1\.1 200 /);
  assert.match(head, /transfer-encoding: chunked/i);
  const parts: Buffer[] = [];
  for (let at = split + 4; ;) {
    const line = bytes.indexOf('\r\n', at);
    const digits = bytes.subarray(at, line).toString('latin1');
    assert.match(digits, /^(0|[1-9a-f][0-9a-f]*)$/);
    const size = Number.parseInt(digits, 16);
    const end = line + 2 + size;
    assert.equal(bytes.subarray(end, end + 2).toString('latin1'), '\r\n');
    if (size === 0) return { head, body: Buffer.concat(parts).toString(), rest: bytes.subarray(end + 2) };
    parts.push(bytes.subarray(line + 2, end));
    at = end + 2;
  }
}

const CLOSING = '\r\nconnection: close';

test('chunks of every size are framed exactly, and the connection serves the next call', async () => {
  upstream.script(answers([OPENAI_START, ...EVENTS, OPENAI_STOP, OPENAI_DONE]));
  const first = answerIn(await carried(asked('1.1') + asked('1.1', CLOSING)));
  assert.equal(first.body, STREAM);
  const second = answerIn(first.rest);
  assert.equal(second.body, STREAM);
  assert.equal(second.rest.length, 0);
});

test('a client that reads slowly gets every byte once it reads', async () => {
  const events = [OPENAI_START, ...MANY, OPENAI_STOP, OPENAI_DONE];
  upstream.script(answers(events));
  const { body, rest } = answerIn(await carried(asked('1.1', CLOSING), 300));
  assert.equal(body, events.join(''));
  assert.equal(rest.length, 0);
});

test('a client of HTTP/1.0 gets the stream without framing', async () => {
  upstream.script(answers([OPENAI_START, ...EVENTS, OPENAI_STOP, OPENAI_DONE]));
  const bytes = await carried(asked('1.0'));
  const split = bytes.indexOf('\r\n\r\n');
  assert.doesNotMatch(bytes.subarray(0, split).toString('latin1'), /transfer-encoding/i);
  assert.equal(bytes.subarray(split + 4).toString(), STREAM);
});
