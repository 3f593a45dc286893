// OpenAI's API: Chat Completions, Responses and models, bearer keys, its rate-limit and processing headers, and the cookie that its
// edge sets and no gateway should pass on. https://platform.openai.com/docs/api-reference
import type { Caller } from '../caller.ts';
import { isFields, isText } from '../dialects/fields.ts';
import { parseOpenAi } from '../dialects/openai-request.ts';
import { parseResponses } from '../dialects/responses-request.ts';
import type { Lab } from '../lab.ts';
import type { Quota } from '../market/quota.ts';
import { LAB_MODELS, modelNamed, type LabModel } from '../model/catalogue.ts';
import { isRefusal, refuse, type Refusal } from '../model/refusal.ts';
import { serve, type Envelope, type Resolved } from '../serve.ts';
import { bearerOf, parseJson, send, sendJson, type Exchange, type FlatHeaders } from '../wire/exchange.ts';
import { openAiSse, responsesSse } from '../wire/framing.ts';
import { openAiUsage } from '../usage-reports.ts';
import { isOpenAiBatchPath, openAiBatches } from './openai-batches.ts';
import { openAiError, retryAfter, sameSecret } from './cloud.ts';

const CREATED = 1_744_316_542;
const OWN = new Set(LAB_MODELS.filter((model) => model.id.startsWith('gpt-')).map((model) => model.id));

const openAiCompletionId = (text: (length: number) => string): string => `chatcmpl-${text(29)}`;

export function openAiCloud(exchange: Exchange, lab: Lab): void {
  const { path } = exchange;
  if (path === '/v1/chat/completions') generate(exchange, lab, 'openai-chat');
  else if (path === '/v1/responses') generate(exchange, lab, 'openai-responses');
  else if (isOpenAiBatchPath(path))
    openAiBatches(exchange, lab, {
      admit: () => authorise(exchange, lab),
      refuse: (refusal) => sendRefusal(exchange, refusal),
      serve: (one) => generate(one, lab, one.path === '/v1/responses' ? 'openai-responses' : 'openai-chat'),
    });
  else if (path === '/v1/organization/usage/completions') usage(exchange, lab);
  else if (path === '/v1/models' || path.startsWith('/v1/models/')) models(exchange, lab);
  else sendRefusal(exchange, refuse('not_found', `Invalid URL (${exchange.method} ${path.slice(0, 200)})`));
}

function authorise(exchange: Exchange, lab: Lab): Caller | Refusal {
  const key = bearerOf(exchange);
  if (key === null) {
    return refuse(
      'auth_missing',
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your browser and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys.",
    );
  }
  if (sameSecret(key, lab.secrets.openaiKey)) return { label: 'key:openai' };
  const shown = key.length < 12 ? '****' : `${key.slice(0, 8)}${'*'.repeat(12)}${key.slice(-4)}`;
  return refuse(
    'auth_invalid',
    `Incorrect API key provided: ${shown}. You can find your API key at https://platform.openai.com/account/api-keys.`,
  );
}

/** Of the organisation; the lab's key opens it too. Times are Unix seconds. */
function usage(exchange: Exchange, lab: Lab): void {
  const caller = authorise(exchange, lab);
  const query = new URLSearchParams(exchange.query);
  const end = query.get('end_time');
  try {
    if (isRefusal(caller)) return sendRefusal(exchange, caller);
    const asked = {
      from: Number(query.get('start_time') ?? NaN) * 1000,
      to: end === null ? lab.now() : Number(end) * 1000,
      width: query.get('bucket_width') ?? '1d',
      groupBy: [...query.getAll('group_by'), ...query.getAll('group_by[]')],
    };
    sendJson(exchange, 200, openAiUsage(lab.ledger, asked));
  } catch (error) {
    sendRefusal(exchange, refuse('invalid', (error as Error).message));
  }
}

function sendRefusal(exchange: Exchange, refusal: Refusal): void {
  const { status, body } = openAiError(refusal);
  send(exchange, status, ['content-type', 'application/json'], body);
}

const rateLimits: FlatHeaders = [
  'x-ratelimit-limit-requests',
  '10000',
  'x-ratelimit-limit-tokens',
  '30000000',
  'x-ratelimit-remaining-requests',
  '9999',
  'x-ratelimit-remaining-tokens',
  '29999993',
  'x-ratelimit-reset-requests',
  '6ms',
  'x-ratelimit-reset-tokens',
  '0s',
];

/** `x-ratelimit-*` of limits that are really counted. */
export const countedLimits = ({ requests, tokens }: Quota): FlatHeaders => [
  'x-ratelimit-limit-requests',
  String(requests.limit),
  'x-ratelimit-limit-tokens',
  String(tokens.limit),
  'x-ratelimit-remaining-requests',
  String(requests.remaining),
  'x-ratelimit-remaining-tokens',
  String(tokens.remaining),
  'x-ratelimit-reset-requests',
  `${Math.min(requests.resetMs, 60_000)}ms`,
  'x-ratelimit-reset-tokens',
  `${Math.min(tokens.resetMs, 60_000)}ms`,
];

export type OpenAiDialect = 'openai-chat' | 'openai-responses';

/** What differs in an envelope between the two dialects. */
export const openAiWire = (
  dialect: OpenAiDialect,
): Pick<Envelope, 'dialect' | 'framing' | 'toolIdPrefix' | 'messageId'> => ({
  dialect,
  framing: dialect === 'openai-chat' ? openAiSse : responsesSse,
  toolIdPrefix: 'call_',
  messageId: (ids) =>
    dialect === 'openai-chat'
      ? openAiCompletionId((length) => ids.text(length))
      : `resp_${ids.text(50, '0123456789abcdef')}`,
});

function generate(exchange: Exchange, lab: Lab, dialect: OpenAiDialect): void {
  const body = parseJson(exchange.body);
  const fields = isFields(body) ? body : {};
  const asked = isText(fields['model']) ? fields['model'] : '';
  const draw = lab.requestDraw();
  const requestId = `req_${draw.text(32, '0123456789abcdef')}`;
  const common = ['x-request-id', requestId, 'openai-organization', 'lab-simulated', 'openai-version', '2020-10-01'];
  const envelope: Envelope = {
    exchange,
    requestId,
    ...openAiWire(dialect),
    asked,
    stream: fields['stream'] === true,
    authorise: () => authorise(exchange, lab),
    resolve: () => resolveOpenAi(exchange, lab, body, { asked, dialect }),
    refusal: (refusal) => {
      const counted = refusal.quota === undefined ? rateLimits : countedLimits(refusal.quota);
      const limits = refusal.refusal === 'rate_limited' ? counted : [];
      return { ...openAiError(refusal), headers: [...common, ...limits, ...retryAfter(refusal)] };
    },
    headers: ({ ms, quota }) => [
      ...common,
      ...(quota === null ? rateLimits : countedLimits(quota)),
      'openai-processing-ms',
      String(Math.max(1, Math.round(ms))),
      'set-cookie',
      '__cf_bm=simulated; path=/; HttpOnly; Secure; SameSite=None',
      'server',
      'cloudflare',
    ],
  };
  serve(lab, envelope);
}

function resolveOpenAi(
  exchange: Exchange,
  lab: Lab,
  body: unknown,
  { asked, dialect }: { readonly asked: string; readonly dialect: OpenAiDialect },
): Resolved | Refusal {
  const problem = checkOpenAiRequest(exchange, body, asked);
  if (problem !== null) return problem;
  const model: LabModel | null = asked.startsWith('tape:') ? modelNamed('gpt-4.1') : modelNamed(asked);
  if (model === null || !OWN.has(model.id)) {
    return refuse(
      'model_unknown',
      `The model \`${asked.slice(0, 120)}\` does not exist or you do not have access to it.`,
    );
  }
  return {
    model,
    region: 'global',
    reported: model.version,
    tier: ({ tier }) => (tier === null || tier === 'auto' ? 'default' : tier),
    geo: () => null,
    flavour: 'openai',
    parse: () =>
      dialect === 'openai-chat'
        ? parseOpenAi(body, { flavour: 'openai', model, asked })
        : parseResponses(body, { model, asked, signer: lab.signer, kept: lab.kept }),
  };
}

/** Checks that all servers of this dialect share. */
export function checkOpenAiRequest(exchange: Exchange, body: unknown, asked: string): Refusal | null {
  if (exchange.method !== 'POST') return refuse('method', `Not allowed to ${exchange.method} on ${exchange.path}.`);
  if (exchange.tooLarge) return refuse('too_large', 'The request body is too large.');
  if (!isFields(body)) {
    return refuse(
      'invalid',
      "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)",
    );
  }
  return asked === '' ? refuse('invalid', 'you must provide a model parameter') : null;
}

const modelRow = (model: LabModel): Record<string, unknown> => ({
  id: model.id,
  object: 'model',
  created: CREATED,
  owned_by: 'simulated',
});

function models(exchange: Exchange, lab: Lab): void {
  const caller = authorise(exchange, lab);
  if (isRefusal(caller)) {
    const { status, body } = openAiError(caller);
    send(exchange, status, ['content-type', 'application/json'], body);
    return;
  }
  const id = exchange.path.slice('/v1/models/'.length);
  const model = modelNamed(decodeURIComponent(id));
  if (id === '')
    sendJson(exchange, 200, { object: 'list', data: LAB_MODELS.filter((row) => OWN.has(row.id)).map(modelRow) });
  else if (model !== null && OWN.has(model.id)) sendJson(exchange, 200, modelRow(model));
  else {
    const { status, body } = openAiError(
      refuse('model_unknown', `The model '${id.slice(0, 120)}' does not exist`, { param: 'model' }),
    );
    send(exchange, status, ['content-type', 'application/json'], body);
  }
}
