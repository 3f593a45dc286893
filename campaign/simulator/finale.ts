// The end of a run: all faults stop, and from then on the product has to come to rest by itself: to start, to take calls
// again, to close what was open, to have its log cosigned. Whatever does not within a stated number of tries is stuck.
import { openJournal } from '@weighbridge/journal';
import { headOf } from './audit/log-files.ts';
import type { NodeHost } from './node-host.ts';
import { Random } from './random.ts';
import { calmStore, mustCatchUp } from './projecting.ts';
import { guarded, restartCleanly, workloadCall } from './workload.ts';
import { settle } from './settle.ts';
import type { World } from './world.ts';

const TRIES = 4;
const ROUNDS = 60;
/** A lane looks at a disk that refused when it ticks; a call is in the log after a look and a seal of the recorder. */
const CALL_ROUNDS = 8;

export async function bringToRest(world: World): Promise<void> {
  const { node, witness, network, plan, ledger } = world;
  world.say('faults stop');
  network.partitioned = false;
  Object.assign(network.weather, { drop: 0, twice: 0, delay: 1 });
  for (const { machine } of [node, witness]) {
    Object.assign(machine.faults, { full: false, eio: 0, short: 0 });
    machine.crashAt = Infinity;
  }
  calmStore(world);
  const random = new Random(plan.seed, 'finale');
  if (node.machine.up && random.chance(0.5)) node.machine.crash(plan.powerLosses ? 'power' : 'kill');
  world.noticeCrashes();
  if (!(await mustStart(world))) return;
  await takeCalls(world, random);
  // Without a start in between: nobody has to help.
  await mustCatchUp(world);
  // A writer that ended leaves its open intents to the next start.
  await restartCleanly(world);
  if (node.running === null && !(await mustStart(world))) return;
  guarded(world, 'the last seal', ({ recorder }) => void recorder.step({ seal: true }));
  if (node.running === null) ledger.stuck.push('the recorder does not survive its last step');
  await mustBeWitnessed(world);
  await mustCatchUp(world);
  checkReader(world);
}

async function mustStart(world: World): Promise<boolean> {
  const { node, ledger } = world;
  for (let attempt = 0; attempt < TRIES && node.running === null; attempt += 1) {
    const started = world.startNode();
    if (started.outcome === 'refused' && !succeed(world, started.why)) {
      ledger.stuck.push(`the journal does not start: ${started.why}`);
      return false;
    }
    await settle();
    world.noticeCrashes();
  }
  if (node.running === null) ledger.stuck.push(`the journal does not start in ${TRIES} tries without a fault`);
  return node.running !== null;
}

/**
 * After a loss of power that `process` does not cover, write-ahead files may have holes where entries were acknowledged. The
 * journal says so and does not start; its operator opens a successor, whose first entry states the gap.
 */
function succeed(world: World, why: string): boolean {
  const { node, plan, counts, ledger } = world;
  const holes = plan.durability === 'process' && counts.power_losses > 0 && /^JOURNAL_CORRUPT: \S+\/wal\//.test(why);
  if (!holes || counts.successions > 0) return false;
  counts.successions += 1;
  ledger.superseded = ledger.published.splice(0);
  ledger.folded = [];
  node.succeed(why);
  return true;
}

/** Every lane takes a call again. */
async function takeCalls(world: World, random: Random): Promise<void> {
  const { node, disk, ledger } = world;
  for (const lane of node.running?.lanes.keys() ?? []) {
    for (let round = 0; ; round += 1) {
      if (node.running === null && !(await mustStart(world))) return;
      const entry = workloadCall(world, random, lane);
      while (disk.syncsWaiting > 0) disk.settleSync();
      await settle();
      while (disk.syncsWaiting > 0) disk.settleSync();
      await settle();
      if (entry?.told === 'kept') break;
      if (round === CALL_ROUNDS || node.running === null) {
        ledger.stuck.push(`lane ${lane} takes no call though the disk is well: ${node.running?.lanes[lane]?.trouble}`);
        break;
      }
      guarded(world, 'tick', ({ lanes, recorder }) => {
        lanes.forEach((writer) => writer.tick());
        recorder.step({ seal: true });
      });
      world.noticeCrashes();
    }
  }
}

/** The witness comes to have cosigned the log as it is, unless it was shown another history of it. */
async function mustBeWitnessed(world: World): Promise<void> {
  const { witness, node, ledger, network, clock } = world;
  world.impostor = false;
  world.noticeCrashes();
  for (let attempt = 0; attempt < TRIES && witness.witness === null; attempt += 1) {
    const started = world.startWitness();
    if (started.outcome === 'refused') ledger.stuck.push(`the witness does not start: ${started.why}`);
  }
  if (world.fork !== null || world.counts.successions > 0) return;
  const size = headOf(ledger.published.at(-1))?.size ?? 0;
  const origin = [...(witness.witness?.logs.keys() ?? [])][0] ?? '';
  for (let round = 0; round < ROUNDS; round += 1) {
    if (!network.busy && witness.witness?.remembered(origin)?.size === size) return;
    witness.follow();
    network.step();
    clock.advance(1_000);
    await settle();
  }
  const has = witness.witness?.remembered(origin)?.size ?? 0;
  if (node.running !== null) ledger.stuck.push(`the witness has ${has} of ${size} entries and gets no further`);
}

/** The product's own reader finds by its index what the log holds. */
function checkReader({ node, ledger }: World): void {
  if (node.running === null) return;
  const journal = openJournal(node.folder);
  try {
    const byId = new Map<string, number[]>();
    for (const { index, leaf } of journal.entries()) byId.set(leaf.id, [...(byId.get(leaf.id) ?? []), index]);
    for (const [id, indexes] of byId) {
      const found = journal.find(id).map(({ index }) => index);
      if (found.join() !== indexes.join())
        ledger.stuck.push(`the index finds ${id} at ${found.join()}, not ${indexes.join()}`);
    }
    for (const kind of ['config', 'key', 'alert', 'log_key', 'genesis'] as const) {
      const listed = [...journal.entries({ kinds: [kind] })].length;
      const there = [...journal.entries()].filter(({ leaf }) => leaf.kind === kind).length;
      if (listed !== there)
        ledger.stuck.push(`the index lists ${listed} entries of kind ${kind}, and there are ${there}`);
    }
  } catch (error) {
    ledger.stuck.push(`the log cannot be read: ${(error as Error).message}`);
  } finally {
    journal.close();
  }
}

/** Ends what still runs, so that nothing of one run is there in the next. */
export async function endAll(world: World): Promise<void> {
  for (const host of [world.node, world.fork].filter((each): each is NodeHost => each !== null)) {
    const witnessing = host.running?.witnessing;
    host.machine.crash('kill');
    world.network.hangUp(host.machine.name);
    await settle();
    await witnessing?.stop();
  }
  world.witness.machine.crash('kill');
  world.network.hangUp('witness');
  await settle();
}
