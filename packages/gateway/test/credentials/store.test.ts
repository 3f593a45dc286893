import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { isAppError } from '@weighbridge/kernel';
import type { CredentialConfig } from '@weighbridge/protocol';
import type { Credential } from '../../src/credentials/credential.ts';
import type { CredentialSource } from '../../src/credentials/credential-source.ts';
import { createCredentialStore, type RefreshingStore } from '../../src/credentials/store.ts';
import { FakeTime, settle } from './fake-time.ts';

const HOUR = 3_600_000;
const ENTRA: CredentialConfig = { kind: 'entra_default' };

/** A source that a test steers: what it gives next, and how often it was asked. */
class Steered implements CredentialSource {
  fetches = 0;
  readonly recheckMs?: number;
  next: () => Promise<Credential> | Credential;

  constructor(next: () => Promise<Credential> | Credential, recheckMs?: number) {
    this.next = next;
    if (recheckMs !== undefined) this.recheckMs = recheckMs;
  }

  async fetch(): Promise<Credential> {
    this.fetches += 1;
    return this.next();
  }
}

function storeOf(
  source: CredentialSource,
  time = new FakeTime(),
  random = () => 0.5,
): { store: RefreshingStore; time: FakeTime } {
  const store = createCredentialStore(
    { main: ENTRA, nobody: { kind: 'none' } },
    { clock: time.clock, schedule: time.schedule, random, source: () => source },
  );
  return { store, time };
}

/** Tokens `t1`, `t2`, … that live an hour from when they are fetched. */
function hourly(time: FakeTime): Steered {
  const source: Steered = new Steered(() => ({
    kind: 'bearer',
    token: `t${source.fetches}`,
    expires: time.now + HOUR,
  }));
  return source;
}

const tokenOf = (store: RefreshingStore): string => {
  const credential = store.current('main');
  assert.ok(credential.kind === 'bearer');
  return credential.token;
};

const assertRefused = (store: RefreshingStore, message: RegExp, name = 'main'): void =>
  assert.throws(
    () => store.current(name),
    (error) => {
      assert.ok(isAppError(error) && error.code === 'CREDENTIAL_UNAVAILABLE');
      assert.match(error.message, message);
      return true;
    },
  );

describe('a credential store', () => {
  test('fetches when asked to get ready and reports how each credential stands', async () => {
    const time = new FakeTime();
    const { store } = storeOf(hourly(time), time);
    const reports = await store.ready();
    assert.deepEqual(reports, [
      { name: 'main', kind: 'entra_default', usable: true, expires: time.now + HOUR },
      { name: 'nobody', kind: 'none', usable: true },
    ]);
    assert.equal(tokenOf(store), 't1');
    assert.deepEqual(store.current('nobody'), { kind: 'none' });
    store.stop();
  });

  test('says so when a credential is unknown or has not come yet', async () => {
    const { store } = storeOf(new Steered(() => new Promise(() => undefined)));
    assertRefused(store, /no credential is called "other"/, 'other');
    assertRefused(store, /"main" has not been fetched yet/);
    store.stop();
  });

  test('refreshes ahead of expiry, once, and swaps when the new one is there', async () => {
    for (const random of [() => 0, () => 0.5, () => 0.999]) {
      const time = new FakeTime();
      const source = hourly(time);
      const { store } = storeOf(source, time, random);
      await store.ready();
      await time.advance(HOUR * 0.7);
      assert.equal(source.fetches, 1);
      await time.advance(HOUR * 0.25);
      assert.equal(source.fetches, 2);
      assert.equal(tokenOf(store), 't2');
      store.stop();
    }
  });

  test('a week passes without one moment without a credential, in about one fetch an hour', async () => {
    const time = new FakeTime();
    const source = hourly(time);
    const { store } = storeOf(source, time);
    await store.ready();
    for (let minute = 0; minute < 7 * 24 * 60; minute += 7) {
      await time.advance(7 * 60_000);
      assert.match(tokenOf(store), /^t\d+$/);
    }
    assert.ok(source.fetches > 165 && source.fetches < 240, String(source.fetches));
    store.stop();
  });

  test('one fetch serves all who wait for it', async () => {
    const { promise, resolve } = Promise.withResolvers<Credential>();
    const source = new Steered(() => promise);
    const { store } = storeOf(source);
    const waits = [store.ready(), store.ready(), store.ready()];
    for (let call = 0; call < 100; call += 1) assertRefused(store, /not been fetched yet/);
    resolve({ kind: 'bearer', token: 'only' });
    await Promise.all(waits);
    assert.equal(source.fetches, 1);
    assert.equal(tokenOf(store), 'only');
    store.stop();
  });

  test('a failed refresh keeps the old credential until it expires, then names which and why', async () => {
    const time = new FakeTime();
    const source = hourly(time);
    const { store } = storeOf(source, time);
    await store.ready();
    source.next = () => Promise.reject(new Error('AADSTS7000215: Invalid client secret provided.'));
    await time.advance(HOUR * 0.95);
    assert.ok(source.fetches > 1);
    assert.equal(tokenOf(store), 't1');
    const [report] = store.reports();
    assert.deepEqual([report?.usable, report?.why], [true, 'AADSTS7000215: Invalid client secret provided.']);
    await time.advance(HOUR * 0.05);
    assertRefused(store, /"main" is not available: AADSTS7000215: Invalid client secret/);
    source.next = () => ({ kind: 'bearer', token: 'mended', expires: time.now + HOUR });
    await time.advance(61_000);
    assert.equal(tokenOf(store), 'mended');
    assert.equal(store.reports()[0]?.why, undefined);
    store.stop();
  });

  test('failures back off to about one try a minute, however often callers ask', async () => {
    const time = new FakeTime();
    const source = new Steered(() => Promise.reject(new Error('down')));
    const { store } = storeOf(source, time, () => 0.5);
    await store.ready();
    await time.advance(30_000);
    assert.ok(source.fetches >= 3 && source.fetches <= 8, `early tries are quick: ${source.fetches}`);
    const before = source.fetches;
    for (let minute = 0; minute < 60; minute += 1) {
      await time.advance(60_000);
      for (let call = 0; call < 50; call += 1) assertRefused(store, /down/);
    }
    const tries = source.fetches - before;
    assert.ok(tries >= 55 && tries <= 125, String(tries));
    assert.equal(time.waiting, 1);
    store.stop();
  });

  test('jitter keeps two stores from knocking together', async () => {
    const at = async (random: () => number) => {
      const time = new FakeTime();
      const source = hourly(time);
      const { store } = storeOf(source, time, random);
      await store.ready();
      let waited = 0;
      while (source.fetches === 1) {
        await time.advance(10_000);
        waited += 10_000;
      }
      store.stop();
      return waited;
    };
    assert.ok((await at(() => 0)) - (await at(() => 0.99)) > 120_000);
  });

  test('a fetch that does not come back is given up, and what it brings later is dropped', async () => {
    const time = new FakeTime();
    const slow = Promise.withResolvers<Credential>();
    const source = new Steered(() => slow.promise);
    const { store } = storeOf(source, time);
    const ready = store.ready();
    await time.advance(15_000);
    assert.match((await ready)[0]?.why ?? '', /no answer came within 15 s/);
    slow.resolve({ kind: 'bearer', token: 'late' });
    await settle();
    assertRefused(store, /no answer came within 15 s/);
    source.next = () => ({ kind: 'bearer', token: 'prompt' });
    await time.advance(5_000);
    assert.equal(tokenOf(store), 'prompt');
    store.stop();
  });

  test('a credential that was dead on arrival is a failure, with a hint at the clock', async () => {
    const time = new FakeTime();
    const { store } = storeOf(new Steered(() => ({ kind: 'bearer', token: 't', expires: time.now })), time);
    await store.ready();
    assertRefused(store, /already expired: is the clock/);
    store.stop();
  });

  test('what does not expire is fetched once, or read again at the pace its source asks for', async () => {
    const time = new FakeTime();
    const forever = new Steered(() => ({ kind: 'api_key', key: 'k' }));
    const { store } = storeOf(forever, time);
    await store.ready();
    await time.advance(30 * 24 * HOUR);
    assert.equal(forever.fetches, 1);
    const rotating = new Steered(() => ({ kind: 'api_key', key: `k${rotating.fetches}` }), 60_000);
    const other = storeOf(rotating, time).store;
    await other.ready();
    await time.advance(10 * 60_000);
    assert.ok(rotating.fetches >= 10 && rotating.fetches <= 21, String(rotating.fetches));
    assert.deepEqual((other.current('main') as { key: string }).key, `k${rotating.fetches}`);
    other.stop();
    store.stop();
  });

  test('a stopped store fetches nothing more, and serves what it holds until that expires', async () => {
    const time = new FakeTime();
    const source = hourly(time);
    const { store } = storeOf(source, time);
    await store.ready();
    store.stop();
    assert.equal(time.waiting, 0);
    await time.advance(HOUR / 2);
    assert.equal(tokenOf(store), 't1');
    await time.advance(HOUR);
    assertRefused(store, /has expired and could not be renewed/);
    await settle();
    assert.equal(source.fetches, 1);
  });

  test('stopping in the middle of a fetch leaves no timer behind', async () => {
    const time = new FakeTime();
    const { promise, resolve } = Promise.withResolvers<Credential>();
    const { store } = storeOf(new Steered(() => promise), time);
    const ready = store.ready();
    store.stop();
    resolve({ kind: 'bearer', token: 't', expires: time.now + HOUR });
    await ready;
    assert.equal(time.waiting, 0);
  });
});

describe('secrets in a store', () => {
  const SECRET = 'super-secret-value-42';
  const kinds: readonly Credential[] = [
    { kind: 'api_key', key: SECRET },
    { kind: 'bearer', token: SECRET, expires: Date.UTC(2030, 0) },
    { kind: 'aws', accessKeyId: SECRET, secretAccessKey: SECRET, sessionToken: SECRET },
  ];

  test('a credential can be used, and not printed, logged, spread, cloned or serialised', async () => {
    for (const credential of kinds) {
      const { store } = storeOf(new Steered(() => credential));
      await store.ready();
      const current = store.current('main');
      assert.equal(current.kind, credential.kind);
      for (const [name, value] of Object.entries(credential))
        assert.equal((current as Record<string, unknown>)[name], value);
      const printed = [
        (current as { toString(): string }).toString(),
        inspect(current, { depth: 9, showHidden: false }),
        JSON.stringify(current),
        JSON.stringify({ ...current }),
        JSON.stringify(structuredClone({ ...current })),
        inspect({ nested: { current } }, { depth: 9 }),
        inspect(store, { depth: 9 }),
        (store as { toString(): string }).toString(),
        JSON.stringify(store),
        JSON.stringify(store.reports()),
      ].join('\n');
      assert.doesNotMatch(printed, new RegExp(SECRET));
      assert.match(printed, /\[credential: /);
      store.stop();
    }
  });

  test('a library that puts the secret into its error does not get it past the store', async () => {
    for (const credential of kinds) {
      const time = new FakeTime();
      const source = new Steered(() => ({ ...credential, expires: time.now + HOUR }) as Credential);
      const { store } = storeOf(source, time);
      await store.ready();
      source.next = () => {
        throw Object.assign(
          new Error(`request with ${SECRET} to tenant 8a3f2c11-0000-4444-8888-1234567890ab failed\nbody: ${SECRET}`),
          {
            cause: { code: 'ECONNREFUSED' },
          },
        );
      };
      await time.advance(2 * HOUR);
      assert.throws(
        () => store.current('main'),
        (error) => {
          assert.ok(isAppError(error));
          assert.equal(
            error.message.replace(/^credential "main" is not available: /, ''),
            'request with [secret] to tenant [id] failed (ECONNREFUSED)',
          );
          assert.doesNotMatch(inspect(error, { depth: 9 }), new RegExp(SECRET));
          return true;
        },
      );
      store.stop();
    }
  });
});
