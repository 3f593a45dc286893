// What limits have to do with one call: what it holds of them while it runs, and what its entries and its answer say of
// them. The intent says what is held, so that a process which is killed counts it as spent; the receipt says what each
// leg took and when, so that a restart counts exactly as the lanes did.
import { moneyToDecimal } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import type { Amounts, Limits, Mark } from './limits.ts';
import { quantity } from './refusal.ts';
import { PICO_PER_NANO, type Standing } from './rule.ts';

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
    this.#standings ??= this.limits.standings([...this.entered, ...this.newest], now);
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
  const one = refused ?? nearest(limited.standings(now).filter(isHard)) ?? nearest(limited.standings(now));
  if (one === null) return '';
  const { rule, amount, left } = one;
  const text = (units: bigint): string =>
    rule.measure === 'money' ? moneyToDecimal(units * PICO_PER_NANO) : String(units);
  return `{"amount":"${text(amount)}","left":"${text(left)}","measure":"${rule.measure}","refused":${refused !== null},"rule":${JSON.stringify(rule.id)}}`;
}

function nearest(standings: readonly Standing[]): Standing | null {
  let found: Standing | null = null;
  for (const one of standings) if (found === null || share(one) < share(found)) found = one;
  return found;
}

const isHard = ({ rule }: Standing): boolean => rule.soft !== true;

const share = ({ left, amount }: Standing): number => (amount === 0n ? 0 : Number(left) / Number(amount));

type Family = 'requests' | 'tokens' | 'input_tokens' | 'output_tokens';

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
    const one = nearest(standings.filter((each) => isHard(each) && each.rule.measure === family));
    if (one === null) continue;
    const name = family.replace('_', '-');
    const [limit, left, reset] = anthropic
      ? [
          `anthropic-ratelimit-${name}-limit`,
          `anthropic-ratelimit-${name}-remaining`,
          `anthropic-ratelimit-${name}-reset`,
        ]
      : [`x-ratelimit-limit-${name}`, `x-ratelimit-remaining-${name}`, `x-ratelimit-reset-${name}`];
    const at = anthropic ? instant(one.resetAt) : span(one.resetAt - now);
    headers.push(limit, String(one.amount), left, String(one.left), reset, at);
  }
  const ours = standings.filter(({ rule }) => rule.id !== 'budget.daily').slice(0, HEADER_RULES);
  if (ours.length > 0) headers.push('weighbridge-limits', ours.map(inWords).join(', '));
  return headers;
}

const ANTHROPIC: readonly Family[] = ['requests', 'tokens', 'input_tokens', 'output_tokens'];
const OPENAI: readonly Family[] = ['requests', 'tokens'];
const HEADER_RULES = 16;

/** `team-day; limit=25.00 USD; remaining=3.10 USD; reset=2026-11-30T23:00:00Z`. */
function inWords({ rule, amount, left, resetAt }: Standing): string {
  const [limit, remaining] = [amount, left].map((units) =>
    rule.measure === 'money' ? quantity('money', units).replaceAll(',', '') : String(units),
  );
  return `${rule.id}; ${rule.measure}${rule.soft === true ? '; soft' : ''}; limit=${limit}; remaining=${remaining}${resetAt === Infinity ? '' : `; reset=${instant(resetAt)}`}`;
}

/** RFC 3339, whole seconds, rounded up: at the instant that it names there is room. */
function instant(at: number): string {
  const second = Math.ceil(at / 1000);
  const place = second % PLACES;
  if (seconds[place] === second) return texts[place] ?? '';
  const text = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
  seconds[place] = second;
  texts[place] = text;
  return text;
}

/** Windows end together: what one call was told, the next ones are told as well, and a date costs more than all else here. */
const PLACES = 64;
const seconds = new Float64Array(PLACES).fill(Number.NaN);
const texts = Array.from({ length: PLACES }, () => '');

/** As OpenAI writes a duration: `820ms`, `6m0s`, `1h2m3s`. */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.ceil(ms))}ms`;
  const seconds = Math.ceil(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = `${seconds % 60}s`;
  return hours > 0 ? `${hours}h${minutes}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}
