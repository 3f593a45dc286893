// Reads items one by one, and cheaply when their reader goes through them in order: the last bundle stays at hand, taken
// apart. What a checkpoint covers never changes, so a bundle that is at hand is right for ever.
import { BUNDLE_ENTRIES } from './layout.ts';
import { nextItem, readBundle, readItem, type PrefixBytes } from './part-store.ts';

export class ItemReader {
  readonly #folder: string;
  readonly #prefix: PrefixBytes;
  #bundle = -1;
  #items: readonly Buffer[] = [];
  /** Bundle of the item before: a second one from the same bundle is worth reading it whole. */
  #previous = -1;

  constructor(folder: string, prefix: PrefixBytes) {
    this.#folder = folder;
    this.#prefix = prefix;
  }

  /** Item `index` of a log of `size`, without its prefix. */
  read(index: number, size: number): Buffer {
    const bundle = Math.floor(index / BUNDLE_ENTRIES);
    const within = index % BUNDLE_ENTRIES;
    const held = bundle === this.#bundle ? this.#items[within] : undefined;
    if (held !== undefined) return held;
    const again = bundle === this.#previous;
    this.#previous = bundle;
    return again ? (this.bundle(bundle, size)[within] ?? Buffer.alloc(0)) : readItem(this.#folder, this.#prefix, index);
  }

  /** All items of a bundle, as far as a log of `size` has them. */
  bundle(bundle: number, size: number): readonly Buffer[] {
    const width = Math.min(BUNDLE_ENTRIES, size - bundle * BUNDLE_ENTRIES);
    if (bundle === this.#bundle && this.#items.length >= width) return this.#items.slice(0, width);
    const bytes = readBundle(this.#folder, this.#prefix, bundle, width);
    const items: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const next = nextItem(bytes, this.#prefix, at);
      items.push(bytes.subarray(at + this.#prefix, next));
      at = next;
    }
    this.#bundle = bundle;
    this.#items = items;
    return items;
  }
}
