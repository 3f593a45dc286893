// Any server that speaks Chat Completions, or Responses where its deployment says so (`dialect: openai-responses`): vLLM,
// NIM, Ollama, TGI, or another gateway. Its endpoint must be given; plain http is allowed, since such servers stand in
// one's own network, and a credential may be `none`. What the server lacks is said in `lacks`; `stream_options` there
// means that it refuses that field, and streamed usage is then an estimate.
//
// Evidence kept            | of
// x-request-id             | request id, where the server sends one (vLLM: --enable-request-id-headers)
// x-compute-type, x-inference-time, x-compute-characters | TGI's own figures
// server                   | software that answered
// body.model, body.system_fingerprint | model as served (vLLM: --served-model-name)
// No such server reports a region or a tier: both stay our configuration's.
import { CHAT_PASS_HEADERS, CHAT_TYPES, chatEdits, contentHeaders, idempotency, withWithheld } from './chat-api.ts';
import type { Cloud } from './cloud.ts';
import { credentialHeaders } from './credential-headers.ts';
import { baseOf, commonProblems, joinPath } from './endpoint.ts';
import { configuredRegion, keepEvidence, servedTier } from './kept-evidence.ts';
import { openaiEdits, openaiPath } from './responses-api.ts';
import { classifyFailure, type TypeRules } from './verdict.ts';

const WHOLE_PATH = /\/(?:chat\/completions|responses)$/;
const KEPT = ['x-request-id', 'server', 'x-compute-type', 'x-inference-time', 'x-compute-characters'] as const;

const TYPES: TypeRules = {
  ...CHAT_TYPES,
  // vLLM and NIM
  BadRequestError: 'wrong_request',
  NotFoundError: 'model_missing',
  InternalServerError: 'server_error',
  ServiceUnavailableError: 'overloaded',
  // TGI
  overloaded: 'rate_limited',
  validation: 'wrong_request',
  generation: 'model_failed',
  incomplete_generation: 'model_failed',
  // Ollama
  not_found_error: 'model_missing',
  api_error: 'server_error',
};

export const openaiCompatible: Cloud = {
  id: 'openai-compatible',
  dialects: ['openai-chat', 'openai-responses'],
  framing: 'sse',
  credentialKinds: [
    'none',
    'api_key',
    'entra_default',
    'entra_client_secret',
    'entra_workload',
    'google_default',
    'google_file',
  ],
  passHeaders: ['x-request-id', ...CHAT_PASS_HEADERS],
  dialect: (deployment) => deployment.dialect ?? 'openai-chat',

  check(deployment) {
    const problems = commonProblems(deployment, { plainHttp: true });
    if (deployment.endpoint === undefined) {
      problems.push('`endpoint` is missing: give the server\'s base URL, for example "http://gpu-1:8000/v1"');
    }
    return problems;
  },

  edits: (call) =>
    call.facts.dialect === 'openai-responses'
      ? openaiEdits(call)
      : chatEdits(call, { tiers: false, usage: !(call.deployment.lacks ?? []).includes('stream_options') }),

  request(call, body) {
    const base = baseOf(call.deployment, null);
    const key = idempotency(call.clientHeaders);
    const headers = { ...contentHeaders(call), ...key.headers };
    const path = WHOLE_PATH.test(base.prefix) ? base.prefix : joinPath(base, ['v1', ...openaiPath(call)]);
    return withWithheld({ method: 'POST', origin: base.origin, path, headers, body } as const, key.withheld);
  },

  authorize: (_request, credential, deployment) =>
    credential.kind === 'none' ? {} : credentialHeaders(credential, deployment, null),

  classify: (failure) => classifyFailure(failure, TYPES),

  evidence: (deployment, headers, facts) => ({
    requestId: headers['x-request-id'] ?? null,
    region: configuredRegion(deployment),
    tier: servedTier(deployment, facts.fields['service_tier']),
    model: facts.model,
    kept: keepEvidence(headers, KEPT, facts),
  }),
};
