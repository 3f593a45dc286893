// Tables of a plan for serving: the way, the wait for the first token by formula and simulated, the front, what a step of co-design is
// worth, and long contexts. What cannot be stands in its row with its reason.
import type { PlanCell, PlanTable } from '@weighbridge/protocol';
import type { Calibration } from '../performance/calibration.ts';
import type { PerformanceModel } from '../performance/predict.ts';
import type { Candidate } from '../performance/search.ts';
import type { Times } from '../queueing/simulator/measure.ts';
import { firstTokenInterval } from '../score/first-token.ts';
import { reachesOf, stepsOf } from '../serving/beside.ts';
import type { ResolvedServingPlan } from '../serving/plan.ts';
import type { ServingRun } from '../serving/run.ts';
import type { Simulated } from '../serving/simulated.ts';
import { numberCell, rangeCell, textCell } from './cells.ts';
import { measuredWords } from './serving-words.ts';

const splitWords = ({ tensor, pipeline, attention, experts }: Candidate): string =>
  [
    tensor === 1 ? '1 chip a layer' : `${tensor} chips a layer`,
    ...(pipeline > 1 ? [`${pipeline} stages`] : []),
    ...(attention > 1 ? [`${attention} attention groups`] : []),
    ...(experts ? ['whole experts'] : []),
  ].join(', ');

const GB = 1e9;
const PICKED = {
  rate: 'The way that gives the most of a chip within the limits',
  chips: 'The way that needs the fewest chips within the limits',
} as const;

export const wayTable = ({ pick }: ResolvedServingPlan, { chosen }: ServingRun): PlanTable => {
  const { candidate, prediction, copies, prompts } = chosen;
  const { memory, bound } = prediction;
  return {
    id: 'way',
    title: PICKED[pick],
    columns: [
      'Split',
      'Chips a copy',
      'Copies at the peak',
      'Copies for prompts',
      'Calls in flight',
      'Most that fit',
      'Weights a chip',
      'Memory a chip',
      'Bound by',
      'Measured',
    ],
    rows: [
      [
        textCell(splitWords(candidate)),
        numberCell(candidate.chips, 'chips'),
        numberCell(copies, ''),
        numberCell(prompts, ''),
        numberCell(candidate.concurrency, ''),
        numberCell(memory.mostRequests, ''),
        numberCell(memory.weights / GB, 'GB'),
        numberCell(memory.capacity / GB, 'GB'),
        textCell(bound),
        measuredCell(candidate),
      ],
    ],
    note: 'Calls in flight are those of one copy, at the most. Without copies for prompts, the chips that write compute them too.',
  };
};

const measuredCell = ({ extrapolates }: Pick<Candidate, 'extrapolates'>): PlanCell =>
  textCell(measuredWords(extrapolates));

const simulatedWords = ({ copies, calls, seed }: Simulated, all: number): string =>
  `simulated: ${calls.toLocaleString('en')} calls, ${copies === all ? `${all}` : `${copies} of ${all}`} ${all === 1 ? 'copy' : 'copies'}, seed ${seed}`;

const TIMES = ['mean', 'p50', 'p90', 'p99'] as const;

/** With the sampling interval of the run, where there are calls enough for one. */
const simulatedCell = ({ value, low, high }: Times['mean'], unit: string): PlanCell =>
  low === null || high === null
    ? numberCell(value, unit)
    : rangeCell({ low: Math.max(0, low), likely: value, high: Math.max(value, high) }, unit);

export function waitTable(plan: ResolvedServingPlan, run: ServingRun, calibration: Calibration): PlanTable {
  const { latency, copies } = run.chosen;
  const { model, ttft, work } = plan;
  const simulated = run.simulated.get(run.chosen)!;
  const { ttft_ms, tpot_ms } = simulated.measured;
  return {
    id: 'first-token',
    title: 'Time to the first token at the peak, simulated beside its closed form',
    columns: ['How', 'Mean', 'P50', 'P90', 'P99', 'A token', 'Calls that a copy writes'],
    rows: [
      [
        textCell(`closed form, busy to ${Math.round(latency.utilisation * 100)} %`),
        ...TIMES.map((time) => numberCell(latency.ttft_ms[time], 'ms')),
        numberCell(latency.tpot_ms, 'ms'),
        numberCell(latency.batch, ''),
      ],
      [
        textCell(simulatedWords(simulated, copies)),
        ...TIMES.map((time) => simulatedCell(ttft_ms[time], 'ms')),
        simulatedCell(tpot_ms.mean, 'ms'),
        numberCell(simulated.writing, ''),
      ],
      [
        textCell('what would be measured (80 %)'),
        ...TIMES.map((time) => {
          const { low, mid, high } = firstTokenInterval(calibration, model, ttft_ms[time].value);
          return rangeCell({ low, likely: mid, high }, 'ms');
        }),
        textCell('–'),
        textCell('–'),
      ],
    ],
    note: `In 99 calls of 100 it may take ${ttft.toLocaleString('en')} ms, and a token ${work.tpot.toLocaleString('en')} ms. Waiting is never taken from a roofline. The interval of a simulated time is that of the run; how far measured times have lain from simulated ones is in the last row (docs/planner-queueing.md); the time of a token with its interval stands with the figures, for as many calls in flight as the way may have.`,
  };
}

export function frontTable(run: ServingRun): PlanTable {
  const { search, tried, simulated, chosen } = run;
  const { front, refused } = search;
  return {
    id: 'front',
    title: 'Ways that none other beats, from the most of a chip',
    columns: [
      'Of a user',
      'Of a chip',
      'In flight',
      'Split',
      'Chips for the peak',
      'First token P99',
      'P99 simulated',
      'Measured',
    ],
    rows: tried.map((each) => {
      const { candidate } = each;
      const { perUser, perChip, concurrency, extrapolates } = candidate;
      const held = 'latency' in each ? each : null;
      const looked = held === null ? undefined : simulated.get(held);
      return [
        rangeCell({ low: perUser.low, likely: perUser.mid, high: perUser.high }, 'tokens/s'),
        rangeCell({ low: perChip.low, likely: perChip.mid, high: perChip.high }, 'tokens/s'),
        numberCell(concurrency, ''),
        textCell(`${splitWords(candidate)}${held === chosen ? ' (chosen)' : ''}`),
        held === null ? textCell('why' in each ? each.why : '') : numberCell(held.chips, 'chips'),
        numberCell(held?.latency.ttft_ms.p99 ?? null, 'ms'),
        looked === undefined ? textCell('not simulated') : simulatedCell(looked.measured.ttft_ms.p99, 'ms'),
        textCell(extrapolates.length === 0 ? 'yes' : `extrapolated in ${extrapolates.length}`),
      ];
    }),
    note: `Of ${search.tried.toLocaleString('en')} ways ${refused.impossible.toLocaleString('en')} cannot be and ${refused.tpot.toLocaleString('en')} are too slow; ${front.length} are on the front, of which ${tried.length} stand here. The first token is that at the peak, by closed form.`,
  };
}

export function stepsTable(
  plan: ResolvedServingPlan,
  run: ServingRun,
  performance: PerformanceModel,
  cost: number,
): PlanTable {
  return {
    id: 'steps',
    title: 'What one step of co-design is worth to the way chosen',
    columns: ['Step', 'Of a chip, times', 'Of a user, times', 'Saved', 'Measured'],
    rows: stepsOf(plan, performance, run.chosen).map(({ title, worth, taken }) => {
      if (typeof worth === 'string')
        return [
          textCell(title),
          ...Array.from({ length: 3 }, () => numberCell(null, '')),
          textCell(`cannot be: ${worth}`),
        ];
      const { perChip, perUser } = worth;
      // Of a step that is taken, what it has saved.
      const saved = (times: number): number => (taken ? cost * (times - 1) : cost * (1 - 1 / times));
      return [
        textCell(title),
        rangeCell({ low: perChip.low, likely: perChip.mid, high: perChip.high }, ''),
        rangeCell({ low: perUser.low, likely: perUser.mid, high: perUser.high }, ''),
        rangeCell({ low: saved(perChip.low), likely: saved(perChip.mid), high: saved(perChip.high) }, 'USD/Mtok'),
        measuredCell(worth),
      ];
    }),
    note: 'Saved is of a million output tokens. After ÷ before, at the same calls in flight of a chip and the same price of an hour. Errors that both sides share cancel, so these intervals are narrower than those of either. FP4 for FP8 is told for a copy that holds the model in FP8.',
  };
}

export function contextTable(
  plan: ResolvedServingPlan,
  run: ServingRun,
  performance: PerformanceModel,
  useful: number,
): PlanTable {
  const { chips, concurrency } = run.chosen.candidate;
  return {
    id: 'context',
    title: 'Long contexts on the way chosen: in memory, and with a cache in the host’s memory',
    columns: [
      'Context',
      'Fit in memory',
      'A token then',
      'A call then',
      'Within the limit of a token',
      'A call then',
      'Fit with the host',
      'Times slower',
      'A call, fetched',
    ],
    rows: reachesOf(plan, performance, run.chosen).map(({ tokens, held }) => {
      const first = numberCell(tokens, 'tokens');
      if (typeof held === 'string')
        return [first, textCell(`cannot be: ${held}`), ...Array.from({ length: 7 }, () => numberCell(null, ''))];
      const { inMemory, offload, fits, prefill, together, within } = held;
      const output = Math.min(plan.mean.output, tokens / 2);
      const call = (tpot: number, batch: number): number =>
        (((tpot * output + prefill) * chips) / batch / 3600) * useful;
      const fetched = offload.slower > 1;
      return [
        first,
        numberCell(fits, 'calls'),
        numberCell(inMemory === undefined ? null : inMemory.tpot.mid * 1000, 'ms'),
        numberCell(inMemory === undefined ? null : call(inMemory.tpot.mid, Math.min(together, fits)), 'USD/call'),
        numberCell(within.calls, 'calls'),
        numberCell(within.calls === 0 ? null : call(within.tpot, within.calls), 'USD/call'),
        numberCell(offload.fits, 'calls'),
        numberCell(offload.slower, ''),
        numberCell(fetched ? call(offload.tpot, together) : null, 'USD/call'),
      ];
    }),
    note: `Of one copy, with as many calls together as fit, up to ${concurrency.toLocaleString('en')}, and with as many as keep a token within ${plan.work.tpot} ms (0: not even one does); the answer as long as the plan's, or half the context. What does not fit in memory is fetched from the host for every token; where all fits, nothing is. Formulas: no long context with a cache in the host was measured.`,
  };
}
