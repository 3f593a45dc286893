// The server's response, which knows the call it belongs to: so that one listener serves all of them, without a closure
// or a table entry for each.
import { ServerResponse } from 'node:http';
import type { Call } from './call.ts';

export class LaneResponse extends ServerResponse {
  call: Call | null = null;
}
