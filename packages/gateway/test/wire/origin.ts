// What the tests of the wire share: an origin that is a plain socket server and answers with the bytes it is told to, and
// an owner that writes down what it hears.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { systemClock, type Clock } from '@weighbridge/kernel';
import { buildConnector } from 'undici';
import type { Headers } from '../../src/clouds/cloud.ts';
import type { Exchange, ExchangeOwner } from '../../src/wire/exchange.ts';
import { UpstreamWire, type WireOptions, type WireRequest } from '../../src/wire/upstream-wire.ts';

/** Does with a socket what an origin does once a whole request has come. `count`: requests of that socket so far. */
export type Answering = (socket: Socket, request: string, count: number) => void;

/** Whether `text` holds a whole request, and where the next one begins. */
function wholeRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return -1;
  const length = Number(/^content-length: (\d+)\r$/m.exec(text.slice(0, head + 2))?.[1] ?? 0);
  return text.length >= head + 4 + length ? head + 4 + length : -1;
}

export class Origin {
  readonly sockets: Socket[] = [];
  /** Whole requests, in the order in which they came. */
  readonly requests: string[] = [];
  answering: Answering;
  readonly #server: Server;

  constructor(answering: Answering) {
    this.answering = answering;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve()));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
  }

  #serve(socket: Socket): void {
    socket.setNoDelay(true);
    this.sockets.push(socket);
    let text = '';
    let count = 0;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      for (let end = wholeRequest(text); end > 0; end = wholeRequest(text)) {
        const request = text.slice(0, end);
        text = text.slice(end);
        count += 1;
        this.requests.push(request);
        this.answering(socket, request, count);
      }
    });
  }
}

/** Answers with these bytes, and leaves the connection as it is. */
export const saying =
  (text: string): Answering =>
  (socket) =>
    void socket.write(text, 'latin1');

export const HELLO = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';

export type Event = 'start' | 'answer' | 'data' | 'end' | 'error';

/** Writes down what it hears; `on` may do something about it. */
export class Listener implements ExchangeOwner {
  readonly heard: Event[] = [];
  status = 0;
  headers: Headers = {};
  body = '';
  error: NodeJS.ErrnoException | null = null;
  readonly over: Promise<this>;
  on: (event: Event) => void = () => undefined;
  #end: () => void = () => undefined;

  constructor() {
    this.over = new Promise((resolve) => {
      this.#end = () => resolve(this);
    });
  }

  onRequestStart(): void {
    this.#hear('start');
  }

  onResponseStart(status: number, headers: Headers): void {
    this.status = status;
    this.headers = headers;
    this.#hear('answer');
  }

  onResponseData(bytes: Buffer): void {
    this.body += bytes.toString('latin1');
    this.#hear('data');
  }

  onResponseEnd(): void {
    this.#end();
    this.#hear('end');
  }

  onResponseError(error: Error): void {
    this.error = error;
    this.#end();
    this.#hear('error');
  }

  #hear(event: Event): void {
    this.heard.push(event);
    this.on(event);
  }
}

export const POST: WireRequest = { method: 'POST', path: '/v1', headers: ['a', 'b'], body: Buffer.from('{}') };

export class Rig {
  readonly origin: Origin;
  readonly clock: Clock;
  readonly #options: Partial<WireOptions>;
  wire: UpstreamWire | null = null;

  constructor(answering: Answering, options: Partial<WireOptions> = {}) {
    this.origin = new Origin(answering);
    this.clock = options.clock ?? systemClock;
    this.#options = options;
  }

  async open(url?: string): Promise<this> {
    await this.origin.listen();
    const connect = this.#options.connect ?? buildConnector({ allowH2: false, timeout: 5_000 });
    this.wire = new UpstreamWire(url ?? this.origin.url, { ...this.#options, connect, clock: this.clock });
    return this;
  }

  send(request: Partial<WireRequest> = {}, listener = new Listener()): { exchange: Exchange; heard: Listener } {
    if (this.wire === null) throw new Error('the rig is not open');
    return { exchange: this.wire.send({ ...POST, ...request }, listener), heard: listener };
  }

  /** Sends, and waits until it is over. */
  ask(request: Partial<WireRequest> = {}): Promise<Listener> {
    return this.send(request).heard.over;
  }

  async close(): Promise<void> {
    await this.wire?.close();
    this.origin.close();
  }
}

/** Opens, uses and closes a rig. */
export async function withRig(
  answering: Answering,
  use: (rig: Rig) => Promise<void>,
  options: Partial<WireOptions> = {},
): Promise<void> {
  const rig = await new Rig(answering, options).open();
  try {
    await use(rig);
  } finally {
    await rig.close();
  }
}
