// A byte of the sealed journal is another one: in a tile, in leaves, in records, in the checkpoint. It has to be noticed, by
// the start or by the verifier, and nothing may be signed over it; once the byte is put back, nothing is lost.
import { closeSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Random } from '../../simulator/random.ts';
import { verified } from '../settle.ts';
import type { World } from '../world.ts';
import type { Act } from './kind.ts';

export const tampered: Act = async (world, variant, random) => {
  const { vkey } = world.mustInstance();
  const stopped = variant === 'while stopped';
  await setTimeout(random.between(50, 400));
  await world.rest();
  // What no checkpoint covers may be cut off by right: everything is sealed first.
  if (stopped) await world.stop();
  else await world.control('POST', '/journal/seal');
  const byte = pickByte(world.home.journal, random, stopped);
  byte.flip();
  const problems: string[] = [];
  const notices: string[] = [];
  const notice = (when: string): void => {
    const [said] = verified(world, vkey);
    if (said === undefined) problems.push(`a byte of ${byte.name} was changed, and verify does not notice (${when})`);
    else notices.push(said);
  };
  try {
    notice('at once');
    const refused = stopped ? await world.tryStart() : null;
    if (refused !== null) notices.push(refused);
    if (refused !== null && !/refused JOURNAL_/.test(refused)) problems.push(`a start without a reason: ${refused}`);
    if (world.instance !== null) await goOn(world, random, byte.name, notice);
  } finally {
    if (stopped) await world.kill();
    byte.flip();
  }
  if (world.instance === null) await world.start();
  return { problems, noticed: `${byte.name}: ${notices.map((said) => said.slice(0, 120)).join(' | ')}` };
};

/** Calls go on over what was changed, are sealed, and it still shows. A checkpoint is written anew by the next one. */
async function goOn(world: World, random: Random, name: string, notice: (when: string) => void): Promise<void> {
  world.carry();
  await setTimeout(random.between(100, 500));
  await world.rest();
  if (name !== 'log/checkpoint') notice('with calls sealed after it');
}

const AREAS = ['log/tile', 'log/entries', 'records'] as const;

interface Byte {
  /** Path within the journal. */
  readonly name: string;
  /** Once to change it, once more to put it back. */
  readonly flip: () => void;
}

function pickByte(journal: string, random: Random, stopped: boolean): Byte {
  const area = stopped && random.chance(0.1) ? 'log/checkpoint' : random.pick(AREAS);
  const name = area === 'log/checkpoint' ? area : random.pick(filesIn(journal, area));
  const path = join(journal, name);
  const at = random.below(statSync(path).size);
  const mask = random.between(1, 255);
  const flip = (): void => {
    const fd = openSync(path, 'r+');
    const byte = Buffer.alloc(1);
    readSync(fd, byte, 0, 1, at);
    writeSync(fd, Buffer.from([(byte[0] ?? 0) ^ mask]), 0, 1, at);
    closeSync(fd);
  };
  return { name, flip };
}

const filesIn = (journal: string, area: string): string[] =>
  readdirSync(join(journal, area), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(journal.length + 1))
    .filter((name) => statSync(join(journal, name)).size > 0)
    .toSorted();
