// The arms of a canary or an A/B test: each caller is in one, by a hash of who it is and of the route, so that it sees the
// same arm at every call, in every lane and after every start, and is not always the one that new things are tried on.
import type { Route } from '../deployment.ts';
import { hashText, mix, unit } from './hash.ts';

export interface Arms {
  readonly salt: number;
  readonly names: readonly string[];
  /** Beside each name: its share of all callers, 0 to 1. */
  readonly shares: readonly number[];
}

/** Null for a route without arms. The configuration's check has seen that some share is above 0. */
export function compileArms({ id, arms }: Pick<Route, 'id' | 'arms'>): Arms | null {
  if (arms === undefined) return null;
  const names = Object.keys(arms).toSorted();
  const total = names.reduce((sum, name) => sum + (arms[name] ?? 0), 0);
  return { salt: hashText(`arms of ${id}`), names, shares: names.map((name) => (arms[name] ?? 0) / total) };
}

/** The arm of whoever hashes so. Where shares change, only as many callers move as the change is of. */
export function armOf({ salt, names, shares }: Arms, person: number): string {
  let mark = unit(mix(person ^ salt));
  let last = '';
  for (let i = 0; i < names.length; i += 1) {
    const share = shares[i] ?? 0;
    if (share === 0) continue;
    last = names[i] ?? '';
    mark -= share;
    if (mark < 0) return last;
  }
  return last;
}
