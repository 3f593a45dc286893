// The configuration file: one YAML document, checked whole. Unknown keys are refused. Secrets never stand in it: a
// credential names an environment variable or a file.
import { LIMITS } from '@weighbridge/kernel';
import { z } from 'zod';
import { cacheSettings } from './cache-config.ts';
import { cascadeRule, hedgeRule, mirrorRule } from './legs-config.ts';
import { batchConfig } from './batch-config.ts';
import { alertChannels } from './alert-config.ts';
import { BYPASSES_MOST, bypassRule, whenUnsealed } from './bypass-config.ts';
import { capacityConfig } from './capacity-config.ts';
import { candidateWhen } from './candidate-when.ts';
import { loggingConfig } from './logging-config.ts';
import { limitRule } from './limit-config.ts';
import { CLOUDS, DIALECTS, ROLE_NAMES } from './market.ts';
import { PRIORITIES } from './priority-names.ts';
import { secret } from './secret-config.ts';
import { securityDestinations } from './security-config.ts';
import { telemetryConfig } from './telemetry-config.ts';
import { STRATEGIES } from './strategy-names.ts';

const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'use 1 to 63 lower-case letters, digits, dots, underscores or hyphens');
const milliseconds = z.int().min(1).max(3_600_000);
const decimal = z.string().regex(/^\d{1,12}(\.\d{1,12})?$/, 'write the amount as a quoted decimal, for example "5.00"');

const day = z.iso.date();

const credential = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('api_key'), secret }),
  z.strictObject({ kind: z.literal('aws_default'), profile: z.string().optional() }),
  z.strictObject({
    kind: z.literal('aws_keys'),
    access_key_id: secret,
    secret_access_key: secret,
    session_token: secret.optional(),
  }),
  z.strictObject({ kind: z.literal('aws_bearer'), secret }),
  z.strictObject({ kind: z.literal('google_default') }),
  z.strictObject({ kind: z.literal('google_file'), file: z.string().min(1) }),
  z.strictObject({ kind: z.literal('entra_default') }),
  z.strictObject({
    kind: z.literal('entra_client_secret'),
    tenant: z.string().min(1),
    client_id: z.string().min(1),
    secret,
    authority: z.url().optional(),
  }),
  z.strictObject({
    kind: z.literal('entra_workload'),
    tenant: z.string().min(1),
    client_id: z.string().min(1),
    token_file: z.string().min(1),
    authority: z.url().optional(),
  }),
]);

const deployment = z.strictObject({
  cloud: z.enum(CLOUDS),
  /** Model id as this cloud calls it, e.g. `claude-sonnet-4-5`, `anthropic.claude-sonnet-4-5-20250929-v1:0`. */
  model: z.string().min(1).max(256),
  /** Our name for the model in the price book; by default derived from `model`. */
  priced_as: z.string().min(1).max(128).optional(),
  /** Origin (and path prefix) of the API; each cloud has a default built from region, resource or project. */
  endpoint: z.url().optional(),
  /** Dialect spoken there, where a cloud serves both: by default the model's own. */
  dialect: z.enum(DIALECTS).optional(),
  credential: slug,
  /** Region, geography or scope as the cloud names it: `us-east-1`, `eu`, `global`, `eastus2`, `datazone-eu`. */
  region: z.string().min(1).max(64),
  /** Regions it can run in, when the scope is a set (inference profile, data zone). */
  region_set: z.array(z.string().min(1).max(64)).max(64).optional(),
  /** How we know: 0 the seller's claim, 1 verified by us. */
  region_grade: z.union([z.literal(0), z.literal(1)]).default(0),
  /** Price scope: which column of the price list applies. Absent: read from the model id, else the region, else the list's default. */
  region_scope: z.enum(['global', 'multi_region', 'datazone', 'regional', 'n/a']).optional(),
  tier: z.string().max(32).default('standard'),
  /** What was bought ahead of this deployment. A call that it has no room for goes to the next candidate. */
  capacity: capacityConfig.optional(),
  /** It takes calls that can wait, through its seller's batch API. Absent: it does not. */
  batch: batchConfig.optional(),
  /** `azure` or `anthropic`, for Claude in Foundry. */
  hosting: z.enum(['azure', 'anthropic']).optional(),
  /** Azure OpenAI: `deployment` (…/openai/deployments/NAME) or `v1`. */
  path_style: z.enum(['v1', 'deployment']).optional(),
  api_version: z.string().max(64).optional(),
  /** Whether a Responses call may leave content at the seller (`store`, previous responses); `refuse` sends `store: false`. */
  stored_content: z.enum(['allow', 'refuse']).optional(),
  /** Azure resource name: the first label of the endpoint's host, when no `endpoint` is given. */
  resource: z.string().min(1).max(64).optional(),
  /** Google Cloud project. */
  project: z.string().max(128).optional(),
  roles: z.partialRecord(z.enum(ROLE_NAMES), slug).optional(),
  /** The model's own cap on output tokens: a hard budget reserves this when the caller names none. */
  max_output_tokens: z.int().min(1).max(10_000_000).optional(),
  /** The model's context window: bounds, for a hard budget, input whose size the request does not tell. */
  max_input_tokens: z.int().min(1).max(100_000_000).optional(),
  /** Features this server lacks, by capability name (for OpenAI-compatible servers). */
  lacks: z.array(z.string()).max(32).optional(),
  /** Whether the seller is told where a call stands in its caller's trace (`traceparent`, `tracestate`); absent: it is not. */
  trace_context: z.enum(['off', 'send']).optional(),
  max_concurrency: z.int().min(1).max(100_000).optional(),
  /** Anthropic beta headers that may be passed on; `['*']` lets all through, and a `!` before a name keeps it out. */
  betas: z.array(z.string().max(128)).max(64).optional(),
  simulated: z.boolean().default(false),
});

const route = z.strictObject({
  /** Names that clients may ask for; `*` at the end matches a prefix. The route's own name is always one. */
  aliases: z.array(z.string().min(1).max(256)).max(64).default([]),
  strategy: z.enum(STRATEGIES).default('priority'),
  candidates: z
    .array(
      z.strictObject({
        deployment: slug,
        weight: z.int().min(0).max(1_000_000).default(1),
        /** The arm that it belongs to; absent: to all. */
        arm: slug.optional(),
        /** Only for requests that meet all of this. */
        when: candidateWhen.optional(),
      }),
    )
    .min(1)
    .max(64),
  /** A canary or an A/B test: shares by arm. A person, else a session, stays in one arm. */
  arms: z.record(slug, z.int().min(0).max(1_000_000)).optional(),
  /** Ceiling sent upstream when the caller names none. */
  max_output_tokens: z.int().min(1).max(10_000_000).optional(),
  attempts: z.int().min(1).max(6).default(3),
  timers: z
    .strictObject({
      connect_ms: milliseconds.default(5_000),
      first_token_ms: milliseconds.default(60_000),
      between_tokens_ms: milliseconds.default(30_000),
      total_ms: milliseconds.default(600_000),
    })
    .prefault({}),
  fidelity: z.enum(['strict', 'warn', 'default']).default('default'),
  /** Whole answers are kept, and given again to identical requests. Absent: every call asks a cloud. */
  cache: cacheSettings.optional(),
  /** Calls for which everything is full wait here for room, the most urgent first; absent: they are refused at once. */
  queue: z
    .strictObject({
      /** Each at most so long. */
      wait_ms: z.int().min(1).max(120_000).default(5_000),
      /** So many on one lane; beyond it the least urgent give way. */
      depth: z.int().min(1).max(2_000).default(256),
    })
    .optional(),
  /** How urgent calls of this route are that do not say so themselves. */
  priority: z.enum(PRIORITIES).optional(),
  /** A second leg for slow calls. */
  hedge: hedgeRule.optional(),
  /** The next candidate is asked when an answer fails a check. */
  cascade: cascadeRule.optional(),
  /** Copies for another deployment, whose answers are dropped. */
  mirror: mirrorRule.optional(),
  /** What its calls do while the journal takes no entries; absent: they are refused. */
  when_unsealed: whenUnsealed.optional(),
  /** Whether a seller may store content of its calls on its disks for a while, as batches are; absent: it may not. */
  stored_content: z.enum(['allow', 'refuse']).optional(),
});

/** What a key may do. Absent lists deny nothing but are stated: `['*']` is the only way to say "all". */
const keyPolicy = z.strictObject({
  routes: z.array(z.string()).max(256).default(['*']),
  clouds: z
    .array(z.enum(CLOUDS).or(z.literal('*')))
    .max(32)
    .default(['*']),
  regions: z.array(z.string().max(64)).max(256).default(['*']),
  /** `refuse`: content of its calls may not be stored at a seller, whatever a route allows. */
  stored_content: z.enum(['allow', 'refuse']).optional(),
});

const key = z.strictObject({
  team: slug.optional(),
  project: slug.optional(),
  cost_centre: z.string().max(64).optional(),
  principal: z.string().max(128).optional(),
  environment: slug.optional(),
  policy: keyPolicy.prefault({}),
  /** How urgent its calls are, and the most that they may ask for by `weighbridge-priority`; by default the same. */
  priority: z
    .strictObject({ class: z.enum(PRIORITIES).default('normal'), most: z.enum(PRIORITIES).optional() })
    .optional(),
});

export const configSchema = z.strictObject({
  version: z.literal(1),
  organisation: slug.default('default'),
  /** Which of the three logs this instance writes. */
  log: z.enum(['live', 'lab', 'sample']).default('live'),
  node: slug.default('node-1'),
  listen: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(7411),
      hosts: z.array(z.string()).max(64).default([]),
      origins: z.array(z.string()).max(64).default([]),
      lanes: z.int().min(1).max(64).default(1),
    })
    .prefault({}),
  limits: z
    .strictObject({
      request_bytes: z.int().min(1024).max(268_435_456).default(33_554_432),
      /** How much may be used: by whom, of what, in which time. */
      rules: z.record(slug, limitRule).default({}),
    })
    .prefault({}),
  /** Who may watch, beside the console. */
  telemetry: telemetryConfig.prefault({}),
  /** How the instance tells what happens to it. */
  logging: loggingConfig.prefault({}),
  /** Where security events go: files and syslog servers that a SIEM reads. */
  security_events: securityDestinations(slug),
  /** Where alerts are sent beside the journal and standard error. */
  alerts: z.strictObject({ channels: alertChannels(slug) }).prefault({}),
  journal: z
    .strictObject({
      durability: z.enum(['process', 'disk']).default('process'),
      /** What a failing journal does to the calls of a route that says nothing of it (`when_unsealed`). */
      on_failure: z.literal('refuse').default('refuse'),
      /** Who cosigns the checkpoints of the log: the witness's submission prefix, and its public key. */
      witnesses: z
        .array(z.strictObject({ url: z.url().max(512), vkey: z.string().min(1).max(512) }))
        .max(16)
        .default([]),
    })
    .prefault({}),
  /** How long the private records of calls are kept; absent: for ever. What administration wrote, leaves and proofs stay. */
  retention: z
    .strictObject({
      /** Days: `400d`. */
      records: z.string().regex(/^[1-9]\d{0,4}d$/, 'write days, for example 400d'),
      /** A high-risk AI system is served (EU AI Act): at least six months. */
      high_risk: z.boolean().default(false),
      /** Periods of which nothing is deleted, with the reason. UTC days, both inclusive. */
      holds: z
        .array(z.strictObject({ from: day, to: day, why: z.string().min(1).max(256) }))
        .max(64)
        .default([]),
    })
    .optional(),
  /** What sellers' records call things, for coverage: only what stands here is compared by team. */
  coverage: z
    .strictObject({
      /** Team by what a seller calls an owner: a workspace, a project, an account, a cost centre. */
      owners: z.record(z.string().min(1).max(512), slug).default({}),
      /** Owners under whose credentials the gateway itself calls: whose use it was, receipts say. */
      gateway: z.array(z.string().min(1).max(512)).max(256).default([]),
      /** Our name by what a seller calls a model, where the price book does not know. */
      models: z.record(z.string().min(1).max(512), z.string().min(1).max(256)).default({}),
    })
    .prefault({}),
  /** Tables folded from the journal, for the console, reports and queries; calls never wait for them. */
  projections: z
    .union([
      z.literal('off'),
      z.strictObject({
        /** Where the address of a PostgreSQL server (15 or newer) stands. Absent: a database of our own in the home folder. */
        database: secret.optional(),
        /** So many of the newest calls are kept as rows to list and search; older ones are read from the journal. */
        recent_calls: z.int().min(1_000).max(10_000_000).default(LIMITS.recent_calls),
      }),
    ])
    .prefault({}),
  /** The control API and the console, on a listener of their own. */
  control: z
    .union([
      z.literal('off'),
      z.strictObject({
        /** Other than loopback only with an https `origin`: the cookie of a session must not cross a network in the open. */
        host: z.string().default('127.0.0.1'),
        /** Absent: the port after the gateway's, or any free one where that is taken. */
        port: z.int().min(0).max(65_535).optional(),
        /** As browsers see it, behind a proxy that speaks TLS: `https://weighbridge.example.org`. */
        origin: z.url({ protocol: /^https?$/ }).optional(),
        /** Further names that it answers to. */
        hosts: z.array(z.string()).max(64).default([]),
      }),
    ])
    .prefault({}),
  /** Hard daily budget over every deployment that is not simulated. UTC days. */
  budget: z.strictObject({ daily: decimal, currency: z.literal('USD').default('USD') }).optional(),
  /** Further price rows, laid over the built-in book. */
  price_files: z.array(z.string()).max(32).default([]),
  credentials: z.record(slug, credential).default({}),
  deployments: z.record(slug, deployment).default({}),
  routes: z.record(slug, route).default({}),
  /** Ways round the journal while it takes no entries, for the routes that name one. */
  bypasses: z
    .record(slug, bypassRule)
    .refine((named) => Object.keys(named).length <= BYPASSES_MOST, `name at most ${BYPASSES_MOST} bypasses`)
    .default({}),
  /** Policy of keys by key name; keys themselves are made by `weighbridge keys create NAME`. */
  keys: z.record(slug, key).default({}),
});

export type Config = z.output<typeof configSchema>;
export type DeploymentConfig = Config['deployments'][string];
export type RouteConfig = Config['routes'][string];
export type CredentialConfig = Config['credentials'][string];
export type KeyPolicyConfig = z.output<typeof keyPolicy>;

/** JSON Schema (draft 2020-12) for editors. */
export const configJsonSchema = (): unknown => z.toJSONSchema(configSchema, { io: 'input' });
