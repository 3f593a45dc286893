// Errors in the caller's own dialect: status, type, and a sentence that says what, why and what next.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError, ERRORS, type ErrorCode } from '@weighbridge/kernel';
import { SseReader, renderError, renderStreamError } from '@weighbridge/dialects';

interface AnthropicBody {
  type: string;
  error: { type: string; message: string; weighbridge: { code: string; next: string; request_id: string } };
  request_id: string;
}
interface ChatBody {
  error: { message: string; type: string; param: string | null; code: string; weighbridge: { code: string } };
}
const anthropic = (error: AppError): AnthropicBody =>
  JSON.parse(renderError('anthropic-messages', error, 'r1').body.toString()) as AnthropicBody;
const chat = (error: AppError): ChatBody =>
  JSON.parse(renderError('openai-chat', error, 'r1').body.toString()) as ChatBody;

// platform.claude.com/docs/en/api/errors
const TYPES: readonly (readonly [ErrorCode, number, string])[] = [
  ['BAD_REQUEST', 400, 'invalid_request_error'],
  ['KEY_INVALID', 401, 'authentication_error'],
  ['BUDGET_EXCEEDED', 402, 'billing_error'],
  ['POLICY_DENIED', 403, 'permission_error'],
  ['MODEL_UNKNOWN', 404, 'not_found_error'],
  ['BODY_TOO_LARGE', 413, 'request_too_large'],
  ['UPSTREAM_RATE_LIMITED', 429, 'rate_limit_error'],
  ['INTERNAL', 500, 'api_error'],
  ['UPSTREAM_ERROR', 502, 'api_error'],
  ['OVERLOADED', 503, 'overloaded_error'],
  ['UPSTREAM_TIMEOUT', 504, 'timeout_error'],
];

for (const [code, status, type] of TYPES) {
  test(`${code} is ${status} ${type} to a Messages client`, () => {
    const error = new AppError(code, 'something went wrong');
    assert.equal(renderError('anthropic-messages', error, 'r1').status, status);
    const body = anthropic(error);
    assert.equal(body.type, 'error');
    assert.equal(body.error.type, type);
    assert.equal(body.request_id, 'r1');
  });
}

test('the sentence says what happened and what to do next', () => {
  const error = new AppError('KEY_INVALID', 'the key ends too early');
  assert.equal(anthropic(error).error.message, `the key ends too early. Next: ${ERRORS.KEY_INVALID.next}.`);
  assert.equal(chat(error).error.message, anthropic(error).error.message);
});

test('a Chat client finds the codes that its SDK knows, else ours in lower case', () => {
  assert.equal(chat(new AppError('KEY_REVOKED', 'x')).error.code, 'invalid_api_key');
  assert.equal(chat(new AppError('MODEL_UNKNOWN', 'x')).error.code, 'model_not_found');
  assert.equal(chat(new AppError('NO_CANDIDATE', 'x')).error.code, 'no_candidate');
  assert.equal(chat(new AppError('NO_CANDIDATE', 'x')).error.type, 'server_error');
  assert.equal(chat(new AppError('NO_CANDIDATE', 'x')).error.weighbridge.code, 'NO_CANDIDATE');
});

test('the field at fault is named to a Chat client', () => {
  assert.equal(chat(new AppError('BAD_REQUEST', 'x', { details: { param: 'tools[0]' } })).error.param, 'tools[0]');
  assert.equal(chat(new AppError('BAD_REQUEST', 'x')).error.param, null);
});

test('every code of the table has a form in both dialects', () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const error = new AppError(code, 'x');
    assert.equal(renderError('openai-chat', error, 'r').status, ERRORS[code].status);
    assert.ok(chat(error).error.type.length > 0);
    assert.ok(anthropic(error).error.type.endsWith('_error') || anthropic(error).error.type === 'request_too_large');
  }
});

test('headers carry the request id, and a retry hint that SDKs read', () => {
  const error = new AppError('UPSTREAM_RATE_LIMITED', 'x');
  const { headers } = renderError('anthropic-messages', error, 'r1', { retryAfterMs: 1500 });
  assert.equal(headers['request-id'], 'r1');
  assert.equal(headers['retry-after'], '2');
  assert.equal(headers['retry-after-ms'], '1500');
  assert.equal(headers['x-should-retry'], 'true');
  assert.equal(renderError('openai-chat', error, 'r1').headers['x-request-id'], 'r1');
  assert.equal(renderError('openai-chat', new AppError('BAD_REQUEST', 'x'), 'r').headers['x-should-retry'], 'false');
});

test("an upstream's own status may be relayed", () => {
  const error = new AppError('UPSTREAM_ERROR', 'Overloaded');
  const rendered = renderError('anthropic-messages', error, 'r1', { status: 529 });
  assert.equal(rendered.status, 529);
  assert.equal((JSON.parse(rendered.body.toString()) as AnthropicBody).error.type, 'overloaded_error');
});

test('in a stream the error is an event of the dialect, and nothing that ends an answer follows', () => {
  const error = new AppError('UPSTREAM_CUT', 'the cloud hung up');
  const one = new SseReader().push(renderStreamError('anthropic-messages', error, 'r1'));
  assert.deepEqual(
    one.map((event) => event.event),
    ['error'],
  );
  assert.equal((JSON.parse(one[0]?.data ?? '') as AnthropicBody).type, 'error');
  const two = new SseReader().push(renderStreamError('openai-chat', error, 'r1'));
  assert.deepEqual(
    two.map((event) => event.event),
    [''],
  );
  assert.ok((JSON.parse(two[0]?.data ?? '') as ChatBody).error.message.includes('hung up'));
});

test("a cloud's own error keeps its members in its dialect; in the other one type and code are mapped", () => {
  const error = new AppError('UPSTREAM_RATE_LIMITED', '"a" answered 429');
  const vendor = {
    dialect: 'openai-chat',
    type: 'requests',
    message: 'slow down',
    members: { type: 'requests', param: null, code: 'rate_limit_exceeded', hint: [1] },
    beside: { usage: 'none' },
    deployment: 'a',
    requestId: 'req_1',
  } as const;
  const body = (dialect: 'openai-chat' | 'anthropic-messages'): Record<string, unknown> =>
    JSON.parse(renderError(dialect, error, 'r1', { vendor }).body.toString()) as Record<string, unknown>;
  const weighbridge = {
    code: 'UPSTREAM_RATE_LIMITED',
    next: ERRORS.UPSTREAM_RATE_LIMITED.next,
    request_id: 'r1',
    message: '"a" answered 429',
    deployment: 'a',
    vendor_type: 'requests',
    vendor_request_id: 'req_1',
  };
  assert.deepEqual(body('openai-chat'), {
    usage: 'none',
    error: {
      hint: [1],
      message: 'slow down',
      type: 'requests',
      param: null,
      code: 'rate_limit_exceeded',
      weighbridge,
    },
  });
  assert.deepEqual(body('anthropic-messages'), {
    type: 'error',
    error: { code: 'rate_limit_exceeded', hint: [1], type: 'rate_limit_error', message: 'slow down', weighbridge },
    request_id: 'r1',
  });
});

test('a status below 500 that will not pass is not to be tried again, whatever our code says', () => {
  const error = new AppError('UPSTREAM_ERROR', 'no such model');
  const hint = (status: number): string | undefined =>
    renderError('openai-chat', error, 'r', { status }).headers['x-should-retry'];
  assert.deepEqual([404, 409, 429, 503].map(hint), ['false', 'true', 'true', 'true']);
});
