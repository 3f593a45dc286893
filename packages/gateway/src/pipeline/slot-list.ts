// A bag of objects that come and go by the thousand. Not a Set: when V8 rehashes one, the table it leaves behind still
// points at its entries and at its successor, so that once a table has grown old it keeps every later call alive until
// the next full collection (`--trace-gc`: 5 MB promoted at each scavenge, against none). Here each member knows its place.

export interface Slotted {
  /** Place in the list that holds it; -1 when none does. */
  slot: number;
}

export class SlotList<T extends Slotted> {
  readonly #members: T[] = [];

  get size(): number {
    return this.#members.length;
  }

  add(member: T): void {
    if (member.slot >= 0) return;
    member.slot = this.#members.length;
    this.#members.push(member);
  }

  delete(member: T): void {
    const { slot } = member;
    if (slot < 0) return;
    member.slot = -1;
    const last = this.#members.pop();
    if (last === undefined || last === member) return;
    this.#members[slot] = last;
    last.slot = slot;
  }

  /** From the last to the first, so that a visit may take out the member it is at. */
  each(visit: (member: T) => void): void {
    for (let i = this.#members.length - 1; i >= 0; i -= 1) {
      const member = this.#members[i];
      if (member !== undefined) visit(member);
    }
  }
}
