// A whole stream through a translator, for the tests of streamed translation.
import type { DialectId } from '@weighbridge/protocol';
import { createTranslator, readRequest, SseReader, type ClientFrame, type EventMeaning } from '@weighbridge/dialects';

export type Any = Record<string, unknown>;
const factsFor = (to: DialectId, includeUsage = true) =>
  readRequest(
    to,
    {
      model: 'm',
      max_tokens: 5,
      messages: [],
      input: [],
      stream: true,
      ...(to === 'openai-chat' && includeUsage ? { stream_options: { include_usage: true } } : {}),
    },
    1,
  );

export function run(
  from: DialectId,
  wire: Buffer,
  includeUsage = true,
  to: DialectId = from === 'openai-chat' ? 'anthropic-messages' : 'openai-chat',
): { frames: ClientFrame[]; bytes: Buffer; lost: readonly string[] } {
  const translator = createTranslator(from, to, {
    facts: factsFor(to, includeUsage),
    requestId: '01JD8ZZZZZZZZZZZZZZZZZZZZZ',
    created: 7,
  });
  const frames = new SseReader().push(wire).flatMap((event) => [...translator.event(event)]);
  frames.push(...translator.end());
  return { frames, bytes: Buffer.concat(frames.map(({ bytes }) => bytes)), lost: translator.lost };
}
export const meaningsOf = ({ frames }: { frames: ClientFrame[] }): EventMeaning[] =>
  frames.map(({ meaning }) => meaning);
