// Requests to the control listener that are no good in themselves: too large, too slow, to places that are not there, two in
// one, or nothing anybody thought of. Others' requests: hostile.test.ts.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { LIMITS } from '@weighbridge/kernel';
import { openBench, until, type Bench, type Started } from '../support/server.ts';
import { codeOf, openBrowser, raw as rawAt, send, type Browser, type Reply } from '../support/console.ts';

let bench: Bench;
let started: Started;
let origin: string;
let browser: Browser;
before(async () => {
  bench = await openBench();
  started = await bench.start({ change: (raw) => void (raw['projections'] = 'off') });
  origin = started.server.consoleOrigin ?? '';
  browser = await openBrowser(started.server);
});
after(() => bench.close());

const STATUS = '/control/v1/status';
const port = (): number => Number(new URL(origin).port);
const raw = (bytes: string, half = false): Promise<string> => rawAt(port(), bytes, half);

describe('a request that is too much', () => {
  test('is refused for its body, declared or not', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(LIMITS.control_body_bytes) });
    const declared = await browser.send('/control/v1/find', { method: 'POST', body });
    assert.deepEqual([declared.status, codeOf(declared)], [413, 'BODY_TOO_LARGE']);
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const head = `POST /control/v1/find HTTP/1.1\r\nhost: 127.0.0.1:${port()}\r\norigin: ${origin}\r\ncookie: ${browser.cookie}\r\nweighbridge-token: ${browser.token}\r\ncontent-type: application/json\r\n`;
    assert.match(await raw(`${head}transfer-encoding: chunked\r\n\r\n${chunk}`), /^HTTP\/1\.1 413 [^]*BODY_TOO_LARGE/);
  });

  test('is refused for its headers', async () => {
    const text = `GET ${STATUS} HTTP/1.1\r\nhost: 127.0.0.1:${port()}\r\nx: ${'y'.repeat(LIMITS.control_header_bytes)}\r\n\r\n`;
    assert.match(await raw(text), /^HTTP\/1\.1 431 [^]*HEADERS_TOO_LARGE/);
  });

  test('is refused for what it holds, with the place that is wrong', async () => {
    const wrong: readonly [string, string][] = [
      ['{"text":""}', 'text'],
      [`{"text":"${'x'.repeat(201)}"}`, 'text'],
      ['{"text":"a","more":1}', 'more'],
      ['{}', 'text'],
      [`{"text":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'text'],
    ];
    for (const [body, place] of wrong) {
      const reply = await browser.send('/control/v1/find', { method: 'POST', body });
      assert.deepEqual([reply.status, codeOf(reply)], [400, 'BAD_REQUEST'], body.slice(0, 60));
      assert.match(reply.text, new RegExp(place));
    }
    for (const body of ['', '[]', 'null', '{', '"text"', '{"text":"a"'])
      assert.equal(codeOf(await browser.send('/control/v1/find', { method: 'POST', body })), 'BODY_NOT_JSON', body);
  });

  test('is cut off when it does not arrive in time', { timeout: 40_000 }, async () => {
    const slowHead = raw(`GET ${STATUS} HTTP/1.1\r\nhost: 127.0.0.1:${port()}\r\n`, true);
    const slowBody = raw(
      `POST /control/v1/session HTTP/1.1\r\nhost: 127.0.0.1:${port()}\r\norigin: ${origin}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"li`,
      true,
    );
    const [head, body] = await Promise.all([slowHead, slowBody]);
    assert.match(head, /^HTTP\/1\.1 408 [^]*REQUEST_TIMEOUT/);
    assert.doesNotMatch(body, /^HTTP\/1\.1 2/);
  });

  test('does not stop others: a full house of silent connections', async () => {
    const silent = Array.from({ length: LIMITS.control_connections }, () => connect(port(), '127.0.0.1'));
    for (const socket of silent) socket.on('error', () => undefined);
    await until('all are connected', 10_000, () =>
      silent.every((socket) => socket.readyState === 'open' || socket.destroyed) ? true : undefined,
    );
    const call = await fetch(`${started.server.origin}/readyz`);
    assert.equal(call.status, 200, 'the gateway takes calls as ever');
    for (const socket of silent) socket.destroy();
    await until('there is room again', 10_000, async () =>
      (await browser.send(STATUS).catch((): Reply => ({ status: 0, headers: {}, text: '' }))).status === 200
        ? true
        : undefined,
    );
  });
});

describe('a path', () => {
  test('leads nowhere but to what is served', async () => {
    const paths = [
      '/console/../vault/secret',
      '/console/..%2f..%2fetc/passwd.html',
      '/console/%2e%2e/%2e%2e/etc/passwd.txt',
      '/console/....//....//etc/passwd.txt',
      '/console/..\\..\\etc\\passwd.txt',
      '/console/%00.js',
      '/log/../vault',
      '/log/..%2f..%2fvault',
      '/log/tile/../../vault/log.key',
      '/log/%2e%2e/vault',
      '/control/v1/../../vault',
      '//evil.example/console/',
      '/control/v1/calls/..%2f..%2fvault',
      '/control/v1/exports/..%2f..%2fvault',
    ];
    for (const path of paths) {
      const text = await raw(
        `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port()}\r\nconnection: close\r\ncookie: ${browser.cookie}\r\nweighbridge-token: ${browser.token}\r\n\r\n`,
      );
      assert.match(text, /^HTTP\/1\.1 4\d\d /, path);
      assert.doesNotMatch(text, /root:|PRIVATE/, path);
    }
  });

  test('takes its own method only', async () => {
    const wrong = await browser.send('/control/v1/overview');
    assert.deepEqual([wrong.status, codeOf(wrong)], [405, 'METHOD_NOT_ALLOWED']);
    for (const method of ['PUT', 'PATCH', 'TRACE', 'PROPFIND'])
      assert.equal((await browser.send(STATUS, { method })).status, 405, method);
    assert.equal((await browser.send('/control/v1/nothing')).status, 404);
    assert.equal(await raw(`CONNECT evil.example:443 HTTP/1.1\r\nhost: 127.0.0.1:${port()}\r\n\r\n`), '');
    const upgrade = `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port()}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`;
    assert.doesNotMatch(await raw(upgrade), /101/);
  });

  test('is never a second request in the shadow of a first', async () => {
    const smuggled = `GET ${STATUS} HTTP/1.1\r\nhost: 127.0.0.1:${port()}\r\ncookie: ${browser.cookie}\r\nweighbridge-token: ${browser.token}\r\n\r\n`;
    const both = `POST /control/v1/find HTTP/1.1\r\nhost: 127.0.0.1:${port()}\r\norigin: ${origin}\r\ncontent-type: application/json\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`;
    assert.doesNotMatch(await raw(both), /HTTP\/1\.1 200/);
    const refused = `POST /control/v1/find HTTP/1.1\r\nhost: evil.example\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`;
    const answers = await raw(refused);
    assert.equal(answers.match(/HTTP\/1\.1/g)?.length, 1, 'what was refused unread ends its connection');
    const getWithBody = `GET ${STATUS} HTTP/1.1\r\nhost: 127.0.0.1:${port()}\r\ncontent-length: ${smuggled.length}\r\n\r\n${smuggled}`;
    assert.equal((await raw(getWithBody)).match(/HTTP\/1\.1/g)?.length, 1);
  });

  test('and headers of any kind bring nothing but a refusal in our shape', async () => {
    const token = fc.string({
      unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789-_.~%/?=&;'.split('')),
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD'),
        fc.constantFrom(
          '/',
          '/console/',
          '/control/v1/',
          '/control/',
          '/log/',
          '/control/v1/calls/',
          '/control/v1/exports/',
        ),
        token,
        fc.dictionary(
          fc.constantFrom(
            'cookie',
            'weighbridge-token',
            'origin',
            'accept-encoding',
            'if-none-match',
            'last-event-id',
            'content-type',
          ),
          token,
        ),
        fc.option(fc.string({ unit: 'grapheme-ascii', maxLength: 200 }), { nil: undefined }),
        async (method, base, rest, headers, body) => {
          const sent = method === 'GET' || method === 'HEAD' ? {} : { body: body ?? '' };
          const reply = await send(origin, `${base}${rest}`, { method, headers, ...sent });
          assert.ok(reply.status < 500, `${method} ${base}${rest}: ${reply.status} ${reply.text}`);
          const told = reply.status < 400 || method === 'HEAD' || reply.headers['content-type'] !== 'application/json';
          assert.ok(told || /^[A-Z_]+$/.test(codeOf(reply)), reply.text);
          assert.equal(reply.headers['set-cookie'], undefined);
        },
      ),
      { numRuns: 300 },
    );
  });
});
