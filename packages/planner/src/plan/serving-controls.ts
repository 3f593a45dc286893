// What of a plan for serving can be moved beside its assumptions: numbers that are not drawn (lengths, calls, limits, guesses), and choices.
// A mean length takes its distribution along. A number that cannot be is refused by the name of its control, with what it may be.
import { AppError } from '@weighbridge/kernel';
import type { PlanControl } from '@weighbridge/protocol';
import { lengthMoments, type TokenLengths } from '../demand/lengths.ts';
import type { Ranges } from '../draws/ranges.ts';
import { SEARCHED, type ServingPlan } from '../serving/plan.ts';
import { optionsOf, siteChoices, type Offered } from './choices.ts';
import type { PlanBasis } from './report.ts';

interface Numbered {
  readonly title: string;
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly get: (plan: ServingPlan) => number;
  readonly set: (plan: ServingPlan, value: number) => ServingPlan;
  /** Whether it means anything in this plan. */
  readonly means?: (plan: ServingPlan) => boolean;
}

const meanOf = (lengths: TokenLengths): number => lengthMoments(lengths).mean;

/** Told in whole tokens; the form keeps what lies behind. */
function scaledTo(lengths: TokenLengths, tokens: number): TokenLengths {
  if (lengths.kind === 'fixed') return { kind: 'fixed', tokens };
  return { kind: 'scaled', by: tokens / meanOf(lengths), of: lengths };
}

const lengthOf = (of: 'input' | 'output'): Numbered => ({
  title: `${of} tokens of a call, on average`,
  unit: 'tokens',
  least: 1,
  most: 1e7,
  get: ({ work }) => Math.max(1, Math.round(meanOf(work[of]))),
  set: (plan, value) => ({ ...plan, work: { ...plan.work, [of]: scaledTo(plan.work[of], value) } }),
});

const NUMBERS: Readonly<Record<string, Numbered>> = {
  'work.input': lengthOf('input'),
  'work.output': lengthOf('output'),
  'work.calls': {
    title: 'calls a second, on average',
    unit: 'calls/s',
    least: 1e-6,
    most: 1e6,
    get: ({ work }) => work.calls,
    set: (plan, calls) => ({ ...plan, work: { ...plan.work, calls } }),
  },
  'work.tpot': {
    title: 'a token may take',
    unit: 'ms',
    least: 1e-6,
    most: 1e5,
    get: ({ work }) => work.tpot,
    set: (plan, tpot) => ({ ...plan, work: { ...plan.work, tpot } }),
  },
  ttft: {
    title: 'the first token may take, of 99 calls in a hundred',
    unit: 'ms',
    least: 1e-6,
    most: 1e7,
    get: ({ ttft }) => ttft,
    set: (plan, ttft) => ({ ...plan, ttft }),
  },
  prefix: {
    title: 'part of the input that a cache holds',
    unit: 'share',
    least: 0,
    most: 1,
    get: ({ prefix }) => prefix,
    set: (plan, prefix) => ({ ...plan, prefix }),
  },
  'speculative.accepted': {
    title: 'chance that a guessed token is right',
    unit: 'share',
    least: 0,
    most: 1,
    get: ({ speculative }) => speculative.accepted,
    set: (plan, accepted) => ({ ...plan, speculative: { ...plan.speculative, accepted } }),
    means: ({ speculative }) => speculative.drafted > 0,
  },
  'context.tokens': {
    title: 'a long context to look at',
    unit: 'tokens',
    least: 2,
    most: 1e8,
    get: ({ context }) => context.tokens,
    set: (plan, tokens) => ({ ...plan, context: { ...plan.context, tokens: Math.round(tokens) } }),
  },
  'context.host': {
    title: "the host's memory for a cache, of each chip",
    unit: 'GB',
    least: 0,
    most: 1e5,
    get: ({ context }) => context.host,
    set: (plan, host) => ({ ...plan, context: { ...plan.context, host } }),
  },
};

const meant = (plan: ServingPlan): readonly (readonly [string, Numbered])[] =>
  Object.entries(NUMBERS).filter(([, { means }]) => means?.(plan) ?? true);

export const withoutNumbers = (ranges: Ranges): Ranges =>
  Object.fromEntries(Object.entries(ranges).filter(([id]) => !Object.hasOwn(NUMBERS, id)));

/** Throws PLAN_INVALID for a number that cannot be. */
export function withNumbers(plan: ServingPlan, ranges: Ranges): ServingPlan {
  let moved = plan;
  for (const [id, { low, likely, high }] of Object.entries(ranges)) {
    if (!Object.hasOwn(NUMBERS, id)) continue;
    const { title, unit, least, most, set, get } = NUMBERS[id]!;
    if (!(likely >= least && likely <= most))
      throw new AppError('PLAN_INVALID', `${title}: ${likely} ${unit} cannot be`, {
        next: `write a number from ${least} to ${most} for ${id}`,
      });
    if (low !== likely || high !== likely)
      throw new AppError('PLAN_INVALID', `${title}: it is one number and not drawn from a range`, {
        next: `write one number for ${id}: ${likely}`,
      });
    if (likely !== get(plan)) moved = set(moved, likely);
  }
  return moved;
}

export const numberControls = (stated: ServingPlan, moved: ServingPlan): PlanControl[] =>
  meant(moved).map(([id, { title, unit, least, most, get }]) => {
    const fixed = (value: number): PlanControl['range'] => ({ low: value, likely: value, high: value });
    return {
      id,
      title,
      unit,
      range: fixed(get(moved)),
      stated: fixed(get(stated)),
      shape: 'fixed',
      least,
      most,
      source: null,
    };
  });

const powers = (most: number): number[] => Array.from({ length: Math.floor(Math.log2(most)) + 1 }, (_, at) => 2 ** at);

/** Numbers as options, the stated one among them. */
function numbersOf(of: number | typeof SEARCHED, offered: readonly number[], title: (each: number) => string) {
  const all = typeof of === 'number' && !offered.includes(of) ? [...offered, of].toSorted((a, b) => a - b) : offered;
  return all.map((each) => ({ id: String(each), title: title(each) }));
}

const SEARCH = { id: SEARCHED, title: 'Searched' };
const count = (what: string) => (each: number) =>
  `${each.toLocaleString('en')} ${each === 1 ? what : what === 'copy' ? 'copies' : `${what}s`}`;

export const offeredBy = (stated: ServingPlan, basis: PlanBasis): readonly Offered[] => {
  const { way, speculative, chips_most } = stated;
  const given = (id: keyof ServingPlan['way'], title: string, offered: readonly number[], what: string): Offered => ({
    id: `way.${id}`,
    title,
    numbers: true,
    options: [SEARCH, ...numbersOf(way[id] as number, offered, count(what))],
  });
  return [
    { id: 'rack', title: 'Rack', options: optionsOf(basis.racks) },
    { id: 'model', title: 'Model', options: optionsOf(basis.models) },
    {
      id: 'precision',
      title: 'Precision',
      options: ['bf16', 'fp8', 'fp4'].map((id) => ({ id, title: id.toUpperCase() })),
    },
    {
      id: 'lengths',
      title: 'Lengths of calls',
      options: [
        { id: 'drawn', title: 'As the plan has them' },
        { id: 'alike', title: 'All alike, their mean' },
      ],
    },
    {
      id: 'speculative.drafted',
      title: 'Tokens guessed in a step',
      numbers: true,
      options: numbersOf(speculative.drafted, [0, 1, 2, 3, 4, 5], (each) => (each === 0 ? 'None' : String(each))),
    },
    {
      id: 'prefill',
      title: 'Prompts are computed',
      options: [
        { id: 'together', title: 'On the chips that write' },
        { id: 'apart', title: 'On chips of their own' },
      ],
    },
    {
      id: 'pick',
      title: 'Of the ways within the limits',
      options: [
        { id: 'rate', title: 'Most tokens of a chip' },
        { id: 'chips', title: 'Fewest chips' },
      ],
    },
    given('tensor', 'Chips that share a layer', powers(chips_most), 'chip'),
    given('pipeline', 'Stages', powers(8), 'stage'),
    given('attention', 'Groups that attend apart', powers(chips_most), 'group'),
    {
      id: 'way.experts',
      title: 'Experts',
      options: [SEARCH, { id: 'whole', title: 'Whole ones on a chip' }, { id: 'sliced', title: 'A slice of each' }],
    },
    given('batch', 'Calls in flight in a copy', powers(1024), 'call'),
    given('copies', 'Copies of the model', [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128, 256], 'copy'),
    ...siteChoices(basis),
  ];
};
