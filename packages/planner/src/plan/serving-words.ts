// How each figure of a plan for serving is made, which assumptions it hangs on, and what lies outside what was measured, in plain words.
import type { ServingOutput } from '../serving/model.ts';
import { HOURS } from './cost-words.ts';
import type { FigureWords } from './power-words.ts';

/** What another way is chosen by. */
const WAY = ['work.input', 'work.output', 'work.tpot', 'prefix', 'speculative.accepted'];
const { clock, open, useful } = HOURS;
const USED = ['availability', 'utilisation', 'goodput'];
const PEAK = ['peak', 'night', 'weekend'];
const perOutput = [...useful.of, ...WAY];
const chips = [...WAY, 'ttft', 'work.calls', ...PEAK];

export const SERVING_FIGURES: Readonly<Record<ServingOutput, FigureWords>> = {
  clock,
  open,
  useful,
  per_chip: {
    formula:
      'predicted by the calibrated model for the way chosen × measured ÷ predicted, as rows that it had not seen show',
    of: WAY,
  },
  per_user: { formula: '1 ÷ the predicted time of a token × measured ÷ predicted', of: WAY },
  token_time: { formula: '1 ÷ output tokens a second of a user', of: WAY },
  chips: {
    formula:
      'copies that keep both limits at the likely peak (queue; the peak is the 95th percentile of a week’s hours) × peak ÷ likely peak ÷ (measured ÷ predicted), whole copies, × chips of a copy',
    of: chips,
  },
  'class.input': {
    formula:
      'cost of a call × (part of its time in which prompts are computed ÷ input tokens computed + part in which writing looks back over the context ÷ tokens of the context) × 1,000,000',
    of: perOutput,
  },
  'class.cached': {
    formula:
      'cost of a call × part of its time in which writing looks back over the context ÷ tokens of the context × 1,000,000',
    of: perOutput,
  },
  'class.output': {
    formula:
      'what of the cost of a call input and cached input do not bear ÷ output tokens × 1,000,000; the three classes add up to the call',
    of: perOutput,
  },
  'cost.output': {
    formula: 'hour of useful work ÷ (output tokens a second of a chip × 3,600) × 1,000,000',
    of: perOutput,
  },
  'cost.all': { formula: 'the same × output ÷ (input + output)', of: perOutput },
  'cost.call': { formula: 'cost of a million output tokens × output of a call ÷ 1,000,000', of: perOutput },
  'cost.month': { formula: 'chips for the peak × hour of the clock × 730', of: [...clock.of, ...chips] },
  'cost.demand': {
    formula:
      'cost of a month of the chips for the peak ÷ (mean calls a second × output of a call × 730 × 3,600) × 1,000,000: sized on the peak, priced on the mean',
    of: [...clock.of, ...chips],
  },
  energy: {
    formula:
      'power of a chip with its part of the site (nominal × IT overhead × load × PUE of the year) × output of a call ÷ (tokens a second of a chip × availability × utilisation × goodput)',
    of: ['nominal', 'it_overhead', 'load', 'pue_year', ...USED, ...WAY],
  },
  'chips.later': {
    formula: 'as chips for the peak, at the peak × (1 + growth a month) ^ months',
    of: [...chips, 'growth'],
  },
};

/** What the model says was not measured, as a reader would: in a word or two, and with its numbers. */
const PLAIN: readonly (readonly [pattern: RegExp, short: string, numbers: string])[] = [
  [/^concurrency (\S+) lies outside (\S+) to (\S+)$/, 'calls in flight', ' ($1; $2 to $3 were)'],
  [/^input (\S+) lies outside (\S+) to (\S+)$/, 'input tokens', ' ($1; $2 to $3 were)'],
  [/^output (\S+) lies outside (\S+) to (\S+)$/, 'output tokens', ' ($1; $2 to $3 were)'],
  [/^chips (\S+) lies outside (\S+) to (\S+)$/, 'chips of a copy', ' ($1; $2 to $3 were)'],
  [/^parameters (.+) lies outside (.+) to (.+)$/, 'size of the model', ' ($1; $2 to $3 were)'],
  [/^accelerator (\S+) was not measured$/, 'chip', ' ($1)'],
  [/^model (\S+) was not measured$/, 'model', ' ($1)'],
  [/^generation (\S+) was not measured$/, 'generation of chips', ' ($1)'],
  [/^precision (\S+) was not measured$/, 'precision', ' ($1)'],
  [/^backend (\S+) was not measured$/, 'software', ' ($1)'],
  [/^parallelism (\S+) was not measured$/, 'split', ' ($1)'],
  [/^cached prefixes were not measured$/, 'cached input', ''],
  [/^speculation was not measured apart$/, 'guessed tokens', ''],
  [/^prefill on chips of its own was not measured$/, 'prompts on chips of their own', ''],
];

const SPLIT = /^(D?)(E?)T(\d+)(?:P(\d+))?$/;

/** `DET8P2`, as the corrections call a split, in words. */
const splitName = (name: string): string =>
  name.replace(SPLIT, (_, apart: string, whole: string, tensor: string, stages = '') =>
    [
      `${tensor} ${tensor === '1' ? 'chip' : 'chips'} a layer`,
      ...(stages === '' ? [] : [`${stages} stages`]),
      ...(apart === '' ? [] : ['attention in groups']),
      ...(whole === '' ? [] : ['whole experts']),
    ].join(' with '),
  );

function plainly(text: string, numbers: boolean): string {
  const found = PLAIN.find(([pattern]) => pattern.test(text));
  if (found === undefined) return text;
  const [pattern, short, more] = found;
  if (!numbers) return short;
  return short === 'split' ? `split (${splitName(text.split(' ')[1]!)})` : text.replace(pattern, `${short}${more}`);
}

/** `chip (gb200), cached input` */
export const outsideWords = (extrapolates: readonly string[]): string =>
  extrapolates.map((each) => plainly(each, true)).join(', ');

/** `extrapolated: chip, cached input`, or that it was measured. */
export const measuredWords = (extrapolates: readonly string[]): string =>
  extrapolates.length === 0 ? 'yes' : `extrapolated: ${extrapolates.map((each) => plainly(each, false)).join(', ')}`;
