// Amazon Bedrock: Claude by Invoke and InvokeWithResponseStream, all other models by Converse (`bedrock-converse.ts`),
// signed with SigV4 or with a Bedrock API key. The model (an id, a cross-region profile `us.…`/`global.…`, or an ARN)
// stands percent-encoded in the path. Invoke's body carries the version and the betas, and neither model nor stream.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
//
// Evidence kept                       | of
// x-amzn-requestid                    | request id: joins with CloudTrail, whose `inferenceRegion` is the second system (grade 3)
// x-amzn-bedrock-service-tier         | tier as served
// x-amzn-bedrock-*-token-count        | a second count of tokens
// x-amzn-bedrock-invocation-latency   | the service's own timing
// body.model                          | model version as served (Converse names none)
// body.latency_ms, body.service_tier  | Converse: the service's own timing, tier as served
// Nothing in a response says where inference ran: a cross-region profile stands for a set of regions, and the grade
// stays our configuration's.
import type { Splice } from '@weighbridge/dialects';
import { AppError } from '@weighbridge/kernel';
import type { Deployment } from '../deployment.ts';
import { MESSAGES_PASS_HEADERS } from './anthropic.ts';
import { parseObject, unwrapChunk } from './aws-chunk.ts';
import { signAws } from './aws-signature.ts';
import {
  bedrockDialect,
  converseAction,
  converseBetas,
  converseEdits,
  countInput,
  isClaude,
  unwrapConverse,
} from './bedrock-converse.ts';
import { BEDROCK_BETAS } from './betas.ts';
import { withWithheld } from './chat-api.ts';
import type { CallContext, Cloud, Headers } from './cloud.ts';
import { credentialHeaders, headerValue } from './credential-headers.ts';
import { baseOf, commonProblems, encodeSegment, joinPath } from './endpoint.ts';
import { configuredRegion, keepEvidence, servedTier } from './kept-evidence.ts';
import { splitBetas } from './messages-api.ts';
import { classifyFailure, type TypeRules } from './verdict.ts';

const VERSION = 'bedrock-2023-05-31';
const REGION = /^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/;
const HOST_REGION = /^bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;
/** Cross-region inference profiles. https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html */
const PROFILE = /^(global|us|us-gov|eu|apac|jp|au|ca|sa|me|af)\./;
const TIERS: Readonly<Record<string, string>> = { priority: 'priority', flex: 'flex', reserved: 'reserved' };
const KEPT = [
  'x-amzn-requestid',
  'x-amzn-bedrock-service-tier',
  'x-amzn-bedrock-input-token-count',
  'x-amzn-bedrock-output-token-count',
  'x-amzn-bedrock-cache-read-input-token-count',
  'x-amzn-bedrock-cache-write-input-token-count',
  'x-amzn-bedrock-invocation-latency',
  'x-amzn-bedrock-performanceconfig-latency',
] as const;

const TYPES: TypeRules = {
  ValidationException: 'wrong_request',
  AccessDeniedException: 'key_refused',
  UnrecognizedClientException: 'key_refused',
  InvalidSignatureException: 'key_refused',
  IncompleteSignatureException: 'key_refused',
  MissingAuthenticationTokenException: 'key_refused',
  ExpiredTokenException: 'key_refused',
  InvalidClientTokenId: 'key_refused',
  OptInRequired: 'key_refused',
  ResourceNotFoundException: 'model_missing',
  ThrottlingException: 'rate_limited',
  TooManyRequestsException: 'rate_limited',
  ServiceQuotaExceededException: 'rate_limited',
  ModelNotReadyException: 'model_failed',
  ModelErrorException: 'model_failed',
  ModelStreamErrorException: 'model_failed',
  ModelTimeoutException: 'model_timeout',
  InternalServerException: 'server_error',
  InternalFailure: 'server_error',
  ServiceUnavailableException: 'region_down',
  ServiceUnavailable: 'region_down',
};

export const bedrock: Cloud = {
  id: 'bedrock',
  dialects: ['anthropic-messages', 'bedrock-converse'],
  framing: 'aws-event-stream',
  credentialKinds: ['aws_default', 'aws_keys', 'aws_bearer'],
  passHeaders: MESSAGES_PASS_HEADERS,
  dialect: bedrockDialect,
  alsoSpeaks: (deployment, dialect) => deployment.dialect === undefined && dialect === 'bedrock-converse',

  check(deployment) {
    const problems = commonProblems(deployment);
    if (signingRegion(deployment) === null) {
      problems.push(
        `\`region\` is "${deployment.region}": give the region that is called, such as \`eu-central-1\`, and list where a profile may run in \`region_set\``,
      );
    }
    if (deployment.dialect === 'anthropic-messages' && !isClaude(deployment.model)) {
      problems.push(
        `${deployment.model} is not a Claude model or an ARN, and only those take Messages: leave \`dialect\` out, or set \`dialect: bedrock-converse\``,
      );
    }
    if (isProfile(deployment.model) && deployment.region_grade === 1 && (deployment.region_set ?? []).length === 0) {
      problems.push(
        '`region_grade: 1` says that we verified where this runs, but a cross-region profile needs `region_set` for that',
      );
    }
    return problems;
  },

  edits(call): Splice {
    if (call.facts.dialect === 'bedrock-converse') return converseEdits(call, TIERS);
    const betas = splitBetas(call, BEDROCK_BETAS).allowed;
    const set: Record<string, string> = { anthropic_version: JSON.stringify(VERSION) };
    if (betas.length > 0) set['anthropic_beta'] = JSON.stringify(betas);
    // What is counted must be a whole request, and a request to count has no ceiling.
    if (call.counting === true && call.facts.maxOutputTokens === undefined) set['max_tokens'] = '1';
    // `service_tier` is refused by this API ("extraneous key"): the tier goes by header.
    const gone = ['model', 'stream', 'service_tier'];
    return { set, remove: betas.length > 0 ? gone : [...gone, 'anthropic_beta'] };
  },

  request(call, body) {
    const { deployment } = call;
    const base = baseOf(deployment, defaultOrigin(deployment));
    const converse = call.facts.dialect === 'bedrock-converse';
    const invoke = call.facts.stream ? 'invoke-with-response-stream' : 'invoke';
    const action = converse ? converseAction(call.facts.stream) : invoke;
    const path = joinPath(base, ['model', encodeSegment(deployment.model), action]);
    const request = { method: 'POST', origin: base.origin, path, headers: headersOf(call), body } as const;
    return withWithheld(request, betasOf(call).withheld);
  },

  counting: {
    can: ({ model }) => isClaude(model) && countable(model) !== null,
    request(call, body) {
      const { deployment } = call;
      const base = baseOf(deployment, defaultOrigin(deployment));
      const path = joinPath(base, ['model', encodeSegment(countable(deployment.model) ?? ''), 'count-tokens']);
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const input =
        call.facts.dialect === 'bedrock-converse'
          ? countInput(body)
          : Buffer.from(`{"input":{"invokeModel":{"body":"${body.toString('base64')}"}}}`);
      const request = { method: 'POST', origin: base.origin, path, headers, body: input } as const;
      return withWithheld(request, betasOf(call).withheld);
    },
    answer: countOf,
  },

  authorize(request, credential, deployment, now) {
    if (credential.kind !== 'aws') return credentialHeaders(credential, deployment, null);
    const region = signingRegion(deployment);
    if (region === null) throw unsignable(deployment);
    headerValue(credential.accessKeyId, deployment);
    headerValue(credential.secretAccessKey, deployment);
    if (credential.sessionToken !== undefined) headerValue(credential.sessionToken, deployment);
    return signAws(request, credential, { region, service: 'bedrock' }, now);
  },

  unwrap: (message, dialect) =>
    dialect === 'bedrock-converse' ? unwrapConverse(message, TYPES) : unwrapChunk(message, TYPES),

  classify: (failure) => classifyFailure(failure, TYPES, 'x-amzn-errortype'),

  evidence: (deployment, headers, facts) => ({
    requestId: headers['x-amzn-requestid'] ?? null,
    region: configuredRegion(deployment),
    tier: servedTier(deployment, headers['x-amzn-bedrock-service-tier'], facts.usage.tier),
    model: facts.model,
    kept: keepEvidence(headers, KEPT, facts),
  }),
};

/** An id with a geography before the developer's name, or an inference-profile ARN, stands for a set of regions. */
const isProfile = (model: string): boolean => PROFILE.test(model) || /:(application-)?inference-profile\//.test(model);

/**
 * The foundation model that stands behind an id, a profile or an ARN: CountTokens takes no profile. Null where the name
 * does not tell. https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html
 */
function countable(model: string): string | null {
  if (/:foundation-model\/[^/]+$/.test(model)) return model;
  const name = /:inference-profile\/([^/]+)$/.exec(model)?.[1] ?? model;
  return name.startsWith('arn:') ? null : name.replace(PROFILE, '');
}

/** `{"inputTokens": n}`, as the Messages API would say it. */
function countOf(body: Buffer): Buffer {
  const tokens = parseObject(body.toString('utf8'))?.['inputTokens'];
  if (typeof tokens !== 'number' || !Number.isSafeInteger(tokens) || tokens < 0)
    throw new AppError('UPSTREAM_MALFORMED', 'the answer to a request to count tokens holds no `inputTokens`');
  return Buffer.from(`{"input_tokens":${tokens}}`);
}

const betasOf = (call: CallContext): ReturnType<typeof splitBetas> =>
  call.facts.dialect === 'bedrock-converse' ? converseBetas(call) : splitBetas(call, BEDROCK_BETAS);

/** Converse takes the tier in its body. */
function headersOf({ deployment, facts }: CallContext): Headers {
  const byHeader = facts.dialect !== 'bedrock-converse' && Object.hasOwn(TIERS, deployment.tier);
  const tier = byHeader ? TIERS[deployment.tier] : undefined;
  return {
    'content-type': 'application/json',
    accept: facts.stream ? 'application/vnd.amazon.eventstream' : 'application/json',
    ...(tier === undefined ? {} : { 'x-amzn-bedrock-service-tier': tier }),
  };
}

/** The region a signature names: the configured one, else the one in the endpoint's host; null when neither is a region. */
function signingRegion(deployment: Deployment): string | null {
  if (REGION.test(deployment.region)) return deployment.region;
  const host = URL.parse(deployment.endpoint ?? '')?.hostname ?? '';
  return HOST_REGION.exec(host)?.[1] ?? null;
}

function unsignable(deployment: Deployment): AppError {
  const where = `deployment "${deployment.id}" has region "${deployment.region}"`;
  return new AppError(
    'CREDENTIAL_UNAVAILABLE',
    `${where}, and a request can only be signed for a region such as eu-central-1`,
    {
      next: 'set `region` to the region that is called, then run `weighbridge config check`',
    },
  );
}

function defaultOrigin({ region }: Deployment): string | null {
  if (!REGION.test(region)) return null;
  return `https://bedrock-runtime.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
