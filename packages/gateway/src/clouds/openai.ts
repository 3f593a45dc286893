// OpenAI's own API: Chat Completions at /v1/chat/completions and Responses at /v1/responses, with an API key. Regions other than `global` are projects
// with data residency, reached at a host of their own (https://developers.openai.com/api/docs/guides/data-residency).
//
// Evidence kept                  | of
// x-request-id                   | request id
// openai-version                 | API version
// body.service_tier              | tier as served (`default` is standard)
// body.model, body.system_fingerprint | model version and server configuration
// Nothing in a response says where inference ran: the grade stays our configuration's. openai-organization and
// openai-project are not kept: they name the account.
import type { Deployment } from '../deployment.ts';
import { CHAT_PASS_HEADERS, CHAT_TYPES, contentHeaders, idempotency, withWithheld } from './chat-api.ts';
import type { Cloud } from './cloud.ts';
import { credentialHeaders } from './credential-headers.ts';
import { baseOf, commonProblems, joinPath, type Base } from './endpoint.ts';
import { openaiBatches } from './openai-batches.ts';
import { configuredRegion, keepEvidence, servedTier } from './kept-evidence.ts';
import { openaiEdits, openaiPath } from './responses-api.ts';
import { classifyFailure } from './verdict.ts';

const HOSTS: Readonly<Record<string, string>> = {
  global: 'https://api.openai.com',
  ae: 'https://ae.api.openai.com',
  au: 'https://au.api.openai.com',
  eu: 'https://eu.api.openai.com',
  in: 'https://in.api.openai.com',
  jp: 'https://jp.api.openai.com',
  us: 'https://us.api.openai.com',
};
const KEPT = ['x-request-id', 'openai-version', 'openai-processing-ms', 'cf-ray'] as const;

const baseAt = (deployment: Deployment): Base =>
  baseOf(deployment, Object.hasOwn(HOSTS, deployment.region) ? (HOSTS[deployment.region] ?? null) : null);

export const openai: Cloud = {
  id: 'openai',
  dialects: ['openai-chat', 'openai-responses'],
  framing: 'sse',
  credentialKinds: ['api_key'],
  passHeaders: ['x-request-id', ...CHAT_PASS_HEADERS],
  dialect: (deployment) => deployment.dialect ?? 'openai-chat',
  alsoSpeaks: (deployment, dialect) => deployment.dialect === undefined && dialect === 'openai-responses',

  check(deployment) {
    const problems = commonProblems(deployment);
    if (deployment.endpoint === undefined && !Object.hasOwn(HOSTS, deployment.region)) {
      problems.push(
        `\`region\` is "${deployment.region}": use one of ${Object.keys(HOSTS).join(', ')}, or give the region's own \`endpoint\``,
      );
    }
    return problems;
  },

  edits: openaiEdits,

  request(call, body) {
    const base = baseAt(call.deployment);
    const key = idempotency(call.clientHeaders);
    const headers = { ...contentHeaders(call), ...key.headers };
    const path = joinPath(base, ['v1', ...openaiPath(call)]);
    return withWithheld({ method: 'POST', origin: base.origin, path, headers, body } as const, key.withheld);
  },

  batches: openaiBatches((deployment) => baseAt(deployment)),

  authorize: (_request, credential, deployment) => credentialHeaders(credential, deployment, null),

  classify: (failure) => classifyFailure(failure, CHAT_TYPES),

  evidence: (deployment, headers, facts) => ({
    requestId: headers['x-request-id'] ?? null,
    region: configuredRegion(deployment),
    tier: servedTier(deployment, facts.fields['service_tier'], facts.usage.tier),
    model: facts.model,
    kept: keepEvidence(headers, KEPT, facts),
  }),
};
