// Instruments that are reckoned in money: what must be spent, what was paid before, and what somebody may put in. An option
// and an investment say "up to": they have no field by which they could become an obligation.
import { z } from 'zod';
import { basis } from './basis.ts';
import { creditDrawnBefore, drawnBefore } from './drawn-before.ts';
import { eligibility } from './eligibility.ts';
import { amount, CONTRACT_MOST, currencyCode, day, id, lastDay, quantity, wordList, words } from './fields.ts';

/** What every instrument has. */
export const COMMON = {
  id,
  title: words.optional(),
  /** The wording of the contract, as far as it matters. */
  text: words.optional(),
  basis: basis.optional(),
} as const;

/** Smaller is drawn first. */
const priority = z.int().min(0).max(1_000).default(100);

const milestone = z.strictObject({
  id,
  from: day,
  until: lastDay,
  amount,
  basis: basis.optional(),
});

export const SHORTFALL_RULES = ['invoice-difference', 'forfeit', 'rollover', 'none'] as const;

export const spendCommitment = z.strictObject({
  kind: z.literal('spend'),
  ...COMMON,
  /** Who must spend, and with whom. */
  by: z.string(),
  with: z.string(),
  currency: currencyCode.optional(),
  created: day.optional(),
  priority,
  milestones: z.array(milestone).min(1).max(CONTRACT_MOST.milestones),
  eligibility,
  /** What becomes of what is not spent by the end of a milestone. Left out: the contract does not say. */
  shortfall: z
    .strictObject({
      rule: z.enum(SHORTFALL_RULES),
      /** Invoiced without anybody asking. */
      automatic: z.boolean().optional(),
    })
    .optional(),
  /** Whether what is spent beyond a milestone counts for the next ones. Left out: the contract does not say, and it does not count. */
  carry_over: z.enum(['none', 'roll-forward']).optional(),
  /** What was drawn before it was metered here. */
  drawn_before: drawnBefore.optional(),
});

export const credit = z.strictObject({
  kind: z.literal('credit'),
  ...COMMON,
  holder: z.string(),
  issuer: z.string(),
  currency: currencyCode.optional(),
  created: day.optional(),
  priority,
  amount,
  from: day,
  until: lastDay,
  /** Whether the holder has paid for it, so that what lapses is money lost. */
  prepaid: z.boolean(),
  /** What is paid for it, and by when; left out of a prepaid one: its amount, by its first day. */
  payments: z
    .array(z.strictObject({ due: day, amount }))
    .min(1)
    .max(CONTRACT_MOST.milestones)
    .optional(),
  drawn_before: creditDrawnBefore.optional(),
  eligibility,
});

export const option = z.strictObject({
  kind: z.literal('option'),
  ...COMMON,
  /** Who may call on it, and who must then deliver. */
  holder: z.string(),
  grantor: z.string(),
  currency: currencyCode.optional(),
  /** Up to. */
  cap: z.union([z.strictObject({ amount }), z.strictObject({ quantity, unit: words })]),
  conditions: wordList.optional(),
  exercise: z.strictObject({ from: day, until: lastDay, notice_days: z.int().min(0).max(3_650).optional() }).optional(),
});

export const investment = z.strictObject({
  kind: z.literal('investment'),
  ...COMMON,
  investor: z.string(),
  into: z.string(),
  currency: currencyCode.optional(),
  /** Up to. */
  cap: amount,
  tranches: z
    .array(
      z.strictObject({
        id,
        amount,
        by: day.optional(),
        condition: words.optional(),
        basis: basis.optional(),
      }),
    )
    .max(CONTRACT_MOST.milestones)
    .optional(),
  conditions: wordList.optional(),
});
