import assert from 'node:assert/strict';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createCredentialStore } from '../../src/credentials/store.ts';
import { startTokenServer, type TokenServer } from './token-server.ts';

const EMAIL = 'robot@acme-ml.iam.gserviceaccount.com';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });

let server: TokenServer;
let folder = '';
let issued = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weighbridge-google-'));
  server = await startTokenServer(({ path }) => {
    issued += 1;
    if (path.startsWith('/refuse')) {
      return { status: 400, body: { error: 'invalid_grant', error_description: `Invalid JWT Signature for ${EMAIL}` } };
    }
    if (path.startsWith('/sts')) {
      const issued_token_type = 'urn:ietf:params:oauth:token-type:access_token';
      return {
        body: { access_token: `ya29.federated-${issued}`, issued_token_type, token_type: 'Bearer', expires_in: 3600 },
      };
    }
    return { body: { access_token: `ya29.token-${issued}`, expires_in: 3599, token_type: 'Bearer' } };
  });
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function fileOf(name: string, content: object | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const serviceAccount = (token_uri: string): object => ({
  type: 'service_account',
  project_id: 'acme-ml',
  private_key_id: 'k1',
  private_key: pem,
  client_email: EMAIL,
  token_uri,
});

describe('Google access tokens', () => {
  test('a service account signs an assertion for the token endpoint its file names', async () => {
    const file = await fileOf('account.json', serviceAccount(`${server.origin}/token`));
    const store = createCredentialStore({ google: { kind: 'google_file', file } });
    const [report] = await store.ready();
    assert.deepEqual([report?.usable, report?.why], [true, undefined]);
    const credential = store.current('google');
    assert.ok(credential.kind === 'bearer' && credential.token.startsWith('ya29.token-'));
    const left = (credential.expires ?? 0) - Date.now();
    assert.ok(left > 3_500_000 && left <= 3_600_000, String(left));
    const fields = new URLSearchParams(server.to('/token').at(-1)?.body);
    assert.equal(fields.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [head = '', claims = '', signature = ''] = (fields.get('assertion') ?? '').split('.');
    const read = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    assert.deepEqual(
      [read['iss'], read['aud'], read['scope']],
      [EMAIL, `${server.origin}/token`, 'https://www.googleapis.com/auth/cloud-platform'],
    );
    const verifier = createVerify('RSA-SHA256').update(`${head}.${claims}`);
    assert.ok(verifier.verify(publicKey, signature, 'base64url'));
    store.stop();
  });

  test('workload identity federation trades a subject token from a file', async () => {
    const subject = await fileOf('subject', 'subject-jwt');
    const file = await fileOf('federation.json', {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${server.origin}/sts/token`,
      credential_source: { file: subject },
    });
    const store = createCredentialStore({ google: { kind: 'google_file', file } });
    const [report] = await store.ready();
    assert.deepEqual([report?.usable, report?.why], [true, undefined]);
    const credential = store.current('google');
    assert.ok(credential.kind === 'bearer' && credential.token.startsWith('ya29.federated-'));
    assert.ok((credential.expires ?? 0) > Date.now() + 3_000_000);
    const fields = new URLSearchParams(server.to('/sts').at(-1)?.body);
    assert.equal(fields.get('subject_token'), 'subject-jwt');
    store.stop();
  });

  test('application-default credentials follow their file to its own token endpoint', async () => {
    process.env['GOOGLE_APPLICATION_CREDENTIALS'] = await fileOf('adc.json', serviceAccount(`${server.origin}/adc`));
    const store = createCredentialStore({ google: { kind: 'google_default' } });
    const [report] = await store.ready();
    delete process.env['GOOGLE_APPLICATION_CREDENTIALS'];
    assert.deepEqual([report?.usable, report?.why], [true, undefined]);
    assert.equal(server.to('/adc').length, 1);
    store.stop();
  });

  test('what is wrong with a file is said in words, and never quotes it', async () => {
    const cases: readonly (readonly [object | string, RegExp])[] = [
      ['not json {"private_key":"oops"}', /is not a Google credential file/],
      ['[]', /is not a Google credential file/],
      [{ type: 'service_account', client_email: EMAIL }, /lacks `private_key`/],
      [{ type: 'impersonated_service_account' }, /another type than service_account/],
      [{ type: 'authorized_user', client_id: 'c', client_secret: 's' }, /lacks `refresh_token`/],
      [serviceAccount('http://127.0.0.1/token'), /`token_uri` .* not an https URL/],
      [{ type: 'external_account', token_url: 'http://127.0.0.1/sts' }, /`token_url` .* not an https URL/],
      [serviceAccount(`${server.origin}/refuse`), /invalid_grant/i],
    ];
    for (const [index, [content, words]] of cases.entries()) {
      const file = await fileOf(`bad-${index}.json`, content);
      const store = createCredentialStore({ google: { kind: 'google_file', file } });
      const [report] = await store.ready();
      assert.equal(report?.usable, false);
      assert.match(report?.why ?? '', words);
      assert.doesNotMatch(report?.why ?? '', /BEGIN PRIVATE|oops|robot@/);
      store.stop();
    }
  });
});
