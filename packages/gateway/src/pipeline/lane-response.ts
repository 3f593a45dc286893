// The server's response, which knows the call it belongs to (so that one listener serves all of them) and lays out its head
// itself (`head-lines.ts`). Byte for byte it is Node's own head; what is out of the ordinary is left to Node.
import { ServerResponse } from 'node:http';
import { connectionLines, fieldLines } from '../wire/head-lines.ts';
import type { InFlight } from './in-flight.ts';
import type { LaneRequest } from './lane-request.ts';

/** What Node's own layout of a head reads and sets. */
interface Laid {
  _storeHeader(this: LaneResponse, line: string, headers: unknown): void;
}
interface Head {
  _header: string;
  _headerSent: boolean;
  _hasBody: boolean;
  _keepAliveTimeout: number;
  _maxRequestsPerSocket: number | null;
}

const node = ServerResponse.prototype as unknown as Laid;

export class LaneResponse extends ServerResponse<LaneRequest> {
  call: InFlight | null = null;

  /** Called by `writeHead` with the status line and the raw list. */
  _storeHeader(line: string, headers: unknown): void {
    const head = this as unknown as Head;
    const list = this.#lives(head) ? fieldLines(headers) : null;
    if (list === null) return node._storeHeader.call(this, line, headers);
    const { lines, hasLength } = list;
    this.chunkedEncoding = !hasLength;
    head._header = `${line}${lines}${connectionLines(head._keepAliveTimeout, hasLength)}`;
    head._headerSent = false;
  }

  /** A body follows, and the connection outlives it, as nearly always. */
  #lives({ _hasBody: body, _maxRequestsPerSocket: most }: Head): boolean {
    return body && this.shouldKeepAlive && this.useChunkedEncodingByDefault && this.sendDate && !most;
  }
}
