import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createCredentialStore } from '../../src/credentials/store.ts';
import { startTokenServer, type TokenServer } from './token-server.ts';

const TENANT = '11111111-2222-3333-4444-555555555555';
const CLIENT = '99999999-8888-7777-6666-555555555555';
const SECRET = 'entra~client~secret~value';

let server: TokenServer;
let folder = '';
let issued = 0;
let broken = false;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weighbridge-entra-'));
  server = await startTokenServer(({ path }, origin) => {
    if (path.includes('openid-configuration')) {
      const base = `${origin}/${TENANT}`;
      return {
        body: {
          token_endpoint: `${base}/oauth2/v2.0/token`,
          authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
          end_session_endpoint: `${base}/oauth2/v2.0/logout`,
          issuer: `${base}/v2.0`,
          jwks_uri: `${base}/discovery/v2.0/keys`,
        },
      };
    }
    if (broken) {
      const error_description = `AADSTS7000215: Invalid client secret provided for app '${CLIENT}'. Trace ID: ${TENANT}`;
      return { status: 401, body: { error: 'invalid_client', error_description, error_codes: [7000215] } };
    }
    issued += 1;
    return {
      body: { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: `entra-token-${issued}` },
    };
  });
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const fieldsOf = (body: string): Readonly<Record<string, string>> => Object.fromEntries(new URLSearchParams(body));

describe('Entra ID tokens', () => {
  test('a client secret buys a token for the model services at the configured authority', async () => {
    const store = createCredentialStore(
      {
        azure: {
          kind: 'entra_client_secret',
          tenant: TENANT,
          client_id: CLIENT,
          secret: { env: 'S' },
          authority: server.origin,
        },
      },
      { env: { S: SECRET } },
    );
    const [report] = await store.ready();
    assert.deepEqual([report?.usable, report?.why], [true, undefined]);
    const credential = store.current('azure');
    assert.ok(credential.kind === 'bearer' && credential.expires !== undefined);
    assert.match(credential.token, /^entra-token-\d+$/);
    const left = credential.expires - Date.now();
    assert.ok(left > 3_500_000 && left <= 3_600_000, String(left));
    const [asked] = server.to('/token').slice(-1);
    const fields = fieldsOf(asked?.body ?? '');
    assert.equal(asked?.path.split('?')[0], `/${TENANT}/oauth2/v2.0/token`);
    assert.deepEqual(
      [fields['grant_type'], fields['client_id'], fields['client_secret']],
      ['client_credentials', CLIENT, SECRET],
    );
    assert.match(fields['scope'] ?? '', /^https:\/\/cognitiveservices\.azure\.com\/\.default/);
    store.stop();
  });

  test('a workload identity trades its federated token', async () => {
    const token_file = join(folder, 'federated');
    await writeFile(token_file, 'federated-jwt');
    const store = createCredentialStore({
      azure: { kind: 'entra_workload', tenant: TENANT, client_id: CLIENT, token_file, authority: server.origin },
    });
    const [report] = await store.ready();
    assert.deepEqual([report?.usable, report?.why], [true, undefined]);
    const fields = fieldsOf(server.to('/token').at(-1)?.body ?? '');
    assert.equal(fields['client_assertion'], 'federated-jwt');
    assert.equal(fields['client_assertion_type'], 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    store.stop();
  });

  test('the default chain finds what the environment holds, at the authority that it names', async () => {
    const env = {
      AZURE_TENANT_ID: TENANT,
      AZURE_CLIENT_ID: CLIENT,
      AZURE_CLIENT_SECRET: SECRET,
      AZURE_AUTHORITY_HOST: server.origin,
    };
    Object.assign(process.env, env);
    const store = createCredentialStore({ azure: { kind: 'entra_default' } }, { env });
    const [report] = await store.ready();
    for (const name of Object.keys(env)) delete process.env[name];
    assert.deepEqual([report?.usable, report?.why], [true, undefined]);
    assert.equal(fieldsOf(server.to('/token').at(-1)?.body ?? '')['client_secret'], SECRET);
    store.stop();
  });

  test('a secret is not sent to an authority in clear', async () => {
    const store = createCredentialStore(
      {
        azure: {
          kind: 'entra_client_secret',
          tenant: TENANT,
          client_id: CLIENT,
          secret: { env: 'S' },
          authority: 'http://127.0.0.1:1',
        },
      },
      { env: { S: SECRET } },
    );
    assert.match((await store.ready())[0]?.why ?? '', /`authority` is not an https URL/);
    store.stop();
  });

  test('a refused secret is said in words, without tenant, client or secret', async () => {
    broken = true;
    const store = createCredentialStore(
      {
        azure: {
          kind: 'entra_client_secret',
          tenant: TENANT,
          client_id: CLIENT,
          secret: { env: 'S' },
          authority: server.origin,
        },
      },
      { env: { S: SECRET } },
    );
    const [report] = await store.ready();
    broken = false;
    assert.equal(report?.usable, false);
    assert.match(report?.why ?? '', /AADSTS7000215/);
    assert.doesNotMatch(report?.why ?? '', new RegExp(`${TENANT}|${CLIENT}|${SECRET}`));
    assert.throws(() => store.current('azure'), {
      code: 'CREDENTIAL_UNAVAILABLE',
      message: /"azure" is not available: .*AADSTS7000215/,
    });
    store.stop();
  });
});
