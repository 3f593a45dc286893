// Server-sent events out of a stream of bytes, as the live stream writes them: a name, an id, one or more lines of data.
// Comments keep the connection alive and say nothing.
import { AppError } from '@weighbridge/kernel';

export interface StreamEvent {
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

/** More than any event of ours: what is larger is not one. */
const EVENT_CHARS_MOST = 4 * 1024 * 1024;

/** Ends with the stream; whoever stops reading cancels it. */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let held = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      held += decoder.decode(value, { stream: true });
      for (let end = held.indexOf('\n\n'); end >= 0; end = held.indexOf('\n\n')) {
        const event = parseEvent(held.slice(0, end));
        held = held.slice(end + 2);
        if (event !== null) yield event;
      }
      if (held.length > EVENT_CHARS_MOST) throw new AppError('INTERNAL', 'an event of the live stream has no end');
    }
  } finally {
    await reader.cancel().catch(() => undefined); // A stream that broke needs no cancelling.
  }
}

/** Null for what holds no data. */
function parseEvent(block: string): StreamEvent | null {
  let event = 'message';
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const value = line.slice(colon + 1).replace(/^ /, '');
    if (line.startsWith('event:')) event = value;
    else if (line.startsWith('id:')) id = value;
    else if (line.startsWith('data:')) data.push(value);
  }
  return data.length === 0 ? null : { event, id, data: data.join('\n') };
}
