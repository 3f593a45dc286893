// The thread that reckons draw-down and projection: plain data in, the answer out.
import { parentPort } from 'node:worker_threads';
import { invariant } from '@weighbridge/kernel';
import { answerCalls } from '../lanes/thread-calls.ts';
import { reckonCommitments, reckonDrawn, type Gathered, type Plan, type TrancheName } from './reckoning.ts';

invariant(parentPort !== null, 'commitments are reckoned in a thread of their own');
answerCalls(parentPort, {
  commitments: ({ gathered, plan }: { gathered: Gathered; plan: Plan }) => reckonCommitments(gathered, plan),
  drawn: ({ gathered, name }: { gathered: Gathered; name: TrancheName }) => reckonDrawn(gathered, name),
});
