// A call as projections fold it: its receipt brought down to plain values. Durations are whole microseconds and money stays
// exact text, so that whatever is added up is added exactly.
import type { CostStatus, DialectId, Outcome, TokenClass } from '@weighbridge/protocol';

export interface EntryFact {
  /** Index in the log. */
  readonly entry: number;
  /** UTC milliseconds, as the leaf says. */
  readonly at: number;
  /** Bytes of the leaf. */
  readonly leafBytes: number;
}

/** Who asked, as far as tables keep it: no person, no session, no tag. */
export interface Asker {
  readonly organisation: string | null;
  readonly project: string | null;
  readonly team: string | null;
  readonly cost_centre: string | null;
  readonly environment: string | null;
  readonly key: string | null;
}

export interface CallFact extends EntryFact {
  readonly kind: 'call';
  readonly id: string;
  /** All null once erased. */
  readonly who: Asker;
  readonly erased: boolean;
  /** Opaque name of whose key seals the personal part; null once erased. */
  readonly subject: string | null;
  /** Digest of the decision, and what the log's decisions say under it. */
  readonly decided: string;
  readonly route: string | null;
  readonly asked: string;
  readonly surface: DialectId;
  readonly stream: boolean;
  readonly model: string | null;
  readonly deployment: string | null;
  readonly cloud: string | null;
  readonly seller: string | null;
  readonly region: string | null;
  readonly regionReported: string | null;
  readonly tier: string | null;
  readonly fallback: boolean;
  readonly outcome: Outcome;
  readonly status: number;
  readonly error: string | null;
  readonly attempts: number;
  /** Of attempts that a cloud took: its id of the request, and which deployment. */
  readonly requests: readonly { readonly id: string; readonly deployment: string }[];
  /** False where nobody can say what was used. */
  readonly usageKnown: boolean;
  /** False where no cloud was reached, and so nothing used. */
  readonly used: boolean;
  /** Of the answer, by class. */
  readonly tokens: Readonly<Partial<Record<TokenClass, number>>>;
  /** Of legs that were billed and did not serve. */
  readonly legTokens: readonly Readonly<Partial<Record<TokenClass, number>>>[];
  readonly totalUs: number;
  readonly ttftUs: number | null;
  readonly tpotUs: number | null;
  readonly gatewayUs: number;
  readonly requestBytes: number;
  readonly responseBytes: number | null;
  readonly list: string | null;
  readonly contracted: string | null;
  readonly billed: string | null;
  readonly currency: string;
  readonly costStatus: CostStatus;
  readonly simulated: boolean;
}
