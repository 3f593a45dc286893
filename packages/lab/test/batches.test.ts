// The lab's batch APIs: what they take, what they turn away, and how they tell what came of each request.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { claudeHeaders, openTestLab, post, type Answer, type TestLab } from './support.ts';

let lab: TestLab;
before(async () => {
  lab = await openTestLab();
});
after(() => lab.close());

const params = { model: 'claude-sonnet-4-5', max_tokens: 20, messages: [{ role: 'user', content: 'Hello' }] };
const hour = 3_600_000;

const claude = (path: string, body?: unknown): Promise<Answer> => {
  const url = `${lab.endpoints.clouds.anthropic}/v1/messages/batches${path}`;
  return body === undefined ? read(url, claudeHeaders(lab.endpoints)) : post(url, claudeHeaders(lab.endpoints), body);
};

async function read(url: string, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, { headers });
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString('utf8');
  const json = (text.startsWith('{') && !text.includes('\n{') ? JSON.parse(text.trim()) : {}) as Answer['json'];
  return { status: response.status, headers: response.headers, bytes, text, json };
}

const linesOf = ({ text }: Answer): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('Message Batches', () => {
  test('answer each request under its own name, and are ended only then', async () => {
    await lab.control.batchTakes(hour);
    const requests = [
      { custom_id: 'good', params },
      { custom_id: 'bad', params: { ...params, max_tokens: 0 } },
    ];
    const made = await claude('', { requests });
    assert.equal(made.json['processing_status'], 'in_progress');
    assert.equal(made.json['results_url'], null);
    const id = String(made.json['id']);
    assert.equal((await claude(`/${id}/results`)).status, 404);
    await lab.control.advance(hour);
    await claude(`/${id}`);
    const ended = await claude(`/${id}`);
    assert.equal(ended.json['processing_status'], 'ended');
    assert.deepEqual(ended.json['request_counts'], {
      processing: 0,
      succeeded: 1,
      errored: 1,
      canceled: 0,
      expired: 0,
    });
    const results = new Map(linesOf(await claude(`/${id}/results`)).map((line) => [line['custom_id'], line['result']]));
    const good = results.get('good') as { type: string; message: { usage: { service_tier: string } } };
    assert.equal(good.type, 'succeeded');
    assert.equal(good.message.usage.service_tier, 'batch');
    const bad = results.get('bad') as { type: string; error: { type: string; error: { type: string } } };
    assert.deepEqual([bad.type, bad.error.type, bad.error.error.type], ['errored', 'error', 'invalid_request_error']);
  });

  test('are cancelled, and expire after a day', async () => {
    await lab.control.batchTakes(100 * hour);
    for (const [end, type] of [
      [(id: string) => claude(`/${id}/cancel`, {}), 'canceled'],
      [() => lab.control.advance(25 * hour), 'expired'],
    ] as const) {
      const made = await claude('', { requests: [{ custom_id: 'one', params }] });
      const id = String(made.json['id']);
      await end(id);
      assert.equal((await claude(`/${id}`)).json['processing_status'], 'ended');
      assert.deepEqual(linesOf(await claude(`/${id}/results`)), [{ custom_id: 'one', result: { type } }]);
    }
  });

  test('turn away what the real ones do, and are nobody else’s', async () => {
    for (const requests of [
      [],
      [{ custom_id: 'a b', params }],
      [
        { custom_id: 'a', params },
        { custom_id: 'a', params },
      ],
      [{ custom_id: 'a' }],
      [{ custom_id: 'a', params: { ...params, stream: true } }],
    ]) {
      const refused = await claude('', { requests });
      assert.equal(refused.status, 400);
      assert.equal((refused.json['error'] as { type: string }).type, 'invalid_request_error');
    }
    const made = await claude('', { requests: [{ custom_id: 'a', params }] });
    const url = `${lab.endpoints.clouds.anthropic}/v1/messages/batches/${String(made.json['id'])}`;
    const other = { ...claudeHeaders(lab.endpoints), 'x-api-key': `${lab.endpoints.credentials.anthropic_key}.other` };
    assert.equal((await read(url, other)).status, 404);
    assert.equal((await read(url, { 'anthropic-version': '2023-06-01' })).status, 401);
  });
});

describe('batches of OpenAI', () => {
  const key = (): Record<string, string> => ({ authorization: `Bearer ${lab.endpoints.credentials.openai_key}` });
  const at = (path: string): string => `${lab.endpoints.clouds.openai}/v1/${path}`;
  const upload = async (lines: readonly object[], purpose = 'batch'): Promise<Response> => {
    const form = new FormData();
    form.set('purpose', purpose);
    form.set('file', new Blob([lines.map((line) => `${JSON.stringify(line)}\n`).join('')]), 'requests.jsonl');
    return fetch(at('files'), { method: 'POST', headers: key(), body: form });
  };
  const line = (id: string, more: object = {}): object => ({
    custom_id: id,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'gpt-4.1', max_completion_tokens: 20, messages: [{ role: 'user', content: 'Hello' }], ...more },
  });
  const create = async (file: unknown, more: object = {}): Promise<Answer> =>
    post(at('batches'), key(), {
      input_file_id: file,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
      ...more,
    });

  test('are a file of requests, and two files of what came of them', async () => {
    await lab.control.batchTakes(0);
    const file = (await (await upload([line('good'), line('bad', { model: 'nothing' })])).json()) as { id: string };
    const made = await create(file.id);
    assert.equal(made.json['status'], 'in_progress');
    await read(at(`batches/${String(made.json['id'])}`), key());
    const done = await read(at(`batches/${String(made.json['id'])}`), key());
    assert.equal(done.json['status'], 'completed');
    const [good] = linesOf(await read(at(`files/${String(done.json['output_file_id'])}/content`), key()));
    assert.equal(good?.['custom_id'], 'good');
    assert.equal((good?.['response'] as { status_code: number } | undefined)?.status_code, 200);
    const [bad] = linesOf(await read(at(`files/${String(done.json['error_file_id'])}/content`), key()));
    assert.equal(bad?.['custom_id'], 'bad');
    assert.equal((bad?.['response'] as { status_code: number } | undefined)?.status_code, 404);
  });

  test('turn away what the real ones do', async () => {
    assert.equal((await upload([line('a')], 'fine-tune')).status, 400);
    const file = (await (await upload([line('a')])).json()) as { id: string };
    assert.equal((await create(file.id, { completion_window: '1h' })).status, 400);
    assert.equal((await create(file.id, { endpoint: '/v1/responses' })).status, 400, 'its lines are of another');
    assert.equal((await create('file-none')).status, 404);
    const twice = (await (await upload([line('a'), line('a')])).json()) as { id: string };
    assert.equal((await create(twice.id)).status, 400);
  });
});
