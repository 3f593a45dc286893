// How long requests are: from what was seen, from a lognormal (what prompts mostly are), or from a mixture of kinds. All answer the same
// questions: a quantile, a share below, a mean with its variability, a draw. Between the points of what was seen it is taken as even.
import type { Chance } from '../numbers/chance.ts';
import { positive, refuse, share, within } from '../numbers/refuse.ts';
import { normalBelow, normalQuantile } from '../numbers/statistics.ts';
import type { RequestKind } from '../queueing/latency.ts';

export type TokenLengths =
  | { readonly kind: 'fixed'; readonly tokens: number }
  /** Shares of requests that are no longer than so many tokens, rising to 1. */
  | { readonly kind: 'empirical'; readonly points: readonly { readonly tokens: number; readonly up_to: number }[] }
  /** `sigma`: of the logarithm. Cut at `most`, as a context window does. */
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number; readonly most: number }
  | { readonly kind: 'mixture'; readonly parts: readonly { readonly share: number; readonly of: TokenLengths }[] }
  /** A part of something longer: the prompt's share of all tokens. */
  | { readonly kind: 'scaled'; readonly by: number; readonly of: TokenLengths };

export interface LengthMoments {
  readonly mean: number;
  /** Squared coefficient of variation. */
  readonly variability: number;
}

const TOKENS_MOST = 1e8;
const POINTS_MOST = 10_000;
const PARTS_MOST = 50;

/** Throws PLAN_INVALID. */
export function checkLengths(name: string, lengths: TokenLengths): void {
  switch (lengths.kind) {
    case 'fixed':
      within(`${name}.tokens`, lengths.tokens, { least: 1, most: TOKENS_MOST });
      break;
    case 'empirical':
      checkPoints(name, lengths.points);
      break;
    case 'lognormal':
      within(`${name}.median`, lengths.median, { least: 1, most: TOKENS_MOST });
      within(`${name}.sigma`, lengths.sigma, { most: 5 });
      within(`${name}.most`, lengths.most, { least: lengths.median, most: TOKENS_MOST });
      break;
    case 'mixture':
      if (lengths.parts.length === 0 || lengths.parts.length > PARTS_MOST)
        refuse(`${name} is a mixture of ${lengths.parts.length} parts`, `give it 1 to ${PARTS_MOST}`);
      positive(
        `the sum of shares of ${name}`,
        lengths.parts.reduce((sum, part) => sum + share(`${name}.share`, part.share), 0),
      );
      lengths.parts.forEach(({ of }, at) => checkLengths(`${name}.parts[${at}]`, of));
      break;
    case 'scaled':
      within(`${name}.by`, lengths.by, { above: true, most: 1000 });
      checkLengths(`${name}.of`, lengths.of);
      break;
  }
}

function checkPoints(name: string, points: readonly { readonly tokens: number; readonly up_to: number }[]): void {
  if (points.length === 0 || points.length > POINTS_MOST)
    refuse(`${name} has ${points.length} points`, `give it 1 to ${POINTS_MOST}`);
  points.forEach(({ tokens, up_to }, at) => {
    const before = points[at - 1];
    within(`${name}.points[${at}].tokens`, tokens, { least: 1, most: TOKENS_MOST });
    share(`${name}.points[${at}].up_to`, up_to);
    if (before !== undefined && (tokens <= before.tokens || up_to < before.up_to))
      refuse(`${name} runs back at ${tokens} tokens`, 'give its points in the order of their tokens, shares rising');
  });
  const last = points.at(-1)?.up_to ?? 0;
  if (Math.abs(last - 1) > 1e-6) refuse(`${name} ends at a share of ${last}`, 'give it a last point with `up_to: 1`');
}

/** Tokens that a share `p` of requests does not exceed. */
export function lengthQuantile(lengths: TokenLengths, p: number): number {
  share('p', p);
  switch (lengths.kind) {
    case 'fixed':
      return lengths.tokens;
    case 'scaled':
      return lengths.by * lengthQuantile(lengths.of, p);
    case 'empirical':
      return empiricalQuantile(lengths.points, p);
    case 'lognormal': {
      const { median, sigma, most } = lengths;
      if (sigma === 0) return median;
      const cut = p * normalBelow(Math.log(most / median) / sigma);
      if (cut <= 0) return 0;
      return cut >= 1 ? most : Math.min(most, median * Math.exp(sigma * normalQuantile(cut)));
    }
    case 'mixture': {
      let [low, high] = [0, Math.max(...lengths.parts.map(({ of }) => lengthQuantile(of, 1)))];
      for (let round = 0; round < 60; round += 1) {
        const middle = (low + high) / 2;
        if (lengthBelow(lengths, middle) < p) low = middle;
        else high = middle;
      }
      return high;
    }
  }
}

function empiricalQuantile(points: readonly { readonly tokens: number; readonly up_to: number }[], p: number): number {
  let [tokens, up_to] = [0, 0];
  for (const point of points) {
    if (p <= point.up_to) {
      const width = point.up_to - up_to;
      return width <= 0 ? point.tokens : tokens + ((point.tokens - tokens) * (p - up_to)) / width;
    }
    [tokens, up_to] = [point.tokens, point.up_to];
  }
  return tokens;
}

/** Share of requests that are no longer. */
export function lengthBelow(lengths: TokenLengths, tokens: number): number {
  switch (lengths.kind) {
    case 'fixed':
      return tokens >= lengths.tokens ? 1 : 0;
    case 'scaled':
      return lengthBelow(lengths.of, tokens / lengths.by);
    case 'empirical': {
      let [before, up_to] = [0, 0];
      for (const point of lengths.points) {
        if (tokens < point.tokens)
          return up_to + ((point.up_to - up_to) * Math.max(0, tokens - before)) / (point.tokens - before);
        [before, up_to] = [point.tokens, point.up_to];
      }
      return 1;
    }
    case 'lognormal': {
      const { median, sigma, most } = lengths;
      if (tokens >= most) return 1;
      if (sigma === 0) return tokens >= median ? 1 : 0;
      if (tokens <= 0) return 0;
      return normalBelow(Math.log(tokens / median) / sigma) / normalBelow(Math.log(most / median) / sigma);
    }
    case 'mixture': {
      const whole = lengths.parts.reduce((sum, part) => sum + part.share, 0);
      return lengths.parts.reduce((sum, part) => sum + part.share * lengthBelow(part.of, tokens), 0) / whole;
    }
  }
}

const SLICES = 4000;

/** Exact for what is fixed, seen or mixed of these; a lognormal's by 4,000 slices of equal share. */
export function lengthMoments(lengths: TokenLengths): LengthMoments {
  const { mean, square } = rawMoments(lengths);
  return { mean, variability: Math.max(0, square / (mean * mean) - 1) };
}

function rawMoments(lengths: TokenLengths): { readonly mean: number; readonly square: number } {
  switch (lengths.kind) {
    case 'fixed':
      return { mean: lengths.tokens, square: lengths.tokens ** 2 };
    case 'scaled': {
      const { mean, square } = rawMoments(lengths.of);
      return { mean: mean * lengths.by, square: square * lengths.by ** 2 };
    }
    case 'mixture': {
      const whole = lengths.parts.reduce((sum, part) => sum + part.share, 0);
      return lengths.parts.reduce(
        (sum, part) => {
          const held = rawMoments(part.of);
          const weight = part.share / whole;
          return { mean: sum.mean + weight * held.mean, square: sum.square + weight * held.square };
        },
        { mean: 0, square: 0 },
      );
    }
    case 'empirical': {
      let [before, up_to, mean, square] = [0, 0, 0, 0];
      for (const point of lengths.points) {
        const [a, b, weight] = [before, point.tokens, point.up_to - up_to];
        mean += (weight * (a + b)) / 2;
        square += (weight * (a * a + a * b + b * b)) / 3;
        [before, up_to] = [point.tokens, point.up_to];
      }
      return { mean, square };
    }
    case 'lognormal': {
      let [mean, square] = [0, 0];
      for (let slice = 0; slice < SLICES; slice += 1) {
        const tokens = lengthQuantile(lengths, (slice + 0.5) / SLICES);
        mean += tokens / SLICES;
        square += (tokens * tokens) / SLICES;
      }
      return { mean, square };
    }
  }
}

/** Whole tokens, one at least. */
export const drawLength = (lengths: TokenLengths, chance: Chance): number =>
  Math.max(1, Math.round(lengthQuantile(lengths, chance.unit())));

const KINDS_EACH = 12;

/** Requests of these lengths as a few kinds, for the closed forms: each length in slices of equal share, taken as independent. */
export function kindsOf(input: TokenLengths, output: TokenLengths, cached = 0): readonly RequestKind[] {
  share('cached', cached);
  const slices = (lengths: TokenLengths): number[] =>
    lengths.kind === 'fixed'
      ? [lengths.tokens]
      : Array.from({ length: KINDS_EACH }, (_, at) =>
          Math.max(1, sliceMean(lengths, at / KINDS_EACH, (at + 1) / KINDS_EACH)),
        );
  return slices(input).flatMap((prompt) =>
    slices(output).map((answer) => ({ share: 1, input: prompt, output: answer, cached: prompt * cached })),
  );
}

function sliceMean(lengths: TokenLengths, from: number, to: number): number {
  const parts = 40;
  let sum = 0;
  for (let part = 0; part < parts; part += 1)
    sum += lengthQuantile(lengths, from + ((to - from) * (part + 0.5)) / parts);
  return sum / parts;
}
