// Clients that never rest: both dialects, streamed and not. Each call remembers what its client saw: the id that the
// head named, whether the answer came to its end, and the tokens it was said to cost. That is all the evidence a real
// client would have.
import { setTimeout } from 'node:timers/promises';

export interface SeenCall {
  /** From the head of the answer; null when none came. */
  readonly id: string | null;
  readonly kind: string;
  readonly status: number | null;
  /** The terminal event of a stream, or the whole body, reached the client. */
  readonly completed: boolean;
  /** Output tokens that a completed answer named; null where it named none. */
  readonly tokens: number | null;
  /** Of ours, in an answer that was a refusal. */
  readonly code: string | null;
}

interface Kind {
  readonly name: string;
  readonly path: string;
  readonly body: object;
  readonly end: RegExp;
  /** The last that matches is of the whole answer. */
  readonly tokens: RegExp | null;
}

const ASK = [{ role: 'user', content: 'Weigh this and say what it weighs.' }];
const CHAT_TOKENS = /"completion_tokens"\s*:\s*(\d+)/g;
const MESSAGES_TOKENS = /"output_tokens"\s*:\s*(\d+)/g;
/** Whoever is refused waits before it asks again. */
const REFUSED_MS = 50;

const KINDS: readonly Kind[] = [
  {
    name: 'chat',
    path: '/v1/chat/completions',
    body: { model: 'gpt-4.1', messages: ASK, max_completion_tokens: 40 },
    end: /"usage"\s*:[\s\S]*\}\s*$/,
    tokens: CHAT_TOKENS,
  },
  {
    name: 'chat streamed',
    path: '/v1/chat/completions',
    body: { model: 'gpt-4.1', messages: ASK, max_completion_tokens: 40, stream: true },
    end: /data: \[DONE\]\s*$/,
    // A stream that did not ask for its usage is not told it.
    tokens: null,
  },
  {
    name: 'messages',
    path: '/v1/messages',
    body: { model: 'claude-sonnet-4-5', messages: ASK, max_tokens: 40 },
    end: /"usage"\s*:[\s\S]*\}\s*$/,
    tokens: MESSAGES_TOKENS,
  },
  {
    name: 'messages streamed',
    path: '/v1/messages',
    body: { model: 'claude-sonnet-4-5', messages: ASK, max_tokens: 40, stream: true },
    end: /event: message_stop\ndata: [^\n]*\n\n$/,
    tokens: MESSAGES_TOKENS,
  },
];

export interface Load {
  /** Calls whose answer was begun and not ended. */
  readonly open: () => number;
  /** Calls so far whose answer came to its end. */
  readonly completed: () => number;
  /** Calls so far that were refused with this code. */
  readonly refused: (code: string) => number;
  /** Resolves, with what every client saw, once the last of them has given up. */
  readonly ended: Promise<readonly SeenCall[]>;
  stop(): void;
}

export function startLoad(target: { readonly origin: string; readonly key: string }, clients: number): Load {
  const seen: SeenCall[] = [];
  let open = 0;
  const rest = new AbortController();
  const client = async (number: number): Promise<void> => {
    for (let turn = number; !rest.signal.aborted; turn += 1) {
      const kind = KINDS[turn % KINDS.length] ?? KINDS[0];
      if (kind === undefined) return;
      open += 1;
      const call = await oneCall(target, kind);
      open -= 1;
      seen.push(call);
      // A connection refused means that the instance is gone.
      if (call.status === null) return;
      if (call.status !== 200) await setTimeout(REFUSED_MS);
    }
  };
  const ended = Promise.all(Array.from({ length: clients }, (_, number) => client(number))).then(() => seen);
  return {
    open: () => open,
    completed: () => seen.filter((call) => call.completed).length,
    refused: (code) => seen.filter((call) => call.code === code).length,
    ended,
    stop: () => rest.abort(),
  };
}

async function oneCall(target: { origin: string; key: string }, kind: Kind): Promise<SeenCall> {
  let id: string | null = null;
  let status: number | null = null;
  let text = '';
  try {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${target.key}`,
      'anthropic-version': '2023-06-01',
    };
    const answer = await fetch(target.origin + kind.path, { method: 'POST', headers, body: JSON.stringify(kind.body) });
    id = answer.headers.get('weighbridge-receipt');
    status = answer.status;
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) text += decoder.decode(chunk, { stream: true });
  } catch {
    // The instance was killed while it answered: what arrived until then is what the client has.
  }
  const completed = status === 200 && kind.end.test(text);
  const tokens = completed && kind.tokens !== null ? Number([...text.matchAll(kind.tokens)].at(-1)?.[1] ?? -1) : null;
  const code =
    status === null || status === 200 ? null : (/"code"\s*:\s*"([A-Z_]+)"/.exec(text)?.[1] ?? text.slice(0, 80));
  return { id, kind: kind.name, status, completed, tokens, code };
}
