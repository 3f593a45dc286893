// What Azure's two ways to OpenAI's dialects share (Azure OpenAI and Foundry): resource names, the v1 and the deployment
// path, error codes, and the headers that are evidence.
// https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference
import type { DialectId, RegionEvidence } from '@weighbridge/protocol';
import type { Deployment } from '../deployment.ts';
import { CHAT_TYPES, contentHeaders, idempotency, withWithheld } from './chat-api.ts';
import type { CallContext, Headers, UpstreamRequest } from './cloud.ts';
import { type Base, baseOf, commonProblems, encodeSegment, isHostLabel, joinPath } from './endpoint.ts';
import { configuredRegion, reportedRegion } from './kept-evidence.ts';
import { openaiPath } from './responses-api.ts';
import type { TypeRules } from './verdict.ts';

/** Newest generally available version of the dated API. */
const API_VERSION = '2024-10-21';

export const AZURE_CREDENTIALS = ['api_key', 'entra_default', 'entra_client_secret', 'entra_workload'] as const;

export const AZURE_KEPT = [
  'apim-request-id',
  'x-request-id',
  'x-ms-region',
  'x-ms-deployment-name',
  'x-ms-spillover-from-deployment',
  'x-ms-spillover-error',
  'x-ms-is-spilled-over',
  'azureml-model-session',
  'azureml-served-by-cluster',
  'openai-processing-ms',
  'azure-openai-deployment-utilization',
] as const;

export const AZURE_TYPES: TypeRules = {
  ...CHAT_TYPES,
  DeploymentNotFound: 'misconfigured',
  // "Resource not found": the path, or the API version, is wrong.
  '404': 'misconfigured',
  OperationNotSupported: 'misconfigured',
  ResourceNotFound: 'misconfigured',
  unknown_model: 'model_missing',
  PermissionDenied: 'key_refused',
  Unauthorized: 'key_refused',
  AuthenticationTypeDisabled: 'key_refused',
  AccessDenied: 'misconfigured',
  RateLimitReached: 'rate_limited',
  too_many_requests: 'rate_limited',
  TooManyRequests: 'rate_limited',
  NoCapacity: 'rate_limited',
  ServiceUnavailable: 'overloaded',
  InternalServerError: 'server_error',
  Timeout: 'timeout',
};

export function azureBase(deployment: Deployment, domain: string): Base {
  const { resource } = deployment;
  return baseOf(deployment, resource !== undefined && isHostLabel(resource) ? `https://${resource}.${domain}` : null);
}

export function azureProblems(deployment: Deployment): string[] {
  const problems = commonProblems(deployment);
  const { resource, endpoint } = deployment;
  if (endpoint === undefined && resource === undefined)
    problems.push('give `resource` (the Azure resource name) or `endpoint`');
  if (resource !== undefined && !isHostLabel(resource)) {
    problems.push(
      '`resource` is not an Azure resource name: letters, digits and hyphens, as in the first part of its host',
    );
  }
  const version = deployment.api_version;
  if (version !== undefined && !/^[\w.-]{1,64}$/.test(version))
    problems.push('`api_version` looks like `2024-10-21` or `preview`');
  if (deployment.dialect === 'openai-responses' && deployment.path_style === 'deployment')
    problems.push('`path_style: deployment` has no Responses: leave it out, so that the v1 path is used');
  return problems;
}

/** Responses stands at the v1 path alone. */
export const azureResponses = ({ dialect, path_style: style }: Deployment, asked: DialectId): boolean =>
  dialect === undefined && asked === 'openai-responses' && style !== 'deployment';

/** v1 unless the deployment path is asked for; the latter names the deployment in the path and needs a version. */
export function azureChatRequest(call: CallContext, body: Buffer, base: Base): UpstreamRequest {
  const { deployment } = call;
  const dated = deployment.path_style === 'deployment';
  const parts = dated
    ? ['openai', 'deployments', encodeSegment(deployment.model), ...openaiPath(call)]
    : ['openai', 'v1', ...openaiPath(call)];
  const version = deployment.api_version ?? (dated ? API_VERSION : undefined);
  const query = version === undefined ? '' : `?api-version=${encodeSegment(version)}`;
  const key = idempotency(call.clientHeaders);
  const headers: Headers = { ...contentHeaders(call), ...key.headers };
  const request = {
    method: 'POST',
    origin: base.origin,
    path: `${joinPath(base, parts)}${query}`,
    headers,
    body,
  } as const;
  return withWithheld(request, key.withheld);
}

/** `x-ms-region` is where the resource's front door is: a report of the place of inference only on regional deployments. */
export function azureRegion(deployment: Deployment, headers: Headers): RegionEvidence {
  const said = headers['x-ms-region'];
  return said !== undefined && said !== '' && deployment.region_scope === 'regional'
    ? reportedRegion(deployment, said)
    : configuredRegion(deployment);
}

/** How full provisioned capacity is: `97.3%`. */
export function azureFull(headers: Headers): { readonly full?: readonly number[] } {
  const said = /^(\d{1,4}(?:\.\d{1,6})?)\s*%?$/.exec(headers['azure-openai-deployment-utilization'] ?? '')?.[1];
  return said === undefined ? {} : { full: [Number(said) / 100] };
}

/** Provisioned capacity that overflowed into another deployment says so. */
export function azureSpill(headers: Headers): { readonly spilledFrom?: string } {
  const from = headers['x-ms-spillover-from-deployment'];
  if (from !== undefined && from !== '') return { spilledFrom: from.slice(0, 128) };
  return headers['x-ms-is-spilled-over']?.toLowerCase() === 'true' ? { spilledFrom: 'unknown' } : {};
}
