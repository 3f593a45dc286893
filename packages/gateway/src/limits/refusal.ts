// A call that a limit does not cover, in words: what it may take, what is left, and when there will be room. Names no
// member of the limit: the text stands in the public part of a receipt, and members are people too.
import { AppError, formatMoney } from '@weighbridge/kernel';
import { BUDGET_RULE, type LimitMeasure } from '@weighbridge/protocol';
import { PICO_PER_NANO, type LimitRule, type LimitWindow, type Standing } from './rule.ts';

export const BUDGET = BUDGET_RULE;
const CURRENCY = 'USD';
/** A place among concurrent calls comes free when one of them ends, and nobody knows when. */
const CONCURRENCY_WAIT_MS = 1_000;

export interface Refused extends Standing {
  /** What the call may take at most, in the rule's units. */
  readonly units: bigint;
  /** When it would fit if nothing else came: UTC milliseconds; Infinity when waiting does not help. */
  readonly fitsAt: number;
}

/** Of several limits that refuse, the one that does longest is named. */
export function exceeded(refused: readonly Refused[], now: number): AppError {
  const [first, ...rest] = refused;
  if (first === undefined) return new AppError('INTERNAL', 'invariant broken: a refusal names a limit');
  const one = rest.reduce((worst, other) => (waitOf(other, now) > waitOf(worst, now) ? other : worst), first);
  const wait = waitOf(one, now);
  const { rule } = one;
  return new AppError(rule.measure === 'money' ? 'BUDGET_EXCEEDED' : 'LIMIT_EXCEEDED', sentence(one), {
    next: advice(one, wait),
    details: { limit: one, at: now, ...(wait === Infinity ? { never: true } : { retryAfterMs: Math.max(1, wait) }) },
  });
}

/** The limit that refused, and when; null for any other error. */
export function refusedBy({ details }: AppError): { readonly standing: Standing; readonly at: number } | null {
  const { limit, at } = details;
  return limit === undefined ? null : { standing: limit as Standing, at: Number(at) };
}

function waitOf({ rule, units, amount, fitsAt }: Refused, now: number): number {
  if (units > amount) return Infinity;
  return rule.measure === 'concurrency' ? CONCURRENCY_WAIT_MS : fitsAt - now;
}

function sentence({ rule, units, amount, left }: Refused): string {
  if (rule.id === BUDGET) {
    return (
      `this call may cost up to ${quantity('money', units)}, and of today's hard budget of ` +
      `${quantity('money', amount)} only ${quantity('money', left)} is left`
    );
  }
  const allowed = `the limit "${rule.id}" allows ${quantity(rule.measure, amount)}${per(rule)}`;
  if (rule.measure === 'concurrency') return `${allowed}, and so many are in flight`;
  if (rule.measure === 'requests') return `${allowed}, and none is left`;
  const takes = rule.measure === 'money' ? 'cost' : 'take';
  return `this call may ${takes} up to ${quantity(rule.measure, units)}; ${allowed}, and ${quantity(rule.measure, left)} is left`;
}

function advice({ rule, units, amount }: Refused, wait: number): string {
  if (rule.id === BUDGET) return 'lower max_tokens, raise the budget, or wait for the next UTC day';
  if (wait === Infinity)
    return units === 1n || amount === 0n
      ? `raise the limit "${rule.id}"`
      : `lower max_tokens or send less, or raise the limit "${rule.id}": waiting does not help`;
  const smaller = rule.measure === 'requests' || rule.measure === 'concurrency' ? '' : 'lower max_tokens, or ';
  return `${smaller}send the request again after the time in \`retry-after\``;
}

/** Units of a measure for people. */
export function quantity(measure: LimitMeasure, units: bigint): string {
  if (measure === 'money') return formatMoney(units * PICO_PER_NANO, CURRENCY);
  const count = String(units).replace(/\B(?=(\d{3})+$)/g, ',');
  const [one, many] = NOUNS[measure];
  return `${count} ${units === 1n ? one : many}`;
}

const NOUNS: Readonly<Record<Exclude<LimitMeasure, 'money'>, readonly [string, string]>> = {
  requests: ['request', 'requests'],
  input_tokens: ['token of input', 'tokens of input'],
  output_tokens: ['token of output', 'tokens of output'],
  tokens: ['token', 'tokens'],
  concurrency: ['call at a time', 'calls at a time'],
};

const per = ({ per: dimensions, window }: LimitRule): string =>
  `${dimensions.length === 0 ? '' : ` to each ${dimensions.map((name) => name.replace('_', ' ')).join(' and ')}`}${window === null ? '' : ` ${windowWords(window)}`}`;

/** "a day (UTC)", "in any 60 seconds". */
export const windowWords = (window: LimitWindow): string =>
  window.kind === 'calendar'
    ? `a${window.unit === 'hour' ? 'n' : ''} ${window.unit} (${window.zone})`
    : `in any ${window.seconds} seconds`;
