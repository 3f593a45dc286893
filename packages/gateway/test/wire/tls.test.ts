// Over TLS the wire trusts whom it is told to trust, speaks HTTP/1.1, and uses its connections again.
import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { systemClock } from '@weighbridge/kernel';
import { UpstreamPools } from '../../src/pipeline/upstream-pools.ts';
import { selfSigned } from '../credentials/certificate.ts';
import { HELLO, Listener, POST } from './origin.ts';

async function overTls(ca: (own: string) => string[] | undefined, host: string): Promise<[Listener[], TLSSocket[]]> {
  const { key, cert } = selfSigned();
  const sockets: TLSSocket[] = [];
  const server = createTlsServer({ key, cert, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => void socket.write(HELLO));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const pools = new UpstreamPools(systemClock, ca(cert));
  const heard: Listener[] = [];
  for (let at = 0; at < 2; at += 1) {
    const listener = new Listener();
    pools.wire(`https://${host}:${(server.address() as AddressInfo).port}`).send(POST, listener);
    heard.push(await listener.over);
  }
  await pools.close();
  server.close();
  return [heard, sockets];
}

test('a certificate that is trusted carries calls, one after the other over one connection, in HTTP/1.1', async () => {
  const [heard, sockets] = await overTls((own) => [own], 'localhost');
  assert.deepEqual(
    heard.map(({ body, error }) => [body, error]),
    [
      ['hello', null],
      ['hello', null],
    ],
  );
  assert.equal(sockets.length, 1);
  assert.deepEqual(
    [sockets[0]?.alpnProtocol, (sockets[0] as { servername?: unknown }).servername],
    ['http/1.1', 'localhost'],
  );
});

test('one that is not is refused, and nothing is sent', async () => {
  const [heard] = await overTls(() => undefined, 'localhost');
  for (const { heard: events, error } of heard) {
    assert.deepEqual(events, ['error']);
    assert.match(error?.code ?? '', /SELF_SIGNED|UNABLE_TO_VERIFY/);
  }
});

test('a server that does not answer in TLS is an error of the connection', async () => {
  const server = createServer((socket) => void socket.end('no TLS here'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const pools = new UpstreamPools(systemClock, undefined);
  const listener = new Listener();
  pools.wire(`https://localhost:${(server.address() as AddressInfo).port}`).send(POST, listener);
  assert.deepEqual((await listener.over).heard, ['error']);
  await pools.close();
  server.close();
});
