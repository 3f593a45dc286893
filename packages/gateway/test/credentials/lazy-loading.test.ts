import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SOURCE = join(import.meta.dirname, '../../src');

/** Runs a script in a fresh process with a hook that notes each module loaded; gives their names. */
async function loadedBy(script: string): Promise<string> {
  const hook = `import { registerHooks } from 'node:module';
    globalThis.seen = [];
    registerHooks({ resolve(name, context, next) { const found = next(name, context); globalThis.seen.push(found.url); return found; } });`;
  const main = `data:text/javascript,${encodeURIComponent(hook)}`;
  const { stdout } = await run(
    process.execPath,
    ['--import', main, '--input-type=module', '--eval', `${script}; process.stdout.write(globalThis.seen.join('\\n'))`],
    { env: { PATH: process.env['PATH'] } },
  );
  return stdout;
}

test('a gateway with API keys loads no vendor library, and one vendor’s credential loads that one only', async () => {
  const store = JSON.stringify(join(SOURCE, 'credentials/store.ts'));
  const clouds = JSON.stringify(join(SOURCE, 'clouds/index.ts'));
  const vendors = /node_modules\/(@azure|@aws-sdk|google-auth-library|@smithy\/signature-v4)\//;
  const plain = await loadedBy(`
    await import(${clouds});
    const { createCredentialStore } = await import(${store});
    const store = createCredentialStore({
      key: { kind: 'api_key', secret: { env: 'K' } },
      idle: { kind: 'entra_default' },
    }, { env: { K: 'k' }, source: undefined });
    store.current.name;
    store.stop()`);
  assert.match(plain, /store\.ts/);
  assert.doesNotMatch(plain, vendors);
  const aws = await loadedBy(`
    process.env.AWS_ACCESS_KEY_ID = 'a'; process.env.AWS_SECRET_ACCESS_KEY = 'b';
    const { createCredentialStore } = await import(${store});
    const store = createCredentialStore({ aws: { kind: 'aws_default' } });
    await store.ready();
    store.stop()`);
  assert.match(aws, /@aws-sdk\/credential-provider-node/);
  assert.doesNotMatch(aws, /@azure|google-auth-library/);
});
