// How long before its deadline a call leaves its batch. Half of that is for the seller to cancel the batch, the rest for the
// call to be served by itself; so where the configuration names none, the seller's own word on cancelling decides.
import type { Milliseconds } from '@weighbridge/kernel';
import { durationMs } from '@weighbridge/protocol';
import type { BatchApi } from '../clouds/batches.ts';
import type { Deployment } from '../deployment.ts';

type Batch = Deployment['batch'];

export const marginOf = (batch: Batch, { cancelMs }: Pick<BatchApi, 'cancelMs'>): Milliseconds =>
  batch?.margin === undefined ? cancelMs * 2 : durationMs(batch.margin);

/** A batch that was cancelled is waited for so long. */
export const patienceOf = (batch: Batch, api: Pick<BatchApi, 'cancelMs'>): Milliseconds => marginOf(batch, api) / 2;
