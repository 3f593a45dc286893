// Calls without a client, to see the bytes: what goes over the wire, and the payloads of a stream one by one.
import assert from 'node:assert/strict';
import type { TapeDialect } from './tapes.ts';

export interface RawAnswer {
  readonly status: number;
  readonly receipt: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

const PATHS = { 'openai-chat': '/v1/chat/completions', 'anthropic-messages': '/v1/messages' } as const;

/** Asks for a tape by the lab's directive, which any client could write into its prompt. */
export const askForTape = async (
  origin: string,
  key: string,
  ask: { readonly dialect: TapeDialect; readonly model: string; readonly tape: string; readonly stream: boolean },
): Promise<RawAnswer> => {
  const messages = [{ role: 'user', content: `[lab tape=${ask.tape}]` }];
  const body =
    ask.dialect === 'openai-chat'
      ? { model: ask.model, messages, ...(ask.stream ? { stream: true, stream_options: { include_usage: true } } : {}) }
      : { model: ask.model, messages, max_tokens: 4096, ...(ask.stream ? { stream: true } : {}) };
  const response = await fetch(`${origin}${PATHS[ask.dialect]}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(body),
  });
  const { status, headers } = response;
  return {
    status,
    headers,
    receipt: headers.get('weighbridge-receipt') ?? '',
    body: Buffer.from(await response.arrayBuffer()),
  };
};

export interface Frame {
  readonly event: string;
  readonly data: string;
}

/** Server-sent events by the letter of the standard, for LF line ends: fields, blank line, no leftovers. */
export const framesOf = (body: Buffer): readonly Frame[] => {
  const text = body.toString('utf8');
  assert.ok(text.endsWith('\n\n'), 'a stream ends with a whole event');
  return text
    .slice(0, -2)
    .split('\n\n')
    .map((block) => {
      let event = '';
      const data: string[] = [];
      for (const line of block.split('\n')) {
        if (line.startsWith('event: ')) event = line.slice('event: '.length);
        else if (line.startsWith('data: ')) data.push(line.slice('data: '.length));
        else assert.fail(`a line that is no field: ${line.slice(0, 80)}`);
      }
      return { event, data: data.join('\n') };
    });
};
