// Channels on real sockets: what arrives and how it is signed, what is tried again, what is given up and counted, and that
// one which is down keeps no other waiting.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server as HttpServer } from 'node:http';
import { createServer as createSmtp, type AddressInfo, type Server } from 'node:net';
import { after, describe, test } from 'node:test';
import type { AlertChannelConfig } from '@weighbridge/protocol';
import { openChannels, type Channels } from '../../src/alerts/channels.ts';
import { post } from '../../src/alerts/post.ts';
import type { Notice } from '../../src/alerts/notice.ts';
import { until } from '../support/server.ts';

const KEY = 'a-key-to-sign-by';
const PASSWORD = 'a-password';
const NOTICE: Notice = {
  id: '01KB0000000000000000000000',
  at: Date.UTC(2026, 10, 30, 12),
  alert: 'limit',
  about: 'each-user',
  message: 'limit "each-user": one end user has reached 80 %',
  advice: 'See `weighbridge limits each-user`',
  page: 'limits?sel=each-user',
  limit: { rule: 'each-user', share: 80, until: Date.UTC(2026, 11, 1), names: ['ada & <bob>'], personal: true },
};

interface Got {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
const got: Got[] = [];
/** What the next requests of a path are answered with; 200 when none is left. */
const answers = new Map<string, number[]>();
const http: HttpServer = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const path = request.url ?? '';
    got.push({ path, headers: request.headers, body: Buffer.concat(parts).toString() });
    if (path === '/silent') return;
    const status = answers.get(path)?.shift() ?? 200;
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('no secret');
  });
});
http.listen(0, '127.0.0.1');
await once(http, 'listening');
const base = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;

const said: string[] = [];
const opened: Channels[] = [];
interface Opening {
  readonly againMs?: readonly number[];
  readonly origin?: string;
}
function open(channels: Record<string, AlertChannelConfig>, opening: Opening = {}): Channels {
  const { againMs = [1, 1], origin = null } = opening;
  const clock = { wall: () => NOTICE.at, monotonic: () => performance.now() };
  const secrets: Record<string, string> = { KEY, PASSWORD, SLACK: `${base}/slack`, NO_ADDRESS: 'none' };
  const made = openChannels({
    readSecret: (secret) => Promise.resolve(secrets['env' in secret ? secret.env : ''] ?? ''),
    clock,
    instance: { organisation: 'acme', node: 'node-1', log: 'lab', console: origin },
    say: (message) => void said.push(message),
    againMs,
    deadlineMs: 500,
  });
  opened.push(made);
  made.use(channels);
  return made;
}
after(() => {
  for (const channels of opened) channels.stop();
  http.closeAllConnections();
  http.close();
});

const every = { persons: false, allow_private: true } as const;
const hook = (path: string, more: object = {}): AlertChannelConfig => ({
  kind: 'webhook',
  url: `${base}${path}`,
  ...every,
  ...more,
});
const arrived = (path: string): Promise<Got> =>
  until(`something at ${path}`, 5_000, () => got.find((one) => one.path === path));
const stateOf = (channels: Channels) => {
  const [state] = channels.states();
  assert.ok(state !== undefined);
  return state;
};

describe('a webhook', () => {
  test('takes JSON signed over id, time and body; a person stays at home unless the channel may name persons', async () => {
    open({ ops: hook('/signed', { key: { env: 'KEY' } }) }).send(NOTICE);
    const { headers, body } = await arrived('/signed');
    const [id, seconds] = [headers['webhook-id'], headers['webhook-timestamp']].map(String);
    const expected = createHmac('sha256', KEY).update(`${id}.${seconds}.${body}`).digest('base64');
    assert.equal(headers['webhook-signature'], `v1,${expected}`);
    assert.deepEqual([id, seconds], [NOTICE.id, String(NOTICE.at / 1000)]);
    const sent = JSON.parse(body) as { simulated: boolean; limit: { names: unknown; share: number } };
    assert.deepEqual([sent.simulated, sent.limit.names, sent.limit.share], [true, null, 80]);
    open({ ops: hook('/named', { persons: true }) }, { origin: 'https://scale.example.org/console/' }).send(NOTICE);
    const named = (await arrived('/named')).body;
    assert.match(named, /"names":\["ada & <bob>"\]/);
    // A link only where somebody said how browsers elsewhere reach the console.
    assert.match(body, /"link":null/);
    assert.match(named, /"link":"https:\/\/scale\.example\.org\/console\/limits\?sel=each-user"/);
    assert.doesNotMatch(named, /"(?:page|console)"/);
  });

  test('is tried again after a 500 and after silence, and arrives once', async () => {
    answers.set('/later', [500, 429]);
    const channels = open({ ops: hook('/later') });
    channels.send(NOTICE);
    await until('it is delivered', 5_000, () => (stateOf(channels).delivered === 1 ? true : undefined));
    assert.equal(got.filter(({ path }) => path === '/later').length, 3);
    assert.deepEqual([stateOf(channels).state, stateOf(channels).dropped, stateOf(channels).problem], ['up', 0, null]);
  });

  test('that refuses, redirects or stays away is given up, counted and shown without its address', async () => {
    answers.set('/refuses', [404]);
    answers.set('/redirects', [302, 302, 302]);
    answers.set('/broken', [500, 500, 500]);
    for (const [path, tries, problem] of [
      ['/refuses', 1, 'it was answered with 404'],
      ['/redirects', 1, 'it was answered with 302'],
      ['/broken', 3, 'it was answered with 500'],
      ['/silent', 3, 'no answer within 0.5 s'],
    ] as const) {
      const channels = open({ ops: hook(path) });
      channels.send(NOTICE);
      await until(`${path} is given up`, 5_000, () => (stateOf(channels).dropped === 1 ? true : undefined));
      assert.equal(got.filter((one) => one.path === path).length, tries, path);
      assert.deepEqual([stateOf(channels).state, stateOf(channels).problem], ['failing', problem]);
    }
    const lost = { url: 'http://127.0.0.1:9/', headers: {}, body: '', allowPrivate: true, deadlineMs: 500 };
    await assert.rejects(post(lost), { code: 'ALERT_UNDELIVERED', message: /^no connection \(ECONNREFUSED\)$/ });
    assert.ok(!got.some(({ path }) => path === '/elsewhere'), 'no redirect is followed');
    assert.ok(said.every((line) => !line.includes(base)));
  });

  test('of a private address, or without TLS, is refused unless it is meant', async () => {
    const inside = open({ ops: hook('/inside', { url: base.replace('http:', 'https:'), allow_private: false }) });
    assert.match((await inside.test('ops', NOTICE))?.problem ?? '', /127\.0\.0\.1, which is no public address/);
    const clear = open({ ops: hook('/clear', { allow_private: false }) });
    assert.match((await clear.test('ops', NOTICE))?.problem ?? '', /not https/);
    assert.equal(await clear.test('nobody', NOTICE), null);
  });

  test('whose queue is full drops what comes, and one that is down keeps no other waiting', async () => {
    const channels = open({ down: hook('/silent'), fine: hook('/fine') }, { againMs: [] });
    for (let index = 0; index < 250; index += 1) channels.send(NOTICE);
    await until('the other has all it had room for', 10_000, () =>
      channels.states()[1]?.waiting === 0 ? true : undefined,
    );
    const [down, fine] = channels.states();
    assert.ok((fine?.delivered ?? 0) >= 200);
    assert.ok((down?.dropped ?? 0) >= 50 && (down?.delivered ?? 1) === 0);
  });

  test('gets only what it asked for, and a channel that stays as it was keeps what waits', async () => {
    const channels = open({ ops: hook('/only', { only: ['witness'] }) });
    channels.send(NOTICE);
    channels.send({ ...NOTICE, alert: 'witness', limit: null });
    assert.match((await arrived('/only')).body, /"alert":"witness"/);
    await until('it is delivered', 5_000, () => (stateOf(channels).delivered === 1 ? true : undefined));
    channels.use({ ops: hook('/only', { only: ['witness'] }) });
    assert.equal(stateOf(channels).delivered, 1);
    channels.use({});
    assert.deepEqual(channels.states(), []);
  });
});

test('Slack gets text in which nothing of ours is markup, says it is simulated, and a secret without an address is said', async () => {
  const chat = { kind: 'slack', url: { env: 'SLACK' }, ...every, persons: true } as const;
  open({ chat }, { origin: 'https://scale.example.org/console/' }).send(NOTICE);
  const { text } = JSON.parse((await arrived('/slack')).body) as { text: string };
  assert.match(
    text,
    /^\[simulated\] acme\/node-1: limit "each-user".*It is "ada &amp; &lt;bob&gt;"\. See .*\. https:\/\/scale\.example/,
  );
  const none = open({ chat: { kind: 'slack', url: { env: 'NO_ADDRESS' }, ...every } });
  assert.equal((await none.test('chat', NOTICE))?.problem, 'the secret that `url` names holds no address');
});

describe('a mail', () => {
  /** As much SMTP as a client needs; `refuse`: what RCPT is answered with. */
  function smtp(refuse?: string): { readonly server: Server; readonly lines: string[] } {
    const lines: string[] = [];
    const server = createSmtp((socket) => {
      let data = false;
      let rest = '';
      socket.on('error', () => socket.destroy());
      socket.write('220 ready\r\n');
      socket.on('data', (chunk: Buffer) => {
        const all = (rest + chunk.toString()).split('\r\n');
        rest = all.pop() ?? '';
        for (const line of all) {
          lines.push(line);
          if (data && line === '.') {
            data = false;
            socket.write('250 taken\r\n');
          } else if (!data) socket.write(`${answer(line, refuse)}\r\n`);
          if (line === 'DATA') data = true;
        }
      });
    });
    return { server, lines };
  }
  const answer = (line: string, refuse = ''): string => {
    if (line.startsWith('EHLO')) return '250-here\r\n250 AUTH PLAIN';
    if (line.startsWith('RCPT') && refuse !== '') return refuse;
    return line === 'DATA' ? '354 go on' : line.startsWith('AUTH') ? '235 fine' : '250 fine';
  };
  const mail = (port: number, more: object = {}): AlertChannelConfig => ({
    kind: 'email',
    host: '127.0.0.1',
    port,
    tls: 'none',
    from: 'scale@example.org',
    to: ['ops@example.org'],
    user: 'scale',
    password: { env: 'PASSWORD' },
    ...every,
    ...more,
  });
  async function sent(refuse?: string, more: object = {}): Promise<{ problem: string | null; lines: string[] }> {
    const { server, lines } = smtp(refuse);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const tested = await open({ post: mail((server.address() as AddressInfo).port, more) }).test('post', NOTICE);
    server.close();
    return { problem: tested?.problem ?? null, lines };
  }

  test('names the instance and what happened, is written by who signs in, and has no person in it', async () => {
    const { problem, lines } = await sent();
    assert.equal(problem, null);
    const text = lines.join('\n');
    assert.match(text, /RCPT TO:<ops@example\.org>/);
    assert.match(text, /Subject: \[simulated\] Weighbridge acme\/node-1: limit each-user/);
    assert.match(text, /one end user has reached 80/);
    assert.ok(text.includes(Buffer.from(`\0scale\0${PASSWORD}`).toString('base64')));
    assert.ok(!text.includes('ada'));
  });

  test('that is refused is said by its code, never by what the server repeats; without TLS nothing is sent where TLS is asked', async () => {
    const refused = await sent(`550 no such box, ${PASSWORD}`);
    assert.match(refused.problem ?? '', /the mail was not taken \(EENVELOPE, answered with 550\)/);
    const plain = await sent(undefined, { tls: 'starttls' });
    assert.match(plain.problem ?? '', /not taken \(ETLS/);
    assert.ok(!plain.lines.some((line) => line.startsWith('AUTH') || line.startsWith('MAIL')));
  });
});
