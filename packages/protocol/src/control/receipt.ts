// One call as the API gives it: the receipt in its groups, the decision behind it, and all that a page needs to check it
// against the served log by itself. The schemas describe the types of `receipt.ts`; the compiler holds the two together.
// Members that a later version adds are let through, as everywhere in a receipt.
import { z } from 'zod';
import { GROUPS } from '../entry.ts';
import { CLOUDS, DIALECTS } from '../market.ts';
import { count, instant } from '../queries/period.ts';
import {
  BATCH_WHY,
  CAPACITY_WHY,
  FAULTS,
  LEG_DROPS,
  LEG_ROLES,
  OUTCOMES,
  PARENT_KINDS,
  type CallCommercial,
  type CallPersonal,
  type CallPublic,
  type Decision,
} from '../receipt.ts';
import { SERVER_TOOLS, TOKEN_CLASSES } from '../usage.ts';

const ms = z.number().min(0);
const amount = z.string().regex(/^-?\d{1,24}(\.\d{1,12})?$/);
const text = z.string();

const usage = z
  .looseObject({
    tokens: z.partialRecord(z.enum(TOKEN_CLASSES), count),
    server_tools: z.partialRecord(z.enum(SERVER_TOOLS), count).optional(),
    source: z.enum(['reported', 'estimated', 'unknown']),
    tier: text.optional(),
    inference_geo: text.optional(),
    speed: text.optional(),
    raw: text.nullable(),
  })
  .meta({ id: 'Usage' });

const attempt = z.looseObject({
  deployment: text,
  edits: z.array(text),
  started_ms: ms,
  connect_ms: ms.optional(),
  ttfb_ms: ms.optional(),
  status: z.int().optional(),
  error: text.optional(),
  fault: z.enum(FAULTS).optional(),
  role: z.enum(LEG_ROLES).optional(),
  batch: text.optional(),
  dropped: z.enum(LEG_DROPS).optional(),
  check: text.optional(),
  vendor_request_id: text.optional(),
  usage: usage.optional(),
});

const served = z.looseObject({
  developer: text,
  seller: text,
  biller: text,
  operator: text,
  host: text,
  processor: text,
  sla_provider: text,
  cloud: z.enum(CLOUDS),
  deployment: text,
  model_requested: text,
  model_reported: text.nullable(),
  region: z.looseObject({
    configured: text,
    reported: text.nullable(),
    grade: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  }),
  tier: text,
  capacity: z.enum(['on_demand', 'reserved', 'spilled']),
  spilled_from: text.optional(),
  reservation: z
    .looseObject({ of: text, why: z.enum(CAPACITY_WHY), full: z.number().optional(), said: z.number().optional() })
    .optional(),
  fallback: z.boolean(),
  evidence: z.record(text, text),
});

const timing = z.looseObject({
  started: instant,
  first_byte: instant.optional(),
  first_token: instant.optional(),
  last_token: instant.optional(),
  ended: instant,
  ttft_ms: ms.optional(),
  tpot_ms: ms.optional(),
  gap_max_ms: ms.optional(),
  chunks: count.optional(),
  gateway_ms: ms,
  queued_ms: ms.optional(),
});

const publicSchema = z
  .looseObject({
    asked: z.looseObject({
      surface: z.enum(DIALECTS),
      alias: text,
      deadline_ms: z.number().optional(),
      stream: z.boolean(),
      features: z.array(text),
      max_output_tokens: z.number().optional(),
      request_bytes: count,
      request_digest: text,
    }),
    deadline: z.looseObject({ as: z.enum(['batch', 'at_once']), why: z.enum(BATCH_WHY).optional() }).optional(),
    parent: z.looseObject({ as: z.enum(PARENT_KINDS), call: text }).optional(),
    attempts: z.array(attempt),
    served: served.nullable(),
    usage: usage.nullable(),
    energy: z.looseObject({ wh: z.number(), low: z.number(), high: z.number(), method: text }).nullable().optional(),
    timing,
    outcome: z.enum(OUTCOMES),
    status: z.int(),
    stop_reason: text.optional(),
    error: z.looseObject({ code: text, message: text }).optional(),
    response_digest: text.optional(),
    response_bytes: count.optional(),
    lost: z.array(text).optional(),
    simulated: z.boolean(),
  })
  .meta({ id: 'CallPublic' });

const commercialSchema = z
  .looseObject({
    decided: text,
    charges: z.array(
      z.looseObject({
        token_class: z.enum([...TOKEN_CLASSES, ...SERVER_TOOLS]),
        quantity: z.number(),
        unit_price: amount.nullable(),
        list: amount.nullable(),
        contracted: amount.nullable(),
        currency: text,
        leg: count.optional(),
        price: z.looseObject({ book: text, list_row: text.optional(), row: text }).nullable(),
        note: text.optional(),
      }),
    ),
    cost: z.looseObject({
      list: amount.nullable(),
      contracted: amount.nullable(),
      billed: amount.nullable(),
      currency: text,
      status: z.enum(['exact', 'unpriced', 'estimated']),
    }),
    budget: z.looseObject({ reserved: amount, settled: amount, currency: text }).optional(),
  })
  .meta({ id: 'CallCommercial' });

const personalSchema = z
  .looseObject({
    who: z.looseObject({
      organisation: text,
      team: text.optional(),
      project: text.optional(),
      cost_centre: text.optional(),
      environment: text.optional(),
      key: text.optional(),
      principal: text.optional(),
      end_user: text.optional(),
      session: text.optional(),
      trace: text.optional(),
      trace_parent: text.optional(),
      tags: z.record(text, text).optional(),
    }),
  })
  .meta({ id: 'CallPersonal' });

export const decisionSchema = z
  .looseObject({
    arm: text.optional(),
    config: text,
    route: text,
    strategy: text,
    policy: z.looseObject({ verdict: z.enum(['allow', 'deny']), rules: z.array(text) }),
    candidates: z.array(
      z.looseObject({
        deployment: text,
        verdict: z.enum(['chosen', 'tried', 'eligible', 'rejected']),
        reason: text.optional(),
        score: z.number().optional(),
      }),
    ),
  })
  .meta({ id: 'Decision' });

type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;

/** Typed by the contract that it describes: does not compile when a value of the contract would not fit the schema. */
const typed =
  <Type>() =>
  <Schema extends z.ZodType>(schema: Mutable<Type> extends z.input<Schema> ? Schema : never): z.ZodType<Type> =>
    schema as unknown as z.ZodType<Type>;

export const callDetailInput = z.strictObject({ id: z.string().max(26) });

export const callDetailSchema = z
  .strictObject({
    id: z.string(),
    /** Index of its entry in the log. */
    entry: count,
    at: instant,
    public: typed<CallPublic>()(publicSchema).nullable(),
    commercial: typed<CallCommercial>()(commercialSchema).nullable(),
    /** Null once erased. */
    personal: typed<CallPersonal>()(personalSchema).nullable(),
    erased: z.boolean(),
    /** Null when the log does not hold it. */
    decision: typed<Decision>()(decisionSchema).nullable(),
    /** What a check needs, beside the log's public key. */
    proof: z.strictObject({
      /** The exact text that the log commits to. */
      leaf: z.string(),
      /** Entries that the checkpoint covers. */
      size: count,
      /** Hashes from the leaf up to the root (RFC 6962), base64. */
      inclusion: z.array(z.string()),
      /** The signed note, verbatim. */
      checkpoint: z.string(),
      /** All of it as one file (c2sp.org/tlog-proof@v1). */
      tlog_proof: z.string(),
    }),
    /** Groups as the leaf commits to them, with their salts. An erased one is not among them. */
    disclosure: z.partialRecord(z.enum(GROUPS), z.strictObject({ salt: z.string(), text: z.string() })),
  })
  .meta({ id: 'CallDetail' });
export type CallDetail = z.output<typeof callDetailSchema>;
