// The tables' database is taken away or damaged, while the instance runs or not. Nothing is lost with it: every table is
// folded again from the journal.
import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Random } from '../../simulator/random.ts';
import { until, type World } from '../world.ts';
import type { Act } from './kind.ts';

const MADE_MS = 60_000;

/** In order or not, at random. */
async function end(world: World, random: Random): Promise<void> {
  await (random.chance(0.5) ? world.stop() : world.kill());
}

export const deletedDatabase: Act = async (world, variant, random) => {
  await setTimeout(random.between(50, 500));
  const { projections } = world.home;
  if (variant === 'while stopped') await end(world, random);
  const whole = random.chance(0.5);
  rmSync(whole ? projections : join(projections, 'data'), { recursive: true, force: true });
  const noticed = whole ? 'the whole folder' : 'the data alone';
  if (variant === 'while stopped') {
    await world.start();
    return { problems: [], noticed };
  }
  await setTimeout(random.between(50, 500));
  await world.rest();
  const made = await until(MADE_MS, () => existsSync(join(projections, 'data', 'PG_VERSION')));
  return { problems: made ? [] : [`the tables' files were not made again in ${MADE_MS / 1000} s`], noticed };
};

export const corruptedDatabase: Act = async (world, variant, random) => {
  await setTimeout(random.between(50, 500));
  if (variant === 'while running') return { problems: [], noticed: damage(world.home.projections, random) };
  await end(world, random);
  const noticed = damage(world.home.projections, random);
  await world.start();
  return { problems: [], noticed };
};

const AREAS = ['base', 'global', 'pg_wal', 'pg_xact'] as const;
const BYTES_MOST = 512;

/** Says what was done to which file. */
function damage(projections: string, random: Random): string {
  const area = random.pick(AREAS);
  const files = existsSync(join(projections, 'data', area)) ? filesIn(join(projections, 'data', area)) : [];
  if (files.length === 0) return 'there was none yet';
  const file = random.pick(files);
  const { size } = statSync(file);
  const how = random.weighted({ bytes: 8, cut: 1, emptied: 1 });
  if (how === 'bytes') {
    const fd = openSync(file, 'r+');
    for (let i = random.between(1, 16); i > 0; i -= 1)
      writeSync(fd, random.bytes(random.between(1, Math.min(BYTES_MOST, size))), 0, null, random.below(size));
    closeSync(fd);
  } else truncateSync(file, how === 'cut' ? random.below(size) : 0);
  return `${how} of ${file.slice(projections.length + 1)}`;
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size > 0)
    .toSorted();
