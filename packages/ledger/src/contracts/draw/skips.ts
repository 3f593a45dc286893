// Places of a row that are to be passed over, because nothing is left there: from any place to the next one that is not, in nearly no
// time however many lie between. A place is passed over until all are looked at again.
export class Skips {
  readonly #next: Int32Array;

  constructor(count: number) {
    this.#next = Int32Array.from({ length: count + 1 }, (_, place) => place);
  }

  /** The first place from this one on that is not passed over; the number of places, where there is none. */
  from(place: number): number {
    let found = place;
    for (let next = this.#at(found); next !== found; next = this.#at(found)) found = next;
    // Whoever comes after goes straight there.
    for (let step = place; step !== found;) {
      const next = this.#at(step);
      this.#next[step] = found;
      step = next;
    }
    return found;
  }

  pass(place: number): void {
    this.#next[place] = place + 1;
  }

  reset(): void {
    for (let place = 0; place < this.#next.length; place += 1) this.#next[place] = place;
  }

  #at(place: number): number {
    return this.#next[place] ?? place;
  }
}
