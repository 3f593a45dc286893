// A failure in the cloud's own words, on its way to the client. What was said is kept as it came and read only when it
// is told, since most failures are mended elsewhere. Error bodies are hostile input: what is delivered is bounded in
// depth, number and size, its text has passed `safe-text.ts`, and members that name an account are left out.
import type { VendorFault } from '@weighbridge/dialects';
import { AppError, LIMITS } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import type { Classified, Headers } from './cloud.ts';
import { RESET_HEADERS } from './retry-after.ts';
import { safeLines, safeText } from './safe-text.ts';
import { readVendorError } from './vendor-error.ts';

/** A failed answer, or an error event of a stream, as it arrived. */
export interface Said {
  readonly deployment: string;
  readonly dialect: DialectId;
  /** 0 for what was said inside a stream. */
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly requestId: string | null;
}

export class UpstreamError extends AppError {
  readonly #said: Said;
  readonly #classified: Classified;

  constructor(message: string, said: Said, classified: Classified) {
    const { type, retryAfterMs } = classified;
    const details = { type, status: said.status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    super(classified.code, message, { details });
    this.#said = said;
    this.#classified = classified;
  }

  /** The status to answer with where the cloud's own says more than ours: it judged the request, and not our set-up. */
  get status(): number | undefined {
    const { status } = this.#said;
    if (this.code === 'NOT_IMPLEMENTED') return undefined;
    return status >= 400 && status < 500 && OF_THE_REQUEST.has(this.#classified.fault) ? status : undefined;
  }

  /** What the cloud said, safe to show; undefined where it said nothing, or spoke of our own credential or account. */
  vendor(): VendorFault | undefined {
    if (this.#classified.fault === 'key') return undefined;
    if (readVendorError(this.#said.body).message === '') return undefined;
    return vendorFault(this.#said, this.#classified);
  }

  /** Times at which a rate limit ends, for a client of the cloud's own dialect. */
  resets(surface: DialectId): readonly string[] {
    const { dialect, headers } = this.#said;
    if (dialect !== surface || this.#classified.fault !== 'rate_limit') return [];
    return RESET_HEADERS.flatMap((name) => {
      const value = headers[name] ?? '';
      return TIME_SHAPE.test(value) ? [name, value] : [];
    });
  }
}

const OF_THE_REQUEST = new Set<Classified['fault']>(['client', 'rate_limit', 'model', 'region']);
const TIME_SHAPE = /^[\w:.+-]{1,64}$/;

type Bag = Readonly<Record<string, unknown>>;
const bagOf = (value: unknown): Bag | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : null;

const MEANINGS = ['window_exceeded', 'filtered', 'model_missing'] as const;

function vendorFault(said: Said, classified: Classified): VendorFault {
  const native = nativeError(said);
  const means = MEANINGS.find((one) => one === classified.means);
  const left = { chars: MEMBERS_CHARS };
  return {
    dialect: native === null ? null : said.dialect,
    type: nativeType(native?.error['type']) ?? classified.type,
    message: native === null ? classified.message : safeLines(String(native.error['message'])),
    members: native === null ? {} : members(native.error, ['message'], left),
    beside: native === null ? {} : members(native.body, NOT_BESIDE, left),
    ...(means === undefined ? {} : { means }),
    deployment: said.deployment,
    requestId: said.requestId === null ? null : safeText(said.requestId),
  };
}

const nativeType = (type: unknown): string | undefined =>
  typeof type === 'string' && type !== '' ? safeText(type) : undefined;

const NOT_BESIDE = ['type', 'error', 'request_id', 'object'];

/** The error object of a body in the dialect's own form; null for any other (a gate's, a proxy's, an exception). */
function nativeError({ dialect, body }: Said): { readonly body: Bag; readonly error: Bag } | null {
  const root = bagOf(parse(body));
  if (root === null) return null;
  const inner = bagOf(root['error']);
  if (dialect === 'anthropic-messages') {
    return root['type'] === 'error' && typeof inner?.['message'] === 'string' ? { body: root, error: inner } : null;
  }
  if (typeof inner?.['message'] === 'string') return { body: root, error: inner };
  // vLLM and NIM: {"object": "error", "message": …, "type": …, "param": …, "code": …}.
  const { object: kind, ...flat } = root;
  return kind === 'error' && typeof flat['message'] === 'string' ? { body: {}, error: flat } : null;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body.slice(0, LIMITS.error_body_bytes));
  } catch {
    return null;
  }
}

/** Bounds on what is delivered besides the message. */
const MEMBERS_CHARS = 8_192;
const TEXT_CHARS = 2_000;
const DEPTH = 6;
const WIDTH = 32;
const NAME_SHAPE = /^[A-Za-z@$][\w.@$:-]{0,63}$/;
/** Members that name whose account it is, or could hold its secret. */
const ACCOUNT_NAME =
  /^(?:organi[sz]ation|org|project|account|subscription|tenant|workspace|customer|consumer|principal|apikey|credentials?|secret|authorization|password|(?:access|bearer|session)?token)(?:id|name|arn|number)?$/;

interface Left {
  chars: number;
}

function members(from: Bag, except: readonly string[], left: Left, depth = 0): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(from).slice(0, WIDTH)) {
    if (except.includes(name) || !NAME_SHAPE.test(name)) continue;
    if (ACCOUNT_NAME.test(name.toLowerCase().replace(/[^a-z]/g, ''))) continue;
    const value = safeValue(from[name], left, depth);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

/** The value as it may be shown; undefined for one that goes beyond a bound. */
function safeValue(value: unknown, left: Left, depth: number): unknown {
  left.chars -= typeof value === 'string' ? value.length + 8 : 8;
  if (left.chars < 0 || depth > DEPTH) return undefined;
  if (typeof value === 'string') return value.length > TEXT_CHARS ? undefined : safeLines(value);
  if (Array.isArray(value)) {
    return value.slice(0, WIDTH).map((one: unknown) => safeValue(one, left, depth + 1) ?? null);
  }
  const bag = bagOf(value);
  return bag === null ? value : members(bag, [], left, depth + 1);
}
