// The buyer's checklist and work: items that grade themselves from facts. What the product knows it hands in itself; what only a
// person can know is attested, with a proof, and marked as such.
import { z } from 'zod';
import { actorSchema } from '../control/configuration.ts';
import { count, instant } from '../queries/period.ts';
import { day, entered } from './contracts.ts';

const text = z.string();
const factValue = z.union([z.boolean(), count, text, z.array(text)]);

export const PLAYBOOK_GROUPS = ['months_0_6', 'months_6_18', 'months_18_on', 'procurement'] as const;
const group = z.enum(PLAYBOOK_GROUPS);

const sumSchema = z.strictObject({
  total: count,
  done: count,
  partly: count,
  open: count,
  cannot_tell: count,
  /** Of a thousand: what is shown, and the most that it can be; null over no items. */
  done_permille: z.strictObject({ low: count, high: count }).nullable(),
});

export const playbookInput = z.strictObject({ at: day.optional() });
export const playbookSchema = z
  .strictObject({
    at: instant,
    source: text,
    items: z.array(
      z.strictObject({
        id: text,
        /** `own`: a step of the own register. */
        from: z.enum(['shipped', 'own']),
        group,
        text,
        grade: z.enum(['done', 'partly', 'open', 'cannot tell']),
        reason: text,
        /** Null once it is done. */
        next: text.nullable(),
        who: text,
        facts: z.array(text),
        unknown: z.array(text),
      }),
    ),
    groups: z.array(sumSchema.extend({ group })),
    all: sumSchema,
    facts: z.array(
      z.strictObject({
        name: text,
        what: text,
        kind: z.enum(['flag', 'count', 'day', 'word', 'words']),
        /** Null: nobody knows. */
        value: factValue.nullable(),
        from: z.enum(['product', 'attested', 'unknown']),
        /** In words: how the product knows, or what was attested. */
        how: text,
        attested: z.strictObject({ at: instant, by: actorSchema, proof: text, entry: text }).nullable(),
        /** False: the product knows it by itself, and what is attested does not count. */
        attestable: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Playbook' });
export type PlaybookView = z.output<typeof playbookSchema>;

export const attestInput = z.strictObject({
  fact: z.string().min(1).max(60),
  /** Null takes an earlier one back. */
  value: z
    .union([z.boolean(), z.int().min(0), z.string().min(1).max(80), z.array(z.string().min(1).max(80)).max(50)])
    .nullable(),
  /** What shows it: a document, a ticket, a message. */
  proof: entered(300),
});
export const attestedSchema = z.strictObject({ fact: text, changed: z.boolean() }).meta({ id: 'Attested' });
