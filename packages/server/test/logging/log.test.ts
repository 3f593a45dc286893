// The instance's log: what a line is, what is told at which level, that whoever does not read it costs lines and nothing
// else, that a file which is moved away is opened anew, and that nothing with the shape of a secret stands in it.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AppError } from '@weighbridge/kernel';
import { configSchema } from '@weighbridge/protocol';
import { causeWords, crashFacts, openLog, type LogAsked } from '@weighbridge/server';
import { LOG_EVENTS } from '../../src/logging/events.ts';
import { scrub } from '../../src/logging/scrub.ts';
import { callLine, CallTeller, writeCallLines, type CallLines } from '../../src/telemetry/call-lines.ts';
import { seenCall } from '../support/seen-call.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-log-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const clock = { wall: () => Date.UTC(2026, 10, 30, 12), monotonic: () => 0 };
const parse = (line: string) => JSON.parse(line) as Record<string, unknown>;

function begin(asked: LogAsked, room: () => boolean = () => true) {
  const lines: string[] = [];
  const write = (line: string): boolean => room() && lines.push(line) > 0;
  return { lines, log: openLog({ asked, write, folder, clock }) };
}

test('a line has the fields of the log data model, its event by name, and where it runs once that is known', () => {
  const { lines, log } = begin({ format: 'json' });
  log.use(configSchema.parse({ version: 1, organisation: 'acme', node: 'n1', log: 'lab' }));
  log.say('port 80 is taken', 'control.port_taken', { port: 80, trace_id: 'a1', missing: undefined });
  assert.equal(lines.length, 1);
  assert.ok(lines[0]?.endsWith('\n'));
  assert.deepEqual(parse(lines[0] ?? ''), {
    timestamp: '2026-11-30T12:00:00.000Z',
    severity_text: 'WARN',
    severity_number: 13,
    event_name: 'weighbridge.control.port_taken',
    body: 'port 80 is taken',
    trace_id: 'a1',
    attributes: { 'weighbridge.port': 80 },
    resource: {
      'service.name': 'weighbridge',
      'service.version': '0.1.0',
      'service.instance.id': 'n1',
      'service.namespace': 'acme',
      'deployment.environment.name': 'lab',
    },
  });
});

test('text is the message alone; a level takes in the graver ones; what a person was told otherwise is in JSON only', () => {
  const text = begin({ level: 'warn' });
  text.log.say('told', 'control.port_taken');
  text.log.say('not told', 'config.watched');
  text.log.record('not for a person', 'server.failed');
  assert.deepEqual(text.lines, ['told\n']);
  const json = begin({ format: 'json', level: 'debug' });
  json.log.say('a call', 'call.completed');
  json.log.record('listening', 'server.started');
  assert.deepEqual(
    json.lines.map((line) => parse(line)['severity_text']),
    ['DEBUG', 'INFO'],
  );
});

test('what is quoted in a message makes no line of its own, and no terminal obeys it', () => {
  const hostile =
    'named a\u001b[2J\u009b31m\r\nalert: all is well\u2028{"event_name":"weighbridge.server.started"}\u0000';
  const text = begin({});
  text.log.say(hostile, 'config.warning', { route: hostile });
  assert.deepEqual(text.lines, [
    'named a\\u001b[2J\\u009b31m\\u000d\n  alert: all is well\\u2028{"event_name":"weighbridge.server.started"}\\u0000\n',
  ]);
  const json = begin({ format: 'json' });
  json.log.say(hostile, 'config.warning', { route: 'x'.repeat(1_000_000) + hostile });
  const [line = ''] = json.lines;
  assert.ok(!/(?!\n$)\p{Cc}|\u2028/u.test(line.trimEnd()), 'one line, of printable signs');
  assert.equal(parse(line)['body'], hostile);
  assert.ok(line.length < 3_000, String(line.length));
});

test('a configuration is followed, and what the command line asks goes before it', () => {
  const { lines, log } = begin({ format: 'json' });
  log.use(configSchema.parse({ version: 1, logging: { format: 'text', level: 'error' } }));
  log.say('too light', 'control.port_taken');
  log.say('heavy', 'tables.stopped');
  assert.deepEqual(
    lines.map((line) => parse(line)['body']),
    ['heavy'],
  );
});

test('who does not read costs lines: they are counted, and told once there is room again', () => {
  let room = true;
  const { lines, log } = begin({ format: 'json' }, () => room);
  room = false;
  for (let count = 0; count < 3; count += 1) log.say('lost', 'config.watched');
  assert.deepEqual([lines.length, log.dropped()], [0, 3]);
  room = true;
  log.say('here', 'config.watched');
  assert.deepEqual(
    lines.map((line) => parse(line)['event_name']),
    ['weighbridge.log.dropped', 'weighbridge.config.watched'],
  );
  assert.deepEqual(parse(lines[0] ?? '')['attributes'], { 'log.dropped': 3 });
});

test('a file gets JSON whatever stands on standard error, for its owner alone, and is opened anew when it is moved', async () => {
  const file = join(folder, 'log.jsonl');
  const { lines, log } = begin({ file });
  log.say('one', 'config.watched');
  log.record('two', 'server.started');
  await log.close();
  renameSync(file, `${file}.1`);
  const again = begin({ file: 'log.jsonl' });
  again.log.say('three', 'config.watched');
  await again.log.close();
  assert.deepEqual(lines, ['one\n']);
  const bodies = (path: string) =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => parse(line)['body']);
  assert.deepEqual([bodies(`${file}.1`), bodies(file)], [['one', 'two'], ['three']]);
  assert.equal(statSync(file).mode & 0o077, 0);
});

test('a file that is moved while it is written loses no line of either', async () => {
  const file = join(folder, 'rotated.jsonl');
  const { log } = begin({ file });
  log.say('before', 'config.watched');
  await log.close();
  renameSync(file, `${file}.1`);
  log.say('after', 'config.watched');
  await log.close();
  assert.match(readFileSync(`${file}.1`, 'utf8'), /before/);
  assert.match(readFileSync(file, 'utf8'), /after/);
});

test('a file that cannot be written is said once on standard error, and what it lost is counted', async () => {
  const shut = join(folder, 'not-there', 'log.jsonl');
  const { lines, log } = begin({ file: shut });
  log.say('one', 'config.watched');
  await log.close();
  log.say('two', 'config.watched');
  await log.close();
  const told = lines.filter((line) => line.includes('cannot be written (ENOENT)'));
  assert.deepEqual([told.length, log.dropped()], [1, 2]);
  mkdirSync(join(folder, 'not-there'));
  chmodSync(join(folder, 'not-there'), 0o700);
  log.say('three', 'config.watched');
  await log.close();
  assert.match(lines.at(-1) ?? '', /is written again; 2 lines were dropped/);
  assert.match(readFileSync(shut, 'utf8'), /three/);
});

test('what has the shape of a secret is masked, and what has not stays', () => {
  const secrets = [
    'wb_AbCd12345678_0123456789abcdefghijABCDEFGHIJ012345',
    'sk-ant-api03-0123456789abcdef',
    'AKIA0123456789ABCDEF',
    'Bearer c29tZXRoaW5nLXNlY3JldA==',
    'https://ops:hunter2hunter2@example.org/x',
    'api-key: 0123456789abcdef0123456789abcdef',
    '"client_secret":"lab~0123456789"',
    'http://127.0.0.1:7412/#link=0123456789abcdef0123',
    '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----',
  ];
  for (const secret of secrets) {
    const clean = scrub(`it said: ${secret}, twice`);
    assert.match(clean, /\[masked\]/, secret);
    assert.ok(!clean.includes(secret), clean);
  }
  const plain =
    'configuration weighbridge.yaml:12:3 `keys.lab` of route "m" at 127.0.0.1:7411 (CONFIG_INVALID), key AbCd12345678';
  assert.equal(scrub(plain), plain);
});

test('of an error that is not ours its kind and place are told, never its words', () => {
  const planted = 'a-planted-prompt';
  let error: unknown;
  try {
    JSON.parse(`${planted} is no JSON`);
  } catch (thrown) {
    error = thrown;
  }
  assert.match((error as Error).message, /a-planted/, 'the words of the parser quote it');
  const { kind, frames } = crashFacts(error);
  assert.equal(kind, 'SyntaxError');
  assert.ok(frames.length > 0 && frames.every((frame) => frame.startsWith('at ')), frames.join('\n'));
  assert.ok(!JSON.stringify([kind, frames, causeWords(error)]).includes('planted'));
  assert.equal(causeWords(new AppError('CONFIG_INVALID', 'words of ours')), 'words of ours');
  assert.match(causeWords(Object.assign(new Error(`lines\n    at ${planted}`), { code: 'EIO' })), /^Error EIO at /);
  assert.equal(crashFacts(planted).kind, 'string');
});

test('a sealed call is a line with its receipt, trace and codes; which ones is a choice', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const seen = { ...seenCall('01KB0000000000000000000000'), trace };
  assert.deepEqual([callLine(seen, 'off'), callLine(seen, 'failed')], [null, null]);
  const well = callLine(seen, 'all');
  assert.deepEqual(
    [well?.event, well?.facts?.['receipt'], well?.facts?.trace_id, well?.facts?.['deployment']],
    ['call.completed', seen.id, trace, 'west'],
  );
  const error = { code: 'UPSTREAM_ERROR', message: 'a-planted-answer' };
  const failed = callLine({ ...seen, call: { ...seen.call, outcome: 'error', status: 502, error } }, 'failed');
  assert.equal(LOG_EVENTS[failed?.event ?? 'call.completed'], 'warn');
  assert.deepEqual(
    [failed?.facts?.['error.type'], failed?.facts?.['http.response.status_code']],
    ['UPSTREAM_ERROR', 502],
  );
  assert.ok(!JSON.stringify(failed).includes('planted'));
});

test('lines about calls wait for the thread that writes, with a bound, and what was lost is said', () => {
  const sent: CallLines[] = [];
  const teller = new CallTeller((batch) => void sent.push(batch));
  const line = { message: 'm', event: 'call.failed' } as const;
  for (let count = 0; count < 5_000; count += 1) teller.take(line);
  assert.deepEqual([sent.length, sent[0]?.lines.length], [1, 1], 'the second batch waits until the first was taken');
  for (let before = 0; before < sent.length;) {
    before = sent.length;
    teller.taken();
  }
  const told = sent.reduce((sum, { lines }) => sum + lines.length, 0);
  const lost = sent.reduce((sum, { dropped }) => sum + dropped, 0);
  assert.deepEqual([told, told + lost], [4_097, 5_000]);
  const { lines, log } = begin({ format: 'json' });
  writeCallLines({ lines: [line], dropped: 2 }, log.say);
  assert.deepEqual(
    lines.map((one) => parse(one)['event_name']),
    ['weighbridge.call.failed', 'weighbridge.log.dropped'],
  );
});
