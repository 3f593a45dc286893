// What limits of a calendar's window had spent at earlier looks, for a forecast by the pace of late: an hour of looks, five
// minutes apart, of the fullest members of each. In memory only: after a start the pace is the one since the window began.
import { identityOf, type Limits, type Listed, type Ruled } from '@weighbridge/gateway';
import { LIMIT_COUNTERS_MOST } from '@weighbridge/protocol';
import type { Seen } from './forecast.ts';

const APART_MS = 300_000;
const KEPT = 13;
/** Tables that are larger are left out: a look would take longer than it is worth. */
const PLACES_MOST = 40_000;

type Look = ReadonlyMap<string, bigint>;

export class LimitHistory {
  readonly #looks: { readonly at: number; readonly spent: Look }[] = [];

  /** Looks when it is time to. */
  look(limits: Limits, now: number): void {
    const last = this.#looks.at(-1);
    if (last !== undefined && now - last.at < APART_MS) return;
    const spent = new Map<string, bigint>();
    for (const ruled of limits.rules) {
      if (ruled.rule.window?.kind !== 'calendar' || ruled.counters.places > PLACES_MOST) continue;
      for (const row of limits.list(ruled, now, LIMIT_COUNTERS_MOST).rows)
        spent.set(keyOf(ruled, row), row.used - row.held);
    }
    this.#looks.push({ at: now, spent });
    if (this.#looks.length > KEPT) this.#looks.shift();
  }

  /** The oldest look since `begin` that saw it; null where none did. */
  earlier(ruled: Ruled, row: Pick<Listed, 'digest'>, begin: number): Seen | null {
    const key = keyOf(ruled, row);
    for (const { at, spent } of this.#looks) {
      const units = at < begin ? undefined : spent.get(key);
      if (units !== undefined) return { at, spent: Number(units) };
    }
    return null;
  }
}

const keyOf = ({ rule }: Ruled, { digest }: Pick<Listed, 'digest'>): string => `${identityOf(rule)}\n${digest}`;
