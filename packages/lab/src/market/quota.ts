// What a response says of the limits under which it was given.

export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until it is whole again. */
  readonly resetMs: number;
}

export interface Quota {
  readonly requests: Allowance;
  readonly tokens: Allowance;
}
