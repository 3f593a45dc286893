// Every command of docs/witness.md, run by a shell in the order of the page, against a gateway of its own: the page
// promises nothing that was not done here.
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

const PAGE = readFileSync(resolve(import.meta.dirname, '../../../docs/witness.md'), 'utf8');
const MAIN = resolve(import.meta.dirname, '../src/main.ts');
const execute = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-witness-'));
const children: ChildProcess[] = [];
const env: Record<string, string> = { PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: folder };
const ports = { '7411': '', '7420': '' };

/** What stands in a block of the page, with this test's ports. */
const here = (text: string): string =>
  text.replace(/127\.0\.0\.1:7411|--port 7420|127\.0\.0\.1:7420/g, (found) => {
    const port = found.slice(-4) as keyof typeof ports;
    return found.slice(0, -4) + ports[port];
  });

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return String(port);
}

/** Starts a line that lasts, and resolves with what it said once it has said this. */
async function begin(line: string, said: RegExp): Promise<string> {
  const child = spawn('bash', ['-c', `exec ${line}`], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let text = '';
  const { promise, resolve: found, reject } = Promise.withResolvers<string>();
  const hear = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
    if (said.test(text)) found(text);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.once('exit', (code) => reject(new Error(`"${line}" ended with ${code}\n${text}`)));
  return promise;
}

const run = (line: string): Promise<{ stdout: string; stderr: string }> =>
  execute('bash', ['-ec', line], { cwd: folder, env, timeout: 60_000 });

const config = (witnesses: string): string => `version: 1
organisation: acme
log: lab
listen: { port: ${ports['7411']} }
${witnesses}
credentials: { own: { kind: none } }
deployments:
  own: { cloud: openai-compatible, model: own, endpoint: 'http://127.0.0.1:9/v1', credential: own, region: here, simulated: true }
routes: { own: { candidates: [{ deployment: own }] } }
keys: { caller: {} }
`;

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await look())) assert.ok(performance.now() < deadline, `${what}: not within 20 s`);
}

before(async () => {
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/weighbridge'), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  writeFileSync(join(folder, 'bin/node'), `#!/bin/sh\nexec "${process.execPath}" "$@"\n`);
  for (const name of ['weighbridge', 'node']) chmodSync(join(folder, 'bin', name), 0o755);
  ports['7411'] = await freePort();
  ports['7420'] = await freePort();
  writeFileSync(join(folder, 'weighbridge.yaml'), config(''));
  await begin('weighbridge up', /listens at/);
  const { stdout } = await run('weighbridge status --json');
  writeFileSync(join(folder, 'log.key'), (JSON.parse(stdout) as { journal: { vkey: string } }).journal.vkey);
  const made = await run('weighbridge keys create caller --json');
  const { key } = JSON.parse(made.stdout) as { key: string };
  // The cloud is not there: the call fails, and that is a receipt too.
  const answer = await fetch(`http://127.0.0.1:${ports['7411']}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{"model":"own","messages":[{"role":"user","content":"Hello"}]}',
  });
  env['ID'] = answer.headers.get('weighbridge-receipt') ?? '';
});
after(async () => {
  for (const child of children.filter(({ exitCode }) => exitCode === null)) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** The page's policy, with the keys of this run in place of its samples. */
function policyOf(block: string, vkeys: Readonly<Record<string, string>>): string {
  const text = here(block).replace(/(\S+)\+[0-9a-f]{8}\+\S+…/g, (sample, name: string) => {
    const vkey = name === 'acme/live/node-1' ? readFileSync(join(folder, 'log.key'), 'utf8').trim() : vkeys[name];
    assert.ok(vkey !== undefined, `${sample} stands for a key of this run`);
    return vkey;
  });
  return text;
}

describe('docs/witness.md', { concurrency: false }, () => {
  test('does what it says, block by block', async () => {
    const vkeys: Record<string, string> = {};
    let ran = 0;
    for (const [, kind = '', block = ''] of PAGE.matchAll(/```(\S[^\n]*)?\n([\s\S]*?)```/g)) {
      const lines = here(block).trim().split('\n');
      if (kind === 'sh background') {
        const said = await begin(lines.join('\n'), /vkey: \S+\n/);
        vkeys['auditor.example.org/1'] = /Public key +(\S+)/.exec(said)?.[1] ?? '';
      } else if (kind === 'yaml') {
        const filled = here(block).replace('auditor.example.org/1+…', vkeys['auditor.example.org/1'] ?? '');
        writeFileSync(join(folder, 'weighbridge.yaml'), config(filled));
        await until('the log is cosigned', async () =>
          /Witness +auditor\S*: cosigned/.test((await run('weighbridge status')).stdout),
        );
      } else if (kind === '') {
        vkeys['seller.example.org/1'] = readFileSync(join(folder, 'seller/witness/vkey'), 'utf8').trim();
        writeFileSync(join(folder, 'policy.txt'), policyOf(block, vkeys));
      } else if (kind === 'sh') {
        for (const line of lines) {
          if (line.startsWith('weighbridge receipt')) await until('its proof is cosigned', () => provenBy(line));
          const { stdout } = await run(line);
          assert.notEqual(stdout, '', line);
          ran += 1;
        }
      } else assert.fail(`a block of kind ${kind} is not run`);
    }
    assert.ok(ran >= 9, `${ran} lines were run`);
  });

  test('a policy that asks for more than the log has is exit 6, and names who is missing', async () => {
    const policy = readFileSync(join(folder, 'policy.txt'), 'utf8').replace('group outside any', 'group outside all');
    writeFileSync(join(folder, 'strict.txt'), policy);
    const line = 'weighbridge verify call.json --policy strict.txt';
    await assert.rejects(run(line), (error: { code: number; stdout: string }) => {
      assert.equal(error.code, 6);
      assert.match(error.stdout, /asks for all of \(auditor, seller\), and only auditor cosigned/);
      return true;
    });
    const status = (await run('weighbridge doctor')).stdout;
    assert.match(status, /ok +witness +auditor\.example\.org\/1: cosigned/);
  });

  test('a log put back to an older state is not what its witness remembers', async () => {
    const { stdout } = await run('weighbridge status --json');
    const { size: older } = (JSON.parse(stdout) as { journal: { size: number } }).journal;
    await run('cp -r .weighbridge/lab/journal older && weighbridge keys create caller --json');
    await until('the new entry is cosigned', async () => {
      const now = await run('weighbridge status --json');
      const { journal, witnesses } = JSON.parse(now.stdout) as {
        journal: { size: number };
        witnesses: { size: number }[];
      };
      return journal.size > older && witnesses[0]?.size === journal.size;
    });
    const policy = 'weighbridge verify older --key log.key --policy policy.txt';
    await assert.rejects(run(policy), (error: { code: number; stdout: string }) => {
      assert.equal(error.code, 3);
      assert.match(error.stdout, /auditor\.example\.org\/1 cosigned \d+ at .*: entries were dropped/);
      return true;
    });
  });
});

describe('a whole instance that is put back to yesterday, vault and all', { concurrency: false }, () => {
  test('starts, and its witness and every screen say what it is', async () => {
    const up = async (): Promise<ChildProcess> => {
      await begin('weighbridge up', /listens at/);
      return children.at(-1) as ChildProcess;
    };
    const stop = async (child: ChildProcess): Promise<void> => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    };
    const { stdout: before } = await run('weighbridge status --json');
    const { size: yesterday } = (JSON.parse(before) as { journal: { size: number } }).journal;
    await stop(children[0] as ChildProcess);
    await run('cp -r .weighbridge yesterday');
    const running = await up();
    await until('today is cosigned', async () => {
      const { stdout } = await run('weighbridge status --json');
      const { journal, witnesses } = JSON.parse(stdout) as { journal: { size: number }; witnesses: { size: number }[] };
      return journal.size > yesterday && witnesses[0]?.size === journal.size;
    });
    await stop(running);
    await run('rm -r .weighbridge && mv yesterday .weighbridge');
    await up();
    await until('status says so', async () =>
      /Witness +auditor\S*: CONTRADICTS/.test((await run('weighbridge status')).stdout),
    );
    await assert.rejects(run('weighbridge doctor'), (error: { code: number; stdout: string }) => {
      assert.equal(error.code, 3);
      assert.match(error.stdout, /FAILED +witness +auditor\.example\.org\/1: CONTRADICTS since/);
      return true;
    });
  });
});

async function provenBy(line: string): Promise<boolean> {
  const { stdout } = await run(`${line} --json`).catch(() => ({ stdout: '{}' }));
  return ((JSON.parse(stdout) as { cosigned_by?: string[] }).cosigned_by ?? []).length > 0;
}
