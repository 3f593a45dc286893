// What a limit may be set on and counted by, by name. Apart from the configuration's schema, so that whoever only shows
// limits needs no validator.

/** What a rule keeps a counter for each of, and what it may be narrowed to. `user` is the principal of the key. */
export const LIMIT_DIMENSIONS = [
  'organisation',
  'team',
  'project',
  'user',
  'key',
  'route',
  'deployment',
  'end_user',
] as const;
export type LimitDimension = (typeof LIMIT_DIMENSIONS)[number];

/** `input_tokens` are all that is read (caches included), `output_tokens` all that is written (reasoning included). */
export const LIMIT_MEASURES = ['requests', 'input_tokens', 'output_tokens', 'tokens', 'concurrency', 'money'] as const;
export type LimitMeasure = (typeof LIMIT_MEASURES)[number];

export const LIMIT_CALENDAR = ['minute', 'hour', 'day', 'week', 'month'] as const;
export type LimitCalendar = (typeof LIMIT_CALENDAR)[number];

export const LIMIT_KINDS = ['hard', 'soft'] as const;

export const LIMIT_HOLDS = ['most', 'p50', 'p90', 'p95', 'p99'] as const;

/** Per cent of its amount at which a soft limit is told of, where it does not say itself. */
export const SOFT_ALERT_AT: readonly number[] = [80, 100];

/** Dimensions whose values are people, or may be. */
export const PERSON_DIMENSIONS: readonly LimitDimension[] = ['user', 'end_user'];

/** A rule without a name of its own: the daily budget of the configuration. */
export const BUDGET_RULE = 'budget.daily';

/** As much as the amount of a limit can be that is not money. */
export const LIMIT_AMOUNT_MOST = 1_000_000_000_000_000;
