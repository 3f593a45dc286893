// The Anthropic API: Messages, count_tokens, models. Key or bearer, `anthropic-version` and known betas are required as
// the real service requires them. https://platform.claude.com/docs/en/api/overview
import type { Caller } from '../caller.ts';
import { isFields, isText } from '../dialects/fields.ts';
import { parseAnthropic } from '../dialects/anthropic-request.ts';
import type { Lab } from '../lab.ts';
import type { Quota } from '../market/quota.ts';
import { LAB_MODELS, modelNamed, type LabModel } from '../model/catalogue.ts';
import { isRefusal, refuse, type Refusal } from '../model/refusal.ts';
import { serve, type Envelope, type Resolved } from '../serve.ts';
import { bearerOf, headerOf, parseJson, send, sendJson, type Exchange, type FlatHeaders } from '../wire/exchange.ts';
import { anthropicSse } from '../wire/framing.ts';
import { anthropicUsageReport } from '../usage-reports.ts';
import { anthropicBatches, isBatchPath, type BatchDoor } from './anthropic-batches.ts';
import { unknownBeta } from './betas.ts';
import { anthropicError, anthropicId, retryAfter, sameSecret, uuidOf } from './cloud.ts';
import { Draw } from '../model/random.ts';

const VERSIONS = new Set(['2026-10-21', '2023-06-01', '2023-01-01']);
const LIMITS = { requests: 4_000, tokens: 2_000_000, 'input-tokens': 1_600_000, 'output-tokens': 400_000 } as const;
const BODY_BYTES = 32 * 1024 * 1024;

export function anthropicCloud(exchange: Exchange, lab: Lab): void {
  const { path } = exchange;
  if (path === '/v1/messages') messages(exchange, lab, false);
  else if (path === '/v1/messages/count_tokens') messages(exchange, lab, true);
  else if (isBatchPath(path)) anthropicBatches(exchange, lab, batchDoor(exchange, lab));
  else if (path === '/v1/organizations/usage_report/messages') usageReport(exchange, lab);
  else if (path === '/v1/models' || path.startsWith('/v1/models/')) models(exchange, lab);
  else answer(exchange, lab, refuse('not_found', 'Not Found'));
}

/** Organisation and request id, on every answer, good or bad. */
const identity = (lab: Lab, requestId: string): string[] => [
  'request-id',
  requestId,
  'anthropic-organization-id',
  uuidOf(new Draw(lab.seed, 'organisation')),
];

function answer(exchange: Exchange, lab: Lab, refusal: Refusal): void {
  const requestId = anthropicId('req_', lab.requestDraw());
  const { status, body } = anthropicError(refusal, requestId);
  send(exchange, status, ['content-type', 'application/json', ...identity(lab, requestId)], body);
}

function authorise(exchange: Exchange, lab: Lab): Caller | Refusal {
  const key = headerOf(exchange, 'x-api-key') ?? bearerOf(exchange);
  if (key === null) return refuse('auth_missing', 'x-api-key header is required');
  // A key of another workspace of the organisation is the run's key with the workspace's name behind a point.
  const [known = '', workspace] = key.split('.');
  if (sameSecret(known, lab.secrets.anthropicKey))
    return { label: workspace === undefined ? 'key:anthropic' : `key:anthropic/${workspace.slice(0, 40)}` };
  return refuse(
    'auth_invalid',
    headerOf(exchange, 'x-api-key') === undefined ? 'Invalid bearer token' : 'invalid x-api-key',
  );
}

function checkHeaders(exchange: Exchange): Refusal | null {
  const version = headerOf(exchange, 'anthropic-version');
  if (version === undefined) return refuse('invalid', 'anthropic-version: header is required');
  if (!VERSIONS.has(version))
    return refuse(
      'invalid',
      `anthropic-version: "${version.slice(0, 40)}" is not a valid version. Please consult our documentation at https://docs.claude.com/en/api/versioning.`,
    );
  const beta = unknownBeta(headerOf(exchange, 'anthropic-beta'), 'direct');
  if (beta === null) return null;
  return refuse(
    'invalid',
    `Unexpected value(s) \`${beta.slice(0, 80)}\` for the \`anthropic-beta\` header. Please consult our documentation at https://docs.claude.com/en/api/beta-headers or try again without the header.`,
  );
}

const batchDoor = (exchange: Exchange, lab: Lab): BatchDoor => ({
  admit: () => {
    const caller = authorise(exchange, lab);
    return isRefusal(caller) ? caller : (checkHeaders(exchange) ?? caller);
  },
  refuse: (refusal) => answer(exchange, lab, refusal),
  headers: () => identity(lab, anthropicId('req_', lab.requestDraw())),
  serve: (one) => messages(one, lab, false),
});

/** Of the Admin API; the lab's key opens it too. https://platform.claude.com/docs/en/build-with-claude/usage-cost-api */
function usageReport(exchange: Exchange, lab: Lab): void {
  const caller = exchange.method === 'GET' ? authorise(exchange, lab) : refuse('method', 'Method Not Allowed');
  if (isRefusal(caller)) return answer(exchange, lab, caller);
  const query = new URLSearchParams(exchange.query);
  const [from, to] = [query.get('starting_at'), query.get('ending_at')].map((text) => Date.parse(text ?? ''));
  try {
    const asked = {
      from: from ?? NaN,
      to: to === undefined || Number.isNaN(to) ? lab.now() : to,
      width: query.get('bucket_width') ?? '1d',
      groupBy: query.getAll('group_by[]'),
    };
    sendJson(
      exchange,
      200,
      anthropicUsageReport(lab.ledger, asked),
      identity(lab, anthropicId('req_', lab.requestDraw())),
    );
  } catch (error) {
    answer(exchange, lab, refuse('invalid', (error as Error).message));
  }
}

/** Reset times move once a second; building them for each answer would cost more than the answer. */
let resetCache = { second: 0, headers: [] as string[] };

function rateLimits(now: number, quota: Quota | null): FlatHeaders {
  if (quota !== null) return counted(now, quota);
  const second = Math.floor(now / 1000);
  if (resetCache.second !== second) {
    const reset = `${new Date((second + 1) * 1000).toISOString().slice(0, 19)}Z`;
    const headers = Object.entries(LIMITS).flatMap(([name, limit]) => [
      `anthropic-ratelimit-${name}-limit`,
      String(limit),
      `anthropic-ratelimit-${name}-remaining`,
      String(limit - 1),
      `anthropic-ratelimit-${name}-reset`,
      reset,
    ]);
    resetCache = { second, headers };
  }
  return resetCache.headers;
}

/** Of limits that are really counted. */
const counted = (now: number, quota: Quota): FlatHeaders =>
  (['requests', 'tokens'] as const).flatMap((name) => {
    const { limit, remaining, resetMs } = quota[name];
    const reset = `${new Date(now + Math.min(resetMs, 60_000)).toISOString().slice(0, 19)}Z`;
    const head = `anthropic-ratelimit-${name}`;
    return [`${head}-limit`, String(limit), `${head}-remaining`, String(remaining), `${head}-reset`, reset];
  });

function messages(exchange: Exchange, lab: Lab, counting: boolean): void {
  const body = parseJson(exchange.body);
  const fields = isFields(body) ? body : {};
  const asked = isText(fields['model']) ? fields['model'] : '';
  const requestId = anthropicId('req_', lab.requestDraw());
  const common = identity(lab, requestId);
  const envelope: Envelope = {
    exchange,
    requestId,
    dialect: 'anthropic-messages',
    framing: anthropicSse,
    asked,
    stream: fields['stream'] === true && !counting,
    toolIdPrefix: 'toolu_01',
    messageId: (draw) => anthropicId('msg_', draw),
    authorise: () => authorise(exchange, lab),
    resolve: () => resolve(exchange, lab, body, asked, counting),
    refusal: (refusal) => {
      const limits = refusal.refusal === 'rate_limited' ? rateLimits(lab.now(), refusal.quota ?? null) : [];
      return { ...anthropicError(refusal, requestId), headers: [...common, ...limits, ...retryAfter(refusal)] };
    },
    headers: ({ quota }) => [
      ...common,
      ...rateLimits(lab.now(), quota),
      'server',
      'cloudflare',
      'via',
      '1.1 google',
      'cf-cache-status',
      'DYNAMIC',
    ],
  };
  if (counting) count(lab, envelope);
  else serve(lab, envelope);
}

function resolve(exchange: Exchange, lab: Lab, body: unknown, asked: string, counting: boolean): Resolved | Refusal {
  const problem = checkRequest(exchange, body, asked);
  if (problem !== null) return problem;
  const model: LabModel | null = asked.startsWith('tape:') ? modelNamed('claude-sonnet-4-5') : modelNamed(asked);
  if (model === null || model.dialect !== 'anthropic-messages')
    return refuse('model_unknown', `model: ${asked.slice(0, 120)}`);
  const stream = isFields(body) && body['stream'] === true;
  return {
    model,
    region: 'global',
    reported: model.version,
    tier: () => (exchange.batched === true ? 'batch' : 'standard'),
    geo: (prompt) => (model.geo ? (prompt.inferenceGeo ?? 'global') : 'not_available'),
    flavour: 'openai',
    parse: () => parseAnthropic(body, { variant: 'direct', model, asked, stream, signer: lab.signer, counting }),
  };
}

function checkRequest(exchange: Exchange, body: unknown, asked: string): Refusal | null {
  if (exchange.method !== 'POST') return refuse('method', 'Method Not Allowed');
  if (exchange.tooLarge || exchange.body.length > BODY_BYTES)
    return refuse('too_large', 'Request exceeds the maximum size');
  const header = checkHeaders(exchange);
  if (header !== null) return header;
  if (!isFields(body)) return refuse('invalid', 'The request body is not valid JSON');
  if (body['model'] === undefined) return refuse('invalid', 'model: Field required');
  if (asked === '') return refuse('invalid', 'model: String should have at least 1 character');
  return null;
}

/** count_tokens: the same checks and the same counting as a call, nothing else. */
function count(lab: Lab, envelope: Envelope): void {
  const { exchange } = envelope;
  const caller = authorise(exchange, lab);
  const resolved = isRefusal(caller) ? caller : envelope.resolve();
  const prompt = isRefusal(resolved) ? resolved : resolved.parse();
  if (isRefusal(prompt)) {
    const { status, headers, body } = envelope.refusal(prompt);
    send(exchange, status, ['content-type', 'application/json', ...headers], body);
    return;
  }
  sendJson(exchange, 200, { input_tokens: prompt.inputTokens }, identity(lab, envelope.requestId));
}

const modelRow = (model: LabModel): Record<string, unknown> => ({
  type: 'model',
  id: model.version,
  display_name: `${model.id} (simulated)`,
  created_at: '2025-09-29T00:00:00Z',
  max_input_tokens: model.context,
  max_tokens: model.maxOutput,
});

function models(exchange: Exchange, lab: Lab): void {
  const problem = exchange.method === 'GET' ? null : refuse('method', 'Method Not Allowed');
  const caller = authorise(exchange, lab);
  const refusal = problem ?? (isRefusal(caller) ? caller : checkHeaders(exchange));
  if (refusal !== null) {
    answer(exchange, lab, refusal);
    return;
  }
  const headers = identity(lab, anthropicId('req_', lab.requestDraw()));
  const rows = LAB_MODELS.filter((model) => model.dialect === 'anthropic-messages').map(modelRow);
  const id = exchange.path.slice('/v1/models/'.length);
  if (id === '') {
    sendJson(
      exchange,
      200,
      { data: rows, has_more: false, first_id: rows[0]?.['id'], last_id: rows.at(-1)?.['id'] },
      headers,
    );
    return;
  }
  const model = modelNamed(decodeURIComponent(id));
  if (model === null) answer(exchange, lab, refuse('model_unknown', `model: ${id.slice(0, 120)}`));
  else sendJson(exchange, 200, modelRow(model), headers);
}
