// How fast the scenario runs: a thousand paths of ten years, beside what this machine does in the same moment with an empty loop
// and with copying states alone. `node bench/planner-system.ts [--paths N] [--rounds N]`; exit 3 when the median is not below 2 s.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readScenario, sampleScenario, SCENARIO_FILES } from '@weighbridge/planner';
import { median } from './statistics.ts';

const LIMIT_MS = 2000;
const { values } = parseArgs({
  options: { paths: { type: 'string', default: '1000' }, rounds: { type: 'string', default: '5' } },
});
const paths = Number(values.paths);
const rounds = Number(values.rounds);

const timed = (work: () => unknown): number => {
  const from = performance.now();
  work();
  return performance.now() - from;
};

/** A step that copies a state of the same size and adds one number: no model could cost less. */
function emptySteps(count: number): number {
  let state = new Float64Array(256);
  for (let at = 0; at < count; at += 1) {
    const next = state.slice();
    next[at & 255] = (state[(at + 1) & 255] ?? 0) + 1;
    state = next;
  }
  return state[0] ?? 0;
}

const results = Object.keys(SCENARIO_FILES).map((name) => {
  const scenario = readScenario(name, readFileSync(SCENARIO_FILES[name] ?? '', 'utf8'));
  const steps = paths * scenario.months;
  const model: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    empty.push(timed(() => emptySteps(steps)));
    model.push(timed(() => sampleScenario(scenario, { seed: round, paths })));
  }
  const [ms, least] = [median(model), median(empty)];
  return {
    scenario: name,
    paths,
    months: scenario.months,
    median_ms: Math.round(ms),
    worst_ms: Math.round(Math.max(...model)),
    steps_per_second: Math.round((steps / ms) * 1000),
    empty_steps_per_second: Math.round((steps / least) * 1000),
    times_empty: Math.round(ms / least),
  };
});
process.stdout.write(`${JSON.stringify({ limit_ms: LIMIT_MS, results }, null, 2)}\n`);
process.exitCode = results.every((each) => each.median_ms < LIMIT_MS) ? 0 : 3;
