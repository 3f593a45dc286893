// One HTTP request that carries an alert: a deadline over all of it, no redirect followed, and of the answer nothing read
// but its status. What went wrong is said without the address, which may be a secret.
import { request as askHttp, type ClientRequest } from 'node:http';
import { request as askHttps } from 'node:https';
import { AppError } from '@weighbridge/kernel';
import { allowedAddresses, lookupOf } from './address.ts';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowPrivate: boolean;
  readonly deadlineMs: number;
}

/** Resolves when it was taken. Throws ALERT_REFUSED for what a second try would not mend, ALERT_UNDELIVERED for the rest. */
export async function post({ url, headers, body, allowPrivate, deadlineMs }: Post): Promise<void> {
  const target = new URL(url);
  const secure = target.protocol === 'https:';
  if (!secure && (target.protocol !== 'http:' || !allowPrivate))
    throw new AppError('ALERT_REFUSED', 'the address is not https', { next: 'name one that begins with https://' });
  const signal = AbortSignal.timeout(deadlineMs);
  const addresses = await allowedAddresses(target.hostname, allowPrivate);
  const status = await new Promise<number>((resolve, reject) => {
    const options = {
      method: 'POST',
      lookup: lookupOf(addresses),
      signal,
      agent: false,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    } as const;
    const asked: ClientRequest = (secure ? askHttps : askHttp)(target, options, (answer) => {
      answer.resume();
      answer.on('error', () => undefined); // The status is all that is asked for.
      resolve(answer.statusCode ?? 0);
      asked.destroy();
    });
    asked.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        new AppError(
          'ALERT_UNDELIVERED',
          signal.aborted ? `no answer within ${deadlineMs / 1000} s` : `no connection (${error.code ?? error.name})`,
          { cause: error },
        ),
      ),
    );
    asked.end(body);
  });
  if (status >= 200 && status < 300) return;
  const again = status === 408 || status === 425 || status === 429 || status >= 500;
  throw new AppError(again ? 'ALERT_UNDELIVERED' : 'ALERT_REFUSED', `it was answered with ${status}`);
}
