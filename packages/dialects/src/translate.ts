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
import type { FormAnswer, FormRequest, Step } from './form/form.ts';
import { readOpenaiAnswer, writeOpenaiAnswer } from './form/openai-answer.ts';
import { readOpenaiRequest } from './form/openai-request-read.ts';
import { writeOpenaiRequest } from './form/openai-request-write.ts';
import { OpenaiStreamReader } from './form/openai-stream-read.ts';
import { OpenaiStreamWriter } from './form/openai-stream-write.ts';
import { readResponsesAnswer, type ResponsesWriting, writeResponsesAnswer } from './form/responses-answer.ts';
import { readResponsesRequest } from './form/responses-request-read.ts';
import { writeResponsesRequest } from './form/responses-request-write.ts';
import { ResponsesStreamReader } from './form/responses-stream-read.ts';
import { ResponsesStreamWriter } from './form/responses-stream-write.ts';
import { isRecord, recordOf, type JsonRecord } from './json-value.ts';
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
  const form = READERS[from](parseBody(body), losses);
  const written = WRITERS[to](form, facts, options, losses);
  const lost = checkFidelity({ from, to, features: losses.names, fidelity });
  return { body: Buffer.from(JSON.stringify(written), 'utf8'), lost };
}

const READERS: Readonly<Record<DialectId, (body: JsonRecord, losses: Losses) => FormRequest>> = {
  'anthropic-messages': readAnthropicRequest,
  'openai-chat': readOpenaiRequest,
  'openai-responses': readResponsesRequest,
};

type RequestWriter = (
  form: FormRequest,
  facts: RequestFacts,
  options: TranslateOptions,
  losses: Losses,
) => Record<string, unknown>;

const WRITERS: Readonly<Record<DialectId, RequestWriter>> = {
  'anthropic-messages': writeAnthropicRequest,
  'openai-chat': writeOpenaiRequest,
  'openai-responses': writeResponsesRequest,
};

export interface TranslatorOptions {
  /** Facts of the client's request, in the client's dialect. */
  readonly facts: RequestFacts;
  readonly requestId: string;
  /** Seconds since the epoch for a source that does not say when it answered; by default the time in `requestId`. */
  readonly created?: number;
  /** The client's own request as parsed: a response of the Responses dialect repeats what it said. */
  readonly request?: unknown;
}

/** Turns answers of the `from` (upstream) dialect into the `to` (client) dialect; one per attempt. */
export function createTranslator(from: DialectId, to: DialectId, options: TranslatorOptions): ResponseTranslator {
  if (from === to) throw new AppError('INTERNAL', `no translator is needed between ${from} and itself`);
  const losses = new Losses(from, to);
  const created = options.created ?? (isUlid(options.requestId) ? Math.floor(ulidTime(options.requestId) / 1000) : 0);
  const writing: ResponsesWriting = {
    created,
    requestId: options.requestId,
    request: recordOf(options.request) ?? {},
  };
  const steps = stepsOf(from, options.requestId, losses);
  const frames = framesOf(to, options.facts, writing, losses);
  const write = (list: readonly Step[]): ClientFrame[] => list.flatMap((step) => frames.write(step));
  return {
    event: (event: SseEvent) => write(steps.read(event)),
    end: () => write(steps.end()),
    whole: (body: Buffer) =>
      Buffer.from(JSON.stringify(writeAnswer(to, ANSWERS[from](parseAnswer(body), losses), writing, losses)), 'utf8'),
    get lost() {
      return losses.names;
    },
    get nextSequence() {
      return frames instanceof ResponsesStreamWriter ? frames.nextSequence : null;
    },
  };
}

function stepsOf(from: DialectId, requestId: string, losses: Losses): { read(event: SseEvent): Step[]; end(): Step[] } {
  switch (from) {
    case 'openai-chat':
      return new OpenaiStreamReader(losses, callPrefix(requestId));
    case 'openai-responses':
      return new ResponsesStreamReader(losses);
    case 'anthropic-messages':
      return new AnthropicStreamReader(losses);
  }
}

function framesOf(
  to: DialectId,
  { includeUsage }: RequestFacts,
  writing: ResponsesWriting,
  losses: Losses,
): { write(step: Step): ClientFrame[] } {
  switch (to) {
    case 'openai-chat':
      return new OpenaiStreamWriter({ includeUsage, created: writing.created });
    case 'openai-responses':
      return new ResponsesStreamWriter(writing, losses);
    case 'anthropic-messages':
      return new AnthropicStreamWriter();
  }
}

const callPrefix = (requestId: string): string => `call_${requestId.replace(/[^a-zA-Z0-9]/g, '')}`;

const ANSWERS: Readonly<Record<DialectId, (body: JsonRecord, losses: Losses) => FormAnswer>> = {
  'anthropic-messages': readAnthropicAnswer,
  'openai-chat': readOpenaiAnswer,
  'openai-responses': readResponsesAnswer,
};

function writeAnswer(to: DialectId, answer: FormAnswer, writing: ResponsesWriting, losses: Losses): JsonRecord {
  switch (to) {
    case 'openai-chat':
      return writeOpenaiAnswer(answer, writing.created);
    case 'openai-responses':
      return writeResponsesAnswer(answer, writing, losses);
    case 'anthropic-messages':
      return writeAnthropicAnswer(answer, losses);
  }
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
