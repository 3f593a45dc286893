// Anthropic's own API: Messages at /v1/messages with an API key.
//
// Evidence kept            | of
// request-id               | request id (joins with the Console's logs)
// usage.inference_geo      | region: where inference ran, per response → grade 2 (models from 4.6 on; else `not_available`)
// usage.service_tier       | tier
// body.model               | model version as served
// anthropic-organization-id is not kept: it names the account.
import type { Deployment } from '../deployment.ts';
import { anthropicBatches } from './anthropic-batches.ts';
import { FIRST_PARTY_BETAS } from './betas.ts';
import { contentHeaders, idempotency, withWithheld } from './chat-api.ts';
import type { CallContext, Cloud, Headers, UpstreamRequest } from './cloud.ts';
import { credentialHeaders } from './credential-headers.ts';
import { type Base, baseOf, commonProblems, joinPath } from './endpoint.ts';
import { configuredRegion, keepEvidence, reportedRegion, servedTier } from './kept-evidence.ts';
import { MESSAGES_TYPES, messagesVersion, modelSplice, openHeaders, splitBetas } from './messages-api.ts';
import { classifyFailure } from './verdict.ts';

const ORIGIN = 'https://api.anthropic.com';
/** Models before 4.6 answer 400 to `inference_geo`. https://platform.claude.com/docs/en/manage-claude/data-residency */
const NO_GEO = /^claude-(3|instant|2)|^claude-(opus|sonnet|haiku)-4(-[0-5])?(-\d{8})?$/;
const PRIORITY = ['input', 'output'] as const;
const KEPT = [
  'request-id',
  'cf-ray',
  ...PRIORITY.flatMap((part) => [
    `anthropic-priority-${part}-tokens-limit`,
    `anthropic-priority-${part}-tokens-remaining`,
  ]),
];

/** Response headers of the Messages dialect that a client may see; the account's rate limits and ids are not among them. */
export const MESSAGES_PASS_HEADERS = ['request-id', 'retry-after', 'x-should-retry'] as const;

export const anthropic: Cloud = {
  id: 'anthropic',
  dialects: ['anthropic-messages'],
  framing: 'sse',
  credentialKinds: ['api_key'],
  passHeaders: MESSAGES_PASS_HEADERS,
  dialect: () => 'anthropic-messages',

  check(deployment) {
    const problems = commonProblems(deployment);
    if (deployment.endpoint === undefined && deployment.region !== 'us' && deployment.region !== 'global') {
      problems.push(`\`region\` is "${deployment.region}", but this API runs inference in \`us\` or \`global\` only`);
    }
    if (pinned(deployment) && NO_GEO.test(deployment.model)) {
      problems.push(
        `\`region: us\` sets \`inference_geo\`, which ${deployment.model} refuses: use \`global\` or a model from 4.6 on`,
      );
    }
    return problems;
  },

  /** `model`; and `inference_geo` where the deployment promises a geography, whatever the client asked. */
  edits({ deployment, facts }) {
    const splice = modelSplice(deployment, facts);
    return pinned(deployment) ? { set: { ...splice.set, inference_geo: '"us"' }, remove: [] } : splice;
  },

  request: (call, body) => messagesRequest(call, body, baseOf(call.deployment, ORIGIN), ['v1', 'messages']),

  /** https://platform.claude.com/docs/en/api/messages-count-tokens */
  counting: {
    can: () => true,
    request: (call, body) =>
      messagesRequest(call, body, baseOf(call.deployment, ORIGIN), ['v1', 'messages', 'count_tokens']),
  },

  batches: anthropicBatches(ORIGIN),

  authorize: (_request, credential, deployment) => credentialHeaders(credential, deployment, 'x-api-key'),

  classify: (failure) => classifyFailure(failure, MESSAGES_TYPES),

  evidence(deployment, headers, facts) {
    const geo = facts.usage.inference_geo;
    const known = geo !== undefined && geo !== '' && geo !== 'not_available';
    return {
      requestId: headers['request-id'] ?? null,
      region: known ? reportedRegion(deployment, geo) : configuredRegion(deployment),
      tier: servedTier(deployment, facts.usage.tier),
      model: facts.model,
      kept: keepEvidence(headers, KEPT, facts),
      ...priorityFull(headers),
    };
  },
};

/** How much of a commitment to the priority tier is used: of input, of output. */
function priorityFull(headers: Headers): { readonly full?: readonly (number | null)[] } {
  const full = PRIORITY.map((part) => {
    const [limit, left] = ['limit', 'remaining'].map((name) =>
      Number(headers[`anthropic-priority-${part}-tokens-${name}`] ?? Number.NaN),
    );
    return limit !== undefined && left !== undefined && limit > 0 && left >= 0 ? 1 - left / limit : null;
  });
  return full.every((one) => one === null) ? {} : { full };
}

/** Whether the deployment stands for inference in the United States. */
const pinned = (deployment: Deployment): boolean => deployment.region === 'us';

/** A Messages request as the developer's API and its service on Azure take it. */
export function messagesRequest(
  call: CallContext,
  body: Buffer,
  base: Base,
  parts: readonly string[],
): UpstreamRequest {
  const version = messagesVersion(call);
  const betas = splitBetas(call, FIRST_PARTY_BETAS);
  const open = openHeaders(call);
  const key = idempotency(call.clientHeaders);
  const headers: Headers = {
    ...contentHeaders(call),
    ...open.headers,
    'anthropic-version': version.version,
    ...(betas.header === '' ? {} : { 'anthropic-beta': betas.header }),
    ...key.headers,
  };
  const request = { method: 'POST', origin: base.origin, path: joinPath(base, parts), headers, body } as const;
  return withWithheld(request, [...version.withheld, ...betas.withheld, ...open.withheld, ...key.withheld]);
}
