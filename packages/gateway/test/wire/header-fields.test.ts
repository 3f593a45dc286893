// Nothing in a header or a path can begin another header or another request; what frames a request is not its own to say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAppError } from '@weighbridge/kernel';
import { headersOf, keepAliveOf, requestHead } from '../../src/wire/header-fields.ts';

const head = (headers: readonly string[], path = '/', method = 'POST'): string =>
  requestHead(method, path, 'host.example', headers, 0);
const refusal = (make: () => string): string => {
  try {
    return `no refusal: ${make()}`;
  } catch (error) {
    assert.ok(isAppError(error) && error.code === 'UPSTREAM_UNREACHABLE', String(error));
    return error.message;
  }
};

test('a character that no header can carry is refused, and the value is not told', () => {
  for (const bad of ['\r', '\n', '\0', '\x7f', '\x1f', '\u0100', '\r\nx: y', '😀']) {
    const refused = refusal(() => head(['x-secret', `hush${bad}`]));
    assert.match(refused, /^the request cannot be sent: header "x-secret" holds a character/);
    assert.ok(!refused.includes('hush'));
  }
});

test('names, methods and paths are refused as well', () => {
  for (const bad of ['', 'a b', 'a:', 'a\r\n', 'ä', 'a\0'])
    assert.match(
      refusal(() => head([bad, 'x'])),
      /is no name/,
    );
  for (const bad of ['', 'POST ', 'GET\r\n'])
    assert.match(
      refusal(() => head([], '/', bad)),
      /no word of HTTP/,
    );
  for (const bad of ['', 'v1', 'http://a/', '/a b', '/a\r\n', '/\0', '/\u0100'])
    assert.match(
      refusal(() => head([], bad)),
      /its path/,
    );
});

test('what frames a message is refused, or stands once', () => {
  for (const name of ['Transfer-Encoding', 'keep-alive', 'UPGRADE', 'Expect'])
    assert.match(
      refusal(() => head([name, 'x'])),
      /not its own to set/,
    );
  assert.match(
    refusal(() => head(['Content-Length', '5'])),
    /says 5, and its body has 0 bytes/,
  );
  const written = head(['content-length', '0', 'Host', 'other.example', 'Connection', 'close']);
  assert.equal(
    written,
    'POST / HTTP/1.1\r\nhost: other.example\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n',
  );
});

test('whatever is written has as many lines as were asked for', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\r', '\n', ':', ' ', '\t', '\0', '\xff', 'Ā'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 4 }), text, (pairs, path) => {
      let written: string;
      try {
        written = requestHead('POST', `/${path}`, 'h', pairs.flat(), 0);
      } catch (error) {
        return assert.ok(isAppError(error));
      }
      const lines = written.split(/[\r\n]+/);
      assert.equal(lines.length, 1 + 2 + pairs.length + 1 + 1, JSON.stringify(written));
      return assert.ok(!written.includes('\0'));
    }),
  );
});

test('repeated headers of an answer are joined, whatever their case', () => {
  assert.deepEqual(headersOf(['A', '1', 'b', '2', 'a', '3']), { a: '1, 3', b: '2' });
});

test('how long a server keeps a connection is read where it says so', () => {
  assert.equal(keepAliveOf('timeout=5, max=100'), 5_000);
  assert.equal(keepAliveOf('max=100, Timeout=75'), 75_000);
  assert.equal(keepAliveOf('max=100'), null);
  assert.equal(keepAliveOf('timeout=soon'), null);
});
