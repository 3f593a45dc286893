// Watches the counters by which lanes admit, and tells when one reaches a share of its limit: once for each share, member
// and window. The lanes do nothing for it. Each second so many places are looked at, in turn, that calls never wait: a limit
// with more members than that is looked at in rounds of several seconds.
import {
  limitQuantity,
  limitWindowWords,
  LOOKED_AT_ONCE,
  type Limits,
  type Listed,
  type Ruled,
} from '@weighbridge/gateway';
import type { Clock } from '@weighbridge/kernel';
import { MEMBERS_TOLD_MOST, personIn, type LimitAlert, type Told } from './told.ts';

/** Places that are looked at in one turn, all limits together. */
const PLACES_A_TURN = 20_000;
/** Without a window there is none to be told once in. */
const NO_WINDOW_MS = 3_600_000;

export interface LimitTold {
  readonly limit: LimitAlert;
  readonly message: string;
  /** Whose counter it is, in the order of `per`; empty for the one of all. */
  readonly names: readonly string[];
  /** The person that is among them; null: none is. */
  readonly person: string | null;
}

export interface LimitWatchOptions {
  readonly limits: () => Limits;
  readonly told: Told;
  readonly clock: Clock;
  /** A keyed digest: what stands in the log must not be guessed back. */
  readonly digest: (text: string) => string;
  readonly tell: (told: LimitTold) => void;
}

export class LimitWatch {
  readonly #options: LimitWatchOptions;
  /** Where the next turn goes on: a limit, and a place of its table. */
  #rule = 0;
  #place = 0;

  constructor(options: LimitWatchOptions) {
    this.#options = options;
  }

  /** One turn. */
  look(): void {
    const { limits: inForce, clock, told } = this.#options;
    const limits = inForce();
    const watched = limits.rules.filter(({ rule }) => rule.alertAt !== undefined && rule.alertAt.length > 0);
    const now = clock.wall();
    told.forget(now);
    let left = PLACES_A_TURN;
    for (let seen = 0; seen < watched.length && left > 0; seen += 1) {
      if (this.#rule >= watched.length) [this.#rule, this.#place] = [0, 0];
      const ruled = watched[this.#rule];
      if (ruled === undefined) return;
      for (; left > 0 && this.#place < ruled.counters.places; this.#place += LOOKED_AT_ONCE) {
        this.#lookAt(limits, ruled, now);
        left -= LOOKED_AT_ONCE;
      }
      if (this.#place < ruled.counters.places) return;
      [this.#rule, this.#place] = [this.#rule + 1, 0];
    }
  }

  #lookAt(limits: Limits, ruled: Ruled, now: number): void {
    const [lowest = 0] = ruled.rule.alertAt ?? [];
    const least = (ruled.amount * BigInt(lowest) + 99n) / 100n;
    for (const row of limits.look(ruled, now, { first: this.#place, places: LOOKED_AT_ONCE, least }))
      this.#judge(ruled, row, now);
  }

  #judge(ruled: Ruled, row: Listed, now: number): void {
    const { rule, amount } = ruled;
    const { told, digest } = this.#options;
    const spent = rule.measure === 'concurrency' ? row.used : row.used - row.held;
    const reached = (rule.alertAt ?? []).filter((share) => spent * 100n >= amount * BigInt(share));
    const share = reached.at(-1);
    if (share === undefined) return;
    const member = digest(memberText(ruled, row));
    const others = { rule: rule.id, share, member: `others of ${rule.amount}` };
    if (told.has(rule.id, share, member, now) || told.has(rule.id, share, others.member, now)) return;
    const until = untilOf(ruled, now);
    if (told.count(rule.id, share, now) >= MEMBERS_TOLD_MOST) return this.#tellOfMany({ ...others, until });
    // The lower ones are told with it.
    for (const one of reached) told.add({ rule: rule.id, share: one, member, until });
    const names = namesOf(ruled, row);
    const person = personIn(rule.per, names);
    const shown = person !== null || names.length === 0 ? {} : { names };
    const message = `${shareWords(ruled, share, row, person === null ? names : null)}: ${limitQuantity(rule.measure, spent)} of ${limitQuantity(rule.measure, amount)}${windowOf(ruled)}${outcome(ruled, share)}`;
    this.#options.tell({ limit: { rule: rule.id, share, until, member, ...shown }, message, names, person });
  }

  #tellOfMany(limit: Omit<LimitAlert, 'names'>): void {
    this.#options.told.add(limit);
    const message = `limit "${limit.rule}": more than ${MEMBERS_TOLD_MOST} members have reached ${limit.share} % of it; the others are not told of one by one`;
    this.#options.tell({ limit: { ...limit, names: [] }, message, names: [], person: null });
  }
}

/** A limit whose amount was changed is told of anew. */
export const memberText = ({ rule }: Ruled, { digest }: Pick<Listed, 'digest'>): string =>
  `limit\n${rule.id}\n${rule.amount}\n${digest}`;

function untilOf({ rule: { window }, clock }: Ruled, now: number): number {
  if (window === null) return now + NO_WINDOW_MS;
  return window.kind === 'calendar' ? clock.end(clock.step(now)) : now + window.seconds * 1000;
}

/** Of several names a counter keeps their list as JSON, which may have been cut. */
export function namesOf({ rule: { per } }: Ruled, { label, shared }: Pick<Listed, 'label' | 'shared'>): string[] {
  if (per.length === 0 || shared) return [];
  if (per.length === 1) return [label];
  try {
    return JSON.parse(label) as string[];
  } catch {
    return label.slice(2).split('","');
  }
}

/** Names no person: it stands where it cannot be erased. */
function shareWords({ rule }: Ruled, share: number, { shared }: Listed, names: readonly string[] | null): string {
  const whose = shared
    ? 'its members beyond `members` together have'
    : names === null
      ? `one ${rule.per.map((name) => name.replace('_', ' ')).join(' and ')} has`
      : names.length === 0
        ? 'it has'
        : `${names.map((name) => (name === '' ? '(none)' : `"${name}"`)).join(', ')} has`;
  return `limit "${rule.id}": ${whose} reached ${share} %`;
}

const windowOf = ({ rule: { window } }: Ruled): string => (window === null ? '' : ` ${limitWindowWords(window)}`);

const outcome = ({ rule }: Ruled, share: number): string =>
  rule.soft === true ? '; it is soft, calls go on' : share >= 100 ? '; it is hard, further calls are refused' : '';
