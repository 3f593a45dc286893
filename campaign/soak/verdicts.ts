// What a soak has to keep to, and whether it did. What was not measured, or not for long enough, is said to be so and
// never passes.
import type { Phase } from './phases.ts';
import { disturbed, judgeRecovery } from './recovery.ts';
import { byMinute, median, type Sample } from './samples.ts';
import type { Soak } from './run-soak.ts';
import type { SoakVerdict } from './soak-verdict.ts';

/** Part of the time that nothing is judged in: code is being compiled and caches fill; a minute at least. */
const WARM_UP_SHARE = 1 / 6;
const WARM_UP_SECONDS = 60;
/** Fewer minutes after it say nothing about flatness. */
const MINUTES_LEAST = 2;
const FLAT_SHARE = 0.05;
const LOOP_MS = 10;
const LAG_SECONDS = 2;

export const warmUpSeconds = (seconds: number): number => Math.max(WARM_UP_SECONDS, seconds * WARM_UP_SHARE);

export const exactly = ({ counts, differences }: Soak): SoakVerdict => {
  const {
    sent,
    answered,
    left,
    receipts,
    receipts_completed: completed,
    in_tables: tables,
    verify_exit: exit,
  } = counts;
  // A client that left may have missed no more than the end.
  const same = sent === receipts && sent === tables && answered <= completed && completed <= answered + left;
  return {
    claim:
      'receipts = calls exactly: in the log, in the tables, one to one with what the clients saw; the log verifies',
    measured: `${sent} calls, ${receipts} receipts, ${tables} in the tables, ${differences.length} differences, verify ${exit}`,
    verdict: same && differences.length === 0 && exit === 0 ? 'pass' : 'short',
  };
};

/** One in a hundred may be missing; the console is never refused. */
const MISSED_SHARE = 0.01;

export const lag = ({ samples: all, phases, missed, refused }: Soak): SoakVerdict => {
  const samples = all.filter(({ at }) => !disturbed(phases, at));
  const most = Math.max(...samples.map(({ lagSeconds }) => lagSeconds));
  const running = samples.length > 0 && samples.every((sample) => sample.running);
  const answered = refused.length === 0 && missed.length <= samples.length * MISSED_SHARE;
  return {
    claim: `no table more than ${LAG_SECONDS} s behind, in any sample, and the console is answered`,
    measured: `at most ${most.toFixed(2)} s in ${samples.length} samples, ${missed.length} missed, ${refused.length} questions refused${running ? '' : ', and not always running'}`,
    verdict: running && answered && most < LAG_SECONDS ? 'pass' : 'short',
  };
};

/** Up to the first phase; what it is after one is said for each. */
const loop = ({ samples: all, phases }: Soak): SoakVerdict => {
  const samples = all.filter(({ at }) => at < (phases[0]?.from ?? Number.POSITIVE_INFINITY));
  const last = samples.at(-1)?.loop;
  const minutes = samples.flatMap(({ loop: { minute } }) => (minute === null ? [] : [minute]));
  const worst = minutes.length === 0 ? '' : `, ${Math.max(...minutes).toFixed(2)} ms in the worst minute`;
  return {
    claim: `event-loop delay of the lanes, p99 under ${LOOP_MS} ms from the start on`,
    measured: `${last?.whole.toFixed(2) ?? '-'} ms${worst}; at most ${last?.most.toFixed(1) ?? '-'} ms once`,
    verdict: last === undefined ? 'not measured' : last.whole < LOOP_MS ? 'pass' : 'short',
  };
};

/** Whole minutes after the warm-up, each by its median: garbage collection makes single samples go up and down. */
const flat = (all: readonly Sample[], phases: readonly Phase[], seconds: number): SoakVerdict => {
  const samples = all.filter(({ at }) => !disturbed(phases, Math.floor(at / 60) * 60 + 59));
  const warm = warmUpSeconds(seconds);
  const minutes = byMinute(samples).filter(({ minute }) => minute * 60 >= warm && (minute + 1) * 60 <= seconds);
  const values = minutes.flatMap(({ rss_mib: rss }) => (rss['instance'] === undefined ? [] : [rss['instance'].median]));
  const claim = `memory of the instance (RSS) flat after ${Math.round(warm)} s: every minute's median within ±${FLAT_SHARE * 100} %`;
  if (values.length < MINUTES_LEAST) return { claim, measured: 'too short a run', verdict: 'not measured' };
  const middle = (Math.min(...values) + Math.max(...values)) / 2;
  const off = (Math.max(...values) - middle) / middle;
  return {
    claim,
    measured: `${middle.toFixed(0)} MiB ± ${(off * 100).toFixed(1)} % over ${values.length} minutes (median ${median(values).toFixed(0)} MiB)`,
    verdict: off <= FLAT_SHARE ? 'pass' : 'short',
  };
};

const demand = ({ load }: Soak): SoakVerdict => {
  const dropped = load.by_outcome.dropped ?? 0;
  const late = load.lag_ms?.p99 ?? Number.NaN;
  return {
    claim: 'the clients kept their rate: none dropped, p99 of the start less than 50 ms late',
    measured: `${load.requests} calls in ${load.seconds.toFixed(0)} s, ${dropped} dropped, p99 ${late.toFixed(1)} ms late`,
    verdict: dropped === 0 && late < 50 ? 'pass' : 'short',
  };
};

export const judge = (soak: Soak, seconds: number): readonly SoakVerdict[] => [
  exactly(soak),
  lag(soak),
  loop(soak),
  flat(soak.samples, soak.phases, seconds),
  demand(soak),
  ...judgeRecovery(soak),
];
