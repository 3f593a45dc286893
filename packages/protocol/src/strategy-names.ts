// How a route may order the candidates that can all serve a call, by name. Apart from the configuration's schema, so that
// whoever only shows routes needs no validator.

export const STRATEGIES = [
  'priority',
  'weighted',
  'cheapest',
  'fastest',
  'least_busy',
  'sticky',
  'reserved_first',
] as const;
export type StrategyName = (typeof STRATEGIES)[number];
