// A queue that is let out in the order in which it was let in. It grows as it must and no further than its owner allows.

export class Line<Item> {
  #held: (Item | undefined)[] = Array.from({ length: 16 }, () => undefined);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get first(): Item | undefined {
    return this.#length === 0 ? undefined : this.#held[this.#head];
  }

  add(item: Item): void {
    if (this.#length === this.#held.length) this.#grow();
    this.#held[(this.#head + this.#length) & (this.#held.length - 1)] = item;
    this.#length += 1;
  }

  take(): Item | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#held[this.#head];
    this.#held[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#held.length - 1);
    this.#length -= 1;
    return item;
  }

  /** Whoever was let in last goes again. */
  takeLast(): Item | undefined {
    if (this.#length === 0) return undefined;
    this.#length -= 1;
    const at = (this.#head + this.#length) & (this.#held.length - 1);
    const item = this.#held[at];
    this.#held[at] = undefined;
    return item;
  }

  *[Symbol.iterator](): Generator<Item> {
    for (let at = 0; at < this.#length; at += 1) yield this.#held[(this.#head + at) & (this.#held.length - 1)] as Item;
  }

  #grow(): void {
    const wider = Array.from(this) as (Item | undefined)[];
    wider.length = this.#held.length * 2;
    this.#held = wider;
    this.#head = 0;
  }
}
