// A model name that leads nowhere, through the door: what is near is told, and what the key may not use is not given away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deployment, route, startLane, testKey } from './support/fixture.ts';

test('a model name with a slip is told with the nearest one that the key may use, and with no other', async () => {
  const one = await startLane({
    deployments: [deployment('d', 1)],
    routes: [route('claude-sonnet', ['d']), route('secret-model', ['d'])],
    keys: [testKey({ policy: { routes: ['claude-sonnet'], clouds: ['*'], regions: ['*'] } }).record],
  });
  try {
    const say = async (model: string): Promise<string> => {
      const response = await fetch(`${one.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': testKey().key, 'content-type': 'application/json' },
        body: JSON.stringify({ model, max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }),
      });
      assert.equal(response.status, 404);
      return ((await response.json()) as { error: { message: string } }).error.message;
    };
    assert.match(await say('claude-sonet'), /no route has the name "claude-sonet".*did you mean "claude-sonnet"\?/);
    assert.doesNotMatch(await say('secret-modell'), /did you mean/);
    const looked = await fetch(`${one.url}/v1/models/claude-sonnt`, { headers: { 'x-api-key': testKey().key } });
    assert.match(await looked.text(), /did you mean \\"claude-sonnet\\"\?/);
  } finally {
    await one.close();
  }
});
