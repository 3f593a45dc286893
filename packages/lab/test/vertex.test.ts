// Vertex AI as the lab plays it: the place in the path, the version in the body, refusals by Google in Google's form and
// by the model in Anthropic's. Tokens are tested with Google's own library in `identity.test.ts`.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, request } from 'node:https';
import { readFileSync } from 'node:fs';
import { eventsOf, openTestLab, post, user, type TestLab } from './support.ts';

const BODY = { anthropic_version: 'vertex-2023-10-16', max_tokens: 50, messages: user('hi') };

/** The workload exchange by hand, over TLS with the run's authority. */
async function exchange(lab: TestLab): Promise<string> {
  const { google } = lab.endpoints.credentials;
  const file = JSON.parse(readFileSync(google.external_account_file, 'utf8')) as {
    audience: string;
    subject_token_type: string;
    credential_source: { file: string };
  };
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    audience: file.audience,
    subject_token_type: file.subject_token_type,
    subject_token: readFileSync(file.credential_source.file, 'utf8'),
    scope: 'https://www.googleapis.com/auth/cloud-platform',
  }).toString();
  const agent = new Agent({ ca: readFileSync(lab.endpoints.caFile, 'utf8') });
  const text = await new Promise<string>((resolve, reject) => {
    const req = request(
      lab.endpoints.identity.google_sts,
      { method: 'POST', agent, headers: { 'content-length': form.length } },
      (res) => {
        let body = '';
        res
          .setEncoding('utf8')
          .on('data', (part: string) => {
            body += part;
          })
          .on('end', () => resolve(body));
      },
    );
    req.on('error', reject).end(form);
  });
  agent.destroy();
  return (JSON.parse(text) as { access_token: string }).access_token;
}

describe('vertex', () => {
  let lab: TestLab;
  let token: string;
  before(async () => {
    lab = await openTestLab();
    token = await exchange(lab);
  });
  after(() => lab.close());

  const call = (
    body: unknown,
    options: { model?: string; verb?: string; location?: string; project?: string; auth?: string } = {},
  ) => {
    const {
      model = 'claude-sonnet-4-5@20250929',
      verb = 'rawPredict',
      location = 'europe-west1',
      project = 'lab-project',
      auth = token,
    } = options;
    const path = `/v1/projects/${project}/locations/${location}/publishers/anthropic/models/${model}:${verb}`;
    return post(lab.endpoints.clouds.vertex + path, auth === '' ? {} : { authorization: `Bearer ${auth}` }, body);
  };
  const google = (answer: Awaited<ReturnType<typeof call>>) =>
    answer.json['error'] as { code: number; status: string; message: string };

  it('answers a message with its own ids, whole and streamed', async () => {
    const whole = await call(BODY);
    assert.equal(whole.status, 200, whole.text);
    assert.match(String(whole.json['id']), /^msg_vrtx_01/);
    const streamed = await call({ ...BODY, stream: true }, { verb: 'streamRawPredict' });
    assert.match(streamed.headers.get('content-type') ?? '', /^text\/event-stream/);
    assert.equal(eventsOf(streamed.text).at(-1)?.event, 'message_stop');
  });

  it('refuses no token, a wrong project, an unknown location and an unknown model in Google’s form', async () => {
    const none = await call(BODY, { auth: '' });
    assert.deepEqual([none.status, google(none).status], [401, 'UNAUTHENTICATED']);
    const project = await call(BODY, { project: 'other' });
    assert.deepEqual([project.status, google(project).status], [403, 'PERMISSION_DENIED']);
    const location = await call(BODY, { location: 'mars-north1' });
    assert.equal(location.status, 400);
    const model = await call(BODY, { model: 'claude-nope' });
    assert.deepEqual([model.status, google(model).status], [404, 'NOT_FOUND']);
    assert.match(google(model).message, /Publisher Model `projects\/lab-project\/locations\/europe-west1/);
  });

  it('refuses a missing version, a model in the body and a foreign field in Anthropic’s form', async () => {
    const { anthropic_version: _left, ...bare } = BODY;
    for (const [body, message] of [
      [bare, /anthropic_version: Field required/],
      [{ ...BODY, anthropic_version: 'bedrock-2023-05-31' }, /vertex-2023-10-16/],
      [{ ...BODY, model: 'claude-sonnet-4-5' }, /model: Extra inputs/],
      [{ ...BODY, service_tier: 'auto' }, /service_tier: Extra inputs/],
    ] as const) {
      const answer = await call(body);
      const error = answer.json['error'] as { type: string; message: string };
      assert.deepEqual([answer.status, error.type], [400, 'invalid_request_error']);
      assert.match(error.message, message);
    }
  });

  it('counts tokens as a call would', async () => {
    const { max_tokens: _max, anthropic_version: _version, ...question } = BODY;
    const counted = await call({ ...question, model: 'claude-sonnet-4-5@20250929' }, { model: 'count-tokens' });
    const usage = (await call(BODY)).json['usage'] as { input_tokens: number };
    assert.equal(counted.json['input_tokens'], usage.input_tokens);
  });
});
