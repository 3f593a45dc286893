// A first-in-first-out queue with a bound in units of its own (items, bytes). It never grows past the bound: `push`
// says no, and the caller decides what that means.

export class BoundedQueue<T> {
  readonly #items: (T | undefined)[] = [];
  readonly #sizes: number[] = [];
  readonly #limit: number;
  #head = 0;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Adds an item of the given size; false, and nothing added, when it does not fit. */
  push(item: T, size = 1): boolean {
    if (this.#size + size > this.#limit) return false;
    this.#items.push(item);
    this.#sizes.push(size);
    this.#size += size;
    return true;
  }

  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#size -= this.#sizes[this.#head] ?? 0;
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head > 64 && this.#head * 2 > this.#items.length) {
      this.#items.splice(0, this.#head);
      this.#sizes.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }
}
