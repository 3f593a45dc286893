// Requests to a seller's batch API over the lane's own connections: the deployment's credential is added, every answer has a
// bound and a time. Nothing is tried again here: who asks knows whether a second try could do harm.
import { AppError, LIMITS, type Clock } from '@weighbridge/kernel';
import type { BatchHttp, BatchReply, BatchRequest } from '../clouds/batches.ts';
import type { Headers } from '../clouds/cloud.ts';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { UpstreamPools } from '../pipeline/upstream-pools.ts';
import type { CredentialStore } from '../ports.ts';
import type { Target } from '../routing/compiled.ts';

export interface Wired {
  readonly pools: UpstreamPools;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
}

export function batchHttp(lane: Wired, { cloud, deployment }: Target): BatchHttp {
  const open = async (request: BatchRequest): Promise<Answer> => {
    const credential = lane.credentials.current(deployment.credential);
    const { method, origin, path, body } = request;
    const signed = { method: 'POST', origin, path, headers: request.headers, body: body ?? NO_BODY } as const;
    const authorization = await cloud.authorize(signed, credential, deployment, new Date(lane.clock.wall()));
    const answer = await lane.pools.of(origin).request({
      method,
      path,
      headers: { ...request.headers, ...authorization },
      body,
      headersTimeout: BOUNDS.batch_answer_ms,
      bodyTimeout: BOUNDS.batch_answer_ms,
    });
    return { status: answer.statusCode, headers: flat(answer.headers), chunks: answer.body };
  };
  return {
    async ask(request) {
      const { status, headers, chunks } = await open(request);
      return { status, headers, body: await whole(chunks, LIMITS.error_body_bytes) };
    },
    async lines(request, each): Promise<BatchReply> {
      const { status, headers, chunks } = await open(request);
      if (status < 200 || status > 299) return { status, headers, body: await whole(chunks, LIMITS.error_body_bytes) };
      await eachLine(chunks, each);
      return { status, headers, body: '' };
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly chunks: AsyncIterable<Buffer>;
}

const NO_BODY = Buffer.alloc(0);

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const one: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) one[name] = typeof value === 'string' ? value : value.join(', ');
  return one;
}

async function whole(chunks: AsyncIterable<Buffer>, most: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > most) throw tooLarge(most);
    parts.push(chunk);
  }
  return Buffer.concat(parts, bytes).toString('utf8');
}

async function eachLine(chunks: AsyncIterable<Buffer>, each: (line: string) => boolean): Promise<void> {
  let parts: Buffer[] = [];
  let bytes = 0;
  let lines = 0;
  const take = (part: Buffer): void => {
    bytes += part.length;
    // Whoever's line it is waits for an answer that nobody could take; the others are not to wait with it.
    if (bytes <= LIMITS.response_bytes) parts.push(part);
    else parts = [];
  };
  /** Whether sense was made of what stands in the line. */
  const flush = (): boolean => {
    const line = Buffer.concat(parts).toString('utf8');
    const readable = bytes <= LIMITS.response_bytes;
    parts = [];
    bytes = 0;
    if (!readable || line.trim() === '') return true;
    lines += 1;
    if (lines > BOUNDS.batch_result_lines)
      throw new AppError('UPSTREAM_MALFORMED', `a batch has more than ${BOUNDS.batch_result_lines} lines of results`);
    return each(line);
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at));
      flush();
      from = at + 1;
    }
    if (from < chunk.length) take(chunk.subarray(from));
  }
  if (!flush()) throw new AppError('UPSTREAM_MALFORMED', 'the results of a batch end within a line');
}

const NEWLINE = 10;

const tooLarge = (most: number): AppError =>
  new AppError('UPSTREAM_MALFORMED', `what a batch was answered with is larger than the limit of ${most} bytes`);
