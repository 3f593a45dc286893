// Translation: read the source dialect into the form, write the form into the target's. The original is never touched,
// and what the target cannot say is either refused or reported, as the caller's fidelity asks.
import { AppError, isUlid, ulidTime } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import { checkFidelity, Losses } from './capabilities.ts';
import { readAnthropicAnswer, writeAnthropicAnswer } from './form/anthropic-answer.ts';
import { readAnthropicRequest } from './form/anthropic-request-read.ts';
import { writeAnthropicRequest } from './form/anthropic-request-write.ts';
import { AnthropicStreamReader } from './form/anthropic-stream-read.ts';
import { AnthropicStreamWriter } from './form/anthropic-stream-write.ts';
import { parseBody, parseExact } from './form/exact-json.ts';
import type { Step } from './form/form.ts';
import { readOpenaiAnswer, writeOpenaiAnswer } from './form/openai-answer.ts';
import { readOpenaiRequest } from './form/openai-request-read.ts';
import { writeOpenaiRequest } from './form/openai-request-write.ts';
import { OpenaiStreamReader } from './form/openai-stream-read.ts';
import { OpenaiStreamWriter } from './form/openai-stream-write.ts';
import { isRecord, type JsonRecord } from './json-value.ts';
import type {
  ClientFrame,
  Fidelity,
  RequestFacts,
  ResponseTranslator,
  SseEvent,
  TranslatedRequest,
  TranslateOptions,
} from './types.ts';

/**
 * The request in the target's dialect. The same dialect on both sides gives the same buffer.
 * Throws `FEATURE_UNSUPPORTED` as `checkFidelity` does, `BODY_NOT_JSON`, and `BAD_REQUEST`, naming the field, when the
 * request is malformed in its own dialect or when the target needs a token ceiling and nobody named one.
 */
export function translateRequest(
  from: DialectId,
  to: DialectId,
  body: Buffer,
  facts: RequestFacts,
  fidelity: Fidelity,
  options: TranslateOptions = {},
): TranslatedRequest {
  if (from === to) return { body, lost: [] };
  const losses = new Losses(from, to);
  const parsed = parseBody(body);
  const written =
    from === 'openai-chat'
      ? writeAnthropicRequest(readOpenaiRequest(parsed, losses), facts, options, losses)
      : writeOpenaiRequest(readAnthropicRequest(parsed, losses), facts, options, losses);
  const lost = checkFidelity({ from, to, features: losses.names, fidelity });
  return { body: Buffer.from(JSON.stringify(written), 'utf8'), lost };
}

export interface TranslatorOptions {
  /** Facts of the client's request, in the client's dialect. */
  readonly facts: RequestFacts;
  readonly requestId: string;
  /** Seconds since the epoch for a source that does not say when it answered; by default the time in `requestId`. */
  readonly created?: number;
}

/** Turns answers of the `from` (upstream) dialect into the `to` (client) dialect; one per attempt. */
export function createTranslator(from: DialectId, to: DialectId, options: TranslatorOptions): ResponseTranslator {
  if (from === to) throw new AppError('INTERNAL', `no translator is needed between ${from} and itself`);
  const losses = new Losses(from, to);
  const created = options.created ?? (isUlid(options.requestId) ? Math.floor(ulidTime(options.requestId) / 1000) : 0);
  const steps =
    from === 'openai-chat'
      ? new OpenaiStreamReader(losses, callPrefix(options.requestId))
      : new AnthropicStreamReader(losses);
  const frames =
    to === 'openai-chat'
      ? new OpenaiStreamWriter({ includeUsage: options.facts.includeUsage, created })
      : new AnthropicStreamWriter();
  const write = (list: readonly Step[]): ClientFrame[] => list.flatMap((step) => frames.write(step));
  return {
    event: (event: SseEvent) => write(steps.read(event)),
    end: () => write(steps.end()),
    whole: (body: Buffer) =>
      Buffer.from(JSON.stringify(translateAnswer(from, parseAnswer(body), created, losses)), 'utf8'),
    get lost() {
      return losses.names;
    },
  };
}

const callPrefix = (requestId: string): string => `call_${requestId.replace(/[^a-zA-Z0-9]/g, '')}`;

function translateAnswer(from: DialectId, body: JsonRecord, created: number, losses: Losses): JsonRecord {
  return from === 'openai-chat'
    ? writeAnthropicAnswer(readOpenaiAnswer(body, losses), losses)
    : writeOpenaiAnswer(readAnthropicAnswer(body, losses), created);
}

function parseAnswer(body: Buffer): JsonRecord {
  let value: unknown;
  try {
    value = parseExact(body.toString('utf8'));
  } catch (cause) {
    throw new AppError('UPSTREAM_MALFORMED', 'the upstream answer is not valid JSON', { cause });
  }
  if (!isRecord(value)) throw new AppError('UPSTREAM_MALFORMED', 'the upstream answer is not a JSON object');
  return value;
}
