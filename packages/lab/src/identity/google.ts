// Google's token services: the service-account grant (a signed JWT for an access token), the STS exchange of workload
// identity federation, and service-account impersonation. https://google.aip.dev/auth/4112 and .../4117
import { textOf } from '../dialects/fields.ts';
import type { Lab } from '../lab.ts';
import { isRefusal } from '../model/refusal.ts';
import { bearerOf, type Exchange } from '../wire/exchange.ts';
import { answerJson, readForm } from './form.ts';
import { WORKLOAD_AUDIENCE } from './secrets.ts';

const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt';
const ACCESS_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';
const IMPERSONATE = /^\/v1\/projects\/-\/serviceAccounts\/([^/:]+):generateAccessToken$/;
const FEDERATED = 'principal://iam.googleapis.com/lab/subject/gateway';

/** True when the path was Google's and has been answered. */
export async function answerGoogle(exchange: Exchange, lab: Lab, origin: string): Promise<boolean> {
  const { path, method } = exchange;
  if (method !== 'POST') return false;
  const account = IMPERSONATE.exec(path)?.[1];
  if (path === '/token') await serviceAccount(exchange, lab, origin);
  else if (path === '/v1/token') await federation(exchange, lab);
  else if (account !== undefined) await impersonate(exchange, lab, decodeURIComponent(account));
  else return false;
  return true;
}

const refuseGrant = (exchange: Exchange, error: string, description: string): void =>
  answerJson(exchange, 400, { error, error_description: description });

async function serviceAccount(exchange: Exchange, lab: Lab, origin: string): Promise<void> {
  const form = readForm(exchange);
  if (form.get('grant_type') !== JWT_GRANT) {
    refuseGrant(
      exchange,
      'unsupported_grant_type',
      `Invalid grant_type: ${(form.get('grant_type') ?? '').slice(0, 80)}`,
    );
    return;
  }
  // The vendor's library names Google's own URL as the audience even when it is told to call another.
  const claims = await lab.tokens.verifyServiceAccount(form.get('assertion') ?? '', [
    GOOGLE_TOKEN_URL,
    `${origin}/token`,
  ]);
  if (claims === null) {
    refuseGrant(exchange, 'invalid_grant', 'Invalid JWT Signature.');
    return;
  }
  const scope = textOf(claims['scope']);
  if (scope === '') {
    refuseGrant(exchange, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
    return;
  }
  const token = await lab.tokens.issueGoogle(lab.secrets.serviceAccount.email, scope);
  answerJson(exchange, 200, { access_token: token, expires_in: lab.tokens.lifetime, token_type: 'Bearer' });
}

async function federation(exchange: Exchange, lab: Lab): Promise<void> {
  const form = readForm(exchange);
  if (form.get('grant_type') !== EXCHANGE_GRANT) {
    refuseGrant(exchange, 'unsupported_grant_type', 'The grant type is not supported.');
    return;
  }
  if (form.get('audience') !== WORKLOAD_AUDIENCE) {
    refuseGrant(exchange, 'invalid_target', 'The target service indicated by the "audience" parameters is invalid.');
    return;
  }
  if (form.get('subject_token_type') !== JWT_TYPE || form.get('requested_token_type') !== ACCESS_TYPE) {
    refuseGrant(exchange, 'invalid_request', 'Invalid subject_token_type or requested_token_type.');
    return;
  }
  if (!(await lab.tokens.verifyWorkload(form.get('subject_token') ?? '', WORKLOAD_AUDIENCE))) {
    refuseGrant(exchange, 'invalid_grant', 'The signature of the subject token is invalid, or the token has expired.');
    return;
  }
  const token = await lab.tokens.issueGoogle(FEDERATED, form.get('scope') ?? '');
  answerJson(exchange, 200, {
    access_token: token,
    issued_token_type: ACCESS_TYPE,
    token_type: 'Bearer',
    expires_in: lab.tokens.lifetime,
  });
}

async function impersonate(exchange: Exchange, lab: Lab, account: string): Promise<void> {
  const caller = await lab.tokens.google(bearerOf(exchange) ?? '');
  if (isRefusal(caller) || account !== lab.secrets.serviceAccount.email) {
    const message = "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";
    answerJson(exchange, 403, { error: { code: 403, message, status: 'PERMISSION_DENIED' } });
    return;
  }
  const body = JSON.parse(exchange.body.toString('utf8') || '{}') as { scope?: readonly string[] };
  const token = await lab.tokens.issueGoogle(account, (body.scope ?? []).join(' '));
  answerJson(exchange, 200, {
    accessToken: token,
    expireTime: new Date(lab.now() + lab.tokens.lifetime * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
  });
}
