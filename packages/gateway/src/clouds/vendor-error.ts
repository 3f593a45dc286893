// A failed answer in any vendor's shape, read into one. Error bodies are hostile input: bounded before parsing, and
// whatever leaves here has passed `safeText`. Shapes: Anthropic, OpenAI, Azure (both), Google (object and array), AWS,
// vLLM, TGI, Ollama and FastAPI; each is named beside the line that reads it.
import { LIMITS } from '@weighbridge/kernel';
import { durationMs } from './retry-after.ts';
import { safeText, safeType } from './safe-text.ts';

export interface VendorError {
  /** The vendor's error type or code, in its own spelling; empty when it named none. */
  readonly type: string;
  /** A second, finer code (OpenAI `code`, Azure `innererror.code`); empty when there is none. */
  readonly code: string;
  /** Bounded and redacted; empty when the body held no message. */
  readonly message: string;
  /** A delay stated in the body (Google `RetryInfo`, or a sentence). */
  readonly retryAfterMs?: number;
}

type Bag = Readonly<Record<string, unknown>>;

/** Never throws: a body that is not JSON, or of no known shape, has no type and no message. */
export function readVendorError(body: string): VendorError {
  const parsed = parse(body);
  const root = asBag(Array.isArray(parsed) ? parsed[0] : parsed);
  if (root === null) return { type: '', code: '', message: '' };
  const inner = asBag(root['error']);
  const error = inner ?? root;
  // TGI and old Ollama: {"error": "text", "error_type": "overloaded"}; FastAPI: {"detail": "text"}.
  const flat = firstText(root['error'], root['detail']);
  const message = firstText(error['message'], error['Message'], flat, root['message'], root['Message']);
  const wait = retryInfo(error) ?? sentence(message.slice(0, 2000));
  return {
    // Google says `status`; Azure a code and a null type; AWS `__type` with a name space; APIM a numeric statusCode.
    type: typeName(firstText(error['status'], error['type'], root['error_type'], root['__type'], error['code'])),
    code: typeName(firstText(asBag(error['innererror'])?.['code'], error['code'])),
    message: safeText(message),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body.slice(0, LIMITS.error_body_bytes));
  } catch {
    return null;
  }
}

function asBag(value: unknown): Bag | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : null;
}

function firstText(...candidates: readonly unknown[]): string {
  return candidates.find((value): value is string => typeof value === 'string' && value !== '') ?? '';
}

/** `com.amazon.coral.service#ThrottlingException` and `ThrottlingException:http://…` both name the exception. */
function typeName(text: string): string {
  const name = text.replace(/^[^#]*#/, '').replace(/:.*$/s, '');
  return name === '' ? '' : safeType(name);
}

function retryInfo(error: Bag): number | undefined {
  const details = error['details'];
  if (!Array.isArray(details)) return undefined;
  for (const detail of details.slice(0, 32)) {
    const delay = asBag(detail)?.['retryDelay'];
    if (typeof delay === 'string') return durationMs(delay);
  }
  return undefined;
}

/** "Please retry after 6 seconds." (Azure), "Please try again in 1.2s." (OpenAI). */
function sentence(message: string): number | undefined {
  const match =
    /(?:retry after|try again in) (\d{1,6}(?:\.\d{1,6})?) ?(ms|milliseconds?|s|seconds?|m|minutes?)\b/i.exec(message);
  if (match === null) return undefined;
  const unit = match[2] ?? '';
  return Math.ceil(Number(match[1]) * (/^m(s|illi)/i.test(unit) ? 1 : /^s/i.test(unit) ? 1000 : 60_000));
}
