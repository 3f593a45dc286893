// A receipt as spans, in the JSON form of OTLP and by the GenAI conventions of OpenTelemetry
// (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/, development, 1.41): one for the call, one for each
// attempt at a seller. Made after the fact from what was sealed: no content, no person, no key.
import { ownTraceId, spanIdOf } from '@weighbridge/gateway';
import { usageTotals, type AttemptRecord } from '@weighbridge/protocol';
import { PROVIDERS } from './call-metrics.ts';
import type { SeenCall } from './seen-call.ts';

type Value =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean };
interface Attribute {
  readonly key: string;
  readonly value: Value;
}
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code: number; readonly message?: string };
}

const SERVER = 2;
const CLIENT = 3;
const FAILED = 2;

/** Of a call that came without a trace: always the same one for the same call. */
export const traceIdOf = ({ id, trace }: Pick<SeenCall, 'id' | 'trace'>): string => trace ?? ownTraceId(id);

/** Whether the trace is among the share that is kept: all its spans are, or none, on every node alike. */
export const isSampled = (traceId: string, share: number): boolean =>
  share >= 1 || Number.parseInt(traceId.slice(-8), 16) / 2 ** 32 < share;

export function spansOf(seen: SeenCall): readonly Span[] {
  const { id, call, cost, route } = seen;
  const { asked, served, timing, usage, outcome, status, error, stop_reason: stop } = call;
  const traceId = traceIdOf(seen);
  const total = usage === null ? null : usageTotals(usage);
  const root: Span = {
    traceId,
    spanId: spanIdOf(id),
    ...(seen.parent === null ? {} : { parentSpanId: seen.parent }),
    name: `chat ${served?.model_requested ?? (route || 'unrouted')}`,
    kind: SERVER,
    startTimeUnixNano: nano(timing.started),
    endTimeUnixNano: nano(Math.max(timing.started, timing.ended)),
    attributes: attributes({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': served === null ? undefined : (PROVIDERS[served.cloud] ?? served.cloud),
      'gen_ai.request.model': served?.model_requested,
      'gen_ai.response.model': served?.model_reported ?? undefined,
      'gen_ai.request.max_tokens': asked.max_output_tokens,
      'gen_ai.request.stream': asked.stream,
      'gen_ai.usage.input_tokens': total?.prompt,
      'gen_ai.usage.output_tokens': total?.completion,
      'gen_ai.usage.cache_read.input_tokens': usage?.tokens.cache_read,
      'gen_ai.response.finish_reasons': stop,
      'error.type': error?.code,
      'http.response.status_code': status,
      'weighbridge.receipt': id,
      'weighbridge.route': route,
      'weighbridge.deployment': served?.deployment,
      'weighbridge.outcome': outcome,
      'weighbridge.cost': cost.billed ?? undefined,
      'weighbridge.cost.currency': cost.billed === null ? undefined : cost.currency,
      'weighbridge.ttft_ms': timing.ttft_ms,
      'weighbridge.gateway_ms': timing.gateway_ms,
      'weighbridge.simulated': call.simulated,
    }),
    status: error === undefined ? { code: 0 } : { code: FAILED, message: error.code },
  };
  return [root, ...call.attempts.map((attempt, index) => attemptSpan(seen, traceId, attempt, index))];
}

function attemptSpan({ id, call }: SeenCall, traceId: string, attempt: AttemptRecord, index: number): Span {
  const { started, ended } = call.timing;
  const from = started + attempt.started_ms;
  const next = call.attempts[index + 1];
  const to = next === undefined ? Math.max(from, ended) : Math.max(from, started + next.started_ms);
  return {
    traceId,
    spanId: spanIdOf(id, index),
    parentSpanId: spanIdOf(id),
    name: `attempt ${attempt.deployment}`,
    kind: CLIENT,
    startTimeUnixNano: nano(from),
    endTimeUnixNano: nano(to),
    attributes: attributes({
      'weighbridge.deployment': attempt.deployment,
      'http.response.status_code': attempt.status,
      'error.type': attempt.error,
      'weighbridge.fault': attempt.fault,
      'weighbridge.connect_ms': attempt.connect_ms,
      'weighbridge.ttfb_ms': attempt.ttfb_ms,
    }),
    status: attempt.error === undefined ? { code: 0 } : { code: FAILED, message: attempt.error },
  };
}

const nano = (ms: number): string => String(BigInt(Math.round(ms * 1000)) * 1000n);

/** What is not known is left out. */
function attributes(all: Readonly<Record<string, string | number | boolean | undefined>>): readonly Attribute[] {
  return Object.entries(all).flatMap(([key, value]): Attribute[] => {
    if (value === undefined || value === '') return [];
    if (typeof value === 'string') return [{ key, value: { stringValue: value } }];
    if (typeof value === 'boolean') return [{ key, value: { boolValue: value } }];
    return [{ key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } }];
  });
}
