// `lab up` as a process of its own: nothing but the command may keep it alive, so only a real process can show that it
// stays, how it ends, and that it takes the lab's process with it.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-lab-up-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Lab {
  readonly child: ChildProcess;
  readonly admin: string;
  readonly pid: number;
  readonly ended: Promise<number | null>;
  stderr(): string;
}

async function labUp(home: string): Promise<Lab> {
  const child = spawn(process.execPath, [MAIN, 'lab', 'up', '--json', '--home', join(folder, home)], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const line = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.includes('\n')) resolve(stdout);
    });
  });
  const said = await Promise.race([line, ended]);
  assert.equal(typeof said, 'string', `lab up ended with ${said}: ${stderr}`);
  const { admin, pid } = JSON.parse(stdout) as { admin: string; pid: number };
  return { child, admin, pid, ended, stderr: () => stderr };
}

/** True once no process has this id; waits for at most five seconds. */
async function isGone(pid: number): Promise<boolean> {
  for (const deadline = performance.now() + 5000; performance.now() < deadline;) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}

const still = (ms: number): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('still there'), ms));

describe('lab up', { concurrency: true }, () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 0],
  ] as const) {
    test(`stays until ${signal}, answers meanwhile, ends with ${code} and takes the lab with it`, async () => {
      const lab = await labUp(signal);
      // What would let it go shows within a turn of the loop; two seconds are a margin for a busy machine.
      assert.equal(await Promise.race([lab.ended, still(2000)]), 'still there', lab.stderr());
      const answer = await fetch(`${lab.admin}/__lab/faults`);
      assert.equal(answer.status, 200, await answer.text());
      lab.child.kill(signal);
      assert.equal(await lab.ended, code, lab.stderr());
      assert.ok(await isGone(lab.pid), `process ${lab.pid} is gone`);
      assert.equal(existsSync(join(folder, signal, 'lab', 'lab.json')), false);
    });
  }
  test('ends with a word when somebody else ends the lab', async () => {
    const lab = await labUp('killed');
    process.kill(lab.pid, 'SIGKILL');
    assert.equal(await lab.ended, 5);
    assert.match(lab.stderr(), /SERVER_NOT_RUNNING.*lab up/s);
  });
});
