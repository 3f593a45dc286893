// Every command of docs/backup.md, in the order of the page, against an instance of its own; and what the page says of
// a backup beside a running instance.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { begin, run, split, type Ran, type Running } from './support/shell.ts';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../docs/backup.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-backup-'));
let up: Running;
let origin = '';
let key = '';
let id = '';

const say = (line: string): Promise<Ran> =>
  run(split(line.replace(/^weighbridge /, '').replace(/\bID\b/, id)), { folder });

async function call(): Promise<string> {
  const answer = await fetch(`${origin}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 8, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  assert.equal(answer.status, 200, await answer.text());
  return answer.headers.get('weighbridge-receipt') ?? '';
}

before(async () => {
  up = begin(['up', '--port', '0', '--latency', 'zero', '--no-sample'], { folder });
  [, origin = '', key = ''] = await up.said(/listens at (\S+)[^]*?Bearer (wb_\w+)[^]*\/log\/checkpoint/);
  id = await call();
});
after(async () => {
  up.interrupt('SIGTERM');
  await up.ended;
  rmSync(folder, { recursive: true, force: true });
});

describe('docs/backup.md', { concurrency: false }, () => {
  test('a call that was answered is in the backup that begins the moment after', async () => {
    for (let i = 0; i < 3; i += 1) {
      const answered = await call();
      const made = await say('weighbridge backup --to at-once --json');
      assert.equal(made.code, 0, made.stderr);
      const { folder: at, running } = JSON.parse(made.stdout) as { folder: string; running: boolean };
      assert.equal(running, true);
      const leaves = readFileSync(join(at, 'journal/log/entries/0.open'), 'latin1');
      assert.equal(leaves.split(answered).length - 1, 2, 'its intent and its receipt');
    }
  });

  test('does what it says, line by line', async () => {
    let ran = 0;
    for (const [, kind = '', block = ''] of PAGE.matchAll(/```(\S[^\n]*)?\n([\s\S]*?)```/g)) {
      assert.match(kind, /^sh( exit \d)?$/);
      for (const line of block.trim().split('\n')) {
        const done = await say(line);
        assert.equal(done.code, Number(/\d/.exec(kind)?.[0] ?? 0), `${line}\n${done.stdout}\n${done.stderr}`);
        assert.notEqual(done.stdout, '', line);
        ran += 1;
      }
    }
    assert.equal(ran, 10);
  });

  test('the successor says where old calls lie, and what is handed on from there is proven by the old key', async () => {
    const unknown = await say('weighbridge receipt ID --home restored');
    assert.match(`${unknown.code} ${unknown.stderr}`, /2 .*no entry[^]*--superseded 1/);
    const wrong = await say('weighbridge receipt ID --home restored --superseded 7');
    assert.match(`${wrong.code} ${wrong.stderr}`, /2 .*superseded no log "7"[^]*use one of 1/);
    const handed = await say('weighbridge receipt ID --home restored --superseded 1 --out call.json');
    assert.equal(handed.code, 0, handed.stderr);
    const old = readFileSync(join(folder, 'restored/lab/journal/superseded/1/log/vkey'), 'utf8').trim();
    const proven = await say(`weighbridge verify call.json --key ${old}`);
    assert.equal(proven.code, 0, proven.stdout);
    const explained = await say('weighbridge explain ID --home restored --superseded 1');
    assert.equal(explained.code, 0, explained.stderr);
  });

  test('the log that goes on still knows its calls and keys, and its checkpoint continues the one before', async () => {
    const found = await say('weighbridge receipt ID --home elsewhere');
    assert.equal(found.code, 0, found.stderr);
    const keys = await say('weighbridge keys list --home elsewhere --json');
    assert.equal(keys.code, 0, keys.stderr);
    assert.ok((JSON.parse(keys.stdout) as unknown[]).length > 0);
    const whole = await say('weighbridge verify --home elsewhere --last .weighbridge/lab/journal/log/checkpoint');
    assert.equal(whole.code, 0, whole.stdout);
  });

  const WRONG: readonly (readonly [string, number, RegExp])[] = [
    ['backup', 2, /needs a folder/],
    ['backup --to b --home nowhere', 2, /no journal/],
    ['restore moved --home third', 2, /one of --reason and --nothing-since/],
    ['restore moved --home third --reason a --nothing-since b', 2, /one of/],
    ['restore moved --home elsewhere --reason again', 4, /HOME_NOT_EMPTY|holds something already/],
    ['restore nothing-here --home third --reason x', 3, /no finished backup/],
  ];
  for (const [line, code, says] of WRONG) {
    test(`weighbridge ${line}: exit ${code}, and what to do instead`, async () => {
      const ran = await say(line);
      assert.equal(ran.code, code, ran.stderr);
      assert.match(ran.stderr, says);
    });
  }
});
