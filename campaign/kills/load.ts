// Clients that never rest: both dialects, streamed and not. Each call remembers what its client saw: the id that the
// head named, and whether the answer came to its end. That is all the evidence a real client would have.

export interface SeenCall {
  /** From the head of the answer; null when none came. */
  readonly id: string | null;
  readonly kind: string;
  readonly status: number | null;
  /** The terminal event of a stream, or the whole body, reached the client. */
  readonly completed: boolean;
}

interface Kind {
  readonly name: string;
  readonly path: string;
  readonly body: object;
  readonly end: RegExp;
}

const ASK = [{ role: 'user', content: 'Weigh this and say what it weighs.' }];
const KINDS: readonly Kind[] = [
  {
    name: 'chat',
    path: '/v1/chat/completions',
    body: { model: 'gpt-4.1', messages: ASK, max_completion_tokens: 40 },
    end: /"usage"\s*:[\s\S]*\}\s*$/,
  },
  {
    name: 'chat streamed',
    path: '/v1/chat/completions',
    body: { model: 'gpt-4.1', messages: ASK, max_completion_tokens: 40, stream: true },
    end: /data: \[DONE\]\s*$/,
  },
  {
    name: 'messages',
    path: '/v1/messages',
    body: { model: 'claude-sonnet-4-5', messages: ASK, max_tokens: 40 },
    end: /"usage"\s*:[\s\S]*\}\s*$/,
  },
  {
    name: 'messages streamed',
    path: '/v1/messages',
    body: { model: 'claude-sonnet-4-5', messages: ASK, max_tokens: 40, stream: true },
    end: /event: message_stop\ndata: [^\n]*\n\n$/,
  },
];

export interface Load {
  /** Calls whose answer was begun and not ended. */
  readonly open: () => number;
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
    }
  };
  const ended = Promise.all(Array.from({ length: clients }, (_, number) => client(number))).then(() => seen);
  return { open: () => open, ended, stop: () => rest.abort() };
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
  return { id, kind: kind.name, status, completed: status === 200 && kind.end.test(text) };
}
