// One request of a workload and the text that makes it as long as it should be. Prompts are seeded: two requests that
// share prefix blocks share their text, so that caching upstream behaves as it did in the trace.
import type { DialectId } from '@weighbridge/protocol';
import type { TraceRow } from './trace.ts';

export interface WorkloadRequest {
  /** Milliseconds after the start, before the time scale. */
  readonly at_ms: number;
  readonly input: number;
  readonly output: number;
  readonly model: string;
  readonly dialect: DialectId;
  readonly key: string;
  readonly team: string;
  readonly stream: boolean;
  readonly blocks?: readonly number[];
}

const BLOCK_TOKENS = 512;
const BYTES_PER_TOKEN = 4;
const MESSAGE_OVERHEAD = 4;
const INPUT_CAP = 1_000_000;

export interface TraceTarget {
  readonly model: string;
  readonly dialect: DialectId;
  readonly key: string;
  readonly team?: string;
  readonly stream?: boolean;
}

/** Requests of a trace, all for one target. */
export async function* requestsOfTrace(
  rows: AsyncIterable<TraceRow>,
  target: TraceTarget,
): AsyncGenerator<WorkloadRequest> {
  const { model, dialect, key, team = 'trace', stream = true } = target;
  for await (const row of rows) yield { ...row, model, dialect, key, team, stream };
}

function blockText(id: number, bytes: number): string {
  const word = `b${id.toString(36)}. `;
  return word.repeat(Math.ceil(bytes / word.length)).slice(0, bytes);
}

/** A prompt of about `input` tokens by the lab's tokenizer that asks its model for `output` tokens. */
export function promptOf({ input, output, blocks }: WorkloadRequest): string {
  const directive = `[lab tokens=${Math.max(1, output)}]`;
  const wanted = Math.min(input, INPUT_CAP) * BYTES_PER_TOKEN - directive.length - MESSAGE_OVERHEAD * BYTES_PER_TOKEN;
  const size = BLOCK_TOKENS * BYTES_PER_TOKEN;
  const ids = blocks ?? [0];
  const parts: string[] = [];
  for (let left = wanted, index = 0; left > 0; left -= size, index += 1) {
    parts.push(blockText(ids[index] ?? ids.at(-1) ?? 0, Math.min(size, left)));
  }
  return parts.join('') + directive;
}

export interface WireRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** As its dialect's clients send it. */
export function wireOf(request: WorkloadRequest): WireRequest {
  const { model, dialect, key, stream, output } = request;
  const messages = [{ role: 'user', content: promptOf(request) }];
  const max = Math.max(1, output);
  if (dialect === 'anthropic-messages') {
    return {
      path: '/v1/messages',
      headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({ model, max_tokens: max, stream, messages }),
    };
  }
  const options = stream ? { stream_options: { include_usage: true } } : {};
  return {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, max_completion_tokens: max, stream, ...options, messages }),
  };
}
