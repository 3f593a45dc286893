// Claims: what is said of a deal, word for word, and what evidence makes of it. A state is worked out from evidence and the
// moment, never set by hand.
import { z } from 'zod';
import { actorSchema } from '../control/configuration.ts';
import { count, decimal, instant } from '../queries/period.ts';
import { day, entered } from './contracts.ts';

const text = z.string();
const orNull = text.nullable();

export const CLAIM_STATE_NAMES = [
  'reported',
  'verified',
  'partially',
  'unverified',
  'contradicted',
  'expired',
] as const;
const state = z.enum(CLAIM_STATE_NAMES);

const sourceSchema = z.strictObject({
  id: text,
  title: text,
  outlet: text,
  url: orNull,
  captured_at: orNull,
  /** SHA-256 of what was read then; null: no snapshot is kept. */
  snapshot_sha256: orNull,
});

const evidenceRowSchema = z.strictObject({
  digest: text,
  /** Whose word it is. */
  author: z.strictObject({
    kind: z.enum(['ourselves', 'party', 'outsider', 'unknown']),
    /** Id of the party; null where it is none. */
    party: orNull,
    name: text,
  }),
  /** How its author stands to the claim, by the register of that day. */
  relation: z.enum(['ourselves', 'independent', 'party', 'tied', 'unknown']),
  /** What makes it no independent word: `Microsoft invests in Anthropic since 2025-11-18`; null where nothing does. */
  why: orNull,
  kind: z.enum(['own_measurement', 'independent_report', 'contract_term', 'vendor_assertion']),
  period: z.strictObject({ from: day, until: day }),
  valid_until: day,
  result: z.enum(['supports', 'contradicts', 'inconclusive']),
  repeats_vendor: z.boolean(),
  n: count.nullable(),
  interval: z.strictObject({ low: text, high: text, unit: text }).nullable(),
  method: text,
  scope: z.record(text, z.array(text)),
  /** What it weighs now, and by which rule. */
  weight: z.enum(['for', 'against', 'doubt', 'nothing']),
  rule: text,
  says: text,
  entered: instant,
  by: actorSchema,
  /** Id of the entry that holds it. */
  entry: text,
});
export type EvidenceRow = z.output<typeof evidenceRowSchema>;

export const claimRowSchema = z.strictObject({
  id: text,
  /** `register`: of the register that ships; `entered`: by somebody here, such as the answer to a questionnaire. */
  from: z.enum(['register', 'entered']),
  subject: text,
  /** Verbatim. */
  text,
  kind: text,
  metric: text,
  value: orNull,
  range: z.strictObject({ low: text, high: text }).nullable(),
  /** Currency or unit of the value. */
  unit: orNull,
  up_to: z.boolean(),
  approximate: z.boolean(),
  conditions: z.array(text),
  scope: z.record(text, z.array(text)),
  source: sourceSchema,
  /** Names of those whom it binds or whose word it is, as far as it is known: none of them is a witness of it. */
  parties: z.array(text),
  materiality: z.enum(['high', 'medium', 'low']),
  corroborated: z.boolean(),
  readings: z.array(z.strictObject({ says: text, relation: orNull, value: orNull, source: text })),
  note: orNull,
  state,
  rule: text,
  says: text,
  /** The day on which the evidence that it rests on runs out next; null where none does. */
  runs_out: day.nullable(),
  evidence: z.array(evidenceRowSchema),
  /** Oldest first. */
  history: z.array(z.strictObject({ at: instant, from: state.nullable(), to: state, rule: text, says: text })),
  /** The newest statement of it in the log; null: none was published. */
  stated: z.strictObject({ entry: text, at: instant, state }).nullable(),
});
export type ClaimRow = z.output<typeof claimRowSchema>;

const totalSchema = z.strictObject({
  /** `USD`, `GW`. */
  of: text,
  value: text,
  approximate: z.boolean(),
  claims: z.array(text),
});

export const claimsInput = z.strictObject({
  /** As it is at the end of this day; absent: now. */
  at: day.optional(),
});
export const claimsSchema = z
  .strictObject({
    at: instant,
    register: z.strictObject({ title: text, parties: count, claims: count }),
    rows: z.array(claimRowSchema),
    /** Parties of the register who may be named as the author of evidence, by name. */
    authors: z.array(z.strictObject({ id: text, name: text })),
    /** Headlines that cannot all hold. */
    conflicts: z.array(
      z.strictObject({
        check: text,
        claim: text,
        why: text,
        between: z.array(z.strictObject({ says: text, source: text })),
        ask: text,
      }),
    ),
    /** What somebody would owe, and what is only allowed: never in one sum. */
    owed: z.strictObject({ firm: z.array(totalSchema), options: z.array(totalSchema) }),
    /** The commitment in money against the ceiling in gigawatts. */
    check: z
      .strictObject({
        commitment: text,
        ceiling: text,
        says: text,
        steps: z.array(z.strictObject({ what: text, arithmetic: text, low: text, high: text, unit: text })),
        inputs: z.array(z.strictObject({ what: text, source: text, confidence: text })),
        /** As sure as the least sure of the inputs. */
        confidence: text,
        terms: z.array(z.strictObject({ years: count, gigawatts: text })),
      })
      .nullable(),
    /** Claims whose state has changed since it was stated, or was never stated. */
    unstated: count,
  })
  .meta({ id: 'Claims' });
export type Claims = z.output<typeof claimsSchema>;

const id = z.string().min(1).max(120);
const scope = z.record(z.string().max(40), z.array(z.string().min(1).max(80)).min(1).max(50));

/** A party of the register, somebody who stands in none, or ourselves. */
const author = z.union([
  z.literal('ourselves'),
  z.strictObject({ party: z.string().min(1).max(80) }),
  z.strictObject({ outsider: entered(120) }),
]);

export const addEvidenceInput = z.strictObject({
  claim: id,
  /** Whose word it is; of an own measurement it is ours, of all else it has to be said. */
  author: author.optional(),
  kind: z.enum(['own_measurement', 'independent_report', 'contract_term', 'vendor_assertion']),
  /** SHA-256 of what it rests on: the same evidence counts once. */
  digest: z.string().max(64),
  period: z.strictObject({ from: day, until: day }),
  valid_until: day,
  scope: scope.default({}),
  result: z.enum(['supports', 'contradicts', 'inconclusive']),
  repeats_vendor: z.boolean().default(false),
  n: z.int().min(1).optional(),
  interval: z.strictObject({ low: decimal, high: decimal, unit: z.string().min(1).max(40) }).optional(),
  method: entered(300),
});
export const enterAnswersInput = z.strictObject({
  /** The contract whose questionnaire was answered. */
  contract: z.string().min(1).max(80),
  /** Who answered: id of a party of the register, or a name. */
  answered_by: entered(60),
  answers: z
    .array(z.strictObject({ question: z.string().min(1).max(80), answer: entered(600) }))
    .min(1)
    .max(100),
});
export const enteredAnswersSchema = z
  .strictObject({ entered: z.array(text), unchanged: z.array(text) })
  .meta({ id: 'EnteredAnswers' });

export const claimChangedSchema = claimRowSchema.meta({ id: 'Claim' });
export const stateClaimsSchema = z.strictObject({ stated: z.array(text) }).meta({ id: 'StatedClaims' });
