// What `spend` splits by: all that the console splits by, and what only the journal knows. Names alone, so that help prints
// without loading anything.

/** Unknown once the person was erased. */
export const PERSONAL = ['team', 'project', 'cost_centre', 'environment', 'key', 'organisation'] as const;
/** Of what served the call; `outcome` is of every call. */
export const SERVED = [
  'model',
  'cloud',
  'seller',
  'deployment',
  'region',
  'region_reported',
  'tier',
  'outcome',
] as const;
export const SPLITS = [...PERSONAL, ...SERVED, 'route', 'day'] as const;
export type Split = (typeof SPLITS)[number];
