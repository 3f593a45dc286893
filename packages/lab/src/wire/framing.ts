// How each vendor frames a streamed answer. The payload's bytes are the same under all of them; only what is put around
// them differs. Each framing also knows how its vendor reports an error after status 200, and what a broken frame is.
import type { Payload } from '../dialects/payload.ts';
import { encodeChunk, encodeEvent, encodeException } from './event-stream.ts';

export interface Framing {
  readonly contentType: string;
  frame(payload: Payload, n: number): string | Buffer;
  /** What closes an orderly stream, empty where nothing does. */
  readonly end: string;
  /** An error inside the stream. */
  error(): string | Buffer;
  /** A frame that no reader can parse. */
  broken(payload: Payload): string | Buffer;
}

const half = (text: string): string => text.slice(0, Math.max(1, Math.floor(text.length / 2)));

/** Anthropic: `event:` and `data:` lines; ends after `message_stop` of itself. Vertex and Foundry use the same. */
export const anthropicSse: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  frame: ({ event, json }) => `event: ${event}\ndata: ${json}\n\n`,
  end: '',
  error: () => 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
  broken: ({ event, json }) => `event: ${event}\ndata: ${half(json)}\n\n`,
};

/** OpenAI: `data:` lines, closed by `[DONE]`. */
export const openAiSse: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  frame: ({ json }) => `data: ${json}\n\n`,
  end: 'data: [DONE]\n\n',
  error: () =>
    'data: {"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}\n\n',
  broken: ({ json }) => `data: ${half(json)}\n\n`,
};

/** OpenAI's Responses: `event:` and `data:` lines; ends after its last response of itself. */
export const responsesSse: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  frame: ({ event, json }) => `event: ${event}\ndata: ${json}\n\n`,
  end: '',
  error: () =>
    'event: error\ndata: {"type":"error","sequence_number":9,"error":{"type":"server_error","code":"server_error","message":"The server had an error while processing your request. Sorry about that!","param":null}}\n\n',
  broken: ({ event, json }) => `event: ${event}\ndata: ${half(json)}\n\n`,
};

/** Bedrock: binary messages. A broken one has a byte of its payload flipped, so that its checksum is wrong. */
export const awsEventStream: Framing = {
  contentType: 'application/vnd.amazon.eventstream',
  frame: ({ json }, n) => encodeChunk(json, n),
  end: '',
  error: () =>
    encodeException(
      'internalServerException',
      'The system encountered an unexpected error during processing. Try your request again.',
    ),
  broken: ({ json }) => spoilt(encodeChunk(json, 0)),
};

/** Bedrock's Converse: each event under its own name. */
export const converseEventStream: Framing = {
  contentType: awsEventStream.contentType,
  frame: ({ event, json }) => encodeEvent(event, json),
  end: '',
  error: () =>
    encodeException('modelStreamErrorException', 'The model encountered an error while streaming. Try again.'),
  broken: ({ event, json }) => spoilt(encodeEvent(event, json)),
};

function spoilt(frame: Buffer): Buffer {
  const at = frame.length - 8;
  frame.writeUInt8((frame[at] ?? 0) ^ 0x55, at);
  return frame;
}
