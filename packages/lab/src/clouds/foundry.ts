// Azure AI Foundry: Claude at `/anthropic/v1/messages` in two hostings (by Anthropic, or on Azure's own machines), other
// models at the OpenAI v1 path. The model is the deployment's name; Azure refuses callers in its own words, the model's
// own checks in Anthropic's. https://platform.claude.com/docs/en/build-with-claude/claude-in-microsoft-foundry
import type { Caller } from '../caller.ts';
import { parseAnthropic } from '../dialects/anthropic-request.ts';
import { isFields } from '../dialects/fields.ts';
import type { Lab } from '../lab.ts';
import { FOUNDRY_DEPLOYMENTS, modelNamed } from '../model/catalogue.ts';
import { isRefusal, refuse, type Refusal } from '../model/refusal.ts';
import { serve, type Envelope, type Resolved } from '../serve.ts';
import { headerOf, send, sendJson, type Exchange } from '../wire/exchange.ts';
import { anthropicSse } from '../wire/framing.ts';
import {
  answerAzure,
  azureCaller,
  azureChat,
  azureError,
  azureRegionName,
  bodyOf,
  deploymentMissing,
  deploymentOf,
} from './azure.ts';
import { unknownBeta } from './betas.ts';
import { anthropicError, anthropicId, retryAfter, uuidOf } from './cloud.ts';

const REGION = 'eastus2';
const RESPONSES = '/openai/v1/responses';
const OPENAI_PATHS = new Set(['/openai/v1/chat/completions', '/models/chat/completions', RESPONSES]);
/** Refusals that come from Azure's front and never reach the model. */
const AZURE_OWN = new Set([
  'auth_missing',
  'auth_invalid',
  'forbidden',
  'model_unknown',
  'not_found',
  'method',
  'rate_limited',
]);

export function foundryCloud(exchange: Exchange, lab: Lab): void {
  const { path } = exchange;
  if (path === '/anthropic/v1/messages') claude(exchange, lab, false);
  else if (path === '/anthropic/v1/messages/count_tokens') claude(exchange, lab, true);
  else if (OPENAI_PATHS.has(path)) others(exchange, lab);
  else answerAzure(exchange, lab, refuse('not_found', 'Resource not found'));
}

const caller = (exchange: Exchange, lab: Lab): Caller | Refusal | Promise<Caller | Refusal> =>
  azureCaller(exchange, lab, lab.secrets.foundryKey, 'foundry', ['api-key', 'x-api-key']);

function others(exchange: Exchange, lab: Lab): void {
  const { body, model } = bodyOf(exchange);
  const needsVersion = exchange.path.startsWith('/models/');
  azureChat(exchange, lab, {
    name: model,
    deployment: deploymentOf(lab, exchange.site, model, FOUNDRY_DEPLOYMENTS),
    region: lab.market.regionOf(exchange.site, model) ?? REGION,
    body,
    dialect: exchange.path === RESPONSES ? 'openai-responses' : 'openai-chat',
    authorise: () => caller(exchange, lab),
    check: () =>
      needsVersion && !exchange.query.includes('api-version=') ? refuse('not_found', 'Resource not found') : null,
  });
}

function claude(exchange: Exchange, lab: Lab, counting: boolean): void {
  const { body, model: asked } = bodyOf(exchange);
  const draw = lab.requestDraw();
  const requestId = anthropicId('req_', draw);
  const apim = uuidOf(draw);
  const common = ['apim-request-id', apim, 'request-id', requestId, 'x-ms-region', azureRegionName(REGION)];
  const envelope: Envelope = {
    exchange,
    requestId,
    dialect: 'anthropic-messages',
    framing: anthropicSse,
    asked,
    stream: isFields(body) && body['stream'] === true && !counting,
    toolIdPrefix: 'toolu_01',
    messageId: (ids) => anthropicId('msg_', ids),
    authorise: () => caller(exchange, lab),
    resolve: () => resolve(exchange, lab, body, asked, counting),
    refusal: (refusal) => {
      if (AZURE_OWN.has(refusal.refusal)) {
        const made = azureError(refusal);
        return { ...made, headers: [...common, ...made.headers] };
      }
      return { ...anthropicError(refusal, requestId), headers: [...common, ...retryAfter(refusal)] };
    },
    // No `anthropic-ratelimit-*` here: Foundry sends none.
    headers: ({ region }) => [
      'apim-request-id',
      apim,
      'request-id',
      requestId,
      'x-ms-region',
      azureRegionName(region),
      'x-ms-deployment-name',
      asked,
    ],
  };
  if (!counting) serve(lab, envelope);
  else count(lab, envelope, common).catch(() => exchange.res.destroy());
}

function resolve(exchange: Exchange, lab: Lab, body: unknown, asked: string, counting: boolean): Resolved | Refusal {
  if (exchange.method !== 'POST') return refuse('method', 'Method not allowed');
  if (exchange.tooLarge) return refuse('too_large', 'Request exceeds the maximum size');
  if (headerOf(exchange, 'anthropic-version') === undefined)
    return refuse('invalid', 'anthropic-version: header is required');
  const beta = unknownBeta(headerOf(exchange, 'anthropic-beta'), 'direct');
  if (beta !== null)
    return refuse('invalid', `Unexpected value(s) \`${beta.slice(0, 80)}\` for the \`anthropic-beta\` header.`);
  if (!isFields(body)) return refuse('invalid', 'The request body is not valid JSON');
  if (asked === '') return refuse('invalid', 'model: Field required');
  const deployment = deploymentOf(lab, exchange.site, asked, FOUNDRY_DEPLOYMENTS);
  const model = asked.startsWith('tape:') ? modelNamed('claude-sonnet-4-5') : (deployment?.model ?? null);
  if (model === null || model.dialect !== 'anthropic-messages') return deploymentMissing();
  const stream = body['stream'] === true;
  return {
    model,
    region: lab.market.regionOf(exchange.site, asked) ?? REGION,
    // The two hostings are different versions of one model: Azure's answers with the undated name.
    reported: deployment?.hosting === 'azure' ? model.id : model.version,
    tier: () => 'standard',
    geo: (prompt) => (model.geo ? (prompt.inferenceGeo ?? 'global') : 'not_available'),
    flavour: 'openai',
    parse: () => parseAnthropic(body, { variant: 'direct', model, asked, stream, signer: lab.signer, counting }),
  };
}

async function count(lab: Lab, envelope: Envelope, common: readonly string[]): Promise<void> {
  const { exchange } = envelope;
  const known = await caller(exchange, lab);
  const resolved = isRefusal(known) ? known : envelope.resolve();
  const prompt = isRefusal(resolved) ? resolved : resolved.parse();
  if (isRefusal(prompt)) {
    const { status, headers, body } = envelope.refusal(prompt);
    send(exchange, status, ['content-type', 'application/json', ...headers], body);
  } else sendJson(exchange, 200, { input_tokens: prompt.inputTokens }, common);
}
