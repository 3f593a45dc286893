// The clients that speak Responses, and the frameworks that stand on the official clients, each made to hold the
// conversation as its own documentation shows. Nothing but base URL, key and model is the gateway's. What a client needs
// beside that is said where it is set: a gateway keeps no responses, so nothing may refer to one.
import type { AIMessageChunk, BaseMessageLike } from '@langchain/core/messages';
import type OpenAI from 'openai';
import { converseAi, type Endpoint, type PortableClient } from './clients.ts';
import { DESCRIPTION, QUESTION, SCHEMA, TOOL, weatherOf, type Conversation, type Turn } from './conversation.ts';

/** Without a kept response, a model that reasons gives its reasoning along; one that does not refuses to be asked. */
const includeFor = (model: string): { include?: ['reasoning.encrypted_content'] } =>
  model.startsWith('gpt5') ? { include: ['reasoning.encrypted_content'] } : {};

const cityIn = (input: unknown): string => String((input as { readonly city?: unknown }).city);

/** The official client: what it gathered from the stream goes back as it is. */
async function converseResponses({ baseURL, apiKey, model }: Endpoint): Promise<Conversation> {
  const { default: Client } = await import('openai');
  const client = new Client({ baseURL: `${baseURL}/v1`, apiKey, maxRetries: 0 });
  const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: QUESTION }];
  const tools = [{ type: 'function' as const, name: TOOL, description: DESCRIPTION, parameters: SCHEMA, strict: true }];
  const turn = async (): Promise<Turn> => {
    let events = 0;
    const stream = client.responses.stream({ model, input, tools, store: false, ...includeFor(model) });
    stream.on('event', () => (events += 1));
    const response = await stream.finalResponse();
    const calls = response.output.filter((item) => item.type === 'function_call');
    // The parsed form carries members that are the client's own.
    input.push(...(JSON.parse(JSON.stringify(response.output, withoutParsed)) as OpenAI.Responses.ResponseInput));
    for (const call of calls) {
      const output = weatherOf(cityIn(JSON.parse(call.arguments)));
      input.push({ type: 'function_call_output', call_id: call.call_id, output });
    }
    return {
      text: response.output_text,
      calls: calls.map((call) => ({ name: call.name, input: JSON.parse(call.arguments) as unknown })),
      stop: calls.length > 0 ? 'tool_calls' : response.status === 'completed' ? 'stop' : (response.status ?? null),
      inputTokens: response.usage?.input_tokens ?? 0,
      outputTokens: response.usage?.output_tokens ?? 0,
      events,
    };
  };
  return { first: await turn(), second: await turn() };
}

const withoutParsed = (name: string, value: unknown): unknown =>
  name === 'parsed' || name === 'parsed_arguments' ? undefined : value;

/** Its declarations widen `import.meta` for the whole program, so what is used of it is declared here. */
const AGENTS: string = '@openai/agents';

interface AgentItem {
  readonly type: string;
  readonly role?: string;
  readonly name?: string;
  readonly arguments?: string;
  readonly content?: readonly { readonly type: string; readonly text?: string }[];
}
interface AgentRun extends AsyncIterable<{ readonly type: string; readonly data?: { readonly type?: string } }> {
  readonly rawResponses: readonly {
    readonly output: readonly AgentItem[];
    readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
  }[];
}
interface AgentsSdk {
  readonly Agent: new (options: object) => object;
  readonly OpenAIProvider: new (options: { readonly openAIClient: OpenAI }) => object;
  readonly Runner: new (options: object) => {
    run(agent: object, input: string, options: { readonly stream: true }): Promise<AgentRun>;
  };
  readonly tool: (options: object) => object;
}

/** The agents' own loop, streamed; each of its model responses is a turn. */
async function converseAgents({ baseURL, apiKey, model }: Endpoint): Promise<Conversation> {
  const { Agent, OpenAIProvider, Runner, tool } = (await import(AGENTS)) as AgentsSdk;
  const { default: Client } = await import('openai');
  const weather = tool({
    name: TOOL,
    description: DESCRIPTION,
    parameters: SCHEMA,
    strict: true,
    execute: (input: unknown) => weatherOf(cityIn(input)),
  });
  const openAIClient = new Client({ baseURL: `${baseURL}/v1`, apiKey, maxRetries: 0 });
  const runner = new Runner({ modelProvider: new OpenAIProvider({ openAIClient }), tracingDisabled: true });
  const modelSettings = { store: false, providerData: includeFor(model) };
  const agent = new Agent({ name: 'Forecaster', model, modelSettings, tools: [weather] });
  const run = await runner.run(agent, QUESTION, { stream: true });
  const events: number[] = [];
  for await (const event of run) {
    if (event.type !== 'raw_model_stream_event') continue;
    if (event.data?.type === 'response_started') events.push(0);
    else events.push((events.pop() ?? 0) + 1);
  }
  const turns = run.rawResponses.map(({ output, usage }, index): Turn => {
    const calls = output.filter((item) => item.type === 'function_call');
    const said = output.flatMap((item) => (item.type === 'message' && item.role === 'assistant' ? item.content : []));
    return {
      text: said.map((part) => (part?.type === 'output_text' ? part.text : '')).join(''),
      calls: calls.map((call) => ({ name: call.name ?? '', input: JSON.parse(call.arguments ?? '') as unknown })),
      stop: calls.length > 0 ? 'tool_calls' : 'stop',
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      events: events[index] ?? 0,
    };
  });
  return pair(turns);
}

function pair(turns: readonly Turn[]): Conversation {
  const [first, second] = turns;
  if (first === undefined || second === undefined || turns.length !== 2)
    throw new TypeError(`${turns.length} turns instead of two`);
  return { first, second };
}

/** What a LangChain chat model with tools can do: the part that a conversation needs. */
interface ToolCaller {
  stream(input: BaseMessageLike[]): Promise<AsyncIterable<AIMessageChunk>>;
}

async function converseLangChain(model: ToolCaller): Promise<Conversation> {
  const { ToolMessage } = await import('@langchain/core/messages');
  const messages: BaseMessageLike[] = [{ role: 'user', content: QUESTION }];
  const turn = async (): Promise<Turn> => {
    let events = 0;
    const chunks: AIMessageChunk[] = [];
    for await (const chunk of await model.stream(messages)) {
      events += 1;
      chunks.push(chunk);
    }
    const gathered = chunks.reduce((all, chunk) => all.concat(chunk));
    messages.push(gathered);
    const usage = gathered.usage_metadata as { input_tokens: number; output_tokens: number } | undefined;
    const calls = gathered.tool_calls ?? [];
    for (const call of calls)
      messages.push(new ToolMessage({ tool_call_id: call.id ?? '', content: weatherOf(cityIn(call.args)) }));
    return {
      text: gathered.text,
      calls: calls.map((call) => ({ name: call.name, input: call.args })),
      stop: calls.length > 0 ? 'tool_calls' : 'stop',
      inputTokens: usage?.input_tokens ?? 0,
      outputTokens: usage?.output_tokens ?? 0,
      events,
    };
  };
  return pair([await turn(), await turn()]);
}

const langChainTool = {
  type: 'function' as const,
  function: { name: TOOL, description: DESCRIPTION, parameters: SCHEMA },
};

async function langChainOpenAi({ baseURL, apiKey, model }: Endpoint, useResponsesApi: boolean): Promise<Conversation> {
  const { ChatOpenAI } = await import('@langchain/openai');
  const chat = new ChatOpenAI({
    model,
    apiKey,
    configuration: { baseURL: `${baseURL}/v1` },
    useResponsesApi,
    streamUsage: true,
    maxRetries: 0,
    ...(useResponsesApi ? { zdrEnabled: true, modelKwargs: includeFor(model) } : {}),
  });
  return converseLangChain(chat.bindTools([langChainTool]));
}

/** `ai` with its OpenAI provider as it is: Responses. Nothing may refer to a response that is kept. */
export async function aiResponses({ baseURL, apiKey, model }: Endpoint, store?: boolean): Promise<Conversation> {
  const { createOpenAI } = await import('@ai-sdk/openai');
  const openai = {
    ...(store === undefined ? {} : { store }),
    ...(model.startsWith('gpt5') ? { forceReasoning: true } : {}),
  };
  return converseAi(createOpenAI({ baseURL: `${baseURL}/v1`, apiKey })(model), { openai });
}

export const RESPONSES_CLIENTS: readonly PortableClient[] = [
  { name: 'openai (Responses)', package: 'openai', dialect: 'openai-responses', converse: converseResponses },
  {
    name: 'ai with @ai-sdk/openai',
    package: '@ai-sdk/openai',
    dialect: 'openai-responses',
    converse: (endpoint) => aiResponses(endpoint, false),
  },
  { name: '@openai/agents', package: '@openai/agents', dialect: 'openai-responses', converse: converseAgents },
  {
    name: '@langchain/openai (Responses)',
    package: '@langchain/openai',
    dialect: 'openai-responses',
    converse: (endpoint) => langChainOpenAi(endpoint, true),
  },
  {
    name: '@langchain/openai (Chat)',
    package: '@langchain/openai',
    dialect: 'openai-chat',
    converse: (endpoint) => langChainOpenAi(endpoint, false),
  },
  {
    name: '@langchain/anthropic',
    package: '@langchain/anthropic',
    dialect: 'anthropic-messages',
    converse: async ({ baseURL, apiKey, model }) => {
      const { ChatAnthropic } = await import('@langchain/anthropic');
      const chat = new ChatAnthropic({ model, apiKey, anthropicApiUrl: baseURL, maxTokens: 1024, maxRetries: 0 });
      return converseLangChain(chat.bindTools([{ name: TOOL, description: DESCRIPTION, input_schema: SCHEMA }]));
    },
  },
];
