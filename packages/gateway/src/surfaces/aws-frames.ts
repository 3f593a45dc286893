// The way back to a client of Amazon's runtime: each event of the dialect as one `chunk` of an event stream, its payload
// in base64 byte for byte; and what is counted, in that service's words.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ResponseStream.html
import { encodeEventStreamMessage, messagesOfConverse } from '@weighbridge/dialects';
import { AppError } from '@weighbridge/kernel';
import type { RawHeaders } from '../pipeline/stage.ts';

const CHUNK = { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' };
const EMPTY = Buffer.alloc(0);

/** One server-sent event as a chunk; a comment, which has no data, as nothing. */
export function frameChunk(event: Buffer): Buffer {
  const data = dataOf(event.toString('latin1'));
  if (data === '') return EMPTY;
  return encodeEventStreamMessage(CHUNK, Buffer.from(`{"bytes":"${Buffer.from(data, 'latin1').toString('base64')}"}`));
}

export const chunkHead = (): RawHeaders => [...streamHead(), 'x-amzn-bedrock-content-type', 'application/json'];

export const streamHead = (): RawHeaders => ['content-type', 'application/vnd.amazon.eventstream'];

/** The joined `data:` lines of one event. */
function dataOf(event: string): string {
  let data = '';
  for (const line of event.split(/\r\n|\r|\n/)) {
    if (!line.startsWith('data:')) continue;
    const value = line.startsWith('data: ') ? line.slice(6) : line.slice(5);
    data = data === '' ? value : `${data}\n${value}`;
  }
  return data;
}

/** The request that CountTokens is asked about: what Invoke or Converse would get. Throws BAD_REQUEST. */
export function uncountInvoke(raw: unknown): Buffer {
  const asked = member(raw, 'input');
  const converse = member(asked, 'converse');
  if (converse !== undefined) return Buffer.from(JSON.stringify(messagesOfConverse(converse)));
  const input = member(asked, 'invokeModel');
  const encoded = (input as Readonly<Record<string, unknown>> | undefined)?.['body'];
  if (typeof encoded !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) {
    throw new AppError(
      'BAD_REQUEST',
      'a request to count tokens holds the body of Invoke, in base64, as `input.invokeModel.body`',
      {
        details: { param: 'input.invokeModel.body' },
      },
    );
  }
  return Buffer.from(encoded, 'base64');
}

/** `{"input_tokens": n}` as CountTokens says it. */
export function countedTokens(body: Buffer): Buffer {
  const tokens = member(parse(body), 'input_tokens');
  if (typeof tokens !== 'number') throw new AppError('UPSTREAM_MALFORMED', 'the count of tokens is no number');
  return Buffer.from(`{"inputTokens":${tokens}}`);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
