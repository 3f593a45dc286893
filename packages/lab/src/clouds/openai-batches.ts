// OpenAI's files and batches, as far as a batch needs them: a file of requests is uploaded, a batch names it, and two files
// hold what came of it. https://platform.openai.com/docs/api-reference/batch
import { WINDOW_MS, type BatchEntry, type BatchOutcome, type LabBatch } from '../batches/batches.ts';
import type { Caller } from '../caller.ts';
import { isFields, isText } from '../dialects/fields.ts';
import type { Lab } from '../lab.ts';
import { isRefusal, refuse, type Refusal } from '../model/refusal.ts';
import { headerOf, parseJson, send, sendJson, type Exchange } from '../wire/exchange.ts';
import { memoryExchange } from '../wire/memory-exchange.ts';

export const isOpenAiBatchPath = (path: string): boolean => /^\/v1\/(?:files|batches)(?:\/|$)/.test(path);

export interface OpenAiBatchDoor {
  admit(): Caller | Refusal;
  refuse(refusal: Refusal): void;
  /** Serves one request of a batch. */
  serve(exchange: Exchange): void;
}

const ENDPOINTS = new Set(['/v1/chat/completions', '/v1/responses']);
const MOST_REQUESTS = 50_000;

export function openAiBatches(exchange: Exchange, lab: Lab, door: OpenAiBatchDoor): void {
  const caller = door.admit();
  if (isRefusal(caller)) return door.refuse(caller);
  const { method, path } = exchange;
  const [, , kind = '', id, action, ...rest] = path.split('/');
  if (rest.length > 0) return door.refuse(refuse('not_found', `Invalid URL (${method} ${path.slice(0, 200)})`));
  if (kind === 'files') return files(exchange, lab, caller, door, id, action);
  if (id === undefined && method === 'POST') return create(exchange, lab, caller, door);
  const batch = id === undefined ? null : lab.batches.look(id, caller.label, lab);
  if (batch === null) return door.refuse(refuse('not_found', `No batch found with id '${String(id).slice(0, 80)}'.`));
  if (action === 'cancel' && method === 'POST') {
    lab.batches.cancel(batch, lab);
    return sendJson(exchange, 200, described(batch));
  }
  if (action === undefined && method === 'GET') return sendJson(exchange, 200, described(batch));
  return door.refuse(refuse('not_found', `Invalid URL (${method} ${path.slice(0, 200)})`));
}

function files(
  exchange: Exchange,
  lab: Lab,
  caller: Caller,
  door: OpenAiBatchDoor,
  id: string | undefined,
  action: string | undefined,
): void {
  if (id === undefined && exchange.method === 'POST') {
    upload(exchange).then(
      (text) => {
        if (typeof text !== 'string') return door.refuse(text);
        const file = `file-${lab.requestDraw().text(22)}`;
        lab.batches.upload(file, caller.label, text);
        return sendJson(exchange, 200, { id: file, object: 'file', bytes: text.length, purpose: 'batch' });
      },
      (error: unknown) => door.refuse(refuse('invalid', `the form cannot be read: ${(error as Error).message}`)),
    );
    return;
  }
  if (id !== undefined && action === undefined && exchange.method === 'DELETE') {
    if (!remove(id, lab, caller)) return door.refuse(refuse('not_found', `No such File object: ${id.slice(0, 80)}`));
    return sendJson(exchange, 200, { id, object: 'file', deleted: true });
  }
  const content = action === 'content' && exchange.method === 'GET' ? contentOf(String(id), lab, caller) : null;
  if (content === null) return door.refuse(refuse('not_found', `No such File object: ${String(id).slice(0, 80)}`));
  return send(exchange, 200, ['content-type', 'application/octet-stream'], content);
}

/** The text of the uploaded file. */
async function upload(exchange: Exchange): Promise<string | Refusal> {
  const type = headerOf(exchange, 'content-type') ?? '';
  const form = await new Response(new Uint8Array(exchange.body), { headers: { 'content-type': type } }).formData();
  if (form.get('purpose') !== 'batch')
    return refuse('invalid', "'purpose' is a required property", { param: 'purpose' });
  const file = form.get('file');
  return file instanceof Blob ? file.text() : refuse('invalid', "'file' is a required property", { param: 'file' });
}

const OUTPUT = 'file-output-';
const ERRORS = 'file-errors-';

/** False where there is no such file. */
function remove(id: string, lab: Lab, caller: Caller): boolean {
  if (contentOf(id, lab, caller) === null) return lab.batches.deleteFile(id, caller.label);
  const batch = lab.batches.look(id.slice(OUTPUT.length), caller.label, lab);
  batch?.deletedFiles.add(id);
  return batch !== null;
}

/** What came of a batch: what was answered in one file, what was not in the other. */
function contentOf(id: string, lab: Lab, caller: Caller): string | null {
  const failed = id.startsWith(ERRORS);
  if (!failed && !id.startsWith(OUTPUT)) return null;
  const batch = lab.batches.look(id.slice(OUTPUT.length), caller.label, lab);
  if (batch === null || batch.endedAt === null || batch.deletedFiles.has(id)) return null;
  return [...batch.outcomes]
    .filter(([, outcome]) => isAnswer(outcome) !== failed)
    .map(([customId, outcome], index) => `${lineOf(`batch_req_${index}`, customId, outcome)}\n`)
    .join('');
}

const isAnswer = (outcome: BatchOutcome): boolean => outcome.kind === 'answered' && outcome.status === 200;

function lineOf(id: string, customId: string, outcome: BatchOutcome): string {
  const head = `{"id":"${id}","custom_id":${JSON.stringify(customId)}`;
  if (outcome.kind !== 'answered') {
    const error = { code: `batch_${outcome.kind}`, message: `This request was ${outcome.kind} with its batch.` };
    return `${head},"response":null,"error":${JSON.stringify(error)}}`;
  }
  const body = outcome.body === '' ? 'null' : outcome.body;
  return `${head},"response":{"status_code":${outcome.status || 500},"request_id":"req_${id}","body":${body}},"error":null}`;
}

function create(exchange: Exchange, lab: Lab, caller: Caller, door: OpenAiBatchDoor): void {
  const asked = parseJson(exchange.body);
  const fields: Readonly<Record<string, unknown>> = isFields(asked) ? asked : {};
  const { input_file_id: file, endpoint, completion_window: window } = fields;
  if (!isText(endpoint) || !ENDPOINTS.has(endpoint))
    return door.refuse(refuse('invalid', `Invalid value for 'endpoint'`, { param: 'endpoint' }));
  if (window !== '24h')
    return door.refuse(refuse('invalid', `Invalid value for 'completion_window'`, { param: 'completion_window' }));
  const text = isText(file) ? lab.batches.uploaded(file, caller.label) : null;
  if (text === null) return door.refuse(refuse('not_found', `No such File object: ${String(file).slice(0, 80)}`));
  const entries = entriesOf(text, endpoint);
  if (isRefusal(entries)) return door.refuse(entries);
  const { site, req } = exchange;
  const headers = { ...req.headers };
  const batch = lab.batches.add({
    id: `batch_${lab.requestDraw().text(32, '0123456789abcdef')}`,
    caller: caller.label,
    createdAt: lab.now(),
    input: String(file),
    endpoint,
    entries,
    work: ({ body }, done) => {
      const request = { site, path: endpoint, headers, body, started: lab.monotonic() };
      door.serve(
        memoryExchange(request, ({ status, body: answer }) => done({ kind: 'answered', status, body: answer })),
      );
    },
  });
  sendJson(exchange, 200, described(batch));
}

function entriesOf(text: string, endpoint: string): readonly BatchEntry[] | Refusal {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return refuse('invalid', 'The input file is empty.');
  if (lines.length > MOST_REQUESTS) return refuse('too_large', `At most ${MOST_REQUESTS} requests go in a batch.`);
  const entries: BatchEntry[] = [];
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const parsed = parseJson(Buffer.from(line));
    const fields: Readonly<Record<string, unknown>> = isFields(parsed) ? parsed : {};
    const { custom_id: id, method, url, body } = fields;
    if (!isText(id) || method !== 'POST' || url !== endpoint || !isFields(body) || body['stream'] === true)
      return refuse('invalid', `Line ${index + 1} is no request that this batch takes.`);
    if (seen.has(id)) return refuse('invalid', `Line ${index + 1}: the custom_id is used twice.`);
    seen.add(id);
    entries.push({ customId: id, body: Buffer.from(JSON.stringify(body)) });
  }
  return entries;
}

const seconds = (at: number | null): number | null => (at === null ? null : Math.floor(at / 1000));

function described(batch: LabBatch): Record<string, unknown> {
  const { id, createdAt, cancelAt, endedAt, outcomes, entries } = batch;
  const all = [...outcomes.values()];
  const answered = all.filter(isAnswer).length;
  const status = endedAt === null ? (cancelAt === null ? 'in_progress' : 'cancelling') : endingOf(all);
  return {
    id,
    object: 'batch',
    errors: null,
    completion_window: '24h',
    status,
    output_file_id: endedAt !== null && answered > 0 ? `${OUTPUT}${id}` : null,
    error_file_id: endedAt !== null && answered < all.length ? `${ERRORS}${id}` : null,
    created_at: seconds(createdAt),
    expires_at: seconds(createdAt + WINDOW_MS),
    completed_at: status === 'completed' ? seconds(endedAt) : null,
    expired_at: status === 'expired' ? seconds(endedAt) : null,
    cancelling_at: seconds(cancelAt),
    cancelled_at: status === 'cancelled' ? seconds(endedAt) : null,
    request_counts: { total: entries.length, completed: answered, failed: all.length - answered },
    metadata: { simulated: 'true' },
    input_file_id: batch.input,
    endpoint: batch.endpoint,
  };
}

function endingOf(all: readonly BatchOutcome[]): 'completed' | 'expired' | 'cancelled' {
  if (all.some(({ kind }) => kind === 'expired')) return 'expired';
  return all.some(({ kind }) => kind === 'cancelled') ? 'cancelled' : 'completed';
}
