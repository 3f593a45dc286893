// Sums over the rows that cover a period, by group.
import { coverOf, selectCover, type Hours } from './ranges.ts';
import { SUM_NAMES } from './totals-sum.ts';

export const ROLLUP = { hour: 'rollup_hour', day: 'rollup_day' } as const;

/** Sums by group first: what is joined to dimensions is then few rows. `names`: of the columns wanted, which is all it costs. */
export const byGroup = (hours: Hours, names: readonly string[] = ALL_NAMES): string =>
  `SELECT grp, ${names.map((name) => `sum(${name}) AS ${name}`).join(', ')} FROM (${selectCover(ROLLUP, coverOf(hours), `grp, ${names.join(', ')}`)}) AS rows GROUP BY grp`;

const ALL_NAMES = SUM_NAMES.split(', ');
