// The disk of the home fills to its last byte. New calls are refused, those in flight end as their clients see it, and once
// there is room again everything goes on: by itself, or after a start.
import { setTimeout } from 'node:timers/promises';
import { until } from '../world.ts';
import type { Act } from './kind.ts';

const REFUSED_MS = 10_000;

export const fullDisk: Act = async (world, variant, random) => {
  const problems: string[] = [];
  let noticed = '';
  await setTimeout(random.between(50, 400));
  world.disk.fill();
  try {
    const refusing = await until(REFUSED_MS, () => world.refused('JOURNAL_UNAVAILABLE') > 0);
    if (!refusing) problems.push(`no call was refused within ${REFUSED_MS / 1000} s of a full disk`);
    await setTimeout(random.between(0, 600));
    if (variant !== 'freed') await world.kill();
    if (variant === 'started while full') {
      const refused = await world.tryStart();
      noticed = refused === null ? 'it starts on a full disk' : refused.slice(0, 160);
      if (refused !== null && !/refused JOURNAL_UNAVAILABLE:/.test(refused))
        problems.push(`a start without a reason: ${refused}`);
    }
  } finally {
    world.disk.free();
  }
  if (world.instance === null) await world.start();
  return { problems, ...(noticed === '' ? {} : { noticed }) };
};
