// The filter text of the list of calls: what it may name, and the filters that the control API takes for it. `>=` is
// "not below", since the API knows above, below and equal.
import { OUTCOMES } from '@weighbridge/protocol';
import type { CallFilter } from '../../api/shapes.ts';
import { countNumber, durationNumber, type FilterKey, type Term } from '../../parts/filter-bar/grammar.ts';
import { NONE } from '../dimension-filters.ts';

const YES_NO = ['yes', 'no'] as const;

interface CallKey extends FilterKey {
  /** Name of the field in the API. */
  readonly field: string;
  readonly as: CallFilter['kind'];
}

const text = (key: string, about: string): CallKey => ({ key, field: key, as: 'text', kind: 'text', about });
const truth = (key: string, about: string): CallKey => ({
  key,
  field: key,
  as: 'truth',
  kind: 'choice',
  values: YES_NO,
  about,
});
const number = (key: string, field: string, kind: FilterKey['kind'], about: string): CallKey => ({
  key,
  field,
  as: 'number',
  kind,
  about,
});

export const CALL_KEYS: readonly CallKey[] = [
  text('team', 'the team of the key'),
  text('model', 'the model that was served; * at the end matches a prefix'),
  {
    key: 'outcome',
    field: 'outcome',
    as: 'text',
    kind: 'choice',
    values: [...OUTCOMES, NONE],
    about: 'how the call ended',
  },
  number('cost', 'cost', 'money', 'billed cost'),
  number('ttft', 'ttft', 'duration', 'time to the first token'),
  number('total', 'total', 'duration', 'from start to end'),
  number('input', 'input_tokens', 'count', 'tokens of the prompt'),
  number('output', 'output_tokens', 'count', 'tokens of the answer'),
  text('deployment', 'the deployment that served'),
  text('cloud', 'the cloud that ran it'),
  text('region', 'where it was served'),
  text('route', 'the route that took the call'),
  text('seller', 'who sold it'),
  text('tier', 'the service tier'),
  text('key', 'the key that was used'),
  text('project', 'the project of the key'),
  text('organisation', 'who is billed'),
  text('error', 'code of the error'),
  number('status', 'status', 'count', 'HTTP status to the client'),
  number('attempts', 'attempts', 'count', 'attempts over all deployments'),
  {
    key: 'price',
    field: 'cost_status',
    as: 'text',
    kind: 'choice',
    values: ['exact', 'unpriced', 'estimated'],
    about: 'how well the cost is known',
  },
  truth('stream', 'whether it was streamed'),
  truth('fallback', 'whether another deployment failed first'),
  truth('erased', 'whether who asked was erased'),
];

export function callFilters(terms: readonly Term[]): readonly CallFilter[] {
  return terms.map(callFilter);
}

function callFilter({ key, values, comparison, negated }: Term): CallFilter {
  const [first = ''] = values;
  const known = CALL_KEYS.find((candidate) => candidate.key === key);
  if (known === undefined) return { kind: 'word', word: first, not: negated };
  const { field, as } = known;
  if (as === 'truth') return { kind: 'truth', field, value: (first === 'yes') !== negated };
  if (as !== 'number')
    return { kind: 'text', field, values: values.map((value) => (value === NONE ? null : value)), not: negated };
  const value = decimalOf(first, known.kind);
  switch (comparison) {
    case 'is':
      return { kind: 'number', field, is: 'equal', value, not: negated };
    case 'gt':
      return { kind: 'number', field, is: 'above', value, not: negated };
    case 'lt':
      return { kind: 'number', field, is: 'below', value, not: negated };
    case 'gte':
      return { kind: 'number', field, is: 'below', value, not: !negated };
    case 'lte':
      return { kind: 'number', field, is: 'above', value, not: !negated };
  }
}

/** Money stays the text it is; counts and durations become plain numbers. */
function decimalOf(value: string, kind: FilterKey['kind']): string {
  if (kind === 'count') return String(countNumber(value) ?? 0);
  return kind === 'duration' ? String(durationNumber(value) ?? 0) : value;
}
