// What goes wrong on a connection and is no error of the operating system, of TLS or of the parser: those keep their own
// codes. `leg-failure.ts` tells what each means for a call.

export const WIRE_CLOSED = 'WIRE_CLOSED';
export const WIRE_UPGRADE = 'WIRE_UPGRADE';

/** The other side ended the connection, before an answer or within it. */
export function wireClosed(): Error {
  return coded(WIRE_CLOSED, 'the other side closed the connection');
}

/** The other side wants to go on in another protocol, which nobody asked for. */
export function wireUpgrade(): Error {
  return coded(WIRE_UPGRADE, 'the other side changes to another protocol');
}

/** We ended it: the lane is shutting down. */
export function wireDown(): Error {
  return coded('WIRE_DOWN', 'this instance is ending its connections');
}

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });
