// Google Vertex AI: Claude by rawPredict and streamRawPredict with an OAuth token. The model stands in the path and not
// in the body, the version in the body and not in a header.
// https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai
//
// Evidence kept            | of
// request-id               | request id of the model server; x-goog-request-id, where sent, is Google's
// x-vertex-ai-llm-request-type | dedicated (provisioned throughput) or shared, where echoed
// usage.service_tier       | tier
// body.model               | model version as served
// Nothing in a response says where inference ran. Regional and multi-region hosts are the promise (our configuration's
// grade); on `global` Google itself says that the region cannot be known.
import type { Deployment } from '../deployment.ts';
import { VERTEX_BETAS } from './betas.ts';
import { MESSAGES_PASS_HEADERS } from './anthropic.ts';
import { contentHeaders, withWithheld } from './chat-api.ts';
import type { CallContext, Cloud, Headers, UpstreamRequest } from './cloud.ts';
import { credentialHeaders, wrongKind } from './credential-headers.ts';
import { baseOf, commonProblems, encodeSegment, joinPath } from './endpoint.ts';
import { configuredRegion, keepEvidence, servedTier } from './kept-evidence.ts';
import { MESSAGES_TYPES, modelSplice, splitBetas } from './messages-api.ts';
import { classifyFailure, type TypeRules } from './verdict.ts';

const VERSION = 'vertex-2023-10-16';
const LOCATION = /^[a-z]+(-[a-z]+\d+)?$/;
const PROJECT = /^[a-z0-9][a-z0-9.:-]{1,126}[a-z0-9]$/;
const KEPT = [
  'request-id',
  'x-goog-request-id',
  'x-vertex-ai-llm-request-type',
  'x-vertex-ai-llm-shared-request-type',
] as const;

/** google.rpc.Code names. https://cloud.google.com/apis/design/errors */
const TYPES: TypeRules = {
  ...MESSAGES_TYPES,
  INVALID_ARGUMENT: 'wrong_request',
  FAILED_PRECONDITION: 'misconfigured',
  OUT_OF_RANGE: 'wrong_request',
  UNAUTHENTICATED: 'key_refused',
  PERMISSION_DENIED: 'key_refused',
  NOT_FOUND: 'model_missing',
  RESOURCE_EXHAUSTED: 'rate_limited',
  ABORTED: 'server_error',
  CANCELLED: 'server_error',
  INTERNAL: 'server_error',
  UNKNOWN: 'server_error',
  UNIMPLEMENTED: 'misconfigured',
  UNAVAILABLE: 'region_down',
  DEADLINE_EXCEEDED: 'timeout',
};

/** What asks for reserved or tiered capacity. https://cloud.google.com/vertex-ai/generative-ai/docs/provisioned-throughput */
const TIER_HEADERS: Readonly<Record<string, Headers>> = {
  reserved: { 'x-vertex-ai-llm-request-type': 'dedicated' },
  priority: { 'x-vertex-ai-llm-request-type': 'shared', 'x-vertex-ai-llm-shared-request-type': 'priority' },
  flex: { 'x-vertex-ai-llm-request-type': 'shared', 'x-vertex-ai-llm-shared-request-type': 'flex' },
};

export const vertex: Cloud = {
  id: 'vertex',
  dialects: ['anthropic-messages'],
  framing: 'sse',
  credentialKinds: ['google_default', 'google_file'],
  passHeaders: MESSAGES_PASS_HEADERS,
  dialect: () => 'anthropic-messages',

  check(deployment) {
    const problems = commonProblems(deployment);
    if (deployment.project === undefined)
      problems.push('`project` is missing: the Google Cloud project that is billed');
    else if (!PROJECT.test(deployment.project)) problems.push('`project` is not a Google Cloud project id');
    if (!LOCATION.test(deployment.region)) {
      problems.push(
        `\`region\` is "${deployment.region}": use a location such as \`us-east5\`, a multi-region (\`us\`, \`eu\`) or \`global\``,
      );
    }
    if (!deployment.model.startsWith('claude'))
      problems.push(`${deployment.model} is not a Claude model, and only those are served this way`);
    if (deployment.region === 'global' && deployment.region_grade === 1) {
      problems.push('`region_grade: 1` cannot hold for `global`: the seller itself does not say where it runs');
    }
    return problems;
  },

  /** Counting is the one call whose body names the model. */
  edits({ deployment, facts, counting }) {
    const set = { anthropic_version: JSON.stringify(VERSION) };
    if (counting !== true) return { set, remove: ['model', 'anthropic_beta'] };
    return { set: { ...set, ...modelSplice(deployment, facts).set }, remove: ['anthropic_beta'] };
  },

  request(call, body) {
    const { model, tier } = call.deployment;
    const method = call.facts.stream ? 'streamRawPredict' : 'rawPredict';
    const headers = Object.hasOwn(TIER_HEADERS, tier) ? TIER_HEADERS[tier] : {};
    return predict(call, body, `${encodeSegment(model, '@')}:${method}`, headers);
  },

  /**
   * In the deployment's own location, though not every location counts: nothing leaves the place that policy allows.
   * https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens
   */
  counting: {
    can: () => true,
    request: (call, body) => predict(call, body, 'count-tokens:rawPredict', {}),
  },

  authorize(_request, credential, deployment) {
    if (credential.kind !== 'bearer') throw wrongKind(credential, deployment, 'a Google access token');
    return credentialHeaders(credential, deployment, null);
  },

  classify: (failure) => classifyFailure(failure, TYPES),

  evidence: (deployment, headers, facts) => ({
    requestId: headers['request-id'] ?? headers['x-goog-request-id'] ?? null,
    region: configuredRegion(deployment),
    tier: servedTier(deployment, facts.usage.tier),
    model: facts.model,
    kept: keepEvidence(headers, KEPT, facts),
  }),
};

/** A request to a publisher's model, `name:verb`. */
function predict(call: CallContext, body: Buffer, named: string, more: Headers = {}): UpstreamRequest {
  const { deployment } = call;
  const base = baseOf(deployment, defaultOrigin(deployment));
  const betas = splitBetas(call, VERTEX_BETAS);
  const place = ['projects', encodeSegment(deployment.project ?? ''), 'locations', encodeSegment(deployment.region)];
  const headers: Headers = {
    ...contentHeaders(call),
    ...(betas.header === '' ? {} : { 'anthropic-beta': betas.header }),
    ...more,
  };
  const path = joinPath(base, ['v1', ...place, 'publishers', 'anthropic', 'models', named]);
  return withWithheld({ method: 'POST', origin: base.origin, path, headers, body } as const, betas.withheld);
}

/** Regional, multi-region (`us`, `eu`) and global hosts; null when the region cannot stand in a host name. */
function defaultOrigin({ region }: Deployment): string | null {
  if (!LOCATION.test(region)) return null;
  if (region === 'global') return 'https://aiplatform.googleapis.com';
  return region.includes('-')
    ? `https://${region}-aiplatform.googleapis.com`
    : `https://aiplatform.${region}.rep.googleapis.com`;
}
