// Tapes: recorded answers, played back payload for payload. A stream is `NAME.chunks.txt`, one payload's JSON a line, kept
// byte for byte; a whole answer is `NAME.json`. They lie in the lab's own folder and, read in place, in the corpus.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import type { Payload } from './dialects/payload.ts';
import { LAB_SITES, type LabSite } from './endpoints.ts';

const STREAM_SUFFIX = '.chunks.txt';
const WHOLE_SUFFIX = '.json';
const QUEUE = 1_000;
export const OWN_TAPES = fileURLToPath(new URL('../tapes', import.meta.url));

export type TapeDialect = DialectId | 'other';
export type Tape =
  | { readonly dialect: TapeDialect; readonly payloads: readonly Payload[]; readonly body: Buffer }
  | { readonly problem: string };

export interface TapeInfo {
  readonly name: string;
  readonly stream: boolean;
  readonly whole: boolean;
}

interface Queued {
  readonly tape: string;
  readonly site: LabSite | null;
  left: number;
}

export class Tapes {
  readonly #files = new Map<string, { stream?: string; whole?: string }>();
  readonly #loaded = new Map<string, Tape>();
  readonly #queue: Queued[] = [];

  /** `corpus`: a folder with one subfolder per vendor, or null. Later folders do not replace earlier names. */
  constructor(corpus: string | null) {
    this.#index(OWN_TAPES);
    if (corpus === null) return;
    for (const entry of readdirSync(corpus, { withFileTypes: true })) {
      if (entry.isDirectory()) this.#index(join(corpus, entry.name));
    }
  }

  list(): TapeInfo[] {
    return [...this.#files].map(([name, file]) => ({
      name,
      stream: file.stream !== undefined,
      whole: file.whole !== undefined,
    }));
  }

  /** The next `count` requests (at `site`, if given) play this tape. Throws NOT_FOUND or BAD_REQUEST. */
  enqueue(tape: string, count: number, site: string | null): void {
    if (!this.#files.has(tape)) throw new AppError('NOT_FOUND', `the lab has no tape "${tape.slice(0, 120)}"`);
    if (site !== null && !(LAB_SITES as readonly string[]).includes(site))
      throw new AppError('BAD_REQUEST', `the lab has no site "${site}"`);
    if (this.#queue.length >= QUEUE) throw new AppError('BAD_REQUEST', `at most ${QUEUE} tapes wait at a time`);
    this.#queue.push({ tape, site: site as LabSite | null, left: count });
  }

  clear(): void {
    this.#queue.length = 0;
  }

  /** Which tape this request plays: asked for by header or prompt, by the alias `tape:NAME`, or queued; null for none. */
  next(site: LabSite, asked: string | null, model: string): string | null {
    if (asked !== null) return asked;
    if (model.startsWith('tape:')) return model.slice('tape:'.length);
    if (this.#queue.length === 0) return null;
    const index = this.#queue.findIndex((queued) => queued.site === null || queued.site === site);
    const found = this.#queue[index];
    if (found === undefined) return null;
    found.left -= 1;
    if (found.left <= 0) this.#queue.splice(index, 1);
    return found.tape;
  }

  load(name: string, stream: boolean): Tape {
    const key = `${stream ? 'stream' : 'whole'} ${name}`;
    const known = this.#loaded.get(key);
    if (known !== undefined) return known;
    const file = this.#files.get(name);
    if (file === undefined) return { problem: 'there is no such tape' };
    const path = stream ? file.stream : file.whole;
    if (path === undefined) return { problem: `it holds ${stream ? 'no stream' : 'only a stream'}` };
    const tape = stream ? readStream(readFileSync(path, 'utf8')) : readWhole(readFileSync(path));
    this.#loaded.set(key, tape);
    return tape;
  }

  #index(folder: string): void {
    for (const file of readdirSync(folder)) {
      const stream = file.endsWith(STREAM_SUFFIX);
      if (!stream && !file.endsWith(WHOLE_SUFFIX)) continue;
      const name = file.slice(0, -(stream ? STREAM_SUFFIX : WHOLE_SUFFIX).length);
      const known = this.#files.get(name) ?? {};
      const path = join(folder, file);
      this.#files.set(name, stream ? { stream: path, ...known } : { whole: path, ...known });
    }
  }
}

interface Recorded {
  readonly type?: unknown;
  readonly object?: unknown;
  readonly choices?: readonly unknown[];
  readonly usage?: { readonly output_tokens?: number; readonly completion_tokens?: number } | null;
}

/** A line of a Converse tape holds one event under its name. */
const CONVERSE_EVENT = /^\{"(messageStart|contentBlockStart|contentBlockDelta|contentBlockStop|messageStop|metadata)":/;

function dialectOf(first: Recorded): TapeDialect {
  if ('output' in first && 'stopReason' in first) return 'bedrock-converse';
  if (first.type === 'message_start' || first.type === 'message') return 'anthropic-messages';
  if (first.object === 'response' || first.type === 'response.created') return 'openai-responses';
  if (typeof first.object === 'string' && first.object.startsWith('chat.completion')) return 'openai-chat';
  return Array.isArray(first.choices) && first.object === '' ? 'openai-chat' : 'other';
}

function readStream(text: string): Tape {
  const lines = text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '' && line !== '[DONE]');
  if (CONVERSE_EVENT.test(lines[0] ?? '')) return readConverse(lines);
  const parsed = lines.map((line) => JSON.parse(line) as Recorded);
  const dialect = dialectOf(parsed[0] ?? {});
  let output = 0;
  const payloads = parsed.map((event, index): Payload => {
    output = event.usage?.output_tokens ?? event.usage?.completion_tokens ?? output;
    const type = typeof event.type === 'string' ? event.type : '';
    return { event: type, json: lines[index] ?? '', kind: kindOf(type, event), output };
  });
  return { dialect, payloads, body: Buffer.alloc(0) };
}

function readConverse(lines: readonly string[]): Tape {
  let output = 0;
  const payloads = lines.map((line): Payload => {
    const [head = '', event = ''] = CONVERSE_EVENT.exec(line) ?? [];
    const json = line.slice(head.length, -1);
    const { usage } = JSON.parse(json) as { usage?: { outputTokens?: number } };
    output = usage?.outputTokens ?? output;
    return { event, json, kind: CONVERSE_KINDS[event] ?? 'content', output };
  });
  return { dialect: 'bedrock-converse', payloads, body: Buffer.alloc(0) };
}

const CONVERSE_KINDS: Readonly<Record<string, Payload['kind']>> = {
  messageStart: 'start',
  contentBlockStart: 'open',
  contentBlockStop: 'close',
  messageStop: 'close',
  metadata: 'end',
};

function kindOf(type: string, event: Recorded): Payload['kind'] {
  if (type === '') return (event.choices?.length ?? 0) > 0 ? 'content' : 'usage';
  if (type.startsWith('response.')) return kindOfResponses(type);
  if (type === 'content_block_delta') return 'content';
  if (type === 'message_start') return 'start';
  if (type === 'message_delta') return 'usage';
  if (type === 'message_stop') return 'end';
  return type === 'ping' ? 'ping' : type === 'content_block_stop' ? 'close' : 'open';
}

function kindOfResponses(type: string): Payload['kind'] {
  if (type === 'response.completed' || type === 'response.incomplete' || type === 'response.failed') return 'end';
  if (type.endsWith('.delta')) return 'content';
  if (type.endsWith('.done')) return 'close';
  return type === 'response.created' || type === 'response.in_progress' ? 'start' : 'open';
}

function readWhole(body: Buffer): Tape {
  return { dialect: dialectOf(JSON.parse(body.toString('utf8')) as Recorded), payloads: [], body };
}
