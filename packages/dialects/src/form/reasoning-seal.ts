// Reasoning between dialects. Each maker gives its model's reasoning back only to that maker: Claude a signed block,
// Responses an item with encrypted content. What only the maker can read travels whole inside the one opaque string that
// the client's dialect has for it, marked with whose it is, so that it comes back byte for byte and is never sent to
// another maker. The mark hides nothing: the block stands in it as base64url.
import { parseRecord, recordOf, stringOf, type JsonRecord } from '../json-value.ts';
import type { RedactedThinkingPart, ThinkingPart } from './form.ts';

/** Opens an `encrypted_content` that holds a Claude block. */
const CLAUDE = 'wb1.claude.';
/** Opens a `signature` that holds a Responses item. */
const RESPONSES = 'wb1.responses.';

const seal = (mark: string, value: JsonRecord): string =>
  mark + Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');

const unseal = (mark: string, text: string): JsonRecord | undefined =>
  text.startsWith(mark) ? parseRecord(Buffer.from(text.slice(mark.length), 'base64url').toString('utf8')) : undefined;

/** A block of thinking as `encrypted_content`; undefined for thinking that nobody signed. */
export function sealedThinking(part: ThinkingPart | RedactedThinkingPart): string | undefined {
  if (part.kind === 'redacted_thinking') return seal(CLAUDE, { data: part.data });
  const { signature, text } = part;
  if (signature === undefined) return undefined;
  const own = unseal(RESPONSES, signature);
  return own === undefined ? seal(CLAUDE, { thinking: text, signature }) : stringOf(own['encrypted_content']);
}

/** The block that an `encrypted_content` of ours holds; undefined for one of another maker. */
export function unsealedThinking(encrypted: string): ThinkingPart | RedactedThinkingPart | undefined {
  const block = unseal(CLAUDE, encrypted);
  const data = stringOf(block?.['data']);
  if (data !== undefined) return { kind: 'redacted_thinking', data };
  const text = stringOf(block?.['thinking']);
  const signature = stringOf(block?.['signature']);
  return text === undefined || signature === undefined ? undefined : { kind: 'thinking', text, signature };
}

/** A reasoning item of Responses as the signature of a block of thinking; empty when it holds nothing to give back. */
export function sealedItem(item: JsonRecord): string {
  const encrypted = stringOf(item['encrypted_content']);
  if (encrypted === undefined || encrypted === '') return '';
  const { id, summary } = item;
  return seal(RESPONSES, { id, summary, encrypted_content: encrypted });
}

/** The reasoning item that a signature of ours holds. */
export function unsealedItem(signature: string | undefined): JsonRecord | undefined {
  const item = signature === undefined ? undefined : unseal(RESPONSES, signature);
  return item === undefined ? undefined : recordOf({ type: 'reasoning', ...item });
}
