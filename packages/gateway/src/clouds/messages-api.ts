// What every cloud that serves the Anthropic Messages dialect shares: the version header, the beta list, the error
// types. Betas pass by list: the deployment's own, else the cloud's default; what is held back is named, never dropped
// in silence (an unknown beta is a 400 on Bedrock and Vertex, and a feature billed apart elsewhere).
import type { RequestFacts, Splice } from '@weighbridge/dialects';
import type { Deployment } from '../deployment.ts';
import type { CallContext } from './cloud.ts';
import type { TypeRules } from './verdict.ts';

/** https://platform.claude.com/docs/en/api/versioning */
export const ANTHROPIC_VERSION = '2023-06-01';
const VERSION_SHAPE = /^\d{4}-\d{2}-\d{2}$/;
const BETA_SHAPE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const BETAS_COUNT = 32;

/** Error types of the Messages API. https://platform.claude.com/docs/en/api/errors */
export const MESSAGES_TYPES: TypeRules = {
  invalid_request_error: 'wrong_request',
  authentication_error: 'key_refused',
  billing_error: 'account_empty',
  permission_error: 'key_refused',
  not_found_error: 'model_missing',
  request_too_large: 'body_too_large',
  rate_limit_error: 'rate_limited',
  api_error: 'server_error',
  timeout_error: 'timeout',
  overloaded_error: 'overloaded',
};

export interface Betas {
  readonly allowed: readonly string[];
  /** Those as a header: what the client sent, to the byte, where nothing is withheld. Empty: none. */
  readonly header: string;
  readonly withheld: readonly string[];
}

/** Splits `anthropic-beta` by the deployment's list (else `defaults`): `*` lets every well-formed name through, `!` keeps out. */
export function splitBetas(call: CallContext, defaults: readonly string[]): Betas {
  const list = call.deployment.betas ?? defaults;
  const sent = call.clientHeaders['anthropic-beta'] ?? '';
  const asked = sent.split(',').map((name) => name.trim());
  const allowed: string[] = [];
  const withheld: string[] = [];
  for (const name of new Set(asked)) {
    if (name === '') continue;
    const fits =
      BETA_SHAPE.test(name) &&
      allowed.length < BETAS_COUNT &&
      list.some((entry) => betaMatches(entry, name)) &&
      !list.some((entry) => entry.startsWith('!') && betaMatches(entry.slice(1), name));
    if (fits) allowed.push(name);
    else if (withheld.length < BETAS_COUNT) withheld.push(`anthropic-beta: ${shown(name)}`);
  }
  return { allowed, header: withheld.length === 0 && allowed.length > 0 ? sent : allowed.join(','), withheld };
}

/** `*` at the end of an entry matches a prefix: `context-management-*` covers every dated version. */
function betaMatches(entry: string, name: string): boolean {
  return entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : entry === name;
}

/** The version to send, and what was withheld when the client's was not a date. */
export function messagesVersion(call: CallContext): { readonly version: string; readonly withheld: readonly string[] } {
  const asked = call.clientHeaders['anthropic-version'];
  if (asked === undefined) return { version: ANTHROPIC_VERSION, withheld: [] };
  if (VERSION_SHAPE.test(asked)) return { version: asked, withheld: [] };
  return { version: ANTHROPIC_VERSION, withheld: [`anthropic-version: ${shown(asked)}`] };
}

/** Headers that choose an account or a place of work: ours to say, not the client's. */
const OF_THE_ACCOUNT = /^anthropic-(?:workspace|organi[sz]ation|account|project|ratelimit|priority)/;
const HEADER_SHAPE = /^anthropic-[a-z0-9-]{1,64}$/;
const HEADER_CHARS = 1_024;

/**
 * Anthropic's own headers that nobody here knows, to servers of its own form: they belong to what the body says, and the
 * next release of a client brings new ones. What would choose the account is withheld.
 */
export function openHeaders({ clientHeaders }: CallContext): {
  readonly headers: Readonly<Record<string, string>>;
  readonly withheld: readonly string[];
} {
  const headers: Record<string, string> = {};
  const withheld: string[] = [];
  for (const [name, value] of Object.entries(clientHeaders)) {
    if (!name.startsWith('anthropic-') || name === 'anthropic-beta' || name === 'anthropic-version') continue;
    const fits = HEADER_SHAPE.test(name) && !OF_THE_ACCOUNT.test(name) && value.length <= HEADER_CHARS;
    if (fits) headers[name] = value;
    else withheld.push(`${shown(name)}: ${shown(value)}`);
  }
  return { headers, withheld };
}

/** The deployment's model in place of the client's alias. */
export function modelSplice(deployment: Deployment, facts: RequestFacts): Splice {
  return { set: facts.model === deployment.model ? {} : { model: JSON.stringify(deployment.model) }, remove: [] };
}

/** A client's header value as it may be shown back: printable ASCII, bounded. */
export function shown(value: string): string {
  return value.replace(/[^\u0020-\u007e]/g, '?').slice(0, 80);
}
