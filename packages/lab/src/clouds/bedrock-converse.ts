// Amazon Bedrock Runtime: Converse and ConverseStream, for Claude and for the models of other makers. The model stands in
// the path; a stream is of events by name, each message with both of its checksums.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
import { parseConverse } from '../dialects/converse-request.ts';
import { SITE_FACTS } from '../endpoints.ts';
import type { Lab } from '../lab.ts';
import { converseModel } from '../model/bedrock-models.ts';
import { PROFILE_REGIONS } from '../model/catalogue.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import type { Envelope, Resolved } from '../serve.ts';
import { parseJson, type Exchange } from '../wire/exchange.ts';
import { converseEventStream } from '../wire/framing.ts';
import { authorise, BODY_BYTES, refusalOf } from './bedrock-door.ts';
import { unknownBeta } from './betas.ts';

const PATH = /^\/model\/([^/]+)\/(converse|converse-stream)$/;

/** The call as the lab serves it; null for any other path. */
export function converseEnvelope(exchange: Exchange, lab: Lab, requestId: string): Envelope | null {
  const match = PATH.exec(exchange.path);
  if (match === null) return null;
  const asked = decodeURIComponent(match[1] ?? '');
  const stream = match[2] === 'converse-stream';
  const { region } = SITE_FACTS[exchange.site];
  return {
    exchange,
    requestId,
    dialect: 'bedrock-converse',
    framing: converseEventStream,
    asked,
    stream,
    toolIdPrefix: 'tooluse_',
    messageId: () => requestId,
    authorise: () => authorise(exchange, lab, region),
    resolve: () => resolve(exchange, lab, asked, stream, region),
    refusal: (refusal) => refusalOf(refusal, requestId),
    headers: () => ['x-amzn-requestid', requestId],
  };
}

function resolve(exchange: Exchange, lab: Lab, asked: string, stream: boolean, region: string): Resolved | Refusal {
  if (exchange.method !== 'POST') return refuse('method', 'Unknown operation.');
  if (exchange.tooLarge || exchange.body.length > BODY_BYTES) return refuse('too_large', 'Request body is too large.');
  const tape = asked.startsWith('tape:');
  const found = converseModel(tape ? 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' : asked);
  if (found === null) return refuse('model_unknown', 'The provided model identifier is invalid.');
  const { model, scope, traits } = found;
  if (scope === '' && !traits.bare) {
    return refuse(
      'model_unknown',
      `Invocation of model ID ${asked.slice(0, 120)} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
    );
  }
  const regions = scope === '' ? [region] : PROFILE_REGIONS[scope];
  if (regions === undefined || (scope !== 'global' && !tape && !regions.includes(region)))
    return refuse('model_unknown', 'The provided model identifier is invalid.');
  const body = parseJson(exchange.body);
  const beta = unknownBeta(betasOf(body), 'cloud');
  if (beta !== null) return refuse('invalid', 'The model returned the following errors: invalid beta flag');
  return {
    model,
    region: regions[exchange.body.length % regions.length] ?? region,
    reported: model.version,
    tier: (prompt) => prompt.tier,
    geo: () => null,
    flavour: 'openai',
    parse: () => parseConverse(body, { model, traits, asked, stream, signer: lab.signer }),
  };
}

function betasOf(body: unknown): unknown[] | undefined {
  const fields = (body as { additionalModelRequestFields?: { anthropic_beta?: unknown } } | null)
    ?.additionalModelRequestFields;
  return Array.isArray(fields?.anthropic_beta) ? (fields.anthropic_beta as unknown[]) : undefined;
}
