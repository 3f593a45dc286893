// What the log knows of the deal: through the running instance, else from the journal as it lies.
import { existsSync } from 'node:fs';
import { AppError } from '@weighbridge/kernel';
import type { Journal } from '@weighbridge/journal';
import { controlClient, type ControlClient } from '@weighbridge/protocol';
import { controlSocket, NO_LOG, openBlobs, openDealDesk, type DealDesk, type LogName } from '@weighbridge/server';
import type { Context } from '../frame/command.ts';
import { journalOf, placeOf } from './place.ts';
import { withStores } from './stores.ts';

/** The instance that runs on the log; undefined where none does. */
export function instanceClient(context: Context): ControlClient | undefined {
  const { instance } = placeOf(context);
  return instance === undefined ? undefined : controlClient(controlSocket(instance.socket));
}

/** For reading, while no instance runs. Where there is no log yet, what the product brings is all there is. */
export async function readDesk<Value>(
  context: Context,
  work: (desk: DealDesk) => Value | Promise<Value>,
): Promise<Value> {
  const { home } = placeOf(context);
  if (!existsSync(home.journal)) return work(deskOver(NO_LOG, home.blobs));
  const { journal } = journalOf(context);
  try {
    return await work(deskOver(journal, home.blobs));
  } finally {
    journal.close();
  }
}

/** Over a log that is only read. */
export const deskOver = (journal: Pick<Journal, 'entries' | 'groups'>, blobs: string): DealDesk =>
  openDealDesk({ journal, blobs: openBlobs(blobs), nextId: unwritten, admin: { append: unwritten } });

const unwritten = (): never => {
  throw new AppError('READ_ONLY', 'the log is only read here');
};

/** For a change while no instance runs; a log is made where there is none. */
export async function changeDesk<Value>(
  context: Context,
  work: (desk: DealDesk, name: LogName) => Promise<Value>,
): Promise<Value> {
  if (placeOf(context).home.log === 'sample')
    throw new AppError('READ_ONLY', 'the sample organisation is only looked at: nothing of its log can be changed', {
      next: 'name your own log: --log live, or --log lab',
    });
  return withStores(context, (stores) => {
    const { origin } = stores.journal.checkpoint();
    return work(openDealDesk(stores), { log: stores.home.log, origin });
  });
}
