// A sample of the simulator's campaign: some hundreds of seeds, each deliberate fault, and the simulated disk itself held
// against a real one. The same seeds each time; the campaign goes on from there (npm run campaign -- simulator).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Disk } from '@weighbridge/journal';
import { SimDisk } from '../campaign/simulator/disk/sim-disk.ts';
import { MUTATIONS } from '../campaign/simulator/mutations.ts';
import { Random } from '../campaign/simulator/random.ts';
import { runSeed } from '../campaign/simulator/run-seed.ts';

const SEEDS = 200;
/** A deliberate fault shows within so many seeds. */
const MUTATION_SEEDS = 120;

async function storyOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  await runSeed(seed, { say: (line) => lines.push(line) });
  return lines;
}

describe('the simulator', () => {
  test(`${SEEDS} seeds lose no receipt, double none, fold each once, and come to rest`, async () => {
    const failed: string[] = [];
    const seen = {
      kills: 0,
      power_losses: 0,
      injected_errors: 0,
      kept: 0,
      cosignatures: 0,
      erasures: 0,
      key_changes: 0,
      projector_starts: 0,
      transactions: 0,
      database_errors: 0,
    };
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { problems, counts } = await runSeed(seed);
      if (problems.length > 0) failed.push(`seed ${seed}: ${problems.join('; ')}`);
      for (const name of Object.keys(seen) as (keyof typeof seen)[]) seen[name] += counts[name];
    }
    assert.deepEqual(failed, []);
    for (const [name, count] of Object.entries(seen)) assert.ok(count > SEEDS / 10, `${name}: ${count}`);
  });

  test('the same seed tells the same story', async () => {
    for (const seed of [3, 58, 347, 1702, 202_747])
      assert.deepEqual(await storyOf(seed), await storyOf(seed), `seed ${seed}`);
  });

  for (const mutation of MUTATIONS) {
    test(`the auditor notices when ${mutation.what}`, async (t) => {
      for (let seed = 1; seed <= MUTATION_SEEDS; seed += 1) {
        const { problems } = await runSeed(seed, { mutation });
        const caught = problems.find((problem) => mutation.caught.test(problem));
        if (caught === undefined) continue;
        t.diagnostic(`seed ${seed}: ${caught}`);
        return;
      }
      assert.fail(`${MUTATION_SEEDS} seeds went by`);
    });
  }
});

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** One call on a disk: what came of it, as text that can be compared. */
function outcomeOf(act: () => unknown): string {
  try {
    const result = act();
    return Buffer.isBuffer(result) ? digestOf(result) : JSON.stringify(result ?? null);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}

/** Random calls under one root; the same random numbers give the same calls. */
function exercise(disk: Disk, root: string, random: Random): string[] {
  const names = ['a', 'b', 'sub/c', 'sub/d', 'other/e'];
  const path = (): string => `${root}/${random.pick(names)}`;
  const outcomes: string[] = [];
  const open: number[] = [];
  const note = (act: () => unknown): void => void outcomes.push(outcomeOf(act));
  const opened = (flags: string): void => {
    const at = path();
    note(() => void open.push(disk.openSync(at, flags, 0o600)));
  };
  for (let step = 0; step < 120; step += 1) {
    const fd = open[random.below(Math.max(1, open.length))];
    const bytes = random.bytes(random.between(1, 900));
    const [at, length] = [random.below(1_200), random.below(1_000)];
    const [from, to] = [path(), path()];
    const act = random.pick([
      'open',
      'open',
      'write',
      'write',
      'append',
      'cut',
      'read',
      'rename',
      'rm',
      'mkdir',
      'look',
    ]);
    if (act === 'open') opened(random.pick(['r', 'r+', 'w', 'w+', 'wx', 'wx+', 'a']));
    if (act === 'rename') note(() => disk.renameSync(from, to));
    if (act === 'rm') note(() => disk.rmSync(from, { force: random.chance(0.5) }));
    if (act === 'mkdir')
      note(() => disk.mkdirSync(`${root}/${random.pick(['sub', 'other'])}`, { recursive: true, mode: 0o700 }));
    if (act === 'look') note(() => [disk.existsSync(from), disk.statSync(from, { throwIfNoEntry: false })?.size]);
    if (fd === undefined) continue;
    if (act === 'write') note(() => disk.writeSync(fd, bytes, 0, bytes.length, at));
    if (act === 'append') note(() => disk.writeSync(fd, bytes, 0, bytes.length, null));
    if (act === 'cut') note(() => disk.ftruncateSync(fd, length));
    if (act === 'read') {
      const target = Buffer.alloc(1_000);
      note(() => [disk.readSync(fd, target, 0, target.length, at), disk.fstatSync(fd).size]);
      outcomes.push(digestOf(target));
    }
  }
  for (const name of names) note(() => disk.readFileSync(`${root}/${name}`));
  for (const fd of open) disk.closeSync(fd);
  return outcomes;
}

describe('the simulated disk', () => {
  test('without faults does what a real one does', (t) => {
    const home = fs.mkdtempSync(join(tmpdir(), 'weighbridge-disk-'));
    t.after(() => fs.rmSync(home, { recursive: true, force: true }));
    for (let seed = 1; seed <= 60; seed += 1) {
      const real = join(home, String(seed));
      fs.mkdirSync(real);
      const simulated = new SimDisk();
      simulated.addMachine('machine', new Random(seed, 'machine'));
      const hidden = (outcomes: readonly string[], root: string): string[] =>
        outcomes.map((outcome) => outcome.replaceAll(root, ''));
      const expected = hidden(exercise(fs, real, new Random(seed)), real);
      assert.deepEqual(hidden(exercise(simulated, '/machine', new Random(seed)), '/machine'), expected, `seed ${seed}`);
    }
  });

  test('keeps after a loss of power what was synced, and of the rest only what was there at some time', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const disk = new SimDisk();
      const machine = disk.addMachine('machine', new Random(seed));
      const fd = disk.openSync('/machine/file', 'w');
      disk.writeSync(fd, Buffer.alloc(2_000, 'a'), 0, 2_000, 0);
      disk.fsyncSync(fd);
      disk.fsyncSync(disk.openSync('/machine', 'r'));
      disk.writeSync(fd, Buffer.alloc(1_000, 'b'), 0, 1_000, 1_500);
      disk.writeSync(disk.openSync('/machine/unsynced', 'w'), Buffer.from('c'), 0, 1, 0);
      machine.crash('power');
      const left = disk.filesOf(machine).get('/file') ?? Buffer.alloc(0);
      assert.ok([2_000, 2_500].includes(left.length), `${left.length} bytes`);
      assert.match(left.toString('latin1', 0, 1_500), /^a+$/, 'what was synced and not written again');
      assert.match(left.toString('latin1', 1_500), /^[ab\0]+$/);
    }
  });
});
