// Microsoft Entra ID as its client libraries meet it: instance discovery, OpenID configuration, keys, and the token
// endpoint for client credentials, by secret or by a federated assertion (workload identity).
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
import { sameSecret } from '../clouds/cloud.ts';
import type { Lab } from '../lab.ts';
import type { Exchange } from '../wire/exchange.ts';
import { answerJson, readForm } from './form.ts';

const TOKEN_PATH = /^\/([^/]+)\/oauth2\/v2\.0\/token$/;
const CONFIGURATION_PATH = /^\/([^/]+)\/v2\.0\/\.well-known\/openid-configuration$/;
const KEYS_PATH = /^\/([^/]+)\/discovery\/v2\.0\/keys$/;
const INSTANCE_PATH = /^\/(?:common|[^/]+)\/discovery\/instance$/;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
export const ENTRA_FEDERATION_AUDIENCE = 'api://AzureADTokenExchange';

interface Denial {
  readonly status: number;
  readonly error: string;
  readonly code: number;
  readonly text: string;
}

const deny = (status: number, error: string, code: number, text: string): Denial => ({ status, error, code, text });

/** True when the path was Entra's and has been answered. */
export async function answerEntra(exchange: Exchange, lab: Lab, origin: string): Promise<boolean> {
  const { path } = exchange;
  const tenant = TOKEN_PATH.exec(path)?.[1];
  if (tenant !== undefined) {
    await token(exchange, lab, decodeURIComponent(tenant));
    return true;
  }
  if (INSTANCE_PATH.test(path)) answerJson(exchange, 200, instance(origin, lab));
  else if (CONFIGURATION_PATH.test(path))
    answerJson(exchange, 200, configuration(origin, decodeURIComponent(path.split('/')[1] ?? '')));
  else if (KEYS_PATH.test(path)) answerJson(exchange, 200, lab.tokens.jwks());
  else return false;
  return true;
}

function instance(origin: string, lab: Lab): unknown {
  const host = new URL(origin).host;
  return {
    tenant_discovery_endpoint: `${origin}/${lab.secrets.tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

function configuration(origin: string, tenant: string): unknown {
  const base = `${origin}/${tenant}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    tenant_region_scope: 'NA',
    cloud_instance_name: new URL(origin).host,
  };
}

async function token(exchange: Exchange, lab: Lab, tenant: string): Promise<void> {
  const form = readForm(exchange);
  const denial = (await check(exchange, lab, tenant, form)) ?? checkScope(form.get('scope'));
  if (denial !== null) {
    const stamp = new Date(lab.now()).toISOString().replace('T', ' ').slice(0, 19);
    answerJson(exchange, denial.status, {
      error: denial.error,
      error_description: `AADSTS${denial.code}: ${denial.text} Trace ID: lab-simulated Correlation ID: lab-simulated Timestamp: ${stamp}Z`,
      error_codes: [denial.code],
      timestamp: `${stamp}Z`,
      trace_id: 'lab-simulated',
      correlation_id: 'lab-simulated',
    });
    return;
  }
  const audience = (form.get('scope') ?? '').replace(/\/?\/\.default$/, '');
  const { lifetime } = lab.tokens;
  answerJson(exchange, 200, {
    token_type: 'Bearer',
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: await lab.tokens.issueEntra(audience),
  });
}

async function check(
  exchange: Exchange,
  lab: Lab,
  tenant: string,
  form: ReadonlyMap<string, string>,
): Promise<Denial | null> {
  const { secrets, tokens } = lab;
  if (exchange.method !== 'POST')
    return deny(400, 'invalid_request', 900561, 'The endpoint only accepts POST requests.');
  if (tenant !== secrets.tenant) {
    return deny(
      400,
      'invalid_request',
      90002,
      `Tenant '${tenant.slice(0, 60)}' not found. Check to make sure you have the correct tenant ID.`,
    );
  }
  if (form.get('grant_type') !== 'client_credentials') {
    return deny(
      400,
      'unsupported_grant_type',
      70003,
      `The app requested an unsupported grant type '${(form.get('grant_type') ?? '').slice(0, 60)}'.`,
    );
  }
  if (form.get('client_id') !== secrets.clientId) {
    return deny(
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${(form.get('client_id') ?? '').slice(0, 60)}' was not found in the directory 'lab'.`,
    );
  }
  const secret = form.get('client_secret');
  if (secret !== undefined) {
    return sameSecret(secret, secrets.clientSecret)
      ? null
      : deny(
          401,
          'invalid_client',
          7000215,
          "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'lab'.",
        );
  }
  const assertion = form.get('client_assertion');
  if (assertion === undefined || form.get('client_assertion_type') !== ASSERTION_TYPE) {
    return deny(
      401,
      'invalid_client',
      7000216,
      "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    );
  }
  return (await tokens.verifyWorkload(assertion, ENTRA_FEDERATION_AUDIENCE))
    ? null
    : deny(
        401,
        'invalid_client',
        700213,
        'No matching federated identity record found for presented assertion, or its signature or lifetime is not valid.',
      );
}

function checkScope(scope: string | undefined): Denial | null {
  if (scope?.endsWith('/.default') === true) return null;
  return deny(
    400,
    'invalid_scope',
    1002012,
    `The provided value for scope ${(scope ?? '').slice(0, 120)} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
  );
}
