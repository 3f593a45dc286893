// Amazon Bedrock by Converse and ConverseStream: one form for the models of every maker. The model stands in the path; the
// body leaves as the client wrote it but for the tier that the deployment is sold as and the betas that its list allows,
// which this API takes among the model's own fields.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
import { ConverseEvent, type EventStreamMessage, type Splice, type SseEvent } from '@weighbridge/dialects';
import { AppError } from '@weighbridge/kernel';
import type { Deployment } from '../deployment.ts';
import { inStream } from './aws-chunk.ts';
import { BEDROCK_BETAS } from './betas.ts';
import type { CallContext, Classified } from './cloud.ts';
import { splitBetas } from './messages-api.ts';
import type { TypeRules } from './verdict.ts';

/** Claude by its id or the id inside an ARN; an ARN that names no model is taken for one unless its dialect is given. */
export const isClaude = (model: string): boolean =>
  /(?:^|[./])anthropic\.|claude/.test(model) ||
  /^arn:[^/]+:(?:application-inference-profile|provisioned-model|default-prompt-router|prompt-router|imported-model)\//.test(
    model,
  );

/** Throws FEATURE_UNSUPPORTED for a wish that is billed at a price which the deployment does not name. */
export function converseEdits(call: CallContext, tiers: Readonly<Record<string, string>>): Splice {
  const { deployment, facts } = call;
  if (facts.features.includes('performance')) throw otherPrice(deployment.id);
  const set: Record<string, string> = {};
  const remove = ['model', 'stream'];
  const tier = Object.hasOwn(tiers, deployment.tier) ? tiers[deployment.tier] : undefined;
  if (tier !== undefined) set['serviceTier'] = JSON.stringify({ type: tier });
  const fields = withBetas(call);
  if (fields !== null && Object.keys(fields).length === 0) remove.push('additionalModelRequestFields');
  else if (fields !== null) set['additionalModelRequestFields'] = JSON.stringify(fields);
  return { set, remove };
}

const otherPrice = (id: string): AppError =>
  new AppError(
    'FEATURE_UNSUPPORTED',
    `the request asks for optimised latency, which is billed at a price of its own that "${id}" does not have`,
    { next: 'leave `performanceConfig` out', details: { features: ['performance'], param: 'performanceConfig' } },
  );

/** The model's own fields with the betas that pass; null when they stand there already. */
function withBetas(call: CallContext): Readonly<Record<string, unknown>> | null {
  const allowed = converseBetas(call).allowed;
  const fields = { ...call.facts.members?.additionalModelRequestFields } as Record<string, unknown>;
  const own: unknown = fields['anthropic_beta'];
  if (own === undefined && allowed.length === 0) return null;
  if (JSON.stringify(own) === JSON.stringify(allowed)) return null;
  delete fields['anthropic_beta'];
  return allowed.length === 0 ? fields : { ...fields, anthropic_beta: allowed };
}

/** Betas are Claude's; to the models of another maker none goes. */
export function converseBetas(call: CallContext): ReturnType<typeof splitBetas> {
  return splitBetas(call, isClaude(call.deployment.model) ? BEDROCK_BETAS : []);
}

/** One message of the stream as an event whose bytes are the message's own. Exceptions become classified failures. */
export function unwrapConverse(message: EventStreamMessage, types: TypeRules): SseEvent | Classified | null {
  const { headers, payload } = message;
  switch (headers[':message-type'] ?? 'event') {
    case 'exception':
      return inStream(headers[':exception-type'] ?? 'unknown', payload, types);
    case 'error': {
      const text = JSON.stringify({ message: headers[':error-message'] ?? '' });
      return inStream(headers[':error-code'] ?? 'unknown', Buffer.from(text), types);
    }
    default:
      return new ConverseEvent(message, headers[':event-type'] ?? '');
  }
}

/** What CountTokens is asked of a conversation: the parts of it that are read by the model. */
export function countInput(body: Buffer): Buffer {
  const { messages, system, toolConfig, additionalModelRequestFields } = JSON.parse(body.toString('utf8')) as Record<
    string,
    unknown
  >;
  return Buffer.from(
    JSON.stringify({ input: { converse: { messages, system, toolConfig, additionalModelRequestFields } } }),
  );
}

/** Path of the call behind the model. */
export const converseAction = (stream: boolean): string => (stream ? 'converse-stream' : 'converse');

/** Which dialect a deployment is spoken to in: what it says, else Claude by Invoke and all others by Converse. */
export const bedrockDialect = ({ dialect, model }: Deployment): 'anthropic-messages' | 'bedrock-converse' =>
  dialect === 'bedrock-converse' || (dialect === undefined && !isClaude(model))
    ? 'bedrock-converse'
    : 'anthropic-messages';
