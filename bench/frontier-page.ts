// The frontier as people read it: for each workload and each bound on what is added at the ninety-ninth percentile, the highest
// rate of the ladder that a subject carried within it, ours beside each of the others, and the limit that this stack has.
import type { SubjectName } from './peers.ts';
import type { Machine } from './machine.ts';

/** One rate of the ladder: medians over the rounds. Milliseconds; `added` is over the upstream alone at the same rate. */
export interface Step {
  readonly rate: number;
  readonly carried: number;
  /** Share of what was due that was answered. */
  readonly answered: number;
  readonly p50: number;
  readonly p99: number;
  readonly added: number;
  readonly failed: number;
  readonly sample: string | null;
}

export interface Ladder {
  readonly subject: SubjectName;
  readonly workload: 'small' | 'prompts';
  readonly steps: readonly Step[];
}

export interface StreamCount {
  readonly subject: SubjectName;
  readonly streams: number;
  /** Nothing lost, doubled or failed, and frames in time. */
  readonly whole: boolean;
  readonly lost: number;
  readonly failed: number;
  readonly addedFirst: number;
  readonly gapP99: number;
  readonly delayP99: number;
  readonly sample: string | null;
}

export interface Frontier {
  readonly machine: Machine;
  readonly subjects: readonly { readonly name: SubjectName; readonly method: string }[];
  readonly lengths: { readonly rounds: number; readonly warmupMs: number; readonly measureMs: number };
  readonly ladders: readonly Ladder[];
  readonly streams: readonly StreamCount[];
}

export const BOUNDS_MS = [1, 5, 10, 50] as const;

/** The highest rate that was carried whole within the bound; 0 where even the lowest was not. */
export const within = ({ steps }: Pick<Ladder, 'steps'>, bound: number): number =>
  Math.max(
    0,
    ...steps
      .filter(({ answered, added, failed }) => failed === 0 && added <= bound && answered >= 0.95)
      .map(({ rate }) => rate),
  );

const WORDS: Readonly<Record<Ladder['workload'], string>> = {
  small: 'Small calls (200 B each way, not streamed)',
  prompts: 'Prompts of 50,000 and 100,000 tokens (200 and 400 kB), every second call streamed, hard budget on',
};

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

function frontierTable(ladders: readonly Ladder[]): string {
  const ours = ladders.find(({ subject }) => subject === 'weighbridge');
  const head = row(['added p99 at most', ...ladders.map(({ subject }) => `${subject}, requests/s`)]);
  const rows = BOUNDS_MS.map((bound) =>
    row([
      `${bound} ms`,
      ...ladders.map((ladder) => {
        const own = within(ladder, bound);
        if (ours === undefined || ladder === ours) return own.toLocaleString('en-US');
        const ratio = own === 0 ? '' : ` (ours ÷ this: ${(within(ours, bound) / own).toFixed(2)})`;
        return `${own.toLocaleString('en-US')}${ratio}`;
      }),
    ]),
  );
  return [head, row(['---', ...ladders.map(() => '---:')]), ...rows].join('\n');
}

function streamTable(streams: readonly StreamCount[]): string {
  const names = [...new Set(streams.map(({ subject }) => subject))];
  const rows = names.map((name) => {
    const own = streams.filter(({ subject }) => subject === name);
    const most = Math.max(0, ...own.filter(({ whole }) => whole).map((count) => count.streams));
    const at = own.find((count) => count.streams === most) ?? own[0];
    const figures = [at?.addedFirst, at?.gapP99, at?.delayP99].map((value) => (value ?? Number.NaN).toFixed(2));
    return row([name, most, ...figures]);
  });
  const head = [
    '',
    'most streams whole, of those tried',
    'added TTFT p50, ms',
    'gap off schedule p99, ms',
    'frame delay p99, ms',
  ];
  return [row(head), row(['---', '---:', '---:', '---:', '---:']), ...rows].join('\n');
}

export function frontierPage({ machine, subjects, lengths, ladders, streams }: Frontier): string {
  const workloads = [...new Set(ladders.map(({ workload }) => workload))];
  const parts = [
    `# Frontier of ${machine.at}`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB · ${machine.system} · Node ${machine.node} · commit ${machine.commit} · load before the start ${machine.loadBefore.toFixed(2)}`,
    [
      '- requests come at a fixed rate and time counts from when each was due; added is the p99 to the first byte of an answer, less that of the upstream alone at the same rate in this run',
      `- a rate counts when at least 95 % of it was answered and nothing failed; steps of 1.35; up to ${lengths.rounds} rounds of ${lengths.measureMs} ms a step, their median`,
      '- load generator, upstream and subject share all cores; nothing is pinned',
      '- streams: 64 deltas at 20 ms; late means a frame delay above 50 ms at p99; tried at 100, 250, 500, 1,000 and 2,000',
    ].join('\n'),
    subjects.map(({ name, method }) => `- **${name}**: ${method}`).join('\n'),
    ...workloads.flatMap((workload) => [
      `## ${WORDS[workload]}`,
      frontierTable(ladders.filter((ladder) => ladder.workload === workload)),
    ]),
    '## Streams at once',
    streamTable(streams),
  ];
  return `${parts.join('\n\n')}\n`;
}
