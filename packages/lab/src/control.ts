// A client of the lab's control panel, for tests, the command line and demonstrations. It only speaks HTTP to
// `/__lab/…`; whatever the lab refuses comes back as the same `AppError` that the lab threw.
import { AppError, ERRORS, type ErrorCode } from '@weighbridge/kernel';
import type { LabLatency, LabSite } from './endpoints.ts';
import type { ActiveFault, FaultRule } from './faults/registry.ts';
import type { CapturedRequest } from './lab.ts';
import type { ServedRow, ServedTotals } from './ledger.ts';
import type { TapeInfo } from './tapes.ts';

/** A batch that was handed in. */
export interface LabBatchSeen {
  readonly id: string;
  readonly requests: number;
  readonly cancelled: boolean;
  readonly ended: boolean;
  /** What was asked in it does not lie there any more. */
  readonly deleted: boolean;
}

export interface LabControl {
  /** Switches a fault on; resolves with its id. FAULT_UNKNOWN, BAD_REQUEST. */
  fault(rule: FaultRule): Promise<string>;
  /** Switches one fault off, or all; resolves with how many there were. */
  clearFaults(id?: string): Promise<number>;
  faults(): Promise<readonly ActiveFault[]>;
  /** The next `count` requests (at `site`, if given) play this tape. NOT_FOUND. */
  playTape(tape: string, count?: number, site?: LabSite): Promise<void>;
  clearTapes(): Promise<void>;
  tapes(): Promise<readonly TapeInfo[]>;
  /** What was really served, oldest first; `since`: only rows after this number. */
  served(since?: number): Promise<{ readonly totals: ServedTotals; readonly rows: readonly ServedRow[] }>;
  /** The invocation log that Bedrock would have written, oldest first. */
  bedrockInvocations(): Promise<readonly unknown[]>;
  /** Starts (and empties) or stops keeping requests whole. */
  capture(on: boolean): Promise<void>;
  requests(): Promise<readonly CapturedRequest[]>;
  latency(latency: LabLatency): Promise<void>;
  /** Moves the lab's clock forward, for lifetimes of caches and tokens. */
  advance(ms: number): Promise<void>;
  /** How long a batch waits until it is worked on. */
  batchTakes(ms: number): Promise<void>;
  batches(): Promise<readonly LabBatchSeen[]>;
  /** Lifetime of new access tokens in seconds; `revoke` refuses all that were issued before. */
  tokens(change: { readonly lifetime_s?: number; readonly revoke?: boolean }): Promise<{ readonly issued: number }>;
  /** Closes or opens the listener of a site: connections are refused while it is closed. */
  door(site: LabSite, open: boolean): Promise<void>;
}

/** `admin`: origin of the admin interface, or of any site. */
export function labControl(admin: string): LabControl {
  const call = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const init =
      body === undefined
        ? { method }
        : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${admin}/__lab/${path}`, init);
    const value = (await answer.json()) as Record<string, unknown>;
    if (answer.ok) return value;
    const error = value['error'] as { code?: string; message?: string } | undefined;
    const code = error?.code !== undefined && error.code in ERRORS ? (error.code as ErrorCode) : 'INTERNAL';
    throw new AppError(code, error?.message ?? `the lab answered ${answer.status}`);
  };
  return {
    fault: async (rule) => String((await call('POST', 'faults', rule))['id']),
    clearFaults: async (id) =>
      Number((await call('DELETE', id === undefined ? 'faults' : `faults?id=${encodeURIComponent(id)}`))['removed']),
    faults: async () => (await call('GET', 'faults'))['active'] as ActiveFault[],
    playTape: async (tape, count = 1, site) =>
      void (await call('POST', 'tapes', { tape, count, ...(site === undefined ? {} : { site }) })),
    clearTapes: async () => void (await call('DELETE', 'tapes')),
    tapes: async () => (await call('GET', 'tapes'))['tapes'] as TapeInfo[],
    served: async (since = 0) =>
      (await call('GET', `served?since=${since}`)) as unknown as { totals: ServedTotals; rows: ServedRow[] },
    bedrockInvocations: async () => (await call('GET', 'bedrock-invocations'))['records'] as unknown[],
    capture: async (on) => void (await call('POST', 'capture', { on })),
    requests: async () => (await call('GET', 'requests'))['requests'] as CapturedRequest[],
    latency: async (latency) => void (await call('POST', 'latency', latency)),
    advance: async (ms) => void (await call('POST', 'clock', { advance_ms: ms })),
    batchTakes: async (ms) => void (await call('POST', 'batches', { takes_ms: ms })),
    batches: async () => (await call('GET', 'batches'))['batches'] as readonly LabBatchSeen[],
    tokens: async (change) => ({ issued: Number((await call('POST', 'tokens', change))['issued']) }),
    door: async (site, open) => void (await call('POST', 'doors', { site, open })),
  };
}
