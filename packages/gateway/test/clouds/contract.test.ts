// One contract for all clouds: pure, idempotent, nothing mutated, every edit named, nothing that a client or a
// configuration can write splits a request, and no secret anywhere but in the authorisation header.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { spliceJson } from '@weighbridge/dialects';
import { ERRORS, isAppError, LIMITS } from '@weighbridge/kernel';
import { CLOUDS } from '@weighbridge/protocol';
import fc from 'fast-check';
import type { CallContext, UpstreamRequest } from '../../src/clouds/cloud.ts';
import { allClouds, cloudOf } from '../../src/clouds/index.ts';
import { callOf, credentialFor, DEPLOYMENTS, deploymentOf, failure, responseFacts, SECRET } from './cloud-fixtures.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const BODY = Buffer.from(
  '{ "model" : "fast", "max_tokens":10,"stream":true,"messages":[{"role":"user","content":"h\\u00e9"}],"big":12345678901234567890}',
);
const SEED = Number(process.env['WEIGHBRIDGE_SEED'] ?? 20_261_122);

/** Text as an attacker would choose it: separators, line breaks, encodings, lone surrogates. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '\r\n',
        '\n',
        ' HTTP/1.1\r\nhost: evil\r\n\r\n',
        '/',
        '..',
        '/../',
        '?',
        '#',
        '%2f',
        '%',
        '@',
        ':',
        '\u0000',
        '\ud800',
        'é',
        '\\',
        'x',
        ';',
        ',',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Buffer.isBuffer(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

/** What must hold of any request, whatever went into it. */
function assertWellFormed(request: UpstreamRequest): void {
  assert.equal(request.method, 'POST');
  assert.match(request.origin, /^https?:\/\/[a-z0-9.[\]:-]+$/);
  assert.match(request.path, /^\/[A-Za-z0-9\-._~%/:@]*(\?api-version=[\w.%~-]+)?$/);
  assert.doesNotMatch(request.path, /\/\.{1,2}(\/|$)/);
  for (const [name, value] of Object.entries(request.headers)) {
    assert.match(name, /^[a-z0-9-]+$/);
    assert.match(value, /^[\u0020-\u007e]+$/);
  }
  for (const line of request.withheld ?? []) assert.match(line, /^[a-z-]+: [\u0020-\u007e]{0,80}$/);
}

/** The request, or null when the configuration was refused with a coded error. The one to count goes the same way. */
function tryRequest(call: CallContext): UpstreamRequest | null {
  const cloud = cloudOf(call.deployment.cloud);
  try {
    if (cloud.counting?.can(call.deployment) === true)
      assertWellFormed(cloud.counting.request({ ...call, counting: true }, BODY));
    return cloud.request(call, BODY);
  } catch (error) {
    assert.ok(isAppError(error) && error.code === 'CONFIG_INVALID', String(error));
    return null;
  }
}

test('every cloud of the protocol has exactly one adapter under its own id', () => {
  assert.deepEqual(
    allClouds()
      .map((cloud) => cloud.id)
      .sort(),
    [...CLOUDS].sort(),
  );
  for (const id of CLOUDS) assert.equal(cloudOf(id).id, id);
});

for (const [name, deployment] of DEPLOYMENTS) {
  const cloud = cloudOf(deployment.cloud);

  describe(`${name} keeps the contract`, () => {
    test('its own example passes its check', () => {
      assert.deepEqual(cloud.check(deployment), []);
    });

    test('a credential of a kind that it does not take is refused by name', async () => {
      const request = cloud.request(callOf(deployment), BODY);
      const kinds = cloud.credentialKinds;
      const refused = kinds.some((kind) => kind.startsWith('google')) && !kinds.includes('api_key') ? 'api_key' : 'aws';
      const credential =
        refused === 'api_key'
          ? ({ kind: 'api_key', key: SECRET } as const)
          : ({ kind: 'aws', accessKeyId: SECRET, secretAccessKey: SECRET } as const);
      if (kinds.includes('aws_keys')) return assert.ok(cloud.authorize(request, credential, deployment, NOW));
      return assert.rejects(async () => cloud.authorize(request, credential, deployment, NOW), {
        code: 'CREDENTIAL_UNAVAILABLE',
        message: new RegExp(`deployment "subject" needs .* credential "key" is of kind "${refused}"`),
      });
    });

    test('it speaks a dialect that it lists', () => {
      assert.ok(cloud.dialects.includes(cloud.dialect(deployment)));
    });

    test('it works on frozen input, and twice gives the same', () => {
      for (const stream of [false, true]) {
        const call = frozen(
          callOf(deployment, { facts: { stream }, headers: { 'anthropic-beta': 'context-1m-2025-08-07' } }),
        );
        assert.deepEqual(cloud.edits(call), cloud.edits(call));
        assert.deepEqual(cloud.request(call, BODY), cloud.request(call, BODY));
        const facts = frozen(responseFacts());
        assert.deepEqual(cloud.evidence(deployment, {}, facts), cloud.evidence(deployment, {}, facts));
      }
    });

    test('edits are JSON text, name the model only when it differs, and applied twice change nothing more', () => {
      for (const stream of [false, true]) {
        const call = callOf(deployment, { facts: { stream, model: 'fast' } });
        const splice = cloud.edits(call);
        for (const text of Object.values(splice.set)) assert.doesNotThrow(() => void JSON.parse(text));
        const once = spliceJson(BODY, splice);
        const twice = spliceJson(once, cloud.edits(call));
        assert.equal(twice.toString(), once.toString());
        const parsed = JSON.parse(once.toString()) as Record<string, unknown>;
        assert.ok(parsed['model'] === undefined || parsed['model'] === deployment.model);
        const same = cloud.edits(callOf(deployment, { facts: { stream, model: deployment.model } }));
        assert.equal(same.set['model'], undefined);
      }
    });

    test('what an edit does not name keeps its bytes', () => {
      const call = callOf(deployment, { facts: { stream: true } });
      const before = BODY.toString();
      const after = spliceJson(BODY, cloud.edits(call)).toString();
      for (const part of [
        '"messages":[{"role":"user","content":"h\\u00e9"}]',
        '"big":12345678901234567890',
        '"max_tokens":10',
      ]) {
        assert.ok(before.includes(part) && after.includes(part), part);
      }
    });

    test('the body goes out as it was given, as JSON', () => {
      const request = cloud.request(callOf(deployment), BODY);
      assert.equal(request.body, BODY);
      assert.equal(request.headers['content-type'], 'application/json');
      assertWellFormed(request);
    });

    test('hostile names and headers never split a request', () => {
      fc.assert(
        fc.property(hostile, hostile, hostile, hostile, fc.boolean(), (model, region, header, project, stream) => {
          const hacked = { ...deployment, model, region, project, resource: region };
          const headers = { 'anthropic-beta': header, 'anthropic-version': header, 'idempotency-key': header };
          const request = tryRequest(callOf(hacked, { facts: { stream }, headers }));
          if (request !== null) assertWellFormed(request);
        }),
        { seed: SEED, numRuns: 150 },
      );
    });

    test('a hostile API version or resource cannot leave its place', () => {
      fc.assert(
        fc.property(hostile, hostile, (version, resource) => {
          const hacked = { ...deployment, api_version: version, resource };
          const request = tryRequest(callOf(hacked));
          assert.doesNotMatch(request?.path ?? '/', /[\s#]|\?.*\?/);
          assert.match(request?.origin ?? 'https://x', /^https?:\/\/[a-z0-9.:-]+$/i);
        }),
        { seed: SEED, numRuns: 100 },
      );
    });

    test('headers that no cloud is meant to see do not pass', () => {
      const headers = {
        authorization: 'Bearer theirs',
        cookie: 'a=b',
        'x-forwarded-for': '1.2.3.4',
        'x-api-key': 'wb_x',
        host: 'evil',
      };
      const request = cloud.request(callOf(deployment, { headers }), BODY);
      for (const name of Object.keys(headers)) assert.equal(request.headers[name], undefined);
    });

    test('the secret stands in the authorisation headers and nowhere else', async () => {
      const call = callOf(deployment);
      const request = cloud.request(call, BODY);
      const added = await cloud.authorize(request, credentialFor(deployment.cloud), deployment, NOW);
      assert.doesNotMatch(JSON.stringify(request), new RegExp(SECRET));
      for (const [header, value] of Object.entries(added)) {
        assert.match(value, /^[\u0021-\u007e][\u0020-\u007e]*$/);
        if (value.includes(SECRET)) assert.match(header, /^(authorization|x-api-key|api-key|x-goog-api-key)$/);
      }
      assert.ok(Object.keys(added).length > 0);
    });

    test('a secret that could split a header, or is empty, is refused without being shown', async () => {
      const request = cloud.request(callOf(deployment), BODY);
      for (const bad of [`${SECRET}\r\nx-evil: 1`, '', ' ', `${SECRET} `, 'schlüssel']) {
        const credential =
          deployment.cloud === 'vertex'
            ? ({ kind: 'bearer', token: bad } as const)
            : ({ kind: 'api_key', key: bad } as const);
        await assert.rejects(
          async () => cloud.authorize(request, credential, deployment, NOW),
          (error) => isAppError(error) && error.code === 'CREDENTIAL_UNAVAILABLE' && !error.message.includes(SECRET),
        );
      }
    });

    test('evidence is bounded, printable and never a set-cookie or an account', () => {
      const flood = Object.fromEntries(
        Array.from({ length: 500 }, (_, index) => [`x-flood-${index}`, 'y'.repeat(5000)] as const),
      );
      const headers = {
        ...flood,
        'set-cookie': 'a=b',
        'anthropic-organization-id': 'acme',
        'openai-organization': 'acme',
        'request-id': 'r'.repeat(5000),
        'x-request-id': 'r'.repeat(5000),
        'x-ms-region': 'z'.repeat(5000),
      };
      const facts = responseFacts({
        model: 'm'.repeat(5000),
        fields: { stop_details: 'what the user wrote', system_fingerprint: 'f'.repeat(5000) },
      });
      const evidence = cloud.evidence(deployment, headers, facts);
      const text = JSON.stringify(evidence.kept);
      assert.ok(text.length < LIMITS.inline_bytes, `${text.length} characters`);
      assert.doesNotMatch(text, /acme|a=b|x-flood|what the user wrote/);
      for (const value of Object.values(evidence.kept)) assert.ok(value.length <= 200);
    });

    test('the region is never known better than it is reported', () => {
      const silent = cloud.evidence({ ...deployment, region_grade: 1 }, {}, responseFacts());
      assert.equal(silent.region.grade, 1);
      assert.equal(silent.region.reported, null);
      const claimed = cloud.evidence({ ...deployment, region_grade: 0 }, {}, responseFacts());
      assert.equal(claimed.region.grade, 0);
      const set = cloud.evidence({ ...deployment, region_set: ['eu-west-1', 'eu-central-1'] }, {}, responseFacts());
      assert.equal(set.region.configured, 'eu-central-1,eu-west-1');
    });

    test('any failure at all is classified, bounded and one line', () => {
      fc.assert(
        fc.property(
          fc.constantFrom(
            0,
            301,
            400,
            401,
            402,
            403,
            404,
            405,
            408,
            409,
            413,
            418,
            422,
            424,
            429,
            500,
            502,
            503,
            504,
            529,
            599,
          ),
          fc.oneof(
            hostile,
            fc.json({ maxDepth: 3 }),
            fc.json().map((inner) => `{"error":${inner}}`),
            fc.constant('<html>Bad Gateway</html>'),
          ),
          fc.dictionary(
            fc.constantFrom('retry-after', 'retry-after-ms', 'date', 'x-amzn-errortype', 'x-ratelimit-reset-tokens'),
            hostile,
          ),
          (status, body, headers) => {
            const result = cloud.classify(failure(status, body, headers));
            assert.ok(Object.hasOwn(ERRORS, result.code));
            assert.ok(result.message.length > 0 && result.message.length <= 500);
            assert.doesNotMatch(result.message, /\p{Cc}/u);
            assert.match(result.type, /^[\w.:/ [\]-]{1,80}$/);
            const wait = result.retryAfterMs;
            assert.ok(wait === undefined || (result.retryable && wait >= 0 && wait <= 86_400_000), String(wait));
          },
        ),
        { seed: SEED, numRuns: 150 },
      );
    });

    test('faults are attributed by status where the body says nothing', () => {
      const expected: readonly (readonly [number, string, string, boolean, boolean])[] = [
        [400, 'BAD_REQUEST', 'client', false, false],
        [401, 'CREDENTIAL_UNAVAILABLE', 'key', false, true],
        [403, 'CREDENTIAL_UNAVAILABLE', 'key', false, true],
        [404, 'UPSTREAM_ERROR', 'model', false, true],
        [408, 'UPSTREAM_TIMEOUT', 'deployment', true, true],
        [413, 'BODY_TOO_LARGE', 'client', false, true],
        [429, 'UPSTREAM_RATE_LIMITED', 'rate_limit', true, true],
        [500, 'UPSTREAM_ERROR', 'deployment', true, true],
        [503, 'UPSTREAM_ERROR', 'deployment', true, true],
        [529, 'UPSTREAM_ERROR', 'deployment', true, true],
      ];
      for (const [status, code, fault, retryable, fallback] of expected) {
        const got = cloud.classify(failure(status, ''));
        assert.deepEqual(
          [got.code, got.fault, got.retryable, got.fallback],
          [code, fault, retryable, fallback],
          String(status),
        );
        assert.match(got.message, new RegExp(String(status)));
      }
    });

    test('account names, ARNs and keys in an error do not reach the client', () => {
      const leaks = [
        'arn:aws:iam::123456789012:user/alice',
        'sk-proj-abcdef0123456789',
        'AKIAIOSFODNN7EXAMPLE',
        'org-AbCdEf123456',
        '/subscriptions/8a3f2c11-0000-4444-8888-1234567890ab/resourceGroups/rg',
        'projects/acme-secret-project',
        'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig',
        'alice@acme.example',
        'acme.openai.azure.com',
      ];
      for (const leak of leaks) {
        const shapes = [
          { error: { type: 'x', message: `no: ${leak} refused` } },
          { message: `no: ${leak} refused` },
          { error: `no: ${leak} refused` },
        ];
        for (const shape of shapes) {
          const got = cloud.classify(failure(403, shape));
          assert.ok(!got.message.includes(leak), got.message);
          assert.match(got.message, /no: .*refused/);
        }
      }
    });

    test('no response header that names the account may pass to a client', () => {
      for (const header of cloud.passHeaders) {
        assert.doesNotMatch(header, /cookie|organization|project|ratelimit|x-ms-|amz|^server$|^date$/);
      }
    });
  });
}

test('an endpoint with a secret, a query, or plain http to another machine is a problem in words', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['https://user:pw@api.example', /user name or password/],
    ['https://api.example/?key=1', /query or fragment/],
    ['http://api.example', /plain http/],
    ['ftp://api.example', /not an http/],
    ['http://169.254.169.254/latest', /instance-metadata/],
    ['http://0xa9.254.43518/', /instance-metadata/],
    ['https://[::ffff:169.254.169.254]', /instance-metadata/],
    ['https://metadata.google.internal', /instance-metadata/],
  ];
  for (const [endpoint, words] of cases) {
    const deployment = { ...deploymentOf('anthropic', { model: 'claude-sonnet-4-5' }), endpoint };
    assert.match(cloudOf('anthropic').check(deployment).join(' '), words);
  }
  const loopback = { ...deploymentOf('anthropic', { model: 'claude-sonnet-4-5' }), endpoint: 'http://127.0.0.1:9000' };
  assert.deepEqual(cloudOf('anthropic').check(loopback), []);
});
