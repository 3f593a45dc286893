// The door: what may come in at all. Everything is checked on the head of the request, before a byte of the body is
// read, and what is turned away half-read closes its connection, so that the rest of it can never be taken for a second
// request (smuggling).
import { AppError } from '@weighbridge/kernel';
import { hasBody, type ClientHeaders } from '../pipeline/client-headers.ts';
import type { LaneContext } from '../pipeline/lane-context.ts';
import type { Stage } from '../pipeline/stage.ts';

/** Bounds on a model call that is otherwise welcome. */
export const listen: Stage = (next) => (call, reply) => {
  const { lane, headers } = call;
  const declared = headers.contentLength === '' ? 0 : Number(headers.contentLength);
  const limit = call.compiled.snapshot.requestBytes;
  if (lane.draining) {
    return reply.fail(new AppError('DRAINING', 'this instance is shutting down and takes no new calls'));
  }
  if (declared > limit) {
    return reply.fail(new AppError('BODY_TOO_LARGE', `the body is ${declared} bytes; the limit is ${limit}`));
  }
  if (headers.contentEncoding !== '' && headers.contentEncoding !== 'identity') {
    return reply.fail(
      new AppError(
        'BAD_REQUEST',
        `request bodies in content-encoding "${headers.contentEncoding.slice(0, 40)}" are not read`,
        {
          next: 'send the body as plain JSON',
        },
      ),
    );
  }
  if (lane.inFlight.size >= lane.maxCalls) {
    return reply.fail(new AppError('OVERLOADED', `this lane already carries ${lane.maxCalls} calls`));
  }
  return next(call, reply);
};

/** Whether the request may be answered at all, whatever its path; throws the reason when not. */
export function checkHead(lane: LaneContext, method: string, target: string, headers: ClientHeaders): void {
  if (headers.hostCount !== 1) {
    throw new AppError('HOST_NOT_ALLOWED', `the request has ${headers.hostCount} Host headers; it must have one`);
  }
  if (!target.startsWith('/') && !(target === '*' && method === 'OPTIONS')) {
    throw new AppError('HOST_NOT_ALLOWED', 'the request target must be a path, not a whole URL');
  }
  // Node takes the last coding for the framing and ignores the others; a peer may read the body otherwise.
  if (headers.transferEncoding !== '' && headers.transferEncoding.toLowerCase() !== 'chunked') {
    const named = headers.transferEncoding.slice(0, 40);
    throw new AppError('BAD_REQUEST', `request bodies in transfer-encoding "${named}" are not read`, {
      next: 'send the body as it is, or in chunks (transfer-encoding: chunked)',
    });
  }
  if (headers.transferEncoding !== '' && headers.contentLengthCount > 0) {
    throw new AppError('BAD_REQUEST', 'the request has both Content-Length and Transfer-Encoding');
  }
  if (headers.contentLengthCount > 1) throw new AppError('BAD_REQUEST', 'the request has more than one Content-Length');
  if (hasBody(headers) && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS')) {
    throw new AppError('BAD_REQUEST', `a ${method} request must not have a body`);
  }
  if (headers.expect !== '' && headers.expect.toLowerCase() !== '100-continue') {
    throw new AppError('BAD_REQUEST', `the expectation "${headers.expect.slice(0, 40)}" cannot be met`, {
      next: 'leave the Expect header out, or send `Expect: 100-continue`',
    });
  }
  const host = headers.host.toLowerCase();
  if (!hostAllowed(lane, host)) {
    throw new AppError('HOST_NOT_ALLOWED', `the host "${host.slice(0, 100)}" is not one this instance answers to`);
  }
  if (headers.origin !== '' && !originAllowed(lane, headers.origin.toLowerCase(), host)) {
    throw new AppError('ORIGIN_NOT_ALLOWED', `the origin "${headers.origin.slice(0, 100)}" may not call this instance`);
  }
}

/** Loopback names with our port always; further ones with or without a port, as the configuration writes them. */
function hostAllowed(lane: LaneContext, host: string): boolean {
  if (lane.compiled.hosts.has(host)) return true;
  const colon = host.lastIndexOf(':');
  const named = colon > host.lastIndexOf(']') ? host.slice(0, colon) : host;
  const port = named === host ? 80 : Number(host.slice(colon + 1));
  if (named === '127.0.0.1' || named === 'localhost' || named === '[::1]') return port === lane.port;
  return lane.compiled.hosts.has(named);
}

/** Same origin is fine, since the host has passed its own list; `null` never is. */
const originAllowed = (lane: LaneContext, origin: string, host: string): boolean =>
  lane.compiled.origins.has(origin) || origin === `http://${host}` || origin === `https://${host}`;
