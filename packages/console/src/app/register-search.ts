// Which state of the pages Claims, Duties, Playbook and Parties stands in the URL.
import { choiceField, defineSearch, listField, sortField, textField, type Sort } from '../url/search.ts';
import { momentField, rangeField } from './search-state.ts';

export const CLAIM_COLUMNS = [
  'text',
  'state',
  'figure',
  'materiality',
  'kind',
  'rule',
  'source',
  'snapshot',
  'evidence',
  'runs_out',
  'stated',
  'subject',
] as const;
export type ClaimColumn = (typeof CLAIM_COLUMNS)[number];

/** What fits on a common screen; the others are one click away. */
const COMMON_CLAIMS = CLAIM_COLUMNS.filter((column) => !['kind', 'subject', 'runs_out', 'stated'].includes(column));

export const CLAIM_PARTS = ['claims', 'fit', 'answers'] as const;
export type ClaimPart = (typeof CLAIM_PARTS)[number];

export interface ClaimsSearch {
  readonly t: string;
  readonly show: ClaimPart;
  readonly at: string;
  readonly q: string;
  /** The claim beside the table. */
  readonly sel: string;
  /** The contract whose questionnaire was answered. */
  readonly of: string;
  readonly sort: Sort<ClaimColumn>;
  readonly cols: readonly ClaimColumn[];
}
export const claimsSearch = defineSearch<ClaimsSearch>({
  t: rangeField,
  show: choiceField(CLAIM_PARTS, 'claims'),
  at: momentField,
  q: textField(),
  sel: textField(),
  of: textField(),
  sort: sortField(CLAIM_COLUMNS, { column: 'materiality', descending: false }),
  cols: listField(CLAIM_COLUMNS, COMMON_CLAIMS),
});

export const INCIDENT_COLUMNS = [
  'opened',
  'title',
  'failure',
  'state',
  'next',
  'due',
  'owner',
  'answers',
  'id',
] as const;
export type IncidentColumn = (typeof INCIDENT_COLUMNS)[number];

export const DUTY_PARTS = ['map', 'incidents', 'watch'] as const;
export type DutyPart = (typeof DUTY_PARTS)[number];

export interface DutiesSearch {
  readonly t: string;
  readonly show: DutyPart;
  readonly at: string;
  /** The deployment whose map is shown; '' for the first. */
  readonly of: string;
  /** The failure, or the incident, beside the table. */
  readonly sel: string;
  readonly sort: Sort<IncidentColumn>;
  readonly cols: readonly IncidentColumn[];
}
export const dutiesSearch = defineSearch<DutiesSearch>({
  t: rangeField,
  show: choiceField(DUTY_PARTS, 'map'),
  at: momentField,
  of: textField(),
  sel: textField(),
  sort: sortField(INCIDENT_COLUMNS, { column: 'opened', descending: true }),
  cols: listField(
    INCIDENT_COLUMNS,
    INCIDENT_COLUMNS.filter((column) => column !== 'id'),
  ),
});

export interface PlaybookSearch {
  readonly t: string;
  readonly at: string;
  /** The item beside the list. */
  readonly sel: string;
}
export const playbookSearch = defineSearch<PlaybookSearch>({ t: rangeField, at: momentField, sel: textField() });

export const PARTY_COLUMNS = ['name', 'parent', 'kind', 'identifiers', 'from', 'source', 'id'] as const;
export type PartyColumn = (typeof PARTY_COLUMNS)[number];
export const LINK_COLUMNS = ['from', 'type', 'to', 'amount', 'status', 'where', 'source', 'id'] as const;
export type LinkColumn = (typeof LINK_COLUMNS)[number];

export const PARTY_PARTS = ['parties', 'links', 'own'] as const;
export type PartyPart = (typeof PARTY_PARTS)[number];

export interface PartiesSearch {
  readonly t: string;
  readonly show: PartyPart;
  readonly at: string;
  /** The party beside the table. */
  readonly sel: string;
  readonly sort: Sort<PartyColumn>;
  readonly cols: readonly PartyColumn[];
  readonly linksort: Sort<LinkColumn>;
  readonly linkcols: readonly LinkColumn[];
}
export const partiesSearch = defineSearch<PartiesSearch>({
  t: rangeField,
  show: choiceField(PARTY_PARTS, 'parties'),
  at: momentField,
  sel: textField(),
  sort: sortField(PARTY_COLUMNS, { column: 'name', descending: false }),
  cols: listField(PARTY_COLUMNS, PARTY_COLUMNS),
  linksort: sortField(LINK_COLUMNS, { column: 'from', descending: false }),
  linkcols: listField(
    LINK_COLUMNS,
    LINK_COLUMNS.filter((column) => column !== 'id'),
  ),
});
