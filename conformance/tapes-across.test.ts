// Cross-dialect: each recording, served in the other vendor's dialect, is accepted by that vendor's official SDK; and
// what the SDK makes of it (text, tool calls, stop reason, usage) equals what the recording's own vendor's SDK makes of
// it straight from the lab. Two official clients judge; nothing of ours reads the answers.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Message } from '@anthropic-ai/sdk/resources/messages';
import type OpenAI from 'openai';
import { client, corpus, skipUnless } from './support/prerequisites.ts';
import { openStand } from './support/stand.ts';
import { recordedUsage, tapes, type Tape } from './support/tapes.ts';

/** What both vendors can say, in one form. */
interface Meaning {
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly stop: string;
  readonly prompt: number;
  readonly completion: number;
  readonly cached: number;
}

/** Anthropic's stop reasons as OpenAI's finish reasons: the pairs that both documentations state. */
const FINISH: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  compaction: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
};

const ofMessage = ({ content, stop_reason: stop, usage }: Message): Meaning => ({
  text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
  // A call made from inside a server-run tool is part of that run: the caller is not asked for anything by it.
  calls: content.flatMap((block) =>
    block.type === 'tool_use' && (block.caller?.type ?? 'direct') === 'direct'
      ? [{ name: block.name, input: block.input }]
      : [],
  ),
  stop: FINISH[stop ?? ''] ?? `unknown stop reason ${stop}`,
  prompt: usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
  completion: usage.output_tokens,
  cached: usage.cache_read_input_tokens ?? 0,
});

const ofCompletion = (completion: OpenAI.ChatCompletion): Meaning => {
  const [choice] = completion.choices;
  assert.ok(choice !== undefined, 'a completion has a choice');
  return {
    text: choice.message.content ?? '',
    calls: (choice.message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function'
        ? [{ name: call.function.name, input: JSON.parse(call.function.arguments) as unknown }]
        : [],
    ),
    stop: choice.finish_reason,
    prompt: completion.usage?.prompt_tokens ?? 0,
    completion: completion.usage?.completion_tokens ?? 0,
    cached: completion.usage?.prompt_tokens_details?.cached_tokens ?? 0,
  };
};

const skip = skipUnless(corpus, client('openai'), client('@anthropic-ai/sdk'));
const stand = openStand();

const byAnthropic = async (at: { baseURL: string; apiKey: string; model: string }, tape: Tape): Promise<Meaning> => {
  const { default: Anthropic } = await import('@anthropic-ai/sdk');
  const sdk = new Anthropic({ baseURL: at.baseURL, apiKey: at.apiKey, maxRetries: 0 });
  const body = {
    model: at.model,
    max_tokens: 4096,
    messages: [{ role: 'user' as const, content: `[lab tape=${tape.name}]` }],
  };
  return ofMessage(tape.stream ? await sdk.messages.stream(body).finalMessage() : await sdk.messages.create(body));
};

const byOpenai = async (at: { baseURL: string; apiKey: string; model: string }, tape: Tape): Promise<Meaning> => {
  const { default: OpenAIClient } = await import('openai');
  const sdk = new OpenAIClient({ baseURL: `${at.baseURL}/v1`, apiKey: at.apiKey, maxRetries: 0 });
  const body = { model: at.model, messages: [{ role: 'user' as const, content: `[lab tape=${tape.name}]` }] };
  if (!tape.stream) return ofCompletion(await sdk.chat.completions.create(body));
  const stream = sdk.chat.completions.stream({ ...body, stream_options: { include_usage: true } });
  return ofCompletion(await stream.finalChatCompletion());
};

const across = async (tape: Tape): Promise<{ readonly own: Meaning; readonly other: Meaning }> => {
  const { clouds, credentials } = stand.lab.endpoints;
  const through = { baseURL: stand.gateway.origin, apiKey: stand.gateway.key };
  if (tape.dialect === 'anthropic-messages') {
    const straight = { baseURL: clouds.anthropic, apiKey: credentials.anthropic_key, model: 'claude-sonnet-4-5' };
    return {
      own: await byAnthropic(straight, tape),
      other: await byOpenai({ ...through, model: 'sonnet-on-anthropic' }, tape),
    };
  }
  const straight = { baseURL: clouds.openai, apiKey: credentials.openai_key, model: 'gpt-4.1' };
  return {
    own: await byOpenai(straight, tape),
    other: await byAnthropic({ ...through, model: 'gpt-on-openai' }, tape),
  };
};

/** Where the recording reports no usage, only the rest can be compared. */
const withoutUsage = ({ prompt, completion, cached }: Meaning) => ({ prompt, completion, cached });

/** Recordings that the vendor's own SDK refuses, with its reason: the other SDK must not get a wrong answer either. */
const BROKEN = new Set(['duplicate-message-start', 'spliced-message-start']);

describe('a tape in the other dialect means the same to the other SDK', { skip }, () => {
  for (const tape of tapes()) {
    // A file that holds several answers confuses any client that is given all of it at once.
    if (BROKEN.has(tape.name) || tape.answers > 1) continue;
    test(`${tape.name}, ${tape.stream ? 'streamed' : 'whole'}`, { timeout: 60_000 }, async () => {
      const { own, other } = await across(tape);
      assert.deepEqual(other, recordedUsage(tape) === null ? { ...own, ...withoutUsage(other) } : own);
    });
  }
});
