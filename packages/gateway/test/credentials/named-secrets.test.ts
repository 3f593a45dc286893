import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { CredentialConfig } from '@weighbridge/protocol';
import { createSecretReader } from '../../src/credentials/secret.ts';
import { createCredentialStore } from '../../src/credentials/store.ts';
import { FakeTime } from './fake-time.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weighbridge-secrets-'));
});
after(() => rm(folder, { recursive: true }));

describe('secrets by name', () => {
  test('come from the environment handed in, or from a file, trimmed', async () => {
    const file = join(folder, 'key');
    await writeFile(file, 'from-file\r\n');
    const read = createSecretReader({ KEY: ' from-env ' });
    assert.equal(await read({ env: 'KEY' }), 'from-env');
    assert.equal(await read({ file }), 'from-file');
  });

  test('what is missing, empty or too large is named and not shown', async () => {
    const empty = join(folder, 'empty');
    const large = join(folder, 'large');
    await writeFile(empty, '\n');
    await writeFile(large, 'x'.repeat(65 * 1024));
    const read = createSecretReader({ BLANK: '  ' });
    const code = 'CREDENTIAL_UNAVAILABLE';
    await assert.rejects(read({ env: 'NOPE' }), { code, message: 'environment variable NOPE is not set' });
    await assert.rejects(read({ env: 'BLANK' }), { code, message: 'environment variable BLANK is not set' });
    await assert.rejects(read({ file: join(folder, 'nope') }), { code, message: /nope does not exist$/ });
    await assert.rejects(read({ file: folder }), { code, message: /cannot be read \(EISDIR\)$/ });
    await assert.rejects(read({ file: empty }), { code, message: /is empty$/ });
    await assert.rejects(read({ file: large }), { code, message: /larger than 64 kB/ });
  });
});

describe('credentials that are named secrets', () => {
  const env = { KEY: 'k-1', ID: 'AKIDEXAMPLE', SECRET: 's-1', SESSION: 't-1' };
  const configs: Readonly<Record<string, CredentialConfig>> = {
    key: { kind: 'api_key', secret: { env: 'KEY' } },
    aws: {
      kind: 'aws_keys',
      access_key_id: { env: 'ID' },
      secret_access_key: { env: 'SECRET' },
      session_token: { env: 'SESSION' },
    },
    short: { kind: 'aws_keys', access_key_id: { env: 'ID' }, secret_access_key: { env: 'SECRET' } },
    bedrock: { kind: 'aws_bearer', secret: { env: 'KEY' } },
    lost: { kind: 'api_key', secret: { env: 'LOST' } },
  };

  test('each kind is made of its parts', async () => {
    const store = createCredentialStore(configs, { env });
    const reports = await store.ready();
    const shape = (name: string) => {
      const credential = store.current(name) as unknown as Record<string, unknown>;
      return ['kind', 'key', 'token', 'accessKeyId', 'secretAccessKey', 'sessionToken'].map(
        (field) => credential[field],
      );
    };
    const none = undefined;
    assert.deepEqual(shape('key'), ['api_key', 'k-1', none, none, none, none]);
    assert.deepEqual(shape('aws'), ['aws', none, none, 'AKIDEXAMPLE', 's-1', 't-1']);
    assert.deepEqual(shape('short'), ['aws', none, none, 'AKIDEXAMPLE', 's-1', none]);
    assert.deepEqual(shape('bedrock'), ['bearer', none, 'k-1', none, none, none]);
    assert.deepEqual(
      reports.map((report) => [report.name, report.usable]),
      [
        ['key', true],
        ['aws', true],
        ['short', true],
        ['bedrock', true],
        ['lost', false],
      ],
    );
    assert.throws(() => store.current('lost'), {
      code: 'CREDENTIAL_UNAVAILABLE',
      message: 'credential "lost" is not available: environment variable LOST is not set',
    });
    store.stop();
  });

  test('a key file that is rewritten is taken up without a restart, and a broken one does not take the old key away', async () => {
    const file = join(folder, 'rotating');
    await writeFile(file, 'old-key');
    const time = new FakeTime();
    const store = createCredentialStore(
      { key: { kind: 'api_key', secret: { file } } },
      { clock: time.clock, schedule: time.schedule, random: () => 0.999 },
    );
    await store.ready();
    const key = () => (store.current('key') as { key: string }).key;
    assert.equal(key(), 'old-key');
    await writeFile(file, 'new-key');
    await time.advance(61_000);
    await store.ready();
    assert.equal(key(), 'new-key');
    await rm(file);
    await time.advance(61_000);
    await store.ready();
    assert.equal(key(), 'new-key');
    assert.match(store.reports()[0]?.why ?? '', /does not exist/);
    store.stop();
  });
});
