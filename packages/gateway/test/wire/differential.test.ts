// The wire beside undici's pool: the same answers, whole and broken, cut into pieces at random places, must lead to the
// same status, headers, body, and end or error. undici is an implementation that nobody here wrote.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { Pool, type Dispatcher } from 'undici';
import { POST, Rig } from './origin.ts';

interface Outcome {
  status: number;
  headers: Record<string, string>;
  body: string;
  over: 'end' | 'error';
}

const one = fc.constantFrom;
const LINES = one(
  'HTTP/1.1 200 OK',
  'HTTP/1.1 404 Not Found',
  'HTTP/1.1 529 Overloaded',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 204 None',
  'HTTP/1.1 304 Same',
  'HTTP/1.1 200',
  'HTTP/1.1 20',
  'HTTP/3.1 200 OK',
  'ICY 200 OK',
);
const EARLY = one('', '', '', 'HTTP/1.1 103 Early\r\nlink: a\r\n\r\n');
const FIELDS = fc.array(
  one(
    'x-a: 1',
    'X-A: 2',
    'set-cookie: a',
    'Keep-Alive: timeout=5',
    'connection: close',
    'connection: keep-alive',
  ).chain((line) => one(line, line, line, 'x-b:  spaced', 'x-c: \xe9', 'x d: bad', 'x-e: a\nb', 'x-f:', ': none')),
  { maxLength: 5 },
);
const BODY = fc.string({ unit: one('a', '\r\n', '0', ' ', '\xff'), maxLength: 30 });
const chunked = (body: string, size: number): string => {
  let text = '';
  for (let at = 0; at < body.length; at += size) {
    const piece = body.slice(at, at + size);
    text += `${piece.length.toString(16)}\r\n${piece}\r\n`;
  }
  return `${text}0\r\n\r\n`;
};
const FRAMED = fc.oneof(
  BODY.map((body) => [`content-length: ${body.length}`, body]),
  fc
    .tuple(BODY, fc.integer({ min: 1, max: 9 }))
    .map(([body, size]) => ['transfer-encoding: chunked', chunked(body, size)]),
  BODY.map((body) => ['x-framed: by its end', body]),
  BODY.map((body) => [`content-length: ${body.length + 3}`, body]),
  one(
    ['content-length: 1\r\ntransfer-encoding: chunked', '0\r\n\r\n'],
    ['content-length: 1\r\ncontent-length: 2', 'ab'],
    ['content-length: -1', 'a'],
    ['transfer-encoding: chunked', 'zz\r\n'],
    ['transfer-encoding: gzip', 'a'],
  ),
);
const ANSWER = fc
  .tuple(EARLY, LINES, FIELDS, FRAMED)
  .map(([early, line, fields, [framing, body]]) => `${early}${[line, ...fields, framing].join('\r\n')}\r\n\r\n${body}`);
const CASE = fc.record({ answer: ANSWER, cuts: fc.array(fc.nat(200), { maxLength: 3 }), lost: fc.boolean() });

let pieces: string[] = [];
const rig = new Rig((socket) => {
  const [first = '', ...rest] = pieces;
  socket.write(first, 'latin1');
  const go = (at: number): void => {
    const piece = rest[at];
    if (piece === undefined) return void socket.end();
    socket.write(piece, 'latin1');
    setImmediate(go, at + 1);
  };
  setImmediate(go, 0);
});
before(() => rig.open());
after(() => rig.close());

/** Over and done with before the next: each has a connection of its own. */
async function byWire(): Promise<Outcome> {
  const heard = await rig.ask();
  const over = heard.error === null ? 'end' : 'error';
  return { status: heard.status, headers: { ...heard.headers }, body: heard.body, over };
}

async function byUndici(): Promise<Outcome> {
  const pool = new Pool(rig.origin.url, { connections: 1, pipelining: 1, maxHeaderSize: 32 * 1024 });
  const outcome: Outcome = { status: 0, headers: {}, body: '', over: 'end' };
  await new Promise<void>((resolve) => {
    const done = (over: Outcome['over']): void => {
      outcome.over = over;
      resolve();
    };
    const request: Dispatcher.DispatchOptions = {
      path: POST.path,
      method: 'POST',
      headers: [...POST.headers],
      body: POST.body,
    };
    pool.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart(_controller, status, headers) {
        if (status < 200) return;
        outcome.status = status;
        for (const [name, value] of Object.entries(headers))
          outcome.headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
      },
      onResponseData: (_controller, bytes) => void (outcome.body += bytes.toString('latin1')),
      onResponseEnd: () => done('end'),
      onResponseError: () => done('error'),
    });
  });
  await pool.destroy();
  return outcome;
}

test('makes of every answer what undici makes of it', async () => {
  await fc.assert(
    fc.asyncProperty(CASE, async ({ answer, cuts, lost }) => {
      const places = [...new Set(cuts.map((cut) => cut % (answer.length + 1)))].toSorted((a, b) => a - b);
      pieces = [0, ...places].map((from, at) => answer.slice(from, places[at] ?? answer.length));
      // The last piece never comes.
      if (lost && pieces.length > 1) pieces.pop();
      assert.deepEqual(await byWire(), await byUndici(), JSON.stringify(pieces));
    }),
    { numRuns: 300 },
  );
});
