// What the instance under soak tells whoever started it.
export interface InstanceFacts {
  readonly origin: string;
  readonly key: string;
  readonly vkey: string;
  /** Control socket. */
  readonly socket: string;
  readonly journal: string;
  readonly vault: string;
}
