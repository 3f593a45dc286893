// Every client that speaks Chat or Messages completes a streamed, tool-using conversation through the gateway with every
// deployment of every cloud, its own dialect or the other, with only base URL and key changed; and each of those calls
// has a sealed receipt that names where it was served and what it used.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labConfiguration } from '@weighbridge/lab';
import { usageTotals } from '@weighbridge/protocol';
import { PORTABLE_CLIENTS } from './support/clients.ts';
import { assertConversation } from './support/conversation.ts';
import { client, skipUnless } from './support/prerequisites.ts';
import { openStand } from './support/stand.ts';

/** Routes of the lab's configuration that lead to one deployment each: together they reach every cloud. */
const ROUTES = [
  'sonnet-on-anthropic',
  'sonnet-on-foundry',
  'haiku-on-foundry',
  'sonnet-on-bedrock',
  'sonnet-on-bedrock-global',
  'sonnet-on-bedrock-eu',
  'haiku-on-bedrock',
  'nova-on-bedrock',
  'sonnet-on-vertex',
  'haiku-on-vertex',
  'gpt-on-openai',
  'gpt-on-azure',
  'gpt5-on-azure',
  'gpt-on-foundry',
  'llama-on-self',
] as const;

const stand = openStand();

let held = 0;
for (const portable of PORTABLE_CLIENTS) {
  const skip = skipUnless(client(portable.package), ...(portable.name.startsWith('ai ') ? [client('ai')] : []));
  describe(`${portable.name} through the gateway`, { skip }, () => {
    for (const route of ROUTES) {
      test(`holds the conversation with ${route}`, { timeout: 60_000 }, async () => {
        assertConversation(
          await portable.converse({ baseURL: stand.gateway.origin, apiKey: stand.gateway.key, model: route }),
        );
        held += 1;
      });
    }
  });
}

test(
  'every call of those conversations has a sealed receipt that says where and how much',
  { timeout: 60_000 },
  async () => {
    const { deployments, routes } = labConfiguration(stand.lab.endpoints) as {
      readonly deployments: Readonly<Record<string, { readonly cloud: string }>>;
      readonly routes: Readonly<Record<string, { readonly candidates: readonly { readonly deployment: string }[] }>>;
    };
    const receipts = await stand.gateway.receipts(2 * held);
    assert.equal(receipts.length, 2 * held);
    for (const { id, public: said } of receipts) {
      assert.equal(said.outcome, 'completed', id);
      assert.ok(said.usage !== null, `${id} has usage`);
      assert.equal(said.usage.source, 'reported', id);
      const { prompt, completion } = usageTotals(said.usage);
      assert.ok(prompt > 0 && completion > 0, `${id} has tokens both ways`);
      const deployment = routes[said.asked.alias]?.candidates[0]?.deployment ?? '';
      assert.equal(said.served?.deployment, deployment, id);
      assert.equal(said.served?.cloud, deployments[deployment]?.cloud, id);
    }
  },
);
