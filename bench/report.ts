// Results as people read them: a Markdown page with every ratio beside its threshold, and a drawing of it. Everything
// here is computed from the JSON that is kept beside it.
import { SMALL } from './bodies.ts';
import type { Cell, CellResult } from './hop.ts';
import type { JournalResult } from './journal.ts';
import type { Machine } from './machine.ts';
import type { SubjectName } from './peers.ts';
import { limitsOf, streamLimitsOf, type Limit, type StreamLimit } from './limits.ts';
import type { FoldRate, ProjectorResult } from './projector.ts';
import { median, pairedRatio } from './statistics.ts';
import type { StreamRun } from './streams.ts';
import { verdicts, type Results, type Verdict } from './verdicts.ts';

export interface Report {
  readonly machine: Machine;
  readonly method: readonly string[];
  readonly subjects: readonly { readonly name: SubjectName; readonly method: string }[];
  readonly seconds: number;
  readonly results: Results;
}

const ORDER: readonly SubjectName[] = ['direct', 'bare-hop', 'haproxy', 'portkey', 'weighbridge', 'weighbridge-full'];

const number = (value: number, digits = 0): string =>
  Number.isNaN(value)
    ? '–'
    : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n');

export const cellName = (cell: Cell): string =>
  `${cell.connections} conn · ${cell.delayMs} ms · ${cell.bytes === SMALL ? 'small' : '100 kB'}`;

const rates = (result: CellResult, name: SubjectName): readonly number[] =>
  result.rounds
    .filter((round) => round.subject === name)
    .map((round) => (round.failed > 0 ? Number.NaN : round.perSecond));

const figure = (result: CellResult, name: SubjectName, of: 'p50' | 'p99'): number =>
  median(result.rounds.filter((round) => round.subject === name && round.failed === 0).map((round) => round[of]));

const namesIn = (results: Results): readonly SubjectName[] =>
  ORDER.filter(
    (name) =>
      results.hop.some((cell) => cell.rounds.some((round) => round.subject === name)) ||
      results.streams.some((run) => run.subject === name),
  );

const hopTable = (results: Results, cells: readonly CellResult[]): string => {
  const names = namesIn(results);
  const rows = cells.map((result) => {
    const cells = names.map((name) => {
      const rate = median(rates(result, name));
      if (Number.isNaN(rate)) return 'failed';
      return `${number(rate)} (${number(figure(result, name, 'p50'), 2)} / ${number(figure(result, name, 'p99'), 2)})`;
    });
    const ours = rates(result, 'weighbridge');
    const against = (name: SubjectName): string => number(pairedRatio(ours, rates(result, name)), 2);
    return [cellName(result.cell), ...cells, against('bare-hop'), against('haproxy'), against('portkey')];
  });
  const head = ['cell', ...names.map((name) => `${name}/s (p50 / p99 ms)`), '÷ bare', '÷ HAProxy', '÷ Portkey'];
  return table(head, rows);
};

/** Requests per second of CPU that the subject itself used: what stays comparable where the rig was the limit. */
const costTable = (results: Results, measured: readonly CellResult[]): string => {
  const names = namesIn(results).filter((name) => name !== 'direct');
  const cells = measured.filter((result) => result.cell.delayMs === 0 && result.cell.connections !== 1);
  const cost = (result: CellResult, name: SubjectName): string => {
    const rounds = result.rounds.filter((round) => round.subject === name && round.failed === 0);
    const micros = median(rounds.map((round) => (round.cores.subject * 1e6) / round.perSecond));
    const rig = median(rounds.map((round) => round.cores.upstream + round.cores.load));
    const memory = median(rounds.map((round) => round.rssMiB));
    const others = median(rounds.map((round) => round.cores.others));
    return `${number(micros)} µs · rig ${number(rig, 2)} · others ${number(others, 2)} · ${number(memory)} MiB`;
  };
  const rows = cells.map((result) => [cellName(result.cell)].concat(names.map((name) => cost(result, name))));
  return table(['cell', ...names.map((name) => `${name}: CPU per request`)], rows);
};

const limitTable = (limits: readonly Limit[]): string =>
  table(
    ['limit', 'requests/s', 'ratio', 'arithmetic'],
    limits.map((limit) => [limit.what, number(limit.perSecond), `${number(limit.ratio, 2)} ×`, limit.arithmetic]),
  );

const streamLimitTable = (limits: readonly StreamLimit[]): string =>
  table(
    ['streams', 'lane busy', 'bare hop busy', 'p99 ms of the bare hop’s pauses on a thread as busy', 'arithmetic'],
    limits.map(({ concurrent, busy, bareBusy, p99, arithmetic }) => [
      number(concurrent),
      number(busy, 2),
      number(bareBusy, 2),
      number(p99, 1),
      arithmetic,
    ]),
  );

const streamTable = (runs: readonly StreamRun[]): string => {
  const keys = [...new Set(runs.map((run) => `${run.concurrent} ${run.subject}`))];
  const rows = keys.map((key) => {
    const own = runs.filter((run) => `${run.concurrent} ${run.subject}` === key);
    const of = (pick: (run: StreamRun) => number): number => median(own.map(pick));
    const sum = (pick: (run: StreamRun) => number): number => own.reduce((total, run) => total + pick(run), 0);
    return [
      key,
      number(own.length),
      number(sum((run) => run.frames)),
      `${sum((run) => run.lost)} / ${sum((run) => run.duplicated)} / ${sum((run) => run.failed)}`,
      number(
        of((run) => run.transit.p50),
        2,
      ),
      number(
        of((run) => run.transit.p99),
        2,
      ),
      number(
        of((run) => run.transit.p999),
        2,
      ),
      number(
        of((run) => run.firstToken.p50),
        2,
      ),
      number(
        of((run) => run.jitter.p99),
        2,
      ),
      number(
        of((run) => run.cores.subject),
        2,
      ),
      number(
        of((run) => run.servingMicros),
        1,
      ),
      number(
        of((run) => run.cores.others),
        2,
      ),
    ];
  });
  const head = [
    'streams',
    'runs',
    'frames',
    'lost / doubled / failed',
    'delay p50 ms',
    'delay p99 ms',
    'delay p99.9 ms',
    'added TTFT p50 ms',
    'gap off schedule p99 ms',
    'cores used',
    'serving CPU µs a delta',
    'by others',
  ];
  return table(head, rows);
};

const journalTable = (journal: JournalResult): string => {
  const rows: string[][] = [
    ['append, fdatasync batches', `${number(journal.append.perSecond)} leaves/s`, journal.append.method],
    ['the disk itself, same bytes and batches', `${number(journal.disk.perSecond)} leaves/s`, journal.disk.method],
    ['a lane’s write-ahead file', `${number(journal.writeAhead.perSecond)} entries/s`, journal.writeAhead.method],
    ['the recorder', `${number(journal.recorder.perSecond)} entries/s`, journal.recorder.method],
    ['append as a share of the disk', number(journal.append.perSecond / journal.disk.perSecond, 2), ''],
  ];
  if (journal.proof !== null) {
    rows.push([
      'inclusion proof',
      `p50 ${number(journal.proof.latency.p50, 3)} / p99 ${number(journal.proof.latency.p99, 3)} ms`,
      journal.proof.method,
    ]);
  }
  if (journal.verify !== null)
    rows.push(['verification, hash and tree', `${number(journal.verify.perSecond)} leaves/s`, journal.verify.method]);
  if (journal.verifyFull !== null) {
    rows.push([
      'verification with schema and re-rating',
      `${number(journal.verifyFull.perSecond)} leaves/s`,
      journal.verifyFull.method,
    ]);
  }
  return table(['journal', 'measured', 'method'], rows);
};

const projectorTable = (projector: ProjectorResult): string => {
  const { decode, rollups, recent, all } = projector;
  const rows: readonly (readonly [string, FoldRate])[] = [
    ['facts', decode],
    ['roll-ups', rollups.journal],
    ['roll-ups, facts at hand', rollups.facts],
    ['roll-ups, the database alone', rollups.limit],
    ['recent calls', recent.journal],
    ['recent calls, facts at hand', recent.facts],
    ['recent calls, the database alone', recent.limit],
    ['all projections', all],
  ];
  return table(
    ['projector', 'receipts/s', 'of processor time', 'method'],
    rows.map(([name, each]) => [name, number(each.perSecond), number(each.perCpuSecond), each.method]),
  );
};

const verdictRow = (verdict: Verdict): string[] => {
  const whole = verdict.unit === 'leaves/s' || verdict.unit === 'receipts/s';
  const digits = whole ? 0 : 2;
  return [
    verdict.what,
    `${verdict.bound === 'min' ? '≥' : '≤'} ${number(verdict.threshold, whole ? 0 : 1)} ${verdict.unit}`.trim(),
    verdict.measured === null ? '–' : `${number(verdict.measured, digits)} ${verdict.unit}`.trim(),
    verdict.verdict,
  ];
};

export const verdictTable = (results: Results): string =>
  table(['claim', 'threshold', 'measured', 'verdict'], verdicts(results).map(verdictRow));

export const markdown = (report: Report, drawing: string): string => {
  const { machine, results } = report;
  const parts = [
    `# Bench of ${machine.at}`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB · ${machine.system} · Node ${machine.node} · ` +
      `undici ${machine.undici} · ${machine.haproxy} · Portkey ${machine.portkey} · commit ${machine.commit} · ` +
      `load before the start ${number(machine.loadBefore, 2)} · took ${number(report.seconds)} s`,
    report.method.map((line) => `- ${line}`).join('\n'),
    report.subjects.map((subject) => `- **${subject.name}**: ${subject.method}`).join('\n'),
    `![requests per second by subject](${drawing})`,
    '## Against the thresholds',
    verdictTable(results),
  ];
  if (results.hop.length > 0) {
    parts.push(
      '## Hop',
      hopTable(results, results.hop),
      'Cost of a request, and how busy the rig (upstream and load generator) was, in cores:',
      costTable(results, results.hop),
    );
  }
  const limits = limitsOf(results.hop, results.pinned, machine.cores);
  if (limits.length > 0) parts.push('What this machine could give at 64 connections, in this run:', limitTable(limits));
  if (results.pinned.length > 0) {
    parts.push(
      '## Hop, each serving thread on a core of its own',
      'For comparison; the verdicts are about the table above. Everything else shares the other cores.',
      hopTable(results, results.pinned),
      costTable(results, results.pinned),
    );
  }
  if (results.streams.length > 0) parts.push('## Streams', streamTable(results.streams));
  const streamLimits = streamLimitsOf(results.streams);
  if (streamLimits.length > 0)
    parts.push('What pauses cost a thread that is as busy as a lane, in this run:', streamLimitTable(streamLimits));
  if (results.streamsByCore.length > 0) {
    parts.push(
      '## Streams, ours with a lane for each core',
      'For comparison; the verdicts are about the table above.',
      streamTable(results.streamsByCore),
    );
  }
  if (results.journal !== null) parts.push('## Journal', journalTable(results.journal));
  if (results.projector !== null) {
    const { receipts, groupsPerMillion } = results.projector;
    const what = `${number(receipts)} receipts, ${number(groupsPerMillion)} groups per million, one process on one core:`;
    parts.push('## Projector', what, projectorTable(results.projector));
  }
  return `${parts.join('\n\n')}\n`;
};
