// What the log knows of the deal: through the running instance, else from the journal as it lies.
import { AppError } from '@weighbridge/kernel';
import { controlClient, type ControlClient } from '@weighbridge/protocol';
import { controlSocket, openBlobs, openDealDesk, type DealDesk } from '@weighbridge/server';
import type { Context } from '../frame/command.ts';
import { journalOf, placeOf } from './place.ts';
import { withStores } from './stores.ts';

/** The instance that runs on the log; undefined where none does. */
export function instanceClient(context: Context): ControlClient | undefined {
  const { instance } = placeOf(context);
  return instance === undefined ? undefined : controlClient(controlSocket(instance.socket));
}

/** For reading, while no instance runs. Throws USAGE where there is no log. */
export function readDesk<Value>(context: Context, work: (desk: DealDesk) => Value): Value {
  const { journal, home } = journalOf(context);
  try {
    const unwritten = (): never => {
      throw new AppError('READ_ONLY', 'the log is only read here');
    };
    const stores = { journal, blobs: openBlobs(`${home.root}/blobs`), nextId: unwritten, admin: { append: unwritten } };
    return work(openDealDesk(stores));
  } finally {
    journal.close();
  }
}

/** For a change while no instance runs; a log is made where there is none. */
export const changeDesk = <Value>(context: Context, work: (desk: DealDesk) => Promise<Value>): Promise<Value> =>
  withStores(context, (stores) => work(openDealDesk(stores)));
