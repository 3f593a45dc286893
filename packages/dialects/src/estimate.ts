// Usage when the vendor reported none (a cut stream, a server that does not count). An estimate is never shown as a
// measurement: its source is `estimated`, and whatever the vendor did report stays as reported.
import type { Usage } from '@weighbridge/protocol';
import type { ResponseFacts } from './types.ts';

/**
 * Bytes of UTF-8 per token. English prose runs at 4 to 4.5, code and JSON at 3 to 3.5 with the tokenizers of 2025; 3.5
 * leans towards counting too many rather than too few. Error: about ±30 % on Latin text, more on other scripts.
 */
export const BYTES_PER_TOKEN = 3.5;

/**
 * The usage of an answer that reported none or only a part: input from the bytes of the request (its JSON framing
 * counted in, so high), output from the bytes of text, thinking and tool arguments that arrived. A part that was
 * reported is kept. Reported usage is returned unchanged.
 */
export function estimateUsage(facts: ResponseFacts, requestBytes: number): Usage {
  if (facts.usage.source === 'reported') return facts.usage;
  const known = facts.usage.tokens;
  const hasInput = known.input !== undefined;
  const output = Math.ceil(facts.contentBytes / BYTES_PER_TOKEN);
  return {
    ...facts.usage,
    tokens: {
      ...known,
      ...(hasInput ? {} : { input: Math.ceil(requestBytes / BYTES_PER_TOKEN) }),
      ...(known.output === undefined ? { output } : {}),
    },
    source: 'estimated',
  };
}
