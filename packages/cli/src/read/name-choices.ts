// Names that the command table lists and that stand in the protocol, written again so that help prints without loading that
// and its validator. The types hold each of them to be one; a test holds the lists alike.
import type { ObservedSource, StrategyName } from '@weighbridge/protocol';

export const STRATEGY_CHOICES = [
  'priority',
  'weighted',
  'cheapest',
  'fastest',
  'least_busy',
  'sticky',
  'reserved_first',
] as const satisfies readonly StrategyName[];

export const SOURCE_CHOICES = [
  'anthropic-usage',
  'anthropic-cost',
  'openai-usage',
  'openai-costs',
  'github-copilot-metrics',
  'github-premium-requests',
  'microsoft-365-copilot',
  'azure-cost',
  'azure-metrics',
  'aws-cur',
  'bedrock-invocations',
  'gcp-billing',
  'vertex-logs',
  'usage-table',
] as const satisfies readonly ObservedSource[];
