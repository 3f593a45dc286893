// What is fitted: rates that a real system reaches, as parts of what its chip states, and times that no formula of bytes or
// operations holds. Each has a value that is likely before any row is seen, and how far (in log terms, one standard deviation) rows
// may move it; so a fit on few rows stays near what such systems do, and none of them becomes negative.
export const COEFFICIENTS = {
  readWeights: [0.8, 0.15, 'bandwidth reached reading weights outside experts'],
  readExperts: [0.75, 0.1, 'bandwidth reached reading experts'],
  readCache: [0.7, 0.4, 'bandwidth reached reading the cache'],
  routed: [0.6, 0.4, 'tokens that choose experts apart from each other (the rest choose alike)'],
  computeDense: [0.6, 0.3, 'rate reached in decode outside experts'],
  computeExperts: [0.4, 0.4, 'rate reached in decode in experts'],
  computeAttention: [0.4, 0.5, 'rate reached in attention of decode'],
  latentAttention: [1, 0.5, 'operations of latent attention, times those counted'],
  dense4: [0.75, 0.2, 'rate in 4 bits outside experts, over that in 8'],
  dense16: [1.3, 0.15, 'the same in 16 bits'],
  dense4Widened: [0.8, 0.2, 'the same where 4 bits are widened first'],
  experts4: [0.75, 0.3, 'rate in 4 bits in experts, over that in 8'],
  experts16: [1.3, 0.3, 'the same in 16 bits'],
  experts4Widened: [0.8, 0.3, 'the same where 4 bits are widened first'],
  read4: [0.85, 0.15, 'bandwidth reached reading 4-bit weights, over that of others'],
  widen: [1.15, 0.15, 'time of reading weights that are widened, times that of others'],
  tile: [16, 0.5, 'tokens for which an expert computes at least'],
  layer: [10e-6, 0.5, 's per layer'],
  expertLayer: [15e-6, 0.6, 's more per layer with experts'],
  latentLayer: [5e-6, 0.8, 's more per layer with latent attention'],
  step: [1.5e-3, 0.5, 's per step'],
  request: [12e-6, 0.7, 's per request of an attention group and step'],
  latency: [6e-6, 0.5, 's per exchange between chips'],
  latencyPcie: [15e-6, 0.5, 's per exchange over slots'],
  latencyGrowth: [1, 0.5, 'growth of that latency with each doubling of chips, in fifths'],
  reduce: [0.5, 0.4, 'link bandwidth reached in all-reduce'],
  exchange: [0.4, 0.5, 'link bandwidth reached in all-to-all'],
  prefillDense: [0.55, 0.3, 'rate reached in prefill outside experts'],
  prefillExperts: [0.35, 0.4, 'rate reached in prefill in experts'],
  prefillAttention: [0.35, 0.5, 'rate reached in attention of prefill'],
  prefillNetwork: [0.5, 0.4, 'link bandwidth reached in prefill'],
  prefillToken: [2e-6, 1, 's per token of prefill'],
  disturbed: [0.9, 0.3, 'part of the others prefill that a decode waits for'],
  uneven: [0.15, 0.6, 'more time where whole experts lie on chips: the busiest is waited for'],
  overlap: [2, 0.4, 'sharpness of the larger of reading and computing, less 1'],
  blackwellBandwidth: [1, 0.15, 'bandwidth reached by linked Blackwell chips, over that of others'],
  blackwellOverhead: [1, 0.2, 'times per layer and step on Blackwell, over those of others'],
} as const satisfies Record<string, readonly [likely: number, spread: number, says: string]>;

export type CoefficientName = keyof typeof COEFFICIENTS;
export type Coefficients = Readonly<Record<CoefficientName, number>>;
export const COEFFICIENT_NAMES = Object.keys(COEFFICIENTS) as readonly CoefficientName[];

/** From logarithms, in the order of the names. */
export function coefficientsOf(logs: readonly number[]): Coefficients {
  return Object.fromEntries(
    COEFFICIENT_NAMES.map((name, at) => [name, Math.exp(logs[at] ?? 0)]),
  ) as unknown as Coefficients;
}

/** Before any row was seen. */
export const likelyCoefficients = (): Coefficients =>
  coefficientsOf(COEFFICIENT_NAMES.map((name) => Math.log(COEFFICIENTS[name][0])));

/** Every rate as stated, nothing beside it, reading and computing wholly overlapped: what a naive roofline takes a system for. */
export function idealCoefficients(): Coefficients {
  const times = new Set([
    'layer',
    'expertLayer',
    'latentLayer',
    'step',
    'request',
    'latency',
    'latencyPcie',
    'prefillToken',
  ]);
  return Object.fromEntries(
    COEFFICIENT_NAMES.map((name) => [
      name,
      times.has(name) || name === 'uneven' ? 1e-15 : name === 'overlap' ? 30 : name === 'tile' ? 1e-9 : 1,
    ]),
  ) as unknown as Coefficients;
}
