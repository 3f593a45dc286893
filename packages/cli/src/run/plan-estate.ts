// `plan estate`: the instance's own estate as a plan of exposure, through the instance that runs, else from the log as it lies.
import type { OwnEstate } from '@weighbridge/protocol';
import { openBlobs, ownEstateAtRest } from '@weighbridge/server';
import type { Context, Run } from '../frame/command.ts';
import { deskOver, instanceClient } from '../read/deal-desk.ts';
import { journalOf } from '../read/place.ts';

export const run: Run = async (context) => {
  const client = instanceClient(context);
  const found = client === undefined ? atRest(context) : await client.ask('ownEstate', {});
  for (const line of found.unknown) context.out.note(`${line.charAt(0).toUpperCase()}${line.slice(1)}.`);
  context.out.data(found, () => found.text.trimEnd());
};

/** Throws USAGE where there is no log, and PLAN_INVALID where nothing was configured. */
function atRest(context: Context): OwnEstate {
  const { journal, home } = journalOf(context);
  try {
    return ownEstateAtRest({ journal, blobs: openBlobs(home.blobs), deal: deskOver(journal, home.blobs) }, Date.now());
  } finally {
    journal.close();
  }
}
