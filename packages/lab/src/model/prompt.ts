// What the simulated model is asked and what it answers, free of any wire form. All dialects parse into a `Prompt` and
// are written from an `Answer`, so that one cloud's answer to a question is another's too.
import type { DialectId } from '@weighbridge/protocol';

export interface ToolSpec {
  readonly name: string;
  /** JSON Schema of its arguments. */
  readonly schema: unknown;
}

/** Content in the order that caching sees it: tools, system, messages. */
export interface CacheSegment {
  readonly text: string;
  readonly tokens: number;
  /** Set where the caller put a breakpoint after this segment. */
  readonly ttl: '5m' | '1h' | null;
}

/**
 * What a test asks of the model inside its prompt: `[lab tokens=200 say="…" tape=NAME think=50]`, or one call of a tool
 * with exactly these arguments, as base64url JSON: `[lab call=NAME args=eyJ…]`.
 */
export interface Directives {
  readonly tokens?: number;
  readonly say?: string;
  readonly tape?: string;
  readonly think?: number;
  readonly call?: string;
  readonly args?: string;
}

export interface Prompt {
  readonly dialect: DialectId;
  /** As the caller wrote it: body field or path. */
  readonly model: string;
  readonly stream: boolean;
  /** OpenAI `stream_options.include_usage`. */
  readonly includeUsage: boolean;
  readonly maxTokens: number | null;
  readonly stop: readonly string[];
  readonly lastUserText: string;
  readonly tools: readonly ToolSpec[];
  readonly toolChoice: 'auto' | 'any' | 'none' | { readonly name: string };
  readonly parallelTools: boolean;
  /** Texts of the tool results that the last message brings; empty when it brings none. */
  readonly toolResults: readonly string[];
  /** Tokens the model may think; null when thinking is off. */
  readonly thinking: number | null;
  /** A schema to obey, `null` schema for "any JSON object". */
  readonly format: { readonly schema: unknown } | null;
  readonly inputTokens: number;
  /** Anthropic: explicit breakpoints. OpenAI: one segment per message, cached by itself. Empty: nothing to cache. */
  readonly segments: readonly CacheSegment[];
  readonly choices: number;
  /** OpenAI `top_logprobs`; null when logprobs are off. */
  readonly logprobs: number | null;
  /** Tier asked for, verbatim. */
  readonly tier: string | null;
  readonly inferenceGeo: string | null;
  readonly directives: Directives;
  /** What only the Responses dialect asks. */
  readonly responses?: ResponsesAsked;
  /** What only Converse asks. */
  readonly converse?: ConverseAsked;
}

export interface ConverseAsked {
  /** The model signs what it thought. */
  readonly signs: boolean;
  /** A guardrail stands over the call, and whether its trace is asked for. */
  readonly guardrail: boolean;
  readonly trace: boolean;
}

export interface ResponsesAsked {
  /** The request's own fields, which a response repeats. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The answer is kept, and may be referred to. */
  readonly keep: boolean;
  /** `include: ["reasoning.encrypted_content"]`. */
  readonly encrypted: boolean;
  /** `reasoning.summary`. */
  readonly summary: boolean;
}

export type Block =
  | { readonly type: 'thinking'; readonly text: string; readonly signature: string }
  | { readonly type: 'redacted'; readonly data: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool'; readonly id: string; readonly name: string; readonly json: string };

export type Stop = 'end' | 'length' | 'tool' | 'stop_sequence' | 'refusal';

/** Counts that never overlap, but for `reasoning`, which is the part of `output` that was thought. */
export interface Counts {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number;
}

export interface Answer {
  readonly blocks: readonly Block[];
  readonly stop: Stop;
  readonly stopSequence: string | null;
  readonly output: number;
  readonly reasoning: number;
  /** What was thought but is no block of the answer (models that reason in secret); null when nothing was. */
  readonly thought: string | null;
}

const DIRECTIVE = /\[lab ((?:[a-z]+=(?:"[^"\]]*"|[^\s\]]+)\s*)+)\]/;
const SETTING = /([a-z]+)=(?:"([^"]*)"|(\S+))/g;
const TOKENS_CAP = 100_000;

/** Reads the `[lab …]` directive of a text; unknown words in it are ignored. */
export function directivesOf(text: string): Directives {
  if (!text.includes('[lab ')) return {};
  const found: { -readonly [name in keyof Directives]: Directives[name] } = {};
  for (const match of (DIRECTIVE.exec(text)?.[1] ?? '').matchAll(SETTING)) {
    const value = match[2] ?? match[3] ?? '';
    const count = Math.min(TOKENS_CAP, Number.parseInt(value, 10));
    if (match[1] === 'tokens' && count > 0) found.tokens = count;
    else if (match[1] === 'think' && count > 0) found.think = count;
    else if (match[1] === 'say') found.say = value;
    else if (match[1] === 'tape') found.tape = value;
    else if (match[1] === 'call') found.call = value;
    else if (match[1] === 'args') found.args = value;
  }
  return found;
}
