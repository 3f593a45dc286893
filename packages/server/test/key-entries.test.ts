// A key and its entry in the configuration are joined by a name: what a slip in that name, or a lost entry, may do.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createProblemList } from '@weighbridge/document';
import type { AppError } from '@weighbridge/kernel';
import { checkConfigValue, checkKeyEntries, findCredentials, liveConfiguration } from '@weighbridge/server';
import { call, openBench, type Bench, type Started } from './support/server.ts';

let bench: Bench;
let started: Started;
before(async () => {
  bench = await openBench();
  started = await bench.start({ name: 'entries' });
});
after(() => bench.close());

describe('a key without an entry in the configuration', () => {
  test('is not made: the nearest name is offered, and the lines that would list it', async () => {
    await assert.rejects(started.server.administration.createKey({ name: 'assistnt' }), (error: AppError) => {
      assert.equal(error.code, 'CONFIG_INVALID');
      assert.match(error.message, /no entry for a key named "assistnt"/);
      assert.match(error.next, /did you mean "assistant"\?[^]*\nkeys:\n {2}assistnt: \{\}$/);
      return true;
    });
    assert.deepEqual(started.server.administration.keys(), []);
  });

  test('may use nothing from the moment that its entry is gone, and is told which one is missing', async () => {
    const { administration, origin } = started.server;
    const { key } = await administration.createKey({ name: 'ada' });
    assert.equal((await call(origin, key)).status, 200);
    started.write((raw) => {
      raw['keys'].adda = { policy: { routes: ['claude-sonnet-4-5'] } };
      delete raw['keys'].ada;
    });
    const { warnings } = await started.server.reload('test');
    const refused = await call(origin, key);
    assert.equal(refused.status, 403);
    assert.match(refused.text, /no entry `keys\.ada`/);
    assert.match(refused.text, /POLICY_DENIED/);
    const models = await fetch(`${origin}/v1/models`, { headers: { 'x-api-key': key } });
    assert.deepEqual(((await models.json()) as { data: unknown[] }).data, []);
    const about = warnings.filter(({ path }) => path === 'keys' || path === 'keys.adda').map(({ message }) => message);
    assert.ok(about.some((message) => /key "ada" \(.+\) is in force and has no entry here/.test(message)));
    assert.ok(about.includes('no key named "adda" is in force'));
    assert.ok(warnings.some(({ mend }) => mend.startsWith('did you mean "ada" where "adda" stands?')));
  });
});

test('revoked and expired keys need no entry', () => {
  const found = createProblemList(() => ({ line: 1, column: 1 }), 'CONFIG_INVALID');
  const config = checkConfigValue('test', { version: 1 }, '.', Date.now()).config;
  assert.ok(config !== undefined);
  const key = { name: 'old', revoked: false };
  checkKeyEntries(
    config,
    [
      { ...key, id: 'a', revoked: true },
      { ...key, id: 'b', expires: 5 },
    ],
    6,
    found,
  );
  assert.deepEqual(found.all, []);
});

test('what --live offers lists the key that it takes', () => {
  const offered = liveConfiguration(findCredentials({ OPENAI_API_KEY: 'not-a-key' }));
  const { config } = checkConfigValue('the environment', offered, '.', Date.now());
  assert.deepEqual(Object.keys(config?.keys ?? {}), ['live']);
  assert.deepEqual(config?.keys['live']?.policy, { routes: ['*'], clouds: ['*'], regions: ['*'] });
});
