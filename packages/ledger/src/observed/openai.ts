// OpenAI's organisation usage and costs. `GET /v1/organization/usage/completions` and `/v1/organization/costs`,
// https://platform.openai.com/docs/api-reference/usage. `input_tokens` includes those read from the cache and, like `output_tokens`,
// those of audio, which are taken out here: classes never overlap. Times are Unix seconds.
import type { ObservedRow } from '@weighbridge/protocol';
import {
  countOf,
  decimalOf,
  fieldsOf,
  given,
  instantOf,
  isFields,
  listOf,
  quantityOf,
  textOf,
  tokensOf,
  type Fields,
  type Read,
  type SourceReader,
} from './source.ts';

function firstBucket(value: Fields): Fields | undefined {
  const bucket: unknown = Array.isArray(value['data']) ? value['data'][0] : undefined;
  return isFields(bucket) && bucket['object'] === 'bucket' ? bucket : undefined;
}

const firstObject = (value: Fields): string | undefined => {
  for (const bucket of Array.isArray(value['data']) ? value['data'] : []) {
    const results: unknown = isFields(bucket) ? bucket['results'] : undefined;
    const result: unknown = Array.isArray(results) ? results[0] : undefined;
    if (isFields(result)) return textOf(result, 'object');
  }
  return undefined;
};

function read(value: Fields, rowOf: (result: Fields) => Omit<ObservedRow, 'from' | 'to'>): Read {
  const buckets = listOf(value, 'data').map((bucket) => ({
    span: { from: instantOf(bucket, 'start_time'), to: instantOf(bucket, 'end_time') },
    results: listOf(bucket, 'results'),
  }));
  return {
    buckets: buckets.map(({ span }) => span),
    rows: buckets.flatMap(({ span, results }) => results.map((result) => ({ ...span, ...rowOf(result) }))),
  };
}

function usageRow(result: Fields): Omit<ObservedRow, 'from' | 'to'> {
  const cached = countOf(result, 'input_cached_tokens');
  const audioIn = countOf(result, 'input_audio_tokens');
  const audioOut = countOf(result, 'output_audio_tokens');
  const input = Math.max(0, countOf(result, 'input_tokens', 'is wrong') - cached - audioIn);
  const output = Math.max(0, countOf(result, 'output_tokens') - audioOut);
  return {
    ...given('model', textOf(result, 'model')),
    ...given('owner', textOf(result, 'project_id')),
    ...given('user', textOf(result, 'user_id') ?? textOf(result, 'api_key_id')),
    ...given('service', result['batch'] === true ? 'batch' : textOf(result, 'service_tier')),
    ...given('requests', quantityOf(result, 'num_model_requests')),
    ...given('tokens', tokensOf({ input, cache_read: cached, input_audio: audioIn, output, output_audio: audioOut })),
  };
}

export const openaiUsage: SourceReader = {
  id: 'openai-usage',
  title: 'usage of the OpenAI organisation API',
  seller: 'openai',
  version: 1,
  kind: 'buckets',
  rank: 2,
  skew: 5,
  knows: (value) => firstBucket(value) !== undefined && firstObject(value)?.startsWith('organization.usage.') !== false,
  read: (value) => read(value, usageRow),
};

export const openaiCosts: SourceReader = {
  id: 'openai-costs',
  title: 'costs of the OpenAI organisation API',
  seller: 'openai',
  version: 1,
  kind: 'buckets',
  rank: 1,
  skew: 5,
  knows: (value) => firstBucket(value) !== undefined && firstObject(value) === 'organization.costs.result',
  read: (value) =>
    read(value, (result) => {
      const amount = fieldsOf(result, 'amount');
      return {
        ...given('owner', textOf(result, 'project_id')),
        ...given('service', textOf(result, 'line_item')),
        money: decimalOf(amount, 'value') ?? '0',
        currency: (textOf(amount, 'currency') ?? 'usd').toUpperCase(),
      };
    }),
};
