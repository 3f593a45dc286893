// What the frontier's figures say of us beside each of the others: ahead or not in every cell, and the share of the bare hop
// that is left with everything on. A cell in which both stand at the end of what was tried, or neither carried anything, is
// a tie and no lead; what was not measured is said to be so.
import { kept } from './frontier-climb.ts';
import { BOUNDS_MS, OURS, type Ladder, type StreamCount } from './frontier-figures.ts';
import type { SubjectName } from './peers.ts';

export type Lead = 'yes' | 'no' | 'tie' | 'not measured';

export interface LeadRow {
  readonly cell: string;
  readonly leads: ReadonlyMap<SubjectName, Lead>;
}

/** The highest rate that was carried whole within the bound; 0 where even the lowest was not; NaN: nothing was measured. */
export const within = (ladder: Pick<Ladder, 'steps'> | undefined, bound: number): number => {
  if (ladder === undefined || ladder.steps.length === 0) return Number.NaN;
  return Math.max(0, ...ladder.steps.filter(({ rounds }) => kept(rounds, bound)).map(({ rate }) => rate));
};

const most = (counts: readonly StreamCount[], pick: (count: StreamCount) => boolean): number =>
  counts.length === 0 ? Number.NaN : Math.max(0, ...counts.filter(pick).map(({ streams }) => streams));

export interface StreamFigures {
  readonly subject: SubjectName;
  /** Median first token over that of the upstream alone, at the fewest streams tried. */
  readonly addedFirst: number;
  readonly gapP99: number;
  readonly delayP99: number;
  readonly whole: number;
  readonly inTime: number;
}

export const streamFigures = (streams: readonly StreamCount[], subject: SubjectName): StreamFigures => {
  const own = streams.filter((count) => count.subject === subject);
  const fewest = own[0];
  const alone = streams.find((count) => count.subject === 'direct' && count.streams === fewest?.streams);
  return {
    subject,
    addedFirst: (fewest?.first ?? Number.NaN) - (alone?.first ?? Number.NaN),
    gapP99: fewest?.gapP99 ?? Number.NaN,
    delayP99: fewest?.delayP99 ?? Number.NaN,
    whole: most(own, ({ whole }) => whole),
    inTime: most(own, ({ inTime }) => inTime),
  };
};

const lead = (ours: number, theirs: number, better: 'more' | 'less'): Lead => {
  if (Number.isNaN(ours) || Number.isNaN(theirs)) return 'not measured';
  if (ours === theirs) return 'tie';
  return ours > theirs === (better === 'more') ? 'yes' : 'no';
};

const STREAM_CELLS = [
  { cell: 'streams: added TTFT', of: 'addedFirst', better: 'less' },
  { cell: 'streams: inter-frame p99', of: 'gapP99', better: 'less' },
  { cell: 'streams: most without loss', of: 'whole', better: 'more' },
  { cell: 'streams: most without loss and in time', of: 'inTime', better: 'more' },
] as const;

/** One row for each cell of the run, one lead in it for each of the others. */
export const leads = (
  ladders: readonly Ladder[],
  streams: readonly StreamCount[],
  others: readonly SubjectName[],
): readonly LeadRow[] => {
  const workloads = [...new Set(ladders.map(({ workload }) => workload))];
  const find = (workload: string, subject: SubjectName): Ladder | undefined =>
    ladders.find((ladder) => ladder.workload === workload && ladder.subject === subject);
  const rates = workloads.flatMap((workload) =>
    BOUNDS_MS.map((bound) => ({
      cell: `${workload}: at most ${bound} ms added`,
      leads: new Map(
        others.map((other) => [
          other,
          lead(within(find(workload, OURS), bound), within(find(workload, other), bound), 'more'),
        ]),
      ),
    })),
  );
  const ours = streamFigures(streams, OURS);
  const frames = STREAM_CELLS.map(({ cell, of, better }) => ({
    cell,
    leads: new Map(others.map((other) => [other, lead(ours[of], streamFigures(streams, other)[of], better)])),
  }));
  return [...rates, ...frames];
};
