// What Node's parser refuses never becomes a request: it is answered on the bare socket, in the dialect that the first
// bytes suggest, and the connection ends. Also the place of 431 and 408 for heads that are too large or too slow.
import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { AppError, LIMITS } from '@weighbridge/kernel';
import { renderFailure } from './failure.ts';

interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

export function answerBadHttp(error: ParserError, socket: Duplex, newId: () => string): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const line = error.rawPacket?.toString('latin1', 0, 200) ?? '';
  const anthropic = /^[A-Z]+ \/(?:anthropic\/)?v1\/messages/.test(line) || /^[A-Z]+ \/anthropic\//.test(line);
  const failure = renderFailure(anthropic ? 'anthropic-messages' : 'openai-chat', understand(error), newId());
  let head = `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status] ?? 'Error'}\r\nconnection: close\r\n`;
  for (let i = 0; i + 1 < failure.headers.length; i += 2)
    head += `${failure.headers[i] ?? ''}: ${failure.headers[i + 1] ?? ''}\r\n`;
  socket.end(Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), failure.body]));
  // A peer that does not read its answer does not keep the socket.
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
