// All that one lane keeps of answers: a table for each route, and the counts. The bytes of an answer lie in shared memory; each lane has its own index of them, and tells the others what it adds.
import type { Avoided } from '@weighbridge/protocol';
import { moneyFromDecimal, moneyToDecimal } from '@weighbridge/kernel';
import type { Snapshot } from '../deployment.ts';
import type { AnswerLink } from '../ports.ts';
import { AnswerTable } from './answer-table.ts';
import type { KeptAnswer } from './answer.ts';

/** What the cache of one route has done on one lane since it started. */
export interface CacheStats {
  readonly route: string;
  readonly entries: number;
  readonly bytes: number;
  readonly max_bytes: number;
  readonly hits: number;
  readonly joined: number;
  readonly misses: number;
  readonly bypassed: number;
  readonly kept: number;
  readonly evicted: number;
  /** List price of what was not bought, by currency; decimal. */
  readonly avoided: Readonly<Record<string, string>>;
  /** Hits whose price nobody knows: not in `avoided`, and not nothing. */
  readonly unpriced: number;
}

export interface Purged {
  readonly entries: number;
  readonly bytes: number;
}

/** Which answers go; all of them where nothing is named. */
export interface PurgeAsked {
  readonly route?: string;
  readonly team?: string;
}

type Event = 'hits' | 'joined' | 'misses' | 'bypassed' | 'kept' | 'unpriced';

class RouteCounts {
  readonly table = new AnswerTable();
  readonly counts: Record<Event, number> = { hits: 0, joined: 0, misses: 0, bypassed: 0, kept: 0, unpriced: 0 };
  readonly avoided = new Map<string, bigint>();
}

export class AnswerCache {
  readonly #routes = new Map<string, RouteCounts>();
  readonly #link: AnswerLink | null;
  readonly #now: () => number;
  /** Answers to calls that began until then are not kept: they were on their way when everything was to go. */
  #purgedAt = -1;

  /** `now`: UTC milliseconds. */
  constructor(now: () => number, link: AnswerLink | null) {
    this.#now = now;
    this.#link = link;
    link?.receive((answer) => void this.#take(answer));
  }

  get(route: string, address: string): KeptAnswer | undefined {
    return this.#routes.get(route)?.table.get(address, this.#now());
  }

  keep(answer: KeptAnswer): void {
    if (!this.#take(answer)) return;
    this.#link?.share(answer);
    this.count(answer.route, 'kept');
  }

  /** Whether what began then may be kept, and joined. */
  isFresh(began: number): boolean {
    return began > this.#purgedAt;
  }

  count(route: string, event: Event): void {
    this.#of(route).counts[event] += 1;
  }

  saved(route: string, avoided: Avoided | null): void {
    if (avoided === null || avoided.list === null) return this.count(route, 'unpriced');
    const { avoided: sums } = this.#of(route);
    sums.set(avoided.currency, (sums.get(avoided.currency) ?? 0n) + moneyFromDecimal(avoided.list));
  }

  /** Calls under way go on; their answers are not kept, and nobody joins them any more. */
  purge({ route, team }: PurgeAsked): Purged {
    this.#purgedAt = this.#now();
    const gone = { entries: 0, bytes: 0 };
    for (const [id, { table }] of this.#routes) {
      if (route !== undefined && route !== id) continue;
      const { entries, bytes } = table.purge((answer) => team === undefined || answer.team === team);
      gone.entries += entries;
      gone.bytes += bytes;
    }
    return gone;
  }

  /** What a route kept goes with its cache. */
  adopt({ routes }: Pick<Snapshot, 'routes'>): void {
    const keeping = new Set(routes.flatMap(({ id, cache }) => (cache === undefined ? [] : [id])));
    for (const id of this.#routes.keys()) if (!keeping.has(id)) this.#routes.delete(id);
  }

  /** Of each route of the snapshot that keeps answers. */
  stats({ routes }: Pick<Snapshot, 'routes'>): readonly CacheStats[] {
    return routes.flatMap(({ id, cache }) => {
      if (cache === undefined) return [];
      const { table, counts, avoided } = this.#of(id);
      table.purge(({ goodUntil }) => this.#now() >= goodUntil);
      const sums = Object.fromEntries([...avoided].map(([currency, sum]) => [currency, moneyToDecimal(sum)]));
      const { entries, bytes, evicted } = table;
      return [{ route: id, entries, bytes, max_bytes: cache.max_bytes, evicted, ...counts, avoided: sums }];
    });
  }

  #take(answer: KeptAnswer): boolean {
    if (!this.isFresh(answer.began)) return false;
    this.#of(answer.route).table.keep(answer, this.#now());
    return true;
  }

  #of(route: string): RouteCounts {
    let counts = this.#routes.get(route);
    if (counts === undefined) this.#routes.set(route, (counts = new RouteCounts()));
    return counts;
  }
}
