// Replays a workload open-loop: a request leaves when its time has come, whether or not earlier ones are answered, so that
// a slow server meets the demand it would meet and its queueing shows. How late a request left is reported beside how
// long it took. In flight is bounded; what does not fit is counted as dropped, never waited for.
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { systemClock, type Clock } from '@weighbridge/kernel';
import { wireOf, type WorkloadRequest } from './request.ts';
import type { WorkloadOutcome, WorkloadRow } from './row.ts';
import { Summary, type WorkloadSummary } from './summary.ts';

export interface WorkloadOptions {
  /** Origin (and path prefix) of a gateway or a cloud of the lab; http. */
  readonly url: string;
  readonly requests: AsyncIterable<WorkloadRequest> | Iterable<WorkloadRequest>;
  /** 10 replays ten times as fast. Default 1. */
  readonly speed?: number;
  /** Stop after so many. */
  readonly limit?: number;
  readonly inFlight?: number;
  readonly timeoutMs?: number;
  /** Clients go away so long after the first byte of their answer, where it is not over by then. Default: they stay. */
  readonly leaveAfterMs?: number;
  readonly clock?: Clock;
  /** Called once per request, in order of completion. */
  onRow?(row: WorkloadRow): void;
}

const IN_FLIGHT = 2_048;
const TIMEOUT_MS = 120_000;
const TAIL_BYTES = 256;
const RECEIPT_HEADER = 'weighbridge-receipt';

/** Runs a workload to its end and sums it up. Failures of requests are rows; a bad trace rejects with TRACE_INVALID. */
export async function runWorkload(options: WorkloadOptions): Promise<WorkloadSummary> {
  const clock = options.clock ?? systemClock;
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const summary = new Summary();
  const running = new Set<Promise<void>>();
  const started = clock.monotonic();
  let n = 0;
  const report = (row: WorkloadRow): void => {
    summary.add(row);
    options.onRow?.(row);
  };
  try {
    for await (const planned of options.requests) {
      if (n >= limit) break;
      n += 1;
      const at = planned.at_ms / (options.speed ?? 1);
      await until(clock, started + at);
      const base = { n, at_ms: at, team: planned.team, model: planned.model, stream: planned.stream };
      const lag = Math.max(0, clock.monotonic() - started - at);
      if (running.size >= (options.inFlight ?? IN_FLIGHT)) {
        report({ ...base, lag_ms: lag, outcome: 'dropped', status: 0, ttft_ms: null, ms: 0, bytes: 0, receipt: null });
        continue;
      }
      const one = send(options, agent, clock, planned).then((answer) => {
        report({ ...base, lag_ms: lag, ...answer });
        running.delete(one);
      });
      running.add(one);
    }
    await Promise.all(running);
  } finally {
    agent.destroy();
  }
  return summary.result(clock.monotonic() - started);
}

async function until(clock: Clock, time: number): Promise<void> {
  // Timers count whole milliseconds and may fire a little early.
  for (let left = time - clock.monotonic(); left > 0; left = time - clock.monotonic())
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(left)));
}

type Answer = Pick<WorkloadRow, 'outcome' | 'status' | 'ttft_ms' | 'ms' | 'bytes' | 'receipt'>;

async function send(options: WorkloadOptions, agent: Agent, clock: Clock, planned: WorkloadRequest): Promise<Answer> {
  const { path, headers, body } = wireOf(planned);
  const begun = clock.monotonic();
  return new Promise<Answer>((resolve) => {
    const finish = (outcome: WorkloadOutcome, rest: Partial<Answer> = {}): void => {
      clearTimeout(timer);
      resolve({ status: 0, ttft_ms: null, bytes: 0, receipt: null, ...rest, outcome, ms: clock.monotonic() - begun });
    };
    const req = httpRequest(`${options.url.replace(/\/$/, '')}${path}`, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    const timer = setTimeout(() => {
      finish('timeout');
      req.destroy();
    }, options.timeoutMs ?? TIMEOUT_MS);
    req.on('response', (res) => {
      const facts = read(res, planned, () => clock.monotonic() - begun, finish);
      const leave = (): void => {
        finish('left', facts());
        req.destroy();
      };
      const { leaveAfterMs } = options;
      if (leaveAfterMs !== undefined) res.once('data', () => setTimeout(leave, leaveAfterMs).unref());
    });
    req.on('error', () => finish('unreachable'));
    req.end(body);
  });
}

type Finish = (outcome: WorkloadOutcome, rest?: Partial<Answer>) => void;

/** What is known of the answer so far. */
function read(
  res: IncomingMessage,
  planned: WorkloadRequest,
  elapsed: () => number,
  finish: Finish,
): () => Partial<Answer> {
  let first: number | null = null;
  let bytes = 0;
  let tail = '';
  const receipt = res.headers[RECEIPT_HEADER];
  const status = res.statusCode ?? 0;
  const facts = (): Partial<Answer> => ({
    status,
    ttft_ms: first,
    bytes,
    receipt: typeof receipt === 'string' ? receipt : null,
  });
  res.on('data', (chunk: Buffer) => {
    first ??= elapsed();
    bytes += chunk.length;
    tail = (tail + chunk.subarray(-TAIL_BYTES).toString('latin1')).slice(-TAIL_BYTES);
  });
  res.on('end', () => {
    if (status >= 400) finish('error_status', facts());
    else if (!planned.stream || tail.includes('[DONE]') || tail.includes('message_stop')) finish('ok', facts());
    else finish(tail.includes('"error"') ? 'error_in_stream' : 'incomplete', facts());
  });
  res.on('error', () => finish('incomplete', facts()));
  return facts;
}
