// The brief while no instance runs: contracts, claims and duties are known from the log; what was spent, and who the organisation
// is, nobody can say then, and the sheet says so.
import { type Brief, type LogKind } from '@weighbridge/protocol';
import { NO_TABLES } from '../at-rest.ts';
import type { CommitmentPorts } from '../commitments.ts';
import type { DealDesk } from '../deal-desk.ts';
import { reckonCommitments, reckonDrawn } from '../reckoning.ts';
import { momentOf } from '../moment.ts';
import { briefAt } from './brief.ts';

/** Nobody else waits for this thread. */
const HERE: CommitmentPorts['reckoner'] = {
  commitments: (gathered, plan) => Promise.resolve(reckonCommitments(gathered, plan)),
  drawn: (gathered, name) => Promise.resolve(reckonDrawn(gathered, name)),
};

export async function briefAtRest(
  desk: DealDesk,
  { at, now, log }: { readonly at: string | undefined; readonly now: number; readonly log: LogKind | null },
): Promise<Brief> {
  const { known } = momentOf(desk, at, now);
  return briefAt(
    {
      desk: known,
      projections: NO_TABLES,
      reckoner: HERE,
      snapshot: null,
      rolesOf: (deployment) => known.rolesInHistory(deployment),
      log,
      now,
    },
    at === undefined ? {} : { at },
  );
}
