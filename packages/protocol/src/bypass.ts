// What the journal says of a time in which it took no entries and calls went round it: that the window opened, each call as
// a late entry of its own, and that the window closed. Both are written afterwards, since nothing could be written then;
// what was lost is counted, never left out.
import type { TokenClass } from './usage.ts';

/** A window is known by its bypass and by when it opened, UTC milliseconds. */
export interface BypassWindow {
  readonly bypass: string;
  readonly opened: number;
}

export const BYPASS_ENDS = ['sealing', 'restart'] as const;
/** Why a window ended: entries are taken again, or the instance ended before they were, and its next start found out. */
export type BypassEnd = (typeof BYPASS_ENDS)[number];

/** In the public group. */
export type BypassChange = BypassWindow &
  (
    | { readonly action: 'open' }
    | {
        readonly action: 'close';
        readonly closed: number;
        readonly ended: BypassEnd;
        /** Let through. */
        readonly calls: number;
        /** Of these: entered afterwards, each as a late receipt. */
        readonly sealed: number;
        /** Of these: no receipt. What is known of them are the seller's records. */
        readonly lost: number;
        /** Turned away, because a bound of the bypass was reached. */
        readonly refused: number;
      }
  );

/** What is known of lost calls whose note found no room. */
export interface BypassUnnoted {
  readonly deployment: string;
  readonly calls: number;
  readonly tokens: Readonly<Partial<Record<TokenClass, number>>>;
}

/** In the commercial group. */
export interface BypassTerms {
  readonly owner: string;
  readonly reason: string;
  readonly unnoted?: readonly BypassUnnoted[];
}
