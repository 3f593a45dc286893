// Answers that are fetched: `GET /v1/weighbridge/answers/ID` with the key that asked. Until the answer is there it says so;
// then it is the answer itself, status, headers and bytes, as it would have come at once.
import { AppError } from '@weighbridge/kernel';
import type { KeyRecord } from '../deployment.ts';
import type { CallResponse } from '../pipeline/call-exchange.ts';
import type { WaitingStore } from './waiting-store.ts';

const PATH = /^\/v1\/weighbridge\/answers\/([0-7][0-9A-HJKMNP-TV-Z]{25})$/;

/** The call that a path asks about; null where it is about none. */
export const answerAt = (path: string): string | null => PATH.exec(path)?.[1] ?? null;

export const answerPath = (id: string): string => `/v1/weighbridge/answers/${id}`;

/** Throws ANSWER_UNKNOWN. */
export function serveAnswer(store: WaitingStore | null, response: CallResponse, key: KeyRecord, id: string): void {
  const found = store?.look(id) ?? null;
  const owner = found === null ? null : found.state === 'waiting' ? found.key : found.answer.key;
  if (found === null || owner !== key.id)
    throw new AppError('ANSWER_UNKNOWN', `no answer of the call ${id} is kept for the key ${key.id}`);
  if (found.state === 'waiting') return sayWaiting(response, id, found.until);
  const { status, headers, body } = found.answer;
  const kept = [...headers];
  if (!kept.includes('content-length')) kept.push('content-length', String(body.length));
  response.writeHead(status, kept);
  response.end(body);
}

/** What a caller is told that fetches its answer later, and one that comes too early. */
export function sayWaiting(response: CallResponse, id: string, until: number): void {
  const answer = answerPath(id);
  const body = Buffer.from(JSON.stringify({ id, status: 'waiting', deadline: new Date(until).toISOString(), answer }));
  response.writeHead(202, [
    'content-type',
    'application/json',
    'content-length',
    String(body.length),
    'location',
    answer,
    'retry-after',
    '60',
    'weighbridge-receipt',
    id,
  ]);
  response.end(body);
}
