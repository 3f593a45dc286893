// The recorded streams and bodies of the corpus, read in place. A recording holds payloads, one JSON text a line; the
// framing is the vendor's own rule and is put around them here.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { encodeSse } from '@weighbridge/dialects';

export const CORPUS = process.env['WEIGHBRIDGE_CORPUS'] ?? resolve(import.meta.dirname, '../../../../shared/data');
const STREAMS = join(CORPUS, 'streams');

/** For `test(..., { skip })`: why corpus tests cannot run here; in CI their absence is a failure instead. */
export function corpusMissing(): string | false {
  if (existsSync(STREAMS)) return false;
  assert.notEqual(process.env['CI'], 'true', `the corpus is missing at ${CORPUS}: set WEIGHBRIDGE_CORPUS`);
  return `no corpus at ${CORPUS}`;
}

export type Payload = Record<string, unknown>;

export interface StreamRecording {
  readonly name: string;
  /** Payload texts, exactly as recorded. */
  readonly payloads: readonly string[];
}

export interface BodyRecording {
  readonly name: string;
  readonly body: Buffer;
  readonly parsed: Payload;
}

const names = (vendor: string, suffix: string): string[] =>
  existsSync(STREAMS)
    ? readdirSync(join(STREAMS, vendor))
        .filter((name) => name.endsWith(suffix))
        .toSorted()
    : [];

const lines = (vendor: string, name: string): string[] =>
  readFileSync(join(STREAMS, vendor, name), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');

/**
 * Anthropic streams. Some files hold the answers of several requests of one agent loop, end to end; each answer is a
 * recording of its own here: a `message_start` after a `message_stop` begins the next.
 */
export function anthropicStreams(): StreamRecording[] {
  return names('anthropic', '.chunks.txt').flatMap((name) => {
    const answers: string[][] = [];
    let over = true;
    for (const line of lines('anthropic', name)) {
      if (over) answers.push([]);
      answers.at(-1)?.push(line);
      over = typeOf(line) === 'message_stop';
    }
    return answers.map((payloads, index) => ({ name: answers.length === 1 ? name : `${name}#${index + 1}`, payloads }));
  });
}

/** Chat Completions streams. */
export const chatStreams = (): StreamRecording[] =>
  names('openai', '.chunks.txt')
    .filter((name) => !Object.hasOwn(NOT_CHAT, name))
    .map((name) => ({ name, payloads: lines('openai', name) }));

const bodies = (vendor: string): BodyRecording[] =>
  names(vendor, '.json').map((name) => {
    const body = readFileSync(join(STREAMS, vendor, name));
    return { name, body, parsed: JSON.parse(body.toString('utf8')) as Payload };
  });

/** Whole Anthropic messages; other API answers in the folder (skills) are not messages. */
export const anthropicBodies = (): BodyRecording[] =>
  bodies('anthropic').filter(({ parsed }) => parsed['type'] === 'message');
export const openaiBodies = (): BodyRecording[] => bodies('openai');
export const openaiFiles = (): string[] => [...names('openai', '.json'), ...names('openai', '.chunks.txt')];

/** Converse streams: each line is one event under its name. Payloads are given exactly as recorded. */
export const converseStreams = (): {
  readonly name: string;
  readonly events: readonly (readonly [string, string])[];
}[] =>
  names('bedrock', '.chunks.txt').map((name) => ({
    name,
    events: lines('bedrock', name).map((line) => {
      const type = /^\{"(\w+)":/.exec(line)?.[1] ?? '';
      return [type, line.trim().slice(type.length + 4, -1)];
    }),
  }));
export const converseBodies = (): BodyRecording[] => bodies('bedrock').filter(({ parsed }) => 'output' in parsed);

export const typeOf = (payload: string): string => (JSON.parse(payload) as { type?: string }).type ?? '';

/** Anthropic names every event after its payload's type. */
export const anthropicWire = (recording: StreamRecording): Buffer =>
  Buffer.concat(recording.payloads.map((payload) => encodeSse(typeOf(payload), payload)));

/** OpenAI sends bare data lines and closes with `[DONE]`. */
export const chatWire = (recording: StreamRecording): Buffer =>
  Buffer.concat([...recording.payloads, '[DONE]'].map((payload) => encodeSse('', payload)));

/** Files of the OpenAI folder that are not Chat Completions, and what they are. */
export const NOT_CHAT: Readonly<Record<string, string>> = {
  'gpt-image-response-format-error.json':
    'an error of the Images API (a Chat error has the same shape, and is tested as one)',
  'openai-error.1.json': 'an error body (the same shape for every endpoint, and is tested as one)',
  'reasoning-model-legacy-parameter-error.json':
    'an error body (the same shape for every endpoint, and is tested as one)',
  'openai-completion-text.json': 'the legacy Completions API: `text_completion`',
  'openai-image.json': 'the Images API',
  'openai-skill-create.json': 'the Skills API',
  'openai-transcription.json': 'the Audio API',
  'openai-apply-patch-tool-delete.1.chunks.txt': 'the Responses API: events named `response.*`',
};
export const isResponsesApi = (parsed: Payload): boolean =>
  parsed['object'] === 'response' || String(parsed['id']).startsWith('resp_');
