// What this browser remembers of a log: the key and the last checkpoint it saw verified. Without a memory nobody can see
// that a log was cut back, forked or rewritten; with one, the next look at it can. A store that is full or forbidden
// costs the memory and nothing else, and the report says so.

/** The part of `localStorage` that is needed. */
export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}
export interface Remembered {
  readonly vkey: string;
  /** The signed note, verbatim. */
  readonly checkpoint: string;
}

const keyOf = (origin: string): string => `weighbridge.log.${origin}`;

/** By origin of the log. Null when nothing (or nothing readable) is remembered. */
export function recall(store: Store | null, origin: string): Remembered | null {
  try {
    const value: unknown = JSON.parse(store?.getItem(keyOf(origin)) ?? 'null');
    if (typeof value !== 'object' || value === null) return null;
    const { vkey, checkpoint } = value as Readonly<Record<string, unknown>>;
    return typeof vkey === 'string' && typeof checkpoint === 'string' ? { vkey, checkpoint } : null;
  } catch {
    return null;
  }
}

/** Whether it was kept. */
export function remember(store: Store | null, origin: string, { vkey, checkpoint }: Remembered): boolean {
  if (store === null) return false;
  try {
    store.setItem(keyOf(origin), JSON.stringify({ vkey, checkpoint }));
    return true;
  } catch {
    return false;
  }
}
