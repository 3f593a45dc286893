// What became of one request of a workload.

export type WorkloadOutcome =
  | 'ok'
  | 'error_status'
  | 'error_in_stream'
  | 'incomplete'
  | 'unreachable'
  | 'dropped'
  | 'timeout'
  /** The client went away in the middle of the answer, as it was told to. */
  | 'left';

/** One line of the report. */
export interface WorkloadRow {
  readonly n: number;
  /** Planned start, ms after the beginning, time scale applied. */
  readonly at_ms: number;
  /** How much later than planned it left. */
  readonly lag_ms: number;
  readonly team: string;
  readonly model: string;
  readonly stream: boolean;
  readonly outcome: WorkloadOutcome;
  /** 0 when there was no answer. */
  readonly status: number;
  /** First byte of the body; null without one. */
  readonly ttft_ms: number | null;
  readonly ms: number;
  readonly bytes: number;
  readonly receipt: string | null;
}
