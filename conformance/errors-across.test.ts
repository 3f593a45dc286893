// A request that a cloud refuses is refused alike through the gateway: the official SDKs raise the same class with the
// same status, type, code, param and message as when they are pointed straight at the cloud.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labControl } from '@weighbridge/lab';
import { client, skipUnless } from './support/prerequisites.ts';
import { openStand } from './support/stand.ts';

const stand = openStand();

interface Raised {
  readonly name: string;
  readonly status: unknown;
  readonly error: Readonly<Record<string, unknown>>;
}

/** What the SDK raised; of the body, the error object without what we add to it. */
async function raised(call: Promise<unknown>): Promise<Raised> {
  const thrown: unknown = await call.then(
    () => assert.fail('the call was refused'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Error, String(thrown));
  const { status, error } = thrown as Error & { status?: unknown; error?: Record<string, unknown> };
  const body = (error?.['error'] ?? error) as Record<string, unknown> | undefined;
  assert.ok(body !== undefined, `${thrown.name}: ${thrown.message}`);
  const { weighbridge: _ours, ...rest } = body;
  return { name: thrown.constructor.name, status, error: rest };
}

const keyOf = async (cloud: 'anthropic' | 'openai'): Promise<string> => {
  const { readFile } = await import('node:fs/promises');
  return (await readFile(stand.lab.endpoints.credentials.files[cloud] ?? '', 'utf8')).trim();
};

const BAD_CHAT: readonly (readonly [string, object])[] = [
  ['a temperature out of range', { temperature: 9 }],
  ['no messages', { messages: [] }],
  ['a role that there is none of', { messages: [{ role: 'robot', content: 'hi' }] }],
  ['more output than the model has', { max_completion_tokens: 9_000_000 }],
];

describe('openai', { skip: skipUnless(client('openai')) }, () => {
  for (const [name, over] of BAD_CHAT) {
    for (const stream of [false, true]) {
      test(`${name} is raised as the cloud raises it${stream ? ', streamed' : ''}`, async () => {
        const { default: Client } = await import('openai');
        const body = { messages: [{ role: 'user', content: 'hi' }], ...over, stream } as never;
        const ask = (baseURL: string, apiKey: string, model: string): Promise<Raised> =>
          raised(
            new Client({ baseURL: `${baseURL}/v1`, apiKey, maxRetries: 0 }).chat.completions.create({
              ...(body as object),
              model,
            } as never),
          );
        const direct = await ask(stand.lab.endpoints.clouds.openai, await keyOf('openai'), 'gpt-4.1');
        assert.deepEqual(await ask(stand.gateway.origin, stand.gateway.key, 'gpt-on-openai'), direct);
        assert.equal(direct.status, 400);
      });
    }
  }

  test('a rate limit has its code at once when it lasts too long to wait for', async () => {
    await labControl(stand.lab.endpoints.admin).fault({
      fault: 'rate_limit',
      site: 'openai',
      count: 2,
      retry_after: 60,
    });
    const { default: Client } = await import('openai');
    const ask = (baseURL: string, apiKey: string, model: string): Promise<Raised> =>
      raised(
        new Client({ baseURL: `${baseURL}/v1`, apiKey, maxRetries: 0 }).chat.completions.create({
          model,
          messages: [{ role: 'user', content: 'hi' }],
        }),
      );
    const direct = await ask(stand.lab.endpoints.clouds.openai, await keyOf('openai'), 'gpt-4.1');
    assert.deepEqual(await ask(stand.gateway.origin, stand.gateway.key, 'gpt-on-openai'), direct);
    assert.equal(direct.name, 'RateLimitError');
  });
});

const BAD_MESSAGES: readonly (readonly [string, object])[] = [
  ['a temperature out of range', { temperature: 9 }],
  ['no messages', { messages: [] }],
  ['a role that there is none of', { messages: [{ role: 'robot', content: 'hi' }] }],
  ['more output than the model has', { max_tokens: 9_000_000 }],
];

describe('@anthropic-ai/sdk', { skip: skipUnless(client('@anthropic-ai/sdk')) }, () => {
  for (const [name, over] of BAD_MESSAGES) {
    for (const stream of [false, true]) {
      test(`${name} is raised as the cloud raises it${stream ? ', streamed' : ''}`, async () => {
        const { default: Client } = await import('@anthropic-ai/sdk');
        const body = { max_tokens: 5, messages: [{ role: 'user', content: 'hi' }], ...over, stream };
        const ask = (baseURL: string, apiKey: string, model: string): Promise<Raised> =>
          raised(
            new Client({ baseURL, apiKey, maxRetries: 0, timeout: 30_000 }).messages.create({
              ...body,
              model,
            } as never),
          );
        const direct = await ask(stand.lab.endpoints.clouds.anthropic, await keyOf('anthropic'), 'claude-sonnet-4-5');
        assert.deepEqual(await ask(stand.gateway.origin, stand.gateway.key, 'sonnet-on-anthropic'), direct);
        assert.equal(direct.status, 400);
      });
    }
  }
});
