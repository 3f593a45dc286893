// What a campaign starts ends with it, and by itself when it is done.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { LEASH } from '../campaign/stand/start-instance.ts';

const begin = (program: string) =>
  spawn(process.execPath, [...LEASH, '--input-type=module', '--eval', program], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });

test('a program that is done ends, though its leash is held', async () => {
  const child = begin('process.exitCode = 4;');
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 4);
});

test('a program that would go on ends once nobody holds its leash', async () => {
  const child = begin('setInterval(() => undefined, 1000);');
  child.stdin?.end();
  const [code] = (await once(child, 'close')) as [number];
  assert.equal(code, 1);
});
