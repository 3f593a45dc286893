// The frontier as people read it: for each workload and each bound on what is added at the ninety-ninth percentile, the highest
// rate that a subject carried within it; whether we are ahead of each of the others, cell by cell; and what of the bare hop
// is left with everything on, beside the limit that this stack had in the same run.
import type { CellResult } from './hop.ts';
import { limitsOf, type Limit } from './limits.ts';
import { BOUNDS_MS, OURS, type Ladder, type StreamCount } from './frontier-figures.ts';
import { leads, streamFigures, within } from './frontier-verdicts.ts';
import type { SubjectName } from './peers.ts';
import type { Machine } from './machine.ts';
import { median, pairedRatio } from './statistics.ts';

export interface FrontierResult {
  readonly machine: Machine;
  readonly seconds: number;
  readonly subjects: readonly { readonly name: SubjectName; readonly method: string }[];
  readonly leftOut: readonly string[];
  readonly lengths: { readonly rounds: number; readonly warmupMs: number; readonly measureMs: number };
  readonly ladders: readonly Ladder[];
  readonly streams: readonly StreamCount[];
  /** Closed loop at 64 connections, the bare hop and ours in turn. */
  readonly closed: readonly CellResult[];
}

/** Of the bare hop's requests per second, with everything on. */
const SHARE_OF_BARE = 0.65;
/** Whom no verdict is about: they carry bytes, and no more. */
const YARDSTICKS: ReadonlySet<SubjectName> = new Set(['bare-hop', 'haproxy']);

const WORDS: Readonly<Record<Ladder['workload'], string>> = {
  small: 'Small calls (200 B each way, not streamed)',
  prompts: 'Prompts of 50,000 and 100,000 tokens (200 and 400 kB), every second call streamed, hard budget on',
};

const number = (value: number, digits = 0): string =>
  Number.isNaN(value)
    ? '–'
    : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n');

function frontierTable(ladders: readonly Ladder[]): string {
  const ours = ladders.find(({ subject }) => subject === OURS);
  const rows = BOUNDS_MS.map((bound) => [
    `${bound} ms`,
    ...ladders.map((ladder) => {
      const own = within(ladder, bound);
      const ratio = within(ours, bound) / own;
      const beside = ladder === ours || own === 0 || Number.isNaN(ratio) ? '' : ` (ours ÷ this: ${ratio.toFixed(2)})`;
      return `${number(own)}${beside}`;
    }),
  ]);
  return table(['added p99 at most', ...ladders.map(({ subject }) => `${subject}, requests/s`)], rows);
}

function streamTable(streams: readonly StreamCount[]): string {
  const fewest = Math.min(...streams.map((count) => count.streams));
  const rows = [...new Set(streams.map(({ subject }) => subject))].map((subject) => {
    const figures = streamFigures(streams, subject);
    const { addedFirst, gapP99, delayP99, whole, inTime } = figures;
    return [subject, number(addedFirst, 2), number(gapP99, 2), number(delayP99, 2), number(whole), number(inTime)];
  });
  const head = [
    `at ${fewest} streams`,
    'added TTFT p50, ms',
    'inter-frame p99 off schedule, ms',
    'frame delay p99, ms',
    'most streams without loss',
    'and in time',
  ];
  return table(head, rows);
}

function leadTable({ ladders, streams, subjects }: FrontierResult): string {
  const others = subjects.map(({ name }) => name).filter((name) => name !== OURS && name !== 'bare-hop');
  const peers = others.filter((name) => !YARDSTICKS.has(name));
  const rows = leads(ladders, streams, others);
  const ahead = rows.flatMap((each) => peers.map((peer) => each.leads.get(peer) ?? 'not measured'));
  const count = ahead.filter((one) => one === 'yes').length;
  const verdict = ahead.length === 0 ? 'not measured' : count === ahead.length ? 'pass' : 'short';
  const head = ['ahead of', ...others.map((name) => (YARDSTICKS.has(name) ? `${name} (no gateway)` : name))];
  const body = rows.map((each) => [each.cell, ...others.map((name) => each.leads.get(name) ?? 'not measured')]);
  return [
    `**${verdict}**: ahead of every peer not written in Rust (${peers.join(', ') || 'none was there'}) in ${count} of ${ahead.length} cells.`,
    table(head, body),
  ].join('\n\n');
}

const limitRow = ({ what, perSecond, ratio, arithmetic }: Limit): readonly string[] => [
  what,
  number(perSecond),
  `${number(ratio, 2)} ×`,
  arithmetic,
];

/** What a request costs the serving thread at the highest rate that was carried within the widest bound. */
function edgeCosts(ladders: readonly Ladder[]): readonly (readonly string[])[] {
  const bound = Math.max(...BOUNDS_MS);
  return ladders
    .filter(({ subject }) => subject === OURS || subject === 'bare-hop')
    .map((ladder) => {
      const rate = within(ladder, bound);
      const rounds = ladder.steps.find((step) => step.rate === rate)?.rounds ?? [];
      const micros = median(rounds.map(({ servingMicros }) => servingMicros));
      return [`${ladder.workload}, ${ladder.subject}`, number(rate), `${number(micros, 1)} µs`, number(1e6 / micros)];
    });
}

function bareHop({ closed, machine, ladders }: FrontierResult): string {
  const rates = (name: SubjectName): readonly number[] =>
    closed.flatMap(({ rounds }) =>
      rounds
        .filter(({ subject }) => subject === name)
        .map(({ failed, perSecond }) => (failed > 0 ? Number.NaN : perSecond)),
    );
  const ratio = pairedRatio(rates(OURS), rates('bare-hop'));
  const verdict = Number.isNaN(ratio) ? 'not measured' : ratio >= SHARE_OF_BARE ? 'pass' : 'short';
  const limits = limitsOf(closed, [], machine.cores, OURS);
  return [
    `**${verdict}**: ${number(ratio, 2)} × the bare hop’s requests per second at 64 connections, closed loop (at least ${SHARE_OF_BARE}): ${number(median(rates(OURS)))} of ${number(median(rates('bare-hop')))}/s, medians of ${rates(OURS).length} interleaved rounds.`,
    'What this machine could have given in the same rounds, whatever the gateway did with it:',
    table(['limit', 'requests/s', 'ratio', 'arithmetic'], limits.map(limitRow)),
    `At the edge of the ladders (at most ${Math.max(...BOUNDS_MS)} ms added), CPU of the serving thread:`,
    table(['workload', 'requests/s', 'CPU a request', 'a thread that never waits, requests/s'], edgeCosts(ladders)),
  ].join('\n\n');
}

export function frontierPage(result: FrontierResult): string {
  const { machine, seconds, subjects, leftOut, lengths, ladders, streams } = result;
  const workloads = [...new Set(ladders.map(({ workload }) => workload))];
  const parts = [
    `# Frontier of ${machine.at}`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB · ${machine.system} · Node ${machine.node} · commit ${machine.commit} · load before the start ${machine.loadBefore.toFixed(2)} · ${(seconds / 60).toFixed(1)} minutes`,
    [
      '- requests come at a fixed rate and time counts from when each was due; added is the p99 to the body of a whole answer or the first delta of a stream, less that of the upstream alone at the same rate in this run',
      `- a rate counts when at least 95 % of it was answered and nothing failed, in most of its rounds; rungs of 1.35; an edge rests on two rounds that agree or on ${lengths.rounds}, of ${lengths.measureMs} ms each`,
      '- load generator, upstream and subject share all cores; nothing is pinned',
      '- streams: 64 deltas at 20 ms; in time means a frame delay of at most 50 ms at p99; tried at 100, 250, 500, 1,000 and 2,000',
    ].join('\n'),
    [...subjects.map(({ name, method }) => `- **${name}**: ${method}`), ...leftOut.map((what) => `- ${what}`)].join(
      '\n',
    ),
    ...workloads.flatMap((workload) => [
      `## ${WORDS[workload]}`,
      frontierTable(ladders.filter((ladder) => ladder.workload === workload)),
    ]),
    '## Streams at once',
    streamTable(streams),
    '## Ahead of each, cell by cell',
    leadTable(result),
    '## Of the bare hop, with everything on',
    bareHop(result),
  ];
  return `${parts.join('\n\n')}\n`;
}
