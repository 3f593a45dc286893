// How long the calls of a plan are, as a file writes it: one number, or a form of demand (lognormal, as seen, a mixture). A form that makes
// no sense is told where it stands.
import type { ProblemList } from '@weighbridge/document';
import { isAppError } from '@weighbridge/kernel';
import { z } from 'zod';
import { checkLengths, type TokenLengths } from '../demand/lengths.ts';

const TOKENS_MOST = 1e7;
const tokens = z.number().min(1).max(TOKENS_MOST);

const fixed = z.strictObject({ kind: z.literal('fixed'), tokens });
const lognormal = z.strictObject({
  kind: z.literal('lognormal'),
  median: tokens,
  sigma: z.number().min(0).max(5),
  most: tokens,
});
const empirical = z.strictObject({
  kind: z.literal('empirical'),
  points: z
    .array(z.strictObject({ tokens, up_to: z.number().min(0).max(1) }))
    .min(1)
    .max(1000),
});

/** A number is a length that all calls have. */
const numbered = (value: unknown): unknown => (typeof value === 'number' ? { kind: 'fixed', tokens: value } : value);
const simple = z.preprocess(numbered, z.discriminatedUnion('kind', [fixed, lognormal, empirical]));
const mixture = z.strictObject({
  kind: z.literal('mixture'),
  parts: z
    .array(z.strictObject({ share: z.number().min(0).max(1), of: simple }))
    .min(1)
    .max(20),
});

export const lengthForm = z.preprocess(
  numbered,
  z.discriminatedUnion('kind', [fixed, lognormal, empirical, mixture]),
) as unknown as z.ZodType<TokenLengths>;

export function checkCallLengths(of: 'input' | 'output', lengths: TokenLengths, problems: ProblemList): void {
  try {
    checkLengths(of, lengths);
  } catch (error) {
    if (!isAppError(error)) throw error;
    problems.error(['work', of], error.message, error.next);
  }
}
