// A line of calls that wait for room, as a structure that knows no time: the most urgent class first, in a class one call of each key
// in turn, of a key the oldest first. It has a bound; beyond it the least urgent gives way, the newest of it first; among those who are
// as urgent a key that has more of the line than the newcomer's, so that no key can keep the others out of it.

export interface Waits {
  /** Position among the classes; higher is more urgent. */
  readonly urgency: number;
  /** Whose turn it counts as. */
  readonly of: string;
}

export class Line<Entry extends Waits> {
  readonly #depth: number;
  /** By urgency: the waiting of each key, in the order in which keys have their turn. */
  readonly #classes = new Map<number, Map<string, Entry[]>>();
  #size = 0;

  constructor(depth: number) {
    this.#depth = depth;
  }

  get size(): number {
    return this.#size;
  }

  /** Whom the line has no place for: the entry itself, or another that gave way; null when all have one. */
  add(entry: Entry): Entry | null {
    let shed: Entry | null = null;
    if (this.#size >= this.#depth) {
      const least = this.#least();
      if (least === undefined || !this.#givesWay(least, entry)) return entry;
      this.remove(least);
      shed = least;
    }
    let keys = this.#classes.get(entry.urgency);
    if (keys === undefined) this.#classes.set(entry.urgency, (keys = new Map()));
    const own = keys.get(entry.of);
    if (own === undefined) keys.set(entry.of, [entry]);
    else own.push(entry);
    this.#size += 1;
    return shed;
  }

  /** Whose turn it is. */
  first(): Entry | undefined {
    const urgency = this.#urgencies().at(-1);
    if (urgency === undefined) return undefined;
    const [waiting] = this.#classes.get(urgency)?.values() ?? [];
    return waiting?.[0];
  }

  /** Takes out whose turn it was; the next turn is another key's. */
  take(entry: Entry): void {
    const keys = this.#classes.get(entry.urgency);
    const own = keys?.get(entry.of);
    if (keys === undefined || own === undefined || own[0] !== entry) return;
    this.remove(entry);
    if (own.length === 0) return;
    keys.delete(entry.of);
    keys.set(entry.of, own);
  }

  remove(entry: Entry): void {
    const keys = this.#classes.get(entry.urgency);
    const own = keys?.get(entry.of);
    const at = own?.indexOf(entry) ?? -1;
    if (keys === undefined || own === undefined || at < 0) return;
    own.splice(at, 1);
    this.#size -= 1;
    if (own.length === 0) keys.delete(entry.of);
    if (keys.size === 0) this.#classes.delete(entry.urgency);
  }

  /** All that wait, in no particular order. */
  all(): Entry[] {
    return [...this.#classes.values()].flatMap((keys) => [...keys.values()].flat());
  }

  /** Of a key that waits no more than the newcomer's would, nobody goes for it. */
  #givesWay(least: Entry, entry: Entry): boolean {
    if (least.urgency !== entry.urgency) return least.urgency < entry.urgency;
    const waiting = (of: string): number => this.#classes.get(entry.urgency)?.get(of)?.length ?? 0;
    return waiting(least.of) > waiting(entry.of) + 1;
  }

  #urgencies(): number[] {
    return [...this.#classes.keys()].toSorted((a, b) => a - b);
  }

  /** The newest of the key with the most waiting in the least urgent class. */
  #least(): Entry | undefined {
    const [urgency] = this.#urgencies();
    const keys = urgency === undefined ? undefined : this.#classes.get(urgency);
    let most: Entry[] | undefined;
    for (const own of keys?.values() ?? []) if (most === undefined || own.length >= most.length) most = own;
    return most?.at(-1);
  }
}
