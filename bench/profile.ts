// Reads CPU profiles (`npm run bench -- --profile FOLDER`) and prints where the time went: self time by function, and
// by file. Usage: node profile.ts FOLDER [rows]
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}
interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const place = ({ callFrame }: ProfileNode): { readonly name: string; readonly file: string } => {
  const file = callFrame.url.replace(/^file:\/\//, '').replace(/^.*\/(packages|node_modules)\//, '$1/');
  return { name: `${callFrame.functionName || '(anonymous)'} ${file}:${callFrame.lineNumber + 1}`, file };
};

const top = (sums: ReadonlyMap<string, number>, total: number, rows: number): string =>
  [...sums]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, rows)
    .map(
      ([name, micros]) =>
        `${((100 * micros) / total).toFixed(1).padStart(6)} %  ${(micros / 1000).toFixed(0).padStart(7)} ms  ${name}`,
    )
    .join('\n');

const summarise = (profile: Profile, rows: number): string => {
  const nodes = new Map(profile.nodes.map((node) => [node.id, place(node)]));
  const byFunction = new Map<string, number>();
  const byFile = new Map<string, number>();
  let total = 0;
  let idle = 0;
  for (const [index, id] of profile.samples.entries()) {
    const micros = profile.timeDeltas[index] ?? 0;
    const { name = '', file = '' } = nodes.get(id) ?? {};
    if (name.startsWith('(idle)')) {
      idle += micros;
      continue;
    }
    total += micros;
    byFunction.set(name, (byFunction.get(name) ?? 0) + micros);
    byFile.set(file || name, (byFile.get(file || name) ?? 0) + micros);
  }
  const head = `busy ${(total / 1e6).toFixed(2)} s, idle ${(idle / 1e6).toFixed(2)} s`;
  return `${head}\n\nself time by function\n${top(byFunction, total, rows)}\n\nself time by file\n${top(byFile, total, rows)}`;
};

const [folder = '.', rows = '40'] = process.argv.slice(2);
for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile;
  process.stdout.write(`\n## ${file}\n${summarise(profile, Number(rows))}\n`);
}
