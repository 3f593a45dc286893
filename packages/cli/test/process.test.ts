// The command line as a process: what npm start runs, a pasted curl line, a receipt carried away and verified by
// somebody else, and the end by a signal. Streams, exit codes and colour as programs see them.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-process-'));
const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
after(() => rmSync(folder, { recursive: true, force: true }));

const cli = (words: readonly string[], cwd = folder): { code: number | null; stdout: string; stderr: string } => {
  const done = spawnSync(process.execPath, [MAIN, ...words], { cwd, env, encoding: 'utf8' });
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
};

async function start(words: readonly string[]): Promise<{ child: ChildProcess; output: () => string }> {
  const child = spawn(process.execPath, [MAIN, 'up', '--port', '0', '--no-sample', ...words], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.resume();
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('/log/checkpoint')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`up ended with ${code}: ${output}`)));
  });
  return { child, output: () => output };
}

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return ended;
};

describe('from start to proof', () => {
  let first: Awaited<ReturnType<typeof start>>;
  before(async () => {
    first = await start(['--latency', 'zero']);
  });

  test('the printed lines answer when pasted, and a receipt of theirs convinces a stranger', async () => {
    const lines = first.output().match(/^ {2}curl .+$/gm) ?? [];
    assert.equal(lines.length, 2);
    const [chat = '', messages = ''] = lines;
    assert.match(execFileSync('sh', ['-c', `${chat} -s`], { encoding: 'utf8' }), /"chat.completion"/);
    const streamed = execFileSync('sh', ['-c', `${messages} -s -D headers.txt`], { cwd: folder, encoding: 'utf8' });
    assert.match(streamed, /event: message_stop/);
    const id = /weighbridge-receipt: (\S+)/.exec(readFileSync(join(folder, 'headers.txt'), 'utf8'))?.[1] ?? '';
    const vkey = /--key (\S+)/.exec(first.output())?.[1] ?? '';
    const deadline = performance.now() + 10_000;
    while (cli(['receipt', id, '--out', 'receipt.json']).code !== 0) assert.ok(performance.now() < deadline, 'sealed');
    // The stranger has the file and the key, and nothing else of ours.
    const away = mkdtempSync(join(tmpdir(), 'weighbridge-stranger-'));
    const file = join(away, 'receipt.json');
    writeFileSync(file, readFileSync(join(folder, 'receipt.json')));
    const good = cli(['verify', file, '--key', vkey], away);
    assert.equal(good.code, 0, good.stderr);
    const text = readFileSync(file, 'utf8');
    for (const private_ of ['"who"', '"charges"', 'platform']) assert.ok(!text.includes(private_), private_);
    writeFileSync(
      file,
      text.replace(/[0-9](?=[^0-9]*$)/, (digit) => String((Number(digit) + 1) % 10)),
    );
    const bad = cli(['verify', file, '--key', vkey], away);
    assert.equal(bad.code, 3, `${bad.stdout}${bad.stderr}`);
    rmSync(away, { recursive: true, force: true });
  });

  test('a second instance on the folder is told whose it is', () => {
    const second = cli(['up', '--port', '0']);
    assert.equal(second.code, 4);
    assert.match(second.stderr, /is in use by process \d+/);
    assert.match(second.stderr, /--home/);
  });

  test('SIGTERM ends it in order; the next start has a new key and the old one no longer works', async () => {
    const [, old = ''] = /Bearer (wb_\w+)/.exec(first.output()) ?? [];
    assert.equal(await end(first.child, 'SIGTERM'), 0);
    assert.equal(existsSync(join(folder, '.weighbridge', 'lab', 'instance.json')), false);
    const again = await start(['--latency', 'zero']);
    const [, key = ''] = /Bearer (wb_\w+)/.exec(again.output()) ?? [];
    const [, origin = ''] = /listens at (\S+)/.exec(again.output()) ?? [];
    const statusOf = async (bearer: string): Promise<number> =>
      (await fetch(`${origin}/v1/models`, { headers: { authorization: `Bearer ${bearer}` } })).status;
    assert.deepEqual([await statusOf(key), await statusOf(old)], [200, 401]);
    assert.equal(await end(again.child, 'SIGINT'), 130);
  });
});

describe('streams', () => {
  test('an empty list is an empty JSON list', () => {
    const { code, stdout } = cli(['calls', '--json', '--team', 'nobody', '--log', 'lab']);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), []);
  });
  test('without a terminal nothing is coloured', () => {
    const { stdout } = cli(['help']);
    assert.ok(!stdout.includes('\u001b'));
  });
  test('help needs neither the server nor a parser of YAML', () => {
    const script = `import { registerHooks } from 'node:module'; const seen = []; registerHooks({ load(url, context, next) { seen.push(url); return next(url, context); } }); process.argv = ['', '', 'help']; process.on('exit', () => process.stderr.write(seen.join('\\n'))); await import(${JSON.stringify(new URL('../src/main.ts', import.meta.url).href)});`;
    const done = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    assert.equal(done.status, 0, done.stderr);
    const loaded = done.stderr.split('\n').filter((url) => url.startsWith('file:'));
    assert.ok(loaded.length > 0 && loaded.length < 60, `${loaded.length} modules`);
    assert.deepEqual(
      loaded.filter((url) => /\/(server|gateway|journal|ledger|protocol)\/src\/|\/(zod|yaml|undici)\//.test(url)),
      [],
    );
  });
});
