// After a fault: everything that was acknowledged is sealed, the tables and the witness are waited for, and then the auditor
// looks. What does not come to rest by itself is said, and mended in the way that the product names, so that the next fault
// has a sound world to meet.
import { verifyFolder } from '@weighbridge/journal';
import { controlClient } from '@weighbridge/protocol';
import { controlSocket, readInstance, type Digests, type Status } from '@weighbridge/server';
import { audit } from './audit/auditor.ts';
import { readSealedLog, type SealedLog } from './audit/sealed-log.ts';
import { sumsDiffer } from './audit/sums.ts';
import { headOf } from '../simulator/audit/log-files.ts';
import type { Twin } from './twin.ts';
import { until, type World } from './world.ts';

export interface Settled {
  readonly problems: readonly string[];
  /** Entries of the log. */
  readonly size: number;
  /** What the tables showed that is no loss, when their files were damaged on purpose. */
  readonly noticed: readonly string[];
}

/** A database that has to be made again waits out its pauses; a machine may be busy. */
const TABLES_MS = 90_000;
const WITNESS_MS = 60_000;
const DAY_MS = 86_400_000;

/** `damaged`: the tables were damaged on purpose, and may show it, once. */
export async function settle(world: World, twin: Twin, damaged: boolean): Promise<Settled> {
  const { size } = await world.control<{ size: number }>('POST', '/journal/seal');
  const problems: string[] = [];
  const noticed: string[] = [];
  const stuck = await tablesReach(world, size);
  if (stuck !== null) (damaged ? noticed : problems).push(stuck);
  if (stuck !== null) problems.push(...(await rebuild(world, size)));
  const cosigned = await witnessReaches(world, size);
  if (cosigned !== null) problems.push(cosigned);
  world.noteCosigned();
  const log = readSealedLog(world.home.journal, world.readParts);
  world.evidence.shown.add(log.note);
  problems.push(...audit(log, world.evidence), ...verified(world));
  const differing = await tableProblems(world, twin, log);
  if (!damaged) return { problems: [...problems, ...differing], size, noticed };
  noticed.push(...differing);
  // Bytes that nobody has read yet may be wrong as well: whoever damaged the files has them made anew.
  problems.push(...(await rebuild(world, log.size)), ...(await tableProblems(world, twin, log)));
  return { problems, size, noticed };
}

const lagOf = ({ projections }: Status, size: number): string | null => {
  const stopped = projections.projections.find(({ state }) => state === 'stopped');
  if (stopped !== undefined) return `"${stopped.name}" stopped: ${stopped.problem?.message ?? ''}`;
  const least = Math.min(...projections.projections.map(({ next }) => next));
  if (projections.state === 'running' && least >= size) return null;
  return `the tables are ${projections.state} at ${least} of ${size}: ${projections.problem ?? projections.projections.find(({ problem }) => problem !== null)?.problem?.message ?? ''}`;
};

/** Null once every table holds so many entries; else how far they are, and why. */
async function tablesReach(world: World, size: number): Promise<string | null> {
  let last: string | null = '';
  await until(TABLES_MS, async () => {
    last = lagOf(await world.status(), size);
    return last === null || last.includes('stopped');
  });
  return last;
}

async function rebuild(world: World, size: number): Promise<string[]> {
  await world.control('POST', '/projections/rebuild');
  const stuck = await tablesReach(world, size);
  return stuck === null ? [] : [`after a rebuild ${stuck}`];
}

async function witnessReaches(world: World, size: number): Promise<string | null> {
  let said = '';
  const done = await until(WITNESS_MS, async () => {
    const [state] = (await world.status()).witnesses;
    said = `${state?.state} at ${state?.size}: ${state?.problem ?? ''}`;
    return state?.state === 'cosigning' && (state.size ?? 0) >= size;
  });
  return done ? null : `the witness does not cosign ${size} entries again: ${said}`;
}

/** The product's own verifier, with the largest checkpoint that anybody was ever shown. */
export function verified({ home, instance, evidence }: World, vkey = instance?.vkey ?? ''): string[] {
  const last = [...evidence.shown].toSorted((a, b) => sizeOf(a) - sizeOf(b)).at(-1);
  const { outcome, problem } = verifyFolder(home.journal, {
    vkey,
    vault: home.vault,
    ...(last === undefined ? {} : { last }),
  });
  return outcome === 'ok' ? [] : [`verify: ${outcome}: ${problem ?? ''}`];
}

const sizeOf = (note: string): number => headOf(note)?.size ?? 0;

/** Against the auditor's own sums, and against the twin row by row. */
async function tableProblems(world: World, twin: Twin, log: SealedLog): Promise<string[]> {
  const socket = readInstance(world.home)?.socket ?? '';
  const first = log.entries[0]?.leaf.at ?? 0;
  try {
    const { totals } = await controlClient(controlSocket(socket)).ask('overview', {
      since: first - DAY_MS,
      until: Date.now() + DAY_MS,
    });
    const held = await world.control<Digests>('POST', '/projections/digests');
    const size = Math.min(...Object.values(held.next));
    const behind = size < log.size ? [`the tables hold ${size} entries of ${log.size}`] : [];
    return [...behind, ...sumsDiffer(log.entries, totals), ...(await twin.differences(held, size))];
  } catch (error) {
    return [`the tables cannot be asked: ${(error as Error).message}`];
  }
}
