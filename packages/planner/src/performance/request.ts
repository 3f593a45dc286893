// What is asked for, checked before anything is computed: names that exist, numbers that can be, a split that the chips allow, a model
// that fits. Each refusal says what to change; nothing is silently made to fit.
import { AppError, didYouMean } from '@weighbridge/kernel';
import { PRECISIONS, type Precision } from '../catalogue/models.ts';
import type { Chip, Shape } from './chip.ts';
import { memoryOf, type Memory, type Reserve } from './memory.ts';
import { chipsOf, type Parallel, type Setting } from './setting.ts';

export interface Request {
  readonly accelerator: string;
  readonly model: string;
  readonly precision: Precision;
  /** Of the cache; fp8 where nothing is said and weights are narrower than 16 bits. */
  readonly cache?: Precision | undefined;
  readonly parallel?:
    | { readonly tensor?: number; readonly pipeline?: number; readonly attention?: number; readonly experts?: boolean }
    | undefined;
  readonly input: number;
  readonly output: number;
  /** Requests in flight in one copy of the model; 'most': as many as memory and scheduler allow. */
  readonly concurrency: number | 'most';
  readonly backend?: string | undefined;
  readonly version?: string | undefined;
  readonly prefix?: number | undefined;
  readonly speculative?: { readonly drafted: number; readonly accepted: number } | undefined;
  /** Prefill has chips of its own. */
  readonly disaggregated?: boolean | undefined;
}

export interface Parts {
  readonly chips: ReadonlyMap<string, Chip>;
  readonly shapes: ReadonlyMap<string, Shape>;
}

const SCHEDULER_MOST = 2048;
const TOKENS_MOST = 1e8;
const CHIPS_MOST = 100_000;
const DRAFTED_MOST = 16;
const BACKEND = 'trtllm';

const refuse = (message: string, next: string): AppError => new AppError('PLAN_IMPOSSIBLE', message, { next });

/** Throws PLAN_IMPOSSIBLE. */
export function settingOf(parts: Parts, request: Request): Setting {
  const chip = held(parts.chips, 'accelerator', request.accelerator);
  const shape = held(parts.shapes, 'model', request.model);
  checkPrecision(chip, request.precision);
  const parallel = parallelOf(shape, request.parallel ?? {});
  const { prefix = 0, speculative } = request;
  bounded('the input', request.input, 0, TOKENS_MOST, 'tokens');
  bounded('the output', request.output, 1, TOKENS_MOST, 'tokens');
  if (request.concurrency !== 'most') bounded('concurrency', request.concurrency, 1, 1e6, 'requests');
  bounded('the cached share of the input', prefix, 0, 1, 'as a share');
  if (speculative !== undefined) {
    whole('guessed tokens', speculative.drafted, DRAFTED_MOST);
    bounded('the chance that a guess is right', speculative.accepted, 0, 1, 'as a share');
  }
  if (request.input + request.output > shape.context)
    throw refuse(
      `${shape.id} takes ${shape.context} tokens of context; input and output are ${request.input + request.output}`,
      'shorten the input or the output, or choose a model with a longer context',
    );
  return {
    chip,
    shape,
    precision: request.precision,
    cache: request.cache ?? (request.precision === 'bf16' ? 'bf16' : 'fp8'),
    parallel,
    input: Math.max(request.input, 1),
    output: request.output,
    concurrency: request.concurrency === 'most' ? SCHEDULER_MOST * parallel.attention : request.concurrency,
    // The last token of an input is always computed.
    prefix: Math.min(prefix, 1 - 1 / Math.max(request.input, 1)),
    drafted: speculative?.drafted ?? 0,
    accepted: speculative?.accepted ?? 0,
    apart: request.disaggregated ?? false,
    backend: (request.backend ?? BACKEND).toLowerCase(),
    version: request.version ?? '',
    checkpoint: shape.id,
  };
}

/** Throws PLAN_IMPOSSIBLE where not one request fits. */
export function fitting(setting: Setting, reserve: Reserve): Memory {
  const memory = memoryOf(setting, reserve);
  if (memory.most >= 1) return memory;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const { shape, chip, parallel, precision } = setting;
  const what =
    memory.free <= 0 ? 'the weights alone' : `the weights and one context of ${setting.input + setting.output} tokens`;
  throw refuse(
    `${shape.id} in ${precision} does not fit on ${chipsOf(parallel)} × ${chip.id}: ${what} need more than the ${gigabytes(memory.weights + memory.free)} that a server can give of a chip's ${gigabytes(memory.capacity)} (weights ${gigabytes(memory.weights)} a chip)`,
    `use more chips (tensor or pipeline above ${chipsOf(parallel)}), a narrower precision, a shorter context, or a chip with more memory`,
  );
}

function held<Value>(all: ReadonlyMap<string, Value>, what: string, id: string): Value {
  const found = all.get(id);
  if (found !== undefined) return found;
  const near = didYouMean(id, [...all.keys()]);
  throw refuse(
    `there is no ${what} "${id.slice(0, 60)}" in the catalogue`,
    near === undefined
      ? `use one of ${[...all.keys()].join(', ')}, or add it in a file of your own`
      : `did you mean ${near}?`,
  );
}

function checkPrecision(chip: Chip, precision: Precision): void {
  if (!PRECISIONS.includes(precision))
    throw refuse(`"${precision}" is no precision`, `use one of ${PRECISIONS.join(', ')}`);
  // Weights in 4 bits are widened where the chip has no such arithmetic; 8-bit ones are not modelled so.
  if (precision === 'fp8' && chip.rates.fp8 === 0)
    throw refuse(
      `${chip.id} has no 8-bit arithmetic`,
      'use bf16, or fp4 for weights that are widened as they are read',
    );
}

function parallelOf(shape: Shape, asked: NonNullable<Request['parallel']>): Parallel {
  const { tensor = 1, pipeline = 1, attention = 1, experts = false } = asked;
  for (const [name, value] of Object.entries({ tensor, pipeline, attention }))
    whole(`${name} parallelism`, value, CHIPS_MOST, 1);
  if (tensor * pipeline > CHIPS_MOST)
    throw refuse(`${tensor * pipeline} chips are more than ${CHIPS_MOST}`, 'use fewer');
  if (tensor % attention !== 0)
    throw refuse(
      `${attention} attention groups do not divide ${tensor} chips`,
      'use a number of groups that divides them',
    );
  const together = tensor / attention;
  if (together > 1 && shape.heads % together !== 0)
    throw refuse(
      `${shape.heads} heads of ${shape.id} cannot be shared by ${together} chips`,
      `use a tensor parallelism that divides ${shape.heads}, or attention groups`,
    );
  if (pipeline > shape.layers)
    throw refuse(
      `${shape.id} has ${shape.layers} layers, too few for ${pipeline} stages`,
      `use ${shape.layers} stages or fewer`,
    );
  if (experts && shape.experts === 0)
    throw refuse(`${shape.id} has no experts to spread over chips`, 'leave expert parallelism out');
  if (experts && tensor > shape.experts)
    throw refuse(
      `${shape.id} has ${shape.experts} experts, fewer than ${tensor} chips`,
      `use ${shape.experts} chips or fewer in a stage`,
    );
  if (attention > 1 && shape.experts === 0)
    throw refuse(
      `attention groups over one dense model (${shape.id}) are copies of it`,
      'leave `attention` out and run copies, each with fewer chips',
    );
  return { tensor, pipeline, attention, experts };
}

function bounded(what: string, value: number, least: number, most: number, unit: string): void {
  if (Number.isFinite(value) && value >= least && value <= most) return;
  throw refuse(`${what} is ${value}`, `write a number from ${least} to ${most} (${unit})`);
}

function whole(what: string, value: number, most: number, least = 0): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw refuse(`${what} is ${value}`, `write a whole number from ${least} to ${most}`);
}
