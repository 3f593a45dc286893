// The official clients, each made to hold the conversation by its own streaming helper, as its documentation shows.
// Nothing but base URL, key and model differs between a cloud, the lab and the gateway. Clients are imported when they
// are used: on a machine without them the tests skip instead of failing to load.
import type { Message, MessageParam, Messages, Tool } from '@anthropic-ai/sdk/resources/messages';
import type { LanguageModel, streamText } from 'ai';
import type { DialectId } from '@weighbridge/protocol';
import type OpenAI from 'openai';
import type { AzureOpenAI } from 'openai';
import { DESCRIPTION, QUESTION, SCHEMA, TOOL, weatherOf, type Conversation, type Turn } from './conversation.ts';

export interface Endpoint {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly model: string;
}

const MAX_TOKENS = 1024;
const cityIn = (input: unknown): string => String((input as { readonly city?: unknown }).city);

/** Any client of Anthropic's family: the message API is the same in all of them. */
export interface MessagesClient {
  readonly messages: Pick<Messages, 'stream'>;
}

const messagesTurn = (message: Message, events: number): Turn => ({
  text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
  calls: message.content.flatMap((block) =>
    block.type === 'tool_use' ? [{ name: block.name, input: block.input }] : [],
  ),
  stop: message.stop_reason,
  inputTokens: message.usage.input_tokens,
  outputTokens: message.usage.output_tokens,
  events,
});

export const converseMessages = async (client: MessagesClient, model: string): Promise<Conversation> => {
  const tools: Tool[] = [{ name: TOOL, description: DESCRIPTION, input_schema: SCHEMA }];
  const messages: MessageParam[] = [{ role: 'user', content: QUESTION }];
  const turn = async (): Promise<{ readonly message: Message; readonly turn: Turn }> => {
    let events = 0;
    const stream = client.messages.stream({ model, max_tokens: MAX_TOKENS, tools, messages });
    stream.on('streamEvent', () => (events += 1));
    const message = await stream.finalMessage();
    return { message, turn: messagesTurn(message, events) };
  };
  const first = await turn();
  messages.push({ role: 'assistant', content: first.message.content });
  messages.push({
    role: 'user',
    content: first.message.content.flatMap((block) =>
      block.type === 'tool_use'
        ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: weatherOf(cityIn(block.input)) }]
        : [],
    ),
  });
  const second = await turn();
  return { first: first.turn, second: second.turn };
};

export const converseChat = async (client: OpenAI | AzureOpenAI, model: string): Promise<Conversation> => {
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: QUESTION }];
  const tools = [{ type: 'function' as const, function: { name: TOOL, description: DESCRIPTION, parameters: SCHEMA } }];
  const turn = async (): Promise<{ readonly message: OpenAI.ChatCompletionMessage; readonly turn: Turn }> => {
    let events = 0;
    const stream = client.chat.completions.stream({ model, messages, tools, stream_options: { include_usage: true } });
    stream.on('chunk', () => (events += 1));
    const completion = await stream.finalChatCompletion();
    const [choice] = completion.choices;
    if (choice === undefined) throw new TypeError('a completion without a choice');
    const calls = (choice.message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function'
        ? [{ name: call.function.name, input: JSON.parse(call.function.arguments) as unknown }]
        : [],
    );
    return {
      message: choice.message,
      turn: {
        text: choice.message.content ?? '',
        calls,
        stop: choice.finish_reason,
        inputTokens: completion.usage?.prompt_tokens ?? 0,
        outputTokens: completion.usage?.completion_tokens ?? 0,
        events,
      },
    };
  };
  const first = await turn();
  messages.push(first.message);
  for (const call of first.message.tool_calls ?? []) {
    const input = call.type === 'function' ? (JSON.parse(call.function.arguments) as unknown) : {};
    messages.push({ role: 'tool', tool_call_id: call.id, content: weatherOf(cityIn(input)) });
  }
  const second = await turn();
  return { first: first.turn, second: second.turn };
};

/** Vercel's `ai`, which runs the tool loop by itself. */
export const converseAi = async (
  model: LanguageModel,
  providerOptions: Parameters<typeof streamText>[0]['providerOptions'] = {},
): Promise<Conversation> => {
  const { isStepCount, jsonSchema, streamText: stream, tool } = await import('ai');
  const weather = tool({
    description: DESCRIPTION,
    inputSchema: jsonSchema<{ city: string }>(SCHEMA),
    execute: async ({ city }) => weatherOf(city),
  });
  const failures: unknown[] = [];
  const result = stream({
    model,
    prompt: QUESTION,
    tools: { [TOOL]: weather },
    maxRetries: 0,
    providerOptions,
    stopWhen: isStepCount(4),
    onError: ({ error }) => void failures.push(error),
  });
  const events: number[] = [];
  for await (const part of result.fullStream) {
    if (part.type === 'start-step') events.push(0);
    else if (events.length > 0) events.push((events.pop() ?? 0) + 1);
  }
  if (failures.length > 0) throw failures[0];
  const turns = (await result.steps).map((step, index): Turn => ({
    text: step.text,
    calls: step.toolCalls.map((call) => ({ name: call.toolName, input: call.input })),
    stop: step.finishReason,
    inputTokens: step.usage.inputTokens ?? 0,
    outputTokens: step.usage.outputTokens ?? 0,
    events: events[index] ?? 0,
  }));
  const [first, second] = turns;
  if (first === undefined || second === undefined || turns.length !== 2)
    throw new TypeError(`${turns.length} steps instead of two`);
  return { first, second };
};

/** A client that speaks a dialect of ours to any base URL: what can be pointed at the gateway. */
export interface PortableClient {
  readonly name: string;
  readonly package: string;
  readonly dialect: DialectId;
  converse(endpoint: Endpoint): Promise<Conversation>;
}

/** `baseURL` is the origin: each client adds what its own documentation says. */
export const PORTABLE_CLIENTS: readonly PortableClient[] = [
  {
    name: 'openai',
    package: 'openai',
    dialect: 'openai-chat',
    converse: async ({ baseURL, apiKey, model }) => {
      const { default: Client } = await import('openai');
      return converseChat(new Client({ baseURL: `${baseURL}/v1`, apiKey, maxRetries: 0 }), model);
    },
  },
  {
    name: '@anthropic-ai/sdk',
    package: '@anthropic-ai/sdk',
    dialect: 'anthropic-messages',
    converse: async ({ baseURL, apiKey, model }) => {
      const { default: Client } = await import('@anthropic-ai/sdk');
      return converseMessages(new Client({ baseURL, apiKey, maxRetries: 0 }), model);
    },
  },
  {
    name: 'ai with @ai-sdk/openai (Chat)',
    package: '@ai-sdk/openai',
    dialect: 'openai-chat',
    converse: async ({ baseURL, apiKey, model }) => {
      const { createOpenAI } = await import('@ai-sdk/openai');
      return converseAi(createOpenAI({ baseURL: `${baseURL}/v1`, apiKey }).chat(model));
    },
  },
  {
    name: 'ai with @ai-sdk/anthropic',
    package: '@ai-sdk/anthropic',
    dialect: 'anthropic-messages',
    converse: async ({ baseURL, apiKey, model }) => {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return converseAi(createAnthropic({ baseURL: `${baseURL}/v1`, apiKey })(model));
    },
  },
];
