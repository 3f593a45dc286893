// What a caller is told whose call waits on over a restart: that the instance shuts down, and where the answer will be. It is a
// refusal by its status, so that a client which knows nothing of this does not take it for an answer.
import { AppError } from '@weighbridge/kernel';
import type { Call } from '../pipeline/call.ts';
import { renderFailure } from '../pipeline/failure.ts';
import { answerPath } from './later.ts';

export function sayParked(call: Call): void {
  const path = answerPath(call.id);
  const error = new AppError('DRAINING', 'this instance shuts down while the call waits for its batch; it waits on', {
    next: `fetch the answer with the same key at ${path}`,
  });
  const { status, headers, body } = renderFailure(call.errors, error, call.id);
  call.response.writeHead(status, [
    ...headers,
    'weighbridge-receipt',
    call.id,
    'location',
    path,
    'connection',
    'close',
  ]);
  call.response.end(body);
}
