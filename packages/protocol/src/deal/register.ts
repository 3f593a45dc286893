// The register: parties and what links them, those that ship and those that the organisation entered; and the organisation's own
// file, with its versions.
import { z } from 'zod';
import { actorSchema } from '../control/configuration.ts';
import { count, instant } from '../queries/period.ts';
import { logKindSchema } from '../control/status.ts';
import { day, fileProblemSchema, followsSchema, replacedSchema } from './contracts.ts';
import { REGISTER_TEXT_MOST } from './text-bounds.ts';

const text = z.string();
const orNull = text.nullable();
const from = z.enum(['shipped', 'own']);

const partyRowSchema = z.strictObject({
  id: text,
  name: text,
  /** A category stands for parties that a source does not name. */
  kind: z.enum(['entity', 'category']),
  /** Id of the party that owns it. */
  parent: orNull,
  jurisdiction: orNull,
  identifiers: z.array(z.strictObject({ scheme: text, value: text })),
  /** Title of the source. */
  source: text,
  note: orNull,
  from,
});
export type PartyRow = z.output<typeof partyRowSchema>;

const linkRowSchema = z.strictObject({
  id: text,
  type: z.enum(['invests_in', 'supplies', 'hosts', 'distributes', 'buys_from', 'co_engineers_with']),
  /** Ids of parties, and what they are called. */
  from: text,
  from_name: text,
  to: text,
  to_name: text,
  /** "up to 10000000000 USD"; null: none is said. */
  amount: orNull,
  starts: orNull,
  ends: orNull,
  status: z.enum(['reported', 'announced', 'in_force', 'ended']),
  source: text,
  note: orNull,
  from_register: from,
});
export type LinkRow = z.output<typeof linkRowSchema>;

const changesSchema = z
  .array(
    z.strictObject({
      path: text,
      change: z.enum(['added', 'removed', 'changed']),
      before: orNull,
      after: orNull,
    }),
  )
  .nullable();

export const registerInput = z.strictObject({
  /** As of the end of this day. */
  at: day.optional(),
});
export const registerSchema = z
  .strictObject({
    at: instant,
    title: text,
    parties: z.array(partyRowSchema),
    links: z.array(linkRowSchema),
    /** Of both together. */
    counts: z.strictObject({ parties: count, links: count, watch: count, steps: count }),
    /** The organisation's own file as it stands; null: there is none. */
    own: z
      .strictObject({
        title: text,
        digest: text,
        file: text,
        entered: instant,
        by: actorSchema,
        /** As it was entered; null: it is gone from beside the log. */
        text: orNull,
      })
      .nullable(),
    /** A file to begin with, with a word on each part. */
    example: text,
    /** Why the own one adds nothing now; null where it does, or there is none. */
    unread: orNull,
    /** Newest first; null for digest and file: it was taken out. */
    versions: z.array(
      z.strictObject({
        /** Id of the entry that holds it. */
        entry: text,
        at: instant,
        by: actorSchema,
        digest: orNull,
        file: orNull,
        /** Against the version before it, or against nothing; null where one of the two can no longer be read. */
        changes: changesSchema,
      }),
    ),
    older: count,
  })
  .meta({ id: 'Register' });
export type RegisterView = z.output<typeof registerSchema>;

const registerText = z.string().min(1).max(REGISTER_TEXT_MOST);
const counts = { title: text, parties: count, links: count, watch: count, steps: count, duties: count, claims: count };

export const checkRegisterInput = z.strictObject({ text: registerText });
export const checkedRegisterSchema = z
  .strictObject({
    problems: z.array(fileProblemSchema),
    /** What it adds to what ships; null where an error stops it. */
    reading: z.strictObject(counts).nullable(),
    /** The own one that stands; null: there is none. */
    replaces: replacedSchema,
    /** Against what stands. */
    changes: changesSchema,
  })
  .meta({ id: 'CheckedRegister' });
export type CheckedRegister = z.output<typeof checkedRegisterSchema>;

export const saveRegisterInput = z.strictObject({
  text: registerText,
  /** Its name, as it is told in the history. */
  file: z.string().min(1).max(200).default('register.yaml'),
  follows: followsSchema,
});
export const savedRegisterSchema = z
  .strictObject({
    digest: text,
    /** False where it stood so already: nothing was written. */
    changed: z.boolean(),
    /** The log in which it stands. */
    log: logKindSchema,
    origin: text,
    ...counts,
  })
  .meta({ id: 'SavedRegister' });
export type SavedRegister = z.output<typeof savedRegisterSchema>;

export const removedRegisterSchema = z.strictObject({ removed: z.boolean() }).meta({ id: 'RemovedRegister' });
