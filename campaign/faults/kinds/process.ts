// Faults of the whole process: killed, killed again while it comes back, stopped for a while.
import { setTimeout } from 'node:timers/promises';
import { fine, type Act } from './kind.ts';

export const kill: Act = async (world, variant, random) => {
  await setTimeout(random.between(100, 900));
  await world.kill();
  if (variant === 'and again while it starts') await world.startAndKill(random.between(50, 900));
  await world.start();
  return fine;
};

export const pause: Act = async (world, variant, random) => {
  await setTimeout(random.between(50, 400));
  const { child } = world.mustInstance();
  child.kill('SIGSTOP');
  await setTimeout(variant === 'for seconds' ? random.between(1_500, 3_000) : random.between(50, 800));
  child.kill('SIGCONT');
  return fine;
};
