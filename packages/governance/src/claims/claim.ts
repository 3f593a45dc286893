// A claim: what somebody says of a deal, word for word, and what would have to be measured to know it. Its state is not a field
// of it but a judgement over evidence (judge.ts); a file only says in which of the two unproven states it begins.
import { AppError } from '@weighbridge/kernel';
import { z } from 'zod';
import { CURRENCY, decimalText } from '../numbers/amount.ts';
import { scopeShape } from './scope.ts';

export const CLAIM_KINDS = [
  'commitment',
  'option',
  'investment',
  'valuation',
  'availability',
  'roadmap',
  'expectation',
] as const;
export type ClaimKind = (typeof CLAIM_KINDS)[number];

export const claimShape = z.strictObject({
  /** Its place in the table of the source. */
  number: z.int().min(1).max(9999).optional(),
  /** A party, link, deployment or hardware of the register. */
  subject: z.string().min(1).max(80),
  /** Verbatim. */
  text: z.string().min(1).max(600),
  kind: z.enum(CLAIM_KINDS),
  metric: z.string().min(1).max(200),
  value: decimalText.optional(),
  /** Where the claim leaves room: within this it holds. */
  range: z.strictObject({ low: decimalText, high: decimalText }).optional(),
  /** How a measured figure has to lie to the value. */
  sense: z.enum(['about', 'at_least', 'at_most']).default('about'),
  currency: z.string().regex(CURRENCY, 'write three capital letters: USD').optional(),
  unit: z.string().min(1).max(40).optional(),
  up_to: z.boolean().default(false),
  /** It says "about". */
  approximate: z.boolean().default(false),
  conditions: z.array(z.string().min(1).max(300)).max(20).default([]),
  scope: scopeShape.default({}),
  source: z.string().min(1).max(80),
  /** Parties beyond those of the subject, by id or name: whose word it is, and whom it binds. None of them is a witness of it. */
  parties: z.array(z.string().min(1).max(160)).max(50).optional(),
  materiality: z.enum(['high', 'medium', 'low']),
  /** Neither of the two is proof: `unverified` says that there is a reason for doubt. */
  opening: z.strictObject({ state: z.enum(['reported', 'unverified']), why: z.string().min(1).max(300) }),
  /** Several outlets say it. They may all repeat one announcement: this is no evidence. */
  corroborated: z.boolean().default(false),
  /** The same claim as told by others, where they do not say the same. */
  readings: z
    .array(
      z.strictObject({
        says: z.string().min(1).max(300),
        /** Two readings with different meanings of one relation contradict each other. */
        relation: z.string().min(1).max(80).optional(),
        value: decimalText.optional(),
        source: z.string().min(1).max(80),
      }),
    )
    .max(20)
    .default([]),
  note: z.string().min(1).max(600).optional(),
});
export type Claim = z.infer<typeof claimShape>;

/** Throws `BAD_REQUEST` that names the field and the reason. */
export function readClaim(value: unknown): Claim {
  const read = claimShape.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw new AppError('BAD_REQUEST', `the claim cannot be taken: ${field}${issue?.message ?? 'it does not fit'}`);
}

export const CLAIM_STATES = ['reported', 'verified', 'partially', 'unverified', 'contradicted', 'expired'] as const;
export type ClaimState = (typeof CLAIM_STATES)[number];
