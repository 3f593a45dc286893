// A piece of evidence about a claim: whose it is, who saw what, when, within which bounds, and until when it may be relied on. It is named by
// the digest of what it rests on, so that the same evidence counts once however often it comes.
import { AppError } from '@weighbridge/kernel';
import { z } from 'zod';
import { decimalText } from '../numbers/amount.ts';
import { writtenDay } from '../numbers/calendar.ts';
import { compare, fromDecimal } from '../numbers/rational.ts';
import { authorShape, type Author } from './author.ts';
import { scopeShape } from './scope.ts';

export const EVIDENCE_KINDS = ['own_measurement', 'independent_report', 'contract_term', 'vendor_assertion'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

export const evidenceShape = z
  .strictObject({
    kind: z.enum(EVIDENCE_KINDS),
    /** Whose word it is. Of what we measured ourselves it is ours; entries of an older form have none. */
    author: authorShape.optional(),
    digest: z.string().regex(/^[0-9a-f]{64}$/, 'write the 64 hexadecimal digits of the SHA-256'),
    /** Of what was seen. */
    period: z.strictObject({ from: writtenDay, until: writtenDay }),
    scope: scopeShape.default({}),
    /** What the evidence says of itself. Of a measurement against a figure it is worked out from the interval instead. */
    result: z.enum(['supports', 'contradicts', 'inconclusive']),
    /** The last day on which it may be relied on. */
    valid_until: writtenDay,
    /** A report that only passes on what the vendor said. */
    repeats_vendor: z.boolean().default(false),
    /** Observations of a measurement. */
    n: z.int().min(1).max(1_000_000_000_000).optional(),
    interval: z.strictObject({ low: decimalText, high: decimalText, unit: z.string().min(1).max(40) }).optional(),
    method: z.string().min(1).max(300),
  })
  .refine(({ period }) => period.from <= period.until, 'the period ends before it begins')
  .refine(({ period, valid_until }) => period.until <= valid_until, 'it would expire before its period ends')
  .refine(
    ({ interval }) => interval === undefined || compare(fromDecimal(interval.low), fromDecimal(interval.high)) <= 0,
    'the interval ends before it begins',
  )
  .refine(({ kind, author }) => kind === 'own_measurement' || author !== undefined, {
    path: ['author'],
    error:
      'write whose word it is: `{ party: ID }`, `{ outsider: NAME }`, or `ourselves` of a contract that you signed',
  })
  .refine(({ kind, author }) => kind !== 'own_measurement' || author === undefined || author === 'ourselves', {
    path: ['author'],
    error: 'what somebody else measured is no own_measurement: call it an independent_report, or leave `author` out',
  })
  .refine(({ kind, author }) => author !== 'ourselves' || kind === 'own_measurement' || kind === 'contract_term', {
    path: ['author'],
    error: 'what you saw yourselves is an own_measurement, or a contract_term that you signed: name who wrote this one',
  });
export type Evidence = z.infer<typeof evidenceShape>;

/** Throws `BAD_REQUEST` that names the field and the reason. */
export function readEvidence(value: unknown): Evidence {
  const read = evidenceShape.safeParse(value);
  if (read.success) return read.data.kind === 'own_measurement' ? { ...read.data, author: 'ourselves' } : read.data;
  const [issue] = read.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw new AppError('BAD_REQUEST', `the evidence cannot be taken: ${field}${issue?.message ?? 'it does not fit'}`);
}

/** Undefined where an older entry does not say. */
export const authorOf = ({ author, kind }: Pick<Evidence, 'author' | 'kind'>): Author | undefined =>
  author ?? (kind === 'own_measurement' ? 'ourselves' : undefined);
