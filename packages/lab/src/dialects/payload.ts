// One step of a streamed answer before any framing: the JSON text that every vendor's framing carries unchanged, what it
// is for, and how many output tokens have been sent once it is out. Faults and the ledger work on these.

export interface Payload {
  /** SSE event name (Anthropic); empty where the vendor names none. */
  readonly event: string;
  readonly json: string;
  /** `content` carries text, thinking or tool arguments; `usage` carries the counts; `open` and `close` frame a part. */
  readonly kind: 'start' | 'open' | 'content' | 'close' | 'usage' | 'ping' | 'end';
  /** Output tokens sent so far, this payload included. */
  readonly output: number;
}

/** What a response says of itself; each may differ from the truth when a fault is on. */
export interface Claims {
  readonly id: string;
  readonly model: string;
  /** Unix seconds. */
  readonly created: number;
  readonly tier: string | null;
  readonly geo: string | null;
  readonly fingerprint: string | null;
}

/** Splits text into deltas of `words` words each; joined they are the text. */
export function pieces(text: string, words: number): string[] {
  const found = text.match(/\s*\S+\s*?/g);
  if (found === null) return text === '' ? [] : [text];
  const rest = text.slice(found.reduce((sum, piece) => sum + piece.length, 0));
  if (rest !== '') found.push(rest);
  const out: string[] = [];
  for (let i = 0; i < found.length; i += words) out.push(found.slice(i, i + words).join(''));
  return out;
}
