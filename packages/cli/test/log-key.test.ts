// The key of a log, changed while its instance runs and while none does; and a stranger who has only the first key.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { begin, run, type Ran, type Running } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-log-key-'));
const away = mkdtempSync(join(tmpdir(), 'weighbridge-stranger-'));
let up: Running;
let origin = '';
let key = '';
let first = '';
let second = '';

const say = (...words: string[]): Promise<Ran> => run(words, { folder });
async function json<Value>(...words: string[]): Promise<Value> {
  const { code, stdout, stderr } = await run([...words, '--json'], { folder });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Value;
}

/** One call, and its receipt as a file that a stranger holds. */
async function handedOut(name: string): Promise<string> {
  const answer = await fetch(`${origin}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 8, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  assert.equal(answer.status, 200, await answer.text());
  const file = join(away, name);
  const words = ['receipt', answer.headers.get('weighbridge-receipt') ?? '', '--out', file];
  const deadline = performance.now() + 10_000;
  while ((await say(...words)).code !== 0) assert.ok(performance.now() < deadline, 'the receipt is sealed within 10 s');
  return file;
}

async function start(): Promise<void> {
  up = begin(['up', '--port', '0', '--latency', 'zero'], { folder });
  [, origin = '', key = ''] = await up.said(/listens at (\S+)[^]*?Bearer (wb_\w+)[^]*\/log\/checkpoint/);
}
const stop = async (): Promise<void> => {
  up.interrupt('SIGTERM');
  assert.equal((await up.ended).code, 0);
};
const published = async (): Promise<string> => (await (await fetch(`${origin}/log/key`)).text()).trim();

before(async () => {
  await start();
  first = await published();
});
after(async () => {
  up.interrupt('SIGTERM');
  await up.ended;
  for (const each of [folder, away]) rmSync(each, { recursive: true, force: true });
});

interface Changed {
  readonly vkey: string;
  readonly before: readonly string[];
}

describe('the key that signs a log', () => {
  test('is rotated while the instance runs: it publishes the new one at once, and the status names both', async () => {
    const early = await handedOut('early.json');
    const changed = await json<Changed>('log', 'rotate-key', '--reason', 'yearly');
    second = changed.vkey;
    assert.deepEqual([changed.before, await published()], [[first], second]);
    const { stdout } = await say('status');
    assert.match(stdout, new RegExp(`Public key +${second.replace(/[+/]/g, '\\$&')}`));
    assert.match(stdout, new RegExp(`Also signs +${first.replace(/[+/]/g, '\\$&')}`));
    const between = await handedOut('between.json');
    for (const file of [early, between]) {
      const stranger = await run(['verify', file, '--key', first], { folder: away });
      assert.equal(stranger.code, 0, stranger.stdout);
      const unknown = `Unknown key +signed also by an unknown key, ${second.split('+').slice(0, 2).join('\\+')}: `;
      assert.equal(new RegExp(unknown).test(stranger.stdout), file === between, stranger.stdout);
    }
  });

  test('is retired; a stranger with the first key follows the handover, and is told of it', async () => {
    await json<Changed>('log', 'retire-key');
    const late = await handedOut('late.json');
    const alone = await run(['verify', late, '--key', first], { folder: away });
    assert.equal(alone.code, 3, 'without the statement nobody can know');
    const statements = await (await fetch(`${origin}/log/handovers`)).text();
    writeFileSync(join(away, 'handovers'), statements);
    const told = await run(['verify', late, '--key', first, '--handovers', 'handovers'], { folder: away });
    assert.equal(told.code, 0, told.stdout);
    assert.ok(told.stdout.includes(`${first} was handed over to ${second} by entry`), told.stdout);
    const url = await run(['verify', `${origin}/log`, '--key', first, '--json'], { folder: away });
    assert.equal(url.code, 6);
    const { handovers } = JSON.parse(url.stdout) as { handovers: { from: string; to: string }[] };
    assert.deepEqual(
      handovers.map(({ from, to }) => [from, to]),
      [[first, second]],
    );
    const here = await say('verify', late, '--key', first);
    assert.equal(here.code, 0, 'on the machine of the log the statements are at hand');
    writeFileSync(join(away, 'policy.txt'), `log ${first}\nquorum none\n`);
    const policy = ['--policy', 'policy.txt', '--key', second];
    const led = await run(['verify', late, ...policy, '--handovers', 'handovers'], { folder: away });
    assert.equal(led.code, 0, `a policy that names the first key: ${led.stdout}${led.stderr}`);
    const unled = await run(['verify', late, ...policy], { folder: away });
    assert.match(`${unled.code} ${unled.stderr}`, /4 .*policy does not know the log of the key given/);
    const nothing = await run(['verify', late, '--key', first, '--handovers', late], { folder: away });
    assert.match(`${nothing.code} ${nothing.stderr}`, /2 .*holds no handover/);
  });

  test('is rotated while no instance runs, and the next start goes on under it', async () => {
    await stop();
    const { vkey, before: old } = await json<Changed>('log', 'rotate-key');
    assert.deepEqual(old, [second]);
    await start();
    assert.equal(await published(), vkey);
    const whole = await say('verify', '--key', first);
    assert.equal(whole.code, 6, whole.stdout);
    assert.match(whole.stdout, /Good as far as it goes/);
    assert.equal(whole.stdout.match(/was handed over to/g)?.length, 2);
    const receipt = await run(['verify', join(away, 'early.json'), '--key', first], { folder: away });
    assert.equal(receipt.code, 0, 'what was handed out first is still proven');
  });

  test('of a log that is not there is not rotated', async () => {
    const { code, stderr } = await run(['log', 'rotate-key'], { folder: away });
    assert.match(`${code} ${stderr}`, /2 .*there is no journal/);
  });

  test('takes no endless reason', async () => {
    const { code, stderr } = await say('log', 'rotate-key', '--reason', 'x'.repeat(5_000));
    assert.match(`${code} ${stderr}`, /FIELD_TOO_LARGE/);
  });
});
