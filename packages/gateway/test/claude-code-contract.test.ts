// What the makers of Claude Code ask of a gateway, each rule a test of its own. The rules are in their compatibility guide
// (https://code.claude.com/docs/en/llm-gateway-protocol); numbers are complaints about other gateways that broke them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeEventStreamMessage } from '@weighbridge/dialects';
import {
  ANTHROPIC_EVENTS,
  ANTHROPIC_PING,
  ANTHROPIC_WHOLE,
  anthropicError,
  failing,
  stream,
  whole,
} from './support/answers.ts';
import type { Script } from './support/fixture.ts';
import { openSurfaces } from './surfaces/stand.ts';

const stand = openSurfaces();
const BETAS = 'claude-code-20250219, interleaved-thinking-2025-05-14,per-turn-control-2026-07-01,brand-new-2027-01-01';
const BODY =
  '{"model":"claude-sonnet-4-5","max_tokens":64,"system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=9; ' +
  'cc_entrypoint=cli;"},{"type":"text","text":"You are Claude Code","cache_control":{"type":"ephemeral","ttl":"1h"}}],' +
  '"messages":[{"role":"user","content":[{"type":"text","text":"h\\u00e9"}]},{"role":"assistant","content":[{"type":"thinking",' +
  '"thinking":"so","signature":"c2ln+/8="},{"type":"redacted_thinking","data":"ZGF0YQ=="},{"type":"tool_use","id":"toolu_1",' +
  '"name":"Bash","input":{ "n":1.0 }}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"ok"}]}],' +
  '"output_config":{"effort":"high"},"context_management":{"edits":[]},"field_of_next_year":{"deep":[1,2,{"x":null}]}}';

const sent = (): {
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly url: string;
} => {
  const last = stand.upstream.requests.at(-1);
  assert.ok(last !== undefined);
  return last;
};

/** The body as the deployment's model has it, and nothing else changed. */
const renamed = BODY.replace('"model":"claude-sonnet-4-5"', '"model":"claude-sonnet-4-5-20250929"');

describe('what must reach the cloud unchanged does', () => {
  test('anthropic-beta and anthropic-version to the byte, with names that nobody here knows', async () => {
    stand.upstream.script(whole(ANTHROPIC_WHOLE));
    const headers = { 'anthropic-beta': BETAS, 'anthropic-version': '2023-06-01' };
    const response = await stand.post('/v1/messages?beta=true', BODY, headers);
    assert.equal(response.status, 200, await response.text());
    assert.equal(sent().headers['anthropic-beta'], BETAS);
    assert.equal(sent().headers['anthropic-version'], '2023-06-01');
    assert.equal(response.headers.get('weighbridge-withheld'), null);
  });

  test('unknown fields, the system list with its attribution first, cache marks and thinking, to the byte', async () => {
    stand.upstream.script(whole(ANTHROPIC_WHOLE));
    await (await stand.post('/v1/messages', BODY)).arrayBuffer();
    assert.equal(sent().body, renamed);
  });

  // gateway.md §3, 32: a thinking block that is rebuilt no longer fits its signature.
  test('thinking blocks and signatures to the byte on Bedrock and Vertex AI as well', async () => {
    const rest = BODY.slice(BODY.indexOf('"max_tokens"'));
    for (const route of ['on-bedrock', 'on-vertex']) {
      stand.upstream.script(whole(ANTHROPIC_WHOLE));
      await (await stand.post('/v1/messages', `{"model":"${route}",${rest}`)).arrayBuffer();
      assert.ok(sent().body.endsWith(rest), sent().body.slice(0, 120));
    }
  });

  test('headers of Anthropic that nobody here knows, but none that chooses the account', async () => {
    stand.upstream.script(whole(ANTHROPIC_WHOLE));
    const headers = { 'anthropic-next-year': 'on', 'anthropic-workspace-id': 'wrkspc_1' };
    const response = await stand.post('/v1/messages', BODY, headers);
    assert.equal(sent().headers['anthropic-next-year'], 'on');
    assert.equal(sent().headers['anthropic-workspace-id'], undefined);
    assert.equal(response.headers.get('weighbridge-withheld'), 'anthropic-workspace-id: wrkspc_1');
    await response.arrayBuffer();
  });

  test('what is billed at a multiple, or calls third parties, is withheld by name', async () => {
    stand.upstream.script(whole(ANTHROPIC_WHOLE));
    const headers = { 'anthropic-beta': 'fast-mode-2026-02-01,compact-2026-01-12,mcp-client-2025-11-20' };
    const response = await stand.post('/v1/messages', BODY, headers);
    assert.equal(sent().headers['anthropic-beta'], 'compact-2026-01-12');
    assert.match(
      response.headers.get('weighbridge-withheld') ?? '',
      /fast-mode-2026-02-01; anthropic-beta: mcp-client/,
    );
    await response.arrayBuffer();
  });

  // gateway.md §3, 38: one unknown beta made every call of Claude Code a 400 on these clouds.
  test('betas that Bedrock and Vertex AI do not know are withheld, and the call is served', async () => {
    for (const route of ['on-bedrock', 'on-vertex']) {
      stand.upstream.script(whole(ANTHROPIC_WHOLE));
      const body = BODY.replace('claude-sonnet-4-5', route);
      const response = await stand.post('/v1/messages', body, { 'anthropic-beta': BETAS });
      assert.equal(response.status, 200, route);
      assert.match(response.headers.get('weighbridge-withheld') ?? '', /brand-new-2027-01-01/);
      assert.ok(!`${sent().body}${JSON.stringify(sent().headers)}`.includes('brand-new'), route);
      assert.ok(`${sent().body}${JSON.stringify(sent().headers)}`.includes('interleaved-thinking-2025-05-14'), route);
      await response.arrayBuffer();
    }
  });
});

describe('what comes back', () => {
  test('pings and comments pass, and the stream is not gathered up', async () => {
    stand.upstream.script(stream(...ANTHROPIC_EVENTS.slice(0, 4), ': still here\n\n', ...ANTHROPIC_EVENTS.slice(4)));
    const text = await (
      await stand.post('/v1/messages', BODY.replace('"max_tokens"', '"stream":true,"max_tokens"'))
    ).text();
    assert.ok(text.includes(ANTHROPIC_PING));
    assert.ok(text.includes(': still here\n\n'));
    assert.equal(text.split('event: message_start').length, 2);
  });

  test("the seller's own limits, account and cookies are never passed", async () => {
    const theirs = {
      'anthropic-ratelimit-requests-remaining': '3',
      'anthropic-ratelimit-tokens-limit': '1000',
      'anthropic-organization-id': '0f3c-account',
      'set-cookie': '__cf_bm=1',
      'x-amzn-requestid': 'theirs',
    };
    for (const script of [
      whole(ANTHROPIC_WHOLE, theirs),
      failing(429, anthropicError('rate_limit_error', 'slow down'), theirs),
    ]) {
      stand.upstream.script(script);
      const response = await stand.post('/v1/messages', BODY.replace('claude-sonnet-4-5', 'on-vertex'));
      const head = JSON.stringify([...response.headers]);
      for (const secret of [
        '0f3c-account',
        '__cf_bm',
        'ratelimit-requests-remaining',
        'ratelimit-tokens-limit',
        'theirs',
      ])
        assert.ok(!head.includes(secret), `${secret} in ${head}`);
      await response.arrayBuffer();
    }
  });

  test("a refusal of the cloud is told in the cloud's own words and type", async () => {
    const words = 'messages.1.content.0: Invalid `signature` in `thinking` block';
    stand.upstream.script(failing(400, anthropicError('invalid_request_error', words)));
    const response = await stand.post('/v1/messages', BODY);
    const said = (await response.json()) as { type: string; error: { type: string; message: string } };
    assert.equal(response.status, 400);
    assert.deepEqual([said.type, said.error.type, said.error.message], ['error', 'invalid_request_error', words]);
  });

  test('an account that a refusal names is not passed on', async () => {
    const body = JSON.stringify({
      type: 'error',
      error: { type: 'invalid_request_error', message: 'no', organization_id: '0f3c-account' },
    });
    stand.upstream.script(failing(400, body));
    assert.ok(!(await (await stand.post('/v1/messages', BODY)).text()).includes('0f3c-account'));
  });
});

describe('what it asks at its start', () => {
  const headers = (): Record<string, string> => ({
    authorization: `Bearer ${stand.lane.key.key}`,
    'anthropic-version': '2023-06-01',
    'user-agent': 'claude-code/2.1.330',
  });

  test('models, in their form, at once and without a redirect', async () => {
    const response = await fetch(`${stand.lane.url}/v1/models?limit=1000`, { headers: headers(), redirect: 'error' });
    const { data, has_more: more } = (await response.json()) as {
      data: { id: string; type: string }[];
      has_more: boolean;
    };
    assert.equal(more, false);
    assert.ok(data.some(({ id, type }) => id === 'claude-sonnet-4-5' && type === 'model'));
    const bare = await fetch(`${stand.lane.url}/v1/models?limit=1000`, {
      headers: { 'anthropic-version': '2023-06-01' },
    });
    assert.equal(bare.status, 401);
    await bare.arrayBuffer();
  });

  test('whether anybody is there', async () => {
    for (const path of ['/', '/api/hello']) {
      assert.equal((await fetch(`${stand.lane.url}${path}`, { method: 'HEAD' })).status, 200, path);
    }
  });
});

describe("Bedrock's framing", () => {
  test('stays as it is to a client that speaks it, and is never server-sent events', async () => {
    stand.upstream.script(chunks());
    const response = await stand.post(
      '/model/on-bedrock/invoke-with-response-stream',
      BODY.replace(/"model":"[^"]*",/, ''),
    );
    assert.equal(response.headers.get('content-type'), 'application/vnd.amazon.eventstream');
    assert.ok(!Buffer.from(await response.arrayBuffer()).includes('data: '));
  });
});

// Last: a refused credential is rested for a while.
describe('counting tokens', () => {
  test('is 501 where no deployment of the route counts, so that Claude Code counts by itself', async () => {
    const response = await stand.post('/v1/messages/count_tokens', BODY.replace('claude-sonnet-4-5', 'gpt'));
    assert.equal(response.status, 501);
    assert.equal(response.headers.get('x-should-retry'), 'false');
    await response.arrayBuffer();
  });

  // gateway.md §3, 37: a 401 of the cloud for our credential is no word about the client's key.
  test("the cloud's 401 for our own credential is no 401 to the client, whose key is good", async () => {
    stand.upstream.script(failing(401, anthropicError('authentication_error', 'invalid x-api-key')));
    const response = await stand.post('/v1/messages/count_tokens', BODY);
    assert.ok(response.status >= 500, String(response.status));
    const said = (await response.json()) as { error: { type: string } };
    assert.equal(response.status, 503);
    assert.notEqual(said.error.type, 'authentication_error');
  });
});

const chunks = (): Script => (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' });
  for (const event of ANTHROPIC_EVENTS) {
    const data = /^data: (.*)$/m.exec(event)?.[1] ?? '';
    const payload = Buffer.from(JSON.stringify({ bytes: Buffer.from(data).toString('base64') }));
    response.write(encodeEventStreamMessage({ ':event-type': 'chunk', ':message-type': 'event' }, payload));
  }
  response.end();
};
