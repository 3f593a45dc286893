// Answers in the form of OpenAI's Chat Completions, whole and as stream payloads. Field order and presence follow
// recorded responses (2026); `flavour` covers what Azure adds (content filters) and what a vLLM-like server does its own way.
import { tokensOfBlock } from '../model/compose.ts';
import type { Answer, Block, Counts, Prompt } from '../model/prompt.ts';
import { chunks, spread } from './anthropic-response.ts';
import { pieces, type Claims, type Payload } from './payload.ts';

export type OpenAiFlavour = 'openai' | 'azure' | 'compatible';

export interface OpenAiShape {
  readonly flavour: OpenAiFlavour;
  readonly includeUsage: boolean;
  readonly logprobs: number | null;
  /** Hidden reasoning that a vLLM-like server shows as `reasoning_content`; null elsewhere. */
  readonly reasoning: string | null;
}

const STOPS = { end: 'stop', length: 'length', tool: 'tool_calls', stop_sequence: 'stop', refusal: 'stop' } as const;
const WORDS_PER_DELTA = 1;
const JSON_CHARS_PER_DELTA = 8;
const REFUSED = 'Simulated refusal: I cannot help with that.';
const SAFE = { filtered: false, severity: 'safe' };
const FILTERS = { hate: SAFE, self_harm: SAFE, sexual: SAFE, violence: SAFE };
const PROMPT_FILTERS = [
  { prompt_index: 0, content_filter_results: { ...FILTERS, jailbreak: { filtered: false, detected: false } } },
];

export const shapeOf = (prompt: Prompt, flavour: OpenAiFlavour, reasoning: string | null): OpenAiShape => ({
  flavour,
  includeUsage: prompt.includeUsage,
  logprobs: prompt.logprobs,
  reasoning,
});

export function openAiUsage(counts: Counts, flavour: OpenAiFlavour): Record<string, unknown> {
  const prompt = counts.input + counts.cacheRead + counts.cacheWrite5m + counts.cacheWrite1h;
  const totals = { prompt_tokens: prompt, completion_tokens: counts.output, total_tokens: prompt + counts.output };
  if (flavour === 'compatible') return { ...totals, prompt_tokens_details: null };
  return {
    ...totals,
    prompt_tokens_details: { cached_tokens: counts.cacheRead, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: counts.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

const textOf = (answer: Answer): string | null => {
  const text = answer.blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
  return text === '' && answer.stop === 'tool' ? null : text;
};

const callsOf = (answer: Answer): Extract<Block, { type: 'tool' }>[] =>
  answer.blocks.filter((block) => block.type === 'tool');

function messageOf(answer: Answer, shape: OpenAiShape): Record<string, unknown> {
  const calls = callsOf(answer);
  const refused = answer.stop === 'refusal';
  return {
    role: 'assistant',
    content: refused ? null : textOf(answer),
    ...(shape.flavour === 'compatible' ? { reasoning_content: shape.reasoning } : {}),
    ...(calls.length === 0
      ? {}
      : {
          tool_calls: calls.map((call) => ({
            id: call.id,
            type: 'function',
            function: { name: call.name, arguments: call.json },
          })),
        }),
    refusal: refused ? REFUSED : null,
    ...(shape.flavour === 'compatible' ? {} : { annotations: [] }),
  };
}

const logprobOf = (token: string, top: number): Record<string, unknown> => {
  const one = { token, logprob: -0.125, bytes: [...Buffer.from(token)] };
  return { ...one, top_logprobs: Array.from({ length: top }, (_, index) => ({ ...one, logprob: -0.125 - index })) };
};

const logprobsOf = (texts: readonly string[], shape: OpenAiShape): unknown =>
  shape.logprobs === null || texts.length === 0
    ? null
    : { content: texts.map((text) => logprobOf(text, shape.logprobs ?? 0)), refusal: null };

const tail = (claims: Claims): Record<string, unknown> => ({
  ...(claims.tier === null ? {} : { service_tier: claims.tier }),
  ...(claims.fingerprint === null ? {} : { system_fingerprint: claims.fingerprint }),
});

/** A whole completion; one choice per answer. */
export function openAiCompletion(
  answers: readonly Answer[],
  counts: Counts | null,
  claims: Claims,
  shape: OpenAiShape,
): string {
  const azure = shape.flavour === 'azure';
  return JSON.stringify({
    id: claims.id,
    object: 'chat.completion',
    created: claims.created,
    model: claims.model,
    choices: answers.map((answer, index) => ({
      index,
      message: messageOf(answer, shape),
      ...(azure ? { content_filter_results: FILTERS } : {}),
      logprobs: logprobsOf(shape.logprobs === null ? [] : pieces(textOf(answer) ?? '', WORDS_PER_DELTA), shape),
      finish_reason: STOPS[answer.stop],
    })),
    ...(counts === null ? {} : { usage: openAiUsage(counts, shape.flavour) }),
    ...tail(claims),
    ...(azure ? { prompt_filter_results: PROMPT_FILTERS } : {}),
  });
}

/** A completion as stream payloads, `[DONE]` excluded: it belongs to the framing. */
export function openAiStream(
  answers: readonly Answer[],
  counts: Counts | null,
  claims: Claims,
  shape: OpenAiShape,
): Payload[] {
  const envelope = (choices: unknown[], usage: unknown): Record<string, unknown> => ({
    id: claims.id,
    object: 'chat.completion.chunk',
    created: claims.created,
    model: claims.model,
    ...tail(claims),
    choices,
    ...(shape.includeUsage ? { usage } : {}),
  });
  const out: Payload[] = [];
  const push = (kind: Payload['kind'], output: number, body: unknown): void => {
    out.push({ event: '', json: JSON.stringify(body), kind, output });
  };
  if (shape.flavour === 'azure') {
    const first = { id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: PROMPT_FILTERS };
    push('start', 0, first);
  }
  let sent = 0;
  for (const [index, answer] of answers.entries()) {
    const before = sent;
    sent += answer.output;
    streamChoice(answer, shape, before, (kind, output, delta, finish, logprobs) => {
      const choice = { index, delta, ...filtersFor(shape, kind), logprobs, finish_reason: finish };
      push(kind, output, envelope([choice], null));
    });
  }
  if (shape.includeUsage) {
    const usage = counts === null ? null : openAiUsage(counts, shape.flavour);
    if (usage !== null) push('usage', sent, envelope([], usage));
  }
  return out;
}

const filtersFor = (shape: OpenAiShape, kind: Payload['kind']): Record<string, unknown> =>
  shape.flavour === 'azure' ? { content_filter_results: kind === 'content' ? FILTERS : {} } : {};

type EmitChoice = (
  kind: Payload['kind'],
  output: number,
  delta: Record<string, unknown>,
  finish: string | null,
  logprobs: unknown,
) => void;

function streamChoice(answer: Answer, shape: OpenAiShape, before: number, emit: EmitChoice): void {
  const role = { role: 'assistant', content: answer.stop === 'tool' ? null : '' };
  emit('start', before, shape.flavour === 'compatible' ? role : { ...role, refusal: null }, null, null);
  let sent = before + (answer.output - answer.blocks.reduce((sum, block) => sum + tokensOfBlock(block), 0));
  if (shape.reasoning !== null) {
    spread(pieces(shape.reasoning, WORDS_PER_DELTA), before, sent, (text, output) =>
      emit('content', output, { reasoning_content: text }, null, null),
    );
  }
  if (answer.stop === 'refusal') emit('content', before + answer.output, { refusal: REFUSED }, null, null);
  let call = 0;
  for (const block of answer.blocks) {
    const end = sent + tokensOfBlock(block);
    if (block.type === 'text') {
      spread(pieces(block.text, WORDS_PER_DELTA), sent, end, (content, output) =>
        emit('content', output, { content }, null, logprobsOf([content], shape)),
      );
    } else if (block.type === 'tool') {
      const index = call;
      const head = { index, id: block.id, type: 'function', function: { name: block.name, arguments: '' } };
      emit('content', sent, { tool_calls: [head] }, null, null);
      spread(chunks(block.json, JSON_CHARS_PER_DELTA), sent, end, (args, output) =>
        emit('content', output, { tool_calls: [{ index, function: { arguments: args } }] }, null, null),
      );
      call += 1;
    }
    sent = end;
  }
  emit('close', before + answer.output, {}, STOPS[answer.stop], null);
}
