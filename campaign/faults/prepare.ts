// What every world of a campaign begins with, made once: the home of an instance that has carried so many calls that the first
// part of its log is finished and sealed, the witness of that log, and what the clients and readers of it saw.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { SeenCall } from '../stand/load.ts';
import { appendLines, readLines } from '../stand/lines.ts';
import { noEvidence } from './audit/evidence.ts';
import { openSmallDisk, unmountLeft } from './small-disk.ts';
import { World } from './world.ts';

export interface Prepared {
  readonly home: string;
  readonly witness: string;
  /** Of the witness. */
  readonly name: string;
  readonly seen: readonly SeenCall[];
  readonly shown: readonly string[];
}

/** Entries of a finished part of the log. */
const PART_ENTRIES = 16_384;
const SPARE_ENTRIES = 200;
const CLIENTS = 24;
const LOOK_MS = 500;

/** `folder`: where it lies, or is made. */
export async function prepare(folder: string, say: (message: string) => void): Promise<Prepared> {
  const done = join(folder, 'done');
  if (!existsSync(done)) await make(folder, say);
  return {
    home: join(folder, 'home'),
    witness: join(folder, 'witness'),
    name: readFileSync(done, 'utf8').trim(),
    seen: readLines<SeenCall>(join(folder, 'seen.ndjson')),
    shown: readLines<string>(join(folder, 'shown.ndjson')),
  };
}

async function make(folder: string, say: (message: string) => void): Promise<void> {
  const making = join(folder, 'making');
  unmountLeft(join(making, 'disk'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  const evidence = noEvidence();
  const disk = openSmallDisk(join(making, 'disk'), false);
  const latency = { ttft_ms: 0, gap_ms: 0 };
  const world = await World.open({ folder: making, disk, seed: 1, clients: CLIENTS, evidence, latency });
  try {
    world.carry();
    for (;;) {
      const { journal, projections } = await world.status();
      say(`preparing the log that every world begins with: ${journal.size} of ${PART_ENTRIES + SPARE_ENTRIES} entries`);
      if (journal.size >= PART_ENTRIES + SPARE_ENTRIES && projections.state === 'running') break;
      await setTimeout(LOOK_MS);
    }
    await world.stop();
    cpSync(join(disk.folder, 'h'), join(folder, 'home'), { recursive: true });
  } finally {
    await world.close();
  }
  cpSync(world.witnessHome, join(folder, 'witness'), { recursive: true });
  appendLines(join(folder, 'seen.ndjson'), evidence.seen);
  appendLines(join(folder, 'shown.ndjson'), [...evidence.shown]);
  rmSync(making, { recursive: true });
  writeFileSync(join(folder, 'done'), `${world.witnessName}\n`);
}
