// What became of each leg of a call, in words: one sentence part for receipts in a terminal and on a page.
import type { AttemptRecord, LegDrop, LegRole } from './receipt.ts';

const DROPPED: Readonly<Record<LegDrop, string>> = {
  outrun: 'cut: another leg was quicker',
  unfit: 'answered, and failed a check',
};
const ROLES: Readonly<Record<LegRole, string>> = {
  hedge: 'hedge, sent beside a slow leg',
  escalation: 'escalation',
};

/** `answered`, `cut: another leg was quicker`, or the code of its error. */
export function legResult({ error, dropped, check }: Pick<AttemptRecord, 'error' | 'dropped' | 'check'>): string {
  if (error !== undefined) return error;
  if (dropped === undefined) return check === undefined ? 'answered' : `answered (${check})`;
  return check === undefined ? DROPPED[dropped] : `${DROPPED[dropped]} (${check})`;
}

/** How it came to be, where it was neither first nor sent after a failure; else ''. */
export const legOrigin = ({ role }: Pick<AttemptRecord, 'role'>): string => (role === undefined ? '' : ROLES[role]);
