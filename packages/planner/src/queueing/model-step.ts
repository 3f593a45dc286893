// The calibrated performance model as a step of the simulator. The model is asked for batches and contexts that double, and a step lies
// between those answers; prompt tokens add what the model says of a prefill, each token its part. So a run of a million steps asks the
// model some fifty times.
import { refuse, whole } from '../numbers/refuse.ts';
import type { Calibration } from '../performance/calibration.ts';
import { tokensPerStep } from '../performance/formulas.ts';
import { memoryOf } from '../performance/memory.ts';
import { predictSetting, type PerformanceModel } from '../performance/predict.ts';
import { settingOf, type Request } from '../performance/request.ts';
import type { Setting } from '../performance/setting.ts';
import type { StepTime } from './simulator/fleet.ts';

export interface ModelStep {
  readonly step: StepTime;
  /** Tokens of context that fit beside the weights, in one copy of the model. */
  readonly kv_tokens: number;
  /** What the model was not made from; empty where it was. */
  readonly extrapolates: readonly string[];
}

const CONTEXT_LEAST = 128;

/** `slots`: the largest batch that will be asked for. Throws PLAN_IMPOSSIBLE for what cannot run. */
export const modelStep = (model: PerformanceModel, request: Omit<Request, 'concurrency'>, slots: number): ModelStep =>
  settingStep(model, settingOf(model, { ...request, concurrency: 1 }), slots);

/** Of a setting as a table's row gives it. */
export function settingStep(model: { readonly calibration: Calibration }, setting: Setting, slots: number): ModelStep {
  whole('slots', slots, 1, 100_000);
  const parts = model as PerformanceModel;
  const { most } = memoryOf(setting, 'share of the chip');
  const kv_tokens = Math.floor(most * (setting.input + setting.output / 2));
  if (kv_tokens < CONTEXT_LEAST)
    refuse(
      `${setting.shape.id} leaves no room for a context on these chips`,
      'give it more chips, or a narrower precision',
    );
  const contexts = doubling(CONTEXT_LEAST, Math.min(kv_tokens, setting.shape.context), 4);
  const batches = doubling(1, slots, 2);
  const alone = predictSetting(parts, 'serving', { ...setting, concurrency: 1 });
  const fresh = Math.max(1, setting.input * (1 - setting.prefix));
  const prompt_ms = (alone.prefill * 1000) / fresh;
  const extrapolates = new Set(alone.extrapolates);
  // A step of the queue is a token of each: with guesses, so much less than a pass.
  const kept = tokensPerStep(setting.drafted, setting.accepted);
  const rows = contexts.map((context) =>
    batches.map((concurrency) => {
      const told = predictSetting(parts, 'serving', { ...setting, input: context, output: 2, prefix: 0, concurrency });
      // Where memory holds fewer of this length, the rest would take their turn: the simulator lets in no more than fit anyway.
      const pass = told.step * 1000 * setting.parallel.pipeline;
      return (pass * Math.max(1, concurrency / Math.max(1, told.batch))) / kept;
    }),
  );
  const step: StepTime = (batch, contextTokens, prefillTokens) =>
    (batch === 0 ? 0 : between({ rows, contexts, batches }, batch, contextTokens / batch)) + prefillTokens * prompt_ms;
  return { step, kv_tokens, extrapolates: [...extrapolates].toSorted() };
}

/** From the first to the last, both among them. */
function doubling(from: number, to: number, times: number): number[] {
  const out: number[] = [];
  for (let at = from; at < to; at *= times) out.push(at);
  return [...out, Math.max(from, to)];
}

interface Grid {
  /** By context, then by batch. */
  readonly rows: readonly (readonly number[])[];
  readonly contexts: readonly number[];
  readonly batches: readonly number[];
}

/** Linear in both between the points around; outside as at the edge, by the same slope. */
function between({ rows, contexts, batches }: Grid, batch: number, context: number): number {
  const [low, share] = around(contexts, context);
  const [left, part] = around(batches, batch);
  const at = (row: number): number => {
    const [a = 0, b = a] = [rows[row]?.[left], rows[row]?.[left + 1]];
    return a + (b - a) * part;
  };
  return rows.length === 1 ? at(0) : at(low) + (at(low + 1) - at(low)) * share;
}

/** In which interval, and how far into it; below the first point as at the first. */
function around(points: readonly number[], value: number): readonly [number, number] {
  let at = 0;
  while (at < points.length - 2 && value >= (points[at + 1] ?? 0)) at += 1;
  const [from = 0, to = from + 1] = [points[at], points[at + 1]];
  return [at, Math.max(0, (value - from) / (to - from))];
}
