// Keys as the running instance knows them, made and revoked. A key itself is shown once, in the answer that makes it.
import { z } from 'zod';
import { count, instant } from '../queries/period.ts';

const slug = z.string().max(63);
const text = z.string().max(512);

export const keyWhoSchema = z.strictObject({
  team: text.optional(),
  project: text.optional(),
  cost_centre: text.optional(),
  /** A person: stands in the journal where it can be erased, and is gone from here once it was. */
  principal: text.optional(),
  environment: text.optional(),
});

export const keyPolicySchema = z.strictObject({
  routes: z.array(z.string()),
  clouds: z.array(z.string()),
  regions: z.array(z.string()),
});

export const keyViewSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    state: z.enum(['in force', 'expired', 'revoked']),
    /** Whom it speaks for, with what the configuration adds. */
    who: keyWhoSchema,
    created: instant,
    expires: instant.nullable(),
    revoked: instant.nullable(),
    purpose: z.enum(['start', 'probe', 'playground']).nullable(),
    /** What it may use; null when the configuration has no entry of its name, and then it may use nothing. */
    policy: keyPolicySchema.nullable(),
  })
  .meta({ id: 'Key' });
export type ControlKey = z.output<typeof keyViewSchema>;

export const keysInput = z.strictObject({
  /** With those that are revoked or expired. */
  all: z.boolean().default(false),
  /** `next` of the page before. */
  before: count.optional(),
  limit: z.int().min(1).max(500).default(100),
});
export const keyPageSchema = z
  .strictObject({ rows: z.array(keyViewSchema), next: count.nullable() })
  .meta({ id: 'KeyPage' });

export const createKeyInput = z.strictObject({
  name: slug,
  who: keyWhoSchema.default({}),
  /** UTC milliseconds; absent: it does not expire. */
  expires: instant.optional(),
  /** With a pair that signs as Amazon's clients do. */
  aws: z.boolean().default(false),
});
export const createdKeySchema = z
  .strictObject({
    /** Shown only now, and kept nowhere. */
    key: z.string(),
    state: keyViewSchema,
    /** Its pair for Amazon's clients, where one was asked for; shown only now as well. */
    aws: z.strictObject({ access_key_id: z.string(), secret_access_key: z.string() }).optional(),
  })
  .meta({ id: 'CreatedKey' });
export type CreatedKey = z.output<typeof createdKeySchema>;

export const revokeKeyInput = z.strictObject({ id: z.string().max(64), reason: z.string().min(1).max(512).optional() });
