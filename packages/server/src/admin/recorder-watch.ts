// Whether the thread that seals still moves. One that failed says so itself; one that hangs, in a disk that never answers or
// in a fault of ours, says nothing, and calls would go on for days into files that nobody seals. So it is looked at from
// outside: after a while somebody is told, and after a longer one the journal counts as one that takes nothing.
import { LIMITS, type Clock, type Milliseconds } from '@weighbridge/kernel';
import { recorderBeat, setRecorderFailing } from '@weighbridge/journal';
import type { Alert } from './alerts.ts';

export interface RecorderWatchOptions {
  readonly signals: SharedArrayBuffer;
  readonly clock: Clock;
  readonly alert: Alert;
  readonly silentMs?: number;
  readonly stalledMs?: number;
}

export class RecorderWatch {
  readonly #options: RecorderWatchOptions;
  #beat: number;
  #since: number;
  #told = false;

  constructor(options: RecorderWatchOptions) {
    this.#options = options;
    this.#beat = recorderBeat(options.signals);
    this.#since = options.clock.monotonic();
  }

  /** For how long it has not moved; 0 while it does. */
  silentMs(): Milliseconds {
    const ms = this.#options.clock.monotonic() - this.#since;
    return this.#isSilent(ms) ? ms : 0;
  }

  look(): void {
    const { signals, clock, alert, stalledMs = LIMITS.recorder_stalled_ms } = this.#options;
    const [beat, now] = [recorderBeat(signals), clock.monotonic()];
    if (beat !== this.#beat) {
      this.#beat = beat;
      this.#since = now;
      this.#told = false;
      return;
    }
    const ms = now - this.#since;
    // Its own next step takes this back, once there is one.
    if (ms > stalledMs) setRecorderFailing(signals, true);
    if (!this.#isSilent(ms) || this.#told) return;
    this.#told = true;
    const what = `the recorder has not moved for ${Math.round(ms / 1000)} s: calls are written down by their lanes and sealed by nobody`;
    const then = `after ${Math.round(stalledMs / 1000)} s without it the journal counts as one that takes nothing`;
    alert(
      { name: 'recorder silent', alert: 'recorder', about: 'recorder', message: `${what}; ${then}` },
      'Look at the disk that holds the journal. If it is well, start the instance again: nothing that was written is lost',
    );
  }

  #isSilent(ms: Milliseconds): boolean {
    return ms > (this.#options.silentMs ?? LIMITS.recorder_silent_ms);
  }
}
