// What every cloud that serves the OpenAI Chat Completions dialect shares: usage is asked for in streams (without it a
// streamed call has no weight), and the error codes. The pipeline removes the extra usage chunk on the way back when
// the client did not ask for it.
import type { Splice } from '@weighbridge/dialects';
import type { CallContext, Headers } from './cloud.ts';
import { shown } from './messages-api.ts';
import { checkStored } from './stored-content.ts';
import type { TypeRules } from './verdict.ts';

/** Response headers of this dialect that a client may see; the account's own rate limits and names are not among them. */
export const CHAT_PASS_HEADERS = [
  'openai-processing-ms',
  'openai-version',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
] as const;

/** https://platform.openai.com/docs/guides/error-codes, and the codes Azure adds. */
export const CHAT_TYPES: TypeRules = {
  invalid_request_error: 'wrong_request',
  invalid_api_key: 'key_refused',
  authentication_error: 'key_refused',
  insufficient_permissions: 'key_refused',
  organization_deactivated: 'key_refused',
  account_deactivated: 'key_refused',
  insufficient_quota: 'account_empty',
  billing_hard_limit_reached: 'account_empty',
  billing_not_active: 'account_empty',
  rate_limit_exceeded: 'rate_limited',
  resource_unavailable: 'rate_limited',
  slow_down: 'rate_limited',
  tokens: 'rate_limited',
  requests: 'rate_limited',
  context_length_exceeded: 'window_exceeded',
  string_above_max_length: 'window_exceeded',
  model_not_found: 'model_missing',
  unsupported_country_region_territory: 'region_refused',
  content_filter: 'filtered',
  content_policy_violation: 'filtered',
  ResponsibleAIPolicyViolation: 'filtered',
  invalid_prompt: 'wrong_request',
  // Another deployment of the route may be the one that keeps it, or that gave it.
  invalid_encrypted_content: 'feature_missing',
  previous_response_not_found: 'feature_missing',
  data_residency_mismatch: 'region_refused',
  vector_store_timeout: 'timeout',
  server_error: 'server_error',
  server_overloaded: 'overloaded',
  engine_overloaded: 'overloaded',
  timeout: 'timeout',
};

/** Model and streamed usage; the service tier only where the deployment is sold as one. Throws FEATURE_UNSUPPORTED, see `checkStored`. */
export function chatEdits(call: CallContext, options: { tiers: boolean; usage: boolean }): Splice {
  checkStored(call);
  const { deployment, facts } = call;
  const set: Record<string, string> = {};
  if (facts.model !== deployment.model) set['model'] = JSON.stringify(deployment.model);
  if (options.tiers && (deployment.tier === 'priority' || deployment.tier === 'flex')) {
    set['service_tier'] = JSON.stringify(deployment.tier);
  }
  if (options.usage && facts.stream && !facts.includeUsage) set['stream_options'] = withUsage(facts.streamOptions);
  return { set, remove: [] };
}

/** The client's own `stream_options` with `include_usage` set, its other members kept. */
function withUsage(options: string | undefined): string {
  const own: unknown = options === undefined ? {} : parse(options);
  const base = typeof own === 'object' && own !== null && !Array.isArray(own) ? own : {};
  return JSON.stringify({ ...base, include_usage: true });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** JSON in, JSON or SSE out. */
export const contentHeaders = (call: CallContext): Record<string, string> => ({
  'content-type': 'application/json',
  accept: call.facts.stream ? 'text/event-stream' : 'application/json',
});

/** The client's `idempotency-key`, if it is one; else its name among the withheld. */
export function idempotency(clientHeaders: Headers): {
  readonly headers: Headers;
  readonly withheld: readonly string[];
} {
  const key = clientHeaders['idempotency-key'];
  if (key === undefined) return { headers: {}, withheld: [] };
  if (/^[\u0021-\u007e]{1,255}$/.test(key)) return { headers: { 'idempotency-key': key }, withheld: [] };
  return { headers: {}, withheld: [`idempotency-key: ${shown(key)}`] };
}

/** Adds `withheld` only when there is something to say. */
export function withWithheld<T extends object>(
  request: T,
  withheld: readonly string[],
): T & { readonly withheld?: readonly string[] } {
  return withheld.length === 0 ? request : { ...request, withheld };
}
