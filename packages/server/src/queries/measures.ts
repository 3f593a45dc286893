// A measure as SQL over the columns of a roll-up.
import { AMOUNTS, TOKEN_COUNTERS, type Amount } from '@weighbridge/protocol';

export const isAmount = (measure: string): measure is Amount => (AMOUNTS as readonly string[]).includes(measure);

/** An expression over one row. Measures are checked against their list before: the name may stand in the text. */
export const measureOf = (measure: string): string =>
  measure === 'tokens' ? `(${TOKEN_COUNTERS.join(' + ')})` : measure;

/** Columns that the expression needs, and the count of calls without a price beside it. */
export const columnsOf = (measure: string): string =>
  [...new Set([...(measure === 'tokens' ? TOKEN_COUNTERS : [measure]), 'unpriced'])].join(', ');
