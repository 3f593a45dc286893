// A request as text that is the same for requests which a model cannot tell apart: space between tokens is gone, the
// members of the top stand in order, and those that say only who asks are left out. Everything else stays as it was
// written (numbers with all their digits, a name that occurs twice, the order of a tool's parameters, which a model does
// read), so that two requests with the same text never ask for different answers.
import type { DialectId } from '@weighbridge/protocol';
import { membersOf, skipString } from './splice.ts';

/** Members that route or name a caller and reach no model. */
const SILENT: Readonly<Partial<Record<DialectId, ReadonlySet<string>>>> = {
  'openai-chat': new Set(['user', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_retention']),
  'anthropic-messages': new Set(['metadata']),
};

const QUOTE = 34;
const SPACE = 32;

/** One character per byte of the body. Throws `BODY_NOT_JSON`. */
export function canonicalRequest(dialect: DialectId, body: Buffer): string {
  const silent = SILENT[dialect];
  return membersOf(body)
    .filter(({ name }) => silent?.has(name) !== true)
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ name, value }) => `${JSON.stringify(name)}:${dense(value)}`)
    .join('\n');
}

/** Without the space between tokens; outside a string every character up to it is space. */
function dense(text: string): string {
  let whole = '';
  let from = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(text, at);
    } else if (code > SPACE) {
      at += 1;
    } else {
      whole += text.slice(from, at);
      at += 1;
      from = at;
    }
  }
  return from === 0 ? text : whole + text.slice(from);
}
