// The one internal form between dialects. It is wider than each of them: whatever one side can say has a place here, in
// neutral words, and what only one side understands travels as a `foreign` part. Readers fill it, writers empty it, and
// a writer that cannot say something reports it by its name in the capability table.
import type { JsonRecord } from '../json-value.ts';

/** Where bytes of an image or document come from. `data` is base64. */
export type MediaSource =
  | { readonly from: 'data'; readonly mediaType: string; readonly data: string }
  | { readonly from: 'url'; readonly url: string }
  | { readonly from: 'file'; readonly id: string };

export type DocumentSource =
  | MediaSource
  | { readonly from: 'text'; readonly text: string }
  | { readonly from: 'parts'; readonly parts: readonly Part[] };

/** Anthropic's `cache_control` object, verbatim. */
export interface Cacheable {
  readonly cache?: JsonRecord;
}

export interface TextPart extends Cacheable {
  readonly kind: 'text';
  readonly text: string;
  /** Anthropic citations, verbatim. */
  readonly citations?: readonly unknown[];
}
export interface ImagePart extends Cacheable {
  readonly kind: 'image';
  readonly source: MediaSource;
  readonly detail?: string;
}
export interface DocumentPart extends Cacheable {
  readonly kind: 'document';
  readonly source: DocumentSource;
  readonly title?: string;
  readonly context?: string;
  readonly cite?: boolean;
}
export interface SearchResultPart extends Cacheable {
  readonly kind: 'search_result';
  readonly title: string;
  readonly source: string;
  readonly parts: readonly Part[];
  readonly cite?: boolean;
}
export interface AudioPart {
  readonly kind: 'audio';
}
export interface ToolCallPart extends Cacheable {
  readonly kind: 'tool_call';
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly input: string;
}
export interface ToolResultPart extends Cacheable {
  readonly kind: 'tool_result';
  readonly callId: string;
  readonly parts: readonly Part[];
  readonly isError: boolean;
}
export interface ThinkingPart {
  readonly kind: 'thinking';
  readonly text: string;
  /** Absent: the model does not sign. */
  readonly signature?: string;
}
export interface RedactedThinkingPart {
  readonly kind: 'redacted_thinking';
  readonly data: string;
}
export interface RefusalPart {
  readonly kind: 'refusal';
  readonly text: string;
}
/** A block that only Anthropic understands (server-run tools, fall-back marks, compaction), verbatim. */
export interface ForeignPart {
  readonly kind: 'foreign';
  readonly block: JsonRecord;
}

export type Part =
  | TextPart
  | ImagePart
  | DocumentPart
  | SearchResultPart
  | AudioPart
  | ToolCallPart
  | ToolResultPart
  | ThinkingPart
  | RedactedThinkingPart
  | RefusalPart
  | ForeignPart;

export interface Turn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly parts: readonly Part[];
}

export interface FormTool extends Cacheable {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the input; absent when the caller gave none. */
  readonly schema?: unknown;
  readonly strict?: boolean;
}

export type FormToolChoice =
  | { readonly mode: 'auto' | 'none' | 'any' }
  | { readonly mode: 'tool'; readonly name: string };

export interface FormSampling {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
}

/** What Chat and Responses share and no other maker's dialect has. */
export interface OpenaiOnly {
  /** Fields of the same name and meaning in both, verbatim. */
  readonly same: JsonRecord;
  readonly jsonObject: boolean;
  readonly verbosity?: string;
}

export interface FormRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly turns: readonly Turn[];
  readonly tools: readonly FormTool[];
  readonly toolChoice?: FormToolChoice;
  /** False: at most one tool call in an answer. */
  readonly parallelTools?: boolean;
  readonly sampling: FormSampling;
  readonly stop: readonly string[];
  /** JSON Schema that the answer must follow. */
  readonly schema?: {
    readonly name?: string;
    readonly description?: string;
    readonly schema: unknown;
    readonly strict?: boolean;
  };
  /** Anthropic's thinking configuration, verbatim. */
  readonly thinking?: JsonRecord;
  /** `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`. */
  readonly effort?: string;
  readonly endUser?: string;
  readonly serviceTier?: 'auto' | 'standard';
  /** `cache_control` of the request as a whole. */
  readonly cache?: JsonRecord;
  readonly openai?: OpenaiOnly;
}

// --- answers

/** Why the model stopped, in Anthropic's words (the richer of the two). */
export interface FormStop {
  /** `end_turn`, `max_tokens`, `stop_sequence`, `tool_use`, `pause_turn`, `refusal`, or what may yet be invented. */
  readonly reason: string;
  readonly sequence: string | null;
  /** Anthropic's `stop_details`, verbatim. */
  readonly details?: JsonRecord;
}

export interface FormAnswer {
  readonly id: string;
  readonly model: string;
  /** Seconds since the epoch; null when the source does not say. */
  readonly created: number | null;
  readonly parts: readonly Part[];
  /** The Anthropic blocks behind the parts, verbatim, when that is where they came from. */
  readonly blocks?: readonly JsonRecord[];
  readonly stop: FormStop | null;
  /** Usage in Anthropic's fields, the richer of the two; null when none was reported. */
  readonly usage: JsonRecord | null;
}

/** A step of a streamed answer. Parts open and close in order; a tool call's input comes as pieces of JSON text. */
export type Step =
  | {
      readonly step: 'start';
      readonly id: string;
      readonly model: string;
      readonly created: number | null;
      readonly usage: JsonRecord | null;
    }
  | { readonly step: 'open'; readonly part: OpenPart }
  | { readonly step: 'text'; readonly text: string }
  | { readonly step: 'thinking'; readonly text: string }
  | { readonly step: 'signature'; readonly signature: string }
  | { readonly step: 'input'; readonly json: string }
  | { readonly step: 'citation'; readonly citation: JsonRecord }
  /** A delta that only Anthropic understands, for the open part. */
  | { readonly step: 'foreign'; readonly delta: JsonRecord }
  | { readonly step: 'close' }
  | { readonly step: 'finish'; readonly stop: FormStop; readonly usage: JsonRecord | null }
  | { readonly step: 'ping' }
  | { readonly step: 'error'; readonly type: string; readonly message: string }
  | { readonly step: 'end' };

export type OpenPart =
  | { readonly kind: 'text' }
  | { readonly kind: 'thinking' }
  | { readonly kind: 'tool_call'; readonly id: string; readonly name: string }
  /** A block given whole at its start (server tools, redacted thinking, …), verbatim. */
  | { readonly kind: 'block'; readonly block: JsonRecord };
