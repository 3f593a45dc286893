// Times to the first token that others published, beside the planner's simulator on its own performance model: the order within each
// system as concurrency rises, and the error, which nobody's roofline gets right. `node bench/planner-first-token.ts [--rounds N]`; the
// table is read in place from WEIGHBRIDGE_CORPUS (default ../shared/data). `--fit` searches the constants again, on the groups that are
// not scored. Exit 3 when the median order falls below 0.9,
// or when the stated interval does not hold eight of ten.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  benchOf,
  CALIBRATION_FILE,
  CATALOGUE_FILES,
  FIRST_TOKEN_SPREAD,
  readCalibration,
  readCatalogues,
  readFirstTokens,
  scoreFirstToken,
  scoreFirstTokens,
  type FirstTokenRow,
  type FirstTokenScore,
  type FirstTokenTable,
} from '@weighbridge/planner';

export const CORPUS = process.env['WEIGHBRIDGE_CORPUS'] ?? resolve(import.meta.dirname, '../../shared/data');

export function publishedTable(part: 'fitted' | 'others'): FirstTokenTable {
  const catalogues = readCatalogues(
    Object.entries(CATALOGUE_FILES).map(([name, url]) => ({ file: `${name}.yaml`, text: readFileSync(url, 'utf8') })),
  );
  const calibration = readCalibration('calibration.json', readFileSync(CALIBRATION_FILE, 'utf8'));
  const file = 'latency-inferencex.csv';
  const text = readFileSync(join(CORPUS, 'planner', file), 'utf8');
  return readFirstTokens(benchOf(catalogues), calibration, { file, text }, part);
}

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;

function print(score: FirstTokenScore, took_ms: number): void {
  const by = (name: string, at: number): string[] =>
    [...Map.groupBy(score.rows, ({ group }) => group.split('|')[at] ?? '')].map(([key, rows]) => {
      const errors = rows
        .map(({ simulated_ms, ttft_ms }) => Math.abs(simulated_ms / ttft_ms - 1))
        .toSorted((a, b) => a - b);
      return `  ${name} ${key}: ${rows.length} rows, median error ${percent(errors[errors.length >> 1] ?? Number.NaN)}`;
    });
  process.stdout.write(
    [
      `simulated times to the first token, ${score.rows.length} rows in ${score.groups.length} groups, ${(took_ms / 1000).toFixed(1)} s`,
      `order within a group (Spearman): median ${score.median_spearman.toFixed(3)}, ${percent(score.ordered)} of groups at 0.8 and more`,
      `inside the stated interval: ${percent(inside(score))}`,
      `error: median ${percent(score.median_error)}, mean ${percent(score.mean_error)}; median of simulated ÷ measured ${score.bias.toFixed(2)}`,
      ...by('model', 0),
      ...by('chip', 1),
      ...by('software', 3),
      '',
    ].join('\n'),
  );
}

/** Share of rows inside the interval that scores and plans state, which was made from these rows. */
function inside({ rows }: FirstTokenScore): number {
  const { low, high } = FIRST_TOKEN_SPREAD.seen;
  const held = rows.filter(({ simulated_ms, ttft_ms }) => {
    const error = Math.log(ttft_ms / simulated_ms);
    return low <= error && error <= high;
  });
  return held.length / rows.length;
}

/** Median error by constant, dense models and mixtures apart. */
function fit(rounds: number): void {
  const table = publishedTable('fitted');
  for (const mixture of [false, true])
    for (const front_ms of [0, 15, 30, 50, 100, 150, 200, 250]) {
      const rows = table.rows.filter(({ group }) => /deepseek|gpt-oss|glm|a\d+b|mixtral|kimi/.test(group) === mixture);
      const fleetOf = (row: FirstTokenRow): ReturnType<FirstTokenTable['fleetOf']> => table.fleetOf(row, front_ms);
      const { median_error, bias } = scoreFirstToken(rows, { fleetOf, rounds, seed: 1, shortest: 0.8 });
      process.stdout.write(
        `${mixture ? 'mixtures' : 'dense'} ${front_ms} ms: median error ${percent(median_error)}, simulated ÷ measured ${bias.toFixed(2)}\n`,
      );
    }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '10' }, fit: { type: 'boolean', default: false } },
  });
  const rounds = Number(values.rounds);
  if (values.fit) fit(rounds);
  else {
    const from = performance.now();
    const score = scoreFirstTokens(publishedTable('others'), rounds, 1);
    print(score, performance.now() - from);
    process.exitCode = score.median_spearman >= 0.9 && Math.abs(inside(score) - 0.8) <= 0.03 ? 0 : 3;
  }
}
