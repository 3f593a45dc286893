// The thresholds that the gateway is held to, in one table, and what this run says of each. A verdict without a
// measurement is `not measured`, never a pass.
import { SMALL } from './bodies.ts';
import type { CellResult, Round } from './hop.ts';
import type { JournalResult } from './journal.ts';
import type { SubjectName } from './peers.ts';
import type { ProjectorResult } from './projector.ts';
import { median, pairedDifference, pairedRatio } from './statistics.ts';
import type { StreamRun } from './streams.ts';

export interface Verdict {
  readonly what: string;
  /** `at least` or `at most`. */
  readonly bound: 'min' | 'max';
  readonly threshold: number;
  readonly measured: number | null;
  readonly unit: string;
  readonly verdict: 'pass' | 'short' | 'not measured';
}

export interface Results {
  /** All processes share the machine: what the verdicts are about. */
  readonly hop: readonly CellResult[];
  /** The headline cells once more, each serving thread on a core of its own; empty where that was not done. */
  readonly pinned: readonly CellResult[];
  readonly streams: readonly StreamRun[];
  /** Streams once more, ours with as many lanes as there are cores; empty where that was not done. */
  readonly streamsByCore: readonly StreamRun[];
  readonly journal: JournalResult | null;
  readonly projector: ProjectorResult | null;
}

const judge = (what: string, bound: 'min' | 'max', threshold: number, measured: number, unit: string): Verdict => {
  if (Number.isNaN(measured)) return { what, bound, threshold, measured: null, unit, verdict: 'not measured' };
  const good = bound === 'min' ? measured >= threshold : measured <= threshold;
  return { what, bound, threshold, measured, unit, verdict: good ? 'pass' : 'short' };
};

/** One figure of one subject, by round. A round with failures does not count as a measurement. */
const series = (hop: readonly CellResult[], connections: number, name: SubjectName, of: (round: Round) => number) => {
  const cell = hop.find(
    (result) => result.cell.connections === connections && result.cell.delayMs === 0 && result.cell.bytes === SMALL,
  );
  const rounds = cell?.rounds.filter((round) => round.subject === name) ?? [];
  return rounds.map((round) => (round.failed > 0 ? Number.NaN : of(round)));
};

const hopVerdicts = (hop: readonly CellResult[]): readonly Verdict[] => {
  const rate = (name: SubjectName): readonly number[] => series(hop, 64, name, (round) => round.perSecond);
  const p50 = (name: SubjectName): readonly number[] => series(hop, 1, name, (round) => round.p50);
  const p99 = (name: SubjectName): readonly number[] => series(hop, 1, name, (round) => round.p99);
  const ours = rate('weighbridge');
  const against = (name: SubjectName): number => pairedRatio(ours, rate(name));
  const full = rate('weighbridge-full');
  const everything = 'requests/s at 64 connections, everything on, of the bare hop';
  return [
    ...(full.length === 0 ? [] : [judge(everything, 'min', 0.65, pairedRatio(full, rate('bare-hop')), '×')]),
    judge('requests/s at 64 connections, of the bare hop', 'min', 0.6, against('bare-hop'), '×'),
    judge('requests/s at 64 connections, of HAProxy (one thread)', 'min', 0.3, against('haproxy'), '×'),
    judge('requests/s at 64 connections, of Portkey', 'min', 12, against('portkey'), '×'),
    judge(
      'median at 1 connection, above the bare hop',
      'max',
      0.3,
      pairedDifference(p50('weighbridge'), p50('bare-hop')),
      'ms',
    ),
    judge(
      'p99 at 1 connection, above the bare hop',
      'max',
      1,
      pairedDifference(p99('weighbridge'), p99('bare-hop')),
      'ms',
    ),
  ];
};

const streamVerdicts = (runs: readonly StreamRun[]): readonly Verdict[] => {
  const of = (name: SubjectName, concurrent: number): readonly StreamRun[] =>
    runs.filter((run) => run.subject === name && run.concurrent === concurrent).sort((a, b) => a.round - b.round);
  const p99 = (name: SubjectName, concurrent: number): readonly number[] =>
    of(name, concurrent).map((run) => run.transit.p99);
  const ours = of('weighbridge', 500);
  const broken =
    ours.length === 0 ? Number.NaN : ours.reduce((sum, run) => sum + run.lost + run.duplicated + run.failed, 0);
  return [
    judge('frames lost, doubled or in failed streams, 500 streams', 'max', 0, broken, ''),
    judge(
      'p99 frame delay at 500 streams, above the bare hop',
      'max',
      2,
      pairedDifference(p99('weighbridge', 500), p99('bare-hop', 500)),
      'ms',
    ),
    judge('p99 frame delay at 200 streams', 'max', 2, median(p99('weighbridge', 200)), 'ms'),
  ];
};

const journalVerdicts = (journal: JournalResult | null): readonly Verdict[] => [
  judge('journal append with fdatasync batches', 'min', 80_000, journal?.append.perSecond ?? Number.NaN, 'leaves/s'),
  judge('inclusion proof at 10 M entries, p99', 'max', 1, journal?.proof?.latency.p99 ?? Number.NaN, 'ms'),
  judge('verification, hash and tree, warm', 'min', 150_000, journal?.verify?.perSecond ?? Number.NaN, 'leaves/s'),
  judge(
    'verification with schema and re-rating',
    'min',
    50_000,
    journal?.verifyFull?.perSecond ?? Number.NaN,
    'leaves/s',
  ),
];

const projectorVerdicts = (projector: ProjectorResult | null): readonly Verdict[] => {
  const { rollups, recent } = projector ?? {};
  return [
    judge('roll-ups from facts, one core', 'min', 50_000, rollups?.facts.perSecond ?? Number.NaN, 'receipts/s'),
    judge('roll-ups from the journal, one core', 'min', 50_000, rollups?.journal.perSecond ?? Number.NaN, 'receipts/s'),
    judge(
      'recent rows from the journal, one core',
      'min',
      15_000,
      recent?.journal.perSecond ?? Number.NaN,
      'receipts/s',
    ),
  ];
};

export const verdicts = (results: Results): readonly Verdict[] => [
  ...hopVerdicts(results.hop),
  ...streamVerdicts(results.streams),
  ...journalVerdicts(results.journal),
  ...projectorVerdicts(results.projector),
];
