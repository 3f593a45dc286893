// Pure translation between API dialects, incremental stream reading, usage extraction.
export type {
  ClientFrame,
  DialectError,
  EventMeaning,
  EventStreamMessage,
  Fidelity,
  RequestFacts,
  ResponseFacts,
  ResponseTap,
  ResponseTranslator,
  Splice,
  SseEvent,
  TranslatedRequest,
} from './types.ts';
