// Real processes, killed by SIGKILL: between the store and the answer, before the store, and at random moments under load.
// What was answered is remembered; what is remembered is one history.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test, type TestContext } from 'node:test';
import { originHash } from '../src/index.ts';
import { readCheckpoint } from '../src/note/checkpoint.ts';
import { growLog, type GrownLog } from './support/grown-log.ts';
import { temporaryFolder } from './support/world.ts';

const log = growLog();
const fork = log.fork(4);

interface Alive {
  readonly child: ChildProcess;
  readonly url: string;
  readonly vkey: string;
  readonly ended: Promise<unknown>;
}

async function start(t: TestContext, folder: string, die?: object): Promise<Alive> {
  const order = JSON.stringify({ folder, vkey: log.vkey, port: 0, ...(die === undefined ? {} : { die }) });
  const program = join(import.meta.dirname, 'support/witness-process.ts');
  const child = spawn(process.execPath, [program, order], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { port, vkey } = JSON.parse(line) as { port: number; vkey: string };
  return { child, url: `http://127.0.0.1:${port}`, vkey, ended };
}

/** Status and body, or null when the connection broke. */
async function post({ url }: Alive, body: Buffer): Promise<{ status: number; body: string } | null> {
  try {
    const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: body.toString() });
    return { status: response.status, body: await response.text() };
  } catch {
    return null;
  }
}

async function remembered({ url }: Alive): Promise<ReturnType<typeof readCheckpoint> | null> {
  const response = await fetch(`${url}/${originHash(log.origin)}/checkpoint`);
  return response.status === 200 ? readCheckpoint(await response.text()) : null;
}

describe('a witness that is killed', () => {
  test('between its store and its answer refuses the other history ever after', async (t) => {
    const folder = join(temporaryFolder(t), 'witness');
    const first = await start(t, folder, { when: 'after', write: 2 });
    assert.equal((await post(first, log.body(0, 4)))?.status, 200);
    // Durable, and then dead: nobody has this cosignature, but it was made.
    assert.equal(await post(first, log.body(4, 9)), null);
    await first.ended;
    const second = await start(t, folder);
    assert.equal(second.vkey, first.vkey);
    assert.equal((await remembered(second))?.size, 9);
    assert.deepEqual(await post(second, fork.body(4, 9)), { status: 409, body: '9\n' });
    assert.equal((await post(second, fork.body(9, 9)))?.status, 422);
    assert.equal((await post(second, fork.body(9, 12)))?.status, 422);
    assert.equal((await post(second, log.body(9, 12)))?.status, 200);
  });

  test('before its store has cosigned nothing, and may take either', async (t) => {
    const folder = join(temporaryFolder(t), 'witness');
    const first = await start(t, folder, { when: 'before', write: 2 });
    assert.equal((await post(first, log.body(0, 4)))?.status, 200);
    assert.equal(await post(first, log.body(4, 9)), null);
    await first.ended;
    const second = await start(t, folder);
    assert.equal((await remembered(second))?.size, 4);
    assert.equal((await post(second, fork.body(4, 9)))?.status, 200);
    assert.equal((await post(second, log.body(9, 12)))?.status, 422);
  });

  test('at its very first checkpoint remembers it', async (t) => {
    const folder = join(temporaryFolder(t), 'witness');
    const first = await start(t, folder, { when: 'after', write: 1 });
    assert.equal(await post(first, log.body(0, 6)), null);
    await first.ended;
    const second = await start(t, folder);
    assert.deepEqual(await post(second, fork.body(0, 6)), { status: 409, body: '6\n' });
  });

  test('ten times at random moments, with both histories pressing: whatever it answered is one of them', async (t) => {
    const folder = join(temporaryFolder(t), 'witness');
    const answered: { branch: GrownLog; size: number }[] = [];
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    let size = 0;
    for (let life = 0; life < 10; life += 1) {
      const alive = await start(t, folder);
      size = (await remembered(alive))?.size ?? 0;
      const branches = random(2) === 0 ? [log, fork] : [fork, log];
      const cosigned = Promise.withResolvers<void>();
      const posts = branches.map(async (branch) => {
        for (let next = size + 1; next < Math.min(size + 5, 60); next += 1) {
          const answer = await post(alive, branch.body(next - 1, next));
          if (answer === null) return;
          if (answer.status !== 200) continue;
          answered.push({ branch, size: next });
          cosigned.resolve();
        }
      });
      // Every other life lasts until it has cosigned something, however slow the machine is.
      if (life % 2 === 1) await Promise.race([cosigned.promise, Promise.all(posts)]);
      setTimeout(() => alive.child.kill('SIGKILL'), random(30));
      await Promise.all([...posts, alive.ended]);
    }
    const last = await start(t, folder);
    const kept = await remembered(last);
    assert.ok(kept !== null && kept.size >= Math.max(0, ...answered.map(({ size: one }) => one)));
    const truth = kept.root.equals(log.root(kept.size)) ? log : fork;
    assert.deepEqual(kept.root, truth.root(kept.size));
    for (const { branch, size: one } of answered) assert.deepEqual(branch.root(one), truth.root(one));
  });
});
