// Every record of a seller that can be read: one file a family, one line here. The order decides where two would know a file: the
// table in our own columns comes last.
import type { ObservedSource } from '@weighbridge/protocol';
import { anthropicCost, anthropicUsage } from './anthropic.ts';
import { awsCur, bedrockInvocations } from './aws.ts';
import { copilotMetrics, copilotPremium } from './github-copilot.ts';
import { gcpBilling, vertexLogs } from './google.ts';
import { azureCost, azureMetrics, microsoft365Copilot } from './microsoft.ts';
import { openaiCosts, openaiUsage } from './openai.ts';
import type { Fields, SourceReader } from './source.ts';
import { usageTable } from './usage-table.ts';

export const SOURCE_READERS: Readonly<Record<ObservedSource, SourceReader>> = {
  'anthropic-cost': anthropicCost,
  'anthropic-usage': anthropicUsage,
  'openai-costs': openaiCosts,
  'openai-usage': openaiUsage,
  'github-premium-requests': copilotPremium,
  'github-copilot-metrics': copilotMetrics,
  'microsoft-365-copilot': microsoft365Copilot,
  'azure-metrics': azureMetrics,
  'azure-cost': azureCost,
  'aws-cur': awsCur,
  'bedrock-invocations': bedrockInvocations,
  'vertex-logs': vertexLogs,
  'gcp-billing': gcpBilling,
  'usage-table': usageTable,
};

/** Whose record this is, by its first value; undefined: nobody's that is known. */
export const sourceOf = (value: Fields): SourceReader | undefined =>
  Object.values(SOURCE_READERS).find(({ knows }) => knows(value));
