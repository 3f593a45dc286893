// `erase`: through the running instance, which tells its lanes; without one, under the folder's lock.
import { AppError, systemClock } from '@weighbridge/kernel';
import { askControl, eraseSubject, type Erased } from '@weighbridge/server';
import type { Run } from '../frame/command.ts';
import { instant } from '../frame/text-table.ts';
import { placeOf } from '../read/place.ts';
import { withStores } from '../read/stores.ts';

export const run: Run = async (context) => {
  const subject = context.arguments[0] ?? '';
  if (subject.trim() === '') throw new AppError('USAGE', 'an erasure needs a subject');
  const { instance } = placeOf(context);
  const done =
    instance === undefined
      ? await withStores(context, (stores) => eraseSubject(stores, subject, systemClock.wall(), { via: 'command' }))
      : await askControl<Erased>(instance.socket, 'POST', '/erase', { subject });
  context.out.data(done, () =>
    done.keys === 0
      ? `Nothing to erase at ${instant(done.at)}: no key of this subject is there. Nothing was ever sealed under it, or it was erased before; a slip in the name looks the same. The log says that it was asked for.`
      : `Erased at ${instant(done.at)}: the personal part of every receipt under this subject can no longer be read. Proofs still verify.`,
  );
  return 0;
};
