// Anthropic's Message Batches: handed in as JSON, looked at, cancelled, and read as lines of JSON.
// https://platform.claude.com/docs/en/api/creating-message-batches
import { WINDOW_MS, type BatchEntry, type BatchOutcome, type LabBatch } from '../batches/batches.ts';
import type { Caller } from '../caller.ts';
import { isFields, isText } from '../dialects/fields.ts';
import type { Lab } from '../lab.ts';
import { isRefusal, refuse, type Refusal } from '../model/refusal.ts';
import { parseJson, send, sendJson, type Exchange, type FlatHeaders } from '../wire/exchange.ts';
import { memoryExchange } from '../wire/memory-exchange.ts';
import { anthropicId } from './cloud.ts';

const ROOT = '/v1/messages/batches';
const CUSTOM_ID = /^[a-zA-Z0-9_-]{1,64}$/;
const MOST_REQUESTS = 100_000;

export const isBatchPath = (path: string): boolean => path === ROOT || path.startsWith(`${ROOT}/`);

export interface BatchDoor {
  /** Who asks, headers checked. */
  admit(): Caller | Refusal;
  refuse(refusal: Refusal): void;
  headers(): FlatHeaders;
  /** Serves one request of a batch. */
  serve(exchange: Exchange): void;
}

export function anthropicBatches(exchange: Exchange, lab: Lab, door: BatchDoor): void {
  const caller = door.admit();
  if (isRefusal(caller)) return door.refuse(caller);
  const { method, path } = exchange;
  if (path === ROOT) {
    if (method === 'POST') return create(exchange, lab, caller, door);
    return door.refuse(refuse('method', 'Method Not Allowed'));
  }
  const [id = '', action, ...rest] = path.slice(ROOT.length + 1).split('/');
  const batch = rest.length > 0 ? null : lab.batches.look(id, caller.label, lab);
  if (batch === null) return door.refuse(refuse('not_found', `Not Found: ${id.slice(0, 80)}`));
  if (action === undefined && method === 'GET') return sendJson(exchange, 200, described(batch, lab), door.headers());
  if (action === undefined && method === 'DELETE') {
    if (batch.endedAt === null)
      return door.refuse(refuse('invalid', `Message Batch ${id} has not ended: cancel it first`));
    batch.deleted = true;
    return sendJson(exchange, 200, { id, type: 'message_batch_deleted' }, door.headers());
  }
  if (action === 'cancel' && method === 'POST') {
    lab.batches.cancel(batch, lab);
    return sendJson(exchange, 200, described(batch, lab), door.headers());
  }
  if (action === 'results' && method === 'GET') return results(exchange, batch, door);
  return door.refuse(refuse('not_found', 'Not Found'));
}

function create(exchange: Exchange, lab: Lab, caller: Caller, door: BatchDoor): void {
  const entries = entriesOf(parseJson(exchange.body));
  if (isRefusal(entries)) return door.refuse(entries);
  const { site, req } = exchange;
  const headers = { ...req.headers };
  const batch = lab.batches.add({
    id: anthropicId('msgbatch_', lab.requestDraw()),
    caller: caller.label,
    createdAt: lab.now(),
    entries,
    work: ({ body }, done) => {
      const request = { site, path: '/v1/messages', headers, body, started: lab.monotonic() };
      door.serve(memoryExchange(request, ({ status, body: text }) => done({ kind: 'answered', status, body: text })));
    },
  });
  sendJson(exchange, 200, described(batch, lab), door.headers());
}

function entriesOf(body: unknown): readonly BatchEntry[] | Refusal {
  const list = isFields(body) ? body['requests'] : undefined;
  if (!Array.isArray(list) || list.length === 0) return refuse('invalid', 'requests: Field required');
  if (list.length > MOST_REQUESTS) return refuse('too_large', `requests: at most ${MOST_REQUESTS} in a batch`);
  const entries: BatchEntry[] = [];
  const seen = new Set<string>();
  for (const [index, item] of list.entries()) {
    const fields: Readonly<Record<string, unknown>> = isFields(item) ? item : {};
    const { custom_id: id, params } = fields;
    if (!isText(id) || !CUSTOM_ID.test(id))
      return refuse('invalid', `requests.${index}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'`);
    if (seen.has(id)) return refuse('invalid', `requests.${index}.custom_id: must be unique in the batch`);
    if (!isFields(params)) return refuse('invalid', `requests.${index}.params: Field required`);
    if (params['stream'] === true)
      return refuse('invalid', `requests.${index}.params.stream: not supported in a batch`);
    seen.add(id);
    entries.push({ customId: id, body: Buffer.from(JSON.stringify(params)) });
  }
  return entries;
}

const instant = (at: number): string => new Date(at).toISOString();

function described(batch: LabBatch, lab: Lab): Record<string, unknown> {
  const { id, createdAt, cancelAt, endedAt } = batch;
  const counts = { processing: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  if (endedAt === null) counts.processing = batch.entries.length;
  else for (const outcome of batch.outcomes.values()) counts[kindOf(outcome)] += 1;
  return {
    id,
    type: 'message_batch',
    processing_status: endedAt !== null ? 'ended' : cancelAt !== null ? 'canceling' : 'in_progress',
    request_counts: counts,
    ended_at: endedAt === null ? null : instant(endedAt),
    created_at: instant(createdAt),
    expires_at: instant(createdAt + WINDOW_MS),
    archived_at: null,
    cancel_initiated_at: cancelAt === null ? null : instant(cancelAt),
    results_url: endedAt === null ? null : `${lab.endpoints?.clouds.anthropic ?? ''}${ROOT}/${id}/results`,
  };
}

function kindOf(outcome: BatchOutcome): 'succeeded' | 'errored' | 'canceled' | 'expired' {
  if (outcome.kind === 'answered') return outcome.status === 200 ? 'succeeded' : 'errored';
  return outcome.kind === 'expired' ? 'expired' : 'canceled';
}

function results(exchange: Exchange, { endedAt, outcomes, id }: LabBatch, door: BatchDoor): void {
  if (endedAt === null) return door.refuse(refuse('not_found', `Message Batch ${id} has no results yet`));
  // In no order of the requests, as the real one says.
  const lines = [...outcomes].toReversed().map(([customId, outcome]) => `${lineOf(customId, outcome)}\n`);
  send(exchange, 200, ['content-type', 'application/x-jsonl', ...door.headers()], lines.join(''));
}

/** The message stands in the line byte for byte. */
function lineOf(customId: string, outcome: BatchOutcome): string {
  const type = kindOf(outcome);
  const head = `{"custom_id":${JSON.stringify(customId)},"result":{"type":"${type}"`;
  if (outcome.kind !== 'answered') return `${head}}}`;
  if (type === 'succeeded') return `${head},"message":${outcome.body}}}`;
  const error = outcome.body === '' ? OVER : outcome.body;
  return `${head},"error":${error}}}`;
}

const OVER = JSON.stringify({ type: 'error', error: { type: 'api_error', message: 'Internal server error' } });
