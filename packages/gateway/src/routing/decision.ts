// The decision of one call as data, and its interning: calls that were decided alike share one `decided` entry and refer
// to it by digest.
import type { Candidate, Decision } from '@weighbridge/protocol';
import { BOUNDS } from '../pipeline/bounds.ts';
import { BoundedCache } from './bounded-cache.ts';
import { digestOf, type Plan } from './compiled.ts';
import { wordsOf, type Reason } from './reason.ts';

/** A decision in its canonical text with its address; `written` once its entry is in the journal of this lane. */
export interface Interned {
  readonly digest: string;
  readonly text: string;
  written: boolean;
}

export type Verdict = Candidate['verdict'];

/** Verdict and reason beside each target of a plan. */
export interface Verdicts {
  readonly verdicts: Verdict[];
  readonly reasons: (Reason | null)[];
  /** What the order went by, where it is of this moment; null where the configuration alone tells. */
  readonly scores: readonly (number | undefined)[] | null;
  /** The arm that the caller is in; null where the route has none. */
  readonly arm: string | null;
}

export const UNJUDGED: Verdicts = { verdicts: [], reasons: [], scores: null, arm: null };

/** Keys in sorted order: `JSON.stringify` of it is canonical. */
export function decisionOf(config: string, plan: Plan, judged: Verdicts): Decision {
  const scores = judged.scores ?? fixedScores(plan);
  const candidates = plan.targets.map((target, index): Candidate => {
    const reason = judged.reasons[index] ?? null;
    const score = scores?.[index];
    return {
      deployment: target.deployment.id,
      ...(reason === null ? {} : { reason: wordsOf(reason) }),
      ...(score === undefined ? {} : { score }),
      verdict: judged.verdicts[index] ?? 'eligible',
    };
  });
  const denied = plan.routeDenial !== null || plan.denials.every((denial) => denial !== null);
  return {
    ...(judged.arm === null ? {} : { arm: judged.arm }),
    candidates,
    config,
    policy: {
      rules: plan.routeDenial === null ? plan.rules : [plan.routeDenial, ...plan.rules],
      verdict: denied ? 'deny' : 'allow',
    },
    route: plan.route.id,
    strategy: plan.route.strategy,
  };
}

const fixedScores = ({ strategy, targets }: Plan): readonly (number | undefined)[] | null =>
  strategy?.needs === 'nothing' ? (strategy.scores?.(targets) ?? null) : null;

/** The decision about a call that no route takes. */
export function noRoute(config: string, why: string): Decision {
  return { candidates: [], config, policy: { rules: [why], verdict: 'deny' }, route: '', strategy: '' };
}

export class DecisionBook {
  readonly #byKey = new BoundedCache<string, Interned>(BOUNDS.decision_cache_entries);
  readonly #byDigest = new BoundedCache<string, Interned>(BOUNDS.decision_cache_entries);

  /** `key` names what the decision was made from, so that the happy path neither builds nor hashes it again. */
  intern(key: string, make: () => Decision): Interned {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const interned = this.internDecision(make());
    this.#byKey.set(key, interned);
    return interned;
  }

  internDecision(decision: Decision): Interned {
    const text = JSON.stringify(decision);
    const digest = digestOf(text);
    const known = this.#byDigest.get(digest);
    if (known !== undefined) return known;
    const fresh: Interned = { digest, text, written: false };
    this.#byDigest.set(digest, fresh);
    return fresh;
  }

  /** A new snapshot numbers its plans afresh; what is written stays written. */
  clearKeys(): void {
    this.#byKey.clear();
  }
}
