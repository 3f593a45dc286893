// The formulas of a forward pass, each alone: what it counts, in operations, bytes or elements. Nothing here is fitted; what is
// fitted are the rates at which a real system does them (step.ts). Every one has a case worked by hand in its test.

/** Of one weight or one number of the cache. 4-bit formats carry a scale for every block of 16 or 32. */
export const BYTES = { bf16: 2, fp8: 1, fp4: 0.56 } as const;

/** Experts that `tokens` tokens wake, each choosing `used` of `experts` at random: never more than there are. */
export const expertsAwake = (experts: number, used: number, tokens: number): number =>
  experts * (1 - (1 - used / experts) ** tokens);

/** Of a matrix product m×k by k×n. */
export const gemmOperations = (m: number, n: number, k: number): number => 2 * m * n * k;

/** Decode attention of one token against a context, over the layers that look at all of it. */
export const decodeAttentionOperations = (heads: number, dim: number, context: number, layers: number): number =>
  4 * heads * dim * context * layers;

/** The same where keys and values stay compressed: each head works on the rank and on the rotary part. */
export const latentDecodeOperations = (
  heads: number,
  rank: number,
  rope: number,
  context: number,
  layers: number,
): number => 2 * heads * (2 * rank + rope) * context * layers;

/** Prefill attention, causal: `fresh` tokens behind `cached` ones that are already there. */
export const prefillAttentionOperations = (
  heads: number,
  dim: number,
  fresh: number,
  cached: number,
  layers: number,
): number => 2 * ((fresh + cached) ** 2 - cached ** 2) * heads * dim * layers;

/** Bytes that one chip sends in a ring all-reduce. */
export const allReduceBytes = (bytes: number, chips: number): number =>
  chips > 1 ? (2 * bytes * (chips - 1)) / chips : 0;

/** Bytes that one chip sends when every token goes to its experts and comes back (one byte out, two bytes home). */
export const allToAllBytes = (tokens: number, hidden: number, used: number, chips: number): number =>
  chips > 1 ? (tokens * Math.min(used, chips) * hidden * 3 * (chips - 1)) / chips : 0;

/** Part of the cache of a token that one of `chips` keeps: heads are shared out until each has one; latent ones are copied. */
export const cacheShare = (chips: number, kvHeads: number, latent: boolean): number =>
  latent ? 1 : Math.max(1 / chips, 1 / Math.max(1, kvHeads));

/** Training: forward and backward of every token through every active weight, and attention over the sequence. */
export const trainingOperations = (
  active: number,
  tokens: number,
  attention: { readonly layers: number; readonly width: number; readonly length: number },
): number => 6 * active * tokens + 6 * attention.layers * attention.width * attention.length * tokens;

/** Tokens that one step of speculation gives when each of `drafted` guesses is right with `accepted`. */
export const tokensPerStep = (drafted: number, accepted: number): number => {
  let sum = 1;
  for (let at = 1; at <= drafted; at += 1) sum += accepted ** at;
  return sum;
};
