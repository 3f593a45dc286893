// How fast the one-gigawatt plan is drawn: ten thousand draws with their bands, beside a bare loop that does as many multiplications and
// sorts as many columns, on the same machine in the same rounds. `node bench/planner-draws.ts [--draws N] [--rounds N]`; exit 3 when
// the median is not below one second.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  bandsOf,
  CATALOGUE_FILES,
  CATALOGUE_NAMES,
  PLAN_FILES,
  powerModel,
  readCatalogues,
  readPowerPlan,
  runPowerPlan,
  studyModel,
} from '@weighbridge/planner';
import { median } from './statistics.ts';

const LIMIT_MS = 1000;
const { values } = parseArgs({
  options: { draws: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '7' } },
});
const draws = Number(values.draws);
const rounds = Number(values.rounds);

const timed = (work: () => unknown): number => {
  const from = performance.now();
  work();
  return performance.now() - from;
};

const catalogues = readCatalogues(
  CATALOGUE_NAMES.map((name) => ({ file: name, text: readFileSync(CATALOGUE_FILES[name], 'utf8') })),
);
const plan = readPowerPlan('one-gigawatt', readFileSync(PLAN_FILES['one-gigawatt'] ?? '', 'utf8'), catalogues);
const model = powerModel(plan);
const [inputs, outputs] = [model.variables.length, model.outputs.length];

/** A column per variable filled, a column per result computed from all of them, and each result sorted: no study could do less. */
function bare(): number {
  const columns = Array.from({ length: inputs }, (_, at) => new Float64Array(draws).fill(at + 1));
  let held = 0;
  for (let output = 0; output < outputs; output += 1) {
    const column = new Float64Array(draws);
    for (let draw = 0; draw < draws; draw += 1)
      column[draw] = (columns[output % inputs]?.[draw] ?? 0) * ((draw * 7919) % draws);
    column.sort();
    held += column[draws >> 1] ?? 0;
  }
  return held;
}

const [study, whole, least]: [number[], number[], number[]] = [[], [], []];
for (let round = 0; round < rounds; round += 1) {
  least.push(timed(bare));
  study.push(timed(() => bandsOf(model, studyModel(model, { seed: round, count: draws }))));
  whole.push(timed(() => runPowerPlan(plan, catalogues, { seed: round, draws })));
}
const [ms, wholeMs, bareMs] = [median(study), median(whole), median(least)];
process.stdout.write(
  `${JSON.stringify(
    {
      limit_ms: LIMIT_MS,
      draws,
      variables: inputs,
      results: outputs,
      median_ms: Math.round(ms),
      worst_ms: Math.round(Math.max(...study)),
      with_dates_tornado_and_anchors_ms: Math.round(wholeMs),
      bare_loop_ms: Math.round(bareMs),
      times_bare_loop: Number((ms / bareMs).toFixed(2)),
    },
    null,
    2,
  )}\n`,
);
process.exitCode = ms < LIMIT_MS ? 0 : 3;
