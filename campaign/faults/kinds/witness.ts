// The witness dies, stands still, loses its memory or its key, or is shown a second history. The log goes on without it. Later
// it cosigns again, or refuses and says why, and then another takes its place.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { askControl, openHome, readInstance, type Status } from '@weighbridge/server';
import type { Random } from '../../simulator/random.ts';
import { startLoad } from '../../stand/load.ts';
import { endInstance, startInstance } from '../../stand/start-instance.ts';
import { endWitness, startWitness } from '../witness-process.ts';
import { until, type World } from '../world.ts';
import { fine, type Act, type Done } from './kind.ts';

const SEEN_MS = 30_000;

export const deadWitness: Act = async (world, variant, random) => {
  const { witness } = world;
  if (witness === null) throw new Error('a world has a witness');
  await setTimeout(random.between(50, 300));
  if (variant === 'shown a fork') return shownFork(world, random);
  if (variant === 'paused') {
    witness.child.kill('SIGSTOP');
    await setTimeout(random.between(300, 2_500));
    witness.child.kill('SIGCONT');
    return fine;
  }
  world.noteCosigned();
  await endWitness(witness);
  await setTimeout(random.between(100, 1_000));
  if (variant === 'memory lost') return memoryLost(world);
  if (variant === 'store lost') return storeLost(world);
  await world.startWitness();
  return fine;
};

/** It may not start: under its key it could cosign a second history. It is retired, and another one stands. */
async function memoryLost(world: World): Promise<Done> {
  const logs = join(world.witnessHome, 'witness/logs');
  for (const name of readdirSync(logs).filter((each) => each.endsWith('.checkpoint'))) rmSync(join(logs, name));
  const started = await startWitness(world.witnessOptions());
  const refused = 'refused' in started ? started.refused : 'it started';
  if (!('refused' in started)) await endWitness(started);
  rmSync(join(world.witnessHome, 'witness'), { recursive: true });
  await stand(world, `${nameWithout(world.witnessName)}${Number(/\d+$/.exec(world.witnessName)?.[0]) + 1}`);
  const problems = /WITNESS_FORGOT/.test(refused) ? [] : [`a witness without its memory was not refused: ${refused}`];
  return { problems, noticed: refused.slice(0, 200) };
}

const nameWithout = (name: string): string => name.replace(/\d+$/, '');

/** Under the same name it has another key now: the log takes nothing from it until its operator has been told. */
async function storeLost(world: World): Promise<Done> {
  rmSync(join(world.witnessHome, 'witness'), { recursive: true });
  await world.startWitness();
  let said = '';
  const shown = await until(SEEN_MS, async () => {
    const [state] = (await world.status()).witnesses;
    said = `${state?.state}: ${state?.problem ?? ''}`;
    return state !== undefined && !['cosigning', 'waiting', 'unreachable'].includes(state.state);
  });
  await inForce(world);
  const problems = shown ? [] : [`a witness with another key was not shown as that: ${said}`];
  return { problems, noticed: said.slice(0, 200) };
}

async function stand(world: World, name: string): Promise<void> {
  world.witnessName = name;
  await world.startWitness();
  await inForce(world);
}

async function inForce(world: World): Promise<void> {
  world.configure();
  await world.control('POST', '/reload');
}

/** A copy of the home, started under the same key, seals entries of its own and asks the same witness. */
async function shownFork(world: World, random: Random): Promise<Done> {
  const folder = join(world.folder, 'fork');
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
  cpSync(world.home.root, join(folder, 'lab'), { recursive: true, filter: (path) => !path.includes('projections') });
  await world.start();
  world.carry();
  await setTimeout(random.between(200, 600));
  const { size } = await world.control<{ size: number }>('POST', '/journal/seal');
  await until(SEEN_MS, async () => ((await world.status()).witnesses[0]?.size ?? 0) >= size);
  const said = await askFork(world, folder, random.between(100, 1_500));
  rmSync(folder, { recursive: true, force: true });
  const refused = /^(?:contradicts|lies|refused)/.test(said);
  return { problems: refused ? [] : [`a fork was not refused: ${said}`], noticed: said.slice(0, 200) };
}

/** What the fork is told by the witness. */
async function askFork(world: World, homeFolder: string, loadMs: number): Promise<string> {
  const config = join(world.folder, 'fork.json');
  const live = JSON.parse(readFileSync(world.config, 'utf8')) as object;
  writeFileSync(config, JSON.stringify({ ...live, projections: 'off' }));
  const fork = await startInstance({ homeFolder, config, trust: world.trust });
  try {
    const load = startLoad(fork, 4);
    await setTimeout(loadMs);
    load.stop();
    await load.ended;
    const socket = readInstance(openHome(homeFolder, 'lab'))?.socket ?? '';
    let said = '';
    await until(SEEN_MS, async () => {
      const [state] = (await askControl<Status>(socket, 'GET', '/status')).witnesses;
      said = `${state?.state}: ${state?.problem ?? ''}`;
      return state?.problem !== undefined;
    });
    return said;
  } finally {
    await endInstance(fork, 'SIGKILL');
  }
}
