// Google Vertex AI: Claude by rawPredict and streamRawPredict, and count-tokens. A Google access token (or a JWT that the
// service account signed) is required; project, location and model stand in the path; Google refuses in its own error
// form, the model's own checks in Anthropic's. https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude
import type { Caller } from '../caller.ts';
import { parseAnthropic } from '../dialects/anthropic-request.ts';
import { isFields, isText, shown } from '../dialects/fields.ts';
import type { Lab } from '../lab.ts';
import { modelNamed, VERTEX_LOCATIONS, vertexModel, type LabModel } from '../model/catalogue.ts';
import { isRefusal, refuse, type Refusal, type RefusalKind } from '../model/refusal.ts';
import { serve, type Envelope, type Resolved } from '../serve.ts';
import { bearerOf, headerOf, parseJson, send, sendJson, type Exchange } from '../wire/exchange.ts';
import { anthropicSse } from '../wire/framing.ts';
import { unknownBeta } from './betas.ts';
import { anthropicError, anthropicId, retryAfter } from './cloud.ts';

const PATH =
  /^\/v1\/projects\/([^/]+)\/locations\/([^/]+)\/publishers\/anthropic\/models\/([^/:]+):(rawPredict|streamRawPredict)$/;
const COUNTER = 'count-tokens';

interface GoogleRow {
  readonly code: number;
  readonly status: string;
}

const ERRORS: Readonly<Record<RefusalKind, GoogleRow>> = {
  invalid: { code: 400, status: 'INVALID_ARGUMENT' },
  auth_missing: { code: 401, status: 'UNAUTHENTICATED' },
  auth_invalid: { code: 401, status: 'UNAUTHENTICATED' },
  forbidden: { code: 403, status: 'PERMISSION_DENIED' },
  model_unknown: { code: 404, status: 'NOT_FOUND' },
  not_found: { code: 404, status: 'NOT_FOUND' },
  method: { code: 405, status: 'INVALID_ARGUMENT' },
  too_large: { code: 413, status: 'INVALID_ARGUMENT' },
  rate_limited: { code: 429, status: 'RESOURCE_EXHAUSTED' },
  overloaded: { code: 529, status: '' },
  internal: { code: 500, status: 'INTERNAL' },
  unavailable: { code: 503, status: 'UNAVAILABLE' },
};
/** The model answers these itself, in Anthropic's form. */
const MODEL_OWN = new Set<RefusalKind>(['invalid', 'overloaded']);

const CREDENTIALS =
  'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.';
const EXHAUSTED =
  'Resource exhausted. Please try again later. Please refer to https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.';

function googleError(refusal: Refusal): { status: number; body: string } {
  const { code, status } = ERRORS[refusal.refusal];
  const message =
    refusal.refusal === 'rate_limited' ? EXHAUSTED : refusal.refusal === 'auth_invalid' ? CREDENTIALS : refusal.message;
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: refusal.code, domain: 'googleapis.com' };
  const shown = refusal.status ?? code;
  const error = { code: shown, message, status, ...(refusal.code === undefined ? {} : { details: [info] }) };
  return { status: shown, body: JSON.stringify({ error }) };
}

export function vertexCloud(exchange: Exchange, lab: Lab): void {
  const match = PATH.exec(exchange.path);
  if (match === null) {
    const { status, body } = googleError(
      refuse('not_found', `The requested URL ${exchange.path.slice(0, 200)} was not found on this server.`),
    );
    send(exchange, status, ['content-type', 'application/json; charset=UTF-8'], body);
    return;
  }
  const [, project = '', location = '', name = '', verb] = match;
  const place = {
    project: decodeURIComponent(project),
    location: decodeURIComponent(location),
    model: decodeURIComponent(name),
  };
  const body = parseJson(exchange.body);
  const requestId = anthropicId('req_vrtx_', lab.requestDraw());
  const envelope: Envelope = {
    exchange,
    requestId,
    dialect: 'anthropic-messages',
    framing: anthropicSse,
    asked: place.model,
    // The verb decides; rawPredict of a body that says `stream` streams all the same.
    stream: verb === 'streamRawPredict' || (isFields(body) && body['stream'] === true),
    toolIdPrefix: 'toolu_vrtx_01',
    messageId: (draw) => anthropicId('msg_vrtx_', draw),
    authorise: () => authorise(exchange, lab),
    resolve: () => resolve(exchange, lab, body, place),
    refusal: (refusal) => {
      const made = MODEL_OWN.has(refusal.refusal) ? anthropicError(refusal, requestId) : googleError(refusal);
      return { ...made, headers: ['request-id', requestId, ...retryAfter(refusal)] };
    },
    // Nothing in a response names the region that served it.
    headers: () => [
      'request-id',
      requestId,
      'x-vertex-ai-llm-request-type',
      'shared',
      'vary',
      'Origin',
      'server',
      'scaffolding on HTTPServer2',
      'x-frame-options',
      'SAMEORIGIN',
    ],
  };
  if (place.model === COUNTER) count(lab, envelope, place, body).catch(() => exchange.res.destroy());
  else serve(lab, envelope);
}

interface Place {
  readonly project: string;
  readonly location: string;
  readonly model: string;
}

function authorise(exchange: Exchange, lab: Lab): Caller | Refusal | Promise<Caller | Refusal> {
  const token = bearerOf(exchange);
  if (token === null) {
    return refuse(
      'auth_missing',
      'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
      { code: 'CREDENTIALS_MISSING' },
    );
  }
  return lab.tokens.google(token);
}

function checkPlace(exchange: Exchange, lab: Lab, { project, location }: Place): Refusal | null {
  if (exchange.method !== 'POST') return refuse('method', 'Method not allowed.');
  if (exchange.tooLarge) return refuse('too_large', 'Request payload size exceeds the limit: 31457280 bytes.');
  if (project !== lab.secrets.project) {
    const resource = `//aiplatform.googleapis.com/projects/${project}/locations/${location}`;
    return refuse(
      'forbidden',
      `Permission 'aiplatform.endpoints.predict' denied on resource '${resource}' (or it may not exist).`,
      { code: 'IAM_PERMISSION_DENIED' },
    );
  }
  return VERTEX_LOCATIONS.has(location)
    ? null
    : refuse('invalid', `Unsupported region for Vertex AI: ${location.slice(0, 40)}.`);
}

function resolve(exchange: Exchange, lab: Lab, body: unknown, place: Place): Resolved | Refusal {
  const problem = checkPlace(exchange, lab, place);
  if (problem !== null) return problem;
  const model = place.model.startsWith('tape') ? modelNamed('claude-sonnet-4-5') : vertexModel(place.model);
  if (model === null) {
    const path = `projects/${place.project}/locations/${place.location}/publishers/anthropic/models/${place.model.slice(0, 120)}`;
    return refuse(
      'model_unknown',
      `Publisher Model \`${path}\` was not found or your project does not have access to it. Please ensure you are using a valid model version. For more information, see: https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions`,
    );
  }
  if (!isFields(body)) return refuse('invalid', 'Invalid JSON payload received.');
  const header = unknownBeta(headerOf(exchange, 'anthropic-beta'), 'cloud');
  const list = unknownBeta(Array.isArray(body['anthropic_beta']) ? body['anthropic_beta'] : undefined, 'cloud');
  const beta = header ?? list;
  if (beta !== null)
    return refuse(
      'invalid',
      `Unexpected value(s) \`${beta.slice(0, 80)}\` for the \`anthropic-beta\` header. Please consult our documentation at https://docs.claude.com/en/api/beta-headers or try again without the header.`,
    );
  return {
    model,
    region: place.location,
    reported: model.version,
    tier: () => null,
    geo: () => null,
    flavour: 'openai',
    parse: () => parseAnthropic(body, contextFor(lab, model, place.model, body['stream'] === true, false)),
  };
}

const contextFor = (lab: Lab, model: LabModel, asked: string, stream: boolean, counting: boolean) => ({
  variant: 'vertex' as const,
  model,
  asked,
  stream,
  signer: lab.signer,
  counting,
});

/** `count-tokens:rawPredict`: the one call whose body names the model. */
async function count(lab: Lab, envelope: Envelope, place: Place, body: unknown): Promise<void> {
  const { exchange } = envelope;
  const caller = await authorise(exchange, lab);
  const problem = isRefusal(caller) ? caller : checkPlace(exchange, lab, place);
  const fields = isFields(body) ? body : {};
  const { model: name, ...rest } = fields;
  const model = isText(name) ? vertexModel(name) : null;
  const unknown = model === null ? refuse('model_unknown', `Publisher Model \`${shown(name)}\` was not found.`) : null;
  const refusal = problem ?? unknown;
  const counted =
    refusal !== null || model === null
      ? refusal
      : parseAnthropic(
          { anthropic_version: 'vertex-2023-10-16', ...rest },
          contextFor(lab, model, COUNTER, false, true),
        );
  if (counted === null || isRefusal(counted)) {
    const made = envelope.refusal(counted ?? refuse('internal', 'Internal error encountered.'));
    send(exchange, made.status, ['content-type', 'application/json', ...made.headers], made.body);
  } else sendJson(exchange, 200, { input_tokens: counted.inputTokens });
}
