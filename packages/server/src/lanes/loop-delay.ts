// How late a lane's event loop is: by how much a timer that is due comes after its time, because something else held the
// thread. Node samples it in native code, a hundred times a second; a call pays nothing for it.
import { monitorEventLoopDelay, type Histogram } from 'node:perf_hooks';

export interface LoopDelay {
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
  readonly samples: number;
}

export interface LaneDelay {
  readonly since_start: LoopDelay;
  /** Of the last whole minute; null before there was one. */
  readonly last_minute: LoopDelay | null;
}

const RESOLUTION_MS = 10;
const MINUTE_MS = 60_000;

export interface LoopWatch {
  delay(): LaneDelay;
  stop(): void;
}

export function watchLoop(): LoopWatch {
  const whole = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const window = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  whole.enable();
  window.enable();
  let last: LoopDelay | null = null;
  const turn = setInterval(() => {
    last = read(window);
    window.reset();
  }, MINUTE_MS).unref();
  return {
    delay: () => ({ since_start: read(whole), last_minute: last }),
    stop: () => {
      clearInterval(turn);
      whole.disable();
      window.disable();
    },
  };
}

/** What is counted is the time between two samples; what it is more than it should be is the delay. */
function read(histogram: Histogram): LoopDelay {
  const late = (nanoseconds: number): number =>
    Math.max(0, Math.round((nanoseconds / 1e6 - RESOLUTION_MS) * 1000) / 1000);
  const { count: samples } = histogram;
  if (samples === 0) return { p50_ms: 0, p99_ms: 0, max_ms: 0, samples };
  return {
    p50_ms: late(histogram.percentile(50)),
    p99_ms: late(histogram.percentile(99)),
    max_ms: late(histogram.max),
    samples,
  };
}
