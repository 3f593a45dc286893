// What the two Azure services of the lab share: keys and Entra tokens, Azure's error bodies, its headers, and Chat
// Completions or Responses at a deployment. https://learn.microsoft.com/azure/ai-foundry/openai/reference
import type { Caller } from '../caller.ts';
import { isFields, isText } from '../dialects/fields.ts';
import { parseOpenAi } from '../dialects/openai-request.ts';
import { parseResponses } from '../dialects/responses-request.ts';
import type { LabSite } from '../endpoints.ts';
import type { Lab } from '../lab.ts';
import { modelNamed, type LabDeployment } from '../model/catalogue.ts';
import { isRefusal, refuse, type Refusal, type RefusalKind } from '../model/refusal.ts';
import { serve, type Envelope, type Resolved } from '../serve.ts';
import { bearerOf, headerOf, parseJson, send, type Exchange, type FlatHeaders } from '../wire/exchange.ts';
import { checkOpenAiRequest, countedLimits, openAiWire, type OpenAiDialect } from './openai.ts';
import { sameSecret, uuidOf } from './cloud.ts';

/** Resources that a token for these endpoints may name. */
export const AZURE_AUDIENCES = ['https://cognitiveservices.azure.com', 'https://ai.azure.com', 'https://ml.azure.com'];

const DENIED =
  'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.';

const REGION_NAMES: Readonly<Record<string, string>> = {
  eastus: 'East US',
  eastus2: 'East US 2',
  francecentral: 'France Central',
  germanywestcentral: 'Germany West Central',
  northeurope: 'North Europe',
  swedencentral: 'Sweden Central',
  uksouth: 'UK South',
  westeurope: 'West Europe',
  westus3: 'West US 3',
  westus: 'West US',
  eastasia: 'East Asia',
};

export const azureRegionName = (region: string): string => REGION_NAMES[region] ?? region;

/** Key in `api-key` (or the headers named), or an Entra token. */
export function azureCaller(
  exchange: Exchange,
  lab: Lab,
  key: string,
  label: string,
  keyHeaders: readonly string[],
): Caller | Refusal | Promise<Caller | Refusal> {
  for (const name of keyHeaders) {
    const given = headerOf(exchange, name);
    if (given !== undefined)
      return sameSecret(given, key) ? { label: `key:${label}` } : refuse('auth_invalid', DENIED, { code: '401' });
  }
  const bearer = bearerOf(exchange);
  if (bearer === null) return refuse('auth_missing', DENIED, { code: '401' });
  // The v1 path takes the resource's key as a bearer too, which is how OpenAI's own SDK sends it.
  if (sameSecret(bearer, key)) return { label: `key:${label}` };
  const found = lab.tokens.entra(bearer, AZURE_AUDIENCES);
  return found instanceof Promise ? found.then(denied) : found;
}

const denied = (found: Caller | Refusal): Caller | Refusal => {
  if (!isRefusal(found)) return found;
  const audience = found.code === 'audience';
  const message = audience
    ? `Token does not have a valid audience: ${found.message}`
    : 'Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.';
  return refuse('auth_invalid', message, { code: '401' });
};

const ERRORS: Readonly<Record<RefusalKind, readonly [number, string]>> = {
  invalid: [400, 'invalid_request_error'],
  auth_missing: [401, '401'],
  auth_invalid: [401, '401'],
  forbidden: [403, 'PermissionDenied'],
  model_unknown: [404, 'DeploymentNotFound'],
  not_found: [404, '404'],
  method: [405, '405'],
  too_large: [413, 'RequestEntityTooLarge'],
  rate_limited: [429, '429'],
  overloaded: [503, 'ServiceUnavailable'],
  internal: [500, 'InternalServerError'],
  unavailable: [503, 'ServiceUnavailable'],
};

/** Azure's error: OpenAI's shape where the model's own checks refuse, its short one elsewhere. */
export function azureError(refusal: Refusal): { status: number; body: string; headers: FlatHeaders } {
  const [status, code] = ERRORS[refusal.refusal];
  const seconds = refusal.retryAfter;
  const headers =
    seconds === undefined
      ? []
      : ['retry-after', String(Math.ceil(seconds)), 'retry-after-ms', String(Math.round(seconds * 1000))];
  const error =
    refusal.refusal === 'invalid'
      ? { message: refusal.message, type: code, param: refusal.param ?? null, code: refusal.code ?? null }
      : { code: refusal.code ?? code, message: refusal.message };
  return { status: refusal.status ?? status, body: JSON.stringify({ error }), headers };
}

/** What stands at a resource under a name: as the market says, else as the table does. */
export function deploymentOf(
  lab: Lab,
  site: LabSite,
  name: string,
  table: Readonly<Record<string, LabDeployment>>,
): LabDeployment | undefined {
  const offered = lab.market.deployment(site, name) ?? lab.provisioned.deployment(site, name);
  return offered ?? (Object.hasOwn(table, name) ? table[name] : undefined);
}

export const deploymentMissing = (): Refusal =>
  refuse(
    'model_unknown',
    'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
  );

export function answerAzure(exchange: Exchange, lab: Lab, refusal: Refusal): void {
  const { status, headers, body } = azureError(refusal);
  send(
    exchange,
    status,
    ['content-type', 'application/json', 'apim-request-id', uuidOf(lab.requestDraw()), ...headers],
    body,
  );
}

export interface AzureChat {
  /** Deployment name as the path or the body gives it. */
  readonly name: string;
  readonly deployment: LabDeployment | undefined;
  readonly region: string;
  readonly body: unknown;
  readonly dialect: OpenAiDialect;
  authorise(): Caller | Refusal | Promise<Caller | Refusal>;
  /** A refusal of this path, such as a wrong api-version. */
  check(): Refusal | null;
}

const LIMITS: FlatHeaders = [
  'x-ratelimit-limit-requests',
  '1000',
  'x-ratelimit-remaining-requests',
  '999',
  'x-ratelimit-limit-tokens',
  '1000000',
  'x-ratelimit-remaining-tokens',
  '999000',
];

/** A deployment with capacity of its own tells this in place of limits. */
const fullness = (utilisation: number | undefined): FlatHeaders =>
  utilisation === undefined
    ? []
    : ['azure-openai-deployment-utilization', `${(Math.round(utilisation * 1000) / 10).toFixed(1)}%`];

/** One of OpenAI's dialects at an Azure deployment. */
export function azureChat(exchange: Exchange, lab: Lab, chat: AzureChat): void {
  const { body, name } = chat;
  const fields = isFields(body) ? body : {};
  const draw = lab.requestDraw();
  const requestId = uuidOf(draw);
  const clientId = headerOf(exchange, 'x-ms-client-request-id');
  const common = [
    'apim-request-id',
    requestId,
    'x-request-id',
    requestId,
    ...(clientId === undefined ? [] : ['x-ms-client-request-id', clientId]),
  ];
  const envelope: Envelope = {
    exchange,
    requestId,
    ...openAiWire(chat.dialect),
    asked: name,
    stream: fields['stream'] === true,
    authorise: () => chat.authorise(),
    resolve: () => resolve(exchange, lab, chat, name),
    refusal: (refusal) => {
      const made = azureError(refusal);
      const limits = refusal.quota === undefined ? fullness(refusal.utilisation) : countedLimits(refusal.quota);
      return { ...made, headers: [...common, 'x-ms-region', azureRegionName(chat.region), ...limits, ...made.headers] };
    },
    headers: ({ region, reported, quota, utilisation }) => [
      ...common,
      'x-ms-region',
      azureRegionName(region),
      'x-ms-deployment-name',
      name,
      'x-ms-served-model',
      reported,
      'azureml-model-session',
      'lab-simulated',
      ...(utilisation === undefined ? (quota === null ? LIMITS : countedLimits(quota)) : fullness(utilisation)),
      'x-content-type-options',
      'nosniff',
      'strict-transport-security',
      'max-age=31536000; includeSubDomains; preload',
    ],
  };
  serve(lab, envelope);
}

function resolve(exchange: Exchange, lab: Lab, chat: AzureChat, name: string): Resolved | Refusal {
  const problem = chat.check() ?? checkOpenAiRequest(exchange, chat.body, name);
  if (problem !== null) return problem;
  const model = name.startsWith('tape:') ? modelNamed('gpt-4.1') : (chat.deployment?.model ?? null);
  if (model === null) return deploymentMissing();
  if (model.dialect !== 'openai-chat') {
    return refuse('not_found', 'Requested API is currently not supported', { code: 'api_not_supported' });
  }
  return {
    model,
    region: chat.region,
    reported: model.version,
    tier: () => null,
    geo: () => null,
    flavour: 'azure',
    parse: () =>
      chat.dialect === 'openai-chat'
        ? parseOpenAi(chat.body, { flavour: 'azure', model, asked: name })
        : parseResponses(chat.body, { model, asked: name, signer: lab.signer, kept: lab.kept }),
  };
}

export const bodyOf = (exchange: Exchange): { body: unknown; model: string } => {
  const body = parseJson(exchange.body);
  const model = isFields(body) && isText(body['model']) ? body['model'] : '';
  return { body, model };
};
