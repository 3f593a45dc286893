// What a successor log took over, told: how many entries, which of the closed log's stayed behind and why, and which contracts stand
// without their text, which lies beside the log and is no entry of it.
import { openJournal, type Carried } from '@weighbridge/journal';
import type { Home } from '@weighbridge/server';
import type { Context } from '../frame/command.ts';
import { counted } from '../frame/text-table.ts';
import { deskOver } from './deal-desk.ts';

export const carriedText = ({ entries, from }: Carried): string =>
  entries === 0
    ? 'No contract, claim, incident, attestation, register or saved view went over.'
    : `Contracts, claims, incidents, what was attested, the own register and saved views went over: ${counted(entries, 'entry', 'entries')}, each with when and by whom it was written in ${from?.origin ?? 'the closed log'}.`;

/** Warns of what is not there; returns the ids of the contracts that stand without a text that can be read. */
export function toldCarried(context: Context, home: Home, carried: Carried | null): string[] {
  for (const { from, to, entry, why } of carried?.left ?? [])
    context.out.warn(`stayed behind in the closed log: ${entry ?? `entries ${from} to ${to - 1}`}: ${why}`);
  const more = (carried?.left_in_all ?? 0) - (carried?.left.length ?? 0);
  if (more > 0)
    context.out.warn(`and ${more} more of which nothing went over; the first entry of the successor counts them`);
  return toldLostTexts(context, home);
}

/** Warns of contracts that stand without a text that can be read; returns their ids. */
export function toldLostTexts(context: Context, { journal: folder, blobs }: Home): string[] {
  const journal = openJournal(folder);
  try {
    const { unreadable } = deskOver(journal, blobs).contracts.all();
    for (const { id, why } of unreadable) context.out.warn(`contract ${id} stands without its text: ${why}`);
    return unreadable.map(({ id }) => id);
  } finally {
    journal.close();
  }
}
