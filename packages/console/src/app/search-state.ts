// Which state of which page stands in the URL. The time range has the same name everywhere, so that it is carried along.
import { readTimeRange } from '../url/time-range.ts';
import { checkedField, choiceField, defineSearch, listField, sortField, textField, type Sort } from '../url/search.ts';
import type { Dimension } from '../api/shapes.ts';

/** Whether a text is a range does not depend on when it is read, but for ranges far from the present. */
const isRange = (text: string): boolean => readTimeRange(text, Date.now()).ok;

export const rangeField = checkedField(isRange, '7d');

export const GROUPINGS = [
  'team',
  'model',
  'deployment',
  'cloud',
  'region',
  'route',
  'key',
  'project',
] as const satisfies readonly Dimension[];
export type Grouping = (typeof GROUPINGS)[number];

export const OVERVIEW_COLUMNS = ['name', 'spend', 'change', 'share', 'calls', 'errors', 'tokens', 'ttft'] as const;
export type OverviewColumn = (typeof OVERVIEW_COLUMNS)[number];

export interface OverviewSearch {
  readonly t: string;
  readonly by: Grouping;
  readonly q: string;
  readonly sort: Sort<OverviewColumn>;
  readonly cols: readonly OverviewColumn[];
}
export const overviewSearch = defineSearch<OverviewSearch>({
  t: rangeField,
  by: choiceField(GROUPINGS, 'team'),
  q: textField(),
  sort: sortField(OVERVIEW_COLUMNS, { column: 'spend', descending: true }),
  cols: listField(OVERVIEW_COLUMNS, OVERVIEW_COLUMNS),
});

export const CALL_COLUMNS = [
  'at',
  'team',
  'model',
  'cost',
  'input',
  'output',
  'ttft',
  'total',
  'outcome',
  'region',
  'deployment',
  'id',
] as const;
export type CallColumn = (typeof CALL_COLUMNS)[number];

/** What fits on a common screen; the others are one click away. */
const COMMON_COLUMNS = CALL_COLUMNS.filter((column) => column !== 'total' && column !== 'deployment');

export interface CallsSearch {
  readonly t: string;
  readonly q: string;
  /** The call beside the table. */
  readonly sel: string;
  readonly sort: Sort<CallColumn>;
  readonly cols: readonly CallColumn[];
}
export const callsSearch = defineSearch<CallsSearch>({
  t: rangeField,
  q: textField(),
  sel: textField(),
  sort: sortField(CALL_COLUMNS, { column: 'at', descending: true }),
  cols: listField(CALL_COLUMNS, COMMON_COLUMNS),
});

export const callSearch = defineSearch<{ readonly t: string }>({ t: rangeField });
