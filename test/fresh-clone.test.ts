// The first ninety seconds of a new user: a fresh clone, the system's Node and npm, `npm start`, and the printed line
// pasted into a shell. Then the second start. Takes a minute, so it runs under CI and on request.
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ROOT } from './tidy/sources.ts';

const asked = process.env['CI'] === 'true' || process.env['WEIGHBRIDGE_FRESH'] !== undefined;
const skip = asked ? false : 'takes a minute: run with WEIGHBRIDGE_FRESH=1';

const FIRST_ANSWER_MS = 90_000;
const SECOND_ANSWER_MS = 5_000;

/**
 * The environment of a user's shell: no pinned Node on the path, nothing that npm left behind, and a home folder of its
 * own. npm keeps its own cache and settings, wherever this machine has them.
 */
function userEnvironment(home: string): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'));
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|XDG_)/i.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: path.join(delimiter),
    HOME: home,
    npm_config_cache: process.env['npm_config_cache'] ?? join(homedir(), '.npm'),
    npm_config_userconfig: process.env['npm_config_userconfig'] ?? join(homedir(), '.npmrc'),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves with the first printed curl command. */
  readonly curl: Promise<string>;
}

/** Joins the lines of a command that is continued with backslashes. */
const curlLine = (text: string): string | undefined =>
  /^\s*(curl .+)$/m.exec(text.replace(/\\\n\s*/g, ' ').replace(/\n[^\n]*$/, ''))?.[1];

function start(folder: string, home: string, port: number): Started {
  const child = spawn('npm', ['start', '--', '--port', String(port)], {
    cwd: folder,
    env: userEnvironment(home),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const curl = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const line = curlLine(output);
      if (line !== undefined) resolve(line);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  });
  return { child, output: () => output, curl };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  await ended;
}

describe('a fresh clone', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-fresh-'));
  const clone = join(folder, 'weighbridge');
  const home = join(folder, 'home');
  const running: ChildProcess[] = [];
  before(() => {
    mkdirSync(home);
    execFileSync('git', ['clone', '--quiet', '--no-hardlinks', ROOT, clone]);
  });
  after(async () => {
    for (const child of running) await stop(child);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts, pastes the printed line into a shell, and stops; how long until the answer was there. */
  async function timeToAnswer(): Promise<number> {
    const began = performance.now();
    const started = start(clone, home, await freePort());
    running.push(started.child);
    const line = await started.curl;
    const answer = execFileSync('sh', ['-c', `${line} --silent --show-error --fail`], { encoding: 'utf8' });
    const took = performance.now() - began;
    assert.match(answer, /"(choices|content)"/, answer);
    assert.match(started.output(), /simulated/i);
    await stop(started.child);
    return took;
  }

  test('the printed curl line answers within 90 seconds of npm start, install included', async () => {
    const took = await timeToAnswer();
    assert.ok(took < FIRST_ANSWER_MS, `answered after ${Math.round(took)} ms`);
    assert.deepEqual(readdirSync(home), [], 'nothing is written to the home folder');
    assert.deepEqual(readdirSync(folder).toSorted(), ['home', 'weighbridge']);
  });

  test('the second start answers within 5 seconds', async () => {
    const took = await timeToAnswer();
    assert.ok(took < SECOND_ANSWER_MS, `answered after ${Math.round(took)} ms`);
  });
});
