// OpenAI's Batch API. The requests are a file of lines that is uploaded first; answers and failures are two files, read line
// by line. What neither of them names was not worked on. https://platform.openai.com/docs/api-reference/batch
import { randomBytes } from 'node:crypto';
import type { Deployment } from '../deployment.ts';
import { bagOf, gone, good, resultLine, textOf } from './batch-answers.ts';
import {
  answered,
  refused,
  type BatchApi,
  type BatchItem,
  type BatchRequest,
  type BatchResult,
  type BatchState,
} from './batches.ts';
import { joinPath, type Base } from './endpoint.ts';

type Bag = Readonly<Record<string, unknown>>;

const PATHS: Readonly<Record<string, string>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
};
const ENDED = new Set(['completed', 'expired', 'cancelled']);

/** `base`: where a deployment is reached. */
export function openaiBatches(base: (deployment: Deployment) => Base): BatchApi {
  const request = (
    deployment: Deployment,
    method: BatchRequest['method'],
    parts: readonly string[],
    headers: Readonly<Record<string, string>> = {},
    body: Buffer | null = null,
  ): BatchRequest => {
    const at = base(deployment);
    return { method, origin: at.origin, path: joinPath(at, ['v1', ...parts]), headers, body };
  };
  return {
    unfit: () => null,
    without: ['stream', 'stream_options'],
    // Documented: up to ten minutes in `cancelling`, and its answers are only there after that.
    cancelMs: 15 * 60_000,

    async submit(http, deployment, { dialect, headers, items }) {
      const endpoint = PATHS[dialect] ?? '';
      const boundary = `weighbridge-${randomBytes(16).toString('hex')}`;
      const form = { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` };
      const body = formOf(boundary, items, endpoint);
      const file = textOf(good(await http.ask(request(deployment, 'POST', ['files'], form, body))), 'id');
      const asked = { input_file_id: file, endpoint, completion_window: '24h' };
      const sent = { ...headers, 'content-type': 'application/json' };
      const made = await http.ask(request(deployment, 'POST', ['batches'], sent, Buffer.from(JSON.stringify(asked))));
      // No batch was made of it, so nothing else will ever delete it; that it lies there is worth no failure of its own.
      if (made.status > 299) await http.ask(request(deployment, 'DELETE', ['files', file])).catch(() => undefined);
      return textOf(good(made), 'id');
    },

    async clear(http, deployment, _id, { input, results }) {
      for (const file of input === null ? results : [input, ...results])
        gone(await http.ask(request(deployment, 'DELETE', ['files', file])));
    },

    look: async (http, deployment, id) => stateOf(good(await http.ask(request(deployment, 'GET', ['batches', id])))),

    async cancel(http, deployment, id) {
      good(await http.ask(request(deployment, 'POST', ['batches', id, 'cancel'])));
    },

    async results(http, deployment, { results }, each) {
      for (const file of results) {
        const reply = await http.lines(request(deployment, 'GET', ['files', file, 'content']), (line) => {
          const said = resultLine(line);
          const name = said?.['custom_id'];
          if (said !== null && typeof name === 'string') each(name, resultOf(said));
          return said !== null;
        });
        if (reply.status > 299) throw refused(reply);
      }
    },
  };
}

function stateOf(batch: Bag): BatchState {
  const status = String(batch['status']);
  const results = ['output_file_id', 'error_file_id'].flatMap((name) =>
    typeof batch[name] === 'string' ? [textOf(batch, name)] : [],
  );
  const [first] = listOf(bagOf(batch['errors'])['data']);
  return {
    ended: ENDED.has(status),
    results,
    rest: status === 'expired' || status === 'cancelled' ? status : null,
    input: typeof batch['input_file_id'] === 'string' ? textOf(batch, 'input_file_id') : null,
    refused: status === 'failed' ? JSON.stringify(first ?? 'the batch failed').slice(0, 200) : null,
  };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function resultOf({ response, error }: Bag): BatchResult {
  const answer = bagOf(response);
  const id = answer['request_id'];
  if (answer['status_code'] === 200) {
    return answered(answer['body'], typeof id === 'string' ? id : null);
  }
  const code = bagOf(error)['code'];
  if (code === 'batch_expired') return { kind: 'expired' };
  if (code === 'batch_cancelled') return { kind: 'cancelled' };
  return { kind: 'errored', said: JSON.stringify(answer['body'] ?? error ?? null).slice(0, 2_000) };
}

/** The upload: its purpose, and one line for each request. */
function formOf(boundary: string, items: readonly BatchItem[], endpoint: string): Buffer {
  const parts: Buffer[] = [
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n`),
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="weighbridge.jsonl"\r\n` +
        'content-type: application/jsonl\r\n\r\n',
    ),
  ];
  for (const { id, body } of items) {
    const head = `{"custom_id":"${id}","method":"POST","url":"${endpoint}","body":`;
    parts.push(Buffer.from(head), oneLine(body), LINE_END);
  }
  parts.push(Buffer.from(`\r\n--${boundary}--\r\n`));
  return Buffer.concat(parts);
}

const LINE_END = Buffer.from('}\n');

/** A line break between the tokens of a body is no more than a space; in a string it is written as an escape. */
const oneLine = (body: Buffer): Buffer =>
  body.includes(10) || body.includes(13)
    ? Buffer.from(body.toString('latin1').replace(/[\r\n]/g, ' '), 'latin1')
    : body;
