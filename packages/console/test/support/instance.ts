// A running instance as a user has it: the command line in a process of its own, with the lab's clouds behind it, a home of
// its own, and the console that it serves.
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildConsole } from '../../build/build.ts';

const MAIN = join(import.meta.dirname, '../../../cli/src/main.ts');

export interface Instance {
  readonly folder: string;
  /** Of the gateway. */
  readonly origin: string;
  readonly key: string;
  readonly vkey: string;
  /** Opens the console once. */
  readonly link: string;
  /** Folder of the journal. */
  readonly journal: string;
  /** Sends one call that completes; the id of its receipt. */
  call(): Promise<string>;
  /** Runs the command line in the instance's folder. */
  cli(words: readonly string[]): { readonly code: number | null; readonly text: string };
  stop(): Promise<void>;
}

interface Greeting {
  readonly origin: string;
  readonly key: string;
  readonly vkey: string;
  readonly console: string;
  readonly journal: string;
}

export interface InstanceOptions {
  /** About how many calls its sample organisation has, made before the start; absent: it has none. */
  readonly sample?: number;
}

export async function startInstance({ sample }: InstanceOptions = {}): Promise<Instance> {
  // Before the start would: files that are exchanged under an open page leave it blank.
  await buildConsole();
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-journey-'));
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, WEIGHBRIDGE_CORPUS: process.env['WEIGHBRIDGE_CORPUS'] };
  if (sample !== undefined) {
    const words = [MAIN, 'sample', 'make', '--calls', String(sample)];
    assert.equal(spawnSync(process.execPath, words, { cwd: folder, env, stdio: 'ignore' }).status, 0);
  }
  const quick = ['--lanes', '1', '--latency', 'zero', ...(sample === undefined ? ['--no-sample'] : [])];
  const words = ['up', '--json', '--port', '0', '--console-port', '0', ...quick];
  const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const { origin, key, vkey, console: link, journal } = await greetingOf(child);
  return {
    folder,
    origin,
    key,
    vkey,
    link,
    journal,
    call: async () => {
      const response = await fetch(`${origin}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'claude-sonnet-4-5',
          max_tokens: 64,
          messages: [{ role: 'user', content: 'Hello' }],
        }),
      });
      assert.equal(response.status, 200, await response.text());
      return response.headers.get('weighbridge-receipt') ?? '';
    },
    cli: (asked) => {
      const done = spawnSync(process.execPath, [MAIN, ...asked], { cwd: folder, env, encoding: 'utf8' });
      return { code: done.status, text: `${done.stdout}${done.stderr}` };
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function greetingOf(child: ChildProcess): Promise<Greeting> {
  assert.ok(child.stdout !== null);
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Greeting;
  assert.fail('the instance ended before it said where it listens');
}
