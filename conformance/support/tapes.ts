// The recordings of the corpus that Chat and Messages clients can be served: payload by payload, with the usage that
// the recording itself reports. Read in place; the lab plays them by name.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Usage } from '@weighbridge/protocol';
import { CORPUS, ROOT } from './prerequisites.ts';

export type TapeDialect = 'openai-chat' | 'anthropic-messages';

export interface Tape {
  /** File name without its extension: the name the lab plays it by. */
  readonly name: string;
  readonly dialect: TapeDialect;
  readonly stream: boolean;
  /** One JSON text per event of a stream, of its first answer; the whole body else. */
  readonly payloads: readonly string[];
  /**
   * Answers that the file holds one after the other. Some recordings of tool loops do; over the wire each was a stream
   * of its own, so what follows the first terminal event is not part of it.
   */
  readonly answers: number;
}

/** The lab's own recordings, and those of the corpus. */
const FOLDERS = [join(ROOT, 'packages/lab/tapes'), join(CORPUS, 'streams/openai'), join(CORPUS, 'streams/anthropic')];

const dialectOf = (value: unknown): TapeDialect | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { object, type } = value as { readonly object?: unknown; readonly type?: unknown };
  if (object === 'chat.completion' || object === 'chat.completion.chunk') return 'openai-chat';
  return type === 'message' || type === 'message_start' ? 'anthropic-messages' : null;
};

const read = (folder: string, file: string): Tape | null => {
  const text = readFileSync(join(folder, file), 'utf8');
  const stream = file.endsWith('.chunks.txt');
  if (!stream && !file.endsWith('.json')) return null;
  const payloads = stream ? text.split('\n').filter((line) => line.trim() !== '' && line !== '[DONE]') : [text];
  const dialect = dialectOf(JSON.parse(payloads[0] ?? 'null'));
  if (dialect === null) return null;
  const ends = payloads.flatMap((payload, index) =>
    stream && payload.includes('"type":"message_stop"') ? [index] : [],
  );
  const first = ends[0] === undefined ? payloads : payloads.slice(0, ends[0] + 1);
  const name = file.replace(/(\.chunks\.txt|\.json)$/, '');
  return { name, dialect, stream, payloads: first, answers: Math.max(1, ends.length) };
};

/** Recordings of other interfaces (Responses, images, skills) are left out: no Chat or Messages client can get them. */
export const tapes = (): readonly Tape[] =>
  FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder).flatMap((file) => read(folder, file) ?? []),
  );

type Json = Readonly<Record<string, unknown>>;
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

export interface RecordedUsage {
  readonly prompt: number;
  readonly completion: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** Usage as the recording reports it, by the vendor's documented rule, apart from the product's reader; null: none. */
export const recordedUsage = (tape: Tape): RecordedUsage | null => {
  const events = tape.payloads.map((payload) => object(JSON.parse(payload)));
  if (tape.dialect === 'openai-chat') {
    const told = events.findLast((event) => typeof event['usage'] === 'object' && event['usage'] !== null);
    if (told === undefined) return null;
    const usage = object(told['usage']);
    const details = object(usage['prompt_tokens_details']);
    return {
      prompt: count(usage['prompt_tokens']),
      completion: count(usage['completion_tokens']),
      cacheRead: count(details['cached_tokens']),
      cacheWrite: 0,
    };
  }
  // message_start opens the figures, each message_delta replaces those it names: they are cumulative.
  const folded: Record<string, unknown> = {};
  for (const event of events) {
    const message = event['type'] === 'message_start' ? object(event['message']) : event;
    for (const [name, value] of Object.entries(object(message['usage']))) if (value !== null) folded[name] = value;
  }
  // The top level leaves out what compaction used (platform.claude.com/docs, "Compaction": sum it from `iterations`).
  const iterations = Array.isArray(folded['iterations']) ? folded['iterations'].map(object) : [];
  const billed = [folded, ...iterations.filter((entry) => entry['type'] === 'compaction')];
  const sum = (name: string): number => billed.reduce((total, entry) => total + count(entry[name]), 0);
  const cacheRead = sum('cache_read_input_tokens');
  const cacheWrite = sum('cache_creation_input_tokens');
  return {
    prompt: sum('input_tokens') + cacheRead + cacheWrite,
    completion: sum('output_tokens'),
    cacheRead,
    cacheWrite,
  };
};

export const sealedUsage = (usage: Usage): RecordedUsage => {
  const of = (...classes: readonly (keyof Usage['tokens'])[]): number =>
    classes.reduce((sum, name) => sum + (usage.tokens[name] ?? 0), 0);
  const cacheRead = of('cache_read', 'cache_read_audio');
  const cacheWrite = of('cache_write_5m', 'cache_write_1h');
  return {
    prompt: of('input', 'input_audio', 'input_image') + cacheRead + cacheWrite,
    completion: of('output', 'reasoning', 'output_audio', 'output_image'),
    cacheRead,
    cacheWrite,
  };
};
