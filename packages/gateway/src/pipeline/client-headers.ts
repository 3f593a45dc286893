// The request headers that the gateway knows, read in one pass over the raw list (which, unlike Node's own object, still
// shows duplicates). Whatever is not named here goes nowhere, but for headers of Anthropic's own, which its clients keep
// adding: this list is the allow-list towards the clouds.

import { BOUNDS } from './bounds.ts';

export interface ClientHeaders {
  host: string;
  hostCount: number;
  origin: string;
  contentLength: string;
  contentLengthCount: number;
  transferEncoding: string;
  contentEncoding: string;
  expect: string;
  /** The presented key, whichever header it came in; one that begins like ours wins. */
  key: string;
  /** Whether the caller sent headers only Anthropic's clients send: settles the dialect of `/v1/models`. */
  anthropic: boolean;
  fidelity: string;
  priority: string;
  session: string;
  tags: string;
  traceparent: string;
  tracestate: string;
  cacheControl: string;
  deadline: string;
  prefer: string;
  /** Lower-case names that may go on to a cloud, if its adapter knows them. */
  pass: Record<string, string>;
}

export function readClientHeaders(raw: readonly string[]): ClientHeaders {
  const headers: ClientHeaders = {
    host: '',
    hostCount: 0,
    origin: '',
    contentLength: '',
    contentLengthCount: 0,
    transferEncoding: '',
    contentEncoding: '',
    expect: '',
    key: '',
    anthropic: false,
    fidelity: '',
    priority: '',
    session: '',
    tags: '',
    traceparent: '',
    tracestate: '',
    cacheControl: '',
    deadline: '',
    prefer: '',
    pass: {},
  };
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const reader = READERS.get(name);
    if (reader !== undefined) reader(headers, raw[i + 1] ?? '');
    else if (name.startsWith('anthropic-')) passOpen(headers, name, raw[i + 1] ?? '');
  }
  return headers;
}

export const hasBody = ({ transferEncoding, contentLength }: ClientHeaders): boolean =>
  transferEncoding !== '' || (contentLength !== '' && contentLength !== '0');

/** Anthropic's own that nobody here knows; whether one goes on is its cloud's to say. */
function passOpen(headers: ClientHeaders, name: string, value: string): void {
  if (Object.keys(headers.pass).length < BOUNDS.pass_headers) headers.pass[name] = value;
}

type Reader = (headers: ClientHeaders, value: string) => void;

function presentKey(headers: ClientHeaders, value: string): void {
  if (headers.key === '' || (value.startsWith('wb_') && !headers.key.startsWith('wb_'))) headers.key = value;
}

const pass =
  (name: string): Reader =>
  (headers, value) => {
    headers.pass[name] = headers.pass[name] === undefined ? value : `${headers.pass[name]},${value}`;
  };

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    'host',
    (headers, value) => {
      headers.host = value;
      headers.hostCount += 1;
    },
  ],
  ['origin', (headers, value) => void (headers.origin = value)],
  [
    'content-length',
    (headers, value) => {
      headers.contentLength = value;
      headers.contentLengthCount += 1;
    },
  ],
  [
    'transfer-encoding',
    (headers, value) =>
      void (headers.transferEncoding =
        headers.transferEncoding === '' ? value : `${headers.transferEncoding}, ${value}`),
  ],
  ['content-encoding', (headers, value) => void (headers.contentEncoding = value)],
  ['expect', (headers, value) => void (headers.expect = value)],
  ['authorization', (headers, value) => presentKey(headers, /^bearer /i.test(value) ? value.slice(7).trim() : value)],
  [
    'x-api-key',
    (headers, value) => {
      headers.anthropic = true;
      presentKey(headers, value);
    },
  ],
  ['api-key', presentKey],
  ['x-goog-api-key', presentKey],
  [
    'anthropic-version',
    (headers, value) => {
      headers.anthropic = true;
      headers.pass['anthropic-version'] = value;
    },
  ],
  ['anthropic-beta', pass('anthropic-beta')],
  ['openai-beta', pass('openai-beta')],
  ['idempotency-key', pass('idempotency-key')],
  ['weighbridge-fidelity', (headers, value) => void (headers.fidelity = value)],
  ['weighbridge-priority', (headers, value) => void (headers.priority = value)],
  ['weighbridge-deadline', (headers, value) => void (headers.deadline = value)],
  ['prefer', (headers, value) => void (headers.prefer = value)],
  ['weighbridge-session', (headers, value) => void (headers.session = value)],
  [
    'x-claude-code-session-id',
    (headers, value) => {
      if (headers.session === '') headers.session = value;
    },
  ],
  ['weighbridge-tags', (headers, value) => void (headers.tags = value)],
  [
    'cache-control',
    (headers, value) =>
      void (headers.cacheControl = headers.cacheControl === '' ? value : `${headers.cacheControl},${value}`),
  ],
  // One that came twice is none: joined, it is malformed.
  [
    'traceparent',
    (headers, value) =>
      void (headers.traceparent = headers.traceparent === '' ? value : `${headers.traceparent},${value}`),
  ],
  [
    'tracestate',
    (headers, value) =>
      void (headers.tracestate = headers.tracestate === '' ? value : `${headers.tracestate},${value}`),
  ],
]);
