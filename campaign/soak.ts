// The soak: thirty minutes at 200 calls a second, half of them streamed, through an instance with everything on; in the second
// half of it overload, clouds whose streams break and clients that leave, and how soon it is as before. It cannot
// be taken up again where it was broken off: what it shows is that one process lasts. The result, with seed and commit,
// is docs/evidence/soak.json and soak.md.
// Usage: npm run campaign -- soak [--minutes 30] [--rate 200] [--lanes 1] [--seed N] [--plain] [--no-keep]
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runSoak, type Soak } from './soak/run-soak.ts';
import { byMinute, type Minute, type Sample } from './soak/samples.ts';
import { plansOf } from './soak/phases.ts';
import { recoveries, type Recovered } from './soak/recovery.ts';
import type { SoakVerdict } from './soak/soak-verdict.ts';
import { judge, warmUpSeconds } from './soak/verdicts.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '200' },
    lanes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '20261129' },
    // Left in peace: no phases.
    plain: { type: 'boolean', default: false },
    'no-keep': { type: 'boolean', default: false },
  },
});
const [minutes, rate, lanes, seed] = [values.minutes, values.rate, values.lanes, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
];
const WHAT = {
  overload: 'six times the calls, of which the routes have room for about a third',
  'broken streams': 'one stream in five falls silent, one in ten breaks',
  'clients that leave': 'half as many calls again, whose clients go away within 60 ms of the first byte',
} as const;
const git = (...args: string[]): string => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
const commit = git('rev-parse', 'HEAD');
const folder = join(ROOT, '.weighbridge', 'campaign', `soak-${seed}`);
const seconds = minutes * 60;

const phases = values.plain ? [] : plansOf(seconds);
const soak = await runSoak({ folder, seed, seconds, rate, lanes, everyMs: 2_000, phases, onSample: progress });
report(soak, judge(soak, seconds));

function progress({ at, rss, lagSeconds, inFlight, loop }: Sample, of: number): void {
  const memory = rss === null ? '' : `, ${rss['instance']?.toFixed(0)} MiB`;
  process.stderr.write(
    `${at.toFixed(0)} s of ${of}: ${inFlight} in flight${memory}, tables ${lagSeconds.toFixed(2)} s behind, event loop p99 ${loop.whole.toFixed(2)} ms\n`,
  );
}

function report(soak: Soak, verdicts: readonly SoakVerdict[]): void {
  const { samples, missed, refused, counts, differences, load, said } = soak;
  const recovered = recoveries(soak);
  const facts = {
    seed,
    commit,
    changed: git('status', '--porcelain') !== '',
    node: process.version,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    minutes,
    calls_per_second: rate,
    lanes,
    warm_up_seconds: warmUpSeconds(seconds),
    ...counts,
  };
  const summary = { ...facts, verdicts, differences: differences.slice(0, 20), missed, refused, said, load, recovered };
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  if (!values['no-keep']) {
    const evidence = join(ROOT, 'docs', 'evidence');
    mkdirSync(evidence, { recursive: true });
    const rows = byMinute(samples);
    writeFileSync(join(evidence, 'soak.json'), `${JSON.stringify({ ...summary, rows }, null, 2)}\n`);
    writeFileSync(join(evidence, 'soak.md'), page(facts, verdicts, rows, recovered));
  }
  process.exitCode = verdicts.every(({ verdict }) => verdict === 'pass')
    ? 0
    : verdicts.some(({ verdict }) => verdict === 'short')
      ? 3
      : 6;
}

function page(
  facts: object,
  verdicts: readonly SoakVerdict[],
  rows: readonly Minute[],
  recovered: readonly Recovered[],
): string {
  const table = (head: readonly string[], body: readonly (readonly string[])[]): string =>
    [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
  const minuteRow = ({ minute, rss_mib: rss, ...row }: Minute): readonly string[] => [
    String(minute + 1),
    ...['instance', 'lab', 'clients'].map((name) => rss[name]?.median.toFixed(0) ?? '-'),
    row.database_mib?.toFixed(0) ?? '-',
    row.lag_seconds_max.toFixed(2),
    row.loop_p99_ms?.toFixed(2) ?? '-',
    String(row.in_flight_max),
  ];
  const heads = [
    'minute',
    'instance MiB',
    'lab MiB',
    'clients MiB',
    'of it database MiB',
    'lag s',
    'loop p99 ms',
    'in flight',
  ];
  return `# Soak

One instance with everything on (journal, tables in the embedded database, control API, one console that keeps asking), in
front of the lab's simulated clouds, called at a fixed rate by clients in a process of their own, whatever comes back. All
processes share one machine. Each route has two deployments with room for twice what it is called for, and a line of 64.
${recovered.map(told).join('')}

${table(
  ['claim', 'measured', 'verdict'],
  verdicts.map(({ claim, measured, verdict }) => [claim, measured, verdict]),
)}

${table(
  ['', ''],
  Object.entries(facts).map(([name, value]) => [name.replaceAll('_', ' '), String(value)]),
)}

Minute by minute (memory is the median of the minute's samples, lag and calls in flight the most, the event loop's delay of
the last whole minute):

${table(heads, rows.map(minuteRow))}

Again: \`npm run campaign -- soak\` (the same rows in soak.json). What the fields of a sample are: campaign/soak/samples.ts.
`;
}

function told({ phase: { name, from, to } }: Recovered): string {
  return `\n- ${name}: from ${from.toFixed(0)} s to ${to.toFixed(0)} s, ${WHAT[name]}`;
}
