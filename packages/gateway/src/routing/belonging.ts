// What a call belongs to, as a hash: the session that stays on one deployment, and the person who stays in one arm. Worked
// out only where a route asks; nothing of it is written down. A prompt that names nobody is told by its stable beginning:
// what comes before the first answer is the same at every turn of a conversation.
import type { Who } from '@weighbridge/protocol';
import { hashText } from './hash.ts';

export interface Belonging {
  readonly who: Pick<Who, 'session' | 'end_user' | 'key'> | null;
  readonly parsed: unknown;
}

/** By what a session was told. */
export type ToldBy = 'session' | 'end_user' | 'prompt' | 'key';
export interface Told {
  readonly by: ToldBy;
  readonly hash: number;
}

/** A session that the caller names, else its end user, else the beginning of the prompt, else the key. */
export function sessionOf({ who, parsed }: Belonging): Told {
  if (who?.session !== undefined) return { by: 'session', hash: hashText(who.session) };
  if (who?.end_user !== undefined) return { by: 'end_user', hash: hashText(who.end_user) };
  return promptOf(parsed) ?? { by: 'key', hash: hashText(who?.key ?? '') };
}

/** A person is in one arm whatever the session. */
export function personOf({ who, parsed }: Belonging): Told {
  if (who?.end_user !== undefined) return { by: 'end_user', hash: hashText(who.end_user) };
  return sessionOf({ who, parsed });
}

/** Of each text only so much is looked at. */
const CHARACTERS_MOST = 4096;
const MESSAGES_MOST = 8;

function promptOf(parsed: unknown): Told | null {
  const body = bagOf(parsed);
  if (body === null) return null;
  const state = { hash: hashText(''), texts: 0 };
  take(body['system'], state);
  take(body['instructions'], state);
  const input = body['messages'] ?? body['input'];
  if (Array.isArray(input)) {
    for (let i = 0; i < Math.min(input.length, MESSAGES_MOST); i += 1) {
      const message = bagOf(input[i]);
      if (message === null || message['role'] === 'assistant') break;
      take(message['content'], state);
      if (message['role'] === 'user') break;
    }
  } else {
    take(input, state);
  }
  return state.texts === 0 ? null : { by: 'prompt', hash: state.hash };
}

function take(content: unknown, state: { hash: number; texts: number }): void {
  if (typeof content === 'string') {
    state.hash = hashText(content.length > CHARACTERS_MOST ? content.slice(0, CHARACTERS_MOST) : content, state.hash);
    state.texts += 1;
    return;
  }
  if (!Array.isArray(content)) return;
  for (let i = 0; i < Math.min(content.length, MESSAGES_MOST); i += 1) take(bagOf(content[i])?.['text'], state);
}

const bagOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
