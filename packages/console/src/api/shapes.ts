// What the console asks the control API for, and what it gets: the shapes of the projections' queries, as far as pages use
// them. Instants are UTC milliseconds, durations milliseconds, money exact decimal text.
import type {
  CallCommercial,
  CallPersonal,
  CallPublic,
  Decision,
  LogKind,
  Outcome,
  TokenClass,
} from '@weighbridge/protocol';

export type Dimension =
  | 'organisation'
  | 'project'
  | 'team'
  | 'key'
  | 'route'
  | 'model'
  | 'deployment'
  | 'cloud'
  | 'region'
  | 'tier'
  | 'outcome';
export type LatencyDimension = 'route' | 'model' | 'deployment' | 'cloud' | 'region' | 'tier';

export interface Period {
  readonly since: number;
  /** Exclusive. */
  readonly until: number;
}
export interface DimensionFilter {
  readonly dimension: Dimension;
  /** Null: the calls that have none. */
  readonly values: readonly (string | null)[];
  readonly not: boolean;
}
/** Of which a dimension has one: a value, none (`value` null), or one that was erased with the person. */
export interface Member {
  readonly value: string | null;
  readonly erased: boolean;
}

export interface Spend {
  readonly currency: string;
  readonly list: string;
  readonly contracted: string;
  readonly billed: string;
}
export interface Totals {
  readonly calls: number;
  readonly errors: number;
  readonly unpriced: number;
  readonly estimated: number;
  readonly fallbacks: number;
  readonly tokens: Readonly<Partial<Record<TokenClass, number>>>;
  /** One row per currency. */
  readonly spend: readonly Spend[];
  readonly mean_ms: { readonly total: number | null; readonly ttft: number | null; readonly gateway: number | null };
}
export interface Overview {
  readonly period: Period;
  readonly totals: Totals;
  readonly before: { readonly period: Period; readonly totals: Totals };
}

export interface SeriesInput extends Period {
  readonly every: 'hour' | 'day';
  readonly measure: 'calls' | 'errors' | 'tokens' | 'billed';
  readonly by?: Dimension;
  readonly most: number;
  readonly filters: readonly DimensionFilter[];
}
export interface Series {
  readonly period: Period;
  readonly currency: string | null;
  readonly starts: readonly number[];
  readonly series: readonly {
    /** Null for the whole, and for `others`. */
    readonly member: Member | null;
    readonly others: number | null;
    readonly points: readonly (number | string)[];
    readonly unpriced: readonly number[];
  }[];
}

export interface BreakdownInput extends Period {
  readonly by: readonly Dimension[];
  readonly sort: 'calls' | 'billed';
  readonly most: number;
  readonly compare: boolean;
  readonly filters: readonly DimensionFilter[];
}
export interface Breakdown {
  readonly rows: readonly {
    readonly members: readonly Member[];
    readonly totals: Totals;
    readonly before: Totals | null;
  }[];
  readonly others: { readonly rows: number; readonly totals: Totals; readonly before: Totals | null } | null;
  readonly total: Totals;
}

export interface LatencyInput extends Period {
  readonly metrics: readonly ('total' | 'ttft' | 'tpot' | 'gateway')[];
  readonly by?: LatencyDimension;
  readonly every?: 'hour' | 'day';
  readonly quantiles: readonly number[];
  readonly buckets: boolean;
  readonly filters: readonly DimensionFilter[];
}
export interface Latency {
  readonly quantiles: readonly number[];
  readonly relative_error: number;
  readonly rows: readonly {
    readonly metric: string;
    readonly value: string | null;
    readonly start: number | null;
    readonly calls: number;
    readonly ms: readonly (number | null)[];
    readonly buckets: readonly { readonly from_ms: number; readonly to_ms: number; readonly calls: number }[];
  }[];
}

export interface CallRow {
  readonly entry: number;
  readonly id: string;
  readonly at: number;
  readonly erased: boolean;
  readonly team: string | null;
  readonly key: string | null;
  readonly route: string | null;
  readonly asked: string;
  readonly stream: boolean;
  readonly model: string | null;
  readonly deployment: string | null;
  readonly cloud: string | null;
  readonly seller: string | null;
  readonly region: string | null;
  readonly region_reported: string | null;
  readonly fallback: boolean;
  readonly outcome: Outcome;
  readonly status: number;
  readonly error: string | null;
  readonly attempts: number;
  readonly input_tokens: number | null;
  readonly cached_tokens: number | null;
  readonly output_tokens: number | null;
  readonly total_ms: number;
  readonly ttft_ms: number | null;
  readonly billed: string | null;
  readonly currency: string;
  readonly cost_status: 'exact' | 'unpriced' | 'estimated';
  readonly simulated: boolean;
}

export type CallFilter =
  | {
      readonly kind: 'text';
      readonly field: string;
      readonly values: readonly (string | null)[];
      readonly not: boolean;
    }
  | {
      readonly kind: 'number';
      readonly field: string;
      readonly is: 'equal' | 'above' | 'below';
      readonly value: string;
      readonly not: boolean;
    }
  | { readonly kind: 'truth'; readonly field: string; readonly value: boolean }
  | { readonly kind: 'word'; readonly word: string; readonly not: boolean };

export interface CallsInput {
  readonly since: number;
  readonly until: number;
  readonly filters: readonly CallFilter[];
  readonly before?: number;
  readonly limit: number;
}
export interface Calls {
  /** Newest first. */
  readonly rows: readonly CallRow[];
  /** Where to go on; null when all that is kept was looked through. */
  readonly next: number | null;
  readonly kept: { readonly calls: number; readonly oldest: number | null };
}

export interface Receipt {
  readonly id: string;
  readonly entry: number;
  readonly at: number;
  readonly public: CallPublic | null;
  readonly commercial: CallCommercial | null;
  /** Null once erased. */
  readonly personal: CallPersonal | null;
  readonly erased: boolean;
  readonly decision: Decision | null;
  /** The groups as the leaf commits to them, with their salts: what the page's own check needs. */
  readonly disclosure: Readonly<Record<string, { readonly salt: string; readonly text: string }>>;
}

export interface Status {
  readonly organisation: string;
  readonly log: LogKind;
  /** Public key of the log. */
  readonly vkey: string;
  /** Instant of the newest entry in the tables; null when there is none. */
  readonly up_to: number | null;
  /** Currency of most calls. */
  readonly currency: string;
}
