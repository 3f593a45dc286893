// Node's own HTTP/1 parser (llhttp, strict), as its server and client use it, with types: the only place that knows
// where Node keeps it. A head is handed over whole, however many headers it has; trailers are read and dropped. Node
// copies the bytes of a body out of what was read, so that nothing here is shared with the next read.
import { invariant } from '@weighbridge/kernel';

/** What both halves of a connection hear of the messages that come in. */
interface MessageReader {
  /** The first byte of a message, leading line ends aside. Left out: not asked for. */
  began?(): void;
  body(bytes: Buffer): void;
  /** The message is complete. Further bytes begin another, or are refused where none may follow. */
  complete(): void;
}

export interface RequestReader extends MessageReader {
  /**
   * `headers`: names and values in turn, as they were sent. `upgrade`: CONNECT, or an upgrade was asked for. Returns
   * whether its body is read here; where not, the message is complete with its head.
   */
  requestHead(
    method: string,
    url: string,
    headers: string[],
    minor: number,
    upgrade: boolean,
    keepAlive: boolean,
  ): boolean;
}

export interface AnswerReader extends MessageReader {
  /**
   * As `requestHead`, of each answer, those of 1xx included. `keepAlive`: another answer may follow on this connection.
   * Returns whether the answer has a body where its headers say so (to HEAD it has none).
   */
  answerHead(status: number, headers: string[], upgrade: boolean, keepAlive: boolean): boolean;
}

export interface ParseFailure extends Error {
  /** `HPE_…`, as llhttp names it. */
  readonly code: string;
  readonly reason: string;
  /** Of the bytes given, those before the one that is wrong. */
  readonly bytesParsed: number;
}

interface Native {
  initialize(kind: number, resource: object, headerBytes: number, leniency: number): void;
  execute(bytes: Buffer): number | ParseFailure;
  finish(): ParseFailure | undefined;
  close(): void;
  requests: RequestReader | null;
  answers: AnswerReader | null;
  url: string;
  /** Headers that came before the head was complete; null while there are none. */
  flushed: string[] | null;
  /** The head is complete: further headers are trailers. */
  inBody: boolean;
  [event: number]: unknown;
}

interface NativeConstructor {
  new (): Native;
  readonly REQUEST: number;
  readonly RESPONSE: number;
  readonly kLenientNone: number;
  readonly kOnMessageBegin: number;
  readonly kOnHeaders: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}

const node = process.getBuiltinModule('node:_http_common') as unknown as {
  readonly HTTPParser: NativeConstructor;
  readonly methods: readonly string[];
};
const { HTTPParser: NodeParser, methods: METHODS } = node;

/** llhttp numbers methods as Node lists them, but for the last. */
const QUERY = 46;
const methodOf = (number: number): string => (number === QUERY ? 'QUERY' : (METHODS[number] ?? ''));

export class HttpParser {
  readonly #native: Native;
  #running = false;
  #closed = false;

  /** `headerBytes`: most of one head, and of the trailers of one message; beyond it `HPE_HEADER_OVERFLOW`. */
  constructor(reader: RequestReader | AnswerReader, headerBytes: number) {
    const native = new NodeParser();
    const requests = 'requestHead' in reader ? reader : null;
    const kind = requests === null ? NodeParser.RESPONSE : NodeParser.REQUEST;
    native.initialize(kind, RESOURCE, headerBytes, NodeParser.kLenientNone);
    native.requests = requests;
    native.answers = 'requestHead' in reader ? null : reader;
    native.url = '';
    native.flushed = null;
    native.inBody = false;
    if (reader.began !== undefined) native[NodeParser.kOnMessageBegin] = onBegin;
    native[NodeParser.kOnHeaders] = onHeaders;
    native[NodeParser.kOnHeadersComplete] = requests === null ? onAnswerHead : onRequestHead;
    native[NodeParser.kOnBody] = onBody;
    native[NodeParser.kOnMessageComplete] = onComplete;
    this.#native = native;
  }

  /**
   * How many bytes were read (all of them, but before an upgrade), or what is wrong with them. What a reader throws comes
   * out of here: the parser is of no use then, nor after a failure.
   */
  execute(bytes: Buffer): number | ParseFailure {
    invariant(!this.#closed && !this.#running, 'a parser reads one piece at a time, until it is closed');
    this.#running = true;
    try {
      const parsed = this.#native.execute(bytes);
      return typeof parsed === 'number' ? parsed : inWords(parsed);
    } finally {
      this.#running = false;
      if (this.#closed) this.#native.close();
    }
  }

  /** The other side ends here. Completes a message that ends with its connection; null where that is in order. */
  finish(): ParseFailure | null {
    invariant(!this.#closed && !this.#running, 'a parser is not finished twice, nor while it reads');
    this.#running = true;
    try {
      const failure = this.#native.finish();
      return failure === undefined ? null : inWords(failure);
    } finally {
      this.#running = false;
      if (this.#closed) this.#native.close();
    }
  }

  /** Once, when it is done with: Node frees nothing of it by itself. From within a reader, too. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#running) this.#native.close();
  }
}

const RESOURCE = {};

/** Node leaves it to whoever hears of a failure to say what it is. */
function inWords(failure: ParseFailure): ParseFailure {
  if (failure.reason) failure.message = failure.reason;
  return failure;
}

function onBegin(this: Native): void {
  (this.requests ?? this.answers)?.began?.();
}

/** More headers than Node hands over in one, or trailers. */
function onHeaders(this: Native, headers: string[], url: string): void {
  if (this.inBody) return;
  this.url += url;
  if (this.flushed === null) this.flushed = headers;
  else this.flushed.push(...headers);
}

/** What llhttp is told of a message: whether it has a body. */
const READ_BODY = 0;
const NO_BODY = 1;

function onRequestHead(
  this: Native,
  _major: number,
  minor: number,
  headers: string[] | undefined,
  method: number,
  url: string | undefined,
  _status: unknown,
  _reason: unknown,
  upgrade: boolean,
  keepAlive: boolean,
): number {
  const path = this.url + (url ?? '');
  const all = headersOf(this, headers);
  this.url = '';
  const hasBody = this.requests?.requestHead(methodOf(method), path, all, minor, upgrade, keepAlive);
  return hasBody === true ? READ_BODY : NO_BODY;
}

function onAnswerHead(
  this: Native,
  _major: number,
  _minor: number,
  headers: string[] | undefined,
  _method: unknown,
  _url: unknown,
  status: number,
  _reason: unknown,
  upgrade: boolean,
  keepAlive: boolean,
): number {
  const hasBody = this.answers?.answerHead(status, headersOf(this, headers), upgrade, keepAlive);
  return hasBody === true ? READ_BODY : NO_BODY;
}

function headersOf(native: Native, headers: string[] | undefined): string[] {
  const all = native.flushed ?? headers ?? [];
  native.flushed = null;
  native.inBody = true;
  return all;
}

function onBody(this: Native, bytes: Buffer): void {
  (this.requests ?? this.answers)?.body(bytes);
}

function onComplete(this: Native): void {
  this.inBody = false;
  (this.requests ?? this.answers)?.complete();
}
