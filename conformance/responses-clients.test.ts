// The clients of Responses, and the frameworks that stand on the official clients, hold the streamed, tool-using
// conversation through the gateway: with a seller that speaks their dialect and with Claude, which does not. What a client
// keeps at its seller by default works where something is kept, and is refused in words that say what to set where not.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Endpoint } from './support/clients.ts';
import { assertConversation } from './support/conversation.ts';
import { client, skipUnless } from './support/prerequisites.ts';
import { aiResponses, RESPONSES_CLIENTS } from './support/responses-clients.ts';
import { openStand } from './support/stand.ts';

const CLAUDE = ['sonnet-on-anthropic', 'sonnet-on-bedrock'];
const OTHERS = ['gpt-on-openai', 'gpt-on-azure', 'gpt5-on-azure', 'llama-on-self'];

const stand = openStand();
const at = (model: string): Endpoint => ({ baseURL: stand.gateway.origin, apiKey: stand.gateway.key, model });

let held = 0;
for (const portable of RESPONSES_CLIENTS) {
  const skip = skipUnless(client(portable.package));
  describe(`${portable.name} through the gateway`, { skip }, () => {
    // LangChain's Anthropic client takes the input count from the head of a stream, which other makers send at its end.
    const routes = portable.name === '@langchain/anthropic' ? CLAUDE : [...CLAUDE, ...OTHERS];
    for (const route of routes) {
      test(`holds the conversation with ${route}`, { timeout: 60_000 }, async () => {
        assertConversation(await portable.converse(at(route)));
        held += 1;
      });
    }
  });
}

describe(
  'what a client keeps at its seller by default',
  { skip: skipUnless(client('openai'), client('@ai-sdk/openai')) },
  () => {
    test('`ai` refers to kept items, which a seller of the dialect has', { timeout: 60_000 }, async () => {
      assertConversation(await aiResponses(at('gpt-on-openai')));
      held += 1;
    });

    test('and is told to set `store: false` where nobody keeps them', { timeout: 60_000 }, async () => {
      await assert.rejects(
        aiResponses(at('sonnet-on-anthropic')),
        /send the whole input each time, with `store: false`/,
      );
    });

    test('a conversation goes on by `previous_response_id` at its seller', { timeout: 60_000 }, async () => {
      const { default: Client } = await import('openai');
      const openai = new Client({ baseURL: `${stand.gateway.origin}/v1`, apiKey: stand.gateway.key, maxRetries: 0 });
      const model = 'gpt-on-openai';
      const first = await openai.responses.create({ model, input: 'Remember this.' });
      const second = await openai.responses.create({ model, input: 'And now?', previous_response_id: first.id });
      assert.equal(second.previous_response_id, first.id);
      const [before, after] = [first.usage?.input_tokens ?? 0, second.usage?.input_tokens ?? 0];
      assert.ok(after > before && before > 0, 'what was kept is counted again');
      await assert.rejects(
        openai.responses.create({ model, input: 'x', previous_response_id: 'resp_unknown' }),
        (error) =>
          error instanceof Client.APIError && error.status === 400 && error.code === 'previous_response_not_found',
      );
    });
  },
);

test('every call of those conversations has a sealed receipt with its usage', { timeout: 60_000 }, async () => {
  const receipts = await stand.gateway.receipts(2 * held);
  const completed = receipts.filter(({ public: said }) => said.outcome === 'completed');
  assert.ok(completed.length >= 2 * held, `${completed.length} of ${2 * held}`);
  for (const { id, public: said } of completed) assert.equal(said.usage?.source, 'reported', id);
  const native = completed.filter(
    ({ public: said }) => said.asked.surface === 'openai-responses' && said.served?.cloud === 'openai',
  );
  assert.ok(native.length > 0, 'some were not translated');
  for (const { id, public: said } of native)
    assert.ok(
      said.attempts.every(({ edits }) => edits.every((edit) => edit === 'model')),
      `${id} left as it came`,
    );
});
