// Secrets of every kind that an instance holds, and content of calls, are planted; everything that logs is driven: start,
// bad configuration, wrong keys, errors of every cloud, alerts, collectors that refuse, the console, a crash of a thread.
// Nothing planted stands in any line, at the lowest level, in clear or encoded, and not in the messages as they were before
// the last net masked anything.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { labControl } from '@weighbridge/lab';
import { openLog, type Log, type Say } from '@weighbridge/server';
import { openBrowser, secretOf } from '../support/console.ts';
import { foundIn, formsOf } from '../support/planted.ts';
import { call, openBench, until, type Bench, type Raw, type Started } from '../support/server.ts';

const CONTENT = {
  prompt: 'planted prompt: the merger is on Friday',
  tool: 'planted_tool_argument_7f3a',
  system: 'planted system text /9c1?e',
  path: 'planted-path-segment-55aa',
  header: 'planted-header-value-77cc',
};
const SECRETS = {
  otlp: 'planted-otlp-token/with+signs=',
  scrape: 'planted-scrape-token-1a2b',
  webhook: `whsec_${Buffer.from('planted-webhook-key-0123').toString('base64')}`,
  slack: 'https://127.0.0.1:9/services/planted-slack-path-44dd',
  literal: 'planted-literal-secret-in-the-file-88ee',
};
let bench: Bench;
let started: Started;
let log: Log;
const written: string[] = [];
const raw: string[] = [];
const planted = new Map<string, string>();

before(async () => {
  for (const [name, value] of Object.entries(SECRETS)) process.env[`PLANTED_${name.toUpperCase()}`] = value;
  bench = await openBench();
  log = openLog({
    asked: { format: 'json', level: 'debug', file: join(bench.folder, 'planted.jsonl') },
    write: (line) => written.push(line) > 0,
    folder: bench.folder,
  });
  const say: Say = (message, event, facts) => {
    raw.push(`${message} ${JSON.stringify(facts ?? {})}`);
    log.say(message, event, facts);
  };
  started = await bench.start({
    name: 'planted',
    say,
    log,
    change: (config) => {
      config['logging'] = { calls: 'all' };
      config['telemetry'] = {
        prometheus: { token: { env: 'PLANTED_SCRAPE' } },
        otlp: { endpoint: 'http://127.0.0.1:9', headers: { authorization: { env: 'PLANTED_OTLP' } } },
      };
      config['alerts'] = {
        channels: {
          hook: { kind: 'webhook', url: 'http://127.0.0.1:9/', key: { env: 'PLANTED_WEBHOOK' }, allow_private: true },
          slack: { kind: 'slack', url: { env: 'PLANTED_SLACK' }, allow_private: true },
        },
      };
      config['limits'] = {
        rules: { few: { measure: 'requests', kind: 'soft', amount: 4, window: 'month', alert_at: [50] } },
      };
    },
  });
  for (const [name, value] of Object.entries({ ...CONTENT, ...SECRETS })) planted.set(name, value);
  plantFiles('lab', join(bench.folder, 'lab'), 4_096);
  plantFiles('vault', join(bench.folder, 'planted', 'lab', 'vault'), 4_096);
});
after(() => bench.close());

/** Whatever lies in the files of a folder and could be a secret: each of its words. */
function plantFiles(what: string, folder: string, most: number): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    const found = statSync(path);
    if (!found.isFile() || found.size > most || !/secret|key|token|pepper|salt|credential|\.json$/i.test(name))
      continue;
    for (const [index, word] of readFileSync(path, 'utf8')
      .split(/[\s"',:{}]+/)
      .entries())
      if (/^[\x21-\x7e]{20,}$/.test(word) && !/^(https?|file)|^\/|@|^[a-z.:_-]+$|BEGIN|END/i.test(word))
        planted.set(`${what} ${name} ${index}`, word);
  }
}

const body = (model: string, more: object = {}): Record<string, unknown> => ({
  model,
  max_tokens: 16,
  system: CONTENT.system,
  messages: [{ role: 'user', content: `${CONTENT.prompt} {"tool":"${CONTENT.tool}"}` }],
  tools: [{ name: 'look', input_schema: { type: 'object', properties: { q: { const: CONTENT.tool } } } }],
  ...more,
});

test('a planted word would be found in each of its forms', () => {
  for (const [form, text] of formsOf(CONTENT.system))
    assert.ok(foundIn(`before ${text} after`, new Map([['it', CONTENT.system]])).length > 0, form);
  const basic = Buffer.from(`user:${SECRETS.otlp}`).toString('base64');
  assert.deepEqual(foundIn(basic, new Map([['otlp', SECRETS.otlp]])).length > 0, true);
  assert.deepEqual(foundIn('nothing of it', planted), []);
  const kinds = [...planted.keys()].map((name) => name.split(' ')[0]);
  assert.ok(kinds.filter((kind) => kind === 'lab').length >= 10, 'credentials of every cloud are looked for');
  assert.ok(kinds.includes('vault'), [...planted.keys()].join('\n'));
});

test('calls that are served, refused, broken off and malformed at every cloud are told without what they held', async () => {
  const { server } = started;
  const lab = labControl(bench.lab.endpoints.admin);
  const made = await server.administration.createKey({ name: 'lab', aws: true });
  const { key } = made;
  planted.set('client key', key);
  planted.set('client key, secret part', key.split('_')[2] ?? '');
  planted.set('pair', made.aws?.secret_access_key ?? assert.fail('a pair'));
  const routes = Object.keys(bench.configuration['routes'] as object);
  for (const model of routes) await call(server.origin, key, body(model));
  for (const fault of [
    'unauthorized',
    'server_error',
    'reset',
    'malformed_sse',
    'error_after_200',
    'cut_stream',
  ] as const) {
    await lab.fault({ fault });
    for (const model of ['claude-sonnet-4-5', 'gpt-4.1']) await call(server.origin, key, body(model, { stream: true }));
    await lab.clearFaults();
  }
  const wrong = `${key.slice(0, -3)}zzz`;
  planted.set('wrong key', wrong);
  assert.equal((await call(server.origin, wrong, body('claude-sonnet-4-5'))).status, 401);
  const send = (path: string, init: RequestInit): Promise<Response> => fetch(`${server.origin}${path}`, init);
  const headers = { 'x-api-key': key, 'content-type': 'application/json', 'weighbridge-tags': `a=${CONTENT.header}` };
  await send('/v1/messages', { method: 'POST', headers, body: `{"model": ${CONTENT.prompt}` });
  await send(`/v1/${CONTENT.path}?key=${key}&api_key=${encodeURIComponent(SECRETS.otlp)}`, { headers });
  await send('/v1/messages', { method: 'POST', headers: { ...headers, traceparent: CONTENT.header }, body: '{}' });
  const signed = `AWS4-HMAC-SHA256 Credential=WBKA/x, SignedHeaders=host, Signature=${CONTENT.header}`;
  const aws = await send('/model/x/invoke', { method: 'POST', headers: { authorization: signed }, body: '{}' });
  assert.ok(aws.status >= 400);
  await server.probe(['anthropic-sonnet-4-5']);
  await server.administration.revokeKey(key.split('_')[1] ?? '');
  await until('the calls are told', 20_000, () =>
    calls() >= routes.length && failures().length >= 4 ? true : undefined,
  );
  const turned = await until('it is told that they were turned away', 5_000, () => {
    const lines = written.filter((line) => line.includes('"weighbridge.auth.failed"'));
    return lines.length >= 1 ? lines : undefined;
  });
  assert.ok(
    turned.some((line) => /"error.type":"KEY_INVALID","client.address":"127.0.0.1","weighbridge.key":/.test(line)),
  );
  const failed = failures();
  assert.ok(
    failed.every((line) => /"weighbridge\.receipt":"[0-9A-Z]{26}"/.test(line)),
    failed[0] ?? '',
  );
});

const failures = (): string[] => written.filter((line) => line.includes('"weighbridge.call.failed"'));
const calls = (): number => written.filter((line) => line.includes('"event_name":"weighbridge.call.')).length;

test('a configuration that is refused, with secrets written into it, is told without them', async () => {
  const { server, file } = started;
  const before = written.length;
  const { literal } = SECRETS;
  const refused: ((config: Raw) => void)[] = [
    (config) => (config['credentials']['anthropic'] = { kind: 'api_key', secret: literal }),
    (config) => (config['telemetry'] = { otlp: { endpoint: 'http://h', headers: { authorization: literal } } }),
    (config) => (config['telemetry'] = { otlp: { endpoint: `ftp://u:${literal}@h` } }),
    (config) => (config['alerts'] = { channels: { s: { kind: 'slack', url: literal } } }),
    (config) => (config['projections'] = { database: literal }),
    (config) => (config[literal] = 1),
  ];
  for (const change of refused) {
    started.write(change);
    await assert.rejects(server.reload('a test'), { code: /^CONFIG_/ });
  }
  writeFileSync(file, `version: 1\nkeys: { a: ${SECRETS.literal}\n`);
  await assert.rejects(server.reload('a test'));
  await until('the file is looked at', 10_000, () =>
    written.slice(before).some((line) => line.includes('weighbridge.config.refused')) ? true : undefined,
  );
  started.write(() => undefined);
  await server.reload('a test');
});

test('the console, its wrong cookies, the page of metrics and alerts that no channel takes are told without their secrets', async () => {
  const { server } = started;
  const link = server.consoleLink() ?? assert.fail('a link');
  planted.set('link', secretOf(link));
  const browser = await openBrowser(server);
  planted.set('cookie', browser.cookie.split('=')[1] ?? '');
  planted.set('token', browser.token);
  assert.equal((await browser.send('/control/v1/status', { headers: { cookie: `${browser.cookie}x` } })).status, 401);
  const origin = server.consoleOrigin ?? '';
  for (const token of [SECRETS.scrape, CONTENT.header])
    await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  await until('a channel fails', 20_000, () =>
    written.some((line) => line.includes('weighbridge.alert.channel_failed')) ? true : undefined,
  );
  await until('the collector fails', 20_000, () =>
    written.some((line) => line.includes('weighbridge.telemetry.collector_failed')) ? true : undefined,
  );
  await server.stop();
  await log.close();
  assert.ok(written.some((line) => line.includes('weighbridge.alert.raised')));
});

test('nothing planted was told', () => {
  const file = readFileSync(join(bench.folder, 'planted.jsonl'), 'utf8');
  assert.ok(written.length > 30 && file.split('\n').length > 30, String(written.length));
  for (const line of written) assert.doesNotThrow(() => JSON.parse(line), line);
  assert.deepEqual(foundIn(written.join(''), planted), []);
  assert.deepEqual(foundIn(file, planted), []);
  assert.deepEqual(foundIn(raw.join('\n'), planted), [], 'and not before the last net masked anything');
});
