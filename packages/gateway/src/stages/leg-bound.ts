// How many input tokens a leg can be billed for at most, for a hard budget. Text is never more tokens than bytes; but a
// picture of a few bytes, a document given by reference and what a seller's own tool finds are. Those are bounded by a
// figure of their own or by the deployment's `max_input_tokens` (its context window); what neither bounds is refused.
import { AppError } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import type { RequestFacts } from '@weighbridge/dialects';
import type { Deployment } from '../deployment.ts';
import type { Prepared } from '../pipeline/attempt.ts';

/**
 * One picture at most. Anthropic scales to 4,784 tokens (https://platform.claude.com/docs/en/build-with-claude/vision);
 * of OpenAI's models the dearest counts 2,833 + 8 tiles of 5,667 (https://platform.openai.com/docs/guides/images-vision).
 */
const IMAGE_TOKENS: Readonly<Record<DialectId, number>> = {
  'anthropic-messages': 5_000,
  'openai-chat': 50_000,
  'openai-responses': 50_000,
  // Of the makers on Bedrock nobody has published more for one picture.
  'bedrock-converse': 50_000,
};
/** Text that a seller puts before the prompt when there are tools or a schema, and for each tool that it defines itself. */
const TOOLS_TOKENS = 1_000;
const BUILTIN_TOOL_TOKENS = 1_500;

/** Content whose size the body does not tell. */
const BY_REFERENCE = [
  'audio_input',
  'document_url',
  'file_ids',
  'hosted_items',
  'provider_blocks',
  'stored_prompt',
  'stored_state',
  'video',
] as const;
/** Work without a number of rounds, or at another model's price. */
const UNBOUNDED = ['container', 'fallbacks', 'mcp_servers'] as const;

export interface InputBound {
  inputTokens: number;
  speed?: string;
  inferenceGeo?: string;
}

/** Input tokens at most, and what the request pins of its price. Throws BUDGET_UNBOUNDED, naming what has no bound. */
export function inputBound(deployment: Deployment, prepared: Prepared): InputBound {
  const { context, parsed, request, geo } = prepared;
  const speed = speedOf(parsed);
  const bound: InputBound = { inputTokens: tokensAtMost(deployment, context.facts, parsed, request.body.length) };
  if (speed !== null) bound.speed = speed;
  if (geo !== null) bound.inferenceGeo = geo;
  return bound;
}

/** A seller goes at standard speed unless asked for another; null for a wish that cannot be read. */
function speedOf(parsed: unknown): string | null {
  const asked = bagOf(parsed)?.['speed'] ?? 'standard';
  return typeof asked === 'string' ? asked : null;
}

function tokensAtMost(deployment: Deployment, facts: RequestFacts, parsed: unknown, bytes: number): number {
  const uses = (name: string): boolean => facts.features.includes(name);
  const endless = UNBOUNDED.find(uses);
  if (endless !== undefined) throw unbounded(`the request uses ${endless}, which`, 'leave it out');
  const window = deployment.max_input_tokens;
  const rounds = roundsOf(facts);
  const media = uses('images') || uses('documents') ? mediaOf(parsed) : NO_MEDIA;
  if (window === undefined) {
    const what = BY_REFERENCE.find(uses) ?? (media.documents ? 'documents' : rounds > 1 ? 'server_tools' : undefined);
    if (what !== undefined) {
      throw unbounded(
        `the size of what the request brings in by ${what}`,
        `leave it out, or give "${deployment.id}" its context window as max_input_tokens`,
      );
    }
  } else if (rounds > 1 || media.documents || BY_REFERENCE.some(uses)) {
    // Each round of a tool that the seller runs reads the whole window again.
    return window * rounds;
  }
  const hidden = uses('tools') || uses('json_schema') ? TOOLS_TOKENS : 0;
  const builtin = uses('builtin_tools') ? BUILTIN_TOOL_TOKENS * toolsOf(parsed) : 0;
  const all = bytes + hidden + builtin + media.images * IMAGE_TOKENS[facts.dialect];
  return window === undefined ? all : Math.min(all, window);
}

const unbounded = (what: string, next: string): AppError =>
  new AppError('BUDGET_UNBOUNDED', `${what} has no bound, so a hard budget or limit cannot bound what it takes`, {
    next,
  });

/** The answer itself, and one more for each use of a tool. */
function roundsOf(facts: RequestFacts): number {
  let rounds = 1;
  for (const name in facts.serverTools) rounds += facts.serverTools[name] ?? 0;
  return rounds;
}

interface Media {
  images: number;
  documents: boolean;
}
const NO_MEDIA: Media = { images: 0, documents: false };

type Bag = Readonly<Record<string, unknown>>;
const bagOf = (value: unknown): Bag | null => (typeof value === 'object' && value !== null ? (value as Bag) : null);

function mediaOf(parsed: unknown): Media {
  const media: Media = { images: 0, documents: false };
  const body = bagOf(parsed);
  countIn(body?.['system'], media);
  countIn(body?.['messages'], media);
  countIn(body?.['input'], media);
  return media;
}

/** Blocks stand in lists of messages, in their content, and in the content of results and documents. */
function countIn(content: unknown, media: Media): void {
  if (!Array.isArray(content)) return;
  for (const item of content) {
    const block = bagOf(item);
    if (block === null) continue;
    const type = block['type'];
    const source = bagOf(block['source']);
    if (type === undefined) countUnion(block, media);
    if (type === 'image' || type === 'image_url' || type === 'input_image') media.images += 1;
    else if (type === 'file' || type === 'input_file') media.documents = true;
    else if (type === 'document' && source?.['type'] !== 'text' && source?.['type'] !== 'content') {
      media.documents = true;
    }
    countIn(block['content'], media);
    countIn(block['output'], media);
    countIn(source?.['content'], media);
  }
}

/** Blocks of Converse are named by their only member. */
function countUnion(block: Bag, media: Media): void {
  if (block['image'] !== undefined) media.images += 1;
  if (block['document'] !== undefined || block['video'] !== undefined) media.documents = true;
  countIn(bagOf(block['toolResult'])?.['content'], media);
}

function toolsOf(parsed: unknown): number {
  const tools = bagOf(parsed)?.['tools'];
  return Array.isArray(tools) ? tools.length : 0;
}
