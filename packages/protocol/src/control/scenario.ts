// The system behind the deal: the scenarios that ship, and a run of one or of a file that comes with the question, alone or
// beside a second. Everything in the answer of
// a run is simulated, and says so; every figure has its interval. Amounts are decimal text of the run's currency.
import { z } from 'zod';
import { fileProblemSchema } from '../deal/contracts.ts';
import { SCENARIO_TEXT_MOST } from '../deal/text-bounds.ts';
import { count, decimal } from '../queries/period.ts';
import {
  SCENARIO_LINES,
  SCENARIO_NAMES,
  SCENARIO_PATHS,
  SCENARIO_SEED_MOST,
  SCENARIO_SIDES,
  SCENARIO_SWITCHES,
} from '../scenario-names.ts';

const name = z.enum(SCENARIO_NAMES);
const sideName = z.enum(SCENARIO_SIDES);
const switchName = z.enum(SCENARIO_SWITCHES);
/** `2029-12`. */
const month = z.string().regex(/^\d{4}-\d{2}$/);
const share = z.number().min(0).max(1);

/** Of the unit beside it: decimal text where that is money, else a number of seven digits. */
const value = z.union([z.number(), decimal]);

/** The tenth, the middle and the ninetieth per cent over paths; null among them: never. */
const bandSchema = z
  .strictObject({ p10: value.nullable(), p50: value.nullable(), p90: value.nullable() })
  .meta({ id: 'ScenarioBand' });
export type ScenarioBand = z.output<typeof bandSchema>;

/** `money` and `money/Mtok` are of the currency of the side. */
const unit = z.enum([
  'MW',
  'GW',
  'racks',
  'Mtok/month',
  'share',
  'HHI',
  'months',
  'money',
  'money/month',
  'money/Mtok',
]);
export type ScenarioUnit = z.output<typeof unit>;

/** How many values of a scenario are known how well; those that a switch brings are among them. */
const tagsSchema = z.strictObject({ reported: count, assumed: count, verified: count }).meta({ id: 'ScenarioTags' });
export type ScenarioTags = z.output<typeof tagsSchema>;

const moveSchema = z
  .strictObject({
    output: z.string(),
    title: z.string(),
    direction: z.enum(['up', 'down']),
    because: z.string(),
  })
  .meta({ id: 'ScenarioMove' });

export const scenariosSchema = z
  .strictObject({
    rows: z.array(
      z.strictObject({
        id: name,
        title: z.string(),
        about: z.string(),
        currency: z.string(),
        start: month,
        months: count,
        tags: tagsSchema,
      }),
    ),
    /** Any of them may be thrown in any scenario. */
    switches: z.array(
      z.strictObject({
        name: switchName,
        title: z.string(),
        /** What happens then. */
        what: z.string(),
        /** What theory says that it moves, and why. */
        moves: z.array(moveSchema),
      }),
    ),
  })
  .meta({ id: 'Scenarios' });
export type Scenarios = z.output<typeof scenariosSchema>;

const scenarioText = z.string().min(1).max(SCENARIO_TEXT_MOST);

const sideInput = z.strictObject({
  /** `own`: the file in `own`. */
  name: sideName,
  switches: z.array(switchName).max(SCENARIO_SWITCHES.length).default([]),
});

export const scenarioInput = sideInput.extend({
  paths: z.int().min(1).max(SCENARIO_PATHS.most).default(SCENARIO_PATHS.most),
  seed: z.int().min(0).max(SCENARIO_SEED_MOST).default(1),
  /** A second one beside it, under the same seed: the values that both share are drawn alike. */
  against: sideInput.optional(),
  /** The text of a scenario file; it is read for this answer, and not kept. */
  own: scenarioText.optional(),
});

export const checkScenarioInput = z.strictObject({ text: scenarioText });
export const checkedScenarioSchema = z
  .strictObject({
    problems: z.array(fileProblemSchema),
    /** Null where an error stops it. */
    reading: z
      .strictObject({
        /** As it calls itself. */
        id: z.string(),
        title: z.string(),
        about: z.string(),
        currency: z.string(),
        start: month,
        months: count,
        tags: tagsSchema,
        /** Whether the simulated clouds can be started on it. */
        market: z.boolean(),
        /** What it seeds the sample organisation with; null: nothing of its own. */
        sample: z
          .strictObject({ contracts: count, claims: count, answers: count, evidence: count, attested: count })
          .nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'CheckedScenario' });
export type CheckedScenario = z.output<typeof checkedScenarioSchema>;

const lineSchema = z
  .strictObject({
    name: z.enum(SCENARIO_LINES),
    title: z.string(),
    unit,
    method: z.string(),
    /** By month; null: nothing was there to be measured. */
    bands: z.array(bandSchema.nullable()),
  })
  .meta({ id: 'ScenarioLine' });
export type ScenarioLine = z.output<typeof lineSchema>;

const deliverySchema = z
  .strictObject({
    id: z.string(),
    /** An option is a ceiling that nobody owes: it is followed, and stands in no sum. */
    kind: z.enum(['promise', 'milestone', 'commitment', 'option']),
    says: z.string(),
    measure: z.enum(['energised', 'drawn', 'installed']),
    promised: value,
    unit,
    grade: z.enum(['reported', 'assumed', 'verified']),
    source: z.string(),
    month,
    /** False: nobody has said by when, and it is held against the last month. */
    dated: z.boolean(),
    /** By the month. */
    delivered: bandSchema.nullable(),
    /** Of the paths, the share that had it by then. */
    chance: share,
    /** The first month in which it was met; null: never. */
    met: z.strictObject({ p10: month.nullable(), p50: month.nullable(), p90: month.nullable() }),
  })
  .meta({ id: 'ScenarioDelivery' });
export type ScenarioDelivery = z.output<typeof deliverySchema>;

const meaningSchema = z
  .strictObject({ title: z.string(), unit, method: z.string(), band: bandSchema.nullable() })
  .meta({ id: 'ScenarioMeaning' });
export type ScenarioMeaning = z.output<typeof meaningSchema>;

/** What it means for the organisation that the scenario describes. */
const organisationSchema = z.strictObject({
  name: z.string(),
  price: meaningSchema,
  capacity_risk: z.strictObject({ share, method: z.string() }),
  lead_time: meaningSchema,
  exit_cost: meaningSchema,
  years: z.array(
    z.strictObject({
      year: z.string(),
      price: bandSchema.nullable(),
      capacity_risk: share,
      exit_cost: bandSchema.nullable(),
    }),
  ),
});

/** A switch that is thrown: what theory says it moves, and by how much it did against the same scenario without it. */
const thrownSchema = z
  .strictObject({
    name: switchName,
    title: z.string(),
    what: z.string(),
    /** Over so many paths. */
    paths: count,
    moves: z.array(
      moveSchema.extend({
        unit,
        /** Means over months and paths: with the switch, less without it. */
        mean: value,
        /** The mean without it; null where there is none. */
        without: value.nullable(),
        seen: z.enum(['as claimed', 'no change', 'against the claim']),
      }),
    ),
  })
  .meta({ id: 'ScenarioThrown' });
export type ScenarioThrown = z.output<typeof thrownSchema>;

const flowSchema = z
  .strictObject({
    /** Of twelve months from the start of the scenario; the year they begin in. */
    year: z.string(),
    /** Id of an actor, or what lies outside. */
    from: z.string(),
    to: z.string(),
    why: z.string(),
    /** The mean over paths: means add up, and medians do not. */
    amount: decimal,
  })
  .meta({ id: 'ScenarioFlow' });
export type ScenarioFlow = z.output<typeof flowSchema>;

const sideSchema = z
  .strictObject({
    scenario: sideName,
    title: z.string(),
    note: z.string(),
    currency: z.string(),
    switches: z.array(switchName),
    tags: tagsSchema,
    /** The same by what they describe: actors, sites, channels, … */
    inputs: z.array(z.strictObject({ of: z.string(), tags: tagsSchema })),
    months: z.array(month),
    actors: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        kind: z.enum(['developer', 'cloud', 'maker', 'energy', 'investor', 'outside']),
      }),
    ),
    /** Names of those that investment ties to one another at the start. */
    linked: z.array(z.string()),
    lines: z.array(lineSchema),
    /** Energised power over all months, in gigawatt-years. */
    gigawatt_years: bandSchema.nullable(),
    deliveries: z.array(deliverySchema),
    /** Due for shortfalls over all months, in money. */
    shortfall: bandSchema.nullable(),
    organisation: organisationSchema,
    flows: z.array(flowSchema),
    thrown: z.array(thrownSchema),
  })
  .meta({ id: 'ScenarioSide' });
export type ScenarioSide = z.output<typeof sideSchema>;

const differenceSchema = z
  .strictObject({
    output: z.string(),
    title: z.string(),
    unit,
    /** Means over the months of a path, in bands over paths; then the second less the first, path by path. */
    first: bandSchema.nullable(),
    second: bandSchema.nullable(),
    difference: bandSchema.nullable(),
  })
  .meta({ id: 'ScenarioDifference' });
export type ScenarioDifference = z.output<typeof differenceSchema>;

export const scenarioSchema = z
  .strictObject({
    simulated: z.literal(true),
    seed: count,
    paths: count,
    /** What an interval is of. */
    interval: z.string(),
    first: sideSchema,
    second: sideSchema.nullable(),
    /** Empty without a second. */
    differences: z.array(differenceSchema),
  })
  .meta({ id: 'ScenarioRun' });
export type ScenarioRun = z.output<typeof scenarioSchema>;
export type ScenarioAsked = z.output<typeof scenarioInput>;
