import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { createCredentialStore } from '../../src/credentials/store.ts';
import { startTokenServer, type TokenServer } from './token-server.ts';

let server: TokenServer;
let folder = '';
let issued = 0;
const scrubbed = Object.keys(process.env).filter((name) => name.startsWith('AWS_'));
for (const name of scrubbed) delete process.env[name];

/** Nothing of this machine is to be found: no profile, no instance metadata. */
const baseline = (): Record<string, string> => ({
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: join(folder, 'config'),
  AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
  AWS_REGION: 'eu-central-1',
});
const use = (values: Readonly<Record<string, string>>): void => void Object.assign(process.env, baseline(), values);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weighbridge-aws-'));
  server = await startTokenServer(() => {
    issued += 1;
    const expires = new Date(Date.now() + 3_600_000).toISOString();
    return {
      body: `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
        <SubjectFromWebIdentityToken>s</SubjectFromWebIdentityToken>
        <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/gateway/x</Arn><AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser>
        <Credentials><SessionToken>session-${issued}</SessionToken><SecretAccessKey>web-secret</SecretAccessKey>
        <Expiration>${expires}</Expiration><AccessKeyId>ASIAWEB</AccessKeyId></Credentials>
        </AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>`,
    };
  });
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const fields = (credential: unknown): unknown[] => {
  const read = credential as Record<string, unknown>;
  return [read['kind'], read['accessKeyId'], read['secretAccessKey'], read['sessionToken']];
};

describe('AWS credentials by the default chain', () => {
  test('come from the environment', async () => {
    use({ AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 'env-secret' });
    const store = createCredentialStore({ aws: { kind: 'aws_default' } });
    await store.ready();
    assert.deepEqual(fields(store.current('aws')), ['aws', 'AKIDENV', 'env-secret', undefined]);
    store.stop();
  });

  test('come from a named profile', async () => {
    use({});
    await writeFile(
      join(folder, 'credentials'),
      '[other]\naws_access_key_id=AKIDFILE\naws_secret_access_key=file-secret\n',
    );
    const store = createCredentialStore({ aws: { kind: 'aws_default', profile: 'other' } });
    await store.ready();
    assert.deepEqual(fields(store.current('aws')), ['aws', 'AKIDFILE', 'file-secret', undefined]);
    store.stop();
  });

  test('come from a web identity, over TLS, at the endpoint the environment names', async () => {
    const token = join(folder, 'web-identity');
    await writeFile(token, 'web-identity-jwt');
    use({
      AWS_WEB_IDENTITY_TOKEN_FILE: token,
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/gateway',
      AWS_ENDPOINT_URL_STS: server.origin,
    });
    const store = createCredentialStore({ aws: { kind: 'aws_default' } });
    const [report] = await store.ready();
    assert.deepEqual([report?.usable, report?.why], [true, undefined]);
    const current = store.current('aws');
    assert.deepEqual(fields(current), ['aws', 'ASIAWEB', 'web-secret', `session-${issued}`]);
    assert.ok(current.kind === 'aws' && (current.expires ?? 0) > Date.now() + 3_500_000);
    const asked = new URLSearchParams(server.asked.at(-1)?.body);
    assert.deepEqual(
      [asked.get('Action'), asked.get('WebIdentityToken')],
      ['AssumeRoleWithWebIdentity', 'web-identity-jwt'],
    );
    store.stop();
  });

  test('come from a container endpoint, past the library’s own cache at each fetch', async () => {
    let fetches = 0;
    const container = createServer((_request, response) => {
      fetches += 1;
      response.setHeader('content-type', 'application/json');
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      response.end(
        JSON.stringify({ AccessKeyId: 'ASIABOX', SecretAccessKey: 'box-secret', Token: `box-${fetches}`, Expiration }),
      );
    });
    container.listen(0, '127.0.0.1');
    await once(container, 'listening');
    use({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${(container.address() as AddressInfo).port}/creds` });
    for (let round = 1; round <= 2; round += 1) {
      const store = createCredentialStore({ aws: { kind: 'aws_default' } });
      await store.ready();
      assert.deepEqual(fields(store.current('aws')), ['aws', 'ASIABOX', 'box-secret', `box-${round}`]);
      store.stop();
    }
    container.closeAllConnections();
    container.close();
  });

  test('are missing in words when nothing is found', async () => {
    use({ AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') });
    const store = createCredentialStore({ aws: { kind: 'aws_default' } });
    const [report] = await store.ready();
    assert.equal(report?.usable, false);
    assert.match(report?.why ?? '', /could not load credentials/i);
    assert.throws(() => store.current('aws'), { code: 'CREDENTIAL_UNAVAILABLE' });
    store.stop();
  });
});
