// `cache` over an instance of two lanes: what it counts, what a purge and an erasure forget, and what tables make of hits.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { once } from 'node:events';
import type { ControlAnswer } from '@weighbridge/protocol';
import { chatAnswer } from './support/chat-answer.ts';
import { begin, run, type Running } from './support/shell.ts';

const folder = mkdtempSync(join(tmpdir(), 'weighbridge-cache-'));
let asked = 0;
const cloud = createServer((request, response) => {
  asked += 1;
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(chatAnswer(`chatcmpl-${asked}`, 'gpt-4.1'));
});
let instance: Running;
let origin = '';
let key = '';

before(async () => {
  cloud.listen(0, '127.0.0.1');
  await once(cloud, 'listening');
  const endpoint = `http://127.0.0.1:${(cloud.address() as AddressInfo).port}/v1`;
  const own = { cloud: 'openai', model: 'gpt-4.1', endpoint, credential: 'own', region: 'global', simulated: true };
  const configuration = {
    version: 1,
    log: 'lab',
    listen: { lanes: 2 },
    projections: 'off',
    control: 'off',
    credentials: { own: { kind: 'api_key', secret: { file: join(folder, 'secret') } } },
    deployments: { own },
    routes: { own: { candidates: [{ deployment: 'own' }], cache: { ttl: '10m' } } },
    keys: { app: { team: 'search', principal: 'ada' } },
  };
  writeFileSync(join(folder, 'secret'), 'of-the-test', { mode: 0o600 });
  writeFileSync(join(folder, 'weighbridge.yaml'), JSON.stringify(configuration));
  const made = await run(['keys', 'create', 'app', '--log', 'lab', '--json'], { folder });
  ({ key } = JSON.parse(made.stdout) as { key: string });
  instance = begin(['up', '--port', '0'], { folder });
  [, origin = ''] = await instance.said(/listens at (\S+)/);
});
after(async () => {
  instance.interrupt('SIGTERM');
  await instance.ended;
  cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

/** On a connection of its own, which the system gives to either lane. */
async function call(content: string): Promise<string> {
  const answer = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, connection: 'close' },
    body: JSON.stringify({ model: 'own', max_tokens: 50, messages: [{ role: 'user', content }] }),
  });
  assert.equal(answer.status, 200, await answer.text());
  return answer.headers.get('weighbridge-cache') ?? '';
}

async function told<Answer>(...line: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await run([...line, '--json'], { folder });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Answer;
}
const cache = async () => (await told<ControlAnswer<'cache'>>('cache', 'show')).rows[0];

test('either lane gives what one of them was told, and a purge or an erasure forgets it on both', async () => {
  assert.equal(await call('Hello'), 'miss');
  const answers: string[] = [];
  for (let at = 0; at < 12; at += 1) answers.push(await call('Hello'));
  // Between two threads a message takes its time; from then on each has it.
  assert.ok(asked <= 2, `${asked} calls reached the cloud`);
  assert.ok(
    answers.slice(2).every((one) => one.startsWith('hit; receipt=')),
    answers.join('\n'),
  );
  const row = await cache();
  assert.deepEqual([row?.route, row?.entries, row?.max_bytes], ['own', 1, 64 * 1024 ** 2]);
  assert.equal((row?.hits ?? 0) + (row?.misses ?? 0), 13);
  const saved = BigInt(Math.round(Number(row?.avoided['USD']) * 1e9));
  assert.equal(saved, BigInt(row?.hits ?? 0) * 38_000n, 'seven tokens in at 2 and three out at 8 dollars a million');
  const shown = await run(['cache', 'show'], { folder });
  assert.match(shown.stdout, /simulated: nothing real was called\.[\s\S]*own +\d+ +0 +\d/);

  const slip = await run(['cache', 'purge', '--route', 'owm'], { folder });
  assert.equal(slip.code, 2);
  assert.match(slip.stderr, /did you mean "own"\?/);
  assert.deepEqual(await told('cache', 'purge', '--team', 'other'), { entries: 0, bytes: 0 });
  assert.equal((await told<{ entries: number }>('cache', 'purge', '--route', 'own', '--team', 'search')).entries, 1);
  const before = asked;
  assert.equal(await call('Hello'), 'miss');
  assert.equal(asked, before + 1);
  await told('erase', 'ada');
  assert.equal((await cache())?.entries, 0);
});

test('without an instance there is nothing to look at, and it says where to look instead', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'weighbridge-cache-'));
  const { code, stderr } = await run(['cache', 'show'], { folder: empty });
  rmSync(empty, { recursive: true, force: true });
  assert.equal(code, 5);
  assert.match(stderr, /SERVER_NOT_RUNNING|no instance runs/);
});
