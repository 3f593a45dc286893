// Single calls of the made-up organisation, sealed into a real journal by the journal's own recorder, so that the page's
// check of their proofs is a real one.
import assert from 'node:assert/strict';
import { canonicalJson, type JsonObject } from '@weighbridge/kernel';
import type {
  AttemptRecord,
  CallCommercial,
  CallPersonal,
  CallPublic,
  Charge,
  Decision,
  Served,
  Usage,
} from '@weighbridge/protocol';
import { DEPLOYMENTS, NOW, numbers, TEAMS, type Deployment } from './sample-organisation.ts';

const DIGEST = 'pYx8fQ0mTzQk1a9GZVbq3XyLJv0sS2cW4dEoR5tU6yI';

export interface SampleCall {
  readonly at: number;
  readonly public: CallPublic;
  readonly commercial: CallCommercial;
  readonly personal: CallPersonal;
  readonly decision: Decision;
}
export interface CallKind {
  readonly at?: number;
  readonly deployment?: Deployment;
  readonly team?: string;
  /** Served after another had failed. */
  readonly fallback?: boolean;
  /** Reported from elsewhere than configured. */
  readonly elsewhere?: boolean;
  readonly failed?: boolean;
}

export const canonical = (value: object): string => canonicalJson(value as JsonObject);

export function sampleCall(seed: number, kind: CallKind = {}): SampleCall {
  const next = numbers(seed + 77);
  const deployment = kind.deployment ?? DEPLOYMENTS[seed % DEPLOYMENTS.length];
  assert.ok(deployment !== undefined);
  const at = kind.at ?? NOW - seed * 9_137;
  const took = 900 + Math.round(3_000 * next());
  const first = Math.round(deployment.ttft * (0.8 + 0.4 * next())) + (kind.fallback === true ? 300 : 0);
  const usage: Usage = {
    tokens: { cache_read: 18_204, input: 1_204 + Math.round(900 * next()), output: 310 + Math.round(400 * next()) },
    source: 'reported',
    raw: null,
  };
  const failed = kind.failed === true;
  const charges = failed ? [] : chargesOf(usage);
  const billed = sum(charges);
  return {
    at,
    public: publicPart(deployment, usage, { started: at - took, first, took, ...kind }),
    commercial: {
      decided: DIGEST,
      charges,
      cost: { list: billed, contracted: billed, billed, currency: 'USD', status: 'exact' },
    },
    personal: {
      who: {
        organisation: 'acme.example',
        team: kind.team ?? (TEAMS[seed % TEAMS.length] as string),
        project: 'assistant',
        cost_centre: 'CC-4102',
        environment: 'production',
        key: `wb_${String(seed % 9).repeat(8)}`,
        tags: { release: '2026.47' },
      },
    },
    decision: decisionOf(deployment, kind.fallback === true),
  };
}

interface Timed extends CallKind {
  readonly started: number;
  readonly first: number;
  readonly took: number;
}

function publicPart(deployment: Deployment, usage: Usage, kind: Timed): CallPublic {
  const { started, first, took, failed = false } = kind;
  return {
    asked: {
      surface: 'anthropic-messages',
      alias: deployment.route,
      stream: true,
      features: ['tools', 'thinking'],
      max_output_tokens: 4_096,
      request_bytes: 48_201,
      request_digest: DIGEST,
    },
    attempts: attemptsOf(deployment, kind),
    served: failed ? null : servedBy(deployment, kind),
    usage: failed ? null : usage,
    timing: {
      started,
      ended: started + took,
      first_byte: started + first - 20,
      first_token: started + first,
      last_token: started + took - 4,
      ttft_ms: first,
      tpot_ms: 8.4,
      gap_max_ms: 61,
      chunks: 118,
      gateway_ms: 0.83,
    },
    outcome: failed ? 'error' : 'completed',
    status: failed ? 502 : 200,
    ...(failed
      ? { error: { code: 'UPSTREAM_ERROR', message: 'the cloud answered 500: overloaded_error' } }
      : { stop_reason: 'end_turn', response_digest: DIGEST, response_bytes: 9_344 }),
    simulated: true,
  };
}

function attemptsOf({ name }: Deployment, { fallback = false, failed = false, first }: Timed): AttemptRecord[] {
  const start = fallback ? 221 : 0.44;
  const answered: AttemptRecord = {
    deployment: name,
    edits: ['model', 'anthropic_version'],
    started_ms: start,
    connect_ms: 9,
    ttfb_ms: first - start - 20,
    status: failed ? 500 : 200,
    vendor_request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
    ...(failed ? { error: 'UPSTREAM_ERROR', fault: 'deployment' as const } : {}),
  };
  if (!fallback) return [answered];
  const refused: AttemptRecord = {
    deployment: 'sonnet-eu-central-1',
    edits: ['model'],
    started_ms: 0.41,
    connect_ms: 12,
    ttfb_ms: 184,
    status: 529,
    error: 'UPSTREAM_OVERLOADED',
    fault: 'deployment',
  };
  return [refused, answered];
}

function servedBy(deployment: Deployment, { fallback = false, elsewhere = false }: Timed): Served {
  const { seller, cloud, name, model, region } = deployment;
  return {
    developer: model.startsWith('gpt') ? 'OpenAI' : 'Anthropic PBC',
    seller,
    biller: seller,
    operator: seller,
    host: seller,
    processor: seller,
    sla_provider: seller,
    cloud,
    deployment: name,
    model_requested: model,
    model_reported: `${model}-20250929`,
    region: { configured: region, reported: elsewhere ? 'us-east-1' : region, grade: 2 },
    tier: 'standard',
    capacity: 'on_demand',
    fallback,
    evidence: {},
  };
}

const PRICES = { input: '0.000003', cache_read: '0.0000003', output: '0.000015' } as const;

function chargesOf({ tokens }: Usage): Charge[] {
  return (['input', 'cache_read', 'output'] as const).map((name): Charge => {
    const quantity = tokens[name] ?? 0;
    const amount = money(BigInt(quantity) * BigInt(Math.round(Number(PRICES[name]) * 1e8)));
    return {
      token_class: name,
      quantity,
      unit_price: PRICES[name],
      list: amount,
      contracted: amount,
      currency: 'USD',
      price: { book: '2026-11-01', row: `sonnet/${name}` },
    };
  });
}

/** Hundred-millionths of a dollar to decimal text. */
const money = (units: bigint): string =>
  `${units / 10n ** 8n}.${(units % 10n ** 8n).toString().padStart(8, '0')}`.replace(/0+$/, '').replace(/\.$/, '');

const sum = (charges: readonly Charge[]): string =>
  money(charges.reduce((total, { contracted }) => total + BigInt(Math.round(Number(contracted) * 1e8)), 0n));

function decisionOf(deployment: Deployment, fallback: boolean): Decision {
  const others = DEPLOYMENTS.filter(({ route, name }) => route === deployment.route && name !== deployment.name);
  return {
    config: 'sha256:5b0c…e19',
    route: deployment.route,
    strategy: 'priority',
    policy: { verdict: 'allow', rules: ['clouds allowed to key', 'regions allowed to key'] },
    candidates: [
      { deployment: deployment.name, verdict: 'chosen' },
      ...others.map(({ name }) => ({
        deployment: name,
        verdict: fallback ? ('tried' as const) : ('eligible' as const),
        ...(fallback ? { reason: 'overloaded (529): the next one was tried' } : {}),
      })),
      {
        deployment: 'sonnet-us-west-2',
        verdict: 'rejected',
        reason:
          'region us-west-2 is not among the regions of this key: eu-central-1, swedencentral, europe-west1, global',
      },
      {
        deployment: 'sonnet-reserved',
        verdict: 'rejected',
        reason: 'its circuit is open since 14:02:11 UTC after 12 failures',
      },
    ],
  };
}
