// What limits have to do with one call: what it holds of them while it runs, and what its entries and its answer say of
// them. The intent says what is held, so that a process which is killed counts it as spent; the receipt says what each
// leg took and when, so that a restart counts exactly as the lanes did.
import { moneyToDecimal } from '@weighbridge/kernel';
import type { DialectId, LimitMeasure } from '@weighbridge/protocol';
import { sharedText } from '../stages/number-text.ts';
import type { Amounts, Limits, Mark } from './limits.ts';
import { BUDGET, quantity } from './refusal.ts';
import { PICO_PER_NANO, type LimitRule, type Standing } from './rule.ts';

/** A leg that was counted: what is held for it, then what it took. */
export interface CountedLeg {
  /** UTC milliseconds, whole. */
  readonly at: number;
  readonly deployment: string;
  amounts: Amounts;
}

/** What limits hold for a leg. */
export interface HeldLimits {
  readonly leg: CountedLeg;
  readonly marks: readonly Mark[];
  /** What was held, in pico-dollars; null where no limit is about money. */
  readonly money: bigint | null;
}

export class Limited {
  readonly limits: Limits;
  /** When the call was first counted. */
  at: number;
  /** There are limits beside the daily budget. */
  readonly told: boolean;
  /** Taken once for the call, and for its newest leg. */
  entered: readonly Mark[] = [];
  newest: readonly Mark[] = [];
  readonly legs: CountedLeg[] = [];
  /** Pico-dollars that legs hold which are not settled yet. */
  held = 0n;
  refused: Standing | null = null;
  #standings: readonly Standing[] | null = null;

  constructor(limits: Limits, at: number, told: boolean) {
    this.limits = limits;
    this.at = at;
    this.told = told;
  }

  /** As they stood when first asked for. */
  standings(now: number): readonly Standing[] {
    if (this.#standings === null) {
      const { entered, newest } = this;
      const marks = entered.length === 0 ? newest : newest.length === 0 ? entered : [...entered, ...newest];
      this.#standings = this.limits.standings(marks, now);
    }
    return this.#standings;
  }
}

/** Canonical JSON of what was counted; '' where only the daily budget stands over the call, whose amounts stand elsewhere. */
export function countedText({ told, at, legs }: Limited, route: string): string {
  if (!told || legs.length === 0) return '';
  const all = legs.map(
    (leg) =>
      `{"at":${leg.at},"deployment":${JSON.stringify(leg.deployment)},"input":${leg.amounts.input}` +
      `,"money":"${moneyToDecimal(leg.amounts.money)}","output":${leg.amounts.output}}`,
  );
  return `{"at":${at},"legs":[${all.join(',')}],"route":${JSON.stringify(route)}}`;
}

/** Canonical JSON of the limit that refused the call, else of the one with the least left; '' where none has a name. */
export function limitText(limited: Limited, now: number): string {
  if (!limited.told) return '';
  const { refused } = limited;
  const standings = limited.standings(now);
  const one = refused ?? nearest(standings, true) ?? nearest(standings, false);
  if (one === null) return '';
  const { rule, amount, left } = one;
  const text = rule.measure === 'money' ? moneyToDecimal(left * PICO_PER_NANO) : String(left);
  return `{"amount":"${wordsOf(rule, amount).canonical}","left":"${text}","measure":"${rule.measure}","refused":${refused !== null},"rule":${JSON.stringify(rule.id)}}`;
}

/** The one with the least left, of those about `measure`; `hard`: soft ones do not count. */
function nearest(standings: readonly Standing[], hard: boolean, measure: LimitMeasure | null = null): Standing | null {
  let found: Standing | null = null;
  let least = Infinity;
  for (const one of standings) {
    if ((hard && one.rule.soft === true) || (measure !== null && one.rule.measure !== measure)) continue;
    const left = one.amount === 0n ? 0 : Number(one.left) / Number(one.amount);
    if (left < least) [found, least] = [one, left];
  }
  return found;
}

/**
 * What is left, in the headers in which the caller's own client looks for it, and all of it in one of ours. Anthropic:
 * https://platform.claude.com/docs/en/api/rate-limits; OpenAI: https://platform.openai.com/docs/guides/rate-limits.
 */
export function limitHeaders(surface: DialectId, standings: readonly Standing[], now: number): string[] {
  const headers: string[] = [];
  // Amazon's clients read none; they get those of the dialect whose form tells most.
  const anthropic = surface === 'anthropic-messages' || surface === 'bedrock-converse';
  for (const family of anthropic ? ANTHROPIC : OPENAI) {
    // A client that slowed down for a soft limit would keep a limit that nobody set.
    const one = nearest(standings, true, family.measure);
    if (one === null) continue;
    const at = anthropic ? instant(one.resetAt) : span(one.resetAt - now);
    headers.push(family.limit, String(one.amount), family.remaining, String(one.left), family.reset, at);
  }
  let ours = '';
  let told = 0;
  for (const one of standings) {
    if (one.rule.id === BUDGET || told === HEADER_RULES) continue;
    ours += told === 0 ? inWords(one) : `, ${inWords(one)}`;
    told += 1;
  }
  if (told > 0) headers.push('weighbridge-limits', ours);
  return headers;
}

interface Family {
  readonly measure: LimitMeasure;
  readonly limit: string;
  readonly remaining: string;
  readonly reset: string;
}

const anthropicFamily = (measure: LimitMeasure): Family => {
  const name = `anthropic-ratelimit-${measure.replace('_', '-')}`;
  return { measure, limit: `${name}-limit`, remaining: `${name}-remaining`, reset: `${name}-reset` };
};
const openaiFamily = (measure: LimitMeasure): Family => ({
  measure,
  limit: `x-ratelimit-limit-${measure}`,
  remaining: `x-ratelimit-remaining-${measure}`,
  reset: `x-ratelimit-reset-${measure}`,
});

const ANTHROPIC = (['requests', 'tokens', 'input_tokens', 'output_tokens'] as const).map(anthropicFamily);
const OPENAI = (['requests', 'tokens'] as const).map(openaiFamily);
const HEADER_RULES = 16;

/** `team-day; limit=25.00 USD; remaining=3.10 USD; reset=2026-11-30T23:00:00Z`. */
function inWords({ rule, amount, left, resetAt }: Standing): string {
  const remaining = rule.measure === 'money' ? plainMoney(left) : String(left);
  return `${wordsOf(rule, amount).limit}; remaining=${remaining}${resetAt === Infinity ? '' : `; reset=${instant(resetAt)}`}`;
}

const plainMoney = (units: bigint): string => quantity('money', units).replaceAll(',', '');

interface RuleWords {
  readonly amount: bigint;
  /** `team-day; limit=25.00 USD`. */
  readonly limit: string;
  /** The amount as a receipt has it. */
  readonly canonical: string;
}

/** What is the same for every call under a rule, written once. */
function wordsOf(rule: LimitRule, amount: bigint): RuleWords {
  const known = WORDS.get(rule);
  if (known?.amount === amount) return known;
  const money = rule.measure === 'money';
  const words = {
    amount,
    limit: `${rule.id}; ${rule.measure}${rule.soft === true ? '; soft' : ''}; limit=${money ? plainMoney(amount) : String(amount)}`,
    canonical: money ? moneyToDecimal(amount * PICO_PER_NANO) : String(amount),
  };
  WORDS.set(rule, words);
  return words;
}

const WORDS = new WeakMap<LimitRule, RuleWords>();

/** RFC 3339, whole seconds, rounded up: at the instant that it names there is room. */
const instant = (at: number): string => secondText(Math.ceil(at / 1000));

/** Windows end together: what one call is told the next ones are told as well, and a date costs more than all else here. */
const secondText = sharedText((second) => `${new Date(second * 1000).toISOString().slice(0, 19)}Z`);

/** As OpenAI writes a duration: `820ms`, `6m0s`, `1h2m3s`. */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.ceil(ms))}ms`;
  const seconds = Math.ceil(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = `${seconds % 60}s`;
  return hours > 0 ? `${hours}h${minutes}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}
