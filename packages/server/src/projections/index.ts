// Every projection there is: one file each, one line here.
import type { Projection } from '../projector/projection.ts';
import { administration } from './administration.ts';
import { latency } from './latency.ts';
import { observed } from './observed.ts';
import { recentCalls } from './recent-calls.ts';
import { rollups } from './rollups.ts';

/** `recent`: how many of the newest calls are kept as rows. */
export const projectionsOf = (settings: { readonly recent: number }): readonly Projection[] => [
  rollups,
  latency,
  recentCalls(settings.recent),
  administration,
  observed,
];
