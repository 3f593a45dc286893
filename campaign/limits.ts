// The campaign of limits: lives of a node drawn from seeds, each step held against a model of what limits mean. Ends at the
// first counter-example, which its seed repeats. The result is docs/evidence/limits.json and limits.md.
// Usage: npm run campaign -- limits [--steps 100000] [--from 1]
//        node campaign/limits.ts --seed 4711 [--sabotage 'a restart forgets']
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SABOTAGES, World, type Lived, type Sabotage } from './limits/world.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORLD_STEPS = 500;

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '100000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    sabotage: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'weighbridge-limits-'));
try {
  if (values.seed === undefined) campaign(Number(values.from), Number(values.steps));
  else tell(Number(values.seed));
} finally {
  rmSync(folder, { recursive: true });
}

function tell(seed: number): void {
  const sabotage: Sabotage | undefined = SABOTAGES.find((name) => name === values.sabotage);
  const lived = live(seed, sabotage);
  process.stdout.write(`${JSON.stringify({ seed, ...lived }, null, 2)}\n`);
  process.exitCode = lived.problems.length === 0 ? 0 : 3;
}

function live(seed: number, sabotage?: Sabotage): Lived {
  return new World(seed, join(folder, `${seed}.json`), sabotage).run(WORLD_STEPS);
}

function campaign(from: number, steps: number): void {
  const total = { worlds: 0, steps: 0, admitted: 0, refused: 0, restarts: 0 };
  const problems: string[] = [];
  for (let seed = from; total.steps < steps && problems.length === 0; seed += 1) {
    const lived = live(seed);
    total.worlds += 1;
    for (const name of ['steps', 'admitted', 'refused', 'restarts'] as const) total[name] += lived[name];
    problems.push(...lived.problems.map((problem) => `seed ${seed}, ${problem}`));
    if (seed % 20 === 0) process.stderr.write(`${total.steps} of ${steps} steps\n`);
  }
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`;
  const summary = { from, commit, node: process.version, machine, ...total, problems };
  const evidence = join(ROOT, 'docs', 'evidence');
  mkdirSync(evidence, { recursive: true });
  writeFileSync(join(evidence, 'limits.json'), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(evidence, 'limits.md'), page(summary));
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  process.exitCode = problems.length === 0 ? 0 : 3;
}

function page(summary: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(summary).map(
    ([name, value]) =>
      `| ${name} | ${Array.isArray(value) ? (value.length === 0 ? 'none' : value.join('; ')) : String(value)} |`,
  );
  return `# Limits

A node's life is drawn from a seed: up to five limits of any measure, window, scope and bound, one to four lanes on shared counters,
calls that are admitted, tried again elsewhere, answered, refused, broken off or left, a clock that goes on, amounts that change, and
kills after which everything is counted again from the journal. After each admission and refusal the answer is held against a
model that adds up a list of everything that was ever admitted: nothing may be admitted that overruns a limit, and
nothing refused that fits under all. After each restart, and now and then, every counter is compared. That the check can fail is
shown by ${SABOTAGES.length} deliberate faults (test/limits.test.ts).

| | |
|---|---|
${rows.join('\n')}

Again: \`npm run campaign -- limits\`.
`;
}
