// What a call would have cost that the cache answered. Nothing is billed and nobody sold anything: so this is told apart
// from every cost, at the prices of the call's own time, and on the lower of two bases. The first answer may have paid for
// writing the seller's prompt cache; a repeat would have read it.
import type { Avoided, Usage } from '@weighbridge/protocol';
import type { Call } from '../pipeline/call.ts';
import { rateAnswer, sumRated } from '../stages/meter.ts';
import type { AnswerFacts } from './answer.ts';

/** Null where the deployment is no longer there, or nobody knows what the first answer used. */
export function avoidedBy(call: Call, { served, usage, inner }: AnswerFacts): Avoided | null {
  const target = call.compiled.targets.get(served.deployment);
  if (target === undefined || usage === null || usage.source !== 'reported') return null;
  const again = repeated(usage);
  const others = inner.map((part) => ({ ...part, usage: repeated(part.usage) }));
  const warm = again !== usage || others.some((part, index) => part.usage !== inner[index]?.usage);
  const { contracted, currency, list } = sumRated(rateAnswer(call, target.deployment, again, { inner: others })).cost;
  return { basis: warm ? 'warm' : 'reported', contracted, currency, list };
}

/** The usage of the same request once more, while the seller still holds its prompt. */
function repeated(usage: Usage): Usage {
  const { cache_write_5m: short = 0, cache_write_1h: long = 0, ...tokens } = usage.tokens;
  if (short + long === 0) return usage;
  return { ...usage, tokens: { ...tokens, cache_read: (tokens.cache_read ?? 0) + short + long } };
}
