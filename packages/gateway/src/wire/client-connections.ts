// All connections of a lane whose requests arrive whole. They belong to the lane's server like any other: it accepts them, bounds
// their number, and waits for them when it closes. What one of them has that is out of the ordinary goes to the server itself.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { BOUNDS } from '../pipeline/bounds.ts';
import { SlotList } from '../pipeline/slot-list.ts';
import { ClientConnection, type ConnectionHost } from './client-connection.ts';
import { RequestReader } from './request-reader.ts';
import type { WholeRequest } from './whole-request.ts';
import type { WholeResponse } from './whole-response.ts';

export interface Serving {
  now(): number;
  /** Whether a target is that of a model call. */
  takes(target: string): boolean;
  /** One model call; throws nothing. */
  serve(request: WholeRequest, response: WholeResponse): void;
  /** Answers what is not HTTP, on its bare socket. */
  refuse(error: Error & { readonly code: string; readonly rawPacket: Buffer }, socket: Socket): void;
}

type Listener = (this: Server, socket: Socket) => void;

export class ClientConnections implements ConnectionHost {
  readonly reader: RequestReader;
  readonly #server: Server;
  readonly #serving: Serving;
  /** How Node's own server takes a connection. */
  readonly #toNode: readonly Listener[];
  readonly #open = new SlotList<ClientConnection>();
  #timer: NodeJS.Timeout | null = null;

  /** Takes the connections of a server from here on. */
  constructor(server: Server, serving: Serving) {
    this.#server = server;
    this.#serving = serving;
    this.reader = new RequestReader((target) => serving.takes(target));
    this.#toNode = server.listeners('connection');
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => this.#take(socket));
  }

  /** Connections that Node's own server does not have. */
  get size(): number {
    return this.#open.size;
  }

  /** Whether a client has not taken yet what was written to it. */
  get writing(): boolean {
    let writing = false;
    this.#open.each(({ socket }) => (writing ||= socket.writableLength > 0));
    return writing;
  }

  /** Those whose client has taken all that was written. */
  closeIdle(): void {
    this.#open.each(({ idle, socket }) => {
      if (idle && socket.writableLength === 0) socket.destroy();
    });
  }

  closeAll(): void {
    this.#open.each((connection) => connection.socket.destroy());
  }

  /** Once all are closed. */
  close(): void {
    this.reader.close();
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  now(): number {
    return this.#serving.now();
  }

  serve(request: WholeRequest, response: WholeResponse): void {
    this.#serving.serve(request, response);
  }

  handOver(connection: ClientConnection, unread: Buffer): void {
    const { socket } = connection;
    this.closed(connection);
    for (const take of this.#toNode) take.call(this.#server, socket);
    if (unread.length > 0) socket.unshift(unread);
    socket.resume();
  }

  cutShort(socket: Socket, unread: Buffer): void {
    const error = Object.assign(new Error('the connection ended within a request'), {
      code: 'HPE_INVALID_EOF_STATE',
      rawPacket: unread,
    });
    this.#serving.refuse(error, socket);
  }

  closed(connection: ClientConnection): void {
    this.#open.delete(connection);
  }

  #take(socket: Socket): void {
    this.#open.add(new ClientConnection(socket, this));
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#look(), BOUNDS.client_look_ms);
    this.#timer.unref();
  }

  #look(): void {
    const now = this.#serving.now();
    this.#open.each((connection) => connection.look(now));
    if (this.#open.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}
