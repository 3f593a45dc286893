// What Node's parser refuses never becomes a request: it is answered on the bare socket, in the dialect that the first
// bytes suggest, and the connection ends. Also the place of 431 and 408 for heads that are too large or too slow.
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import type { ErrorForm } from '@weighbridge/dialects';
import { AppError, LIMITS } from '@weighbridge/kernel';
import { renderFailure } from './failure.ts';

interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

type Answering = Duplex & { readonly _httpMessage?: { readonly headersSent: boolean } | null };

export function answerBadHttp(error: ParserError, socket: Duplex, newId: () => string): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  // Node's own handler looks at the same field: an answer that has begun on this socket is not written into.
  if ((socket as Answering)._httpMessage?.headersSent === true) return endSoon(socket);
  const line = error.rawPacket?.toString('latin1', 0, 200) ?? '';
  const anthropic = /^[A-Z]+ \/(?:anthropic\/)?v1\/messages/.test(line) || /^[A-Z]+ \/anthropic\//.test(line);
  // Before a stream has begun, both OpenAI dialects tell an error in the same words.
  const form = /^[A-Z]+ \/model\//.test(line) ? 'aws-exception' : anthropic ? 'anthropic-messages' : 'openai-chat';
  endWith(socket, form, understand(error), newId());
}

/** CONNECT asks for a tunnel, which a gateway of model calls never is. */
export function answerConnect(socket: Duplex, newId: () => string): void {
  socket.on('error', () => socket.destroy());
  const error = new AppError('METHOD_NOT_ALLOWED', 'CONNECT is not served: this is no proxy for other addresses', {
    next: 'call the paths in docs/api.md',
  });
  endWith(socket, 'openai-chat', error, newId());
}

function endWith(socket: Duplex, form: ErrorForm, error: AppError, id: string): void {
  const failure = renderFailure(form, error, id);
  let head = `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status] ?? 'Error'}\r\nconnection: close\r\n`;
  for (let i = 0; i + 1 < failure.headers.length; i += 2)
    head += `${failure.headers[i] ?? ''}: ${failure.headers[i + 1] ?? ''}\r\n`;
  endSoon(socket, Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), failure.body]));
}

/** A peer that does not read its answer does not keep the socket. */
function endSoon(socket: Duplex, last?: Buffer): void {
  if (last === undefined) socket.end();
  else socket.end(last);
  setTimeout(() => socket.destroy(), 1000).unref();
}

function understand(error: ParserError): AppError {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return new AppError('HEADERS_TOO_LARGE', `the request headers are larger than ${LIMITS.header_bytes} bytes`);
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new AppError(
      'REQUEST_TIMEOUT',
      `the request did not arrive in time (headers within ${LIMITS.headers_ms / 1000} s)`,
    );
  }
  return new AppError('BAD_REQUEST', `this is not a well-formed HTTP request (${error.code ?? 'unreadable'})`);
}
