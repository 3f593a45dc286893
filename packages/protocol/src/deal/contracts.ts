// Contracts as the log holds them: what each obliges to by when, what is only possible, what is missing in it. Amounts are
// exact decimals of the contract's currency; a day is the last one on which something can be done, in UTC.
import { z } from 'zod';
import { actorSchema } from '../control/configuration.ts';
import { logKindSchema } from '../control/status.ts';
import { count, decimal, instant } from '../queries/period.ts';
import { CONTRACT_STATUSES } from './contract-status.ts';
import { CONTRACT_TEXT_MOST } from './text-bounds.ts';

/** A day that exists, from the beginning of 1970 to the end of 2199. */
export const day = z
  .string()
  .regex(/^(?:19[7-9]\d|2[01]\d{2})-\d{2}-\d{2}$/, 'write a day from 1970 to 2199: 2027-01-31')
  .refine((text) => {
    const at = Date.parse(`${text}T00:00:00Z`);
    return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
  }, 'there is no such day');

const text = z.string();

/** What a person enters: without control characters, which a terminal would obey. */
export const entered = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((given) => !/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u.test(given), 'it holds a control character')
    .refine((given) => given.isWellFormed(), 'it holds half a character');
const orNull = text.nullable();
/** On what it rests, where the contract says so: agreed, verified, reported, assumed. */
const grade = orNull;

export const obligationSchema = z.strictObject({
  due: day,
  since: day,
  by: text,
  to: text,
  instrument: text,
  part: text,
  /** `capacity-price`: of reserved units, used or not; `prepayment`: of a credit. */
  what: z.enum(['spend', 'capacity', 'capacity-price', 'prepayment']),
  /** Null where it is no money, or money that nobody can reckon. */
  amount: decimal.nullable(),
  quantity: decimal.nullable(),
  unit: orNull,
  /** How the amount came about, or why there is none; null: it stands in the contract. */
  reckoned: orNull,
  grade,
});
export type ObligationRow = z.output<typeof obligationSchema>;

/** What one side may call on ("up to"): in no sum of obligations. */
export const possibilitySchema = z.strictObject({
  instrument: text,
  what: z.enum(['option', 'investment']),
  /** Who decides; of an investment, who pays. */
  holder: text,
  other: text,
  up_to: z.strictObject({ amount: decimal.nullable(), quantity: decimal.nullable(), unit: orNull }),
  from: day.nullable(),
  until: day.nullable(),
  conditions: z.array(text),
  grade,
});
export type PossibilityRow = z.output<typeof possibilitySchema>;

export const creditSchema = z.strictObject({
  instrument: text,
  holder: text,
  amount: decimal,
  from: day,
  until: day,
  /** What lapses is lost money. */
  prepaid: z.boolean(),
});

const stated = z.union([z.boolean(), z.literal('unstated')]);

export const shortfallSchema = z.strictObject({
  instrument: text,
  milestone: text,
  /** The last day of the milestone: it bites on the next. */
  after: day,
  rule: text,
  automatic: stated,
  /** If nothing is spent from the beginning. */
  at_most: decimal,
});
export type ShortfallRow = z.output<typeof shortfallSchema>;

/** Exact at both ends; one amount where they are equal. What of a milestone under way will be drawn by then nobody knows. */
const feeSchema = z.strictObject({ least: decimal, most: decimal });

export const exitSchema = z.strictObject({
  instrument: text,
  holder: text,
  from: text,
  notice_days: count,
  /** Between which days leaving takes effect. */
  opens: day,
  closes: day,
  /** The last day on which notice is in time. */
  last_safe: day,
  /** From the day that was asked about; negative once it has passed. */
  days_left: z.int(),
  /** What leaving on the last day costs; null: the contract does not say. */
  fee_at_last: feeSchema.nullable(),
  /** Step by step, of the window; empty: the contract does not say, or it costs nothing. */
  schedule: z.array(
    z.strictObject({
      from: day,
      until: day,
      /** How it is reckoned, in words. */
      says: text,
      /** If leaving takes effect on its first day, and on its last. */
      first: feeSchema,
      last: feeSchema,
    }),
  ),
  /** If notice is given on the day that was asked about; null: it is too late. */
  now: z.strictObject({ takes_effect: day, fee: feeSchema.nullable() }).nullable(),
  triggers: z.array(text),
});
export type ExitRow = z.output<typeof exitSchema>;
export type FeeRange = z.output<typeof feeSchema>;

export const obligationsSchema = z.strictObject({
  currency: text,
  obligations: z.array(obligationSchema),
  /** Money owed by each party over the whole term; obligations only. */
  owed: z.record(text, decimal),
  /** Owed too, in no sum: no price is stated, or none that can be reckoned. */
  unpriced: z.array(z.strictObject({ instrument: text, by: text, to: text, why: text })),
  possibilities: z.array(possibilitySchema),
  credits: z.array(creditSchema),
  shortfalls: z.array(shortfallSchema),
  exits: z.array(exitSchema),
  /** The last day on which one can say that it shall not renew itself; null: it does not, or does not say. */
  renewal_notice_by: day.nullable(),
});
export type ObligationsView = z.output<typeof obligationsSchema>;

export const findingSchema = z.strictObject({
  rule: text,
  severity: z.enum(['serious', 'weak']),
  kind: z.enum(['missing', 'dangerous']),
  topic: text,
  /** Id of the instrument; `contract` where it concerns the whole. */
  at: text,
  term: text,
  reason: text,
  /** Empty where the seller is not to be asked. */
  question: text,
  clause: text,
  /** What to change in one's own file; empty where the seller is to be asked. */
  mend: text,
});
export type ContractFinding = z.output<typeof findingSchema>;

/** One thing wrong with a file that a person wrote. */
export const fileProblemSchema = z.strictObject({
  severity: z.enum(['error', 'warning']),
  /** Empty for the whole file. */
  path: text,
  /** Counted from 1; 0 where it did not come from a line. */
  line: count,
  column: count,
  message: text,
  mend: text,
});
export type FileProblem = z.output<typeof fileProblemSchema>;

const partySchema = z.strictObject({ id: text, name: text, roles: z.array(text), parent: orNull });

/** What a contract says, read: the same of one that is held and of one that is only being looked at. */
export const contractReadingSchema = z.strictObject({
  id: text,
  title: text,
  status: z.enum(CONTRACT_STATUSES),
  parties: z.array(partySchema),
  term: z.strictObject({ from: day, until: day }),
  /** In words: whether and how it renews itself. */
  renewal: text,
  /** The day from which days are counted. */
  at: day,
  obliges: obligationsSchema,
  findings: z.array(findingSchema),
});
export type ContractReading = z.output<typeof contractReadingSchema>;

const milestoneSchema = z.strictObject({ instrument: text, milestone: text, on: day, at_most: decimal });

export const contractRowSchema = z.strictObject({
  id: text,
  title: text,
  status: text,
  parties: z.array(partySchema),
  term: z.strictObject({ from: day, until: day }),
  currency: text,
  owed: z.record(text, decimal),
  /** Obligations whose sum nobody can tell: how many, none of them in `owed`. */
  unpriced: count,
  /** Options and investments: how many, none of them in `owed`. */
  possibilities: count,
  serious: count,
  weak: count,
  /** The next day on which a milestone ends, and on which notice must have been given; null where none is ahead. */
  next_milestone: milestoneSchema.nullable(),
  /** The next one behind which something can be owed: what moves on to a later milestone costs nothing yet. */
  next_shortfall: milestoneSchema.nullable(),
  next_exit: z.strictObject({ instrument: text, on: day, days_left: z.int() }).nullable(),
  /** SHA-256 of the text, in hexadecimal digits. */
  digest: text,
  entered: instant,
  by: actorSchema,
  versions: count,
});
export type ContractRow = z.output<typeof contractRowSchema>;

/** One that stands, and of which no more is known than its entry says: its text is gone, altered, or no longer read. */
export const unreadableContractSchema = z.strictObject({
  id: text,
  title: text,
  /** SHA-256 that its text had, in hexadecimal digits. */
  digest: text,
  entered: instant,
  by: actorSchema,
  versions: count,
  /** What is wrong with its text, and what brings it back. */
  why: text,
  next: text,
});
export type UnreadableContract = z.output<typeof unreadableContractSchema>;

/** Where an entry first stood, where that was a log that this one succeeded; null: it was written here. */
const carriedSchema = z.strictObject({ at: instant, index: count, origin: text }).nullable();

export const contractsInput = z.strictObject({
  /** Those that stood at the end of this day; of a day to come, those that stand, with days counted from it. Absent: now. */
  at: day.optional(),
  /** Only those of this status; what cannot be read has none that is known, and is told always. */
  status: z.enum(CONTRACT_STATUSES).optional(),
});
export const contractsSchema = z
  .strictObject({
    at: day,
    rows: z.array(contractRowSchema),
    /** These stand as well, and are in no sum. */
    unreadable: z.array(unreadableContractSchema),
  })
  .meta({ id: 'Contracts' });
export type Contracts = z.output<typeof contractsSchema>;

export const contractInput = z.strictObject({
  id: z.string().max(80),
  /** The version that stood at the end of this day; of a day to come, the one that stands, with days counted from it. Absent: now. */
  at: day.optional(),
});
export const contractSchema = z
  .strictObject({
    reading: contractReadingSchema,
    /** The file as it was entered. */
    text,
    digest: text,
    entered: instant,
    by: actorSchema,
    /** Newest first; the first is the one that stands. */
    versions: z.array(
      z.strictObject({
        /** Id of the entry that holds it. */
        entry: text,
        at: instant,
        digest: text,
        file: text,
        by: actorSchema,
        carried: carriedSchema,
        /** Why its text cannot be read; null: it can. */
        unreadable: orNull,
        /** Against the version before it; null for the first, and where one of the two cannot be read. */
        changes: z
          .array(
            z.strictObject({
              path: text,
              change: z.enum(['added', 'removed', 'changed']),
              before: orNull,
              after: orNull,
              difference: orNull,
            }),
          )
          .nullable(),
      }),
    ),
    /** Versions that are older than those told. */
    older: count,
  })
  .meta({ id: 'ContractDetail' });
export type ContractDetail = z.output<typeof contractSchema>;

/** Of the version that stands, where a file is to take its place; null: it is new. */
export const replacedSchema = z.strictObject({ title: text, digest: text, entered: instant }).nullable();

/** Digest of the version that a file is to follow; null: there is to be none. Absent: whatever stands. */
export const followsSchema = z.string().max(64).nullable().optional();

const contractText = z.string().min(1).max(CONTRACT_TEXT_MOST);

export const checkContractInput = z.strictObject({ text: contractText, at: day.optional() });
export const checkedContractSchema = z
  .strictObject({
    problems: z.array(fileProblemSchema),
    /** Null where an error stops it. */
    reading: contractReadingSchema.nullable(),
    /** What the log holds under its id; null where it is new. */
    replaces: replacedSchema,
    /** The log that it would be entered in. */
    into: z.strictObject({ log: logKindSchema, origin: text }),
  })
  .meta({ id: 'CheckedContract' });
export type CheckedContract = z.output<typeof checkedContractSchema>;

export const saveContractInput = z.strictObject({
  text: contractText,
  /** Its name, as it is told in the history. */
  file: z.string().min(1).max(200).default('contract.yaml'),
  follows: followsSchema,
});
export const savedContractSchema = z
  .strictObject({
    id: text,
    digest: text,
    /** False where it stood so already: nothing was written to the log. */
    changed: z.boolean(),
    /** It stood so already, but its text was gone or altered, and lies beside the log again. */
    mended: z.boolean(),
    /** The log in which it stands. */
    log: logKindSchema,
    origin: text,
    serious: count,
  })
  .meta({ id: 'SavedContract' });
export type SavedContract = z.output<typeof savedContractSchema>;

export const removeContractInput = z.strictObject({ id: z.string().max(80) });
export const removedContractSchema = z.strictObject({ removed: z.boolean() }).meta({ id: 'RemovedContract' });

export const questionnaireInput = z.strictObject({
  /** Absent: every question there is a rule for. */
  id: z.string().max(80).optional(),
  /** Of the version that stood at the end of this day; absent: now. */
  at: day.optional(),
});
export const questionnaireSchema = z
  .strictObject({
    title: text,
    questions: z.array(
      z.strictObject({
        id: text,
        topic: text,
        question: text,
        why: text,
        answer: z.enum(['yes or no', 'text', 'number', 'document']),
        /** Without a good answer, do not sign. */
        required: z.boolean(),
        proposed_clause: text,
      }),
    ),
    /** The same as a page to send, in Markdown. */
    page: text,
  })
  .meta({ id: 'Questionnaire' });
export type QuestionnaireView = z.output<typeof questionnaireSchema>;

export const contractExamplesSchema = z
  .strictObject({
    /** The one to be written over first. */
    rows: z.array(z.strictObject({ name: text, title: text, about: text, text })),
  })
  .meta({ id: 'ContractExamples' });
export type ContractExamples = z.output<typeof contractExamplesSchema>;
