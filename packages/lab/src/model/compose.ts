// The simulated model: from a prompt to an answer, seeded. It says that it is simulated, calls tools when asked to,
// finishes once it has their results, obeys schemas, stop sequences and the cap on tokens. The same prompt under the
// same seed gets the same answer on every cloud and in every order of arrival.
import { hash } from 'node:crypto';
import type { Answer, Block, Prompt, Stop, ToolSpec } from './prompt.ts';
import { Draw, fnv1a } from './random.ts';
import type { LabModel } from './catalogue.ts';
import { valueFor } from './schema-value.ts';
import type { Signer } from './signature.ts';
import { cutToTokens, tokensOf } from './tokenizer.ts';

const LEXICON = [
  'the',
  'scale',
  'weighs',
  'every',
  'call',
  'and',
  'prints',
  'a',
  'ticket',
  'with',
  'tokens',
  'time',
  'price',
  'route',
  'before',
  'it',
  'lets',
  'traffic',
  'pass',
  'while',
  'buyer',
  'seller',
  'both',
  'keep',
  'one',
  'copy',
  'of',
  'each',
  'receipt',
  'so',
  'nobody',
  'argues',
  'over',
  'bill',
  'naïve',
  'façade',
  '“quoted”',
  '—',
  '北京',
  'Zürich',
  '🚚',
  'ledger',
] as const;
const TOOL_OVERHEAD = 6;
const MAX_CALLS = 8;
const REDACT_TRIGGER = 'ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_';
const REFUSE_TRIGGER = 'ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_';

export interface Mind {
  readonly seed: number;
  readonly signer: Signer;
  /** Prefix of tool-call ids, as the vendor writes them: `toolu_01`, `call_`. */
  readonly toolIdPrefix: string;
}

/** Composes choice number `choice` of an answer. Pure under (seed, prompt, model). */
export function compose(prompt: Prompt, model: LabModel, mind: Mind, choice = 0): Answer {
  const key = `${model.id}\n${choice}\n${short(prompt.lastUserText)}\n${short(prompt.toolResults.join('\n'))}`;
  const draw = new Draw(mind.seed, key);
  if (prompt.lastUserText.includes(REFUSE_TRIGGER)) return finish([], 'refusal', prompt, null);
  const blocks: Block[] = [];
  const thought = think(prompt, model, draw, mind.signer);
  if (thought !== null && showsThought(prompt)) blocks.push(thought.block);
  const calls = wantedCalls(prompt, draw);
  if (calls.length > 0) {
    if (prompt.toolChoice === 'auto') blocks.push({ type: 'text', text: 'Simulated: I will use a tool for that.' });
    for (const [index, call] of calls.entries()) {
      const id = `${mind.toolIdPrefix}${new Draw(mind.seed, `${key}\n${index}`).text(22)}`;
      blocks.push({ type: 'tool', id, name: call.tool.name, json: JSON.stringify(call.input) });
    }
    return finish(blocks, 'tool', prompt, thought);
  }
  blocks.push({ type: 'text', text: say(prompt, draw) });
  return finish(blocks, 'end', prompt, thought);
}

/** Thinking is a block of the answer. */
const showsThought = ({ dialect }: Prompt): boolean =>
  dialect === 'anthropic-messages' || dialect === 'bedrock-converse';

/** Long text by its length and both ends: hashing all of a large prompt would cost more than answering it. */
const short = (text: string): string =>
  text.length > 4_096 ? hash('sha1', `${text.length} ${text.slice(0, 2_048)}${text.slice(-2_048)}`, 'base64') : text;

interface Thought {
  readonly block: Block;
  readonly text: string;
  readonly tokens: number;
}

/** Thinking: shown by Messages and Converse, counted but hidden for reasoning models elsewhere. */
function think(prompt: Prompt, model: LabModel, draw: Draw, signer: Signer): Thought | null {
  if (prompt.thinking === null && !model.reasons) return null;
  const budget = prompt.thinking ?? 1_024;
  const tokens = Math.max(1, Math.min(budget, prompt.directives.think ?? 16 + draw.below(48)));
  const text = cutToTokens(`Simulated thinking: ${words(draw, tokens * 4)}`, tokens);
  const block: Block = prompt.lastUserText.includes(REDACT_TRIGGER)
    ? { type: 'redacted', data: signer.redact(text) }
    : { type: 'thinking', text, signature: signer.sign(text) };
  return { block, text, tokens: tokensOf(text) };
}

function say(prompt: Prompt, draw: Draw): string {
  const { directives, format, toolResults, lastUserText } = prompt;
  if (directives.say !== undefined) return directives.say;
  if (format !== null) {
    const value =
      format.schema === null
        ? { simulated: true, answer: words(draw, 40).trim() }
        : valueFor(format.schema, draw, null);
    return JSON.stringify(value);
  }
  const about =
    toolResults.length > 0 ? `The tools said: ${toolResults.join(' | ').slice(0, 200)}.` : quote(lastUserText);
  const opening = `Simulated answer. ${about} `;
  const bytes = directives.tokens === undefined ? 80 + draw.below(200) : directives.tokens * 4;
  const text = opening + words(draw, Math.max(0, bytes - Buffer.byteLength(opening)) + 1);
  return directives.tokens === undefined ? text : cutToTokens(text.padEnd(bytes, '.'), directives.tokens);
}

const quote = (text: string): string => `You wrote “${text.slice(0, 200).replace(/\s+/g, ' ').slice(0, 60)}”.`;

/** Words until there are at least `bytes` bytes of UTF-8. */
function words(draw: Draw, bytes: number): string {
  let text = '';
  let size = 0;
  while (size < bytes) {
    const word = `${draw.pick(LEXICON)} `;
    text += word;
    size += Buffer.byteLength(word);
  }
  return text.trimEnd();
}

interface Call {
  readonly tool: ToolSpec;
  readonly input: unknown;
}

/**
 * Which tools to call. Forced choices always; under `auto` those whose name, or a word of four letters or more of it,
 * the prompt mentions, once for each place it names; none after a tool has just answered.
 */
function wantedCalls(prompt: Prompt, draw: Draw): readonly Call[] {
  const { tools, toolChoice } = prompt;
  if (tools.length === 0 || toolChoice === 'none') return [];
  if (prompt.toolResults.length > 0 && toolChoice === 'auto') return [];
  const asked = tools.find((tool) => tool.name === prompt.directives.call);
  if (asked !== undefined && prompt.toolResults.length === 0)
    return [{ tool: asked, input: argsOf(prompt, asked, draw) }];
  const hints = placesIn(prompt.lastUserText);
  const mentioned = tools.filter((tool) => mentions(prompt.lastUserText, tool.name));
  let chosen: readonly ToolSpec[] = mentioned;
  if (typeof toolChoice === 'object') chosen = tools.filter((tool) => tool.name === toolChoice.name);
  else if (toolChoice === 'any' && mentioned.length === 0) chosen = tools.slice(0, 1);
  const calls: Call[] = [];
  for (const tool of chosen) {
    for (const hint of hints.length === 0 ? [null] : hints) {
      calls.push({ tool, input: valueFor(tool.schema, draw, hint) });
    }
  }
  return prompt.parallelTools ? calls.slice(0, MAX_CALLS) : calls.slice(0, 1);
}

/** Arguments that the directive names, else some that obey the schema. */
function argsOf({ directives }: Prompt, tool: ToolSpec, draw: Draw): unknown {
  if (directives.args === undefined) return valueFor(tool.schema, draw, null);
  return JSON.parse(Buffer.from(directives.args, 'base64url').toString('utf8')) as unknown;
}

function mentions(text: string, name: string): boolean {
  const lower = text.toLowerCase();
  if (lower.includes(name.toLowerCase())) return true;
  const parts = name.split(/[_\-.\s]+|(?<=[a-z])(?=[A-Z])/);
  return parts.some((part) => part.length > 3 && new RegExp(`\\b${RegExp.escape(part)}`, 'i').test(text));
}

/** Capitalised names after "in", "for", "of" or "and": "the weather in Paris and in London". At most four. */
function placesIn(text: string): string[] {
  const found = new Set<string>();
  for (const match of text
    .slice(0, 4_000)
    .matchAll(/\b(?:in|for|of|and)\s+(\p{Lu}[\p{L}'-]+(?:\s\p{Lu}[\p{L}'-]+)?)/gu)) {
    if (match[1] !== undefined) found.add(match[1]);
  }
  return [...found].slice(0, 4);
}

export const tokensOfBlock = (block: Block): number => {
  if (block.type === 'tool') return tokensOf(block.name) + tokensOf(block.json) + TOOL_OVERHEAD;
  return tokensOf(block.type === 'redacted' ? block.data : block.text);
};

/** Applies stop sequences, then the cap on tokens; counts what is left. */
function finish(blocks: readonly Block[], stop: Stop, prompt: Prompt, thinking: Thought | null): Answer {
  const reasoning = thinking?.tokens ?? 0;
  const hidden = showsThought(prompt) ? 0 : reasoning;
  const thought = hidden > 0 ? (thinking?.text ?? null) : null;
  let left = (prompt.maxTokens ?? Number.POSITIVE_INFINITY) - hidden;
  const kept: Block[] = [];
  const cut = (reason: Stop, sequence: string | null = null): Answer => {
    const shown = kept.reduce((sum, block) => sum + tokensOfBlock(block), 0);
    const total = hidden + shown;
    const thoughtTokens = Math.min(reasoning, total);
    return {
      blocks: kept,
      stop: reason,
      stopSequence: sequence,
      output: Math.max(1, total),
      reasoning: thoughtTokens,
      thought,
    };
  };
  if (left <= 0) {
    const all = prompt.maxTokens ?? 1;
    return {
      blocks: [],
      stop: 'length',
      stopSequence: null,
      output: all,
      reasoning: all,
      thought: cutToTokens(thought ?? '', all),
    };
  }
  for (const block of blocks) {
    const stopped = block.type === 'text' ? earliestStop(block.text, prompt.stop) : null;
    const whole: Block =
      stopped === null || block.type !== 'text' ? block : { type: 'text', text: block.text.slice(0, stopped.at) };
    const size = tokensOfBlock(whole);
    if (size > left) {
      // A call or a redacted block is never sent in part: half a JSON object helps nobody, so it is left out whole.
      if (whole.type === 'text') kept.push({ type: 'text', text: cutToTokens(whole.text, left) });
      return cut('length');
    }
    if (whole.type !== 'text' || whole.text !== '') kept.push(whole);
    left -= size;
    if (stopped !== null) return cut('stop_sequence', stopped.sequence);
  }
  return cut(stop);
}

function earliestStop(text: string, stops: readonly string[]): { at: number; sequence: string } | null {
  let first: { at: number; sequence: string } | null = null;
  for (const sequence of stops) {
    const at = sequence === '' ? -1 : text.indexOf(sequence);
    if (at >= 0 && (first === null || at < first.at)) first = { at, sequence };
  }
  return first;
}

/** A stable fingerprint of a model's build, `fp_` and ten hex digits. */
export const fingerprintOf = (version: string): string =>
  `fp_${fnv1a(version).toString(16).padStart(8, '0')}${(version.length % 256).toString(16).padStart(2, '0')}`;
