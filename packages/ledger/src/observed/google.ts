// Google's records: the detailed billing export (rows of BigQuery, as JSON lines or CSV), and Vertex AI's request-response log.
// https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage and
// https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/request-response-logging. The log may hold a sample of the requests
// only, as its sampling rate says; coverage then says more than is true, and the docs say so.
import { createHash } from 'node:crypto';
import type { TokenClass } from '@weighbridge/protocol';
import { AppError } from '@weighbridge/kernel';
import {
  countOf,
  decimalOf,
  given,
  instantOf,
  isFields,
  textOf,
  tokensOf,
  type Fields,
  type Read,
  type SourceReader,
} from './source.ts';

const SELLER = 'google';
const VERTEX = /vertex ai|generative language|gemini|claude/i;

/** A nested field, or its column where the row was flattened: `sku.description`, `sku_description`. */
function nested(value: Fields, outer: string, inner: string): unknown {
  const held = value[outer];
  if (isFields(held)) return held[inner];
  return value[`${outer}.${inner}`] ?? value[`${outer}_${inner}`];
}
const nestedText = (value: Fields, outer: string, inner: string): string | undefined =>
  textOf({ held: nested(value, outer, inner) }, 'held');

const CLASSES: readonly (readonly [RegExp, TokenClass])[] = [
  [/cache(?:d)?[- ]?(?:input|read|hit)/i, 'cache_read'],
  [/cache[- ]?(?:write|creation)/i, 'cache_write_5m'],
  [/\boutput\b/i, 'output'],
  [/\binput\b/i, 'input'],
];

const classOf = (sku: string): TokenClass | undefined => CLASSES.find(([words]) => words.test(sku))?.[1];

/** "Claude Sonnet 4.5 Input Tokens - global": what stands before the class. */
const modelOf = (sku: string): string | undefined => {
  const name = sku.split(/\b(?:text |batch |cached? |cache |input|output)/i)[0]?.trim();
  return name === undefined || name === '' ? undefined : name;
};

function billingRow(value: Fields): Read {
  const service = nestedText(value, 'service', 'description') ?? '';
  const sku = nestedText(value, 'sku', 'description') ?? '';
  if (!VERTEX.test(`${service} ${sku}`)) return { rows: [] };
  const from = instantOf(value, 'usage_start_time');
  const to = instantOf(value, 'usage_end_time');
  const unit = nestedText(value, 'usage', 'unit') ?? '';
  const amount = Number(decimalOf({ held: nested(value, 'usage', 'amount') }, 'held') ?? '0');
  const cls = classOf(sku);
  const counted = cls !== undefined && /count|token/i.test(unit) && Number.isSafeInteger(Math.round(amount));
  const project = nestedText(value, 'project', 'id');
  const exported = textOf(value, 'export_time') ?? '';
  const place = [nestedText(value, 'sku', 'id') ?? sku, project ?? '', from, to, exported, value['cost']];
  const resource = nestedText(value, 'resource', 'global_name') ?? nestedText(value, 'resource', 'name') ?? '';
  return {
    rows: [
      {
        from,
        to: Math.max(to, from + 1),
        // The export has no id of its rows: a row is known by all that tells it from others.
        id: createHash('sha256')
          .update(JSON.stringify([...place, amount, resource, value['labels'] ?? null]))
          .digest('base64url'),
        ...given('model', modelOf(sku)),
        ...given('owner', project),
        service: sku.slice(0, 200),
        ...given('tokens', counted ? tokensOf({ [cls]: Math.max(0, Math.round(amount)) }) : undefined),
        money: decimalOf(value, 'cost') ?? '0',
        currency: textOf(value, 'currency') ?? 'USD',
      },
    ],
  };
}

export const gcpBilling: SourceReader = {
  id: 'gcp-billing',
  title: 'detailed billing export of Google Cloud',
  seller: SELLER,
  version: 1,
  kind: 'rows',
  rank: 1,
  skew: 60,
  knows: (value) => 'usage_start_time' in value && 'billing_account_id' in value,
  read: billingRow,
};

/** `full_response` is an object, or its JSON text; of a stream, a list of parts of which the last ones tell the usage. */
function responsesOf(value: Fields): readonly Fields[] {
  const held = value['full_response'];
  const parsed: unknown = typeof held === 'string' ? parseJson(held) : held;
  const list = Array.isArray(parsed) ? parsed : [parsed];
  return list.filter((one) => isFields(one));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('BAD_REQUEST', '`full_response` is not JSON', { cause });
  }
}

/** Of Gemini `usageMetadata`; of Claude `usage`, also in the parts of a stream, of which later ones go over earlier ones. */
function usageOf(value: Fields): Readonly<Partial<Record<TokenClass, number>>> | undefined {
  const gemini = responsesOf(value).findLast((part) => isFields(part['usageMetadata']))?.['usageMetadata'];
  if (isFields(gemini)) {
    const cached = countOf(gemini, 'cachedContentTokenCount');
    return tokensOf({
      input: Math.max(0, countOf(gemini, 'promptTokenCount') - cached),
      cache_read: cached,
      output: countOf(gemini, 'candidatesTokenCount'),
      reasoning: countOf(gemini, 'thoughtsTokenCount'),
    });
  }
  const parts = responsesOf(value).flatMap((part) => {
    const message = isFields(part['message']) ? part['message']['usage'] : undefined;
    return [message, part['usage']].filter((one) => isFields(one));
  });
  const usage: Fields = Object.assign({}, ...parts);
  return tokensOf({
    input: countOf(usage, 'input_tokens'),
    cache_read: countOf(usage, 'cache_read_input_tokens'),
    cache_write_5m: countOf(usage, 'cache_creation_input_tokens'),
    output: countOf(usage, 'output_tokens'),
  });
}

export const vertexLogs: SourceReader = {
  id: 'vertex-logs',
  title: 'request-response log of Vertex AI',
  seller: SELLER,
  version: 1,
  kind: 'rows',
  rank: 3,
  skew: 2,
  knows: (value) => 'full_response' in value && 'logging_time' in value,
  read: (value) => {
    const from = instantOf(value, 'logging_time');
    const id = textOf(value, 'request_id');
    if (id === undefined) throw new AppError('BAD_REQUEST', '`request_id` is missing: a line is known by it');
    const model = textOf(value, 'model') ?? textOf(value, 'model_version') ?? textOf(value, 'deployed_model_id');
    return {
      rows: [
        {
          from,
          to: from + 1,
          id,
          request: id,
          ...given('model', model?.split('/').at(-1)),
          ...given('owner', /projects\/([^/]+)/.exec(textOf(value, 'endpoint') ?? '')?.[1]),
          ...given('service', textOf(value, 'api_method')),
          requests: '1',
          ...given('tokens', usageOf(value)),
        },
      ],
    };
  },
};
