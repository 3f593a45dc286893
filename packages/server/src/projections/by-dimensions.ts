// Values by combinations of dimensions, found again for every call: a step down for each dimension, and no text made of all.

type Dimension = string | boolean | null;

interface Node<Value> {
  readonly below: Map<Dimension, Node<Value>>;
  value: Value | undefined;
}

const node = <Value>(): Node<Value> => ({ below: new Map(), value: undefined });

export class ByDimensions<Value extends object> {
  readonly #root = node<Value>();
  /** In the order in which they were made. */
  readonly #values: Value[] = [];

  get size(): number {
    return this.#values.length;
  }

  values(): readonly Value[] {
    return this.#values;
  }

  /** What stands there; else what is made now. All combinations of one index have as many dimensions. */
  at(dimensions: readonly Dimension[], make: () => Value): Value {
    let at = this.#root;
    for (const dimension of dimensions) {
      let next = at.below.get(dimension);
      if (next === undefined) at.below.set(dimension, (next = node()));
      at = next;
    }
    if (at.value !== undefined) return at.value;
    const made = make();
    at.value = made;
    this.#values.push(made);
    return made;
  }
}

/** The same, hour by hour. */
export class ByHour<Value extends object> {
  readonly #hours = new Map<number, ByDimensions<Value>>();
  readonly #values: Value[] = [];

  get size(): number {
    return this.#values.length;
  }

  values(): readonly Value[] {
    return this.#values;
  }

  at(hour: number, dimensions: readonly Dimension[], make: () => Value): Value {
    let within = this.#hours.get(hour);
    if (within === undefined) this.#hours.set(hour, (within = new ByDimensions()));
    return within.at(dimensions, () => {
      const made = make();
      this.#values.push(made);
      return made;
    });
  }
}
