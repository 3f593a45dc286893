// `plan step`, `plan context`, `plan train`: read what is asked, hand it to the planner, print what it estimates.
import { AppError, isAppError } from '@weighbridge/kernel';
import {
  changeWorth,
  estimateTraining,
  longContext,
  type Change,
  type Delta,
  type Interval,
  type LongContext,
  type PerformanceModel,
  type PerformanceRequest,
  type TrainingEstimate,
} from '@weighbridge/planner';
import { text, type Context, type Run } from '../frame/command.ts';
import { figure, percent } from '../frame/figure-text.ts';
import type { Paint } from '../frame/output.ts';
import { count, pairs, textTable } from '../frame/text-table.ts';
import { modelOf, numberOption, rangeWords, requestIn } from './plan-performance.ts';

const PARTS = ['dense', 'experts', 'attention', 'network', 'overhead'] as const;
const FORM =
  /^(precision):(bf16|fp8|fp4)$|^(domain|bandwidth|link):(\d{1,6}(?:\.\d{1,6})?)$|^kernel:(\w+):(\d{1,3}(?:\.\d{1,6})?)$/;

/** Where none is asked for. */
const ALL = (tensor: number): readonly string[] => [
  'precision:fp4',
  `domain:${tensor * 2}`,
  'bandwidth:1.2',
  'link:2',
  ...PARTS.map((part) => `kernel:${part}:1.2`),
];

type Stepped = { readonly change: string } & (Delta | { readonly refused: string });

export const stepped: Run = (context) => {
  const request = requestIn(context);
  const model = modelOf(context);
  const given = context.options['change'];
  const asked = Array.isArray(given) ? (given as readonly string[]) : [];
  const steps =
    asked.length > 0
      ? asked.map((change) => ({ change, ...changeWorth(model, request, changeIn(change)) }))
      : ALL(request.parallel?.tensor ?? 1).map((change) => tried(model, request, change));
  context.out.data({ estimate: true, steps }, () => stepWords(request, steps, context.out.paint));
  return Promise.resolve(0);
};

/** Of all steps some cannot be; a way that cannot be at all is an error. */
function tried(model: PerformanceModel, request: PerformanceRequest, change: string): Stepped {
  try {
    return { change, ...changeWorth(model, request, changeIn(change)) };
  } catch (error) {
    if (!isAppError(error) || error.code !== 'PLAN_IMPOSSIBLE') throw error;
    return { change, refused: error.message };
  }
}

function changeIn(written: string): Change {
  const [, precision, to, rate, value, part, times] = FORM.exec(written) ?? [];
  if (precision !== undefined) return { kind: 'precision', to: to as 'bf16' | 'fp8' | 'fp4' };
  if (rate === 'domain') return { kind: 'domain', chips: Number(value) };
  if (rate === 'bandwidth' || rate === 'link') return { kind: rate, times: Number(value) };
  const known = PARTS.find((each) => each === part);
  if (known !== undefined) return { kind: 'kernel', part: known, times: Number(times) };
  throw new AppError('USAGE', `--change "${written.slice(0, 60)}" is no step`, {
    next: `write precision:fp4, domain:16, bandwidth:1.2, link:2 or kernel:PART:1.2 with one of ${PARTS.join(', ')}`,
  });
}

function stepWords(
  { model, accelerator, precision }: PerformanceRequest,
  steps: readonly Stepped[],
  paint: Paint,
): string {
  const worth = (step: Stepped, of: 'perChip' | 'perUser'): string => ('refused' in step ? '–' : rangeWords(step[of]));
  return [
    `${paint.bold(`ESTIMATE: steps of co-design for ${model} in ${precision} on ${accelerator}`)}\nAfter ÷ before, each step alone; rounded to three digits. Errors that both sides share cancel.`,
    textTable(
      [
        { title: 'STEP', cell: ({ change }) => change },
        { title: 'OF A CHIP, TIMES', align: 'right', cell: (step) => worth(step, 'perChip') },
        { title: 'OF A USER, TIMES', align: 'right', cell: (step) => worth(step, 'perUser') },
        {
          title: 'OUTSIDE WHAT WAS MEASURED',
          cell: (step) => ('refused' in step ? `cannot be: ${step.refused}` : step.extrapolates.join('; ')),
        },
      ],
      steps,
    ),
  ].join('\n\n');
}

interface Reached extends Omit<LongContext, 'inMemory' | 'offload'> {
  readonly tokens: number;
  readonly together: number;
  readonly inMemory: { readonly batch: number; readonly tpot: Interval; readonly cost: number | null } | null;
  readonly offload: LongContext['offload'] & { readonly cost: number | null };
  readonly extrapolates: readonly string[];
}

export const reached: Run = (context) => {
  const request = requestIn(context);
  const model = modelOf(context);
  const host = { bytes: numberOption(context, 'host', 0) * 1e9 };
  const most = longContext(model, request, host, 1);
  const together = numberOption(context, 'together', Math.max(1, most.fits));
  const { inMemory, offload, ...held } = longContext(model, request, host, together);
  const { tensor = 1, pipeline = 1 } = request.parallel ?? {};
  const hour = hourOf(context);
  const costOf = (tpot: number, batch: number): number | null =>
    hour === null ? null : (((tpot * request.output + held.prefill) * tensor * pipeline) / batch / 3600) * hour;
  const reach: Reached = {
    ...held,
    tokens: request.input + request.output,
    together,
    inMemory:
      inMemory === undefined
        ? null
        : { batch: inMemory.batch, tpot: inMemory.tpot, cost: costOf(inMemory.tpot.mid, inMemory.batch) },
    offload: { ...offload, cost: costOf(offload.tpot, together) },
    extrapolates: [
      ...(inMemory?.extrapolates ?? []),
      ...(offload.slower > 1 ? ["a cache in the host's memory was not measured"] : []),
    ],
  };
  context.out.data({ estimate: true, ...reach }, () => reachWords(request, reach, context.out.paint));
  return Promise.resolve(0);
};

function hourOf(context: Context): number | null {
  return text(context, 'hour') === undefined ? null : numberOption(context, 'hour', 0);
}

function reachWords(request: PerformanceRequest, held: Reached, paint: Paint): string {
  const { inMemory, offload, fits, together, cache, tokens, prefill } = held;
  const money = (cost: number | null): string => (cost === null ? '' : `, $${figure(cost)} a call`);
  const lines = [
    ['Context', `${count(tokens)} tokens, ${figure(cache / 1e9)} GB of cache over all chips`],
    [
      'In memory',
      inMemory === null
        ? 'not one fits'
        : `${count(fits)} fit; with ${count(inMemory.batch)} a token takes ${rangeWords(inMemory.tpot, 1000)} ms${money(inMemory.cost)}`,
    ],
    ['With the host', `${count(offload.fits)} fit`],
    [
      `${count(together)} together`,
      offload.slower > 1
        ? `a token takes ${figure(offload.tpot * 1000)} ms, ${figure(offload.slower)} times as long as from memory${money(offload.cost)}`
        : `nothing is fetched: a token takes ${figure(offload.tpot * 1000)} ms${money(offload.cost)}`,
    ],
    ['Prefill', `${figure(prefill)} s of all chips, alone`],
  ] as const;
  return [
    `${paint.bold(`ESTIMATE: a long context of ${request.model} in ${request.precision} on ${request.accelerator}`)}\nRounded to three digits; not the time to the first token, which is waiting.`,
    pairs(lines),
    ...held.extrapolates.map((each) => `${paint.doubt('Extrapolates')}: ${each}.`),
  ].join('\n\n');
}

export const trained: Run = (context) => {
  const [model = '', accelerator = ''] = context.arguments;
  const chips = largeOption(context, 'chips', 64);
  const adapters = text(context, 'adapters');
  const held = estimateTraining(modelOf(context), {
    model,
    accelerator,
    precision: text(context, 'precision') === 'fp8' ? 'fp8' : 'bf16',
    chips,
    tokens: largeOption(context, 'corpus', 1e9),
    length: largeOption(context, 'length', 8192),
    batch: largeOption(context, 'batch', 4e6),
    adapters: adapters === undefined ? undefined : numberOption(context, 'adapters', 1),
  });
  const hour = hourOf(context);
  const { low, mid, high } = held.days;
  const price = (days: number): number => days * 24 * chips * (hour ?? 0);
  const cost = hour === null ? null : { low: price(low), mid: price(mid), high: price(high) };
  context.out.data({ estimate: true, ...held, cost }, () =>
    trainingWords(`${model} on ${count(chips)} × ${accelerator}`, held, cost, context.out.paint),
  );
  return Promise.resolve(0);
};

/** Also as 15.6e12. */
function largeOption(context: Context, name: string, otherwise: number): number {
  const given = text(context, name);
  if (given === undefined) return otherwise;
  if (/^\d{1,15}(\.\d{1,9})?(e\d{1,2})?$/.test(given)) return Number(given);
  throw new AppError('USAGE', `--${name} "${given.slice(0, 40)}" is no number`, {
    next: `write digits, or 4e6: --${name} ${otherwise}`,
  });
}

function trainingWords(what: string, held: TrainingEstimate, cost: Interval | null, paint: Paint): string {
  const { days, utilisation, operations, state, statePerChip, exchange } = held;
  const lines = [
    ['Days', rangeWords(days)],
    ...(cost === null ? [] : [['Cost', `$${rangeWords(cost)}`] as const]),
    ['Operations', operations.toExponential(2)],
    ['Of the stated rate', `${percent(utilisation.mid)} (${percent(utilisation.low)} to ${percent(utilisation.high)})`],
    ['Weights, gradients, optimiser', `${figure(state / 1e12)} TB: ${figure(statePerChip / 1e9)} GB a chip`],
    [
      'Exchange of a step',
      `${figure(exchange.bytes / 1e9)} GB a chip, ${figure(exchange.seconds)} s before it is hidden`,
    ],
  ] as const;
  return [
    `${paint.bold(`ESTIMATE: training ${what}`)}\nRounded to three digits; without interruptions.`,
    pairs(lines),
    ...held.extrapolates.map((each) => `${paint.doubt('Extrapolates')}: ${each}.`),
    ...held.notes.map((each) => `Note: ${each}.`),
  ].join('\n\n');
}
