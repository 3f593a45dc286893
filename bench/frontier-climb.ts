// Where a subject's edges lie on a ladder of rates, found with few measurements: every third rung once, upwards, until it is
// over; then for each bound the rungs between the highest that kept it and the next that did not, halved until they touch.
// Whatever an edge rests on was measured at least twice, and a third time where two rounds disagree about the bound.

export interface Judged {
  /** Milliseconds over the upstream alone, at the ninety-ninth percentile. */
  readonly added: number;
  /** Failed, or answered less than what was due: it kept no bound. */
  readonly broken: boolean;
}

export interface Ladders<Round extends Judged> {
  readonly rates: readonly number[];
  readonly bounds: readonly number[];
  /** Beyond this many milliseconds no higher rung is tried. */
  readonly overMs: number;
  /** Rounds that an edge rests on, at most. */
  readonly rounds: number;
  readonly measure: (rate: number) => Promise<Round>;
}

const STRIDE = 3;

const keeps = ({ added, broken }: Judged, bound: number): boolean => !broken && added <= bound;

/** By its rounds' majority, as a median would have it; a tie is no. */
export const kept = (rounds: readonly Judged[], bound: number): boolean =>
  rounds.filter((round) => keeps(round, bound)).length * 2 > rounds.length;

class Climb<Round extends Judged> {
  readonly #ladders: Ladders<Round>;
  readonly #rounds = new Map<number, Round[]>();

  constructor(ladders: Ladders<Round>) {
    this.#ladders = ladders;
  }

  async run(): Promise<ReadonlyMap<number, readonly Round[]>> {
    const { rates, bounds, overMs } = this.#ladders;
    for (let rung = 0; rung < rates.length; rung += STRIDE) {
      // One bad moment of the machine does not end a ladder.
      if (!keeps(await this.#again(rung), overMs) && !keeps(await this.#again(rung), overMs)) break;
    }
    for (const bound of bounds.toSorted((a, b) => b - a)) await this.#edge(bound);
    const found = [...this.#rounds].toSorted(([a], [b]) => a - b);
    return new Map(found.map(([rung, rounds]) => [rates[rung] ?? Number.NaN, rounds]));
  }

  async #edge(bound: number): Promise<void> {
    for (;;) {
      const [low, high] = this.#bracket(bound);
      if (high - low > 1) await this.#settle(low + ((high - low) >> 1), bound);
      // Rungs next to the edge may have been measured once only, on the way up.
      else if (!(await this.#settle(low, bound)) && !(await this.#settle(high, bound))) return;
    }
  }

  /** The highest rung that kept the bound (-1: none), and the lowest measured above it (the end of the ladder: none). */
  #bracket(bound: number): readonly [number, number] {
    const measured = [...this.#rounds.keys()].toSorted((a, b) => a - b);
    const low = measured.findLast((rung) => kept(this.#rounds.get(rung) ?? [], bound)) ?? -1;
    const above = measured.find((rung) => rung > low);
    return [low, above ?? this.#ladders.rates.length];
  }

  /** Measures until the rung has said enough of this bound; false: it had. */
  async #settle(rung: number, bound: number): Promise<boolean> {
    if (rung < 0 || rung >= this.#ladders.rates.length) return false;
    let more = false;
    while (!this.#said(this.#rounds.get(rung) ?? [], bound)) {
      await this.#again(rung);
      more = true;
    }
    return more;
  }

  #said(rounds: readonly Round[], bound: number): boolean {
    if (rounds.length >= this.#ladders.rounds) return true;
    const yes = rounds.filter((round) => keeps(round, bound)).length;
    return rounds.length >= 2 && (yes === 0 || yes === rounds.length);
  }

  async #again(rung: number): Promise<Round> {
    const round = await this.#ladders.measure(this.#ladders.rates[rung] ?? 0);
    this.#rounds.set(rung, [...(this.#rounds.get(rung) ?? []), round]);
    return round;
  }
}

/** Rounds by rate, upwards; only of the rates that were needed. */
export const climb = <Round extends Judged>(ladders: Ladders<Round>): Promise<ReadonlyMap<number, readonly Round[]>> =>
  new Climb(ladders).run();
