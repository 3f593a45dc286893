// The brief: what an executive reads of the deal on one sheet. What is owed and what is only possible are lists of their own, and
// nothing here adds the two. What nobody knows is null with its reason beside it, never a zero.
import { z } from 'zod';
import { logKindSchema } from '../control/status.ts';
import { count, decimal, instant, periodSchema } from '../queries/period.ts';
import { CLAIM_STATE_NAMES } from './claims.ts';
import { STANDINGS } from './contract-status.ts';
import { daySpanSchema, forecastSchema } from './commitments.ts';
import { day, unreadableContractSchema } from './contracts.ts';

const text = z.string();
const orNull = text.nullable();

const standing = z.enum(STANDINGS);

const owedSchema = z.strictObject({
  standing,
  by: text,
  to: text,
  /** All that falls due from this day on, and what of it this year. What is drawn already stands in the draw-down. */
  ahead: decimal,
  this_year: decimal,
  next_due: day,
  contracts: z.array(text),
});

/** Owed, and nobody can tell how much. */
const unpricedSchema = z.strictObject({
  standing,
  contract: text,
  instrument: text,
  by: text,
  to: text,
  /** The last day. */
  until: day,
  why: text,
});

const capacitySchema = z.strictObject({
  standing,
  contract: text,
  by: text,
  to: text,
  quantity: decimal,
  unit: text,
  from: day,
});

const possibleSchema = z.strictObject({
  standing,
  contract: text,
  what: z.enum(['option', 'investment']),
  /** Who decides; of an investment, who pays. */
  holder: text,
  other: text,
  /** `USD` where it is money, `MW`. */
  unit: text,
  is_money: z.boolean(),
  up_to: decimal,
  until: day.nullable(),
});

const drawSchema = z.strictObject({
  standing,
  contract: text,
  instrument: text,
  title: text,
  kind: z.enum(['spend', 'credit']),
  currency: text,
  committed: decimal,
  /** Null where it is not known what was spent; where a part is not known, the least it can be. */
  drawn: decimal.nullable(),
  /** The part of it that a statement says: stated, not metered. */
  stated: decimal,
  /** Days of which nothing is metered and nothing stated; null: all is known. */
  unknown_days: daySpanSchema.nullable(),
  /** The milestone that ends next; null: all have ended. */
  next: z.strictObject({ milestone: text, until: day, forecast: forecastSchema }).nullable(),
});

const shareSchema = z.strictObject({ name: text, permille: count });
const rangeSchema = z.strictObject({ low: text, high: text });
const axisSchema = z.strictObject({
  axis: z.enum(['ultimate_parent', 'linked_group']),
  /** Largest first. */
  shares: z.array(shareSchema),
  /** Of a thousand: spend whose place is not known. */
  unplaced_permille: count,
  /** An interval where something is unplaced. */
  hhi: rangeSchema,
  n_eff: rangeSchema.nullable(),
  /** Those that the interval touches. */
  bands: z.array(z.enum(['low', 'moderate', 'high'])),
});

const milestoneSchema = z.strictObject({
  standing,
  contract: text,
  instrument: text,
  milestone: text,
  kind: z.enum(['capacity', 'spend', 'credit']),
  /** When it had to be there. */
  on: day,
  /** `USD`, `PTU`. */
  unit: text,
  promised: decimal,
  /** Null: not measured, or not all of it known. */
  delivered: decimal.nullable(),
  /** The part of it that a statement says: stated, not metered. */
  stated: decimal,
  why: text,
});

export const DECISION_KINDS = ['incident', 'notice', 'renewal', 'milestone', 'evidence', 'review'] as const;
export const BRIEF_PAGES = ['/contracts', '/commitments', '/claims', '/duties', '/playbook', '/spend'] as const;
const page = z.enum(BRIEF_PAGES);
const decisionSchema = z.strictObject({
  kind: z.enum(DECISION_KINDS),
  id: text,
  on: day,
  /** Below zero: overdue. */
  days_left: z.int(),
  what: text,
  why: text,
  who: text,
  page,
  command: text,
});
export type BriefDecision = z.output<typeof decisionSchema>;

export const briefInput = z.strictObject({
  /** As it is at the end of this day; absent: now. */
  at: day.optional(),
});
export const briefSchema = z
  .strictObject({
    at: instant,
    day,
    /** Null where no instance runs: the configuration names it. */
    organisation: orNull,
    /** Null where there is no log yet. */
    log: logKindSchema.nullable(),
    simulated: z.boolean(),
    /** What was spent is looked at for so long. */
    period: periodSchema,
    contracts: z.array(z.strictObject({ id: text, title: text, standing })),
    /** These stand as well, cannot be read, and are in no figure. */
    unreadable: z.array(unreadableContractSchema),
    money: z.array(
      z.strictObject({
        currency: text,
        owed: z.array(owedSchema),
        /** Of each standing by itself: if nothing more is spent. */
        shortfalls: z.array(z.strictObject({ standing, at_most: decimal })),
      }),
    ),
    /** Owed too, in no sum above: no price is stated, or none that can be reckoned. */
    unpriced: z.array(unpricedSchema),
    /** Capacity that is still to come. */
    capacity: z.array(capacitySchema),
    /** Options and investments: in no sum above. */
    possible: z.array(possibleSchema),
    draw_down: z.strictObject({
      rows: z.array(drawSchema),
      /** Why it is not known what was spent. */
      unknown: orNull,
      /** Where this log succeeded another: what was spent until then is in that one, and in no figure here. */
      earlier: z.strictObject({ until: instant, origin: text }).nullable(),
    }),
    claims: z.strictObject({
      total: count,
      states: z.array(z.strictObject({ state: z.enum(CLAIM_STATE_NAMES), count })),
      conflicts: count,
      /** Not shown yet, contradicted or run out: high materiality first. */
      open: z.array(
        z.strictObject({
          id: text,
          /** Verbatim. */
          text,
          state: z.enum(CLAIM_STATE_NAMES),
          why: text,
          materiality: z.enum(['high', 'medium', 'low']),
        }),
      ),
    }),
    concentration: z.strictObject({
      /** Why nothing is known; null where something was measured. */
      unknown: orNull,
      calls: count.nullable(),
      unpriced: count.nullable(),
      rows: z.array(z.strictObject({ currency: text, spend: decimal, axes: z.array(axisSchema) })),
      bands: z.strictObject({ source: text, note: text, moderate_above: text, high_above: text }),
    }),
    /** Who sells and who bills, and what part of each currency. */
    sellers: z.strictObject({
      /** By what calls cost in the period; else by what contracts of this standing still oblige to. */
      basis: z.enum(['charges', 'contracts', 'nothing']),
      standing: standing.nullable(),
      rows: z.array(
        z.strictObject({
          currency: text,
          /** Null: no configuration names it. */
          seller: orNull,
          /** Null: nobody is named. */
          biller: orNull,
          amount: decimal,
          permille: count,
        }),
      ),
    }),
    /** Left open by contracts that are not only reported: serious ones first, then by the money that hangs on each; at most 50. */
    questions: z.strictObject({
      total: count,
      serious: count,
      rows: z.array(
        z.strictObject({
          contract: text,
          standing,
          rule: text,
          /** Id of the instrument; `contract` where it concerns the whole. */
          at: text,
          /** Whom to ask. */
          to: text,
          question: text,
          why: text,
          serious: z.boolean(),
          currency: text,
          at_stake: decimal,
        }),
      ),
    }),
    /** Those that have ended, the newest first. */
    milestones: z.array(milestoneSchema),
    playbook: z.strictObject({
      total: count,
      done: count,
      partly: count,
      open: count,
      cannot_tell: count,
      done_permille: z.strictObject({ low: count, high: count }).nullable(),
    }),
    decisions: z.strictObject({ rows: z.array(decisionSchema).max(3), more: count }),
  })
  .meta({ id: 'Brief' });
export type Brief = z.output<typeof briefSchema>;
