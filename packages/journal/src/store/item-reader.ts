// Reads items one by one, and cheaply when their reader goes through them in order: the last bundle stays at hand, and
// where each of its items lies. What a checkpoint covers never changes, so a bundle that is at hand is right for ever, unless
// the file was tampered with when it was read: whoever finds an item wrong has it forgotten, and the next look is at the disk.
import { BUNDLE_ENTRIES } from './layout.ts';
import { nextItem, readBundle, readItem, type PrefixBytes } from './part-store.ts';

/** Items of one bundle where they lie: a view of one is made when it is wanted. */
export class Items {
  readonly bytes: Buffer;
  readonly count: number;
  readonly #prefix: PrefixBytes;
  /** Where each begins, its length before it; then the end. */
  readonly #starts = new Uint32Array(BUNDLE_ENTRIES + 1);

  /** Throws JOURNAL_CORRUPT when one runs beyond the end. */
  constructor(bytes: Buffer, prefix: PrefixBytes) {
    this.bytes = bytes;
    this.#prefix = prefix;
    let count = 0;
    for (let at = 0; at < bytes.length; count += 1) {
      at = nextItem(bytes, prefix, at);
      this.#starts[count + 1] = at;
    }
    this.count = count;
  }

  /** Offset of item `i` in `bytes`. */
  start(i: number): number {
    return (this.#starts[i] ?? 0) + this.#prefix;
  }

  end(i: number): number {
    return this.#starts[i + 1] ?? 0;
  }

  at(i: number): Buffer {
    return this.bytes.subarray(this.start(i), this.end(i));
  }
}

export class ItemReader {
  readonly #folder: string;
  readonly #prefix: PrefixBytes;
  #bundle = -1;
  #items: Items | null = null;
  /** Bundle of the item before: a second one from the same bundle is worth reading it whole. */
  #previous = -1;

  constructor(folder: string, prefix: PrefixBytes) {
    this.#folder = folder;
    this.#prefix = prefix;
  }

  /** What is at hand was found wrong. */
  forget(): void {
    this.#bundle = -1;
    this.#items = null;
    this.#previous = -1;
  }

  /** Item `index` of a log of `size`, without its prefix. */
  read(index: number, size: number): Buffer {
    const bundle = Math.floor(index / BUNDLE_ENTRIES);
    const within = index % BUNDLE_ENTRIES;
    const held = bundle === this.#bundle ? this.#items : null;
    if (held !== null && within < held.count) return held.at(within);
    // Whoever has been through a bundle and comes to its neighbour goes through that as well.
    const through = this.#items !== null && Math.abs(bundle - this.#bundle) === 1;
    const again = bundle === this.#previous;
    this.#previous = bundle;
    if (!again && !through) return readItem(this.#folder, this.#prefix, index);
    const items = this.bundle(bundle, size);
    return within < items.count ? items.at(within) : Buffer.alloc(0);
  }

  /** The items of a bundle: all that a log of `size` has of them, and perhaps more. */
  bundle(bundle: number, size: number): Items {
    const width = Math.min(BUNDLE_ENTRIES, size - bundle * BUNDLE_ENTRIES);
    if (this.#items !== null && bundle === this.#bundle && this.#items.count >= width) return this.#items;
    this.#items = new Items(readBundle(this.#folder, this.#prefix, bundle, width), this.#prefix);
    this.#bundle = bundle;
    return this.#items;
  }
}
