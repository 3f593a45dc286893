// On what a value of a contract rests. A contract that nobody outside has seen can be written down from what was reported of
// it; then every part says so, and nothing that is assumed is ever read as agreed.
import { z } from 'zod';
import { day, words } from './fields.ts';

export const GRADES = ['agreed', 'verified', 'reported', 'assumed'] as const;

export type Grade = (typeof GRADES)[number];

export const basis = z.strictObject({
  /** agreed: it stands in the signed text; verified: shown by evidence; reported: others say so; assumed: ours, to reckon with. */
  grade: z.enum(GRADES),
  source: words.optional(),
  as_of: day.optional(),
});
