// The identity endpoints as an oracle for themselves: Microsoft's, Google's and Amazon's own libraries fetch credentials
// from them over TLS under the run's authority, and the clouds accept exactly those.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ClientSecretCredential, WorkloadIdentityCredential } from '@azure/identity';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { GoogleAuth, JWT } from 'google-auth-library';
import { decodeJwt } from 'jose';
import { bedrock, openTestLab, post, SONNET_US, user, type TestLab } from './support.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const COGNITIVE = 'https://cognitiveservices.azure.com/.default';
const GPT = { model: 'gpt-5', messages: user('hi') };
const CLAUDE = { anthropic_version: 'vertex-2023-10-16', max_tokens: 50, messages: user('hi') };

describe('identity', () => {
  const trusted = getCACertificates('default');
  let lab: TestLab;
  before(async () => {
    lab = await openTestLab();
    setDefaultCACertificates([...trusted, readFileSync(lab.endpoints.caFile, 'utf8')]);
  });
  after(async () => {
    setDefaultCACertificates(trusted);
    await lab.close();
  });

  const azure = (token: string) =>
    post(
      `${lab.endpoints.clouds['azure-openai']}/openai/v1/chat/completions`,
      { authorization: `Bearer ${token}` },
      GPT,
    );
  const vertex = (token: string) => {
    const place = `/v1/projects/${lab.endpoints.credentials.google.project}/locations/global`;
    const url = `${lab.endpoints.clouds.vertex}${place}/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict`;
    return post(url, { authorization: `Bearer ${token}` }, CLAUDE);
  };
  const entra = () => lab.endpoints.credentials.entra;
  const authority = () => ({ authorityHost: lab.endpoints.identity.entra, disableInstanceDiscovery: true });
  const tokenForm = (fields: Record<string, string>) =>
    fetch(`${lab.endpoints.identity.entra}/${entra().tenant}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams(fields),
    });

  it('Microsoft’s library gets a token by client secret, and Azure accepts it', async () => {
    const { tenant, client_id: client, client_secret: secret } = entra();
    const token = await new ClientSecretCredential(tenant, client, secret, authority()).getToken(COGNITIVE);
    assert.equal(decodeJwt(token.token).aud, 'https://cognitiveservices.azure.com');
    assert.equal((await azure(token.token)).status, 200);
  });

  it('Microsoft’s library gets a token by federated assertion (workload identity)', async () => {
    const { tenant, client_id: clientId, token_file: tokenFilePath } = entra();
    const credential = new WorkloadIdentityCredential({ tenantId: tenant, clientId, tokenFilePath, ...authority() });
    const token = await credential.getToken('https://ai.azure.com/.default');
    assert.equal((await azure(token.token)).status, 200);
  });

  it('a wrong secret, an unknown client and another tenant are refused in Entra’s words', async () => {
    const { tenant, client_id: client, client_secret: secret } = entra();
    await assert.rejects(
      new ClientSecretCredential(tenant, client, 'wrong', authority()).getToken(COGNITIVE),
      /AADSTS7000215/,
    );
    await assert.rejects(
      new ClientSecretCredential(tenant, 'nobody', secret, authority()).getToken(COGNITIVE),
      /AADSTS700016/,
    );
    const other = '00000000-0000-0000-0000-000000000000';
    await assert.rejects(
      new ClientSecretCredential(other, client, secret, authority()).getToken(COGNITIVE),
      /AADSTS90002/,
    );
  });

  it('an assertion for another audience and a scope without /.default are refused', async () => {
    const { client_id: id, client_secret: secret } = entra();
    const assertion = readFileSync(lab.endpoints.credentials.aws.web_identity_token_file, 'utf8');
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    const common = { grant_type: 'client_credentials', client_id: id, scope: COGNITIVE };
    const wrong = await tokenForm({ ...common, client_assertion: assertion, client_assertion_type: type });
    assert.equal(wrong.status, 401);
    assert.match(await wrong.text(), /AADSTS700213/);
    const scope = await tokenForm({ ...common, client_secret: secret, scope: 'https://cognitiveservices.azure.com' });
    assert.match(await scope.text(), /AADSTS1002012/);
  });

  it('a token for another resource, a forged one and an expired one are refused by Azure', async () => {
    const { tenant, client_id: client, client_secret: secret } = entra();
    const credential = new ClientSecretCredential(tenant, client, secret, authority());
    const graph = await credential.getToken('https://graph.microsoft.com/.default');
    assert.equal((await azure(graph.token)).status, 401);
    const good = await credential.getToken(COGNITIVE);
    const parts = good.token.split('.');
    const forged = [
      parts[0],
      Buffer.from(JSON.stringify({ ...decodeJwt(good.token), appid: 'x' })).toString('base64url'),
      parts[2],
    ];
    assert.equal((await azure(forged.join('.'))).status, 401);
    await lab.control.tokens({ lifetime_s: 5 });
    const short = await new ClientSecretCredential(tenant, client, secret, authority()).getToken(
      'https://ai.azure.com/.default',
    );
    assert.equal((await azure(short.token)).status, 200);
    await lab.control.advance(6_000);
    assert.equal((await azure(short.token)).status, 401);
    await lab.control.tokens({ lifetime_s: 3_600 });
  });

  it('instance discovery and the OpenID configuration answer for the tenant', async () => {
    const origin = lab.endpoints.identity.entra;
    const discovery = (await (await fetch(`${origin}/common/discovery/instance?api-version=1.1`)).json()) as {
      metadata: unknown[];
    };
    assert.equal(discovery.metadata.length, 1);
    const open = (await (await fetch(`${origin}/${entra().tenant}/v2.0/.well-known/openid-configuration`)).json()) as {
      jwks_uri: string;
    };
    const keys = (await (await fetch(open.jwks_uri)).json()) as { keys: { kty: string }[] };
    assert.equal(keys.keys[0]?.kty, 'EC');
  });

  it('Google’s library exchanges a workload token (external account), and Vertex accepts the result', async () => {
    const json = JSON.parse(readFileSync(lab.endpoints.credentials.google.external_account_file, 'utf8')) as object;
    const client = await new GoogleAuth({ credentials: json, scopes: SCOPE }).getClient();
    const { token } = await client.getAccessToken();
    assert.equal((await vertex(String(token))).status, 200);
  });

  it('a JWT that the service account signed itself is accepted, one by another key is not', async () => {
    const file = JSON.parse(readFileSync(lab.endpoints.credentials.google.service_account_file, 'utf8')) as Record<
      string,
      string
    >;
    const client = new JWT({
      email: file['client_email'] ?? '',
      key: file['private_key'] ?? '',
      keyId: file['private_key_id'] ?? '',
    });
    const headers = await client.getRequestHeaders('https://aiplatform.googleapis.com/');
    const token = headers.get('authorization')?.slice('Bearer '.length) ?? '';
    assert.equal((await vertex(token)).status, 200);
    const parts = token.split('.');
    assert.equal((await vertex([parts[0], parts[1], 'A'.repeat(parts[2]?.length ?? 0)].join('.'))).status, 401);
  });

  it('the service-account grant gives a token for the scope asked, and Vertex insists on a scope that covers it', async () => {
    const file = JSON.parse(readFileSync(lab.endpoints.credentials.google.service_account_file, 'utf8')) as Record<
      string,
      string
    >;
    const fetchToken = async (scope: string): Promise<string> => {
      const client = new JWT({ email: file['client_email'] ?? '', key: file['private_key'] ?? '', scopes: [scope] });
      client.transporter.interceptors.request.add({
        resolved: (request) => {
          request.url = new URL(lab.endpoints.identity.google_token);
          return Promise.resolve(request);
        },
      });
      return String((await client.authorize()).access_token);
    };
    assert.equal((await vertex(await fetchToken(SCOPE))).status, 200);
    const narrow = await vertex(await fetchToken('https://www.googleapis.com/auth/devstorage.read_only'));
    assert.equal(narrow.status, 403);
    assert.match(narrow.text, /ACCESS_TOKEN_SCOPE_INSUFFICIENT/);
    const bad = await fetch(lab.endpoints.identity.google_token, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'a.b.c' }),
    });
    assert.equal(bad.status, 400);
    assert.equal(((await bad.json()) as { error: string }).error, 'invalid_grant');
  });

  it('Amazon’s credential chain assumes the role with its web identity, and Bedrock accepts the keys until they expire', async () => {
    const { aws } = lab.endpoints.credentials;
    const saved = { ...process.env };
    Object.assign(process.env, {
      AWS_ROLE_ARN: aws.role_arn,
      AWS_WEB_IDENTITY_TOKEN_FILE: aws.web_identity_token_file,
      AWS_ENDPOINT_URL_STS: lab.endpoints.identity.aws_sts,
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    try {
      const keys = await defaultProvider({ maxRetries: 0 })();
      const body = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 20, messages: user('hi') };
      assert.equal((await bedrock(lab.endpoints, SONNET_US, body, { keys })).status, 200);
    } finally {
      process.env = saved;
    }
  });

  it('STS refuses another role, a bad token and an unknown action, in XML', async () => {
    const { aws } = lab.endpoints.credentials;
    const token = readFileSync(aws.web_identity_token_file, 'utf8');
    const call = async (fields: Record<string, string>) => {
      const base = {
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: aws.role_arn,
        RoleSessionName: 'test',
        WebIdentityToken: token,
      };
      const answer = await fetch(lab.endpoints.identity.aws_sts, {
        method: 'POST',
        body: new URLSearchParams({ ...base, ...fields }),
      });
      return `${answer.status} ${/<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1] ?? ''}`;
    };
    assert.equal(await call({ RoleArn: 'arn:aws:iam::123456789012:role/other' }), '403 AccessDenied');
    assert.equal(await call({ WebIdentityToken: 'a.b.c' }), '400 InvalidIdentityToken');
    assert.equal(await call({ Action: 'AssumeRole' }), '400 InvalidAction');
    assert.equal(await call({ DurationSeconds: '60' }), '400 ValidationError');
    assert.equal(await call({}), '200 ');
  });

  it('revoked tokens are refused although they have not expired', async () => {
    const { tenant, client_id: client, client_secret: secret } = entra();
    const token = await new ClientSecretCredential(tenant, client, secret, authority()).getToken(COGNITIVE);
    assert.equal((await azure(token.token)).status, 200);
    await lab.control.tokens({ revoke: true });
    assert.equal((await azure(token.token)).status, 401);
  });
});
