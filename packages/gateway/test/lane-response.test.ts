// The head of an answer as a lane lays it out, beside the one that Node makes of the same call: byte for byte the same, and what is out
// of the ordinary is left to Node, its refusals included.
import assert from 'node:assert/strict';
import { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { LaneRequest } from '../src/pipeline/lane-request.ts';
import { LaneResponse } from '../src/pipeline/lane-response.ts';

const DATE = /Date: [A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT/;

interface Laid {
  _header: string;
  _last: boolean;
  _keepAliveTimeout: number;
}

interface Case {
  readonly name: string;
  readonly status?: number;
  readonly headers: readonly string[];
  readonly method?: string;
  readonly minor?: number;
  readonly keepAlive?: boolean;
}

const CASES: readonly Case[] = [
  {
    name: 'a whole answer',
    headers: ['content-type', 'application/json', 'content-length', '12', 'x-request-id', 'a b~'],
  },
  { name: 'a stream', headers: ['content-type', 'text/event-stream; charset=utf-8', 'cache-control', 'no-cache'] },
  { name: 'an error', status: 429, headers: ['content-length', '2', 'retry-after', '7'] },
  { name: 'a status of no name', status: 529, headers: ['content-length', '2'] },
  { name: 'no header', headers: [] },
  { name: 'an empty value', headers: ['content-length', '0', 'weighbridge-lost', ''] },
  { name: 'a connection that ends', headers: ['content-length', '2', 'connection', 'close'] },
  { name: 'a name in capitals', headers: ['Content-Length', '2'] },
  { name: 'its own framing', headers: ['transfer-encoding', 'chunked'] },
  { name: 'its own date', headers: ['date', 'Thu, 01 Jan 1970 00:00:00 GMT', 'content-length', '2'] },
  { name: 'Latin text', headers: ['weighbridge-region', 'caf\u00e9', 'content-length', '2'] },
  { name: 'no body', status: 204, headers: ['vary', 'origin'] },
  { name: 'a question for the head', method: 'HEAD', headers: ['content-length', '2'] },
  { name: 'HTTP 1.0', minor: 0, headers: ['content-length', '2'] },
  { name: 'a client that wants no more', keepAlive: false, headers: ['content-length', '2'] },
];

const asked = ({ method = 'POST', minor = 1 }: Partial<Case>): LaneRequest =>
  Object.assign(new LaneRequest(new Socket()), { method, httpVersionMajor: 1, httpVersionMinor: minor });

function laidOut(make: (request: LaneRequest) => ServerResponse, one: Case): unknown {
  const response = make(asked(one));
  const inner = response as unknown as Laid;
  inner._keepAliveTimeout = 65_500;
  if (one.keepAlive !== undefined) response.shouldKeepAlive = one.keepAlive;
  response.writeHead(one.status ?? 200, [...one.headers]);
  const { _header: head, _last: last } = inner;
  // Node's own is of the second in which it was written.
  return {
    head: head.replace(DATE, 'Date: now'),
    last,
    chunked: response.chunkedEncoding,
    sent: response.headersSent,
    status: response.statusCode,
  };
}

const ours = (one: Case): unknown => laidOut((request) => new LaneResponse(request), one);
const nodes = (one: Case): unknown => laidOut((request) => new ServerResponse(request), one);

for (const one of CASES) {
  test(`the head is Node's own: ${one.name}`, () => {
    assert.deepEqual(ours(one), nodes(one));
  });
}

for (const headers of [
  ['x-a', 'b\r\nset-cookie: c', 'content-length', '2'],
  ['x-a\r\nset-cookie', 'b', 'content-length', '2'],
  ['content-length', '2', 'x-a', '\u4e2d'],
  ['', 'b'],
]) {
  test(`what could break a head is refused as Node does: ${JSON.stringify(headers)}`, () => {
    const refused = { name: 'TypeError', code: /^ERR_INVALID_(CHAR|HTTP_TOKEN)$/ };
    assert.throws(() => nodes({ name: '', headers }), refused);
    assert.throws(() => ours({ name: '', headers }), refused);
  });
}

test('the date of a head is of now, and goes on', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 10, 30, 23, 59, 59, 900) });
  const date = (): string | undefined => {
    const response = new LaneResponse(asked({}));
    response.writeHead(200, ['content-length', '2']);
    return DATE.exec((response as unknown as Laid)._header)?.[0];
  };
  assert.equal(date(), 'Date: Mon, 30 Nov 2026 23:59:59 GMT');
  t.mock.timers.tick(100);
  assert.equal(date(), 'Date: Tue, 01 Dec 2026 00:00:00 GMT');
});
