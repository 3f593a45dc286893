// Why a candidate was left out, failed, or came to serve: data as long as anything may depend on it, words only where it
// is read (the decision, an error). The words hold no times or counts, so that a busy lane makes few distinct decisions.
import type { ErrorCode } from '@weighbridge/kernel';
import type { Fault } from '@weighbridge/protocol';
import type { ToldBy } from './belonging.ts';

export type Reason =
  /** Policy excludes it; the sentence names the rule. */
  | { readonly kind: 'policy'; readonly rule: string }
  | { readonly kind: 'lacks'; readonly features: readonly string[] }
  /** It is not there for such a request; the sentence is the condition that does not hold. */
  | { readonly kind: 'not_for'; readonly rule: string }
  /** It has no call that counts the tokens of a request. */
  | { readonly kind: 'cannot_count' }
  | { readonly kind: 'credential_refused'; readonly credential: string }
  | { readonly kind: 'circuit_open'; readonly fault: Fault | null }
  | { readonly kind: 'paused' }
  | { readonly kind: 'full'; readonly most: number }
  /** What was bought of it has no room for the call. */
  | { readonly kind: 'reserved_full' }
  /** Refused before anything was sent to it. */
  | { readonly kind: 'unsent'; readonly code: ErrorCode; readonly message: string }
  /** It was tried, and this came of it. */
  | { readonly kind: 'failed'; readonly code: ErrorCode }
  /** It stands behind, since nobody knows what the request would cost there. */
  | { readonly kind: 'unpriced' }
  /** It stands behind, as a fall-back of another arm. */
  | { readonly kind: 'other_arm'; readonly arm: string }
  /** Whoever the call belongs to is kept here. */
  | { readonly kind: 'kept'; readonly by: ToldBy }
  /** The call came to it because the one before failed so; `back`: it had been tried before. */
  | { readonly kind: 'next' | 'back'; readonly after: ErrorCode }
  /** Nobody was asked. */
  | { readonly kind: 'cached' }
  /** Two legs ran: another had content first; or this one, which had been sent as the second. */
  | { readonly kind: 'outrun' | 'hedged' }
  /** Its answer failed a check; or the answer of the one before did. */
  | { readonly kind: 'unfit' | 'escalated'; readonly check: string };

/** What the message says in figures that differ from call to call. */
const UNSENT: Partial<Record<ErrorCode, string>> = {
  BUDGET_EXCEEDED: 'the hard budget does not cover it',
  LIMIT_EXCEEDED: 'a hard limit does not cover it',
  CAPACITY_FULL: 'reserved full',
};

const KEPT: Readonly<Record<ToldBy, string>> = {
  session: 'the calls of a session',
  end_user: 'the calls of an end user',
  prompt: 'prompts that begin alike',
  key: 'the calls of a key',
};

export function wordsOf(reason: Reason): string {
  switch (reason.kind) {
    case 'policy':
      return reason.rule;
    case 'lacks':
      return `lacks ${reason.features.join(', ')}`;
    case 'not_for':
      return `not for this request: only when ${reason.rule}`;
    case 'unpriced':
      return 'has no complete price for this request, so it is never the cheapest';
    case 'other_arm':
      return `of the arm "${reason.arm}": a fall-back here`;
    case 'kept':
      return `keeps ${KEPT[reason.by]} together`;
    case 'cannot_count':
      return 'does not count tokens';
    case 'credential_refused':
      return `credential "${reason.credential}" was refused by the cloud a moment ago`;
    case 'circuit_open':
      return `circuit open: repeated faults of the ${reason.fault ?? 'deployment'}`;
    case 'paused':
      return 'rate limited by the cloud: paused';
    case 'full':
      return `at its max_concurrency of ${reason.most}`;
    case 'reserved_full':
      return 'reserved full';
    case 'unsent':
      return UNSENT[reason.code] ?? reason.message;
    case 'failed':
      return reason.code;
    case 'next':
      return `next after ${reason.after}`;
    case 'back':
      return `again after ${reason.after}`;
    case 'cached':
      return 'not asked: the answer came from the cache';
    case 'outrun':
      return 'outrun: the other leg had content first';
    case 'unfit':
      return `its answer failed the check ${reason.check}`;
    case 'escalated':
      return `after an answer that failed the check ${reason.check}`;
    case 'hedged':
      return 'hedge: sent beside a slow leg';
  }
}
