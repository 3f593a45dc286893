// What the rest of the product may ask of a dialect. All of it is pure: bytes and values in, bytes and values out.
import type { DialectId, Usage } from '@weighbridge/protocol';

/** One event of a server-sent-events stream. `raw` is the exact bytes, terminator included. */
export interface SseEvent {
  readonly raw: Buffer;
  /** Value of `event:`; empty when the stream names none. */
  readonly event: string;
  /** Joined `data:` lines; empty for a comment or a bare ping. */
  readonly data: string;
  /** True for what was left when the stream ended inside an event (only `SseReader.end()` gives it). */
  readonly incomplete?: boolean;
}

/** One message of an AWS event stream. */
export interface EventStreamMessage {
  /** The message as it came, checksums included. */
  readonly raw: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

/** Facts of a request, read once from its parsed body. */
export interface RequestFacts {
  readonly dialect: DialectId;
  readonly model: string;
  readonly stream: boolean;
  /** `max_tokens` / `max_completion_tokens` / `max_output_tokens`, when the caller named one. */
  readonly maxOutputTokens?: number;
  /** OpenAI `stream_options.include_usage`. */
  readonly includeUsage: boolean;
  /** JSON text of the OpenAI `stream_options` object as sent, so that adding `include_usage` keeps its other members. */
  readonly streamOptions?: string;
  /** Objects of a Converse request that an adapter may add a member to, as sent. */
  readonly members?: Readonly<Partial<Record<'inferenceConfig' | 'additionalModelRequestFields', object>>>;
  /** Names of the capability table that this request uses, sorted. */
  readonly features: readonly string[];
  /** OpenAI `user` / `safety_identifier`, Anthropic `metadata.user_id`. */
  readonly endUser?: string;
  /** Uses the request allows of tools that the seller bills apart; `null` where it names no bound. */
  readonly serverTools: Readonly<Record<string, number | null>>;
  /** How many answers are asked for (OpenAI `n`), at least 1. */
  readonly choices: number;
  /** Bytes of the body that the facts were read from. */
  readonly bodyBytes?: number;
}

/** Edits of named top-level fields of a JSON object body; everything else keeps its bytes. */
export interface Splice {
  /** Field name → JSON text of the value. Replaced where it stands, else added first in the object. */
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

/**
 * What a stream event means to the pipeline.
 * `prelude`: nothing a caller would miss yet (`message_start`, an empty first delta, an empty `content_block_start`);
 * `ping`: keep-alive; `content`: text, thinking, a tool call, anything that must not be repeated;
 * `tail`: after the content, before the end (`message_delta`, a usage chunk);
 * `usage_only`: an OpenAI chunk with empty `choices` that only carries usage (removed when the client did not ask);
 * `terminal`: `message_stop`, `[DONE]`, `response.completed`, the last of Converse's two; `error`: the cloud reports failure inside the stream.
 */
export type EventMeaning = 'prelude' | 'ping' | 'content' | 'tail' | 'usage_only' | 'terminal' | 'error';

/** What a response told about itself, gathered while it passes. */
export interface ResponseFacts {
  readonly id: string | null;
  readonly model: string | null;
  readonly stopReason: string | null;
  readonly refused: boolean;
  readonly usage: Usage;
  /** System fingerprint, service tier and other fields an adapter may keep as evidence, verbatim. */
  readonly fields: Readonly<Record<string, string>>;
  /** Error the cloud reported in the body or in the stream. */
  readonly error: { readonly type: string; readonly message: string } | null;
  /** Bytes of text, thinking and tool arguments seen: the basis of an estimate when a call breaks off. */
  readonly contentBytes: number;
  readonly contentEvents: number;
  /**
   * Work that another model did inside this answer (Anthropic advisor, a fall-back's declined hop): billed at that
   * model's own price, so never part of `usage.tokens`. Absent when there was none.
   */
  readonly inner?: readonly InnerUsage[];
  /** Number that the next event of a Responses stream would bear. */
  readonly nextSequence?: number;
}

/** One iteration of an answer that another model served. */
export interface InnerUsage {
  /** The vendor's word: `advisor_message`, `message`, … */
  readonly kind: string;
  readonly model: string;
  readonly usage: Usage;
}

/** Reads a response in its own dialect without changing it. One tap per attempt. */
export interface ResponseTap {
  /** A stream event; says what it means. Never throws on unknown events; a payload that is not JSON is `error`. */
  event(event: SseEvent): EventMeaning;
  /** The whole body of a response that is not a stream. */
  whole(body: Buffer): void;
  facts(): ResponseFacts;
}

/** What a translation may draw on besides the body. */
export interface TranslateOptions {
  /** Ceiling for the answer when the caller names none (the route's or the deployment's own): Anthropic requires one. */
  readonly maxOutputTokens?: number;
  /** Model id as the cloud calls it: decides how a reasoning effort is said to Claude. Absent: as to its newest models. */
  readonly model?: string;
  /** Field that carries the ceiling to a Chat server; by default `max_completion_tokens`. */
  readonly ceilingField?: 'max_tokens' | 'max_completion_tokens';
}

/** How much may be lost in translation. `default`: strict for tools, schemas and media, warn for the rest. */
export type Fidelity = 'strict' | 'warn' | 'default';

export interface TranslatedRequest {
  readonly body: Buffer;
  /** Capability names that did not survive (only under `warn`/`default`). */
  readonly lost: readonly string[];
}

/** A frame for the client in its own dialect. */
export interface ClientFrame {
  readonly bytes: Buffer;
  readonly meaning: EventMeaning;
  /** Of an `error`: its message. */
  readonly message?: string;
}

/** Turns the answer of the upstream dialect into the client's. One per attempt. */
export interface ResponseTranslator {
  event(event: SseEvent): readonly ClientFrame[];
  /** Frames still owed when the upstream ends in order. */
  end(): readonly ClientFrame[];
  whole(body: Buffer): Buffer;
  /** Capability names of the answer that did not survive. */
  readonly lost: readonly string[];
  /** Number that the next frame of a Responses stream would bear; null for other dialects. */
  readonly nextSequence: number | null;
}

/** An error in the caller's own dialect. */
export interface DialectError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}
