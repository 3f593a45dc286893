// Amazon Bedrock Runtime: InvokeModel, InvokeModelWithResponseStream and CountTokens for Claude, and Converse. SigV4 or an API key; the
// model stands in the path and must be an inference profile (to count: the foundation model itself), `anthropic_version`
// in the body; answers stream in AWS event-stream framing.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
import { parseAnthropic } from '../dialects/anthropic-request.ts';
import { isFields, isText, type Fields } from '../dialects/fields.ts';
import type { Payload } from '../dialects/payload.ts';
import { SITE_FACTS } from '../endpoints.ts';
import type { Lab } from '../lab.ts';
import { bedrockModel, PROFILE_REGIONS } from '../model/catalogue.ts';
import type { Counts, Prompt } from '../model/prompt.ts';
import { isRefusal, refuse, type Refusal } from '../model/refusal.ts';
import { serve, type Envelope, type HeaderFacts, type Resolved } from '../serve.ts';
import { parseJson, sendJson, type Exchange } from '../wire/exchange.ts';
import { awsEventStream } from '../wire/framing.ts';
import { unknownBeta } from './betas.ts';
import { converseEnvelope } from './bedrock-converse.ts';
import { authorise, BODY_BYTES, refusalOf, sendRefusal } from './bedrock-door.ts';
import { anthropicId, uuidOf } from './cloud.ts';

const PATH = /^\/model\/([^/]+)\/(invoke|invoke-with-response-stream)$/;
const COUNT_PATH = /^\/model\/([^/]+)\/count-tokens$/;
export function bedrockCloud(exchange: Exchange, lab: Lab): void {
  const requestId = uuidOf(lab.requestDraw());
  const counted = COUNT_PATH.exec(exchange.path);
  if (counted !== null) return count(exchange, lab, decodeURIComponent(counted[1] ?? ''), requestId);
  const converse = converseEnvelope(exchange, lab, requestId);
  if (converse !== null) return serve(lab, converse);
  const match = PATH.exec(exchange.path);
  if (match === null) return sendRefusal(exchange, refuse('not_found', 'Unknown operation.'), requestId);
  const asked = decodeURIComponent(match[1] ?? '');
  const stream = match[2] === 'invoke-with-response-stream';
  const { region } = SITE_FACTS[exchange.site];
  const body = parseJson(exchange.body);
  const envelope: Envelope = {
    exchange,
    requestId,
    dialect: 'anthropic-messages',
    framing: awsEventStream,
    asked,
    stream,
    toolIdPrefix: 'toolu_bdrk_01',
    messageId: (draw) => anthropicId('msg_bdrk_', draw),
    authorise: () => authorise(exchange, lab, region),
    resolve: () => resolve(exchange, lab, body, asked, stream, region),
    refusal: (refusal) => refusalOf(refusal, requestId),
    headers: (facts) => successHeaders(facts, requestId),
    finish: withMetrics,
  };
  serve(lab, envelope);
}

function successHeaders({ counts, stream, ms }: HeaderFacts, requestId: string): string[] {
  const headers = ['x-amzn-requestid', requestId];
  if (stream) return [...headers, 'x-amzn-bedrock-content-type', 'application/json'];
  headers.push('x-amzn-bedrock-invocation-latency', String(Math.max(1, Math.round(ms))));
  if (counts === null) return headers;
  return [
    ...headers,
    'x-amzn-bedrock-input-token-count',
    String(counts.input),
    'x-amzn-bedrock-output-token-count',
    String(counts.output),
    'x-amzn-bedrock-cache-read-input-token-count',
    String(counts.cacheRead),
    'x-amzn-bedrock-cache-write-input-token-count',
    String(counts.cacheWrite5m + counts.cacheWrite1h),
  ];
}

/** The last payload of a stream carries the service's own metrics beside the model's event. */
function withMetrics(payloads: Payload[], counts: Counts | null, ms: number): Payload[] {
  const last = payloads.at(-1);
  if (last === undefined || counts === null) return payloads;
  const metrics = {
    inputTokenCount: counts.input,
    outputTokenCount: counts.output,
    invocationLatency: Math.max(1, Math.round(ms)),
    firstByteLatency: Math.max(1, Math.round(ms)),
    cacheReadInputTokenCount: counts.cacheRead,
    cacheWriteInputTokenCount: counts.cacheWrite5m + counts.cacheWrite1h,
  };
  const json = `${last.json.slice(0, -1)},"amazon-bedrock-invocationMetrics":${JSON.stringify(metrics)}}`;
  return [...payloads.slice(0, -1), { ...last, json }];
}

function resolve(
  exchange: Exchange,
  lab: Lab,
  body: unknown,
  asked: string,
  stream: boolean,
  region: string,
): Resolved | Refusal {
  if (exchange.method !== 'POST') return refuse('method', 'Unknown operation.');
  if (exchange.tooLarge || exchange.body.length > BODY_BYTES) return refuse('too_large', 'Request body is too large.');
  const found = asked.startsWith('tape:')
    ? bedrockModel('us.anthropic.claude-sonnet-4-5-20250929-v1:0')
    : bedrockModel(asked);
  if (found === null) return refuse('model_unknown', 'The provided model identifier is invalid.');
  const { model, scope } = found;
  if (scope === '') {
    return refuse(
      'model_unknown',
      `Invocation of model ID ${asked.slice(0, 120)} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
    );
  }
  const regions = PROFILE_REGIONS[scope];
  if (regions === undefined || (scope !== 'global' && !asked.startsWith('tape:') && !regions.includes(region))) {
    return refuse('model_unknown', 'The provided model identifier is invalid.');
  }
  if (!isFields(body)) return refuse('invalid', 'Malformed input request, please reformat your input and try again.');
  const beta = unknownBeta(Array.isArray(body['anthropic_beta']) ? body['anthropic_beta'] : undefined, 'cloud');
  if (beta !== null) return refuse('invalid', 'invalid beta flag');
  // A profile serves from any region of its set; which one, only CloudTrail would say. The lab's ledger plays CloudTrail.
  const ran = regions[exchange.body.length % regions.length] ?? region;
  return {
    model,
    region: ran,
    reported: model.version,
    tier: () => null,
    geo: () => null,
    flavour: 'openai',
    parse: () =>
      parseAnthropic(body, { variant: 'bedrock', model, asked, stream, signer: lab.signer, counting: false }),
  };
}

/**
 * CountTokens: what InvokeModel would be sent, whole and in base64; by the id or ARN of a foundation model, no profile.
 * Models that are sold by profile only are not counted here.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html
 */
function count(exchange: Exchange, lab: Lab, asked: string, requestId: string): void {
  const caller = authorise(exchange, lab, SITE_FACTS[exchange.site].region);
  const counted = isRefusal(caller) ? caller : counting(exchange, lab, asked);
  if (isRefusal(counted)) return sendRefusal(exchange, counted, requestId);
  return sendJson(exchange, 200, { inputTokens: counted.inputTokens }, ['x-amzn-requestid', requestId]);
}

function counting(exchange: Exchange, lab: Lab, asked: string): Prompt | Refusal {
  if (exchange.method !== 'POST') return refuse('method', 'Unknown operation.');
  if (exchange.tooLarge) return refuse('too_large', 'Request body is too large.');
  const found = bedrockModel(asked);
  if (found === null) return refuse('model_unknown', 'The provided model identifier is invalid.');
  const { model, scope } = found;
  if (scope !== '' || model.adaptive) return refuse('invalid', "The provided model doesn't support counting tokens.");
  const body = invokeBody(parseJson(exchange.body));
  if (isText(body)) return refuse('invalid', body);
  const beta = unknownBeta(Array.isArray(body['anthropic_beta']) ? body['anthropic_beta'] : undefined, 'cloud');
  if (beta !== null) return refuse('invalid', 'invalid beta flag');
  return parseAnthropic(body, {
    variant: 'bedrock',
    model,
    asked,
    stream: false,
    signer: lab.signer,
    counting: false,
  });
}

/** The body inside a union of two members, of which the lab takes one; or what is wrong with it. */
function invokeBody(request: unknown): Fields | string {
  const input = isFields(request) ? request['input'] : undefined;
  if (!isFields(input) || Object.keys(input).length !== 1)
    return 'The value at input must have exactly one member of the union.';
  const invoke = input['invokeModel'];
  if (!isFields(invoke)) return 'The lab counts what `invokeModel` holds.';
  const encoded = invoke['body'];
  if (!isText(encoded) || !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded))
    return 'The value at input.invokeModel.body is not Base64.';
  if (encoded.length > BODY_BYTES) return `The value at input.invokeModel.body has more than ${BODY_BYTES} characters.`;
  const body = parseJson(Buffer.from(encoded, 'base64'));
  return isFields(body) ? body : 'Malformed input request, please reformat your input and try again.';
}
