// The right edge of a growing tree: one hash for each bit of its size. Memory is O(log n); the root is a fold of it.
// Whoever stores tiles is told of each perfect subtree as it completes.
import { EMPTY_ROOT, nodeHash } from './hash.ts';

/** Told of the hash of each perfect subtree of height `level` (0: a leaf) when it completes. */
export type OnNode = (level: number, hash: Buffer) => void;

export class CompactRange {
  /** Hashes of perfect subtrees, largest first. */
  readonly #stack: Buffer[];
  #size: number;

  constructor(size = 0, stack: readonly Buffer[] = []) {
    this.#size = size;
    this.#stack = [...stack];
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a leaf, or where the size so far is a multiple of 2^height the perfect subtree of that height behind it. */
  append(added: Buffer, onNode?: OnNode, height = 0): void {
    const leaves = 2 ** height;
    let hash = added;
    let level = height;
    onNode?.(level, hash);
    for (let rest = this.#size / leaves; rest % 2 === 1; rest = (rest - 1) / 2) {
      hash = nodeHash(this.#stack.pop() ?? EMPTY_ROOT, hash);
      level += 1;
      onNode?.(level, hash);
    }
    this.#stack.push(hash);
    this.#size += leaves;
  }

  /** RFC 6962 root of the leaves so far. */
  root(): Buffer {
    let root = this.#stack.at(-1);
    if (root === undefined) return EMPTY_ROOT;
    for (let i = this.#stack.length - 2; i >= 0; i -= 1) root = nodeHash(this.#stack[i] ?? EMPTY_ROOT, root);
    return root;
  }
}

/** Sizes of the perfect subtrees at the right edge of a tree, largest first: 13 is 8, 4, 1. */
export function edgeSizes(size: number): number[] {
  const sizes: number[] = [];
  let bit = 1;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) sizes.unshift(bit);
    bit *= 2;
  }
  return sizes;
}
