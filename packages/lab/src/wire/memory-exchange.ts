// A request that comes out of a batch and not off a socket: it is served by the same code as any other, and what would
// have been written to a connection is kept. Reports exactly once, whatever way the answer ends.
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LabSite } from '../endpoints.ts';
import type { Exchange } from './exchange.ts';

export interface Kept {
  /** 0: the connection would have been broken. */
  readonly status: number;
  readonly body: string;
}

export interface MemoryRequest {
  readonly site: LabSite;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly started: number;
}

/** An exchange whose answer goes to `done`. */
export function memoryExchange(
  { site, path, headers, body, started }: MemoryRequest,
  done: (kept: Kept) => void,
): Exchange {
  const response = new MemoryResponse(done);
  const request = { headers, method: 'POST', url: path, socket: { resetAndDestroy: () => response.breakOff() } };
  return {
    site,
    // What a cloud of the lab asks of the two is here.
    req: request as unknown as IncomingMessage,
    res: response as unknown as ServerResponse,
    method: 'POST',
    path,
    query: '',
    body,
    tooLarge: false,
    started,
    batched: true,
  };
}

class MemoryResponse extends EventEmitter {
  headersSent = false;
  destroyed = false;
  readonly socket = { destroySoon: (): void => this.breakOff() };
  readonly #done: (kept: Kept) => void;
  readonly #parts: Buffer[] = [];
  #status = 0;
  #over = false;

  constructor(done: (kept: Kept) => void) {
    super();
    this.#done = done;
  }

  writeHead(status: number): this {
    this.headersSent = true;
    this.#status = status;
    return this;
  }

  write(bytes: string | Buffer): boolean {
    this.#parts.push(Buffer.from(bytes));
    return true;
  }

  end(bytes?: string | Buffer): this {
    if (bytes !== undefined) this.write(bytes);
    this.#finish(this.#status);
    return this;
  }

  breakOff(): void {
    this.destroyed = true;
    this.#finish(0);
  }

  #finish(status: number): void {
    if (this.#over) return;
    this.#over = true;
    this.#done({ status, body: Buffer.concat(this.#parts).toString('utf8') });
  }
}
