// Node's own HTTP parser (llhttp), which its server and client are built on, as what it is: bytes in, events out. This is the one
// place that knows the module it comes from and the numbers it is spoken to by; the Node that brings it is pinned, and a test holds
// what is relied on here.
// @ts-expect-error -- A module of Node's own without types.
import common from 'node:_http_common';

/** What a parser finds, in order. Called from within `execute` and `finish`. */
export interface ParserEvents {
  /**
   * A head is complete. `rawHeaders` (name, value, …) is undefined where `fields` has brought them. Of a request: `method` (a place in
   * `METHODS`) and `url`; of a response: `status`. Gives 1 where no body of it follows in what is parsed here, else 0.
   */
  head(
    major: number,
    minor: number,
    rawHeaders: readonly string[] | undefined,
    method: number | undefined,
    url: string | undefined,
    status: number | undefined,
    reason: string | undefined,
    upgrade: boolean,
    keepAlive: boolean,
  ): 0 | 1;
  /** Headers beyond 32, before their head is complete; and trailers, after a body. */
  fields(rawHeaders: readonly string[], url: string): void;
  body(piece: Buffer): void;
  complete(): void;
}

export type ParserError = Error & { readonly code: string; readonly reason?: string; readonly bytesParsed?: number };

export interface HttpParser {
  /** Bytes taken, or why they are no HTTP: then the parser is of no more use. */
  execute(bytes: Buffer): number | ParserError;
  /** The connection has ended: completes a message that only its end delimits. */
  finish(): ParserError | undefined;
  /** Frees what is not the garbage collector's; not from within an event. */
  close(): void;
}

interface Native extends HttpParser {
  initialize(kind: number, resource: object, headerBytes: number, lenient: number): void;
  [event: number]: unknown;
}

interface Common {
  readonly HTTPParser: {
    new (): Native;
    readonly REQUEST: number;
    readonly RESPONSE: number;
    readonly kOnHeaders: number;
    readonly kOnHeadersComplete: number;
    readonly kOnBody: number;
    readonly kOnMessageComplete: number;
    readonly kLenientNone: number;
  };
  readonly methods: readonly string[];
}

const { HTTPParser, methods } = common as Common;

/** Names of methods in the order in which the parser numbers them. */
export const METHODS: readonly string[] = methods;

/** A strict parser. `headerBytes`: of all fields of one head. */
export function createParser(kind: 'request' | 'response', events: ParserEvents, headerBytes: number): HttpParser {
  const parser = new HTTPParser();
  const asked = kind === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE;
  parser.initialize(asked, {}, headerBytes, HTTPParser.kLenientNone);
  const head: ParserEvents['head'] = (a, b, c, d, e, f, g, h, i) => events.head(a, b, c, d, e, f, g, h, i);
  parser[HTTPParser.kOnHeadersComplete] = head;
  parser[HTTPParser.kOnHeaders] = (rawHeaders: readonly string[], url: string) => events.fields(rawHeaders, url);
  parser[HTTPParser.kOnBody] = (piece: Buffer) => events.body(piece);
  parser[HTTPParser.kOnMessageComplete] = () => events.complete();
  return parser;
}
