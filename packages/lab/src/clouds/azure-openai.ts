// Azure OpenAI: the deployment path, which insists on a known `api-version`, and the v1 path, which names the deployment
// as the model. https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
import type { Lab } from '../lab.ts';
import { AZURE_DEPLOYMENTS } from '../model/catalogue.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import type { Exchange } from '../wire/exchange.ts';
import { answerAzure, azureCaller, azureChat, bodyOf, deploymentOf } from './azure.ts';

const DEPLOYMENT = /^\/openai\/deployments\/([^/]+)\/chat\/completions$/;
const V1 = '/openai/v1/chat/completions';
const RESPONSES = '/openai/v1/responses';
const REGION = 'eastus2';
const API_VERSIONS = new Set([
  '2023-05-15',
  '2024-02-01',
  '2024-06-01',
  '2024-08-01-preview',
  '2024-10-01-preview',
  '2024-10-21',
  '2024-12-01-preview',
  '2025-01-01-preview',
  '2025-03-01-preview',
  '2025-04-01-preview',
]);
const V1_VERSIONS = new Set(['preview', 'latest', 'v1']);

const notFound = (): Refusal => refuse('not_found', 'Resource not found');

export function azureOpenAiCloud(exchange: Exchange, lab: Lab): void {
  const named = DEPLOYMENT.exec(exchange.path)?.[1];
  if (named === undefined && exchange.path !== V1 && exchange.path !== RESPONSES) {
    answerAzure(exchange, lab, notFound());
    return;
  }
  const { body, model } = bodyOf(exchange);
  const version = new URLSearchParams(exchange.query).get('api-version');
  const name = named === undefined ? model : decodeURIComponent(named);
  azureChat(exchange, lab, {
    name,
    deployment: deploymentOf(lab, exchange.site, name, AZURE_DEPLOYMENTS),
    region: lab.market.regionOf(exchange.site, name) ?? REGION,
    body,
    dialect: exchange.path === RESPONSES ? 'openai-responses' : 'openai-chat',
    authorise: () => azureCaller(exchange, lab, lab.secrets.azureKey, 'azure-openai', ['api-key']),
    check: () => {
      if (named !== undefined) return version !== null && API_VERSIONS.has(version) ? null : notFound();
      return version === null || V1_VERSIONS.has(version)
        ? null
        : refuse('invalid', 'API version not supported', { code: 'BadRequest' });
    },
  });
}
