// How well the performance model does, and how fast a search is: every error on rows that the fit had not seen, beside that of a
// roofline at stated rates on the same rows in the same run, and what published simulators say of themselves (on rows of their own).
// `node bench/planner-performance.ts [--folder DIR] [--json]`; exit 3 when a promise is broken. Takes one or two minutes.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  benchOf,
  calibrateFolder,
  CALIBRATION_FILE,
  CATALOGUE_FILES,
  CATALOGUE_NAMES,
  performanceModel,
  readCalibration,
  readCatalogues,
  searchConfigurations,
  TABLE_FILES,
  type CalibrationReport,
  type Measures,
  type TableTexts,
} from '@weighbridge/planner';
import { median } from './statistics.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: resolve(import.meta.dirname, '../../shared/data/planner') },
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
  },
});

/** Medians that simulators state, or that others found for them: capacity.md §2.2. Their rows are not ours. */
const PUBLISHED = [
  { tool: 'BLIS, held-out experiments', says: 'time per token 7.1 %, end to end 6.7 %' },
  { tool: 'BLIS, recomputed (older variant)', says: 'time per token 19.9 %, end to end 17.2 %' },
  { tool: 'aiconfigurator, H100 with vLLM, nine experiments', says: 'time per token 25.4 %, end to end 11.8 %' },
  { tool: 'InferSim, four cases', says: '3.8 % to 15 %' },
  { tool: 'LLMServingSim', says: 'end to end 18.8 %' },
  { tool: 'llm-optimizer', says: 'time per token 56 %, end to end 39 %' },
  { tool: 'Vidur, four experiments, profiled', says: 'end to end 2.4 %' },
  { tool: 'a roofline without learning', says: 'time per token 54 %, end to end 49 %' },
];

const catalogues = readCatalogues(
  CATALOGUE_NAMES.map((name) => ({ file: name, text: readFileSync(CATALOGUE_FILES[name], 'utf8') })),
);
const texts = Object.fromEntries(
  Object.entries(TABLE_FILES).map(([name, file]) => [name, readFileSync(join(values.folder, file), 'utf8')]),
) as unknown as TableTexts;

type Regime = CalibrationReport['regimes'][number];
const { regimes } = calibrateFolder(benchOf(catalogues), texts, 'bench');
const found = (regime: Regime['regime'], scheme: Regime['schemes'][number]['scheme']): Measures => {
  const held = regimes.find((each) => each.regime === regime)?.schemes.find((each) => each.scheme === scheme);
  if (held === undefined) throw new Error(`no ${regime} ${scheme}`);
  return held.overall;
};

/** Left out, regime, the most that its median error may be. */
const PROMISES = [
  ['serving', 'rows', 0.12],
  ['serving', 'chips', 0.16],
  ['serving', 'models', 0.2],
  ['saturated', 'rows', 0.15],
  ['saturated', 'chips', 0.3],
  ['saturated', 'models', 0.2],
] as const;
const promises = PROMISES.map(([regime, scheme, most]) => {
  const { median: error, inside } = found(regime, scheme);
  const covered = inside !== null && inside >= 0.75 && inside <= 0.85;
  return { regime, scheme, most, median: error, inside, kept: error !== null && error <= most && covered };
});

const model = performanceModel(catalogues, readCalibration('calibration.json', readFileSync(CALIBRATION_FILE, 'utf8')));
const SEARCH_MS = 2000;
const SEARCH_LEAST = 5000;
function searched(): { candidates: number; ms: number } {
  const from = performance.now();
  const { tried } = searchConfigurations(model, {
    accelerators: ['gb300', 'b200'],
    model: 'deepseek-r1',
    precisions: ['fp8', 'fp4'],
    input: 4096,
    output: 1024,
    chipsMost: 16,
    limits: { tpot: 0.05 },
  });
  return { candidates: tried, ms: performance.now() - from };
}
/** What this machine does in the same moment with the same number of empty rounds of arithmetic as a prediction has parts. */
function emptyRounds(count: number): number {
  const from = performance.now();
  let held = 1;
  for (let at = 0; at < count * 400; at += 1) held = Math.exp(-held) + Math.log(held + at);
  return held > 0 ? performance.now() - from : 0;
}
const rounds = Array.from({ length: Number(values.rounds) }, () => {
  const { candidates, ms } = searched();
  return { candidates, ms, empty: emptyRounds(candidates) };
});
const candidates = rounds[0]?.candidates ?? 0;
const ms = median(rounds.map((each) => each.ms));
const search = {
  candidates,
  median_ms: Math.round(ms),
  candidates_per_second: Math.round((candidates / ms) * 1000),
  times_empty: Number((ms / median(rounds.map((each) => each.empty))).toFixed(2)),
  kept: candidates >= SEARCH_LEAST && ms < SEARCH_MS,
};

const percent = (value: number | null): string => (value === null ? '–' : `${(100 * value).toFixed(1)} %`);
const row = (name: string, { rows, median: error, mean, spearman, bias, inside }: Measures): string =>
  `| ${name} | ${rows} | ${percent(error)} | ${percent(mean)} | ${spearman?.toFixed(3) ?? '–'} | ${percent(bias)} | ${percent(inside)} |`;
function page(): string {
  const head =
    '| left out | rows | median | mean | Spearman | bias (log) | inside 80 % |\n|---|---|---|---|---|---|---|';
  const parts = regimes.map((regime) =>
    [
      `## ${regime.regime}: ${regime.rows} rows, roofline at stated rates ${percent(regime.ideal)}, ${regime.better.toFixed(1)} times ours`,
      head,
      ...regime.schemes.flatMap(({ scheme, overall, folds }) => [
        row(`**${scheme}**`, overall),
        ...folds.map((fold) => row(fold.name, fold)),
      ]),
      '\nBy what a row is, one of ten rows left out:\n',
      head.replace('left out', 'of'),
      ...[...regime.by_gpu, ...regime.by_model, ...regime.by_precision].map((each) => row(each.name, each)),
    ].join('\n'),
  );
  const told = PUBLISHED.map(({ tool, says }) => `| ${tool} | ${says} |`).join('\n');
  return `${parts.join('\n\n')}\n\n## Published, on rows of their own\n| tool | median error |\n|---|---|\n${told}\n`;
}

process.stdout.write(
  values.json ? `${JSON.stringify({ promises, search, regimes, published: PUBLISHED }, null, 2)}\n` : page(),
);
process.stderr.write(`${JSON.stringify({ promises, search }, null, 1)}\n`);
process.exitCode = search.kept && promises.every((each) => each.kept) ? 0 : 3;
