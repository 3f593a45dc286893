// Anthropic's Admin API: the usage report of Messages and the cost report, page by page. `GET /v1/organizations/usage_report/messages`
// and `/cost_report`, https://platform.claude.com/docs/en/build-with-claude/usage-cost-api. Buckets may be empty, and say so; amounts
// of the cost report are decimal text in cents. The priority tier stands in the usage report and not in the cost report.
import type { ObservedRow } from '@weighbridge/protocol';
import {
  countOf,
  decimalOf,
  fieldsOf,
  given,
  instantOf,
  isFields,
  listOf,
  ofCents,
  textOf,
  tokensOf,
  type Fields,
  type Read,
  type SourceReader,
} from './source.ts';

/** Of a page: its first result, where it has one. */
const firstResult = (value: Fields): Fields | undefined => {
  const { data } = value;
  if (!Array.isArray(data)) return undefined;
  for (const bucket of data) {
    const results: unknown = isFields(bucket) ? bucket['results'] : undefined;
    if (Array.isArray(results) && isFields(results[0])) return results[0];
  }
  return undefined;
};

const isPage = (value: Fields): boolean => {
  const bucket: unknown = Array.isArray(value['data']) ? value['data'][0] : undefined;
  return isFields(bucket) && 'starting_at' in bucket && 'ending_at' in bucket && 'results' in bucket;
};

function read(value: Fields, rowOf: (result: Fields) => Omit<ObservedRow, 'from' | 'to'>): Read {
  const pages = listOf(value, 'data').map((bucket) => ({
    span: { from: instantOf(bucket, 'starting_at'), to: instantOf(bucket, 'ending_at') },
    results: listOf(bucket, 'results'),
  }));
  return {
    buckets: pages.map(({ span }) => span),
    rows: pages.flatMap(({ span, results }) => results.map((result) => ({ ...span, ...rowOf(result) }))),
  };
}

/** A null workspace is the organisation's default one; whoever groups by nothing is told of as the whole. */
const owned = (result: Fields): Readonly<Partial<Record<'owner', string>>> =>
  given('owner', 'workspace_id' in result ? (textOf(result, 'workspace_id') ?? 'default') : undefined);

export const anthropicUsage: SourceReader = {
  id: 'anthropic-usage',
  title: 'usage report of the Anthropic Admin API',
  seller: 'anthropic',
  version: 1,
  kind: 'buckets',
  rank: 2,
  skew: 5,
  knows: (value) => {
    const result = firstResult(value);
    return isPage(value) && (result === undefined || 'uncached_input_tokens' in result);
  },
  read: (value) =>
    read(value, (result) => {
      const created = 'cache_creation' in result ? fieldsOf(result, 'cache_creation') : {};
      const user = textOf(result, 'account_id') ?? textOf(result, 'service_account_id') ?? textOf(result, 'api_key_id');
      return {
        ...given('model', textOf(result, 'model')),
        ...owned(result),
        ...given('user', user),
        ...given('service', textOf(result, 'service_tier')),
        ...given(
          'tokens',
          tokensOf({
            input: countOf(result, 'uncached_input_tokens', 'is wrong'),
            cache_read: countOf(result, 'cache_read_input_tokens'),
            cache_write_5m: countOf(created, 'ephemeral_5m_input_tokens'),
            cache_write_1h: countOf(created, 'ephemeral_1h_input_tokens'),
            output: countOf(result, 'output_tokens', 'is wrong'),
          }),
        ),
      };
    }),
};

export const anthropicCost: SourceReader = {
  id: 'anthropic-cost',
  title: 'cost report of the Anthropic Admin API',
  seller: 'anthropic',
  version: 1,
  kind: 'buckets',
  rank: 1,
  skew: 5,
  knows: (value) => {
    const result = firstResult(value);
    return isPage(value) && result !== undefined && 'amount' in result && typeof result['amount'] === 'string';
  },
  read: (value) =>
    read(value, (result) => ({
      ...given('model', textOf(result, 'model')),
      ...owned(result),
      ...given('service', textOf(result, 'cost_type') ?? textOf(result, 'description')),
      money: ofCents(decimalOf(result, 'amount') ?? '0'),
      currency: textOf(result, 'currency') ?? 'USD',
    })),
};
