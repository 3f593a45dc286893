// The one place where the stages are put together. A call goes down the list; its answer comes back up it, so `meter`
// weighs what `dispatch` delivers, and `receipt` seals what was weighed before the client learns that it is complete.
import { AppError } from '@weighbridge/kernel';
import { admit } from '../stages/admit.ts';
import { cache } from '../stages/cache.ts';
import { deferred } from '../stages/deferred.ts';
import { dispatch } from '../stages/dispatch.ts';
import { identify } from '../stages/identify.ts';
import { intent } from '../stages/intent.ts';
import { listen } from '../stages/listen.ts';
import { meter } from '../stages/meter.ts';
import { receipt } from '../stages/receipt.ts';
import { choose } from '../stages/choose.ts';
import type { Send, Stage } from './stage.ts';

const STAGES: readonly Stage[] = [listen, identify, receipt, meter, admit, cache, choose, intent, deferred, dispatch];

/** What a copy of a call goes through, which was read and admitted with its original. */
const COPY_STAGES: readonly Stage[] = [receipt, meter, choose, intent, dispatch];

/** What a call goes through that waited before this start: it was read, admitted and routed then. */
const REVIVED_STAGES: readonly Stage[] = [receipt, meter, deferred, dispatch];

/** All stages as one function. */
export const createPipeline = (): Send => composed(STAGES);

export const createCopyPipeline = (): Send => composed(COPY_STAGES);

export const createRevivedPipeline = (): Send => composed(REVIVED_STAGES);

function composed(stages: readonly Stage[]): Send {
  const terminus: Send = () => {
    throw new AppError('INTERNAL', 'invariant broken: dispatch is the last stage');
  };
  return stages.reduceRight((next, stage) => stage(next), terminus);
}
