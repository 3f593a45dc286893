// One bounded exchange over HTTP: no redirect, a time for all of it, and a most for what is read of the answer. Used by
// whoever asks a log or a witness for something; neither is trusted with our memory or our time.
import { AppError } from '@weighbridge/kernel';

export type Fetch = typeof globalThis.fetch;

export interface Exchange {
  readonly fetch: Fetch;
  readonly url: string;
  /** Sent by POST; absent: a GET. */
  readonly body?: string;
  readonly bytesMost: number;
  readonly ms: number;
  readonly signal?: AbortSignal;
}

export interface Exchanged {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** Throws UPSTREAM_UNREACHABLE when it does not answer in time, UPSTREAM_MALFORMED when the answer is too large. */
export async function exchange(asked: Exchange): Promise<Exchanged> {
  const { url, body, ms } = asked;
  const init = body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': 'text/plain' } };
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, ms);
  asked.signal?.addEventListener('abort', abort, { once: true });
  if (asked.signal?.aborted === true) abort();
  try {
    const response = await asked.fetch(url, { ...init, signal: controller.signal, redirect: 'error' });
    const answer = await readBounded(response, url, asked.bytesMost);
    return { status: response.status, type: response.headers.get('content-type') ?? '', body: answer };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why = controller.signal.aborted ? `no whole answer within ${ms / 1000} s` : reasonOf(error as Error);
    throw new AppError('UPSTREAM_UNREACHABLE', `${url} does not answer: ${why}`, {
      cause: error,
      next: 'check the address, and that it runs',
    });
  } finally {
    clearTimeout(timer);
    asked.signal?.removeEventListener('abort', abort);
  }
}

async function readBounded(response: Response, url: string, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > most) throw new AppError('UPSTREAM_MALFORMED', `${url} answers with more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What lies beneath: the library's own message is only "fetch failed". */
const reasonOf = (error: Error): string =>
  error.cause instanceof Error
    ? error.cause.message || (error.cause as NodeJS.ErrnoException).code || error.message
    : error.message;
