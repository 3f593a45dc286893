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
import { ConverseStreamReader, readConverseAnswer, type Named } from './converse/answer-read.ts';
import { ConverseStreamWriter, writeConverseAnswer } from './converse/answer-write.ts';
import { readConverseRequest, messagesBodyOf } from './converse/request-read.ts';
import { writeConverseRequest } from './converse/request-write.ts';
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
  const parsed = parseBody(body);
  // The one reader that comes by way of another dialect: towards that one it is there already.
  const written =
    from === 'bedrock-converse' && to === 'anthropic-messages'
      ? messagesBodyOf(parsed, facts, options, losses)
      : WRITERS[to](READERS[from](parsed, losses), facts, options, losses);
  const lost = checkFidelity({ from, to, features: losses.names, fidelity });
  return { body: Buffer.from(JSON.stringify(written), 'utf8'), lost };
}

const READERS: Readonly<Record<DialectId, (body: JsonRecord, losses: Losses) => FormRequest>> = {
  'anthropic-messages': readAnthropicRequest,
  'openai-chat': readOpenaiRequest,
  'openai-responses': readResponsesRequest,
  'bedrock-converse': readConverseRequest,
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
  'bedrock-converse': writeConverseRequest,
};

export interface TranslatorOptions {
  /** Facts of the client's request, in the client's dialect. */
  readonly facts: RequestFacts;
  readonly requestId: string;
  /** Seconds since the epoch for a source that does not say when it answered; by default the time in `requestId`. */
  readonly created?: number;
  /** The client's own request as parsed: a response of the Responses dialect repeats what it said. */
  readonly request?: unknown;
  /** Model as the cloud calls it, for an answer that names none. */
  readonly model?: string;
  /** Milliseconds that the call has taken, for an answer that has to say so. */
  readonly elapsed?: () => number;
}

/** Turns answers of the `from` (upstream) dialect into the `to` (client) dialect; one per attempt. */
export function createTranslator(from: DialectId, to: DialectId, options: TranslatorOptions): ResponseTranslator {
  if (from === to) throw new AppError('INTERNAL', `no translator is needed between ${from} and itself`);
  const losses = new Losses(from, to);
  const created = options.created ?? (isUlid(options.requestId) ? Math.floor(ulidTime(options.requestId) / 1000) : 0);
  const writing: AnswerWriting = {
    created,
    requestId: options.requestId,
    request: recordOf(options.request) ?? {},
    elapsed: options.elapsed ?? atOnce,
  };
  const named = { id: `msg_${options.requestId}`, model: options.model ?? '' };
  const steps = stepsOf(from, options.requestId, named, losses);
  const frames = framesOf(to, options.facts, writing, losses);
  const write = (list: readonly Step[]): ClientFrame[] => list.flatMap((step) => frames.write(step));
  return {
    event: (event: SseEvent) => write(steps.read(event)),
    end: () => write(steps.end()),
    whole: (body: Buffer) =>
      Buffer.from(
        JSON.stringify(writeAnswer(to, readAnswer(from, parseAnswer(body), named, losses), writing, losses)),
        'utf8',
      ),
    get lost() {
      return losses.names;
    },
    get nextSequence() {
      return frames instanceof ResponsesStreamWriter ? frames.nextSequence : null;
    },
  };
}

interface AnswerWriting extends ResponsesWriting {
  readonly elapsed: () => number;
}

const atOnce = (): number => 0;

function stepsOf(
  from: DialectId,
  requestId: string,
  named: Named,
  losses: Losses,
): { read(event: SseEvent): Step[]; end(): Step[] } {
  switch (from) {
    case 'openai-chat':
      return new OpenaiStreamReader(losses, callPrefix(requestId));
    case 'openai-responses':
      return new ResponsesStreamReader(losses);
    case 'anthropic-messages':
      return new AnthropicStreamReader(losses);
    case 'bedrock-converse':
      return new ConverseStreamReader(named, losses);
  }
}

function framesOf(
  to: DialectId,
  { includeUsage }: RequestFacts,
  writing: AnswerWriting,
  losses: Losses,
): { write(step: Step): ClientFrame[] } {
  switch (to) {
    case 'openai-chat':
      return new OpenaiStreamWriter({ includeUsage, created: writing.created });
    case 'openai-responses':
      return new ResponsesStreamWriter(writing, losses);
    case 'anthropic-messages':
      return new AnthropicStreamWriter();
    case 'bedrock-converse':
      return new ConverseStreamWriter(writing.elapsed, losses);
  }
}

const callPrefix = (requestId: string): string => `call_${requestId.replace(/[^a-zA-Z0-9]/g, '')}`;

function readAnswer(from: DialectId, body: JsonRecord, named: Named, losses: Losses): FormAnswer {
  switch (from) {
    case 'openai-chat':
      return readOpenaiAnswer(body, losses);
    case 'openai-responses':
      return readResponsesAnswer(body, losses);
    case 'anthropic-messages':
      return readAnthropicAnswer(body, losses);
    case 'bedrock-converse':
      return readConverseAnswer(body, named, losses);
  }
}

function writeAnswer(to: DialectId, answer: FormAnswer, writing: AnswerWriting, losses: Losses): JsonRecord {
  switch (to) {
    case 'openai-chat':
      return writeOpenaiAnswer(answer, writing.created);
    case 'openai-responses':
      return writeResponsesAnswer(answer, writing, losses);
    case 'anthropic-messages':
      return writeAnthropicAnswer(answer, losses);
    case 'bedrock-converse':
      return writeConverseAnswer(answer, writing.elapsed, losses);
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
