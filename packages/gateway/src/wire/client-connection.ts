// One client's connection while its requests arrive whole and ordinary, one after another, as those of SDKs do. At the first bytes that
// are anything else (a part that is late, a large body, chunks, an expectation, HTTP/1.0, an upgrade, what is no HTTP) the socket and the
// bytes go to Node's own server, which answers as it always has, and keeps the connection from there on.
import type { Socket } from 'node:net';
import { BOUNDS } from '../pipeline/bounds.ts';
import type { RequestReader, Whole } from './request-reader.ts';
import { WholeRequest } from './whole-request.ts';
import { WholeResponse, type ResponseOwner } from './whole-response.ts';

/** What its connections share in a lane. */
export interface ConnectionHost {
  readonly reader: RequestReader;
  now(): number;
  /** One call; throws nothing. */
  serve(request: WholeRequest, response: WholeResponse): void;
  /** The socket is Node's from here on, with these bytes unread. */
  handOver(connection: ClientConnection, unread: Buffer): void;
  /** The client has closed its half within a request. */
  cutShort(socket: Socket, unread: Buffer): void;
  /** The connection has closed. */
  closed(connection: ClientConnection): void;
}

export class ClientConnection implements ResponseOwner {
  readonly socket: Socket;
  slot = -1;
  readonly #host: ConnectionHost;
  /** The answer that is under way. */
  #response: WholeResponse | null = null;
  /** What has arrived and was not served yet. */
  #unread: Buffer[] = [];
  #unreadBytes = 0;
  /** So many bytes make the request whole that has begun. */
  #wanted = 0;
  /** Since when it waits for its client, monotonic. */
  #since: number;
  /** Whether a request was served on it. */
  #used = false;
  #over = false;

  constructor(socket: Socket, host: ConnectionHost) {
    this.socket = socket;
    this.#host = host;
    this.#since = host.now();
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', ignored);
    socket.on('close', this.#onClose);
  }

  /** No answer is under way, and nothing has arrived. */
  get idle(): boolean {
    return this.#response === null && this.#unreadBytes === 0;
  }

  /** Looked at every second. What is late is Node's to time, but for a connection that has been idle. */
  look(now: number): void {
    if (this.#over || this.#response !== null) return;
    const waited = now - this.#since;
    if (this.idle && this.#used) {
      // It is idle from when its client has taken the whole of its answer.
      if (this.socket.writableLength > 0) this.#since = now;
      else if (waited > BOUNDS.client_keep_alive_ms + BOUNDS.client_keep_alive_slack_ms) this.socket.destroy();
    } else if (waited > BOUNDS.client_part_ms) {
      this.#handOver();
    }
  }

  /** Of a response, once it is complete. */
  answered(closes: boolean): void {
    this.#response = null;
    this.#since = this.#host.now();
    if (closes) {
      this.#over = true;
      this.#takeUnread();
      this.socket.destroySoon();
    } else if (this.#unreadBytes > 0) {
      // A request behind another. Not in the turn of the stage that ended the first.
      this.#over = true;
      setImmediate(() => this.#handOver());
    }
  }

  readonly #onData = (bytes: Buffer): void => {
    if (this.#over && this.#unreadBytes === 0) return;
    this.#unread.push(bytes);
    this.#unreadBytes += bytes.length;
    if (this.#response !== null || this.#over) {
      if (this.#unreadBytes > BOUNDS.client_whole_bytes) this.socket.pause();
    } else if (this.#unreadBytes >= this.#wanted) {
      this.#read();
    }
  };

  #read(): void {
    const bytes = this.#takeUnread();
    const standing = this.#host.reader.read(bytes);
    // A client that asks on and does not read is Node's to hold back.
    if (standing.as === 'whole' && !this.socket.writableNeedDrain) return this.#serve(standing, bytes);
    this.#keep(bytes);
    if (standing.as !== 'part' || standing.bytes > BOUNDS.client_whole_bytes) return this.#handOver();
    this.#wanted = standing.bytes;
    this.#since = this.#host.now();
  }

  #serve({ url, rawHeaders, body, bytes: length }: Whole, bytes: Buffer): void {
    if (length < bytes.length) this.#keep(bytes.subarray(length));
    this.#used = true;
    this.#wanted = 0;
    const request = new WholeRequest(this.socket, url, rawHeaders);
    this.#response = new WholeResponse(this);
    this.#host.serve(request, this.#response);
    request.deliver(body);
  }

  #handOver(): void {
    this.#over = true;
    const { socket } = this;
    const unread = this.#takeUnread();
    if (socket.destroyed) return this.#host.closed(this);
    // It has closed its half behind a request that stood behind another: as in `#onEnd`, nobody is there to answer.
    if (socket.readableEnded) return void socket.end();
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('error', ignored);
    socket.off('close', this.#onClose);
    return this.#host.handOver(this, unread);
  }

  /** The client has closed its half: nobody of ours who asks for an answer does so before it has come. */
  readonly #onEnd = (): void => {
    if (this.#over) return;
    this.#over = true;
    const response = this.#response;
    this.#response = null;
    if (response === null && this.#unreadBytes > 0) return this.#cutShort(this.#takeUnread());
    this.#takeUnread();
    response?.cut();
    this.socket.end();
  };

  #cutShort(unread: Buffer): void {
    this.#host.closed(this);
    this.#host.cutShort(this.socket, unread);
  }

  readonly #onClose = (): void => {
    this.#over = true;
    this.#takeUnread();
    this.#response?.cut();
    this.#response = null;
    this.#host.closed(this);
  };

  #keep(bytes: Buffer): void {
    this.#unread.push(bytes);
    this.#unreadBytes += bytes.length;
  }

  #takeUnread(): Buffer {
    const [first] = this.#unread;
    const all = this.#unread.length === 1 && first !== undefined ? first : Buffer.concat(this.#unread);
    this.#unread = [];
    this.#unreadBytes = 0;
    return all;
  }
}

/** Its close follows. */
const ignored = (): void => undefined;
