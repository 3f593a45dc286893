// Who answers when something fails, in each way of getting a model; incidents with their clocks and proofs; matters of law to
// watch.
import { z } from 'zod';
import { count, instant } from '../queries/period.ts';
import { day, entered } from './contracts.ts';

const text = z.string();
const orNull = text.nullable();

export const FAILURE_NAMES = [
  'availability',
  'latency',
  'wrong_region',
  'model_drift',
  'safety_filter',
  'data_leak',
  'billing_error',
  'key_compromise',
  'retired_model',
] as const;
export const INCIDENT_STEPS = [
  'opened',
  'acknowledged',
  'counterparty_notified',
  'authority_informed',
  'resolved',
  'closed',
] as const;
const failure = z.enum(FAILURE_NAMES);
const step = z.enum(INCIDENT_STEPS);

const clockSchema = z.strictObject({
  acknowledge_h: count,
  notify_h: count,
  resolve_h: count,
  /** Counted from the resolution; the others from the opening. */
  close_h: count,
  inform_authority_h: count.nullable(),
  basis: z.enum(['own_default', 'contract', 'law']),
  to_be_confirmed: z.boolean(),
  note: orNull,
});

export const dutySchema = z.strictObject({
  failure,
  /** `own`: written here, in the own register; it goes before the row that comes with the product. */
  from: z.enum(['shipped', 'own']),
  /** Of an own one, what comes with the product: who leads, and by which clause. */
  usual: orNull,
  /** The role in the own organisation that leads. */
  owner: text,
  /** The role that has to answer; null: nobody but ourselves. */
  counterparty: orNull,
  /** Who answers, where an own duty names the party; null: whoever holds the role. */
  party: orNull,
  clause: text,
  contact: text,
  clock: clockSchema,
  /** Titles. */
  sources: z.array(text),
});
export type DutyRow = z.output<typeof dutySchema>;

const proofInput = z.strictObject({
  kind: z.enum(['tlog_proof', 'receipt', 'message', 'ticket', 'document']),
  /** Where it lies: an entry's id, a ticket's number. */
  ref: entered(200),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

export const incidentSchema = z
  .strictObject({
    id: text,
    deployment: text,
    title: text,
    failure,
    serious: z.boolean(),
    state: step.exclude(['authority_informed']),
    duty: dutySchema,
    /** Who holds the role that has to answer. */
    counterparties: z.array(text),
    steps: z.array(z.strictObject({ step, at: instant, by: text, proof: proofInput, entry: text })),
    deadlines: z.array(z.strictObject({ step, due: instant, taken: instant.nullable(), missed: z.boolean() })),
    /** Steps that may be taken now. */
    may: z.array(step),
    note: orNull,
  })
  .meta({ id: 'Incident' });
export type IncidentView = z.output<typeof incidentSchema>;

export const dutiesInput = z.strictObject({ at: day.optional() });
export const dutiesSchema = z
  .strictObject({
    at: instant,
    /** One for each way of getting a model: a row for each class of failure. */
    kinds: z.array(z.strictObject({ kind: text, service_model: text, scope: text, duties: z.array(dutySchema) })),
    /** Own deployments first, then those of the register that are not the buyer's own. */
    deployments: z.array(
      z.strictObject({
        id: text,
        title: text,
        from: z.enum(['configuration', 'register']),
        kind: text,
        simulated: z.boolean(),
        roles: z.array(z.strictObject({ role: text, party: orNull, known_by: text, note: orNull })),
      }),
    ),
    /** Newest first. */
    incidents: z.array(incidentSchema),
    overdue: z.array(
      z.strictObject({
        kind: z.enum(['incident', 'review']),
        id: text,
        what: text,
        due: instant,
        late_ms: z.int(),
        owner: text,
      }),
    ),
    /** By the next review. */
    watch: z.array(
      z.strictObject({
        id: text,
        from: z.enum(['shipped', 'own']),
        area: text,
        parties: z.array(text),
        title: text,
        date: orNull,
        date_is: z.enum(['confirmed', 'to_be_confirmed', 'not_stated']),
        next_review: day,
        overdue: z.boolean(),
        source: text,
        note: orNull,
      }),
    ),
  })
  .meta({ id: 'Duties' });
export type Duties = z.output<typeof dutiesSchema>;

export const openIncidentInput = z.strictObject({
  /** Of the configuration or of the register. */
  deployment: z.string().min(1).max(120),
  failure,
  serious: z.boolean().default(false),
  proof: proofInput,
  note: entered(600).optional(),
});
export const stepIncidentInput = z.strictObject({
  id: z.string().max(26),
  step,
  proof: proofInput,
});
