// Azure AI Foundry. Claude speaks Messages at https://{resource}.services.ai.azure.com/anthropic/v1/messages in both
// hostings (by Anthropic's service on Azure, or on Anthropic's own infrastructure); every other model speaks the OpenAI
// v1 path. API keys and Entra ID tokens serve both.
// https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry
//
// Evidence kept            | of
// request-id               | request id at Anthropic (Claude); apim-request-id is the one at Azure: support wants both
// x-ms-region              | the resource's front door; on Global and Data Zone it says nothing of where inference ran,
//                          | so the grade stays our configuration's; on a regional deployment it is a report → grade 2
// x-ms-deployment-name     | deployment that answered
// usage.inference_geo      | region, only under `hosting: anthropic` (Anthropic's servers report it) → grade 2
// usage.service_tier       | tier
// body.model               | model version as served
// There are no Anthropic rate-limit headers here.
import type { Deployment } from '../deployment.ts';
import { MESSAGES_PASS_HEADERS, messagesRequest } from './anthropic.ts';
import {
  AZURE_CREDENTIALS,
  azureChatRequest,
  AZURE_KEPT,
  AZURE_TYPES,
  azureBase,
  azureFull,
  azureProblems,
  azureRegion,
  azureResponses,
} from './azure-chat.ts';
import { CHAT_PASS_HEADERS } from './chat-api.ts';
import type { Cloud } from './cloud.ts';
import { credentialHeaders } from './credential-headers.ts';
import { keepEvidence, reportedRegion, servedTier } from './kept-evidence.ts';
import { MESSAGES_TYPES, modelSplice } from './messages-api.ts';
import { openaiEdits } from './responses-api.ts';
import { classifyFailure } from './verdict.ts';

const HOST = 'services.ai.azure.com';
const OWN_MODEL = /^(?:gpt-|o\d|codex)/i;

export const foundry: Cloud = {
  id: 'foundry',
  dialects: ['anthropic-messages', 'openai-chat', 'openai-responses'],
  framing: 'sse',
  credentialKinds: AZURE_CREDENTIALS,
  passHeaders: [...new Set([...MESSAGES_PASS_HEADERS, ...CHAT_PASS_HEADERS])],
  dialect: (deployment) => deployment.dialect ?? (isClaude(deployment) ? 'anthropic-messages' : 'openai-chat'),
  // Responses serves OpenAI's own models there; for those of others it has to be configured.
  alsoSpeaks: (deployment, dialect) => OWN_MODEL.test(deployment.model) && azureResponses(deployment, dialect),

  check(deployment) {
    const problems = azureProblems(deployment);
    if (isClaude(deployment) && deployment.hosting === undefined) {
      problems.push(
        '`hosting` is missing: Claude in Foundry runs on `azure` or on `anthropic`, and roles and residency differ',
      );
    }
    if (!isClaude(deployment) && deployment.hosting !== undefined) {
      problems.push(
        `\`hosting\` is for Claude; ${deployment.model} does not look like one (set \`dialect: anthropic-messages\` if it is)`,
      );
    }
    if (deployment.hosting === 'anthropic' && deployment.region_scope === 'datazone') {
      problems.push(
        '`region_scope: datazone` is not offered under `hosting: anthropic`, which is Global Standard only',
      );
    }
    return problems;
  },

  edits(call) {
    if (foundry.dialect(call.deployment) === 'anthropic-messages') return modelSplice(call.deployment, call.facts);
    return openaiEdits(call);
  },

  request(call, body) {
    const base = azureBase(call.deployment, HOST);
    if (foundry.dialect(call.deployment) !== 'anthropic-messages') return azureChatRequest(call, body, base);
    return messagesRequest(call, body, base, ['anthropic', 'v1', 'messages']);
  },

  counting: {
    can: (deployment) => foundry.dialect(deployment) === 'anthropic-messages',
    request: (call, body) =>
      messagesRequest(call, body, azureBase(call.deployment, HOST), ['anthropic', 'v1', 'messages', 'count_tokens']),
  },

  authorize: (_request, credential, deployment) =>
    credentialHeaders(
      credential,
      deployment,
      foundry.dialect(deployment) === 'anthropic-messages' ? 'x-api-key' : 'api-key',
    ),

  classify: (failure) => classifyFailure(failure, { ...MESSAGES_TYPES, ...AZURE_TYPES }),

  evidence(deployment, headers, facts) {
    const claude = foundry.dialect(deployment) === 'anthropic-messages';
    const geo = deployment.hosting === 'anthropic' ? facts.usage.inference_geo : undefined;
    const known = geo !== undefined && geo !== '' && geo !== 'not_available';
    return {
      requestId:
        (claude ? headers['request-id'] : undefined) ?? headers['apim-request-id'] ?? headers['x-request-id'] ?? null,
      region: known ? reportedRegion(deployment, geo) : azureRegion(deployment, headers),
      tier: servedTier(deployment, facts.usage.tier, facts.fields['service_tier']),
      model: facts.model,
      kept: keepEvidence(headers, ['request-id', ...AZURE_KEPT], facts),
      ...azureFull(headers),
    };
  },
};

function isClaude(deployment: Deployment): boolean {
  return deployment.dialect === undefined
    ? /^claude/i.test(deployment.model)
    : deployment.dialect === 'anthropic-messages';
}
