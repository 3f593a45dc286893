// Coverage as the control API tells it: what crossed, of all that sellers say was used, with how it was compared, how far it may be
// off, and of what nothing is known. And the imports that it stands on.
import { z } from 'zod';
import { OBSERVED_SOURCES } from '../observed.ts';
import { count, instant, periodSchema } from '../queries/period.ts';
import { actorSchema } from './configuration.ts';

const text = z.string();
const name = text.nullable();
const spanSchema = z.strictObject({ from: z.int(), to: z.int() });
const fileSchema = z.strictObject({ name: text, bytes: count, sha256: text });

/** A share from 0 to 1, as a decimal of four places. */
const share = z.string().regex(/^[01]\.\d{4}$/);

const sideSchema = z.strictObject({
  /** What the seller says was used. */
  theirs: z.number().min(0),
  /** Of it: what crossed. */
  crossed: z.number().min(0),
  uncovered: z.number().min(0),
  /** What crossed and no record says: a record that is not whole, or clocks that differ. */
  over: z.number().min(0),
  /** Null: it cannot be told, or the seller says that nothing was used. */
  share: share.nullable(),
  /** How low and high it may be, for clocks at the ends of a record. */
  low: share.nullable(),
  high: share.nullable(),
});
export type CoverageSide = z.output<typeof sideSchema>;

const rowSchema = sideSchema.extend({
  seller: text,
  /** Null: the record does not say. */
  name,
  unit: z.enum(['tokens', 'requests']),
  /** `ids`: request by request; `sums`: day by day. */
  how: z.enum(['ids', 'sums', 'both']),
});
export type CoverageRowView = z.output<typeof rowSchema>;

export const coverageInput = periodSchema;
export const coverageSchema = z
  .strictObject({
    period: periodSchema,
    simulated: z.boolean(),
    /** Over sellers whose records count tokens; null: there is none. */
    total: sideSchema.nullable(),
    sellers: z.array(rowSchema),
    models: z.array(rowSchema),
    teams: z.array(rowSchema),
    /** Of tokens. A day of which no record says anything is not there. */
    days: z.array(sideSchema.extend({ day: instant })),
    /** The largest that did not cross, of each kind. */
    gaps: z.array(
      z.strictObject({
        of: z.enum(['model', 'team', 'day']),
        seller: name,
        name: text,
        uncovered: z.number(),
        unit: z.enum(['tokens', 'requests']),
        share: share.nullable(),
      }),
    ),
    /** Of records that name requests. */
    exact: z.array(z.strictObject({ seller: text, matched: count, only_theirs: count, only_ours: count })),
    /** What crossed and no record of its seller is about: unknown, and in no share. */
    unknown: z.array(
      z.strictObject({
        seller: text,
        calls: count,
        tokens: count,
        days: count,
        record: z.enum(['none', 'other days']),
      }),
    ),
    records: z.array(
      z.strictObject({
        source: z.enum(OBSERVED_SOURCES),
        title: text,
        seller: text,
        scope: text,
        since: instant,
        until: instant,
        /** Minutes that its clock and ours may put a call on different sides of an hour. */
        skew_minutes: count,
      }),
    ),
    /** Users that only a seller's record names, told apart by a digest. */
    users: z.array(z.strictObject({ seller: text, users: count })),
    /** Owners that a record names and nobody has said whose they are, the largest first. */
    owners: z.array(
      z.strictObject({ seller: text, owner: text, used: z.number(), unit: z.enum(['tokens', 'requests']) }),
    ),
    /** What else to know about these figures. */
    notes: z.array(text),
  })
  .meta({ id: 'Coverage' });
export type CoverageView = z.output<typeof coverageSchema>;

export const importObservedInput = z.strictObject({
  /** Absolute; as the instance sees it. */
  path: z.string().min(1).max(4_096),
  source: z.enum(OBSERVED_SOURCES).optional(),
  seller: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)
    .optional(),
  scope: z.string().min(1).max(120).optional(),
  span: spanSchema.optional(),
});
export const importedRecordSchema = z
  .strictObject({
    /** Id of its entry; null: it stood so already, and nothing was written. */
    import: name,
    changed: z.boolean(),
    source: z.enum(OBSERVED_SOURCES),
    title: text,
    seller: text,
    scope: text,
    importer: text,
    file: fileSchema,
    rows: count,
    unchanged: count,
    superseded: count,
    skipped: z.array(spanSchema),
    spans: z.array(spanSchema),
  })
  .meta({ id: 'ImportedRecord' });
export type ImportedRecord = z.output<typeof importedRecordSchema>;

export const importsSchema = z
  .strictObject({
    /** Newest first. */
    rows: z.array(
      z.strictObject({
        /** Its index in the log; null while no checkpoint covers it. */
        entry: count.nullable(),
        import: text,
        at: instant,
        by: actorSchema,
        source: z.enum(OBSERVED_SOURCES),
        title: text,
        seller: text,
        scope: text,
        importer: text,
        file: fileSchema,
        rows: count,
        unchanged: count,
        superseded: count,
        since: instant.nullable(),
        until: instant.nullable(),
      }),
    ),
    more: count,
  })
  .meta({ id: 'Imports' });
export type Imports = z.output<typeof importsSchema>;
