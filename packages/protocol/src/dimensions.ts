// What calls are told apart by in roll-ups, and what is added up. Both are the columns of tables, the parameters of
// queries and the choices of a console; they grow by addition only.
import { TOKEN_CLASSES, type TokenClass } from './usage.ts';

/** Who asked. They stand in the personal group of a receipt, and are unknown once that is erased. */
export const PERSONAL_DIMENSIONS = ['organisation', 'project', 'team', 'key'] as const;
/** What was asked and served; null where nothing served the call. */
export const SERVED_DIMENSIONS = ['route', 'model', 'deployment', 'cloud', 'region', 'tier', 'outcome'] as const;
export const DIMENSIONS = [...PERSONAL_DIMENSIONS, ...SERVED_DIMENSIONS] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Latency is kept by fewer dimensions, none of them personal, so that its histograms stay few. */
export const LATENCY_DIMENSIONS = ['route', 'model', 'deployment', 'cloud', 'region', 'tier'] as const;
export type LatencyDimension = (typeof LATENCY_DIMENSIONS)[number];

/**
 * `total`: from the start of the call to its end. `ttft`: to the first token. `tpot`: mean time per output token after
 * the first, of one call. `gateway`: spent in the gateway itself.
 */
export const LATENCY_METRICS = ['total', 'ttft', 'tpot', 'gateway'] as const;
export type LatencyMetric = (typeof LATENCY_METRICS)[number];

/** Whole numbers, added up per hour and per day. Their names end in their unit where it is not a count. */
export const COUNTERS = [
  'calls',
  /** Calls that ended as `error`, `cut`, `refused` or `interrupted`. */
  'errors',
  /** Calls that used something which has no known price. */
  'unpriced',
  /** Calls whose usage was estimated, and so their price. */
  'estimated',
  /** Calls that another deployment than the first choice served. */
  'fallbacks',
  /** Attempts over all deployments. */
  'attempts',
  'request_bytes',
  'response_bytes',
  'total_us',
  'ttft_us',
  /** Calls that `ttft_us` is a sum over. */
  'ttft_calls',
  'gateway_us',
] as const;
export type Counter = (typeof COUNTERS)[number];

/** `tokens_input` and so on: of the answer, and of legs that were billed and did not serve. */
export type TokenCounter = `tokens_${TokenClass}`;
export const TOKEN_COUNTERS: readonly TokenCounter[] = TOKEN_CLASSES.map((name): TokenCounter => `tokens_${name}`);

/**
 * Money, by currency: what the list says, what the contract says, what is billed. In tables whole 10^-12 of the currency,
 * in answers exact decimal text.
 */
export const AMOUNTS = ['list', 'contracted', 'billed'] as const;
export type Amount = (typeof AMOUNTS)[number];
