// What was drawn before metering, as the file states it; what it means is told in `opening.ts`.
import { z } from 'zod';
import { amount, id, lastDay, words } from './fields.ts';

const STATED = {
  /** The last day that the statement counts: charges up to it are in it, and draw nothing beside it. */
  until: lastDay,
  /** Who states it, and where: a statement, an invoice. */
  source: words,
} as const;

/** Of a spend commitment: one amount where one milestone had begun by then, else one for each. */
export const drawnBefore = z.strictObject({
  ...STATED,
  amount: amount.optional(),
  milestones: z.record(id, amount).optional(),
});

export const creditDrawnBefore = z.strictObject({ ...STATED, amount });
