// Content of Amazon's Converse as the Messages API has it. Each block is a union of one member; what has no place there is
// reported by its name in the capability table and left out, for the caller's fidelity to judge. Bytes are base64 in both.
// A cache point marks the block before it.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
import { AppError } from '@weighbridge/kernel';
import { isRecord, listOf, recordOf, stringOf, type JsonRecord } from '../json-value.ts';

/** Hears of what cannot be carried: its row in the capability table, and where it stands. */
export type Missing = (feature: string, at: string) => void;

export const wrong = (what: string, wanted: string): AppError =>
  new AppError('BAD_REQUEST', `the field "${what}" must be ${wanted}`, { details: { param: what } });

type Writer = (value: JsonRecord, at: string, missing: Missing) => JsonRecord | undefined;

/** The only member of a union. */
export function memberOf(value: unknown, at: string): readonly [string, unknown] {
  const entries = isRecord(value)
    ? Object.entries(value).filter(([, member]) => member !== undefined && member !== null)
    : [];
  const [only] = entries;
  if (only === undefined || entries.length !== 1) throw wrong(at, 'an object of exactly one member');
  return only;
}

/** A list of blocks; `cachePoint` becomes the mark of the one before it. */
export function blocksOf(value: unknown, at: string, missing: Missing): JsonRecord[] {
  const blocks: JsonRecord[] = [];
  const list = listOf(value);
  if (list === undefined) throw wrong(at, 'a list');
  for (const [index, one] of list.entries()) {
    const where = `${at}.${index}`;
    const [kind, inner] = memberOf(one, where);
    if (kind === 'cachePoint') markLast(blocks, inner, where);
    else blocks.push(...blockOf(kind, inner, where, missing));
  }
  return blocks;
}

export function markLast(blocks: JsonRecord[], point: unknown, at: string): void {
  const last = blocks.pop();
  if (last === undefined) throw wrong(`${at}.cachePoint`, 'after what it marks');
  const ttl = recordOf(point)?.['ttl'];
  blocks.push({ ...last, cache_control: { type: 'ephemeral', ...(ttl === undefined ? {} : { ttl }) } });
}

function blockOf(kind: string, value: unknown, at: string, missing: Missing): readonly JsonRecord[] {
  if (kind === 'text') return [{ type: 'text', text: textOf(value, `${at}.text`) }];
  const writer = Object.hasOwn(WRITERS, kind) ? WRITERS[kind] : undefined;
  if (writer === undefined) {
    missing(Object.hasOwn(STRANGE, kind) ? (STRANGE[kind] ?? '') : 'unknown_content', `${at}.${kind}`);
    return [];
  }
  const inner = recordOf(value);
  if (inner === undefined) throw wrong(`${at}.${kind}`, 'an object');
  const block = writer(inner, `${at}.${kind}`, missing);
  return block === undefined ? [] : [block];
}

/** Blocks that only Converse has, by their row. */
const STRANGE: Readonly<Record<string, string>> = {
  audio: 'audio_input',
  guardContent: 'guardrail',
  video: 'video',
};

const WRITERS: Readonly<Record<string, Writer>> = {
  image: ({ format, source }, at, missing) => {
    const type = stringOf(format) ?? '';
    if (!['png', 'jpeg', 'gif', 'webp'].includes(type)) throw wrong(`${at}.format`, 'png, jpeg, gif or webp');
    const data = bytesOf(source, `${at}.source`, missing);
    if (data === undefined) return undefined;
    return { type: 'image', source: { type: 'base64', media_type: `image/${type}`, data } };
  },
  document: documentOf,
  searchResult: ({ source, title, content, citations }, at, missing) => ({
    type: 'search_result',
    source,
    title,
    content: blocksOf(content, `${at}.content`, missing),
    ...(recordOf(citations)?.['enabled'] === true ? { citations: { enabled: true } } : {}),
  }),
  /** An earlier answer goes back as the text that it said. */
  citationsContent: ({ content }, at, missing) => {
    missing('citations', at);
    return {
      type: 'text',
      text: (listOf(content) ?? []).map((one) => stringOf(recordOf(one)?.['text']) ?? '').join(''),
    };
  },
  toolUse: ({ toolUseId, name, input, type }, at, missing) => {
    if (type !== undefined && type !== null) missing('provider_blocks', at);
    return { type: 'tool_use', id: toolUseId, name, input: input ?? {} };
  },
  toolResult: ({ toolUseId, content, status }, at, missing) => ({
    type: 'tool_result',
    tool_use_id: toolUseId,
    content: (listOf(content) ?? []).flatMap((one, index) => resultOf(one, `${at}.content.${index}`, missing)),
    ...(status === 'error' ? { is_error: true } : {}),
  }),
  reasoningContent: (value, at) => {
    const [kind, inner] = memberOf(value, at);
    if (kind === 'redactedContent') return { type: 'redacted_thinking', data: plain(inner, `${at}.redactedContent`) };
    const { text, signature } = recordOf(inner) ?? {};
    return { type: 'thinking', thinking: textOf(text, `${at}.reasoningText.text`), signature: signature ?? '' };
  },
};

function documentOf(
  { format, name, source, context, citations }: JsonRecord,
  at: string,
  missing: Missing,
): JsonRecord | undefined {
  const rest = {
    ...(name === undefined ? {} : { title: name }),
    ...(context === undefined ? {} : { context }),
    ...(recordOf(citations)?.['enabled'] === true ? { citations: { enabled: true } } : {}),
  };
  const [kind, inner] = memberOf(source, `${at}.source`);
  if (kind === 'content') {
    const content = blocksOf(inner, `${at}.source.content`, missing);
    return { type: 'document', source: { type: 'content', content }, ...rest };
  }
  if (kind === 'text') {
    const data = textOf(inner, `${at}.source.text`);
    return { type: 'document', source: { type: 'text', media_type: 'text/plain', data }, ...rest };
  }
  const bytes = bytesOf(source, `${at}.source`, missing);
  if (bytes === undefined) return undefined;
  if (format === 'pdf') {
    return { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: bytes }, ...rest };
  }
  if (typeof format !== 'string' || !PLAIN_FORMATS.has(format)) {
    missing('document_formats', `${at}.format`);
    return undefined;
  }
  return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: plain(bytes, at) }, ...rest };
}

/** Formats whose bytes are text. */
const PLAIN_FORMATS: ReadonlySet<string> = new Set(['txt', 'md', 'csv', 'html']);

/** JSON that a tool gave is text to the model, here as there. */
function resultOf(value: unknown, at: string, missing: Missing): readonly JsonRecord[] {
  const [kind, inner] = memberOf(value, at);
  return kind === 'json' ? [{ type: 'text', text: JSON.stringify(inner) }] : blockOf(kind, inner, at, missing);
}

/** Undefined for media at a place that only Amazon can read. */
function bytesOf(source: unknown, at: string, missing: Missing): string | undefined {
  const [kind, bytes] = memberOf(source, at);
  if (kind === 'bytes') return textOf(bytes, `${at}.bytes`);
  missing('file_ids', `${at}.${kind}`);
  return undefined;
}

const plain = (base64: unknown, at: string): string => Buffer.from(textOf(base64, at), 'base64').toString('utf8');

function textOf(value: unknown, at: string): string {
  if (typeof value !== 'string') throw wrong(at, 'text');
  return value;
}
