// Answers in the form of Converse, whole and as the events of its stream. Members stand in the order of recorded answers
// (alphabetical), and each event of a stream carries a padding `p` of varying length.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
import { tokensOfBlock } from '../model/compose.ts';
import type { Answer, Block, ConverseAsked, Counts, Prompt } from '../model/prompt.ts';
import { chunks, spread } from './anthropic-response.ts';
import { pieces, type Claims, type Payload } from './payload.ts';

type Fields = Record<string, unknown>;

const WORDS_PER_DELTA = 3;
const JSON_CHARS_PER_DELTA = 16;
const BLOCKED = 'Simulated guardrail: this answer is withheld.';
const PADDING = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export interface ConverseShape {
  readonly asked: ConverseAsked;
  /** Milliseconds that the answer takes. */
  readonly ms: number;
}

export const converseShape = (prompt: Prompt, ms: number): ConverseShape => ({
  asked: prompt.converse ?? { signs: false, guardrail: false, trace: false },
  ms: Math.max(1, Math.round(ms)),
});

function stopOf({ stop }: Answer, asked: ConverseAsked): string {
  switch (stop) {
    case 'end':
      return 'end_turn';
    case 'length':
      return 'max_tokens';
    case 'tool':
      return 'tool_use';
    case 'refusal':
      return asked.guardrail ? 'guardrail_intervened' : 'content_filtered';
    default:
      return stop;
  }
}

function usageOf(counts: Counts): Fields {
  const written = counts.cacheWrite5m + counts.cacheWrite1h;
  const details = [
    ...(counts.cacheWrite1h === 0 ? [] : [{ inputTokens: counts.cacheWrite1h, ttl: '1h' }]),
    ...(counts.cacheWrite5m === 0 ? [] : [{ inputTokens: counts.cacheWrite5m, ttl: '5m' }]),
  ];
  return {
    ...(details.length === 0 ? {} : { cacheDetails: details }),
    cacheReadInputTokens: counts.cacheRead,
    cacheWriteInputTokens: written,
    inputTokens: counts.input,
    outputTokens: counts.output,
    serverToolUsage: {},
    totalTokens: counts.input + counts.cacheRead + written + counts.output,
  };
}

/** What stands beside the answer, whole or at the end of a stream. */
function metadataOf(counts: Counts | null, claims: Claims, { asked, ms }: ConverseShape): Fields {
  return {
    metrics: { latencyMs: ms },
    ...(claims.tier === null ? {} : { serviceTier: { type: claims.tier } }),
    ...(asked.trace
      ? { trace: { guardrail: { inputAssessment: { 'gr-lab': { topicPolicy: { topics: [] } } } } } }
      : {}),
    ...(counts === null ? {} : { usage: usageOf(counts) }),
  };
}

const shownOf = (answer: Answer, asked: ConverseAsked): readonly Block[] =>
  answer.stop === 'refusal' && asked.guardrail ? [{ type: 'text', text: BLOCKED }] : answer.blocks;

function contentOf(block: Block, { signs }: ConverseAsked): Fields {
  switch (block.type) {
    case 'thinking':
      return {
        reasoningContent: { reasoningText: { ...(signs ? { signature: block.signature } : {}), text: block.text } },
      };
    case 'redacted':
      return { reasoningContent: { redactedContent: Buffer.from(block.data).toString('base64') } };
    case 'tool':
      return { toolUse: { input: JSON.parse(block.json) as unknown, name: block.name, toolUseId: block.id } };
    case 'text':
      return { text: block.text };
  }
}

export function converseWhole(answer: Answer, counts: Counts | null, claims: Claims, shape: ConverseShape): string {
  const { metrics, ...rest } = metadataOf(counts, claims, shape);
  const content = shownOf(answer, shape.asked).map((block) => contentOf(block, shape.asked));
  return JSON.stringify({
    metrics,
    output: { message: { content, role: 'assistant' } },
    stopReason: stopOf(answer, shape.asked),
    ...rest,
  });
}

/** An answer as the events of a stream. */
export function converseStream(answer: Answer, counts: Counts | null, claims: Claims, shape: ConverseShape): Payload[] {
  const out: Payload[] = [];
  const push = (kind: Payload['kind'], output: number, event: string, members: Fields): void => {
    const p = PADDING.slice(0, 1 + ((out.length * 17) % PADDING.length));
    out.push({ event, json: JSON.stringify({ ...members, p }), kind, output });
  };
  push('start', 0, 'messageStart', { role: 'assistant' });
  let sent = 0;
  for (const [index, block] of shownOf(answer, shape.asked).entries()) {
    streamBlock(block, index, sent, shape.asked, push);
    sent += tokensOfBlock(block);
  }
  push('close', answer.output, 'messageStop', { stopReason: stopOf(answer, shape.asked) });
  push('end', answer.output, 'metadata', metadataOf(counts, claims, shape));
  return out;
}

type Push = (kind: Payload['kind'], output: number, event: string, members: Fields) => void;

function streamBlock(block: Block, index: number, before: number, { signs }: ConverseAsked, push: Push): void {
  const end = before + tokensOfBlock(block);
  const at = { contentBlockIndex: index };
  const delta = (output: number, body: Fields): void =>
    push('content', output, 'contentBlockDelta', { ...at, delta: body });
  switch (block.type) {
    case 'text':
      spread(pieces(block.text, WORDS_PER_DELTA), before, end, (text, output) => delta(output, { text }));
      break;
    case 'thinking':
      spread(pieces(block.text, WORDS_PER_DELTA), before, end, (text, output) =>
        delta(output, { reasoningContent: { text } }),
      );
      if (signs) delta(end, { reasoningContent: { signature: block.signature } });
      break;
    case 'redacted':
      delta(end, { reasoningContent: { redactedContent: Buffer.from(block.data).toString('base64') } });
      break;
    case 'tool':
      push('open', before, 'contentBlockStart', {
        ...at,
        start: { toolUse: { name: block.name, toolUseId: block.id } },
      });
      spread(chunks(block.json, JSON_CHARS_PER_DELTA), before, end, (input, output) =>
        delta(output, { toolUse: { input } }),
      );
      break;
  }
  push('close', end, 'contentBlockStop', at);
}
