// A request through translation, for the tests of what arrives, what is refused and what is reported.
import assert from 'node:assert/strict';
import type { DialectId } from '@weighbridge/protocol';
import { readRequest, translateRequest, type Fidelity, type TranslateOptions } from '@weighbridge/dialects';

export type Body = Record<string, unknown>;
interface Out {
  readonly body: Body;
  readonly lost: readonly string[];
}
export function translate(
  from: DialectId,
  body: Body,
  fidelity: Fidelity = 'default',
  options?: TranslateOptions,
  to: DialectId = from === 'openai-chat' ? 'anthropic-messages' : 'openai-chat',
): Out {
  const bytes = Buffer.from(JSON.stringify(body));
  const before = Buffer.from(bytes);
  const { body: out, lost } = translateRequest(
    from,
    to,
    bytes,
    readRequest(from, body, bytes.length),
    fidelity,
    options,
  );
  assert.ok(bytes.equals(before), 'the original is untouched');
  return { body: JSON.parse(out.toString()) as Body, lost };
}
export const user = [{ role: 'user', content: 'hi' }];
export const toMessages = (body: Body, fidelity?: Fidelity): Out =>
  translate('openai-chat', { model: 'm', max_tokens: 9, messages: user, ...body }, fidelity);
export const toChat = (body: Body, fidelity?: Fidelity): Out =>
  translate('anthropic-messages', { model: 'm', max_tokens: 9, messages: user, ...body }, fidelity);
