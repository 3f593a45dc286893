// What a cloud says of a failure reaches a client of the other dialect as far as that can hold it, and inside a stream as
// in an answer of its own.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DialectId } from '@weighbridge/protocol';
import {
  ANTHROPIC_START,
  OPENAI_START,
  anthropicDelta,
  failing,
  openaiDelta,
  stream,
  whole,
} from './support/answers.ts';
import { startUpstream, type Upstream } from './support/fixture.ts';
import { CHAT, CLAUDE_400, GPT_400, MESSAGES, tell, type Told } from './support/told.ts';

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

describe('across dialects', () => {
  test('an error of Messages has the type of its status and its own type as code', async () => {
    const { status, error, body, ours } = await told(CHAT, MESSAGES, failing(400, JSON.stringify(CLAUDE_400)));
    assert.equal(status, 400);
    const { details, message } = CLAUDE_400.error;
    assert.deepEqual(error, {
      details,
      message,
      type: 'invalid_request_error',
      param: null,
      code: 'invalid_request_error',
    });
    assert.deepEqual(Object.keys(body), ['error']);
    assert.equal(ours['vendor_request_id'], 'req_vendor_e');
  });

  test('an error of Chat has the type of its status, and carries code and param along', async () => {
    const { status, error, body } = await told(MESSAGES, CHAT, failing(400, JSON.stringify(GPT_400)));
    assert.equal(status, 400);
    assert.deepEqual(error, GPT_400.error);
    assert.equal(body['type'], 'error');
    assert.ok(body.request_id);
  });

  test('a window that is too small is said in the words that each client acts on', async () => {
    const claude = {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 9 tokens > 8 maximum' },
    };
    const toChat = await told(CHAT, MESSAGES, failing(400, JSON.stringify(claude)));
    assert.deepEqual([toChat.error['code'], toChat.error.message], ['context_length_exceeded', claude.error.message]);
    const gpt = {
      error: {
        message: "This model's maximum context length is 8 tokens.",
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    };
    const toMessages = await told(MESSAGES, CHAT, failing(400, JSON.stringify(gpt)));
    assert.equal(toMessages.error.message, `prompt is too long: ${gpt.error.message}`);
    assert.equal(toMessages.error['type'], 'invalid_request_error');
    assert.equal(toMessages.error['code'], 'context_length_exceeded');
  });

  test('rate limits and missing models have the names that clients test for', async () => {
    const error = (type: string): string => JSON.stringify({ type: 'error', error: { type, message: 'm' } });
    const limited = await told(CHAT, MESSAGES, failing(429, error('rate_limit_error')));
    assert.deepEqual(
      [limited.status, limited.error['type'], limited.error['code']],
      [429, 'rate_limit_error', 'rate_limit_exceeded'],
    );
    const missing = await told(CHAT, MESSAGES, failing(404, error('not_found_error')));
    assert.deepEqual([missing.status, missing.error['code']], [404, 'model_not_found']);
    const gpt = { error: { message: 'm', type: 'requests', param: null, code: 'rate_limit_exceeded' } };
    const back = await told(MESSAGES, CHAT, failing(429, JSON.stringify(gpt)));
    assert.deepEqual(
      [back.status, back.error],
      [429, { message: 'm', type: 'rate_limit_error', code: 'rate_limit_exceeded' }],
    );
  });

  test('an error in a form of no dialect is told by its status, with the name that the cloud gave it', async () => {
    const { status, error, ours } = await told(
      MESSAGES,
      MESSAGES,
      failing(
        400,
        JSON.stringify({ message: 'Malformed input request: #: extraneous key', code: 'ValidationException' }),
      ),
    );
    assert.equal(status, 400);
    assert.deepEqual(error, { type: 'invalid_request_error', message: 'Malformed input request: #: extraneous key' });
    assert.equal(ours['vendor_type'], 'ValidationException');
  });
});

describe('inside a stream', () => {
  const CLAUDE = {
    type: 'error',
    error: { type: 'overloaded_error', message: 'Overloaded', details: null },
    request_id: 'r',
  };
  const GPT = {
    error: {
      message: 'The server had an error',
      type: 'server_error',
      param: null,
      code: 'engine_overloaded',
      hint: 1,
    },
  };
  const failed = {
    [MESSAGES]: [ANTHROPIC_START, anthropicDelta('x'), `event: error\ndata: ${JSON.stringify(CLAUDE)}\n\n`],
    [CHAT]: [OPENAI_START, openaiDelta('x'), `data: ${JSON.stringify(GPT)}\n\n`],
  };
  const begun = (cloud: typeof MESSAGES | typeof CHAT): string[] => failed[cloud];
  const bare = (cloud: typeof MESSAGES | typeof CHAT): string[] => failed[cloud].filter((_, index) => index !== 1);

  for (const [when, events, status] of [
    ['after content', begun, 200],
    ['before content', bare, 502],
  ] as const) {
    test(`an error of the same dialect arrives member for member, ${when}`, async () => {
      const claude = await told(MESSAGES, MESSAGES, stream(...events(MESSAGES)), true);
      assert.deepEqual([claude.status, claude.error, claude.ours['code']], [status, CLAUDE.error, 'UPSTREAM_ERROR']);
      assert.equal(claude.ours['vendor_request_id'], 'req_vendor_1', 'of the answer that it broke');
      const gpt = await told(CHAT, CHAT, stream(...events(CHAT)), true);
      assert.deepEqual([gpt.status, gpt.error], [status, GPT.error]);
    });

    test(`an error of the other dialect is mapped, ${when}`, async () => {
      const chat = await told(CHAT, MESSAGES, stream(...events(MESSAGES)), true);
      assert.equal(chat.status, status);
      assert.deepEqual(chat.error, {
        details: null,
        message: 'Overloaded',
        type: 'server_error',
        param: null,
        code: 'overloaded_error',
      });
      const messages = await told(MESSAGES, CHAT, stream(...events(CHAT)), true);
      assert.equal(messages.status, status);
      assert.deepEqual(messages.error, {
        code: 'engine_overloaded',
        hint: 1,
        type: 'api_error',
        message: GPT.error.message,
      });
    });
  }

  test('an error under status 200 that is no stream is told as one', async () => {
    const { status, error } = await told(MESSAGES, MESSAGES, whole(JSON.stringify(CLAUDE)));
    assert.deepEqual([status, error], [502, CLAUDE.error]);
  });
});
