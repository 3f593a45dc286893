// Where the control API listens: beside the gateway and apart from it, behind TLS, or not at all.
import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { AppError } from '@weighbridge/kernel';
import { openBench, type Bench, type Raw } from '../support/server.ts';
import { codeOf, openBrowser, postLink, secretOf, send } from '../support/console.ts';

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.close());

const off = (raw: Raw): void => void (raw['projections'] = 'off');

/** Two ports, one after the other, that nothing else has. */
async function freePair(): Promise<number> {
  for (;;) {
    const first = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => first.once('listening', resolve));
    const { port } = first.address() as AddressInfo;
    const second = createServer();
    const free = await new Promise<boolean>((resolve) => {
      second.once('error', () => resolve(false));
      second.listen(port + 1, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => first.close(resolve));
    if (free) await new Promise((resolve) => second.close(resolve));
    if (free && port < 65_000) return port;
  }
}

describe('the control API', () => {
  test('listens at the port after the gateway, or at another where that is taken, and says so', async () => {
    const port = await freePair();
    const one = await bench.start({ name: 'one', port, change: off });
    assert.equal(one.server.consoleOrigin, `http://127.0.0.1:${port + 1}`);
    await one.server.stop();
    const taken = createServer().listen(port + 1, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const two = await bench.start({ name: 'two', port, change: off });
    assert.notEqual(two.server.consoleOrigin, `http://127.0.0.1:${port + 1}`);
    assert.ok(
      two.said.some((line) => line.includes(`port ${port + 1} is taken`)),
      two.said.join(),
    );
    assert.equal((await send(two.server.consoleOrigin ?? '', '/healthz')).status, 200);
    await assert.rejects(
      bench.start({ name: 'three', controlPort: port + 1, change: off }),
      (error: AppError) => error.code === 'PORT_TAKEN' && error.next.includes('control.port'),
      'a port that was asked for is not exchanged for another',
    );
    taken.close();
    await two.server.stop();
  });

  test('is not there where it is switched off, but for the control socket', async () => {
    const { server } = await bench.start({
      name: 'off',
      change: (raw) => {
        off(raw);
        raw['control'] = 'off';
      },
    });
    assert.deepEqual([server.consoleOrigin, server.consoleLink()], [null, null]);
    await server.stop();
  });

  test('is none of the gateway: its paths are not served there, nor calls here', async () => {
    const { server } = await bench.start({ name: 'apart', change: off });
    const browser = await openBrowser(server);
    for (const path of ['/control/v1/status', '/console/', '/control/openapi.json'])
      assert.equal((await send(server.origin, path)).status, 404, path);
    const call = await browser.send('/v1/messages', { method: 'POST', body: '{}' });
    assert.equal(call.status, 404);
    await server.stop();
  });
});

describe('behind a proxy that speaks TLS', () => {
  test('the cookie bears the prefix, the origin is the one that browsers see, and TLS is asked for from then on', async () => {
    const port = await freePair();
    const { server } = await bench.start({
      name: 'tls',
      change: (raw) => {
        off(raw);
        raw['control'] = { host: '0.0.0.0', port, origin: 'https://weighbridge.example.org', hosts: ['backend:8080'] };
      },
    });
    const link = server.consoleLink() ?? '';
    assert.match(link, /^https:\/\/weighbridge\.example\.org\/console\/#link=[\w-]{43}$/);
    // As the proxy would send it: the Host as the browser wrote it.
    const at = `http://127.0.0.1:${port}`;
    const host = 'weighbridge.example.org';
    const origin = 'https://weighbridge.example.org';
    const opened = await postLink(at, secretOf(link), { host, origin });
    assert.equal(opened.status, 200, opened.text);
    const cookie = opened.headers['set-cookie']?.[0] ?? '';
    assert.match(cookie, /^__Host-weighbridge=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/);
    assert.match(String(opened.headers['strict-transport-security']), /^max-age=\d{8}/);
    const { token } = JSON.parse(opened.text) as { token: string };
    const halves = { cookie: cookie.split(';')[0] ?? '', 'weighbridge-token': token, host };
    assert.equal((await send(at, '/control/v1/status', { headers: { ...halves, origin } })).status, 200);
    const plain = await send(at, '/control/v1/status', {
      headers: { ...halves, origin: 'http://weighbridge.example.org' },
    });
    assert.equal(codeOf(plain), 'ORIGIN_NOT_ALLOWED', 'the same name without TLS is another origin');
    const other = await send(at, '/healthz', { headers: { host: 'backend:8080' } });
    assert.equal(other.status, 200, 'a name that the configuration adds');
    assert.equal(codeOf(await send(at, '/healthz', { headers: { host: 'backend:8081' } })), 'HOST_NOT_ALLOWED');
    await server.stop();
  });
});
