// GitHub's reports of Copilot: the usage metrics (NDJSON, one object a day or a day and user), and the premium-request usage report
// (CSV). https://docs.github.com/en/copilot/reference/copilot-usage-metrics/example-schema and
// https://docs.github.com/en/billing/reference/billing-reports. Metrics count interactions by model and feature; where both are
// imported, the billing report says more and counts. Neither crosses a gateway: Copilot calls its models itself.
import type { ObservedRow } from '@weighbridge/protocol';
import {
  countOf,
  dayOf,
  decimalOf,
  given,
  isFields,
  textOf,
  tokensOf,
  type Fields,
  type Read,
  type SourceReader,
} from './source.ts';

const SELLER = 'github';

/** Interactions of a day, by model and feature where they are told apart, else as one. */
function metricsOf(value: Fields): Read {
  const span = dayOf(value, 'day');
  const owner = textOf(value, 'organization_id') ?? textOf(value, 'enterprise_id');
  const user = textOf(value, 'user_login') ?? textOf(value, 'user_id');
  const base = { ...span, ...given('owner', owner), ...given('user', user) };
  const split = value['totals_by_model_feature'];
  const parts: readonly Fields[] = Array.isArray(split) ? split.filter((one) => isFields(one)) : [];
  const rows: ObservedRow[] = parts.map((part) => ({
    ...base,
    ...given('model', textOf(part, 'model')),
    ...given('service', textOf(part, 'feature')),
    requests: String(interactions(part)),
  }));
  const told = parts.reduce((sum, part) => sum + interactions(part), 0);
  const rest = interactions(value) - told;
  if (rest > 0) rows.push({ ...base, requests: String(rest) });
  const cli = value['totals_by_cli'];
  if (isFields(cli)) rows.push(...commandLine(base, cli));
  return { rows: rows.filter(({ requests, tokens }) => requests !== '0' || tokens !== undefined), buckets: [span] };
}

const interactions = (fields: Fields): number =>
  countOf(fields, 'user_initiated_interaction_count') + countOf(fields, 'code_generation_activity_count');

function commandLine(base: ObservedRow, cli: Fields): readonly ObservedRow[] {
  const used = isFields(cli['token_usage']) ? cli['token_usage'] : {};
  const tokens = tokensOf({ input: countOf(used, 'prompt_tokens_sum'), output: countOf(used, 'output_tokens_sum') });
  return [{ ...base, service: 'cli', requests: String(countOf(cli, 'request_count')), ...given('tokens', tokens) }];
}

export const copilotMetrics: SourceReader = {
  id: 'github-copilot-metrics',
  title: 'usage metrics of GitHub Copilot',
  seller: SELLER,
  version: 1,
  kind: 'buckets',
  rank: 1,
  skew: 0,
  knows: (value) =>
    'day' in value && ('user_initiated_interaction_count' in value || 'code_generation_activity_count' in value),
  read: metricsOf,
};

export const copilotPremium: SourceReader = {
  id: 'github-premium-requests',
  title: 'premium-request usage report of GitHub',
  seller: SELLER,
  version: 1,
  kind: 'buckets',
  rank: 2,
  skew: 0,
  knows: (value) => 'date' in value && 'quantity' in value && 'model' in value && 'username' in value,
  read: (value) => {
    const span = dayOf(value, 'date');
    const owner = textOf(value, 'cost_center_name') ?? textOf(value, 'organization');
    const money = decimalOf(value, 'net_amount');
    return {
      buckets: [span],
      rows: [
        {
          ...span,
          ...given('model', textOf(value, 'model')),
          ...given('owner', owner),
          ...given('user', textOf(value, 'username')),
          ...given('service', textOf(value, 'sku')),
          ...given('requests', decimalOf(value, 'quantity')),
          ...(money === undefined ? {} : { money, currency: 'USD' }),
        },
      ],
    };
  },
};
