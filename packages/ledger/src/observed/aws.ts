// AWS's records: the Cost and Usage Report 2.0 (columns in snake case), and Bedrock's model invocation log. Of the report, one line
// item is one class of tokens of one model in one hour (or day), told by its usage type. Ids of line items are others in each
// delivery of a report, so stretches of time are what is known of it:
// https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2-identity.html and
// https://docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-understanding-cur-data.html. The log has one object for each
// request, with the id that its answer bore: https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html.
import type { ObservedSpan, TokenClass } from '@weighbridge/protocol';
import { AppError } from '@weighbridge/kernel';
import {
  countOf,
  decimalOf,
  fieldsOf,
  given,
  instantOf,
  isFields,
  textOf,
  tokensOf,
  type Fields,
  type Read,
  type SourceReader,
} from './source.ts';

const SELLER = 'aws';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The end of a usage type says the class; what stands before it is region and model. */
const CLASSES: readonly (readonly [RegExp, TokenClass])[] = [
  [/-cache-read-input-token-count.*$/i, 'cache_read'],
  [/-cache-write-1h-input-token-count.*$/i, 'cache_write_1h'],
  [/-cache-write-input-token-count.*$/i, 'cache_write_5m'],
  [/-(?:mantle-)?input-tokens.*$/i, 'input'],
  [/-(?:mantle-)?output-tokens.*$/i, 'output'],
  [/_InputTokenCount.*$/i, 'input'],
  [/_OutputTokenCount.*$/i, 'output'],
];
const REGION = /^[A-Z]{2,4}\d?-(?:[A-Z]+-)?/;
const BEDROCK = /bedrock/i;

function meterOf(usageType: string): { readonly cls: TokenClass; readonly model: string } | null {
  for (const [end, cls] of CLASSES)
    if (end.test(usageType)) return { cls, model: usageType.replace(end, '').replace(REGION, '') };
  return null;
}

/** Tokens are billed by the thousand or the million; the unit says which. */
function unitOf(value: Fields): number {
  const unit = (textOf(value, 'pricing_unit') ?? textOf(value, 'line_item_usage_unit') ?? '').toLowerCase();
  if (/^1?m|million/.test(unit)) return 1_000_000;
  if (/^1k|thousand|1,?000/.test(unit)) return 1_000;
  return 1;
}

function tokensOfItem(value: Fields): number {
  const amount = decimalOf(value, 'line_item_usage_amount') ?? '0';
  const count = Math.round(Number(amount) * unitOf(value));
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new AppError('BAD_REQUEST', `\`line_item_usage_amount\` is ${amount}, which is no count of tokens`);
}

/** Usage alone: a fee, a tax, a credit or a refund is money that no call used. */
const USAGE = new Set(['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage']);

export const awsCur: SourceReader = {
  id: 'aws-cur',
  title: 'Cost and Usage Report 2.0 of AWS',
  seller: SELLER,
  version: 2,
  kind: 'buckets',
  rank: 1,
  skew: 60,
  knows: (value) => 'line_item_usage_type' in value && 'line_item_usage_start_date' in value,
  read: (value) => {
    const product = `${textOf(value, 'line_item_product_code') ?? ''} ${textOf(value, 'product_servicecode') ?? ''}`;
    const span = spanOf(value);
    // Of an hour in which other services alone were used it is known that this one was not.
    if (!BEDROCK.test(product)) return { rows: [], buckets: [span] };
    const usageType = textOf(value, 'line_item_usage_type') ?? '';
    const meter = USAGE.has(textOf(value, 'line_item_line_item_type') ?? 'Usage') ? meterOf(usageType) : null;
    return {
      buckets: [span],
      rows: [
        {
          ...span,
          ...given('model', meter?.model),
          ...given('owner', textOf(value, 'line_item_usage_account_id')),
          ...given('user', textOf(value, 'line_item_iam_principal')),
          service: usageType.slice(0, 200),
          ...given('tokens', meter === null ? undefined : tokensOf({ [meter.cls]: tokensOfItem(value) })),
          money: decimalOf(value, 'line_item_unblended_cost') ?? '0',
          currency: textOf(value, 'line_item_currency_code') ?? 'USD',
        },
      ],
    };
  },
};

/** Hours or days, as the report has them. What lasts longer is a fee or a tax, and stands where it begins. */
function spanOf(value: Fields): ObservedSpan {
  const from = instantOf(value, 'line_item_usage_start_date');
  const to = value['line_item_usage_end_date'] ? instantOf(value, 'line_item_usage_end_date') : from + HOUR;
  return { from, to: to - from > DAY || to <= from ? from + HOUR : to };
}

/** A log group exported to a file wraps each object in `message`, as text. */
function logOf(value: Fields): Fields | null {
  if (value['schemaType'] === 'ModelInvocationLog') return value;
  const message = value['message'] ?? value['@message'];
  if (isFields(message)) return message['schemaType'] === 'ModelInvocationLog' ? message : null;
  if (typeof message !== 'string' || !message.includes('ModelInvocationLog')) return null;
  try {
    const parsed: unknown = JSON.parse(message);
    return isFields(parsed) ? parsed : null;
  } catch (cause) {
    throw new AppError('BAD_REQUEST', '`message` is not JSON', { cause });
  }
}

/** The last part of an ARN; the id of a model as it is. */
const modelIn = (id: string | undefined): string | undefined =>
  id?.startsWith('arn:') === true ? (id.split('/').at(-1) ?? id) : id;

function invocationOf(value: Fields): Read {
  const log = logOf(value);
  if (log === null) throw new AppError('BAD_REQUEST', 'the line is no invocation log of Bedrock');
  // A request that was refused used nothing.
  if (textOf(log, 'errorCode') !== undefined) return { rows: [] };
  const request = textOf(log, 'requestId');
  if (request === undefined) throw new AppError('BAD_REQUEST', '`requestId` is missing');
  const from = instantOf(log, 'timestamp');
  const input = 'input' in log ? fieldsOf(log, 'input') : {};
  const output = 'output' in log ? fieldsOf(log, 'output') : {};
  const identity = isFields(log['identity']) ? log['identity'] : {};
  return {
    rows: [
      {
        from,
        to: from + 1,
        id: request,
        request,
        ...given('model', modelIn(textOf(log, 'modelId'))),
        ...given('owner', textOf(log, 'accountId')),
        ...given('user', textOf(identity, 'arn')),
        ...given('service', textOf(log, 'operation')),
        requests: '1',
        ...given(
          'tokens',
          tokensOf({
            input: countOf(input, 'inputTokenCount'),
            cache_read: countOf(input, 'cacheReadInputTokenCount'),
            cache_write_5m: countOf(input, 'cacheWriteInputTokenCount'),
            output: countOf(output, 'outputTokenCount'),
          }),
        ),
      },
    ],
  };
}

export const bedrockInvocations: SourceReader = {
  id: 'bedrock-invocations',
  title: 'model invocation log of Amazon Bedrock',
  seller: SELLER,
  version: 1,
  kind: 'rows',
  rank: 3,
  skew: 2,
  knows: (value) => logOf(value) !== null,
  read: invocationOf,
};
