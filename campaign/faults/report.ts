// What a campaign of faults came to, as the two files of evidence.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { ChunkResult } from './chunk.ts';
import { KIND_NAMES } from './plan.ts';
import type { FaultRow } from './run-world.ts';

export interface Outcome {
  readonly root: string;
  readonly seed: number;
  readonly commit: string;
  readonly wanted: number;
  readonly results: readonly ChunkResult[];
}

interface KindCount {
  readonly faults: number;
  readonly skipped: number;
  readonly completed: number;
  readonly violations: number;
  readonly variants: Readonly<Record<string, number>>;
}

/** Writes both, prints the summary, and says with which code to end. */
export function report({ root, seed, commit, wanted, results }: Outcome): number {
  const worlds = results.toSorted((a, b) => a.world - b.world);
  const rows = worlds.flatMap((world) => world.rows.map((row) => ({ world: world.world, ...row })));
  const done = rows.filter(({ skipped }) => skipped === undefined);
  const sum = (pick: (row: FaultRow) => number): number => done.reduce((total, row) => total + pick(row), 0);
  const violations = rows.flatMap((row) =>
    row.violations.map((said) => `world ${row.world}, ${row.kind} (${row.variant}): ${said}`),
  );
  const summary = {
    seed,
    commit,
    node: process.version,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    faults: done.length,
    skipped: rows.length - done.length,
    worlds: worlds.length,
    calls: sum(({ calls }) => calls),
    completed: sum(({ completed }) => completed),
    broken_for_the_client: sum(({ broken }) => broken),
    refused_while_the_disk_was_full: sum(({ refused }) => refused),
    checkpoints_shown: worlds.reduce((total, { shown }) => total + shown, 0),
    checkpoints_cosigned: worlds.reduce((total, { cosigned }) => total + cosigned, 0),
    violations: violations.length,
  };
  const kinds = Object.fromEntries(KIND_NAMES.map((kind) => [kind, countOf(rows.filter((row) => row.kind === kind))]));
  const folder = join(root, 'docs', 'evidence');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'faults.json'), `${JSON.stringify({ ...summary, kinds, violations, rows }, null, 1)}\n`);
  writeFileSync(join(folder, 'faults.md'), page(summary, kinds, violations, wanted));
  process.stdout.write(`${JSON.stringify({ ...summary, kinds }, null, 2)}\n`);
  if (violations.length > 0) return 3;
  return rows.length >= wanted ? 0 : 6;
}

function countOf(rows: readonly FaultRow[]): KindCount {
  const done = rows.filter(({ skipped }) => skipped === undefined);
  const variants: Record<string, number> = {};
  for (const { variant } of done) variants[variant] = (variants[variant] ?? 0) + 1;
  return {
    faults: done.length,
    skipped: rows.length - done.length,
    completed: done.reduce((total, { completed }) => total + completed, 0),
    violations: rows.reduce((total, row) => total + row.violations.length, 0),
    variants,
  };
}

const VIOLATIONS_SHOWN = 20;

function page(
  summary: Readonly<Record<string, unknown>>,
  kinds: Readonly<Record<string, KindCount>>,
  violations: readonly string[],
  wanted: number,
): string {
  const facts = Object.entries(summary).map(([name, value]) => `| ${name.replaceAll('_', ' ')} | ${String(value)} |`);
  const table = Object.entries(kinds).map(
    ([kind, { faults, skipped, completed, violations: bad, variants }]) =>
      `| ${kind} | ${faults}${skipped === 0 ? '' : ` (${skipped} skipped)`} | ${Object.entries(variants)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, count]) => `${name}: ${count}`)
        .join(', ')} | ${completed} | ${bad} |`,
  );
  const said = violations.slice(0, VIOLATIONS_SHOWN).map((violation) => `- ${violation.split('\n')[0] ?? ''}`);
  return `# Faults

Real processes, an instance under load and its witness, met by one fault after the other on a journal that lives through all of
them; after each, an auditor written apart looks at everything since the first. What is done and what is claimed:
[faults.md](../faults.md).

| | |
|---|---|
${facts.join('\n')}

| kind | faults | of which | calls completed | violations |
|---|---|---|---|---|
${table.join('\n')}
${said.length === 0 ? '' : `\nViolations:\n\n${said.join('\n')}\n`}
Again: \`npm run campaign -- faults --faults ${wanted} --seed ${String(summary['seed'])}\` (rows in faults.json).
`;
}
