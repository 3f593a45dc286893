// The campaign of 200 kills. Resumable: what was done lies under .weighbridge/campaign/; run it again to go on. The
// result, with seed and commit, is docs/evidence/kills.json and kills.md.
// Usage: npm run campaign -- kills   (or: node campaign/kills.ts --count 200 --seed 1)
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runKills, type Kill } from './kills/run-kills.ts';
import { readLines } from './stand/lines.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { count: { type: 'string', default: '200' }, seed: { type: 'string', default: '20261122' } },
});
const seed = Number(values.seed);
const count = Number(values.count);
const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
const folder = join(ROOT, '.weighbridge', 'campaign', `kills-${seed}-${commit.slice(0, 12)}`);
const controller = new AbortController();
process.once('SIGINT', () => controller.abort());

const began = performance.now();
const kills = await runKills({ folder, seed, count, signal: controller.signal, progress });
report(kills);

function progress(kill: Kill): void {
  const done = kill.number + 1;
  const left = ((performance.now() - began) / done) * (count - done);
  process.stderr.write(
    `kill ${done} of ${count}, about ${Math.round(left / 60_000)} min left: ${kill.completed} completed, ${kill.interrupted} interrupted${kill.violations.length === 0 ? '' : `, ${kill.violations.length} VIOLATIONS: ${kill.violations.slice(0, 3).join('; ')}`}\n`,
  );
}

function report(all: readonly Kill[]): void {
  const sum = (pick: (kill: Kill) => number): number => all.reduce((total, kill) => total + pick(kill), 0);
  const checkpoints = new Set(readLines<string>(join(folder, 'checkpoints.ndjson'))).size;
  const violations = [...new Set(all.flatMap((kill) => kill.violations))];
  const summary = {
    seed,
    commit,
    node: process.version,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    kills: all.length,
    calls: sum((kill) => kill.calls),
    completed: sum((kill) => kill.completed),
    broken_for_the_client: sum((kill) => kill.broken),
    closed_as_interrupted: sum((kill) => kill.interrupted),
    checkpoints_served: checkpoints,
    violations,
  };
  const evidence = join(ROOT, 'docs', 'evidence');
  mkdirSync(evidence, { recursive: true });
  writeFileSync(join(evidence, 'kills.json'), `${JSON.stringify({ ...summary, rows: all }, null, 2)}\n`);
  writeFileSync(join(evidence, 'kills.md'), page(summary));
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  process.exitCode = violations.length === 0 ? (all.length === count ? 0 : 6) : 3;
}

function page(summary: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(summary).map(
    ([name, value]) =>
      `| ${name.replaceAll('_', ' ')} | ${Array.isArray(value) ? (value.length === 0 ? 'none' : value.join('; ')) : String(value)} |`,
  );
  return `# Kills

An instance under load (16 clients; Chat Completions and Messages, streamed and not) is ended with \`SIGKILL\` at a seeded
random moment 0.15 to 1.5 s after the load begins, started again on the same journal, and audited; then killed again. The
auditor shares no code with the journal for tree heads, and knows only what the clients saw and which checkpoints were
served. After every kill it checks, over everything since the first: each response that its client saw complete has a
receipt that says so; each call that was begun shows as ended or as interrupted, once; each checkpoint ever served is a
prefix of the log.

| | |
|---|---|
${rows.join('\n')}

Again: \`npm run campaign -- kills\` (rows in kills.json).
`;
}
