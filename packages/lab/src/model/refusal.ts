// Why a simulated cloud turns a request away, before it is put into that vendor's own words. Validation returns one of
// these instead of throwing: a refusal is an answer, not a failure of the lab.

import type { Quota } from '../market/quota.ts';

export const REFUSAL_KINDS = [
  'invalid',
  'auth_missing',
  'auth_invalid',
  'forbidden',
  'model_unknown',
  'not_found',
  'method',
  'too_large',
  'rate_limited',
  'overloaded',
  'internal',
  'unavailable',
] as const;
export type RefusalKind = (typeof REFUSAL_KINDS)[number];

export interface Refusal {
  readonly refusal: RefusalKind;
  readonly message: string;
  /** OpenAI: the parameter at fault. */
  readonly param?: string;
  /** OpenAI and Azure: machine-readable code. AWS: exception type where it is not the kind's usual one. */
  readonly code?: string;
  /** Overrides the status that goes with the kind. */
  readonly status?: number;
  /** Seconds, for `retry-after`; absent: the header is left out. */
  readonly retryAfter?: number;
  /** What is left of the limit that was reached, for the headers that say so. */
  readonly quota?: Quota;
  /** How full the capacity is that was bought, 1 being all of it. */
  readonly utilisation?: number;
}

export const refuse = (refusal: RefusalKind, message: string, more: Partial<Refusal> = {}): Refusal => ({
  ...more,
  refusal,
  message,
});

export const isRefusal = (value: object): value is Refusal => 'refusal' in value;
