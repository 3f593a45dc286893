// What a lane knows of its hedged routes: how long content takes to come, and how many second legs they may still have.
// The budget is a bucket that each call fills by the route's share and each second leg empties by one: so second legs are
// never more than their share of the calls, and a quiet week saves up no storm of them.
import { BOUNDS } from '../pipeline/bounds.ts';

/** One for each route with a hedge. Outlives snapshots: a new configuration does not make a seller faster. */
export class HedgeBooks {
  readonly #books = new Map<string, HedgeBook>();

  of(route: string): HedgeBook {
    let book = this.#books.get(route);
    if (book === undefined) this.#books.set(route, (book = new HedgeBook()));
    return book;
  }
}

export class HedgeBook {
  /** Times of streams and of whole answers are different things. */
  readonly streamed = new Recent();
  readonly whole = new Recent();
  #credit = 0;

  /** A call of the route begins. */
  call(share: number): void {
    this.#credit = Math.min(this.#credit + share, BOUNDS.hedges_saved);
  }

  /** Takes one second leg from the budget; false when there is none. */
  take(): boolean {
    // Shares add up in binary fractions: what is one by all but the last bit is one.
    if (this.#credit < 1 - 1e-9) return false;
    this.#credit = Math.max(0, this.#credit - 1);
    return true;
  }

  /** It did not go after all. */
  giveBack(): void {
    this.#credit += 1;
  }
}

/** The newest times, and their 95th percentile; worked out anew when an eighth of them is new. */
export class Recent {
  readonly #times = new Float64Array(BOUNDS.hedge_samples);
  #count = 0;
  #p95 = Infinity;
  #fresh = 0;

  add(ms: number): void {
    this.#times[this.#count % BOUNDS.hedge_samples] = ms;
    this.#count += 1;
    this.#fresh += 1;
  }

  /** Infinity until enough are known. */
  p95(): number {
    const known = Math.min(this.#count, BOUNDS.hedge_samples);
    if (known < BOUNDS.hedge_samples_least) return Infinity;
    if (this.#p95 === Infinity || this.#fresh >= BOUNDS.hedge_samples / 8) {
      const sorted = this.#times.slice(0, known).sort();
      this.#p95 = sorted[Math.ceil(known * 0.95) - 1] ?? Infinity;
      this.#fresh = 0;
    }
    return this.#p95;
  }
}
