// Ten million receipts: written through the journal, folded by the projector, then asked as the console asks, and looked at
// in a browser. Resumable: log and tables lie under .weighbridge/campaign/ and are gone on with, and measured again, by
// the next run. The result, with seed and commit, is docs/evidence/scale.json and scale.md.
// Usage: npm run campaign -- scale [--receipts 10000000] [--seed 1] [--tries 5] [--no-keep]
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './scale/build.ts';
import { measure, type Measured } from './scale/measure.ts';
import { verdicts, type ScaleVerdict } from './scale/verdicts.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SEARCH_PAGES = 400;
const { values } = parseArgs({
  options: {
    receipts: { type: 'string', default: '10000000' },
    seed: { type: 'string', default: '1' },
    tries: { type: 'string', default: '5' },
    'no-keep': { type: 'boolean', default: false },
  },
});
const asked = { receipts: Number(values.receipts), seed: Number(values.seed) };
const folder = join(ROOT, '.weighbridge', 'campaign', `scale-${asked.receipts}-${asked.seed}`);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const began = performance.now();
const { place, mark } = await build(folder, asked, say);
say(`built (${Math.round((performance.now() - began) / 1000)} s); measuring`);
const measured = await measure(place, { tries: Number(values.tries), searchPages: SEARCH_PAGES, browser: true });
report(measured, verdicts(measured));

function report(found: Measured, judged: readonly ScaleVerdict[]): void {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  const facts = {
    receipts: mark.receipts,
    seed: mark.seed,
    calls_in_roll_ups: found.calls,
    commit: git('rev-parse', 'HEAD'),
    changed: git('status', '--porcelain') !== '',
    node: process.version,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
  };
  process.stdout.write(`${JSON.stringify({ ...facts, verdicts: judged, ...found }, null, 2)}\n`);
  if (!values['no-keep']) {
    const evidence = join(ROOT, 'docs', 'evidence');
    mkdirSync(evidence, { recursive: true });
    writeFileSync(
      join(evidence, 'scale.json'),
      `${JSON.stringify({ ...facts, verdicts: judged, ...found }, null, 2)}\n`,
    );
    writeFileSync(join(evidence, 'scale.md'), page(facts, found, judged));
  }
  process.exitCode = judged.every(({ verdict }) => verdict === 'pass')
    ? 0
    : judged.some(({ verdict }) => verdict === 'short')
      ? 3
      : 6;
}

function page(facts: object, { questions, pages }: Measured, judged: readonly ScaleVerdict[]): string {
  const table = (rows: readonly (readonly (string | number)[])[]): string =>
    rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
  const asRows = (entries: readonly (readonly [string, string | number])[]) => [
    ['', 'ms'],
    ['---', '---:'],
    ...entries,
  ];
  return `# Pages over millions of receipts

A month of made-up receipts (seeded; no intents), written through the journal and folded by the projector into the embedded
database: roll-ups and latency of all, the newest million as rows. Then an instance on it, asked over its control socket,
and its console opened in Chromium.

${table([['claim', 'measured', 'verdict'], ['---', '---', '---'], ...judged.map((row) => [row.claim, row.measured, row.verdict])])}

${table([['', ''], ['---', '---'], ...Object.entries(facts).map(([name, value]) => [name.replaceAll('_', ' '), String(value)])])}

Questions to roll-ups, median of their tries:

${table(asRows(questions.map(({ what, median_ms: ms }) => [what, ms] as const)))}
${
  pages === null
    ? ''
    : `
Pages, each opened anew:

${table(asRows(pages.pages.map((each) => [`\`${each.page}\``, each.ms] as const)))}

Changes of what a page asks, with all its questions, median of three:

${table(asRows(pages.interactions.map(({ what, ms }) => [`\`${what}\``, ms] as const)))}
`
}
Again: \`npm run campaign -- scale\`.
`;
}
