// How the soak tells when an instance is as it was: against courses whose recovery is known to the second.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SeenCall } from '../campaign/soak/load.ts';
import type { Phase } from '../campaign/soak/phases.ts';
import { disturbed, judgeRecovery, recoveries } from '../campaign/soak/recovery.ts';
import type { Soak } from '../campaign/soak/run-soak.ts';
import type { Sample } from '../campaign/soak/samples.ts';

const PHASE: Phase = { name: 'overload', from: 300, to: 360 };
const END = 600;

/** What is true of a moment that is so many seconds after the phase; negative: before its end. */
interface Course {
  readonly memory: (after: number) => number;
  readonly lag: (after: number) => number;
  readonly loop: (after: number) => number;
  readonly latency: (after: number) => number;
}

const calm: Course = { memory: () => 900, lag: () => 1, loop: () => 2, latency: () => 700 };

function soakOf(
  course: Course,
  ends: Soak['ends'] = [{ at: 310, started: 0, outcome: 'refused', code: 'SHED' }],
): Soak {
  const moments = Array.from({ length: END / 2 }, (_, index) => index * 2);
  const samples = moments.map((at): Sample => {
    const after = at - PHASE.to;
    const loop = { minute: course.loop(after), whole: 2, most: 2 };
    const rest = { lagEntries: 0, running: true, inFlight: 1, databaseMiB: null };
    return { at, rss: { instance: course.memory(after) }, lagSeconds: course.lag(after), loop, ...rest };
  });
  const seen = moments.map((at): SeenCall => {
    const ms = course.latency(at - PHASE.to);
    return { at, ms, outcome: Number.isFinite(ms) ? 'ok' : 'error_status', receipt: null, status: 200, stream: false };
  });
  const counts = { sent: 0, streamed: 0, answered: 0, left: 0, served: 0, receipts: 0, receipts_completed: 0 };
  const load = { requests: 0, seconds: END, ok_per_second: 0, by_outcome: {}, by_status: {}, by_team: {}, bytes: 0 };
  return {
    samples,
    seen,
    ends,
    phases: [PHASE],
    missed: [],
    refused: [],
    differences: [],
    counts: { ...counts, in_tables: 0, verify_exit: 0 },
    load: { ...load, ttft_ms: null, latency_ms: null, lag_ms: null },
    said: '',
  };
}

const verdictOf = (soak: Soak, begin: string) =>
  judgeRecovery(soak).find(({ claim }) => claim.startsWith(begin))?.verdict;

describe('recovery', () => {
  test('an instance that nothing disturbed is as before at once', () => {
    const [one] = recoveries(soakOf(calm));
    assert.deepEqual(one?.seconds, { latency: 0, tables: 0, 'event loop': 0, memory: 0 });
    assert.equal(verdictOf(soakOf(calm), 'after overload'), 'pass');
  });

  test('each measure has its own time, and one that comes back for a moment has not recovered', () => {
    const course: Course = {
      memory: (after) => (after > -60 && after < 30 ? 1_200 : 950),
      // Within its bound at 10 s, and out of it again until 20 s.
      lag: (after) => (after > -60 && after < 20 && after !== 10 ? 5 : 1),
      loop: (after) => (after > -60 && after < 90 ? 40 : 3),
      latency: (after) => (after > -60 && after < 40 ? Number.POSITIVE_INFINITY : 720),
    };
    const [one] = recoveries(soakOf(course));
    assert.deepEqual(one?.seconds, { latency: 40, tables: 20, 'event loop': 90, memory: 30 });
    assert.equal(verdictOf(soakOf(course), 'after overload'), 'pass', 'the event loop is told by the minute');
  });

  test('what does not come back, or too late, falls short', () => {
    const leak = soakOf({ ...calm, memory: (after) => (after > -60 ? 1_000 : 900) });
    assert.equal(recoveries(leak)[0]?.seconds['memory'], null);
    assert.equal(verdictOf(leak, 'after overload'), 'short');
    const late = soakOf({ ...calm, lag: (after) => (after > -60 && after < 70 ? 3 : 0) });
    assert.equal(verdictOf(late, 'after overload'), 'short');
  });

  test('a refusal has to be one that is due, and there has to be one', () => {
    assert.equal(verdictOf(soakOf(calm), 'in overload'), 'pass');
    assert.equal(verdictOf(soakOf(calm, []), 'in overload'), 'short', 'nothing was refused: it was no overload');
    const wrong = [{ at: 310, started: 0, outcome: 'error', code: 'INTERNAL' }];
    assert.equal(verdictOf(soakOf(calm, wrong), 'in overload'), 'short');
  });

  test('what is said of the whole run leaves out the phases and a minute after each', () => {
    assert.deepEqual(
      [299, 300, 360, 419, 420].map((at) => disturbed([PHASE], at)),
      [false, true, true, true, false],
    );
  });
});
