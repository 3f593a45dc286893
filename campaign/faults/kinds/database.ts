// The tables' database is taken away or damaged, while the instance runs or not. Nothing is lost with it: every table is
// folded again from the journal.
import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Random } from '../../simulator/random.ts';
import type { Act, Done } from './kind.ts';

type Damage = (projections: string, random: Random) => string;

const whileStoppedOrRunning =
  (damage: Damage): Act =>
  async (world, variant, random): Promise<Done> => {
    await setTimeout(random.between(50, 500));
    if (variant === 'while running') return { problems: [], noticed: damage(world.home.projections, random) };
    await (random.chance(0.5) ? world.stop() : world.kill());
    const noticed = damage(world.home.projections, random);
    await world.start();
    return { problems: [], noticed };
  };

export const deletedDatabase = whileStoppedOrRunning((projections, random) => {
  const whole = random.chance(0.5);
  rmSync(whole ? projections : join(projections, 'data'), { recursive: true, force: true });
  return whole ? 'the whole folder' : 'the data alone';
});

const AREAS = ['base', 'global', 'pg_wal', 'pg_xact'] as const;
const BYTES_MOST = 512;

export const corruptedDatabase = whileStoppedOrRunning((projections, random) => {
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
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size > 0)
    .toSorted();
