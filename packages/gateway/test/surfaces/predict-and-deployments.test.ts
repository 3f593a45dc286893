// Google's and Azure's own paths: the model in the path, answers of the dialect, failures in the form that each one's
// clients read.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ANTHROPIC_STREAM,
  ANTHROPIC_WHOLE,
  OPENAI_STREAM,
  OPENAI_WHOLE,
  anthropicError,
  failing,
  stream,
  whole,
} from '../support/answers.ts';
import { openSurfaces } from './stand.ts';

const stand = openSurfaces();
const PLACE = '/v1/projects/any/locations/europe-west1/publishers/anthropic/models';
const BODY =
  '{"anthropic_version":"vertex-2023-10-16", "max_tokens":64, "stream":true, "messages":[{"role":"user","content":"hi"}], "new":1}';

describe('rawPredict', () => {
  test('a body that goes back to Google leaves byte for byte, with its betas in the header', async () => {
    stand.upstream.script(stream(...ANTHROPIC_STREAM.split(/(?<=\n\n)/)));
    const response = await stand.post(`${PLACE}/on-vertex:streamRawPredict`, BODY, {
      'anthropic-beta': 'interleaved-thinking-2025-05-14',
      'anthropic-version': '2023-06-01',
    });
    assert.equal(await response.text(), ANTHROPIC_STREAM);
    const sent = stand.upstream.requests.at(-1);
    assert.equal(sent?.body, BODY);
    assert.equal(sent?.headers['anthropic-beta'], 'interleaved-thinking-2025-05-14');
    const receipt = stand.lane.sealer.receipts().at(-1);
    assert.equal(receipt?.asked.envelope, 'vertex-predict');
    assert.deepEqual(receipt?.attempts[0]?.edits, []);
  });

  test('the verb says whether it streams, and a Google name leads to the plain route', async () => {
    stand.upstream.script(whole(ANTHROPIC_WHOLE));
    const response = await stand.post(`${PLACE}/claude-sonnet-4-5%4020250929:rawPredict`, BODY);
    assert.equal(await response.text(), ANTHROPIC_WHOLE);
    const body = JSON.parse(stand.upstream.requests.at(-1)?.body ?? '{}') as Record<string, unknown>;
    assert.equal(body['stream'], undefined);
    assert.equal(body['model'], 'claude-sonnet-4-5-20250929');
    assert.equal(body['anthropic_version'], undefined);
  });

  test('without the version in its base, as Claude Code writes it', async () => {
    stand.upstream.script(whole(ANTHROPIC_WHOLE));
    const response = await stand.post(`${PLACE.slice(3)}/on-vertex:rawPredict`, BODY);
    assert.equal(response.status, 200, await response.text());
  });

  test('tokens are counted by the model that the body names', async () => {
    stand.upstream.script(whole('{"input_tokens":9}'));
    const body = {
      anthropic_version: 'vertex-2023-10-16',
      model: 'on-vertex',
      messages: [{ role: 'user', content: 'x' }],
    };
    const response = await stand.post(`${PLACE}/count-tokens:rawPredict`, body);
    assert.equal(await response.text(), '{"input_tokens":9}');
    assert.match(stand.upstream.requests.at(-1)?.url ?? '', /count-tokens:rawPredict$/);
  });

  test("our refusals have Google's form, the model's own Anthropic's", async () => {
    const ours = await stand.post(`${PLACE}/nobody:rawPredict`, BODY);
    const { error } = (await ours.json()) as { error: { code: number; status: string; message: string } };
    assert.deepEqual([ours.status, error.code, error.status], [404, 404, 'NOT_FOUND']);
    assert.match(error.message, /no route has the name "nobody"/);
    const keyless = await fetch(`${stand.lane.url}${PLACE}/on-vertex:rawPredict`, { method: 'POST', body: BODY });
    assert.equal(((await keyless.json()) as { error: { status: string } }).error.status, 'UNAUTHENTICATED');
    stand.upstream.script(failing(400, anthropicError('invalid_request_error', 'messages: too many')));
    const models = await stand.post(`${PLACE}/on-vertex:rawPredict`, BODY);
    const said = (await models.json()) as { type: string; error: { type: string; message: string } };
    assert.deepEqual(
      [said.type, said.error.type, said.error.message],
      ['error', 'invalid_request_error', 'messages: too many'],
    );
  });

  test('another method and another verb are not served', async () => {
    const got = await fetch(`${stand.lane.url}${PLACE}/on-vertex:rawPredict`);
    assert.equal(got.status, 405);
    const verb = await stand.post(`${PLACE}/on-vertex:predict`, BODY);
    assert.equal(verb.status, 404);
    await Promise.all([got.arrayBuffer(), verb.arrayBuffer()]);
  });
});

describe("Azure's paths", () => {
  const chat = { messages: [{ role: 'user', content: 'hi' }] };

  test('the deployment in the path is the model, with the key in api-key and any api-version', async () => {
    stand.upstream.script(whole(OPENAI_WHOLE));
    const response = await fetch(`${stand.lane.url}/openai/deployments/gpt/chat/completions?api-version=2024-10-21`, {
      method: 'POST',
      headers: { 'api-key': stand.lane.key.key, 'content-type': 'application/json' },
      body: JSON.stringify(chat),
    });
    assert.equal(await response.text(), OPENAI_WHOLE);
    const receipt = stand.lane.sealer.receipts().at(-1);
    assert.equal(receipt?.asked.envelope, 'azure-deployment');
    assert.equal(receipt?.asked.alias, 'gpt');
    assert.equal(JSON.parse(stand.upstream.requests.at(-1)?.body ?? '{}').model, 'gpt-4.1');
  });

  test('a stream is asked for in the body', async () => {
    stand.upstream.script(stream(...OPENAI_STREAM.split(/(?<=\n\n)/)));
    const body = { ...chat, model: 'ignored', stream: true, stream_options: { include_usage: true } };
    const response = await stand.post('/openai/deployments/gpt/chat/completions', body);
    assert.equal(await response.text(), OPENAI_STREAM);
  });

  for (const path of ['/openai/v1/chat/completions', '/models/chat/completions']) {
    test(`${path} names the model in its body`, async () => {
      stand.upstream.script(whole(OPENAI_WHOLE));
      const response = await stand.post(path, { ...chat, model: 'gpt' });
      assert.equal(await response.text(), OPENAI_WHOLE);
      assert.equal(stand.lane.sealer.receipts().at(-1)?.asked.envelope, undefined);
    });
  }

  test('failures are in the Chat dialect, and models are listed', async () => {
    const unknown = await stand.post('/openai/deployments/nobody/chat/completions', chat);
    assert.equal(((await unknown.json()) as { error: { code: string } }).error.code, 'model_not_found');
    const headers = { 'api-key': stand.lane.key.key };
    for (const path of ['/openai/v1/models', '/openai/models?api-version=2024-10-21']) {
      const listed = (await (await fetch(`${stand.lane.url}${path}`, { headers })).json()) as { data: unknown[] };
      assert.equal(listed.data.length, 4);
    }
  });
});
