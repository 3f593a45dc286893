// The one place where the stages are put together. A call goes down the list; its answer comes back up it, so `meter`
// weighs what `dispatch` delivers, and `receipt` seals what was weighed before the client learns that it is complete.
import { AppError } from '@weighbridge/kernel';
import { admit } from '../stages/admit.ts';
import { cache } from '../stages/cache.ts';
import { dispatch } from '../stages/dispatch.ts';
import { identify } from '../stages/identify.ts';
import { intent } from '../stages/intent.ts';
import { listen } from '../stages/listen.ts';
import { meter } from '../stages/meter.ts';
import { receipt } from '../stages/receipt.ts';
import { choose } from '../stages/choose.ts';
import type { Send, Stage } from './stage.ts';

const STAGES: readonly Stage[] = [listen, identify, receipt, meter, admit, cache, choose, intent, dispatch];

/** All stages as one function. */
export function createPipeline(): Send {
  const terminus: Send = () => {
    throw new AppError('INTERNAL', 'invariant broken: dispatch is the last stage');
  };
  return STAGES.reduceRight((next, stage) => stage(next), terminus);
}
