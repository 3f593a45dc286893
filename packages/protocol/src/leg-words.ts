// What became of each leg of a call, in words: one sentence part for receipts in a terminal and on a page.
import type { AttemptRecord, BatchWhy, DeadlineServed, LegDrop, LegRole } from './receipt.ts';

const DROPPED: Readonly<Record<LegDrop, string>> = {
  outrun: 'cut: another leg was quicker',
  unfit: 'answered, and failed a check',
};
const ROLES: Readonly<Record<LegRole, string>> = {
  hedge: 'hedge, sent beside a slow leg',
  escalation: 'escalation',
  batch: "in the seller's batch",
};
const AT_ONCE: Readonly<Record<BatchWhy, string>> = {
  not_configured: 'no deployment of the route takes batches',
  policy: 'its content may not be stored at a seller',
  request: 'such a request does not go into a batch',
  too_near: 'the deadline was too near for a batch',
  unsealed: 'the journal took no entries, and it went through a bypass',
  full: 'as many calls waited as may',
  not_taken: 'a limit or the deployment did not take it for a batch',
  refused: 'the seller did not take the batch',
  errored: 'the batch came back with an error for it',
  expired: 'the batch expired at the seller',
  cancelled: 'the batch was cancelled at the seller',
  deadline_near: 'the deadline was near and the batch not done',
  lost: 'it is not known what became of its batch',
};

/** `answered`, `cut: another leg was quicker`, or the code of its error. */
export function legResult({ error, dropped, check }: Pick<AttemptRecord, 'error' | 'dropped' | 'check'>): string {
  if (error !== undefined) return error;
  if (dropped === undefined) return check === undefined ? 'answered' : `answered (${check})`;
  return check === undefined ? DROPPED[dropped] : `${DROPPED[dropped]} (${check})`;
}

/** How it came to be, where it was neither first nor sent after a failure; else ''. */
export const legOrigin = ({ role, batch }: Pick<AttemptRecord, 'role' | 'batch'>): string =>
  role === undefined ? '' : batch === undefined ? ROLES[role] : `${ROLES[role]} ${batch}`;

/** `served through the seller's batch API`, or `served at once: …`. */
export const deadlineWords = ({ as, why }: DeadlineServed): string =>
  as === 'batch' ? "served through the seller's batch API" : `served at once: ${why === undefined ? '' : AT_ONCE[why]}`;
