// `plan predict` and `plan search`: read what is asked, hand it to the planner, print what it estimates.
import { AppError } from '@weighbridge/kernel';
import {
  CALIBRATION_FILE,
  performanceModel,
  predict,
  PRECISIONS,
  readCalibration,
  searchConfigurations,
  type Candidate,
  type Interval,
  type PerformanceModel,
  type PerformanceRequest,
  type Precision,
  type Prediction,
  type SearchResult,
} from '@weighbridge/planner';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { figure, percent } from '../frame/figure-text.ts';
import type { Paint } from '../frame/output.ts';
import { count, pairs, textTable } from '../frame/text-table.ts';
import { boundedText } from '../read/bounded-file.ts';
import { cataloguesOf } from '../read/plan-file.ts';

export const predicted: Run = (context) => {
  const request = requestIn(context);
  const held = predict(modelOf(context), request);
  context.out.data({ estimate: true, ...held }, () => predictionWords(request, held, context.out.paint));
  return Promise.resolve(0);
};

/** One way of running a model on chips, as the options say it. */
export function requestIn(context: Context): PerformanceRequest {
  const [model = '', accelerator = ''] = context.arguments;
  const { precision = 'fp8', cache } = { precision: text(context, 'precision'), cache: text(context, 'cache') };
  const concurrency = text(context, 'concurrency');
  return {
    model,
    accelerator,
    precision: precisionOf(precision),
    cache: cache === undefined ? undefined : precisionOf(cache),
    parallel: {
      tensor: numberOption(context, 'tensor', 1),
      pipeline: numberOption(context, 'pipeline', 1),
      attention: numberOption(context, 'attention', 1),
      experts: flag(context, 'experts'),
    },
    concurrency: concurrency === 'most' ? 'most' : numberOption(context, 'concurrency', 16),
    speculative: draftOf(context),
    ...shapeOf(context),
    disaggregated: flag(context, 'apart'),
  };
}

export const searched: Run = (context) => {
  const [model = ''] = context.arguments;
  const tpot = text(context, 'tpot');
  const result = searchConfigurations(modelOf(context), {
    model,
    accelerators: listOption(context, 'accelerators', 'b200'),
    precisions: listOption(context, 'precisions', 'fp8').map(precisionOf),
    chipsMost: numberOption(context, 'chips', 8),
    ...shapeOf(context),
    disaggregated: flag(context, 'apart'),
    limits: tpot === undefined ? undefined : { tpot: numberOption(context, 'tpot', 0) / 1000 },
  });
  context.out.data({ estimate: true, ...result }, () => searchWords(model, result, context.out.paint));
  return Promise.resolve(0);
};

export const modelOf = (context: Context): PerformanceModel =>
  performanceModel(cataloguesOf(context), readCalibration('calibration.json', boundedText(CALIBRATION_FILE)));

const shapeOf = (context: Context): Pick<PerformanceRequest, 'input' | 'output' | 'backend' | 'prefix'> => ({
  input: numberOption(context, 'input', 1024),
  output: numberOption(context, 'output', 1024),
  backend: text(context, 'backend'),
  prefix: numberOption(context, 'prefix', 0),
});

export function numberOption(context: Context, name: string, otherwise: number): number {
  const given = text(context, name);
  if (given === undefined) return otherwise;
  if (/^\d{1,12}(\.\d{1,9})?$/.test(given)) return Number(given);
  throw new AppError('USAGE', `--${name} "${given.slice(0, 40)}" is no number`, {
    next: `write digits: --${name} ${otherwise || 1}`,
  });
}

const listOption = (context: Context, name: string, otherwise: string): string[] =>
  (text(context, name) ?? otherwise)
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

function precisionOf(given: string): Precision {
  const known: readonly string[] = PRECISIONS;
  if (known.includes(given)) return given as Precision;
  throw new AppError('USAGE', `"${given.slice(0, 40)}" is no precision`, { next: `use any of ${known.join(', ')}` });
}

function draftOf(context: Context): PerformanceRequest['speculative'] {
  const given = text(context, 'draft');
  if (given === undefined) return undefined;
  const [, drafted, accepted] = /^(\d{1,3}):(\d(?:\.\d{1,9})?)$/.exec(given) ?? [];
  if (drafted === undefined || accepted === undefined)
    throw new AppError('USAGE', `--draft "${given.slice(0, 40)}" is not read`, { next: 'write --draft 3:0.7' });
  return { drafted: Number(drafted), accepted: Number(accepted) };
}

export const rangeWords = ({ low, mid, high }: Interval, times = 1): string =>
  `${figure(mid * times)} (${figure(low * times)} to ${figure(high * times)})`;

function predictionWords(request: PerformanceRequest, held: Prediction, paint: Paint): string {
  const { memory, shares } = held;
  const parts = Object.entries(shares)
    .filter(([, share]) => share >= 0.005)
    .map(([part, share]) => `${part} ${percent(Number(share.toFixed(2)))}`);
  const lines = [
    ['Output token, ms', rangeWords(held.tpot, 1000)],
    ['Tokens/s of a user', rangeWords(held.perUser)],
    ['Tokens/s of a chip', rangeWords(held.perChip)],
    ['Requests in flight', `${figure(held.batch)} on ${held.chips} chip${held.chips === 1 ? '' : 's'}`],
    ['Prefill alone, ms', figure(held.prefill * 1000)],
    [
      'Memory of a chip',
      `${figure(memory.weights / 1e9)} GB of ${figure(memory.capacity / 1e9)} hold weights; ${count(memory.mostRequests)} such requests fit`,
    ],
    ['Bound by', `${held.bound}: ${parts.join(', ')}`],
    ['Interval', `80 %, of what is ${held.class}`],
  ] as const;
  return [
    `${paint.bold(`ESTIMATE: ${request.model} in ${request.precision} on ${request.accelerator}`)}\nRounded to three digits; not the time to first token, which is waiting.`,
    pairs(lines),
    ...held.extrapolates.map((each) => `${paint.doubt('Extrapolates')}: ${each}.`),
    ...held.notes.map((each) => `Note: ${each}.`),
  ].join('\n\n');
}

function searchWords(model: string, { front, tried, refused }: SearchResult, paint: Paint): string {
  const split = ({ tensor, pipeline, attention, experts }: Candidate): string =>
    [
      `${tensor} chips a layer`,
      ...(pipeline > 1 ? [`${pipeline} stages`] : []),
      ...(attention > 1 ? [`${attention} attention groups`] : []),
      ...(experts ? ['whole experts'] : []),
    ].join(', ');
  const unsure = front.filter(({ extrapolates }) => extrapolates.length > 0).length;
  return [
    `${paint.bold(`ESTIMATE: the front of ${model}`)}\nOf ${count(tried)} configurations ${count(refused.impossible)} cannot be and ${count(refused.tpot)} are too slow. Middle of an 80 % interval (its ends), three digits.`,
    textTable(
      [
        { title: 'TOKENS/S OF A USER', align: 'right', cell: ({ perUser }) => rangeWords(perUser) },
        { title: 'OF A CHIP', align: 'right', cell: ({ perChip }) => rangeWords(perChip) },
        { title: 'CHIPS', align: 'right', cell: ({ chips }) => String(chips) },
        { title: 'REQUESTS', align: 'right', cell: ({ concurrency }) => String(concurrency) },
        { title: 'ACCELERATOR', cell: ({ accelerator }) => accelerator },
        { title: 'PRECISION', cell: ({ precision }) => precision },
        { title: 'SPLIT', cell: split },
        { title: 'OUTSIDE WHAT WAS MEASURED', cell: ({ extrapolates }) => (extrapolates.length > 0 ? 'yes' : '') },
      ],
      front,
    ),
    ...(unsure > 0
      ? [`${count(unsure)} of ${count(front.length)} lie outside what was measured; --json says in what.`]
      : []),
  ].join('\n\n');
}
