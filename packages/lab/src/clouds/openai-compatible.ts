// An OpenAI-compatible server as vLLM serves it: looser on parameters, plain on errors, no vendor headers but a request
// id, usage in the last chunk only when asked, hidden reasoning shown as `reasoning_content`. The key is optional in the
// lab's way of running it: absent is fine, wrong is not. https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
import type { Caller } from '../caller.ts';
import { isFields } from '../dialects/fields.ts';
import { parseOpenAi } from '../dialects/openai-request.ts';
import type { Lab } from '../lab.ts';
import { LAB_MODELS, modelNamed } from '../model/catalogue.ts';
import { isRefusal, refuse, type Refusal, type RefusalKind } from '../model/refusal.ts';
import { serve, type Envelope, type Resolved } from '../serve.ts';
import { bearerOf, send, sendJson, type Exchange } from '../wire/exchange.ts';
import { openAiSse } from '../wire/framing.ts';
import { bodyOf } from './azure.ts';
import { retryAfter, sameSecret } from './cloud.ts';

const OWN = new Set(LAB_MODELS.filter((model) => model.id.includes('/')).map((model) => model.id));
const REGION = 'on-premises';

const ERRORS: Readonly<Record<RefusalKind, readonly [number, string]>> = {
  invalid: [400, 'BadRequestError'],
  auth_missing: [401, 'Unauthorized'],
  auth_invalid: [401, 'Unauthorized'],
  forbidden: [403, 'Forbidden'],
  model_unknown: [404, 'NotFoundError'],
  not_found: [404, 'Not Found'],
  method: [405, 'Method Not Allowed'],
  too_large: [413, 'Request Entity Too Large'],
  rate_limited: [429, 'RateLimitError'],
  overloaded: [503, 'ServiceUnavailableError'],
  internal: [500, 'InternalServerError'],
  unavailable: [503, 'ServiceUnavailableError'],
};

function error(refusal: Refusal): { status: number; body: string } {
  const [usual, type] = ERRORS[refusal.refusal];
  const status = refusal.status ?? usual;
  if (refusal.refusal === 'auth_invalid' || refusal.refusal === 'auth_missing') {
    return { status, body: JSON.stringify({ error: 'Unauthorized' }) };
  }
  const body = { message: refusal.message, type, param: refusal.param ?? null, code: status };
  return { status, body: JSON.stringify({ error: body }) };
}

export function openAiCompatibleCloud(exchange: Exchange, lab: Lab): void {
  const { path } = exchange;
  if (path === '/v1/chat/completions') completions(exchange, lab);
  else if (path === '/v1/models') models(exchange, lab);
  else if (path === '/health') send(exchange, 200, [], '');
  else send(exchange, 404, ['content-type', 'application/json'], '{"detail":"Not Found"}');
}

function authorise(exchange: Exchange, lab: Lab): Caller | Refusal {
  const key = bearerOf(exchange);
  if (key === null) return { label: 'none' };
  return sameSecret(key, lab.secrets.compatibleKey)
    ? { label: 'key:openai-compatible' }
    : refuse('auth_invalid', 'Unauthorized');
}

function completions(exchange: Exchange, lab: Lab): void {
  const { body, model: asked } = bodyOf(exchange);
  const requestId = lab.requestDraw().text(32, '0123456789abcdef');
  const envelope: Envelope = {
    exchange,
    requestId,
    dialect: 'openai-chat',
    framing: openAiSse,
    asked,
    stream: isFields(body) && body['stream'] === true,
    toolIdPrefix: 'chatcmpl-tool-',
    messageId: () => `chatcmpl-${requestId}`,
    authorise: () => authorise(exchange, lab),
    resolve: () => resolve(exchange, lab, body, asked),
    refusal: (refusal) => ({ ...error(refusal), headers: ['x-request-id', requestId, ...retryAfter(refusal)] }),
    headers: () => ['x-request-id', requestId, 'server', 'uvicorn'],
  };
  serve(lab, envelope);
}

function resolve(exchange: Exchange, lab: Lab, body: unknown, asked: string): Resolved | Refusal {
  if (exchange.method !== 'POST') return refuse('method', 'Method Not Allowed');
  if (exchange.tooLarge) return refuse('too_large', 'The request body is too large.');
  if (!isFields(body)) return refuse('invalid', '[{"type":"json_invalid","loc":["body",0],"msg":"JSON decode error"}]');
  const model = asked.startsWith('tape:') ? modelNamed('meta-llama/Llama-3.3-70B-Instruct') : modelNamed(asked);
  if (model === null || !OWN.has(model.id))
    return refuse('model_unknown', `The model \`${asked.slice(0, 120)}\` does not exist.`);
  return {
    model,
    region: lab.market.regionOf(exchange.site, asked) ?? REGION,
    reported: model.version,
    tier: () => null,
    geo: () => null,
    flavour: 'compatible',
    parse: () => parseOpenAi(body, { flavour: 'compatible', model, asked }),
  };
}

function models(exchange: Exchange, lab: Lab): void {
  const caller = authorise(exchange, lab);
  if (isRefusal(caller)) {
    const { status, body } = error(caller);
    send(exchange, status, ['content-type', 'application/json'], body);
    return;
  }
  const rows = LAB_MODELS.filter((model) => OWN.has(model.id));
  sendJson(exchange, 200, {
    object: 'list',
    data: rows.map(({ id, context }) => ({
      id,
      object: 'model',
      created: 1_744_316_542,
      owned_by: 'vllm',
      root: id,
      max_model_len: context,
    })),
  });
}
