// What `up` tells as JSON: from before any configuration is read, through a start that is refused, a run, a crash and a reader
// that never reads, with nothing else on standard error and no secret in any line. `doctor` is looked at too.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { begin } from './support/shell.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const PLANTED = 'planted-secret-or-prompt-5e1d';
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-up-log-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const config = (name: string, value: object): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ version: 1, log: 'lab', projections: 'off', ...value }));
  return path;
};
const good = config('good.yaml', { listen: { port: 0 }, telemetry: {} });
const up = (file: string, ...more: string[]): string[] => [
  'up',
  '--config',
  file,
  '--home',
  join(folder, 'home'),
  ...more,
];
const records = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event_name: string; body: string; attributes: Record<string, unknown> });

test('a start that is refused is a line of JSON with its code, asked for by flag or by environment', async () => {
  const bad = config('bad.yaml', { credentials: { a: { kind: 'api_key', secret: PLANTED } } });
  for (const [words, env] of [
    [up(bad, '--log-format', 'json'), {}],
    [up(bad), { WEIGHBRIDGE_LOG_FORMAT: 'json' }],
  ] as const) {
    const { code, stdout, stderr } = await begin(words, { folder, env }).ended;
    const [failed, ...more] = records(stderr);
    assert.deepEqual([code, stdout, more.length], [4, '', 0]);
    assert.deepEqual(
      [failed?.event_name, failed?.attributes['error.type']],
      ['weighbridge.server.failed', 'CONFIG_SECRET'],
    );
    assert.ok(!stderr.includes(PLANTED));
  }
  const wrong = await begin(up(bad), { folder, env: { WEIGHBRIDGE_LOG_FORMAT: 'xml' } }).ended;
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /is one of text, json/);
});

test('a run tells its start and its end in JSON, and shows neither link nor key', async () => {
  const running = begin(up(good, '--log-format', 'json', '--console-port', '0'), { folder });
  await running.said(/weighbridge\.server\.started/);
  running.interrupt('SIGTERM');
  const { code, stdout, stderr } = await running.ended;
  assert.deepEqual([code, stdout], [0, '']);
  const names = records(stderr).map(({ event_name: name }) => name);
  const told = ['config.warning', 'server.started', 'server.stopping', 'server.stopped'];
  assert.deepEqual(
    names,
    told.map((name) => `weighbridge.${name}`),
  );
  assert.ok(!stderr.includes('#link='), stderr);
});

test('a crash is a line without the words of the error, and the process ends', async () => {
  const crash = join(folder, 'crash.mjs');
  writeFileSync(crash, `process.on('SIGUSR2', () => { throw new SyntaxError('${PLANTED}'); });`);
  const words = ['--import', crash, MAIN, ...up(good, '--log-format', 'json', '--console-port', '0')];
  const child = spawn(process.execPath, words, { cwd: folder, env: { PATH: process.env['PATH'] ?? '', HOME: folder } });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (stderr.includes('server.started') && !child.killed) child.kill('SIGUSR2');
  });
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 1, stderr);
  const crashed = records(stderr).find(({ event_name: name }) => name === 'weighbridge.process.crashed');
  assert.deepEqual(crashed?.attributes, { 'exception.type': 'SyntaxError' });
  assert.match(crashed?.body ?? '', /^the process crashed: SyntaxError\n {2}at /);
  assert.ok(!stderr.includes(PLANTED), stderr);
});

test('doctor tells of a secret that is written out and of an environment that holds some by their places only', async () => {
  const bad = config('doctor.yaml', { credentials: { a: { kind: 'api_key', secret: PLANTED } } });
  const env = {
    ANTHROPIC_API_KEY: `${PLANTED}-a`,
    AWS_BEARER_TOKEN_BEDROCK: `${PLANTED}-b`,
    AWS_REGION: 'eu-central-1',
  };
  const words = ['doctor', '--config', bad, '--home', join(folder, 'doctor')];
  for (const more of [[], ['--json']]) {
    const { code, stdout, stderr } = await begin([...words, ...more], { folder, env }).ended;
    assert.equal(code, 4);
    assert.match(stdout, /ANTHROPIC_API_KEY/);
    assert.ok(!(stdout + stderr).includes(PLANTED));
  }
});
