// Content of Amazon's Converse as the Messages API has it. Each block is a union of one member; what has no place there is
// refused by its name, never left out. Bytes are base64 in both. A cache point marks the block before it.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
import { AppError } from '@weighbridge/kernel';
import { isRecord, listOf, recordOf, stringOf, type JsonRecord } from '../json-value.ts';

export const unsupported = (what: string): AppError =>
  new AppError('FEATURE_UNSUPPORTED', `${what} of Converse cannot be carried here`, {
    details: { param: what },
  });

export const wrong = (what: string, wanted: string): AppError =>
  new AppError('BAD_REQUEST', `the field "${what}" must be ${wanted}`, { details: { param: what } });

type Writer = (value: JsonRecord, at: string) => JsonRecord;

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
export function blocksOf(value: unknown, at: string): JsonRecord[] {
  const blocks: JsonRecord[] = [];
  const list = listOf(value);
  if (list === undefined) throw wrong(at, 'a list');
  for (const [index, one] of list.entries()) {
    const where = `${at}.${index}`;
    const [kind, inner] = memberOf(one, where);
    if (kind === 'cachePoint') markLast(blocks, inner, where);
    else blocks.push(blockOf(kind, inner, where));
  }
  return blocks;
}

export function markLast(blocks: JsonRecord[], point: unknown, at: string): void {
  const last = blocks.pop();
  if (last === undefined) throw wrong(`${at}.cachePoint`, 'after what it marks');
  const ttl = recordOf(point)?.['ttl'];
  blocks.push({ ...last, cache_control: { type: 'ephemeral', ...(ttl === undefined ? {} : { ttl }) } });
}

function blockOf(kind: string, value: unknown, at: string): JsonRecord {
  if (kind === 'text') return { type: 'text', text: textOf(value, `${at}.text`) };
  const writer = Object.hasOwn(WRITERS, kind) ? WRITERS[kind] : undefined;
  if (writer === undefined) throw unsupported(`${at}.${kind}`);
  const inner = recordOf(value);
  if (inner === undefined) throw wrong(`${at}.${kind}`, 'an object');
  return writer(inner, `${at}.${kind}`);
}

const WRITERS: Readonly<Record<string, Writer>> = {
  image: ({ format, source }, at) => {
    const type = stringOf(format) ?? '';
    if (!['png', 'jpeg', 'gif', 'webp'].includes(type)) throw wrong(`${at}.format`, 'png, jpeg, gif or webp');
    return {
      type: 'image',
      source: { type: 'base64', media_type: `image/${type}`, data: bytesOf(source, `${at}.source`) },
    };
  },
  document: documentOf,
  toolUse: ({ toolUseId, name, input }) => ({ type: 'tool_use', id: toolUseId, name, input: input ?? {} }),
  toolResult: ({ toolUseId, content, status }, at) => ({
    type: 'tool_result',
    tool_use_id: toolUseId,
    content: (listOf(content) ?? []).map((one, index) => resultOf(one, `${at}.content.${index}`)),
    ...(status === 'error' ? { is_error: true } : {}),
  }),
  reasoningContent: (value, at) => {
    const [kind, inner] = memberOf(value, at);
    if (kind === 'redactedContent') return { type: 'redacted_thinking', data: plain(inner, `${at}.redactedContent`) };
    const { text, signature } = recordOf(inner) ?? {};
    return { type: 'thinking', thinking: textOf(text, `${at}.reasoningText.text`), signature: signature ?? '' };
  },
};

function documentOf({ format, name, source, context, citations }: JsonRecord, at: string): JsonRecord {
  if (recordOf(citations)?.['enabled'] === true) throw unsupported(`${at}.citations`);
  const rest = {
    ...(name === undefined ? {} : { title: name }),
    ...(context === undefined ? {} : { context }),
  };
  if (format === 'pdf') {
    const data = bytesOf(source, `${at}.source`);
    return { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data }, ...rest };
  }
  const text = recordOf(source)?.['text'];
  if (format !== 'txt' && format !== 'md' && text === undefined) throw unsupported(`${at}.format ${String(format)}`);
  const data = text === undefined ? plain(bytesOf(source, `${at}.source`), at) : textOf(text, `${at}.source.text`);
  return { type: 'document', source: { type: 'text', media_type: 'text/plain', data }, ...rest };
}

/** JSON that a tool gave is text to the model, here as there. */
function resultOf(value: unknown, at: string): JsonRecord {
  const [kind, inner] = memberOf(value, at);
  if (kind === 'json') return { type: 'text', text: JSON.stringify(inner) };
  if (kind !== 'text' && kind !== 'image' && kind !== 'document') throw unsupported(`${at}.${kind}`);
  return blockOf(kind, inner, at);
}

function bytesOf(source: unknown, at: string): string {
  const [kind, bytes] = memberOf(source, at);
  if (kind !== 'bytes') throw unsupported(`${at}.${kind}`);
  return textOf(bytes, `${at}.bytes`);
}

const plain = (base64: unknown, at: string): string => Buffer.from(textOf(base64, at), 'base64').toString('utf8');

function textOf(value: unknown, at: string): string {
  if (typeof value !== 'string') throw wrong(at, 'text');
  return value;
}
