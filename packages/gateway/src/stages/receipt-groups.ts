// The three groups of a call's entry as canonical JSON. Literals stand in sorted key order, so that `JSON.stringify`
// gives RFC 8785 text without sorting anything on the hot path; a property test holds this against `canonicalJson`.
// Text that came from outside is made well-formed and cut to its bound: a receipt is never lost for a vendor's string.
import { createHash } from 'node:crypto';
import { LIMITS, moneyToDecimal, type AppError } from '@weighbridge/kernel';
import type { AttemptRecord, CallPublic, Charge, Cost, Served, Timing, Usage } from '@weighbridge/protocol';
import { toMicros, type AttemptDraft, type Call } from '../pipeline/call.ts';

/** What only the end of a call knows. */
export interface Ending {
  readonly error: AppError | null;
  readonly endedAt: number;
  readonly endedMono: number;
  readonly responseDigest: string | null;
  readonly responseBytes: number;
}

/** Written once per call: the intent and the receipt hold the same text. */
export function whoGroup(call: Call): string {
  if (call.whoText === '') call.whoText = JSON.stringify({ who: call.who });
  return call.whoText;
}

/** Written once per call, as `who` is. */
export function askedText(call: Call): string {
  if (call.askedText === '') call.askedText = JSON.stringify(asked(call));
  return call.askedText;
}

export function publicGroup(call: Call, ending: Ending): string {
  const { error } = ending;
  const made: Draft<CallPublic> = {};
  made.attempts = call.attempts.map(attempt);
  if (error !== null) made.error = { code: error.code, message: bounded(error.message) };
  if (call.lost.length > 0) made.lost = call.lost.map(bounded);
  made.outcome = call.outcome;
  if (ending.responseDigest !== null) {
    made.response_bytes = ending.responseBytes;
    made.response_digest = ending.responseDigest;
  }
  made.served = call.served === null ? null : served(call.served);
  made.simulated = isSimulated(call);
  made.status = call.status;
  const stopReason = call.answer?.stopReason ?? null;
  if (stopReason !== null) made.stop_reason = bounded(stopReason);
  made.timing = timing(call, ending);
  made.usage = call.usage === null ? null : usage(call.usage);
  const rest = JSON.stringify(made);
  // `asked` sorts first, and its text is there already.
  return `{"asked":${askedText(call)},${rest.slice(1)}`;
}

export function commercialGroup(call: Call): string {
  const { rated } = call;
  return JSON.stringify({
    budget: call.budgeted
      ? { currency: 'USD', reserved: moneyToDecimal(call.reservedTotal), settled: moneyToDecimal(call.settledTotal) }
      : undefined,
    charges: rated === null ? [] : rated.charges.map(charge),
    cost: rated === null ? NO_COST : cost(rated.cost),
    decided: call.decision?.digest ?? '',
  });
}

/** A call that nothing served cost nothing, and that is known exactly. Keys in sorted order. */
const NO_COST: Cost = { billed: '0', contracted: '0', currency: 'USD', list: '0', status: 'exact' };

function asked(call: Call): object {
  const { facts } = call;
  return {
    alias: bounded(call.alias),
    features: facts === null ? [] : facts.features,
    max_output_tokens: facts?.maxOutputTokens,
    request_bytes: call.body.length,
    request_digest: call.requestDigest,
    stream: facts?.stream ?? false,
    surface: call.surface,
  };
}

// Members that are absent are left out rather than set to undefined: `JSON.stringify` is twice as fast for it.
type Draft<T> = { -readonly [K in keyof T]?: unknown };

function attempt(draft: AttemptDraft): object {
  const made: Draft<AttemptRecord> = {};
  if (draft.connect_ms !== undefined) made.connect_ms = draft.connect_ms;
  made.deployment = draft.deployment;
  made.edits = draft.edits.map(bounded);
  if (draft.error !== undefined) made.error = draft.error;
  if (draft.fault !== undefined) made.fault = draft.fault;
  made.started_ms = draft.started_ms;
  if (draft.status !== undefined) made.status = draft.status;
  if (draft.ttfb_ms !== undefined) made.ttfb_ms = draft.ttfb_ms;
  if (draft.usage !== undefined) made.usage = usage(draft.usage);
  if (draft.vendor_request_id !== undefined) made.vendor_request_id = bounded(draft.vendor_request_id);
  return made;
}

function served(value: Served): object {
  return {
    biller: value.biller,
    capacity: value.capacity,
    cloud: value.cloud,
    deployment: value.deployment,
    developer: value.developer,
    evidence: sortedText(value.evidence),
    fallback: value.fallback,
    host: value.host,
    model_reported: value.model_reported === null ? null : bounded(value.model_reported),
    model_requested: bounded(value.model_requested),
    operator: value.operator,
    processor: value.processor,
    region: {
      configured: bounded(value.region.configured),
      grade: value.region.grade,
      reported: value.region.reported === null ? null : bounded(value.region.reported),
    },
    seller: value.seller,
    sla_provider: value.sla_provider,
    tier: bounded(value.tier),
  } satisfies { [K in keyof Served]: unknown };
}

export function usage(value: Usage): object {
  const made: Draft<Usage> = {};
  if (value.inference_geo !== undefined) made.inference_geo = bounded(value.inference_geo);
  made.raw = value.raw === null ? null : inlineOrDigest(value.raw);
  if (value.server_tools !== undefined) made.server_tools = sortedCounts(value.server_tools);
  made.source = value.source;
  if (value.speed !== undefined) made.speed = bounded(value.speed);
  if (value.tier !== undefined) made.tier = bounded(value.tier);
  made.tokens = sortedCounts(value.tokens);
  return made;
}

function timing(call: Call, ending: Ending): object {
  const offset = call.startedAt - call.startedMono;
  const made: Draft<Timing> = {};
  if (call.chunks > 0) made.chunks = call.chunks;
  made.ended = Math.round(ending.endedAt);
  if (call.firstByteMono >= 0) made.first_byte = Math.round(offset + call.firstByteMono);
  if (call.firstTokenMono >= 0) made.first_token = Math.round(offset + call.firstTokenMono);
  if (call.chunks > 1) made.gap_max_ms = toMicros(call.gapMaxMs);
  made.gateway_ms = gatewayMs(call, ending.endedMono);
  if (call.lastTokenMono >= 0) made.last_token = Math.round(offset + call.lastTokenMono);
  made.started = Math.round(call.startedAt);
  const perToken = timePerOutputToken(call);
  if (perToken !== undefined) made.tpot_ms = perToken;
  if (call.firstTokenMono >= 0) made.ttft_ms = call.since(call.firstTokenMono);
  return made;
}

/** From the whole request to the first dispatch, and from the last upstream byte to the end. */
export function gatewayMs(call: Call, endedMono: number): number {
  const from = call.receivedMono === 0 ? call.startedMono : call.receivedMono;
  const before = (call.dispatchedMono === 0 ? endedMono : call.dispatchedMono) - from;
  const after = call.dispatchedMono === 0 || call.lastByteMono < 0 ? 0 : endedMono - call.lastByteMono;
  return toMicros(Math.max(0, before + after));
}

function timePerOutputToken(call: Call): number | undefined {
  if (call.usage === null || call.firstTokenMono < 0) return undefined;
  const tokens = (call.usage.tokens.output ?? 0) + (call.usage.tokens.reasoning ?? 0);
  return tokens > 1 && call.lastTokenMono > call.firstTokenMono
    ? toMicros((call.lastTokenMono - call.firstTokenMono) / (tokens - 1))
    : undefined;
}

function charge(value: Charge): object {
  return {
    contracted: value.contracted,
    currency: value.currency,
    list: value.list,
    note: optional(value.note),
    price: value.price === null ? null : priceReference(value.price),
    quantity: value.quantity,
    token_class: value.token_class,
    unit_price: value.unit_price,
  } satisfies { [K in keyof Charge]: unknown };
}

/** The list row beside a contract's: without it nobody could compute the list amount again. */
const priceReference = ({ book, list_row, row }: NonNullable<Charge['price']>): object =>
  list_row === undefined ? { book, row } : { book, list_row, row };

const cost = (value: Cost): object => ({
  billed: value.billed,
  contracted: value.contracted,
  currency: value.currency,
  list: value.list,
  status: value.status,
});

/** True when what served, or else all that could have, is simulated. */
export function isSimulated(call: Call): boolean {
  if (call.target !== null) return call.target.deployment.simulated;
  const targets = call.plan?.targets ?? [];
  return targets.length > 0
    ? targets.every((target) => target.deployment.simulated)
    : call.compiled.snapshot.log !== 'live';
}

const optional = (text: string | null | undefined): string | undefined =>
  text === null || text === undefined ? undefined : bounded(text);

/** Well-formed and at most `LIMITS.field_bytes` characters; what is longer ends in an ellipsis. */
export function bounded(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.length <= LIMITS.field_bytes ? whole : `${whole.slice(0, LIMITS.field_bytes - 1).toWellFormed()}…`;
}

/** Raw usage beyond the inline bound is represented by its digest. */
function inlineOrDigest(raw: string): string {
  if (raw.length <= LIMITS.inline_bytes) return raw.toWellFormed();
  return JSON.stringify({
    bytes: Buffer.byteLength(raw),
    sha256: createHash('sha256').update(raw).digest('base64url'),
  });
}

/** Sorts by UTF-16 code units, in place: for a handful of names this is several times cheaper than `sort`. */
function inOrder(names: string[]): string[] {
  if (names.length > FEW) return names.sort();
  for (let i = 1; i < names.length; i += 1) {
    const name = names[i] ?? '';
    let at = i;
    for (; at > 0 && (names[at - 1] ?? '') > name; at -= 1) names[at] = names[at - 1] ?? '';
    names[at] = name;
  }
  return names;
}

const FEW = 24;

function sortedCounts(counts: Readonly<Partial<Record<string, number>>>): Record<string, number> {
  const sorted: Record<string, number> = {};
  for (const name of inOrder(Object.keys(counts))) {
    const count = counts[name];
    if (count !== undefined) sorted[name] = count;
  }
  return sorted;
}

/**
 * At most 32 names. Names are bounded before they are sorted, since that can change their order; one that looks like an
 * array index would jump the order, and `__proto__` would vanish, so these get a prefix.
 */
function sortedText(texts: Readonly<Record<string, string>>): Record<string, string> {
  const named: Record<string, string> = {};
  for (const name in texts) named[bounded(UNSAFE_NAME.test(name) ? `#${name}` : name)] = texts[name] ?? '';
  const sorted: Record<string, string> = {};
  for (const name of inOrder(Object.keys(named)).slice(0, LIMITS.tags_count)) sorted[name] = bounded(named[name] ?? '');
  return sorted;
}

const UNSAFE_NAME = /^(?:\d|__proto__$)/;
