// An answer that others may have as well, as those know it who carry it to the client that asked first.
export interface CallFlight {
  /** The head that was sent; null before. */
  readonly headSent: string[] | null;
  /** Somebody waits for it beside the client that asked first. */
  readonly wanted: boolean;
  /** All that was sent is in memory: a client that reads slowly is waited for by nobody. */
  readonly recording: boolean;
  /** Asked when the client has left: whether the answer is carried on for others. */
  outlives(): boolean;
}
