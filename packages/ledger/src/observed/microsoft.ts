// Microsoft's records: audit records of Copilot interactions (Management Activity API, or an export of Purview), cost exports, and
// exported metrics of Azure OpenAI and Foundry. https://learn.microsoft.com/office/office-365-management-api/copilot-schema,
// https://learn.microsoft.com/azure/cost-management-billing/dataset-schema/cost-usage-details-mca and
// https://learn.microsoft.com/azure/foundry/openai/monitor-openai-reference. Claude in Foundry is billed in consumption units of one
// line an hour, so of its cost export no model and no token can be told.
import { AppError } from '@weighbridge/kernel';
import {
  countOf,
  dayOf,
  decimalOf,
  given,
  instantOf,
  isFields,
  textOf,
  type Fields,
  type Read,
  type SourceReader,
} from './source.ts';

const MINUTE = 60_000;

/** A record of the audit log: itself, or in `AuditData` (Purview, JSON text), or in `auditData` (Graph). */
function auditOf(value: Fields): Fields | null {
  if ('CopilotEventData' in value) return value;
  const held = value['AuditData'] ?? value['auditData'];
  if (isFields(held)) return held;
  if (typeof held !== 'string') return null;
  try {
    const parsed: unknown = JSON.parse(held);
    return isFields(parsed) ? parsed : null;
  } catch (cause) {
    throw new AppError('BAD_REQUEST', '`AuditData` is not JSON', { cause });
  }
}

/** One prompt is one request; a record without messages is one interaction all the same. */
function promptsOf(event: Fields): number {
  const messages: unknown = event['Messages'];
  if (!Array.isArray(messages)) return 1;
  return Math.max(1, messages.filter((one) => isFields(one) && String(one['isPrompt']) === 'true').length);
}

function interactionOf(value: Fields): Read {
  const audit = auditOf(value);
  if (audit === null) throw new AppError('BAD_REQUEST', 'the record holds no audit data');
  // An export of the whole audit log holds more than Copilot.
  if (audit['Operation'] !== undefined && audit['Operation'] !== 'CopilotInteraction') return { rows: [] };
  const event = isFields(audit['CopilotEventData']) ? audit['CopilotEventData'] : {};
  const from = instantOf(audit['CreationTime'] === undefined ? value : audit, when(audit, value));
  const models: unknown = event['ModelTransparencyDetails'];
  const model: unknown = Array.isArray(models) ? models[0] : undefined;
  const id = textOf(audit, 'Id') ?? textOf(value, 'id') ?? textOf(value, 'RecordId');
  if (id === undefined) throw new AppError('BAD_REQUEST', '`Id` is missing: a record is known by it');
  return {
    rows: [
      {
        from,
        to: from + 1,
        id,
        ...given('model', isFields(model) ? textOf(model, 'ModelName') : undefined),
        ...given('owner', textOf(audit, 'OrganizationId')),
        ...given('user', textOf(audit, 'UserId') ?? textOf(value, 'userPrincipalName')),
        ...given('service', textOf(event, 'AppHost')),
        requests: String(promptsOf(event)),
      },
    ],
  };
}

const when = (audit: Fields, value: Fields): string => {
  if (audit['CreationTime'] !== undefined) return 'CreationTime';
  return value['createdDateTime'] === undefined ? 'CreationDate' : 'createdDateTime';
};

export const microsoft365Copilot: SourceReader = {
  id: 'microsoft-365-copilot',
  title: 'audit records of Microsoft 365 Copilot interactions',
  seller: 'microsoft-365',
  version: 1,
  kind: 'rows',
  rank: 3,
  skew: 5,
  knows: (value) =>
    'CopilotEventData' in value || ('AuditData' in value && 'Operation' in value) || isFields(value['auditData']),
  read: interactionOf,
};

/** Names of the columns differ between agreements, and in their case between versions of the export. */
function column(value: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = textOf(value, name) ?? textOf(value, `${name.charAt(0).toLowerCase()}${name.slice(1)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

const SERVICES = /cognitive|openai|foundry|azure ai|claude|marketplace|saas/i;

export const azureCost: SourceReader = {
  id: 'azure-cost',
  title: 'cost and usage export of Azure',
  seller: 'microsoft',
  version: 1,
  kind: 'buckets',
  rank: 1,
  skew: 60,
  knows: (value) => column(value, 'MeterCategory') !== undefined && column(value, 'Date', 'UsageDate') !== undefined,
  read: (value) => {
    const span = dayOf({ date: column(value, 'Date', 'UsageDate') }, 'date');
    const category = `${column(value, 'MeterCategory') ?? ''} ${column(value, 'ProductName', 'Product') ?? ''}`;
    if (!SERVICES.test(category)) return { rows: [], buckets: [span] };
    const cost = column(value, 'CostInBillingCurrency', 'Cost', 'PreTaxCost');
    return {
      buckets: [span],
      rows: [
        {
          ...span,
          ...given('owner', column(value, 'CostCenter') ?? column(value, 'ResourceGroup', 'ResourceGroupName')),
          service: `${column(value, 'MeterSubCategory') ?? ''} ${column(value, 'MeterName', 'Meter') ?? ''}`.trim(),
          money: decimalOf({ cost }, 'cost') ?? '0',
          currency: column(value, 'BillingCurrency', 'BillingCurrencyCode', 'Currency') ?? 'USD',
        },
      ],
    };
  },
};

/** Metrics whose total over a minute is a count of tokens, by class. */
const TOKEN_METRICS = {
  ProcessedPromptTokens: 'input',
  InputTokens: 'input',
  GeneratedTokens: 'output',
  OutputTokens: 'output',
} as const;
type TokenMetric = keyof typeof TOKEN_METRICS;
const isTokenMetric = (name: string): name is TokenMetric => Object.hasOwn(TOKEN_METRICS, name);
const REQUEST_METRICS: ReadonlySet<string> = new Set(['AzureOpenAIRequests', 'ModelRequests']);
const GRAIN = /^PT(?:(\d{1,3})M|(\d{1,2})H)$/;

/** Minutes. Of a grain that is not understood it would not be known which calls a figure is about. */
function grainOf(text: string): number {
  const [, minutes, hours] = GRAIN.exec(text) ?? [];
  const grain = Number(minutes ?? Number(hours ?? 0) * 60);
  if (grain > 0) return grain;
  throw new AppError('BAD_REQUEST', `\`timeGrain\` is "${text.slice(0, 20)}": it should be minutes or hours, as PT1M`);
}

export const azureMetrics: SourceReader = {
  id: 'azure-metrics',
  title: 'exported metrics of Azure OpenAI and Foundry',
  seller: 'microsoft',
  version: 1,
  kind: 'rows',
  rank: 2,
  skew: 2,
  knows: (value) => 'metricName' in value && 'total' in value && ('time' in value || 'timeStamp' in value),
  read: (value) => {
    const name = textOf(value, 'metricName') ?? '';
    if (!isTokenMetric(name) && !REQUEST_METRICS.has(name)) return { rows: [] };
    const from = instantOf(value, 'time' in value ? 'time' : 'timeStamp');
    const to = from + grainOf(textOf(value, 'timeGrain') ?? 'PT1M') * MINUTE;
    const dimensions = isFields(value['dimension']) ? value['dimension'] : value;
    const resource = textOf(value, 'resourceId');
    const model = textOf(dimensions, 'ModelName');
    const deployment = textOf(dimensions, 'ModelDeploymentName');
    const count = countOf(value, 'total', 'is wrong');
    const held = isTokenMetric(name) ? { tokens: { [TOKEN_METRICS[name]]: count } } : { requests: String(count) };
    return {
      rows: [
        {
          from,
          to,
          id: [from, name, resource ?? '', model ?? '', deployment ?? ''].join(' ').toLowerCase(),
          ...given('model', model),
          ...given('owner', resource?.split('/').at(-1)),
          ...given('service', deployment),
          ...held,
        },
      ],
    };
  },
};
