// The official client of the Model Context Protocol, with a handshake and without, asks the gateway's tools: what it lists
// fits its own checks, an answer comes as the schema says, and the call has a sealed receipt.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { client, skipUnless } from './support/prerequisites.ts';
import { openStand } from './support/stand.ts';

const QUICKLY = { timeout: 60_000 };
const stand = openStand();

describe('@modelcontextprotocol/client', { skip: skipUnless(client('@modelcontextprotocol/client')) }, () => {
  const connect = async (mode: 'legacy' | 'auto', key = stand.gateway.key) => {
    const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
    const agent = new Client({ name: 'conformance', version: '1' }, { versionNegotiation: { mode } });
    const requestInit = { headers: { authorization: `Bearer ${key}` } };
    await agent.connect(new StreamableHTTPClientTransport(new URL(`${stand.gateway.origin}/mcp`), { requestInit }));
    return agent;
  };

  for (const mode of ['legacy', 'auto'] as const) {
    test(`lists the tools and asks a model (${mode})`, QUICKLY, async () => {
      const agent = await connect(mode);
      assert.equal(agent.getProtocolEra(), mode === 'auto' ? 'modern' : 'legacy');
      const { tools } = await agent.listTools();
      assert.deepEqual(
        tools.map(({ name }) => name),
        ['ask', 'list_models'],
      );
      const question = 'Answer briefly. [lab say="forty-two tonnes"]';
      const said = await agent.callTool({ name: 'ask', arguments: { question, model: 'nova-on-bedrock' } });
      const told = said.structuredContent as { answer: string; receipt: string; simulated: boolean };
      assert.match(told.answer, /forty-two tonnes/);
      assert.equal(told.simulated, true);
      const its = ({ id }: { readonly id: string }): boolean => id === told.receipt;
      const receipts = await stand.gateway.receiptsOnce((found) => found.some(its), 'the receipt of the question');
      const receipt = receipts.find(its);
      assert.deepEqual([receipt?.public.outcome, receipt?.public.asked.envelope], ['completed', 'mcp']);
      await agent.close();
    });
  }

  test('a wrong key is refused at the door', QUICKLY, async () => {
    await assert.rejects(connect('legacy', 'wb_wrong'));
  });
});
