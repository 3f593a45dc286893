// What a page shows while answers to a new question are on their way: what it showed before, all of it, so that it changes
// once, no part says what another does not yet, and nothing is prepared to be thrown away. Until a page was whole for the
// first time, each part shows as it comes.
import { useState } from 'react';

/** The same object as before while nothing of it differs, or while some answer is waited for. */
export function useHeld<T extends object>(value: T, waiting: boolean): T {
  const [held, hold] = useState({ value, whole: !waiting });
  if (waiting && held.whole) return held.value;
  if (held.whole === !waiting && isSame(held.value, value)) return held.value;
  hold({ value, whole: !waiting });
  return value;
}

/** Field by field. */
function isSame<T extends object>(one: T, other: T): boolean {
  const names = Object.keys(one) as (keyof T)[];
  return names.length === Object.keys(other).length && names.every((name) => Object.is(one[name], other[name]));
}
