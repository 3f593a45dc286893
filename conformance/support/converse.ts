// The conversation held by Amazon's own runtime client: first turn streamed, second turn streamed, with the tool's results
// between, as its documentation shows.
import type {
  BedrockRuntimeClient,
  ContentBlock,
  ConverseStreamCommandOutput,
  Message,
  ToolConfiguration,
} from '@aws-sdk/client-bedrock-runtime';
import { DESCRIPTION, QUESTION, SCHEMA, TOOL, weatherOf, type Conversation, type Turn } from './conversation.ts';

const TOOLS: ToolConfiguration = {
  tools: [
    { toolSpec: { name: TOOL, description: DESCRIPTION, inputSchema: { json: { ...SCHEMA, required: ['city'] } } } },
  ],
};

interface Call {
  readonly id: string;
  readonly name: string;
  json: string;
}

interface Streamed {
  readonly turn: Turn;
  readonly calls: readonly Call[];
}

/** Gathers one streamed answer. */
async function gather({ stream }: ConverseStreamCommandOutput): Promise<Streamed> {
  let [text, stop, events, input, output] = ['', null as string | null, 0, 0, 0];
  const calls: Call[] = [];
  for await (const event of stream ?? []) {
    events += 1;
    const started = event.contentBlockStart?.start?.toolUse;
    if (started !== undefined) calls.push({ id: started.toolUseId ?? '', name: started.name ?? '', json: '' });
    const delta = event.contentBlockDelta?.delta;
    text += delta?.text ?? '';
    const last = calls.at(-1);
    if (last !== undefined) last.json += delta?.toolUse?.input ?? '';
    stop = event.messageStop?.stopReason ?? stop;
    input = event.metadata?.usage?.inputTokens ?? input;
    output = event.metadata?.usage?.outputTokens ?? output;
  }
  const named = calls.map(({ name, json }) => ({ name, input: JSON.parse(json) as unknown }));
  return { turn: { text, calls: named, stop, inputTokens: input, outputTokens: output, events }, calls };
}

export async function converseRuntime(client: BedrockRuntimeClient, modelId: string): Promise<Conversation> {
  const { ConverseStreamCommand } = await import('@aws-sdk/client-bedrock-runtime');
  const messages: Message[] = [{ role: 'user', content: [{ text: QUESTION }] }];
  const ask = async (): Promise<Streamed> =>
    gather(await client.send(new ConverseStreamCommand({ modelId, messages, toolConfig: TOOLS })));
  const first = await ask();
  const used: ContentBlock[] = first.calls.map(({ id, name, json }) => ({
    toolUse: { toolUseId: id, name, input: JSON.parse(json) as { city: string } },
  }));
  const results: ContentBlock[] = first.calls.map(({ id, json }) => ({
    toolResult: { toolUseId: id, content: [{ text: weatherOf((JSON.parse(json) as { city: string }).city) }] },
  }));
  messages.push({ role: 'assistant', content: used }, { role: 'user', content: results });
  return { first: first.turn, second: (await ask()).turn };
}
