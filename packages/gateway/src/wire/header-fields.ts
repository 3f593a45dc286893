// Heads of requests and headers of answers, as text. What is sent is checked to the character, so that nothing in a
// header or a path can begin another header or another request; what frames a message is written here and nowhere else.
import { AppError } from '@weighbridge/kernel';
import type { Headers } from '../clouds/cloud.ts';

/** The head of a request, with the blank line that ends it; `bodyBytes`: null without a body. Throws UPSTREAM_UNREACHABLE for what cannot be written. */
export function requestHead(
  method: string,
  path: string,
  authority: string,
  headers: readonly string[],
  bodyBytes: number | null,
): string {
  if (!TOKEN.test(method)) throw unsendable('its method is no word of HTTP');
  if (path[0] !== '/' || BAD_PATH.test(path))
    throw unsendable('its path does not begin with "/", or holds a space or a control character');
  let host = authority;
  let lines = '';
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const value = headers[at + 1] ?? '';
    const place = placeOf(name);
    if (BAD_VALUE.test(value)) throw unsendable(`header "${name}" holds a character that no header can carry`);
    if (place === 'line') lines += `${name}: ${value}\r\n`;
    else if (place === 'host') host = value;
    else if (place === 'length' && value !== String(bodyBytes ?? 0))
      throw unsendable(`its content-length says ${value.slice(0, 20)}, and its body has ${bodyBytes ?? 0} bytes`);
    else if (place === 'refused') throw unsendable(`header "${name}" is not its own to set`);
  }
  const length = bodyBytes === null ? '' : `content-length: ${bodyBytes}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${lines}${length}\r\n`;
}

/** Where a header of a request goes: among its lines, or into what frames the message, which is written here. */
type Place = 'line' | 'host' | 'length' | 'dropped' | 'refused';

const FRAMING: Readonly<Record<string, Place>> = Object.assign(Object.create(null), {
  host: 'host',
  'content-length': 'length',
  // A connection is kept or ended by its wire, whatever a request would like.
  connection: 'dropped',
  'keep-alive': 'refused',
  'transfer-encoding': 'refused',
  upgrade: 'refused',
  expect: 'refused',
});

/** Names are few: each is looked at once. Beyond so many, each time. */
const PLACES_MOST = 1_024;
const places = new Map<string, Place>();

function placeOf(name: string): Place {
  const known = places.get(name);
  if (known !== undefined) return known;
  if (!TOKEN.test(name)) throw unsendable(`"${name.slice(0, 40)}" is no name of a header`);
  const place = FRAMING[name.toLowerCase()] ?? 'line';
  if (places.size < PLACES_MOST) places.set(name, place);
  return place;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const BAD_PATH = /[^\x21-\xff]/;
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

const unsendable = (why: string): AppError =>
  new AppError('UPSTREAM_UNREACHABLE', `the request cannot be sent: ${why}`);

/** Headers by name, in lower case. Repeated ones are joined, as RFC 9110 allows. */
export function headersOf(pairs: readonly string[]): Headers {
  const headers: Record<string, string> = {};
  for (let at = 0; at < pairs.length; at += 2) {
    const name = (pairs[at] ?? '').toLowerCase();
    const value = pairs[at + 1] ?? '';
    // Names such as "constructor" are met in every object.
    const before: unknown = headers[name];
    headers[name] = typeof before === 'string' ? `${before}, ${value}` : value;
  }
  return headers;
}

const TIMEOUT = /(?:^|[\s,;])timeout=(\d{1,9})/i;

/** How long a server keeps an idle connection, from its `keep-alive` header; null where that does not say. */
export function keepAliveOf(value: string): number | null {
  const seconds = TIMEOUT.exec(value)?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}
