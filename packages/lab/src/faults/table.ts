// Every way in which a cloud of the lab can misbehave, by name, with the settings each takes. The command line and the
// documentation list this table; an unknown name is FAULT_UNKNOWN.
import { AppError } from '@weighbridge/kernel';

export interface FaultRow {
  /** What the client of the cloud meets. */
  readonly what: string;
  /** Settings that apply, with their defaults. */
  readonly settings: Readonly<Partial<FaultSettings>>;
}

export interface FaultSettings {
  /** How long, ms. */
  readonly ms: number;
  /** After how many content payloads of a stream. */
  readonly after: number;
  /** Seconds in `retry-after`; null leaves the header out. */
  readonly retry_after: number | null;
  /** HTTP status of a server error. */
  readonly status: number;
  /** Answer as the asked-for model, so that only the ledger knows. */
  readonly silent: boolean;
}

export const LAB_FAULTS = {
  slow_connect: { what: 'nothing at all for a while, then a normal answer', settings: { ms: 3_000 } },
  slow_first_token: { what: 'headers at once, the first content late', settings: { ms: 3_000 } },
  stall: { what: 'a stream falls silent after some content, then goes on', settings: { after: 2, ms: 60_000 } },
  cut_stream: { what: 'the connection breaks in the middle of the answer', settings: { after: 2 } },
  error_after_200: { what: "the cloud's own error event after status 200 and some content", settings: { after: 2 } },
  malformed_sse: { what: 'a frame that cannot be parsed, then nothing', settings: { after: 2 } },
  rate_limit: { what: '429, with or without retry-after', settings: { retry_after: 1 } },
  overloaded_529: { what: '529, or what this cloud answers when it is overloaded', settings: { retry_after: null } },
  server_error: { what: "a 5xx with the cloud's own error body", settings: { status: 500 } },
  unauthorized: { what: '401 (403 on AWS): the credential is refused', settings: {} },
  reset: { what: 'the connection is reset before any byte', settings: {} },
  wrong_usage: { what: 'usage that does not match what was sent', settings: {} },
  missing_usage: { what: 'no usage anywhere', settings: {} },
  model_swapped: { what: 'another model answers under the alias', settings: { silent: false } },
  wrong_region: { what: 'served, and reported where the cloud reports it, from another region', settings: {} },
  dropped_tool_call: { what: 'the last tool call is missing, the stop reason still says tool use', settings: {} },
  duplicated_chunk: { what: 'one content payload of a stream comes twice', settings: { after: 1 } },
} as const satisfies Record<string, FaultRow>;

export type FaultName = keyof typeof LAB_FAULTS;

export const FAULT_NAMES = Object.keys(LAB_FAULTS) as readonly FaultName[];

/** Throws FAULT_UNKNOWN, naming the fault and the nearest names. */
export function faultNamed(name: unknown): FaultName {
  if (typeof name === 'string' && Object.hasOwn(LAB_FAULTS, name)) return name as FaultName;
  const shown = String(name).slice(0, 60);
  throw new AppError('FAULT_UNKNOWN', `the lab has no fault "${shown}"; it has ${FAULT_NAMES.join(', ')}`);
}
