// Items of a Responses request into turns of the form. An answer of this dialect is a row of items (reasoning, message,
// calls); in the form it is one turn, so neighbours of one side are put together again.
import type { Losses } from '../capabilities.ts';
import { hasUnknown, isRecord, listOf, stringOf, type JsonRecord } from '../json-value.ts';
import type { Part, Turn } from './form.ts';
import { unsealedThinking } from './reasoning-seal.ts';
import { readResponsesContent } from './responses-parts.ts';
import { badField } from './source-error.ts';

const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  message: new Set(['type', 'id', 'role', 'content', 'status', 'phase']),
  function_call: new Set(['type', 'id', 'call_id', 'name', 'arguments', 'status', 'caller', 'namespace', 'async']),
  function_call_output: new Set(['type', 'id', 'call_id', 'output', 'status', 'caller', 'name', 'namespace']),
  reasoning: new Set(['type', 'id', 'summary', 'content', 'encrypted_content', 'status']),
};

/** `input`: a text of the user, or items. */
export function readItems(input: unknown, losses: Losses): Turn[] {
  if (input === undefined || input === null) return [];
  if (typeof input === 'string') return [{ role: 'user', parts: [{ kind: 'text', text: input }] }];
  const list = listOf(input);
  if (list === undefined) throw badField('input', 'must be a string or a list of items');
  const turns: { role: Turn['role']; parts: Part[]; open: boolean }[] = [];
  for (const [index, item] of list.entries()) {
    const at = `input[${index}]`;
    if (!isRecord(item)) throw badField(at, 'must be an object');
    const read = readItem(item, at, losses);
    if (read === null) continue;
    const last = turns.at(-1);
    // What one side says in a row of items is one turn; two messages of a user stay two.
    if (last?.role === read.role && (read.role === 'assistant' || (last.open && read.open))) {
      last.parts.push(...read.parts);
    } else turns.push(read);
  }
  return turns.map(({ role, parts }) => ({ role, parts }));
}

interface Read {
  readonly role: Turn['role'];
  readonly parts: Part[];
  /** The results of parallel calls belong together. */
  readonly open: boolean;
}

const isProgrammatic = (item: JsonRecord): boolean => isRecord(item['caller']) && item['caller']['type'] !== 'direct';

function readItem(item: JsonRecord, at: string, losses: Losses): Read | null {
  const type = stringOf(item['type']) ?? 'message';
  const members = Object.hasOwn(MEMBERS, type) ? MEMBERS[type] : undefined;
  if (type === 'item_reference') losses.add('stored_state');
  else if (members === undefined || isProgrammatic(item)) losses.add('hosted_items');
  if (members === undefined || isProgrammatic(item)) return null;
  if (hasUnknown(item, members)) losses.add('unknown_fields');
  switch (type) {
    case 'message':
      return readMessage(item, at, losses);
    case 'function_call':
      return { role: 'assistant', parts: [readCall(item, at)], open: false };
    case 'function_call_output':
      return { role: 'user', parts: [readOutput(item, at, losses)], open: true };
    default:
      return readReasoning(item, losses);
  }
}

function readMessage(item: JsonRecord, at: string, losses: Losses): Read {
  if (typeof item['phase'] === 'string') losses.add('phase');
  return {
    role: roleOf(item['role'], at),
    parts: readResponsesContent(item['content'], `${at}.content`, losses),
    open: false,
  };
}

function roleOf(role: unknown, at: string): Turn['role'] {
  if (role === 'system' || role === 'developer') return 'system';
  if (role === 'user' || role === 'assistant') return role;
  throw badField(`${at}.role`, 'must be system, developer, user or assistant');
}

function readCall(item: JsonRecord, at: string): Part {
  const id = stringOf(item['call_id']);
  const name = stringOf(item['name']);
  if (id === undefined || name === undefined) throw badField(at, 'must have a call_id and a name');
  return { kind: 'tool_call', id, name, input: stringOf(item['arguments']) ?? '' };
}

function readOutput(item: JsonRecord, at: string, losses: Losses): Part {
  const callId = stringOf(item['call_id']);
  if (callId === undefined) throw badField(`${at}.call_id`, 'must be a string');
  return {
    kind: 'tool_result',
    callId,
    parts: readResponsesContent(item['output'], `${at}.output`, losses),
    isError: false,
  };
}

/** Only the model that reasoned can read it again; a summary alone is not what it reasoned. */
function readReasoning(item: JsonRecord, losses: Losses): Read | null {
  const own =
    losses.to === 'anthropic-messages' ? unsealedThinking(stringOf(item['encrypted_content']) ?? '') : undefined;
  if (own !== undefined) return { role: 'assistant', parts: [own], open: false };
  losses.add('reasoning_items');
  return null;
}
