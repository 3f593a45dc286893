// What a cloud says of a failure reaches a client of its own dialect as it was said, status and all. What it says of our
// credential does not, and nothing that it says is unbounded.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { DialectId } from '@weighbridge/protocol';
import { failing } from './support/answers.ts';
import { startUpstream, type Upstream } from './support/fixture.ts';
import { askIn, lanePair } from './support/lane-pair.ts';
import { CHAT, CLAUDE_400, GPT_400, MESSAGES, readTold, tell, type Told } from './support/told.ts';

let upstream: Upstream;
before(async () => {
  upstream = await startUpstream();
});
after(() => upstream.close());
const told = (
  client: DialectId,
  cloud: DialectId,
  script: Parameters<Upstream['script']>[0],
  streamed = false,
): Promise<Told> => tell(upstream, client, cloud, script, streamed);

describe('within a dialect', () => {
  test('every member of an error of Messages arrives, and ours stands beside them', async () => {
    const { status, body, error, ours, headers, lane } = await told(
      MESSAGES,
      MESSAGES,
      failing(400, JSON.stringify(CLAUDE_400)),
    );
    assert.equal(status, 400);
    assert.deepEqual(error, CLAUDE_400.error);
    assert.deepEqual([body['type'], body['hint']], ['error', CLAUDE_400.hint]);
    const receipt = lane.sealer.receipt();
    assert.equal(body.request_id, receipt.id, 'the request id is the one that we answer to');
    assert.equal(headers.get('request-id'), receipt.id);
    assert.deepEqual(ours, {
      code: 'BAD_REQUEST',
      next: 'correct the request as the message says and send it again',
      request_id: receipt.id,
      message: receipt.error?.message,
      deployment: 'first',
      vendor_type: 'invalid_request_error',
      vendor_request_id: 'req_vendor_e',
    });
    assert.equal(receipt.attempts[0]?.vendor_request_id, 'req_vendor_e', 'and the receipt ties both together');
    assert.match(receipt.error?.message ?? '', /^"first" answered 400 invalid_request_error: messages\.0\.content/);
  });

  test('type, param, code and whatever else an error of Chat holds arrive', async () => {
    const { status, error } = await told(CHAT, CHAT, failing(400, JSON.stringify(GPT_400)));
    assert.equal(status, 400);
    assert.deepEqual(error, GPT_400.error);
  });

  test('a member that is null stays null, and one that is missing is filled in as the dialect has it', async () => {
    const nulls = { message: 'no', type: 'invalid_request_error', param: null, code: null };
    assert.deepEqual((await told(CHAT, CHAT, failing(400, JSON.stringify({ error: nulls })))).error, nulls);
    const bare = await told(CHAT, CHAT, failing(422, JSON.stringify({ error: { message: 'no' } })));
    assert.deepEqual(bare.error, nulls);
  });

  test('the flat errors of vLLM are told in the form that clients read', async () => {
    const flat = {
      object: 'error',
      message: 'max_tokens is too large',
      type: 'BadRequestError',
      param: null,
      code: 400,
    };
    const { status, error, body } = await told(CHAT, CHAT, failing(400, JSON.stringify(flat)));
    const { object: _object, ...rest } = flat;
    assert.deepEqual([status, error], [400, rest]);
    assert.deepEqual(Object.keys(body), ['error']);
  });

  const STATUSES: readonly (readonly [number, string, string])[] = [
    [404, 'not_found_error', 'UPSTREAM_ERROR'],
    [413, 'request_too_large', 'BODY_TOO_LARGE'],
    [422, 'invalid_request_error', 'BAD_REQUEST'],
    [429, 'rate_limit_error', 'UPSTREAM_RATE_LIMITED'],
  ];
  for (const [status, type, code] of STATUSES) {
    test(`${status} stays ${status}`, async () => {
      const got = await told(
        MESSAGES,
        MESSAGES,
        failing(status, JSON.stringify({ type: 'error', error: { type, message: 'm' } })),
      );
      assert.deepEqual([got.status, got.error['type'], got.ours['code']], [status, type, code]);
      assert.equal(got.lane.sealer.receipt().status, status);
      assert.equal(got.headers.get('x-should-retry'), status === 429 ? 'true' : 'false');
    });
  }

  test('a server that is at its end keeps its own type, under our 502', async () => {
    const body = JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
    const { status, error, headers } = await told(MESSAGES, MESSAGES, failing(529, body));
    assert.deepEqual([status, error], [502, { type: 'overloaded_error', message: 'Overloaded' }]);
    assert.equal(headers.get('x-should-retry'), 'true');
  });

  test('a rate limit says when it ends, and not how large it is', async () => {
    const limits = {
      'retry-after': '12',
      'anthropic-ratelimit-requests-reset': '2026-11-29T12:00:12Z',
      'anthropic-ratelimit-tokens-reset': 'no time, but "text"',
      'anthropic-ratelimit-requests-limit': '4000',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-organization-id': '0123-4567',
    };
    const body = JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: 'slow' } });
    const own = await told(MESSAGES, MESSAGES, failing(429, body, limits));
    assert.equal(own.headers.get('retry-after'), '12');
    assert.equal(own.headers.get('anthropic-ratelimit-requests-reset'), limits['anthropic-ratelimit-requests-reset']);
    for (const name of ['tokens-reset', 'requests-limit', 'requests-remaining'])
      assert.equal(own.headers.get(`anthropic-ratelimit-${name}`), null);
    assert.equal(own.headers.get('anthropic-organization-id'), null);
    const other = await told(CHAT, MESSAGES, failing(429, body, limits));
    assert.equal(other.headers.get('retry-after'), '12', 'what both dialects have crosses');
    assert.equal(other.headers.get('anthropic-ratelimit-requests-reset'), null);
  });
});

describe('what is not for the client', () => {
  test('what a cloud says of our credential stays with us', async () => {
    const body = {
      error: {
        message: 'Incorrect API key provided: sk-proj-abcdefgh',
        type: 'invalid_request_error',
        code: 'invalid_api_key',
        who: 'acme',
      },
    };
    const { status, error, ours } = await told(CHAT, CHAT, failing(401, JSON.stringify(body)));
    assert.deepEqual([status, ours['code']], [503, 'CREDENTIAL_UNAVAILABLE']);
    assert.deepEqual([error['code'], error['who']], ['credential_unavailable', undefined]);
    assert.doesNotMatch(error.message, /abcdefgh/);
    assert.match(error.message, /Next: /);
  });

  test('secrets and account names are taken out of every text, and members that name an account go', async () => {
    const error = {
      type: 'invalid_request_error',
      message: 'org-AbCdEf123456 may not, says alice@acme.example',
      details: {
        arn: 'arn:aws:iam::123456789012:user/alice',
        organization_id: 'acme',
        list: [{ api_key: 'k', note: 'Bearer abc.def' }],
      },
      accountId: 123_456_789_012,
      max_tokens: 5,
      __proto__: { polluted: true },
    };
    const text = JSON.stringify({ type: 'error', error, workspace_id: 'w' }).replace(
      '"max_tokens"',
      '"__proto__":{"polluted":1},"max_tokens"',
    );
    const got = await told(MESSAGES, MESSAGES, failing(400, text));
    assert.deepEqual(got.error, {
      type: 'invalid_request_error',
      message: '[account] may not, says [address]',
      details: { arn: '[arn]', list: [{ note: '[token]' }] },
      max_tokens: 5,
    });
    assert.deepEqual(Object.keys(got.body).toSorted(), ['error', 'request_id', 'type']);
  });

  test('whatever stands in an error, what leaves is bounded JSON of the client’s dialect', async () => {
    const claude = await lanePair(upstream, MESSAGES, false);
    const gpt = await lanePair(upstream, CHAT, false);
    const lanes = { [MESSAGES]: claude, [CHAT]: gpt };
    const dialect = fc.constantFrom(MESSAGES, CHAT);
    const deep = fc.constant(JSON.parse(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`) as unknown);
    const wide = fc.constant(
      Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`n${index}`, 'x'.repeat(60)])),
    );
    const member = fc.oneof(fc.jsonValue({ maxDepth: 4 }), deep, wide, fc.constant('y'.repeat(50_000)));
    const body = fc.record({
      message: fc.oneof(fc.string(), fc.constant('z'.repeat(30_000)), fc.constant(null)),
      type: fc.oneof(fc.constant('invalid_request_error'), member),
      extra: member,
      param: member,
      code: member,
    });
    await fc.assert(
      fc.asyncProperty(dialect, dialect, body, async (client, cloud, error) => {
        upstream.script(failing(400, JSON.stringify({ type: 'error', error })));
        const response = await askIn(lanes[cloud], client, false);
        const text = await response.text();
        assert.ok(text.length < 40_000, `${text.length} characters`);
        const got = readTold(text);
        assert.equal(typeof got.error.message, 'string');
        assert.equal(got.ours['code'], 'BAD_REQUEST');
        assert.equal(response.status, 400);
      }),
      { seed: 11, numRuns: 60 },
    );
    await claude.close();
    await gpt.close();
  });
});
