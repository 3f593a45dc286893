// The projector's part of a run: when it and its database get their turns, what happens to them, and how they have to come
// to rest. All chance of it is of a stream of its own.
import { headOf } from './audit/log-files.ts';
import { settle } from './settle.ts';
import type { World } from './world.ts';

/** Turns after which an end in order is given up, as the main thread does. */
const CLOSE_TURNS = 60;
/** A try waits for 30 s at most, and all tables are folded again in some tens of turns. */
const CATCH_UP_TURNS = 240;

/** One step: some turns of the program and its database, and now and then something that befalls them. */
export async function stepProjector(world: World): Promise<void> {
  const { node, projectorRandom: random } = world;
  befall(world);
  if (node.running === null || !node.machine.up) return;
  for (let turns = random.below(7); turns > 0; turns -= 1) await turn(world);
}

async function turn(world: World): Promise<void> {
  const { node, projector, store } = world;
  projector.startWhenDue();
  store.step();
  projector.step();
  await settle();
  if (!node.machine.up) world.noticeCrashes();
}

function befall(world: World): void {
  const { plan, projector, store, projectorRandom: random } = world;
  const { faults } = store;
  const { refuses, losesAnswer, slow, outages, upsets, kills } = plan.store;
  Object.assign(faults, { refuses, losesAnswer, slow });
  if (outages && random.chance(0.08)) {
    faults.away = !faults.away;
    world.say(`the database ${faults.away ? 'goes away' : 'is back'}`);
  }
  if (kills && projector.running && random.chance(0.04)) {
    world.say('the projector is killed');
    projector.kill();
  }
  if (!upsets || !random.chance(0.05)) return;
  const upset = random.pick(['deleted', 'damaged', 'kept', 'put back'] as const);
  world.say(`the database is ${upset}`);
  if (upset === 'damaged') faults.damaged = store.kind === 'embedded';
  if (upset === 'kept') world.backup = store.tables;
  // Both are done while nobody is connected.
  if (upset !== 'deleted' && upset !== 'put back') return;
  projector.kill();
  if (upset === 'deleted') store.wipe();
  else if (world.backup !== null) store.restore(world.backup);
}

/** Faults stop. */
export function calmStore({ store }: World): void {
  Object.assign(store.faults, { away: false, refuses: 0, losesAnswer: 0, slow: 1 });
}

export async function closeProjector(world: World): Promise<void> {
  const ended = world.projector.close();
  for (let turns = 0; turns < CLOSE_TURNS && !ended(); turns += 1) {
    world.store.step();
    world.projector.step();
    await settle();
  }
  if (!ended()) world.projector.kill();
}

/** Every table comes to hold all that is sealed. */
export async function mustCatchUp(world: World): Promise<void> {
  const { projector, store, clock, ledger, node } = world;
  const head = headOf(ledger.published.at(-1));
  // Nothing was sealed yet, and without a checkpoint there is no log to read: the second look comes after the last seal.
  if (head === null) return;
  const { size } = head;
  for (let turns = 0; turns < CATCH_UP_TURNS && node.running !== null; turns += 1) {
    const rows = [...(store.tables.get('projection')?.rows.values() ?? [])];
    if (rows.length > 0 && rows.every((row) => Number(row['next_entry']) >= size) && projector.projector !== null)
      return;
    clock.advance(500);
    await turn(world);
  }
  if (node.running === null) return;
  const states = projector.projector?.state() ?? [];
  const behind = states.filter(({ next }) => next < size);
  const forKeys = behind.filter(({ state, problem }) => state === 'stopped' && /personal/.test(problem?.message ?? ''));
  if (ledger.keysUnsure && behind.length > 0 && forKeys.length === behind.length) {
    ledger.tablesStopped = true;
    return;
  }
  for (const { name, next, state, problem } of behind)
    ledger.stuck.push(`"${name}" holds ${next} of ${size} entries and gets no further (${state}): ${problem?.message}`);
  if (behind.length === 0) ledger.stuck.push('the projector does not open its tables');
}
