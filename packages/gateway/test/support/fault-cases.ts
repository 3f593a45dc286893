// The faults of a cloud as scripts, and how a client of each dialect reads what it is told about them.
import assert from 'node:assert/strict';
import type { DialectId } from '@weighbridge/protocol';
import {
  ANTHROPIC_EVENTS,
  ANTHROPIC_START,
  ANTHROPIC_STREAM,
  ANTHROPIC_WHOLE,
  OPENAI_EVENTS,
  OPENAI_START,
  OPENAI_STREAM,
  OPENAI_WHOLE,
  anthropicError,
  cutAfter,
  failing,
  openaiError,
  reset,
  startSse,
  stream,
  whole,
} from './answers.ts';
import type { Script } from './fixture.ts';

export interface Failed {
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  readonly message: string;
}

/** Reads an error in its dialect; fails when it is in another. */
export function readError(dialect: DialectId, status: number, text: string): Failed {
  const body = JSON.parse(text);
  const { error } = body;
  assert.equal(typeof error.message, 'string');
  // A cloud's own words are delivered as they came; what to do next then stands beside them only.
  if (error.weighbridge.deployment === undefined) assert.match(error.message, /Next: /, 'it says what to do next');
  assert.ok(error.weighbridge.next.length > 10);
  if (dialect === 'anthropic-messages') {
    assert.equal(body.type, 'error');
    assert.equal(typeof error.type, 'string');
    assert.equal(typeof body.request_id, 'string');
  } else {
    assert.equal(body.type, undefined);
    assert.ok('param' in error && 'code' in error);
  }
  return { status, code: error.weighbridge.code, requestId: error.weighbridge.request_id, message: error.message };
}

/** The error that ended a stream: its last event, in the dialect's own framing. */
export function readStreamError(dialect: DialectId, text: string): Failed {
  const last = text.split('\n\n').findLast((part) => part !== '') ?? '';
  if (dialect === 'anthropic-messages') assert.match(last, /^event: error\n/);
  const data = /^data: (.*)$/m.exec(last)?.[1] ?? '';
  return readError(dialect, 200, data);
}

export const good = (dialect: DialectId, streamed: boolean): Script => {
  if (dialect === 'anthropic-messages') return streamed ? stream(...ANTHROPIC_EVENTS) : whole(ANTHROPIC_WHOLE);
  return streamed ? stream(...OPENAI_EVENTS) : whole(OPENAI_WHOLE);
};
export const goodText = (dialect: DialectId, streamed: boolean): string => {
  if (dialect === 'anthropic-messages') return streamed ? ANTHROPIC_STREAM : ANTHROPIC_WHOLE;
  return streamed ? OPENAI_STREAM : OPENAI_WHOLE;
};
export const vendorError = (dialect: DialectId, type: string, message: string): string =>
  dialect === 'anthropic-messages' ? anthropicError(type, message) : openaiError(type, message);

export const silent: Script = () => undefined;
const headThenSilent = (dialect: DialectId, streamed: boolean): Script => {
  return (_request, response) => {
    if (streamed) startSse(response).write(dialect === 'anthropic-messages' ? ANTHROPIC_START : OPENAI_START);
    else response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' }).write('{"id":');
  };
};
const cutEarly = (dialect: DialectId, streamed: boolean): Script => {
  if (streamed) return cutAfter(dialect === 'anthropic-messages' ? ANTHROPIC_START : OPENAI_START);
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
    response.write('{"id":', () => response.socket?.destroy());
  };
};
const garbage = (_dialect: DialectId, streamed: boolean): Script =>
  streamed ? stream('data: {"id": nonsense\n\n') : whole('{"id": nonsense');
const errorAfter200 = (dialect: DialectId, streamed: boolean): Script => {
  const text = vendorError(dialect, 'overloaded_error', 'Overloaded');
  if (!streamed) return whole(text);
  return stream(dialect === 'anthropic-messages' ? `event: error\ndata: ${text}\n\n` : `data: ${text}\n\n`);
};

export interface FaultCase {
  readonly name: string;
  readonly script: (dialect: DialectId, streamed: boolean) => Script;
  readonly status: number;
  readonly code: string;
  readonly fault: string;
  /** A second candidate mends it. */
  readonly mended: boolean;
}

export const FAULTS: readonly FaultCase[] = [
  {
    name: 'a connection reset before any byte',
    script: () => reset,
    status: 502,
    code: 'UPSTREAM_UNREACHABLE',
    fault: 'network',
    mended: true,
  },
  {
    name: 'no answer at all',
    script: () => silent,
    status: 504,
    code: 'UPSTREAM_TIMEOUT',
    fault: 'deployment',
    mended: true,
  },
  {
    name: 'a stall before the first content',
    script: headThenSilent,
    status: 504,
    code: 'UPSTREAM_TIMEOUT',
    fault: 'deployment',
    mended: true,
  },
  {
    name: 'an answer cut before its content',
    script: cutEarly,
    status: 502,
    code: 'UPSTREAM_CUT',
    fault: 'network',
    mended: true,
  },
  {
    name: 'an answer that is not JSON',
    script: garbage,
    status: 502,
    code: 'UPSTREAM_MALFORMED',
    fault: 'deployment',
    mended: true,
  },
  {
    name: 'an error under status 200',
    script: errorAfter200,
    status: 502,
    code: 'UPSTREAM_ERROR',
    fault: 'deployment',
    mended: true,
  },
  {
    name: '429',
    script: (d) => failing(429, vendorError(d, 'rate_limit_error', 'slow down'), { 'retry-after': '7' }),
    status: 429,
    code: 'UPSTREAM_RATE_LIMITED',
    fault: 'rate_limit',
    mended: true,
  },
  {
    name: '529',
    script: (d) => failing(529, vendorError(d, 'overloaded_error', 'Overloaded')),
    status: 502,
    code: 'UPSTREAM_ERROR',
    fault: 'deployment',
    mended: true,
  },
  {
    name: '500 with a page of HTML',
    script: () => failing(500, '<html>no</html>', { 'content-type': 'text/html' }),
    status: 502,
    code: 'UPSTREAM_ERROR',
    fault: 'deployment',
    mended: true,
  },
  {
    name: 'a refused key',
    script: (d) => failing(401, vendorError(d, 'authentication_error', 'invalid x-api-key')),
    status: 503,
    code: 'CREDENTIAL_UNAVAILABLE',
    fault: 'key',
    mended: false,
  },
  {
    name: 'a request the cloud refuses',
    script: (d) => failing(400, vendorError(d, 'invalid_request_error', 'messages: bad')),
    status: 400,
    code: 'BAD_REQUEST',
    fault: 'client',
    mended: false,
  },
  {
    name: 'a redirect',
    script: () => (_q, r) => void r.writeHead(307, { location: 'http://evil.example/' }).end(),
    status: 502,
    code: 'UPSTREAM_ERROR',
    fault: 'deployment',
    mended: true,
  },
  {
    name: 'a compressed answer nobody asked for',
    script: () => (_q, r) =>
      void r.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('x'),
    status: 502,
    code: 'UPSTREAM_MALFORMED',
    fault: 'deployment',
    mended: true,
  },
];
