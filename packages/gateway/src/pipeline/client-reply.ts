// The innermost truth of what the client was sent: a reply written straight to its connection. Heads are raw lists (no
// Headers object) and wait for the first byte of a body, so that an answer which fails meanwhile is no answer of another form and
// length; the last write and the end leave in one piece, and a client that has gone is written to no more.
import type { AppError } from '@weighbridge/kernel';
import { BOUNDS } from './bounds.ts';
import type { Call } from './call.ts';
import { renderFailure, renderStreamFailure } from './failure.ts';
import { endOverRest } from './refused-rest.ts';
import { hasBody } from './client-headers.ts';
import { withChunk } from '../wire/chunk.ts';
import type { RawHeaders, Reply } from './stage.ts';

export class ClientReply implements Reply {
  readonly #call: Call;
  /** Waits for the first byte of its body; null before there is one, and once it has left. */
  #head: RawHeaders | null = null;
  /** The response said that its connection ends with it. */
  #closes = false;

  constructor(call: Call) {
    this.#call = call;
  }

  head(status: number, headers: RawHeaders): void {
    const call = this.#call;
    call.headSent = true;
    call.status = status;
    if (call.gone || call.told) return;
    if (call.lane.draining || call.lane.retiring) headers.push('connection', 'close');
    this.#closes = !call.request.complete && headers.includes('connection');
    if (call.headers.origin !== '') headers.push('access-control-allow-origin', call.headers.origin, 'vary', 'origin');
    this.#head = headers;
  }

  write(bytes: Buffer): void {
    if (this.#call.gone || this.#call.told) return;
    if (this.#open()) return void this.#call.response.write(bytes);
    const { response } = this.#call;
    const { socket } = response;
    // Only while nothing waits in the response or its socket: nothing is overtaken, and a client who reads slowly is held back by
    // the response's own accounts.
    const direct = socket !== null && response.writableLength === 0 && response.chunkedEncoding;
    if (direct && bytes.length > 0 && bytes.length <= BOUNDS.one_write_bytes) socket.write(withChunk('', bytes));
    else response.write(bytes);
  }

  end(last: Buffer): void {
    const { lane, request, response, gone, told } = this.#call;
    if (gone || told) return;
    this.#open();
    if (!request.complete && hasBody(this.#call.headers))
      return endOverRest(lane, request, response, last, this.#closes);
    // As one string, head and small body leave in one plain write; byte for byte the same.
    if (last.length <= BOUNDS.one_write_bytes) response.end(last.toString('latin1'), 'latin1');
    else response.end(last);
  }

  fail(error: AppError): void {
    const call = this.#call;
    if (call.headSent && this.#head === null) {
      this.end(renderStreamFailure(call, error));
      return;
    }
    const failure = renderFailure(call.errors, error, call.id);
    if (unreadRest(call, error)) failure.headers.push('connection', 'close');
    this.head(failure.status, failure.headers);
    this.end(failure.body);
  }

  /** True where the head leaves with what is written next. */
  #open(): boolean {
    if (this.#head === null) return false;
    this.#call.response.writeHead(this.#call.status, this.#head);
    this.#head = null;
    return true;
  }
}

/** The rest of a request that was not read must never be taken for the next one; a small rest is read and dropped. */
function unreadRest(call: Call, error: AppError): boolean {
  if (call.request.complete) return false;
  const { headers } = call;
  const small = headers.transferEncoding === '' && Number(headers.contentLength) <= BOUNDS.discard_bytes;
  return !small || error.code === 'BODY_TOO_LARGE';
}
