// The lab as a process: it answers when started, hands out a configuration that the product accepts, is deterministic
// under its seed, and never outlives its parent.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { AppError } from '@weighbridge/kernel';
import { configSchema } from '@weighbridge/protocol';
import { LAB_SITES, labConfiguration, labControl, startLab, type RunningLab } from '../src/index.ts';
import { claude, SEED, user } from './support.ts';

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function gone(pid: number): Promise<boolean> {
  for (const deadline = performance.now() + 5_000; performance.now() < deadline;) {
    if (!alive(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

describe('the lab process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-lab-'));
  let lab: RunningLab;
  before(async () => {
    lab = await startLab({ folder, seed: SEED, latency: { mode: 'zero' } });
  });
  after(async () => {
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is another process, serves every site, and keeps its credentials to its user', async () => {
    const { endpoints } = lab;
    assert.notEqual(endpoints.pid, process.pid);
    assert.ok(endpoints.simulated);
    for (const site of LAB_SITES) {
      const answer = await fetch(`${endpoints.clouds[site]}/__lab/endpoints`);
      assert.equal(answer.status, 200, site);
    }
    for (const file of [
      ...Object.values(endpoints.credentials.files),
      endpoints.credentials.google.service_account_file,
      endpoints.caFile,
    ]) {
      assert.equal(statSync(file).mode & 0o777, 0o600, file);
    }
  });

  it('hands out a configuration that the product’s schema accepts: every cloud, all simulated, no dangling name', () => {
    const config = configSchema.parse(labConfiguration(lab.endpoints));
    const deployments = Object.entries(config.deployments);
    assert.ok(deployments.length >= 12);
    assert.deepEqual(
      new Set(deployments.map(([, one]) => one.cloud)),
      new Set(['anthropic', 'foundry', 'bedrock', 'vertex', 'openai', 'azure-openai', 'openai-compatible']),
    );
    for (const [id, one] of deployments) {
      assert.ok(one.simulated, id);
      assert.ok(one.credential in config.credentials, id);
    }
    const used = new Set<string>();
    for (const [id, route] of Object.entries(config.routes)) {
      for (const candidate of route.candidates) {
        assert.ok(candidate.deployment in config.deployments, `${id} → ${candidate.deployment}`);
        used.add(candidate.deployment);
      }
    }
    assert.deepEqual(used, new Set(Object.keys(config.deployments)), 'every deployment has a route');
    assert.deepEqual(
      new Set(deployments.map(([, one]) => one.credential)),
      new Set(Object.keys(config.credentials)),
      'every credential is used',
    );
  });

  it('answers the same under the same seed in another process, with the same ids', async () => {
    const again = mkdtempSync(join(tmpdir(), 'weighbridge-lab-'));
    const other = await startLab({ folder: again, seed: SEED, latency: { mode: 'zero' } });
    try {
      const fresh = await startLab({ folder: again, seed: SEED, latency: { mode: 'zero' } });
      const body = { model: 'claude-sonnet-4-5', max_tokens: 90, messages: user('The same?') };
      const one = await claude(other.endpoints, body);
      const two = await claude(fresh.endpoints, body);
      await fresh.stop();
      assert.deepEqual(one.json, two.json);
      assert.equal(one.headers.get('request-id'), two.headers.get('request-id'));
    } finally {
      await other.stop();
      rmSync(again, { recursive: true, force: true });
    }
  });

  it('keeps requests whole when told to, for tests of what a gateway sends', async () => {
    const control = labControl(lab.endpoints.admin);
    await control.capture(true);
    await claude(lab.endpoints, { model: 'claude-sonnet-4-5', max_tokens: 9, messages: user('Keep me') });
    const [kept] = await control.requests();
    await control.capture(false);
    assert.equal(kept?.path, '/v1/messages');
    assert.match(kept?.body ?? '', /Keep me/);
  });

  it('dies with its parent, even one that is killed', async () => {
    const script = `
      import { startLab } from '${new URL('../src/index.ts', import.meta.url).href}';
      const lab = await startLab({ folder: process.argv[1], seed: 1, latency: { mode: 'zero' } });
      console.log(lab.endpoints.pid);
      setInterval(() => undefined, 1000);`;
    const again = mkdtempSync(join(tmpdir(), 'weighbridge-lab-'));
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script, again], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    assert.ok(alive(pid));
    parent.kill('SIGKILL');
    assert.ok(await gone(pid), 'the lab ends within five seconds of its parent');
    rmSync(again, { recursive: true, force: true });
  });

  it('says PORT_TAKEN when its ports are not free, and stop ends it for good', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const address = blocker.address();
    assert.ok(typeof address === 'object' && address !== null);
    const again = mkdtempSync(join(tmpdir(), 'weighbridge-lab-'));
    await assert.rejects(
      startLab({ folder: again, seed: 1, firstPort: address.port }),
      (error: unknown) => error instanceof AppError && error.code === 'PORT_TAKEN',
    );
    blocker.close();
    const short = await startLab({ folder: again, seed: 1, latency: { mode: 'zero' } });
    await short.stop();
    await short.stop();
    assert.ok(!alive(short.endpoints.pid));
    rmSync(again, { recursive: true, force: true });
  });

  it('does not keep a parent alive that has nothing more to do', async () => {
    const again = mkdtempSync(join(tmpdir(), 'weighbridge-lab-'));
    const script = `
      import { startLab } from '${new URL('../src/index.ts', import.meta.url).href}';
      const lab = await startLab({ folder: process.argv[1], seed: 1, latency: { mode: 'zero' } });
      console.log(lab.endpoints.pid);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script, again], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(parent, 'exit');
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    assert.deepEqual(await ended, [0, null]);
    assert.ok(await gone(Number(line.toString())));
    rmSync(again, { recursive: true, force: true });
  });

  it('says USAGE when it is told nothing useful', async () => {
    await assert.rejects(startLab({ seed: 1 } as never), { code: 'USAGE' });
  });
});
