// Azure OpenAI: the deployment path with an API version (Chat alone), or v1 (Chat and Responses), with an API key or an
// Entra ID token.
//
// Evidence kept                  | of
// apim-request-id                | request id at Azure; x-request-id is the model server's
// x-ms-region                    | the resource's region: inference ran there only on a regional deployment (grade 2);
//                                | on Global and Data Zone it is the front door and the grade stays our configuration's
// x-ms-deployment-name           | deployment that answered
// x-ms-spillover-from-deployment | provisioned capacity overflowed from that deployment (billed pay-as-you-go)
// azure-openai-deployment-utilization | how full provisioned capacity was
// body.service_tier              | tier
// body.model, body.system_fingerprint | model version and server configuration
import {
  AZURE_CREDENTIALS,
  AZURE_KEPT,
  AZURE_TYPES,
  azureBase,
  azureChatRequest,
  azureProblems,
  azureRegion,
  azureResponses,
  azureFull,
  azureSpill,
} from './azure-chat.ts';
import { CHAT_PASS_HEADERS } from './chat-api.ts';
import type { Cloud } from './cloud.ts';
import { credentialHeaders } from './credential-headers.ts';
import { keepEvidence, servedTier } from './kept-evidence.ts';
import { openaiEdits } from './responses-api.ts';
import { classifyFailure } from './verdict.ts';

const HOST = 'openai.azure.com';

export const azureOpenai: Cloud = {
  id: 'azure-openai',
  dialects: ['openai-chat', 'openai-responses'],
  framing: 'sse',
  credentialKinds: AZURE_CREDENTIALS,
  passHeaders: CHAT_PASS_HEADERS,
  dialect: (deployment) => deployment.dialect ?? 'openai-chat',
  alsoSpeaks: azureResponses,

  check: (deployment) => azureProblems(deployment),

  edits: openaiEdits,

  request: (call, body) => azureChatRequest(call, body, azureBase(call.deployment, HOST)),

  authorize: (_request, credential, deployment) => credentialHeaders(credential, deployment, 'api-key'),

  classify: (failure) => classifyFailure(failure, AZURE_TYPES),

  evidence: (deployment, headers, facts) => ({
    requestId: headers['apim-request-id'] ?? headers['x-request-id'] ?? null,
    region: azureRegion(deployment, headers),
    tier: servedTier(deployment, facts.fields['service_tier'], facts.usage.tier),
    model: facts.model,
    kept: keepEvidence(headers, AZURE_KEPT, facts),
    ...azureSpill(headers),
    ...azureFull(headers),
  }),
};
