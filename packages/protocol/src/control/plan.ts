// The planner: the plans that ship, and a run of one or of a file that comes with the question, with some of its assumptions moved,
// alone or beside a second. Everything in an answer is an estimate and says so; every figure has its interval, its formula and the
// assumptions that it hangs on. Numbers are plain: they are planned with, and nobody is billed by them.
import { z } from 'zod';
import { fileProblemSchema } from '../deal/contracts.ts';
import {
  PLAN_CHANGES_MOST,
  PLAN_DRAWS,
  PLAN_KINDS,
  PLAN_NAMES,
  PLAN_SEED_MOST,
  PLAN_SIDES,
  PLAN_TEXT_MOST,
} from '../plan-names.ts';
import { count } from '../queries/period.ts';

const kind = z.enum(PLAN_KINDS);
const sideName = z.enum(PLAN_SIDES);
/** `2029-12`. */
const month = z.string().regex(/^\d{4}-\d{2}$/);

/** The tenth, the middle and the ninetieth per cent of the draws. */
const bandSchema = z.strictObject({ p10: z.number(), p50: z.number(), p90: z.number() }).meta({ id: 'PlanBand' });
export type PlanBand = z.output<typeof bandSchema>;

const rangeSchema = z.strictObject({ low: z.number(), likely: z.number(), high: z.number() }).meta({ id: 'PlanRange' });
export type PlanRange = z.output<typeof rangeSchema>;

const sourceSchema = z.strictObject({
  says: z.string(),
  date: z.string(),
  confidence: z.enum(['high', 'medium', 'low']),
});

const figureSchema = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    unit: z.string(),
    /** With every assumption at its likely value; a band need not lie round it. Null: there is none. */
    centre: z.number().nullable(),
    band: bandSchema.nullable(),
    formula: z.string(),
    /** Ids of the controls that it hangs on. */
    of: z.array(z.string()),
  })
  .meta({ id: 'PlanFigure' });
export type PlanFigure = z.output<typeof figureSchema>;

const cellSchema = z
  .discriminatedUnion('is', [
    z.strictObject({ is: z.literal('text'), text: z.string() }),
    z.strictObject({ is: z.literal('number'), value: z.number().nullable(), unit: z.string() }),
    rangeSchema.extend({ is: z.literal('range'), unit: z.string() }),
  ])
  .meta({ id: 'PlanCell' });
export type PlanCell = z.output<typeof cellSchema>;

const tableSchema = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    columns: z.array(z.string()),
    rows: z.array(z.array(cellSchema)),
    note: z.string().nullable(),
  })
  .meta({ id: 'PlanTable' });
export type PlanTable = z.output<typeof tableSchema>;

const chartSchema = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    unit: z.string(),
    axis: z.discriminatedUnion('is', [
      z.strictObject({ is: z.literal('months'), months: z.array(month) }),
      z.strictObject({
        is: z.literal('numbers'),
        title: z.string(),
        unit: z.string(),
        log: z.boolean(),
        numbers: z.array(z.number()),
      }),
    ]),
    lines: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        /** By place on the axis; null: nothing is there. */
        bands: z.array(bandSchema.nullable()),
      }),
    ),
  })
  .meta({ id: 'PlanChart' });
export type PlanChart = z.output<typeof chartSchema>;

const documentSchema = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    /** The day that it is made for. */
    as_of: z.string(),
    sections: z.array(
      z.strictObject({
        title: z.string(),
        lines: z.array(z.strictObject({ text: z.string(), why: z.string(), source: z.string() })),
      }),
    ),
    /** All of it as Markdown, to be saved. */
    text: z.string(),
  })
  .meta({ id: 'PlanDocument' });
export type PlanDocument = z.output<typeof documentSchema>;

const controlSchema = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    unit: z.string(),
    range: rangeSchema,
    /** As the file and the catalogues have it. */
    stated: rangeSchema,
    /** How it is drawn between its ends. */
    shape: z.string(),
    least: z.number(),
    most: z.number().nullable(),
    source: sourceSchema.nullable(),
  })
  .meta({ id: 'PlanControl' });
export type PlanControl = z.output<typeof controlSchema>;

const choiceSchema = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    value: z.string(),
    stated: z.string(),
    options: z.array(z.strictObject({ id: z.string(), title: z.string() })),
  })
  .meta({ id: 'PlanChoice' });
export type PlanChoice = z.output<typeof choiceSchema>;

const swingSchema = z
  .strictObject({
    control: z.string(),
    title: z.string(),
    unit: z.string(),
    from: z.number(),
    to: z.number(),
    /** The figure at both, everything else at its likely value. */
    atFrom: z.number(),
    atTo: z.number(),
    /** Spearman's, over all draws. */
    correlation: z.number().nullable(),
  })
  .meta({ id: 'PlanSwing' });
export type PlanSwing = z.output<typeof swingSchema>;

const reportSchema = z
  .strictObject({
    simulated: z.literal(true),
    kind,
    plan: z.string(),
    title: z.string(),
    note: z.string().nullable(),
    seed: count,
    draws: count,
    /** What an interval is of. */
    interval: z.string(),
    /** The answer, in one sentence. */
    says: z.string(),
    figures: z.array(figureSchema),
    /** Of which figure the swings are. */
    about: z.string(),
    swings: z.array(swingSchema),
    charts: z.array(chartSchema),
    tables: z.array(tableSchema),
    controls: z.array(controlSchema),
    choices: z.array(choiceSchema),
    cautions: z.array(z.string()),
    /** Papers that the plan comes to, beside its figures; absent where the kind makes none. */
    documents: z.array(documentSchema).optional(),
  })
  .meta({ id: 'PlanReport' });
export type PlanReport = z.output<typeof reportSchema>;

const planText = z.string().min(1).max(PLAN_TEXT_MOST);
const id = z.string().min(1).max(80);
const bounded = (changes: object): boolean => Object.keys(changes).length <= PLAN_CHANGES_MOST;
const most = `change at most ${PLAN_CHANGES_MOST}`;

const sideInput = z.strictObject({
  /** `own`: the file in `own`. */
  name: sideName,
  /** Assumptions in the place of the plan's own, by the control's id. */
  ranges: z.record(id, rangeSchema).default({}).refine(bounded, most),
  choices: z.record(id, id).default({}).refine(bounded, most),
});

export const planInput = sideInput.extend({
  draws: z.int().min(1).max(PLAN_DRAWS.most).default(PLAN_DRAWS.whole),
  seed: z.int().min(0).max(PLAN_SEED_MOST).default(1),
  /** Id of the figure that the swings are of. */
  about: id.optional(),
  /** A second one beside it, under the same seed. */
  against: sideInput.optional(),
  /** The text of a plan file; it is read for this answer, and not kept. */
  own: planText.optional(),
});
export type PlanAsked = z.output<typeof planInput>;

const differenceSchema = z
  .strictObject({
    figure: z.string(),
    title: z.string(),
    unit: z.string(),
    first: bandSchema.nullable(),
    second: bandSchema.nullable(),
    /** The second less the first, draw by draw where both are of one kind. */
    difference: bandSchema.nullable(),
  })
  .meta({ id: 'PlanDifference' });
export type PlanDifference = z.output<typeof differenceSchema>;

export const planRunSchema = z
  .strictObject({
    first: reportSchema,
    second: reportSchema.nullable(),
    /** Empty without a second, and where the two are of different kinds. */
    differences: z.array(differenceSchema),
  })
  .meta({ id: 'PlanRun' });
export type PlanRun = z.output<typeof planRunSchema>;

export const plansSchema = z
  .strictObject({
    rows: z.array(
      z.strictObject({
        id: z.enum(PLAN_NAMES),
        kind,
        title: z.string(),
        about: z.string(),
        /** The file itself: to be copied and changed. */
        text: z.string(),
      }),
    ),
  })
  .meta({ id: 'Plans' });
export type Plans = z.output<typeof plansSchema>;

export const checkPlanInput = z.strictObject({ text: planText });
export const checkedPlanSchema = z
  .strictObject({
    problems: z.array(fileProblemSchema),
    /** Null where an error stops it. */
    reading: z.strictObject({ id: z.string(), kind, title: z.string(), about: z.string() }).nullable(),
  })
  .meta({ id: 'CheckedPlan' });
export type CheckedPlan = z.output<typeof checkedPlanSchema>;

export const ownEstateSchema = z
  .strictObject({
    title: z.string(),
    /** A plan of exposure: to be run as one's own, corrected and saved. */
    text: planText,
    /** Whether it stands on simulated calls. */
    simulated: z.boolean(),
    /** What is not known, in words; the file says the same. */
    unknown: z.array(z.string()),
  })
  .meta({ id: 'OwnEstate' });
export type OwnEstate = z.output<typeof ownEstateSchema>;
