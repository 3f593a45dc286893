// What projections fold: an entry, taken apart once for all of them and brought down to plain values. Durations are
// whole microseconds and money stays exact text, so that whatever is added up is added exactly. Intents are no facts: a
// receipt says all that its intent did.
import type { Figures } from '../closing/figures.ts';
import type { EntryKind } from '@weighbridge/protocol';
import type { CallFact, EntryFact } from './call-fact.ts';

export interface DecidedFact extends EntryFact {
  readonly kind: 'decided';
  readonly digest: string;
  readonly route: string;
}

/** An entry of administration: its commercial group as it stands; '' of a closing, which is much. */
export interface AdministrationFact extends EntryFact {
  readonly kind: Exclude<EntryKind, 'call' | 'decided' | 'intent'>;
  readonly id: string;
  readonly text: string;
}

/** An entry that cannot be read as what it claims to be. Whoever folds its kind stops there. */
export interface BrokenFact extends EntryFact {
  readonly kind: 'broken';
  readonly of: Exclude<EntryKind, 'intent'>;
  readonly reason: string;
}

/** What is left of a call whose record was pruned. What it came to is in a closed fact, where its books were closed. */
export interface PrunedCallFact extends EntryFact {
  readonly kind: 'pruned call';
}

/** What the calls of a pruned part came to, in place of them, at the first entry of the part. It is no entry itself. */
export interface ClosedFact {
  readonly kind: 'closed';
  readonly entry: number;
  /** Index after the last entry of the part. */
  readonly to: number;
  readonly figures: Figures;
}

export type Fact = CallFact | DecidedFact | AdministrationFact | BrokenFact | PrunedCallFact | ClosedFact;
