// `stop`: asks the running instance to drain and end, and waits until it has.
import { setTimeout } from 'node:timers/promises';
import { AppError } from '@weighbridge/kernel';
import { askControl, readInstance } from '@weighbridge/server';
import type { Run } from '../frame/command.ts';
import { placeOf, requireInstance } from '../read/place.ts';

const WAIT_MS = 120_000;
const LOOK_MS = 50;

export const run: Run = async (context) => {
  const instance = requireInstance(context);
  const { home } = placeOf(context);
  await askControl(instance.socket, 'POST', '/drain', {});
  const deadline = performance.now() + WAIT_MS;
  while (readInstance(home)?.pid === instance.pid && !context.signal.aborted) {
    if (performance.now() > deadline)
      throw new AppError('OVERLOADED', `the instance ${instance.pid} still has calls in flight`, {
        next: 'wait, or end the process',
      });
    await setTimeout(LOOK_MS);
  }
  context.out.data({ stopped: true }, () => `Stopped ${instance.origin}.`);
  return context.signal.aborted ? 130 : 0;
};
