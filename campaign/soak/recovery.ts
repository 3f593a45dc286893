// How soon after each phase an instance is as it was before it: latency of the soak's own calls, how far the tables are behind,
// event-loop delay, memory. A measure has recovered where it is within its bounds and stays there for a while; and what was
// refused or failed meanwhile was refused with the errors that are due.
import type { SeenCall } from './load.ts';
import type { Phase, PhaseName } from './phases.ts';
import type { Soak } from './run-soak.ts';
import { median, type Sample } from './samples.ts';
import type { SoakVerdict } from './soak-verdict.ts';

/** So soon it has to be as before. */
const WITHIN_SECONDS = 60;
/** The event loop's delay is told by the whole minute, of which the first after a phase still holds a part of it. */
const MINUTE_SECONDS = 60;
/** What is within bounds for so long has recovered. */
const STAYS_SECONDS = 10;
const MEMORY_SHARE = 0.1;
const LAG_SECONDS = 2;
const LOOP_MS = 10;
/** Of what latency was before; and never less than this above it. */
const LATENCY_SHARE = 1.25;
const LATENCY_MS = 50;
/** What it is compared with was measured for so long before. */
const BEFORE_SECONDS = 120;

/** What a call may end with in each phase, and a while after. */
const DUE: Readonly<Record<PhaseName, ReadonlySet<string>>> = {
  overload: new Set(['CAPACITY_FULL', 'SHED', 'NO_CANDIDATE']),
  'broken streams': new Set(['UPSTREAM_TIMEOUT', 'UPSTREAM_CUT', 'NO_CANDIDATE', 'CAPACITY_FULL', 'SHED']),
  'clients that leave': new Set(['client_gone']),
};

export interface Recovered {
  readonly phase: Phase;
  /** Seconds after its end; null: not before the next phase or the end. Absent: not measured. */
  readonly seconds: Readonly<Record<string, number | null>>;
  /** Calls that began in it and did not complete, by what they ended with. */
  readonly ends: Readonly<Record<string, number>>;
}

interface Reading {
  readonly at: number;
  readonly value: number;
}

/** Seconds after `end` from which on all readings keep the bound for a while; null: never before `until`. */
function settledAfter(readings: readonly Reading[], end: number, until: number, keeps: (value: number) => boolean) {
  const after = readings.filter(({ at }) => at >= end && at < until);
  for (const [index, { at }] of after.entries()) {
    const stay = after.slice(index).filter((each) => each.at < at + STAYS_SECONDS);
    if (stay.every(({ value }) => keeps(value))) return at - end;
  }
  return null;
}

/** Slowest tenth of answered calls in each five seconds; infinite where one was not answered. */
function latencies(seen: readonly SeenCall[]): readonly Reading[] {
  const groups = Map.groupBy(seen, ({ at }) => Math.floor(at / 5));
  return [...groups].map(([five, calls]) => {
    const times = calls.map(({ outcome, ms }) => (outcome === 'ok' ? ms : Number.POSITIVE_INFINITY));
    const sorted = times.toSorted((a, b) => a - b);
    return { at: five * 5, value: sorted[Math.floor(sorted.length * 0.9)] ?? Number.NaN };
  });
}

const before = (readings: readonly Reading[], { from }: Phase): number =>
  median(readings.filter(({ at }) => at >= from - BEFORE_SECONDS && at < from).map(({ value }) => value));

const of = (samples: readonly Sample[], pick: (sample: Sample) => number | null | undefined): readonly Reading[] =>
  samples.flatMap((sample) => {
    const value = pick(sample);
    return typeof value === 'number' ? [{ at: sample.at, value }] : [];
  });

export function recoveries({ samples, seen, phases, ends }: Soak): readonly Recovered[] {
  const slowest = latencies(seen).toSorted((a, b) => a.at - b.at);
  const [lag, memory] = [of(samples, (one) => one.lagSeconds), of(samples, ({ rss }) => rss?.['instance'])];
  const loop = of(samples, (one) => one.loop.minute);
  const [first] = phases;
  const plateau = first === undefined ? Number.NaN : before(memory, first);
  return phases.map((phase, index) => {
    const until = phases[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const after = (readings: readonly Reading[], keeps: (value: number) => boolean) =>
      settledAfter(readings, phase.to, until, keeps);
    const usual = before(slowest, phase);
    const most = Math.max(usual * LATENCY_SHARE, usual + LATENCY_MS);
    const during = ends.filter(({ at }) => at >= phase.from - 1 && at < phase.to);
    return {
      phase,
      seconds: {
        latency: after(slowest, (value) => value <= most),
        tables: after(lag, (value) => value < LAG_SECONDS),
        'event loop': after(loop, (value) => value < LOOP_MS),
        memory: after(memory, (value) => Math.abs(value - plateau) <= plateau * MEMORY_SHARE),
      },
      ends: Object.fromEntries(
        [...Map.groupBy(during, ({ code }) => code)].map(([code, group]) => [code, group.length]),
      ),
    };
  });
}

/** Whether a moment is in a phase, or so soon after it that it need not be as before. */
export const disturbed = (phases: readonly Phase[], at: number): boolean =>
  phases.some(({ from, to }) => at >= from && at < to + WITHIN_SECONDS);

const shown = (value: number | null): string => (value === null ? 'not' : `${value.toFixed(0)} s`);

function recovered({ phase, seconds }: Recovered): SoakVerdict {
  const kept = Object.entries(seconds).map(([what, value]) => {
    const within = what === 'event loop' ? WITHIN_SECONDS + MINUTE_SECONDS : WITHIN_SECONDS;
    return value !== null && value <= within;
  });
  return {
    claim: `after ${phase.name} (${(phase.to - phase.from).toFixed(0)} s) as before within ${WITHIN_SECONDS} s: latency (slowest tenth at most a quarter above), tables < ${LAG_SECONDS} s behind, memory ± ${MEMORY_SHARE * 100} % of the plateau, event loop p99 < ${LOOP_MS} ms (in a whole minute)`,
    measured: Object.entries(seconds)
      .map(([what, value]) => `${what} ${shown(value)}`)
      .join(', '),
    verdict: kept.every(Boolean) ? 'pass' : 'short',
  };
}

function due({ phase, ends }: Recovered): SoakVerdict {
  const codes = Object.entries(ends);
  const wrong = codes.filter(([code]) => !DUE[phase.name].has(code));
  const list = [...DUE[phase.name]].join(', ');
  return {
    claim: `in ${phase.name} some calls do not complete, and say why: ${list}, and nothing else`,
    measured: codes.map(([code, count]) => `${code} ${count}`).join(', ') || 'all completed',
    verdict: codes.length > 0 && wrong.length === 0 ? 'pass' : 'short',
  };
}

export const judgeRecovery = (soak: Soak): readonly SoakVerdict[] =>
  recoveries(soak).flatMap((one) => [due(one), recovered(one)]);
