// A few words of memory that the projections' thread writes and the main thread reads: what it is at. A thread that is
// stuck cannot answer, but this can still be read.
const READING = 0;
const WORKING = 1;
const TURNS = 2;
const WORDS = 4;

export const createWatch = (): SharedArrayBuffer => new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT);

/** The thread's side. */
export function writeWatch(cells: SharedArrayBuffer, names: readonly string[]) {
  const words = new Int32Array(cells);
  return {
    reading: (on: boolean): void => void Atomics.store(words, READING, on ? 1 : 0),
    /** Which projection folds; null: none. */
    working: (name: string | null): void => {
      Atomics.store(words, WORKING, name === null ? 0 : names.indexOf(name) + 1);
      Atomics.add(words, TURNS, 1);
    },
  };
}

export interface Watched {
  /** A read of the database runs. */
  readonly reading: boolean;
  /** The projection that folds just now, and which turn it is: the same turn later means that it does not come back. */
  readonly working: string | null;
  readonly turn: number;
}

export function readWatch(cells: SharedArrayBuffer, names: readonly string[]): Watched {
  const words = new Int32Array(cells);
  return {
    reading: Atomics.load(words, READING) === 1,
    working: names[Atomics.load(words, WORKING) - 1] ?? null,
    turn: Atomics.load(words, TURNS),
  };
}
