// Which beginnings of prompts a replica still holds. A prompt is a list of blocks, equal where prompts begin alike; a hit is the longest
// run of its first blocks that are all there. Full, it lets go what was not used for longest.

export class PrefixCache {
  /** By block; a Map keeps the order of insertion, so the first is what was used longest ago. */
  readonly #held = new Map<number, true>();
  readonly #most: number;

  constructor(blocks: number) {
    this.#most = blocks;
  }

  /** Blocks at the beginning that are there. */
  hit(blocks: readonly number[]): number {
    let at = 0;
    while (at < blocks.length && this.#held.has(blocks[at] ?? -1)) at += 1;
    return at;
  }

  /** They are used now, the first one last: what many prompts share outlives what follows it. */
  use(blocks: readonly number[]): void {
    for (let at = Math.min(blocks.length, this.#most) - 1; at >= 0; at -= 1) {
      const block = blocks[at] ?? -1;
      this.#held.delete(block);
      this.#held.set(block, true);
    }
    for (const block of this.#held.keys()) {
      if (this.#held.size <= this.#most) return;
      this.#held.delete(block);
    }
  }
}
