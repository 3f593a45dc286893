// Pure translation between API dialects, incremental stream reading, usage extraction.
export type {
  ClientFrame,
  DialectError,
  EventMeaning,
  EventStreamMessage,
  Fidelity,
  InnerUsage,
  RequestFacts,
  ResponseFacts,
  ResponseTap,
  ResponseTranslator,
  Splice,
  SseEvent,
  TranslatedRequest,
  TranslateOptions,
} from './types.ts';
export { SseReader, encodeSse } from './sse.ts';
export { EventStreamReader, encodeEventStreamMessage, type EventStreamHeaderValue } from './event-stream.ts';
export { canonicalRequest } from './canonical-request.ts';
export { spliceJson } from './splice.ts';
export { parseExact } from './form/exact-json.ts';
export { replayWhole } from './replay-whole.ts';
export { readRequest } from './request-facts.ts';
export { createTap } from './tap.ts';
export { messagesOfConverse } from './converse/request.ts';
export { ConverseEvent } from './tap-converse.ts';
export { createAnswerReader, type AnswerReader, type SaidAnswer } from './answer-reader.ts';
export { responsesErrorText } from './tap-responses.ts';
export { BYTES_PER_TOKEN, estimateUsage } from './estimate.ts';
export type { VendorFault } from './vendor-fault.ts';
export { REQUEST_ID_HEADERS, renderError, renderStreamError, type ErrorExtra, type ErrorForm } from './render-error.ts';
export type { CapabilityRow, Cell, DialectPair, Survival } from './capability-row.ts';
export { CAPABILITIES, capability, checkFidelity, type FidelityCheck } from './capabilities.ts';
export { createTranslator, translateRequest, type TranslatorOptions } from './translate.ts';
