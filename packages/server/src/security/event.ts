// A security event before it takes a form: what happened, to what, by whom, as ids and names of the configuration. Of what
// repeats (a caller without a key, one over its limit) the first is told at once and the rest as a count.
import type { Actor, SecurityEventName } from '@weighbridge/protocol';

export interface SecurityEvent {
  readonly event: SecurityEventName;
  /** Of the journal's entry that it was made from; else made for it. The same event has the same one after a restart. */
  readonly uid: string;
  /** UTC milliseconds. */
  readonly at: number;
  readonly message: string;
  /** Who did it: how it was asked for, or a key. */
  readonly by?: Actor;
  readonly key?: string;
  /** Where a request came from. */
  readonly address?: string;
  /** What it was done to: a key, a configuration, a limit, a log. */
  readonly about?: { readonly name?: string; readonly uid?: string };
  /** A code of the table of errors. */
  readonly code?: string;
  readonly more?: Readonly<Record<string, string | number | boolean>>;
  /** Those with the same text are told together; absent: each is told. */
  readonly repeats?: string;
  /** How many it stands for, and the first and the last of them. */
  readonly count?: { readonly times: number; readonly from: number; readonly to: number };
}
