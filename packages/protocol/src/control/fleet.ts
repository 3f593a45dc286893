// Deployments and routes as they stand: what the lanes have learnt of each, and what would happen to a request now.
import { z } from 'zod';
import { CLOUDS } from '../market.ts';
import { FAULTS } from '../receipt.ts';
import { count, instant } from '../queries/period.ts';
import { STRATEGIES } from '../strategy-names.ts';
import { decisionSchema } from './receipt.ts';

export const CIRCUIT_STATES = ['closed', 'open', 'half_open'] as const;

/** What one lane knows of one deployment. */
export const laneHealthSchema = z.strictObject({
  lane: count,
  in_flight: count,
  circuit: z.enum(CIRCUIT_STATES),
  /** Failures in a row that count against the circuit. */
  failures: count,
  /** Milliseconds until an open circuit lets one call try. */
  reopens_ms: z.number().min(0),
  last_fault: z.enum(FAULTS).nullable(),
  /** Milliseconds that the cloud has asked to be left alone. */
  paused_ms: z.number().min(0),
  /** Why this lane would not use it now; null when it would. */
  reason: z.string().nullable(),
});
export type LaneHealth = z.output<typeof laneHealthSchema>;

/** `up`: every lane would use it; `partly`: some would; `down`: none would; `idle`: no lane runs that could. */
export const DEPLOYMENT_STATES = ['up', 'partly', 'down', 'idle'] as const;

export const deploymentRowSchema = z
  .strictObject({
    id: z.string(),
    state: z.enum(DEPLOYMENT_STATES),
    cloud: z.enum(CLOUDS),
    model: z.string(),
    region: z.string(),
    region_set: z.array(z.string()).nullable(),
    tier: z.string(),
    /** Who sells it, made the model, runs it. */
    roles: z.record(z.string(), z.string()),
    credential: z.strictObject({
      name: z.string(),
      /** False when no call could be authorised now; null when no lane has said. */
      ready: z.boolean().nullable(),
    }),
    simulated: z.boolean(),
    max_concurrency: count.nullable(),
    in_flight: count,
    routes: z.array(z.string()),
    lanes: z.array(laneHealthSchema),
  })
  .meta({ id: 'Deployment' });
export type DeploymentRow = z.output<typeof deploymentRowSchema>;

export const deploymentsSchema = z
  .strictObject({ at: instant, rows: z.array(deploymentRowSchema) })
  .meta({ id: 'Deployments' });

export const routeRowSchema = z
  .strictObject({
    id: z.string(),
    aliases: z.array(z.string()),
    strategy: z.enum(STRATEGIES),
    /** Shares of callers by arm; null where the route has none. */
    arms: z.record(z.string(), count).nullable(),
    candidates: z.array(
      z.strictObject({
        deployment: z.string(),
        weight: count,
        arm: z.string().nullable(),
        /** Sentences that all have to hold of a request; empty: it is there for all. */
        when: z.array(z.string()),
        /** Its capacity is paid for whether it is used or not. */
        reserved: z.boolean(),
        /** Calls that can wait go through its seller's batch API, where the route lets content be stored there. */
        batch: z.boolean(),
        state: z.enum(DEPLOYMENT_STATES),
        in_flight: count,
        /** How often it would be tried first now, 0 to 1, for a call that all may serve; null where no lane runs. */
        first: z.number().min(0).max(1).nullable(),
        /** Share of prompt tokens that its cache read of late, on this route; null: nothing was learnt. */
        cache_share: z.number().min(0).max(1).nullable(),
        /** To the first token of a stream, as expected now; null: nothing was learnt. */
        first_token_ms: z.number().min(0).nullable(),
      }),
    ),
    /** Whether calls that can wait may be stored at a seller. */
    stored_content: z.enum(['allow', 'refuse']).nullable(),
    /** Kept answers: for so long, for whom. */
    cache: z.strictObject({ ttl: z.string(), scope: z.string() }).nullable(),
    /** Where everything is full, a call waits for room: so long, so many on one lane. */
    queue: z.strictObject({ wait_ms: count, depth: count }).nullable(),
    /** A second leg beside a slow one: after so long, or after the 95th percentile of late; for a share of the calls at most. */
    hedge: z.strictObject({ after_ms: count.nullable(), budget: z.number().min(0).max(1) }).nullable(),
    /** What an answer of any candidate but the last has to pass, or the next is asked. */
    cascade: z
      .strictObject({
        finished: z.boolean(),
        json: z.boolean(),
        schema: z.boolean(),
        min_chars: count.nullable(),
        lacks: z.array(z.string()),
        /** True: any tool is called; else the one of this name. */
        tool: z.union([z.literal(true), z.string()]).nullable(),
      })
      .nullable(),
    /** Copies for another deployment, whose answers are dropped. */
    mirror: z
      .strictObject({
        deployment: z.string(),
        state: z.enum(DEPLOYMENT_STATES),
        share: z.number().min(0).max(1),
        cost_centre: z.string(),
        /** Sentences that all have to hold of a request; empty: of any. */
        when: z.array(z.string()),
        /** On one lane. */
        at_once: count,
      })
      .nullable(),
    /** Where calls go while the journal takes no entries; null: they are refused. Without names: any candidate. */
    bypass: z
      .strictObject({ name: z.string(), deployments: z.array(z.string()).nullable(), minutes: count, calls: count })
      .nullable(),
    attempts: count,
    timers: z.record(z.string(), z.number()),
    fidelity: z.enum(['strict', 'warn', 'default']),
    max_output_tokens: count.nullable(),
  })
  .meta({ id: 'Route' });
export type RouteRow = z.output<typeof routeRowSchema>;
export const routesSchema = z.strictObject({ at: instant, rows: z.array(routeRowSchema) }).meta({ id: 'Routes' });

/** A request that is not sent: who would ask, for which name, with which features. */
export const foreseeInput = z.strictObject({
  /** Id of a key, or its name when one key of that name is in force. */
  key: z.string().min(1).max(64),
  /** Model name as a client would write it. */
  model: z.string().min(1).max(512),
  /** `tools`, `images`, …: names of the capability table. */
  features: z.array(z.string().min(1).max(64)).max(32).default([]),
  stream: z.boolean().optional(),
  request_bytes: count.optional(),
  max_output_tokens: z.int().min(1).optional(),
  /** Whom the call belongs to, where something hangs on it: a session, an end user. */
  session: z.string().min(1).max(512).optional(),
  end_user: z.string().min(1).max(512).optional(),
  tags: z.record(z.string().max(64), z.string().max(512)).optional(),
  /** Of the body. */
  metadata: z.record(z.string().max(64), z.string().max(512)).optional(),
});

export const foreseenSchema = z
  .strictObject({
    at: instant,
    /** Lanes that would decide alike stand together. */
    answers: z.array(
      z.strictObject({
        lanes: z.array(count),
        /** As the receipt of such a call would hold it; null when the call would not come that far. */
        decision: decisionSchema.nullable(),
        /** What the client would be told instead of an answer; null when the call would be sent. */
        refusal: z.strictObject({ code: z.string(), message: z.string(), next: z.string() }).nullable(),
        /** How often each candidate would be tried first, 0 to 1. Beside the candidates of the decision. */
        first: z.array(z.strictObject({ deployment: z.string(), chance: z.number().min(0).max(1) })),
        /** What may go wrong after the decision: a credential that is not there. */
        doubts: z.array(z.strictObject({ deployment: z.string(), doubt: z.string() })),
      }),
    ),
  })
  .meta({ id: 'Foreseen' });
