// The server's response, which knows the call it belongs to: so that one listener serves all of them, without a closure
// or a table entry for each.
import { ServerResponse } from 'node:http';
import type { InFlight } from './in-flight.ts';
import type { LaneRequest } from './lane-request.ts';

export class LaneResponse extends ServerResponse<LaneRequest> {
  call: InFlight | null = null;
}
