// What somebody else could try against the control listener: another name for it, a page of another site or of another port
// of this host, a stolen link, half a session. Requests that are no good in themselves: hostile-requests.test.ts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openJournal } from '@weighbridge/journal';
import { openBench, until, type Bench, type Started } from '../support/server.ts';
import { codeOf, openBrowser, postLink, raw, secretOf, send, type Browser } from '../support/console.ts';

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
const link = (): string => secretOf(started.server.consoleLink() ?? '');
const port = (): number => Number(new URL(origin).port);

describe('a request under another name', () => {
  test('is refused, whatever name it is, and is told nothing', async () => {
    const names = [
      'evil.example',
      `evil.example:${port()}`,
      `127.0.0.1:${port() + 1}`,
      'localhost',
      '127.0.0.1.evil.example',
    ];
    for (const host of names) {
      const reply = await browser.send(STATUS, { headers: { host } });
      assert.deepEqual([reply.status, codeOf(reply)], [421, 'HOST_NOT_ALLOWED'], host);
      assert.equal(reply.headers['connection'], 'close');
    }
  });

  test('is refused when it has two names, none, or a whole address as its target', async () => {
    const head = `cookie: ${browser.cookie}\r\nweighbridge-token: ${browser.token}\r\n`;
    const own = `host: 127.0.0.1:${port()}\r\n`;
    for (const text of [
      `GET ${STATUS} HTTP/1.1\r\n${own}host: evil.example\r\n${head}\r\n`,
      `GET ${STATUS} HTTP/1.1\r\n${head}\r\n`,
      `GET http://evil.example${STATUS} HTTP/1.1\r\n${own}${head}\r\n`,
    ])
      assert.match(await raw(port(), text), /^HTTP\/1\.1 421 /, text.slice(0, 60));
  });

  test('is answered under every name of loopback', async () => {
    for (const host of [`127.0.0.1:${port()}`, `localhost:${port()}`, `[::1]:${port()}`]) {
      const reply = await browser.send(STATUS, { headers: { host, origin: `http://${host}` } });
      assert.equal(reply.status, 200, reply.text);
    }
  });
});

describe('a page of somebody else', () => {
  test('cannot ask with the cookie that the browser adds: it has no token', async () => {
    const cookieOnly = { 'weighbridge-token': undefined };
    const reply = await browser.send(STATUS, { headers: cookieOnly });
    assert.deepEqual([reply.status, codeOf(reply)], [401, 'SESSION_MISSING']);
    const change = await browser.send('/control/v1/keys', {
      method: 'POST',
      body: '{"name":"other"}',
      headers: cookieOnly,
    });
    assert.equal(change.status, 401);
  });

  test('is told apart by its origin, be it another site, another port of this host, or none', async () => {
    const others = [
      'https://evil.example',
      'null',
      `http://127.0.0.1:${port() + 1}`,
      `https://127.0.0.1:${port()}`,
      `http://localhost:${port()}`,
    ];
    for (const other of others) {
      for (const sent of [{}, { method: 'POST', body: '{"name":"other"}' }]) {
        const path = 'body' in sent ? '/control/v1/keys' : STATUS;
        const reply = await browser.send(path, { ...sent, headers: { origin: other } });
        assert.deepEqual([reply.status, codeOf(reply)], [403, 'ORIGIN_NOT_ALLOWED'], `${other} ${path}`);
      }
    }
    const silent = await browser.send('/control/v1/keys', {
      method: 'POST',
      body: '{"name":"other"}',
      headers: { origin: undefined },
    });
    assert.equal(codeOf(silent), 'ORIGIN_NOT_ALLOWED', 'a change names its origin');
  });

  test('is told apart by what the browser says of it', async () => {
    for (const site of ['cross-site', 'same-site', 'anything']) {
      const reply = await browser.send(STATUS, { headers: { 'sec-fetch-site': site } });
      assert.equal(codeOf(reply), 'ORIGIN_NOT_ALLOWED', site);
    }
    for (const site of ['same-origin', 'none'])
      assert.equal((await browser.send(STATUS, { headers: { 'sec-fetch-site': site } })).status, 200, site);
  });

  test('cannot send what a form can send', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      undefined,
    ]) {
      const reply = await browser.send('/control/v1/find', {
        method: 'POST',
        body: '{"text":"lab"}',
        headers: { 'content-type': type },
      });
      assert.deepEqual([reply.status, codeOf(reply)], [400, 'BAD_REQUEST'], String(type));
    }
  });

  test('is given no answer that it could read, frame or embed', async () => {
    for (const reply of [
      await browser.send(STATUS),
      await send(origin, '/console/'),
      await send(origin, '/log/checkpoint'),
      await send(origin, '/nothing'),
    ]) {
      const { headers } = reply;
      assert.equal(headers['access-control-allow-origin'], undefined);
      assert.equal(headers['x-frame-options'], 'DENY');
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /default-src 'none'; script-src 'self';/);
      assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    }
    const preflight = await send(origin, STATUS, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    assert.equal(preflight.status, 405);
  });
});

describe('a link', () => {
  test('that was used opens nothing more', async () => {
    const secret = link();
    assert.equal((await postLink(origin, secret)).status, 200);
    const again = await postLink(origin, secret);
    assert.deepEqual([again.status, codeOf(again)], [401, 'LINK_INVALID']);
    assert.equal(again.headers['set-cookie'], undefined);
    assert.match((JSON.parse(again.text) as { error: { next: string } }).error.next, /weighbridge console/);
  });

  test('is not spent by whoever may not use it', async () => {
    const secret = link();
    assert.equal(codeOf(await postLink(origin, secret, { origin: 'https://evil.example' })), 'ORIGIN_NOT_ALLOWED');
    assert.equal(codeOf(await postLink(origin, secret, { host: 'evil.example' })), 'HOST_NOT_ALLOWED');
    assert.equal(codeOf(await postLink(origin, secret, { 'content-type': 'text/plain' })), 'BAD_REQUEST');
    assert.equal((await postLink(origin, secret)).status, 200);
  });

  test('opens nothing as part of an address, which is kept and logged', async () => {
    const secret = link();
    for (const path of [
      `/control/v1/session?link=${secret}`,
      `/console/?link=${secret}`,
      `/control/v1/session/${secret}`,
    ]) {
      const reply = await send(origin, path);
      assert.equal(reply.headers['set-cookie'], undefined, path);
    }
    assert.equal((await postLink(origin, secret)).status, 200, 'and is not used up by it');
  });

  test('cannot be made through the listener, not even by a session', async () => {
    const reply = await browser.send('/control/v1/links', { method: 'POST', body: '{}' });
    assert.equal(reply.status, 404);
  });

  test('opens one session of many tries at once', async () => {
    const secret = link();
    const replies = await Promise.all(Array.from({ length: 20 }, () => postLink(origin, secret)));
    assert.equal(replies.filter(({ status }) => status === 200).length, 1);
    assert.equal(replies.filter((reply) => codeOf(reply) === 'LINK_INVALID').length, 19);
  });
});

describe('half a session', () => {
  test("is nothing: the token alone, another session's, a guess", async () => {
    const other = await openBrowser(started.server);
    const wrong = [
      { cookie: undefined },
      { cookie: '' },
      { cookie: other.cookie },
      { 'weighbridge-token': other.token },
      { cookie: browser.cookie.replace(/=.*/, `=${'A'.repeat(43)}`) },
      { 'weighbridge-token': 'A'.repeat(43) },
      { cookie: `${browser.cookie}; ${browser.cookie}` },
    ];
    for (const headers of wrong) {
      const reply = await browser.send(STATUS, { headers });
      assert.deepEqual([reply.status, codeOf(reply)], [401, 'SESSION_MISSING'], JSON.stringify(headers));
    }
    assert.equal((await browser.send(STATUS)).status, 200, 'the session itself is none the worse');
  });

  test('is never handed out again', async () => {
    for (const path of ['/control/v1/session', '/control/v1/sessions', STATUS]) {
      const { text, headers } = await browser.send(path);
      const held = browser.cookie.split('=')[1] ?? '';
      assert.ok(!text.includes(browser.token) && !text.includes(held), path);
      assert.equal(headers['set-cookie'], undefined);
      assert.equal(headers['cache-control'], 'no-store');
    }
  });

  test('does not outlive the session, which another may end', async () => {
    const other = await openBrowser(started.server);
    const { rows } = await browser.client.ask('sessions', {});
    assert.ok(rows.some(({ id, own }) => id === other.session && !own));
    assert.deepEqual(await browser.client.ask('endSession', { id: other.session }), { ended: true });
    assert.equal((await other.send(STATUS)).status, 401);
    const own = await openBrowser(started.server);
    const closed = await own.send('/control/v1/session', { method: 'DELETE' });
    assert.match(closed.headers['set-cookie']?.[0] ?? '', /Max-Age=0/);
    assert.equal((await own.send(STATUS)).status, 401);
  });

  test('leaves a trace: who opened and who ended it', async () => {
    const journal = openJournal(started.server.home.journal, { vault: started.server.home.vault });
    const entries = await until('the entries are sealed', 5_000, () => {
      const found = [...journal.entries({ kinds: ['session'] })].map(
        ({ index }) => JSON.parse(journal.groups(index).commercial?.text ?? '{}') as { action: string; by: object },
      );
      return found.some(({ action }) => action === 'end') ? found : undefined;
    });
    journal.close();
    assert.deepEqual(entries[0], {
      action: 'open',
      session: browser.session,
      by: { via: 'console', session: browser.session },
      before: { open: false },
      after: { open: true },
    });
    const ended = entries.find(({ action }) => action === 'end');
    assert.deepEqual(ended?.by, { via: 'console', session: browser.session }, 'ended by the other one');
  });
});
