// The cosignatures gathered so far, checkpoint by checkpoint, and which of them are worth keeping: of each witness its
// newest, and for every number of witnesses the newest checkpoint that so many have cosigned. Whoever asks for two of three
// finds the newest that two have, and whoever asks for all finds the newest that all have.
import { LIMITS } from '@weighbridge/kernel';
import type { Checkpoint } from '../contract.ts';
import { parseNote } from '../note/signed-note.ts';
import { cosignaturesOn, type CosignerKey } from '../witness/cosignature.ts';

interface Gathered {
  readonly checkpoint: Checkpoint;
  /** The log's own signature lines. */
  readonly own: string;
  /** By the witness's key. */
  readonly lines: Map<CosignerKey, { readonly line: string; readonly at: number }>;
}

export class GatheredCosignatures {
  readonly #keys: readonly CosignerKey[];
  readonly #bySize = new Map<number, Gathered>();

  constructor(keys: readonly CosignerKey[]) {
    this.#keys = keys;
  }

  /** Takes a note that was kept; cosignatures of other witnesses than these are left behind. Throws PROOF_INVALID. */
  restore(checkpoint: Checkpoint): void {
    const lines = linesOf(checkpoint.text);
    for (const { key, at } of cosignaturesOn(checkpoint.text, this.#keys)) {
      const found = parseNote(checkpoint.text).signatures.findLastIndex(
        ({ name, keyId }) => name === key.name && keyId === key.keyId,
      );
      this.add(checkpoint, key, lines[found] ?? '', at);
    }
  }

  add(checkpoint: Checkpoint, key: CosignerKey, line: string, at: number): void {
    const gathered = this.#bySize.get(checkpoint.size) ?? this.#open(checkpoint);
    gathered.lines.set(key, { line, at });
  }

  /** The newest that this witness has cosigned. */
  newestOf(key: CosignerKey): { readonly size: number; readonly at: number } | null {
    for (const [size, { lines }] of this.#newestFirst()) {
      const held = lines.get(key);
      if (held !== undefined) return { size, at: held.at };
    }
    return null;
  }

  /** Notes worth keeping, largest first. What is neither among them nor at least of size `from` is forgotten. */
  keep(from: number): readonly string[] {
    const kept = new Set<number>();
    const seen = new Set<CosignerKey>();
    let most = 0;
    for (const [size, { lines }] of this.#newestFirst()) {
      const isNews = lines.size > most || [...lines.keys()].some((key) => !seen.has(key));
      most = Math.max(most, lines.size);
      for (const key of lines.keys()) seen.add(key);
      if (isNews) kept.add(size);
    }
    const sizes = [...this.#bySize.keys()].sort((a, b) => b - a);
    for (const [at, size] of sizes.entries())
      if (!kept.has(size) && (size < from || at >= LIMITS.cosigned_checkpoints)) this.#bySize.delete(size);
    return [...kept].map((size) => this.#noteOf(size));
  }

  #open(checkpoint: Checkpoint): Gathered {
    const signatures = parseNote(checkpoint.text).signatures;
    const own = linesOf(checkpoint.text).filter((_, at) => signatures[at]?.name === checkpoint.origin);
    const gathered = { checkpoint, own: own.join(''), lines: new Map() };
    this.#bySize.set(checkpoint.size, gathered);
    return gathered;
  }

  #newestFirst(): [number, Gathered][] {
    return [...this.#bySize].sort(([a], [b]) => b - a);
  }

  #noteOf(size: number): string {
    const gathered = this.#bySize.get(size);
    if (gathered === undefined) return '';
    const cosignatures = this.#keys.map((key) => gathered.lines.get(key)?.line ?? '').join('');
    return `${parseNote(gathered.checkpoint.text).text}\n${gathered.own}${cosignatures}`;
  }
}

const linesOf = (note: string): string[] => note.slice(note.lastIndexOf('\n\n') + 2).split(/(?<=\n)/);
