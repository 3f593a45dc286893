// Which state of the pages of contracts and commitments stands in the URL.
import { STATUS_CHOICES, type StatusChoice } from '../features/contracts/words.ts';
import { choiceField, defineSearch, listField, sortField, textField, checkedField, type Sort } from '../url/search.ts';
import { momentField, rangeField } from './search-state.ts';

export const CONTRACT_COLUMNS = [
  'title',
  'status',
  'parties',
  'owed',
  'unbound',
  'currency',
  'until',
  'milestone',
  'notice',
  'gaps',
  'weak',
  'possible',
  'versions',
  'entered',
] as const;
export type ContractColumn = (typeof CONTRACT_COLUMNS)[number];

/** What fits on a common screen; the others are one click away. */
const COMMON_COLUMNS = CONTRACT_COLUMNS.filter(
  (column) => !['possible', 'versions', 'entered', 'parties', 'weak'].includes(column),
);

export interface ContractsSearch {
  readonly t: string;
  /** The list, or the place where one is entered. */
  readonly show: 'list' | 'enter';
  /** The contract that a new version is entered of; '' for a new one. */
  readonly of: string;
  readonly status: StatusChoice;
  /** As they stood at the end of this day; '' is now. */
  readonly at: string;
  readonly sort: Sort<ContractColumn>;
  readonly cols: readonly ContractColumn[];
}
export const contractsSearch = defineSearch<ContractsSearch>({
  t: rangeField,
  show: choiceField(['list', 'enter'], 'list'),
  of: textField(),
  status: choiceField(STATUS_CHOICES, 'all'),
  at: momentField,
  sort: sortField(CONTRACT_COLUMNS, { column: 'milestone', descending: false }),
  cols: listField(CONTRACT_COLUMNS, COMMON_COLUMNS),
});

export const CONTRACT_PARTS = ['says', 'gaps', 'questions', 'text', 'versions'] as const;
export type ContractPart = (typeof CONTRACT_PARTS)[number];

export interface ContractSearch {
  readonly t: string;
  readonly show: ContractPart;
  readonly at: string;
}
export const contractSearch = defineSearch<ContractSearch>({
  t: rangeField,
  show: choiceField(CONTRACT_PARTS, 'says'),
  at: momentField,
});

export interface CommitmentsSearch {
  readonly t: string;
  readonly at: string;
  /** Planned growth from month to month, as a part of one: `0.05`. */
  readonly growth: string;
  readonly status: StatusChoice;
  /** The tranche whose draws are shown beside: contract, instrument and tranche, with slashes between. */
  readonly sel: string;
}
export const commitmentsSearch = defineSearch<CommitmentsSearch>({
  t: rangeField,
  at: momentField,
  growth: checkedField((text) => /^(-?0|[1-9]|[1-9]\d)(\.\d{1,6})?$/.test(text), '0'),
  status: choiceField(STATUS_CHOICES, 'all'),
  sel: textField(),
});
