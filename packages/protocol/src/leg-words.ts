// What became of each leg of a call, in words: one sentence part for receipts in a terminal and on a page.
import type { AttemptRecord, LegDrop, LegRole } from './receipt.ts';

const DROPPED: Readonly<Record<LegDrop, string>> = {
  outrun: 'cut: another leg was quicker',
};
const ROLES: Readonly<Record<LegRole, string>> = {
  hedge: 'hedge, sent beside a slow leg',
};

/** `answered`, `cut: another leg was quicker`, or the code of its error. */
export const legResult = ({ error, dropped }: Pick<AttemptRecord, 'error' | 'dropped'>): string =>
  error ?? (dropped === undefined ? 'answered' : DROPPED[dropped]);

/** How it came to be, where it was neither first nor sent after a failure; else ''. */
export const legOrigin = ({ role }: Pick<AttemptRecord, 'role'>): string => (role === undefined ? '' : ROLES[role]);
