// Security events on the wire: RFC 5424 in octet-counted frames over TCP and TLS, a datagram each over UDP, lines in a file;
// and what is told when nobody takes them.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { startLab } from '@weighbridge/lab';
import { until } from '../support/server.ts';
import { sinkOf } from '../../src/security/sinks.ts';
import { syslogText, type SyslogMessage } from '../../src/security/syslog.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-syslog-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const AT = Date.UTC(2026, 10, 30, 12, 0, 0, 5);
const message = (json: string): SyslogMessage => ({ at: AT, severity: 3, event: 'auth_failed', json });
const noSecret = () => Promise.reject(new Error('no secret is asked for'));
const syslog = { kind: 'syslog', host: '127.0.0.1', facility: 13 } as const;

/** Takes octet-counted frames apart, as a server would. */
function framesIn(text: string): string[] {
  const frames: string[] = [];
  for (let at = 0; at < text.length;) {
    const space = text.indexOf(' ', at);
    const length = Number(text.slice(at, space));
    assert.ok(Number.isInteger(length) && length > 0, text.slice(at, at + 20));
    frames.push(text.slice(space + 1, space + 1 + length));
    at = space + 1 + length;
  }
  return frames;
}

async function listening(
  t: TestContext,
  server: Server,
): Promise<{ port: number; text: () => string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  let text = '';
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, text: () => text, sockets };
}

test('a message has the header of RFC 5424, is ASCII, and its JSON is what it was', () => {
  const json = JSON.stringify({ message: 'naïve 🚲 "x"' });
  const text = syslogText(
    { at: AT, severity: 5, event: 'tamper_found', json },
    { facility: 13, host: 'ho st\u00e9', pid: 42 },
  );
  const [, header = '', body = ''] = /^(.*? -) (.*)$/.exec(text) ?? [];
  assert.equal(header, '<106>1 2026-11-30T12:00:00.005Z host weighbridge 42 tamper_found -');
  assert.match(text, /^[\x20-\x7e]+$/);
  assert.deepEqual(JSON.parse(body), JSON.parse(json));
  assert.match(syslogText(message('{}'), { facility: 13, host: '', pid: 1 }), /^<108>1 \S+ - weighbridge/);
});

test('over TCP frames are counted in octets, and a connection that ended is made anew', async (t) => {
  const server = await listening(t, createServer());
  const sink = sinkOf({ ...syslog, transport: 'tcp', port: server.port }, noSecret);
  t.after(() => sink.close());
  await sink.send([message('{"a":1}'), message('{"b":"line\\nbreak é"}')]);
  await until('both arrive', 5_000, () => (framesIn(server.text()).length === 2 ? true : undefined));
  server.sockets[0]?.end();
  await once(server.sockets[0] ?? assert.fail('a connection'), 'close');
  await until('it is sent over a new connection', 5_000, async () => {
    await sink.send([message('{"c":3}')]).catch(() => undefined);
    return framesIn(server.text()).some((frame) => frame.endsWith(' {"c":3}')) ? true : undefined;
  });
  assert.ok(server.sockets.length >= 2);
  assert.match(
    framesIn(server.text())[0] ?? '',
    /^<108>1 2026-11-30T12:00:00\.005Z \S+ weighbridge \d+ auth_failed - \{"a":1\}$/,
  );
});

test('over TLS the server must be one that is trusted', async (t) => {
  const lab = await startLab({ folder: join(folder, 'lab'), seed: 1, latency: { mode: 'zero' } });
  t.after(() => lab.stop());
  const { hostname: host, port } = new URL(lab.endpoints.identity.entra);
  const tls = { ...syslog, host, port: Number(port), transport: 'tls' } as const;
  const trusting = sinkOf({ ...tls, ca: lab.endpoints.caFile }, noSecret);
  t.after(() => trusting.close());
  await trusting.send([message('{"t":1}')]);
  const doubting = sinkOf(tls, noSecret);
  await assert.rejects(doubting.send([message('{"u":1}')]), {
    code: 'EVENTS_UNDELIVERED',
    message: /does not take syslog over tls \(\w*(?:CERT|SIGNED|SIGNATURE)\w*\)/,
  });
});

test('over UDP each is a datagram', async (t) => {
  const server = createSocket('udp4');
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const sink = sinkOf({ ...syslog, transport: 'udp', port: server.address().port }, noSecret);
  t.after(() => sink.close());
  const arrived = once(server, 'message') as Promise<[Buffer]>;
  await sink.send([message('{"d":1}')]);
  assert.match((await arrived)[0].toString(), /^<108>1 .* - \{"d":1\}$/);
});

test('over UDP an event that fits no datagram is cut and says so, and the next one goes', async (t) => {
  const server = createSocket('udp4');
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const sink = sinkOf({ ...syslog, transport: 'udp', port: server.address().port }, noSecret);
  t.after(() => sink.close());
  const arrived: string[] = [];
  server.on('message', (bytes) => void arrived.push(bytes.toString()));
  const long = { uid: 'one', message: '\u4e2d'.repeat(40_000), unmapped: { why: 'x'.repeat(70_000) } };
  await sink.send([message(JSON.stringify(long)), message('{"uid":"two"}')]);
  await until('both datagrams', 5_000, () => (arrived.length === 2 ? true : undefined));
  const [first = '', second = ''] = arrived;
  const event = JSON.parse(first.slice(first.indexOf('{'))) as typeof long;
  assert.deepEqual(event, {
    uid: 'one',
    message: '\u4e2d'.repeat(1_000),
    unmapped: { cut_from_bytes: Buffer.byteLength(JSON.stringify(long)) },
  });
  assert.match(second, /- \{"uid":"two"\}$/);
});

test('a file gets a line each, for its owner alone, and one that is moved away is made anew', async () => {
  const path = join(folder, 'events.jsonl');
  const sink = sinkOf({ kind: 'file', path }, noSecret);
  await sink.send([message('{"a":1}'), message('{"b":2}')]);
  renameSync(path, `${path}.1`);
  await sink.send([message('{"c":3}')]);
  assert.deepEqual(
    [readFileSync(`${path}.1`, 'utf8'), readFileSync(path, 'utf8')],
    ['{"a":1}\n{"b":2}\n', '{"c":3}\n'],
  );
  assert.equal(statSync(path).mode & 0o077, 0);
});

test('what nobody takes fails with a code and without what was sent', async () => {
  const planted = '{"planted":"words"}';
  for (const config of [
    { ...syslog, transport: 'tcp', port: 9 } as const,
    { kind: 'file', path: join(folder, 'none', 'x') } as const,
  ]) {
    await assert.rejects(sinkOf(config, noSecret).send([message(planted)]), (error: Error & { code: string }) => {
      assert.equal(error.code, 'EVENTS_UNDELIVERED');
      assert.ok(!error.message.includes('planted') && /\((ECONNREFUSED|ENOENT)\)/.test(error.message), error.message);
      return true;
    });
  }
});
