// `recover`: a successor log for a journal that refuses to start. Under the folder's lock, and never without a reason.
import { existsSync } from 'node:fs';
import { AppError } from '@weighbridge/kernel';
import { acquireFolderLock, nextEpoch, openJournal, recoverJournal } from '@weighbridge/journal';
import { CARRIED_KINDS, VERSION } from '@weighbridge/server';
import { text, type Run } from '../frame/command.ts';
import { carriedText, toldCarried } from '../read/carried.ts';
import { placeOf } from '../read/place.ts';

export const run: Run = async (context) => {
  const reason = text(context, 'reason')?.trim() ?? '';
  if (reason === '')
    throw new AppError('USAGE', 'recover needs a reason', {
      next: 'say what happened: weighbridge recover --reason "…"',
    });
  const { home } = placeOf(context);
  if (!existsSync(home.journal))
    throw new AppError('USAGE', `there is no journal in ${home.root}`, { next: 'name the folder with --home' });
  const lock = acquireFolderLock(home.root);
  try {
    const node = text(context, 'node') ?? 'node-1';
    const { carried } = recoverJournal({
      folder: home.journal,
      vault: home.vault,
      epoch: nextEpoch(home.journal),
      node,
      build: VERSION,
      log: home.log,
      reason,
      carry: CARRIED_KINDS,
    });
    const journal = openJournal(home.journal);
    const { vkey } = journal;
    journal.close();
    const lost = toldCarried(context, home, carried);
    context.out.data(
      { recovered: true, vkey, carried, lost_texts: lost },
      () => `A successor log is open; its first entry states the gap. Public key: ${vkey}\n${carriedText(carried)}`,
    );
  } finally {
    lock.release();
  }
};
