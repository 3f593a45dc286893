// How checking ends: as a value. "The evidence is bad" is an answer, and is never mixed up with "it could not be fetched"
// or "this browser cannot tell": only the first accuses anybody.

export interface Failure {
  readonly ok: false;
  /** `bad`: the evidence is false. `unreachable`: it was not to be had. `unsupported`: this browser cannot check it. */
  readonly kind: 'bad' | 'unreachable' | 'unsupported';
  readonly why: string;
}
export type Outcome<T> = { readonly ok: true; readonly value: T } | Failure;

export const good = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const bad = (why: string): Failure => ({ ok: false, kind: 'bad', why });
export const unreachable = (why: string): Failure => ({ ok: false, kind: 'unreachable', why });
export const unsupported = (why: string): Failure => ({ ok: false, kind: 'unsupported', why });
